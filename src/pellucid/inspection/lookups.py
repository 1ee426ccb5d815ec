"""Networks of words as functions that have slopes: from one word's vector to another's.

The number of a word says nothing by its size, so an output has no slope in it. What can be moved
evenly is the vector that is looked up: from that of one word to that of another, or to the zeros of
padding. So each embedding is exchanged for a layer that takes, for each place, how far it is on the
way from 0 to 1, and the numbers of the words at either end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.data.table import Array
from pellucid.nn import (
    Branch,
    Branches,
    Embedding,
    EmbeddingBag,
    Ensemble,
    Layer,
    LayerParams,
    Network,
    Shape,
)

_PARTS = 3

Place: TypeAlias = tuple[int, int | None]


@dataclass(frozen=True)
class Between(Layer):
    """Vectors between two words' ones; takes (3 · places,): how far, from which, to which.

    ``how`` says how those of a bag become one: "average" or "sum"; None: they stay apart.
    """

    family: ClassVar[str] = "between"

    embedding: Embedding
    how: str | None = None

    def out_shape(self, in_shape: Shape) -> Shape:
        """Return (places, features), or (features,) of a bag."""
        places = () if self.how else (in_shape[0] // _PARTS,)
        return (*places, self.embedding.features)

    def trace(self, params: LayerParams, inputs: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return the vectors, twice, (batch, places, features), or (batch, features) of a bag."""
        far, start, end = jnp.split(inputs, _PARTS, axis=1)
        first, last = (self.embedding.apply(params, numbers) for numbers in (start, end))
        vectors = (1.0 - far[..., None]) * first + far[..., None] * last
        if self.how:
            vectors = jnp.sum(vectors, axis=1)
        if self.how == "average":
            # On the way, both what is left and what comes is there.
            is_there = ((start != 0) & (far < 1)) | ((end != 0) & (far > 0))
            counted = is_there if self.embedding.padded else jnp.ones_like(is_there)
            vectors = vectors / jnp.maximum(jnp.sum(counted, axis=1, keepdims=True), 1)
        return vectors, vectors


@dataclass(frozen=True)
class Lookups:
    """Where words are looked up: places in the inputs, ``start ≤ i < stop``; None: to the end."""

    places: tuple[Place, ...]

    def moving(self, before: Array, after: Array) -> tuple[Array, Array]:
        """Return where a line from one example to another starts, and its way.

        Both as the network from `opened` takes them; examples are (in_features,).
        """
        start, way, at = [], [], 0
        for first, last in self._within(len(before)):
            old, new = before[first:last], after[first:last]
            start += [before[at:first], np.zeros(len(old)), old, new]
            way += [(after - before)[at:first], self.steps(old, new), np.zeros(2 * len(old))]
            at = last
        start.append(before[at:])
        way.append((after - before)[at:])
        return np.concatenate(start), np.concatenate(way)

    def lengths(self, before: Array, after: Array) -> Array:
        """Return how far each input moves: of words 1 where they differ, (in_features,)."""
        moved = after - before
        for first, last in self._within(len(before)):
            moved[first:last] = self.steps(before[first:last], after[first:last])
        return np.asarray(moved)

    def back(self, gradient: Array) -> Array:
        """Return the slopes in the inputs of slopes in what `moving` returns, (in_features,)."""
        if self.places[0][1] is None:  # words are all there is
            return np.asarray(gradient[: len(gradient) // _PARTS])
        kept, at, shift = [], 0, 0
        for first, last in self._within(0):
            kept.append(gradient[at + shift : last + shift])
            shift += (_PARTS - 1) * (last - first)
            at = last
        kept.append(gradient[at + shift :])
        return np.concatenate(kept)

    def one_sided(self, before: Array, after: Array) -> Array:
        """Return the places where only one of two examples has a word."""
        found = [
            first + np.flatnonzero((before[first:last] == 0) != (after[first:last] == 0))
            for first, last in self._within(len(before))
        ]
        return np.concatenate([np.zeros(0, dtype=np.int64), *found])

    def _within(self, n: int) -> list[tuple[int, int]]:
        """Return the places in examples of n numbers."""
        return [(first, n if last is None else last) for first, last in self.places]

    @staticmethod
    def steps(before: Array, after: Array) -> Array:
        """Return 1 for each place whose word changes, else 0."""
        return np.asarray(before != after, dtype=np.float64)


def opened(network: Network) -> tuple[Network, Lookups | None]:
    """Exchange the embeddings that a network begins with; None where it begins with none.

    Examples
    --------
    >>> from pellucid import nn
    >>> words = nn.Network([nn.Embedding(9, 2), nn.GlobalPooling()])
    >>> opened(words)[0].out_shape(12), opened(words)[1]
    ((2,), Lookups(places=((0, None),)))
    """
    first, places = _opened(network.layers[0])
    if not places:
        return network, None
    first = replace(first, name=network.names[0])
    return Network([first, *network.layers[1:]]), Lookups(tuple(places))


def _opened(layer: Layer) -> tuple[Layer, list[Place]]:
    """Return a first layer with its embeddings exchanged, and their places."""
    if isinstance(layer, Embedding):
        return Between(embedding=layer), [(0, None)]
    if isinstance(layer, EmbeddingBag):
        one_by_one = Embedding(layer.entries, layer.features, layer.padded)
        return Between(embedding=one_by_one, how=layer.how), [(0, None)]
    if isinstance(layer, Ensemble):
        inner, lookups = opened(layer.network)
        return replace(layer, layers=inner.layers), _places(lookups)
    return _opened_branches(layer) if isinstance(layer, Branches) else (layer, [])


def _opened_branches(layer: Branches) -> tuple[Layer, list[Place]]:
    made: list[Branch] = []
    places: list[Place] = []
    shift = 0
    for branch in layer.branches:
        assert isinstance(branch, Branch)  # noqa: S101 -- its __post_init__ made them branches
        inner, lookups = opened(branch.network)
        own = [
            (branch.start + first, branch.stop if last is None else branch.start + last)
            for first, last in _places(lookups)
        ]
        wider = sum((_PARTS - 1) * (stop - start) for start, stop in own)
        start, stop = branch.start + shift, branch.stop + shift + wider
        made.append(Branch(branch.name, start, stop, inner.layers))
        places += own
        shift += wider
    return replace(layer, branches=tuple(made)), places


def _places(lookups: Lookups | None) -> list[Place]:
    return [] if lookups is None else list(lookups.places)
