"""Periodic embeddings of numbers: each becomes waves, so that steep and bumpy rules are learned.

A dense network learns smooth dependences on a number first and sharp ones late. Seen beside waves
of it, as places on a map or hours of a day are, both come as easily.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import DTypeLike

from pellucid.errors import DataError, SettingError
from pellucid.nn import activations
from pellucid.nn.layer import Layer, Shape, register
from pellucid.nn.limits import POSITIVE, POSITIVE_WHOLE
from pellucid.nn.network import Network
from pellucid.nn.parameters import LayerParams


@register
@dataclass(frozen=True)
class PeriodicEmbedding(Layer):
    """Put an embedding of some inputs behind all inputs, h = [x, σ(cos(2π(f·xⱼ + φ))·W + b) …].

    Every number j has frequencies f, phases φ, a kernel W and a bias b of its own (Gorishniy,
    Rubachev & Babenko 2022, "On Embeddings for Numerical Features in Tabular Deep Learning",
    section 3.3; with phases, as in Holzmüller, Grinsztajn & Steinwart 2024, "Better by Default",
    section 3).

    Parameters
    ----------
    columns
        The inputs that are embedded, positions from 0; none: all of them.
    size
        How many numbers an embedding has.
    frequencies
        How many waves each is made of.
    deviation
        The standard deviation of the first frequencies: the larger, the finer what is told apart.
    bend
        The name of σ, an activation; the inputs in front do not pass it.
    name
        As in ``Layer``.

    Raises
    ------
    SettingError
        For settings that cannot be used.
    DataError
        For examples that are no row of numbers, or have not so many inputs.

    Notes
    -----
    Parameters, for n columns: ``frequencies`` and ``phases`` (n, frequencies), ``kernel``
    (n, frequencies, size), ``bias`` (n, size).

    Examples
    --------
    >>> layer = PeriodicEmbedding(columns=[1], size=2)
    >>> layer.out_shape((3,))
    (5,)
    >>> layer.apply(layer.init(jax.random.key(0), (3,), "float32"), jnp.ones((1, 3)))[0, :3]
    Array([1., 1., 1.], dtype=float32)
    """

    family: ClassVar[str] = "periodic_embedding"

    columns: Sequence[int] = ()
    size: int = 8
    frequencies: int = 32
    deviation: float = 1.0
    bend: str = "relu"

    def __post_init__(self) -> None:
        super().__post_init__()
        columns = tuple(self.columns)
        if any(not isinstance(c, int) or isinstance(c, bool) or c < 0 for c in columns):
            raise SettingError(
                f"columns must be whole numbers from 0; received: {self.columns!r}",
                expected="positions of inputs, such as [0, 2]",
            )
        if len(set(columns)) < len(columns):
            raise SettingError(f"columns name an input twice; received: {self.columns!r}")
        object.__setattr__(self, "columns", columns)
        POSITIVE_WHOLE.check("size", self.size)
        POSITIVE_WHOLE.check("frequencies", self.frequencies)
        POSITIVE.check("deviation", self.deviation)
        activations.get(self.bend)

    def out_shape(self, in_shape: Shape) -> Shape:
        """Return (in_features + columns · size,) for (in_features,)."""
        return (in_shape[0] + len(self._places(in_shape)) * self.size,)

    def init(self, key: jax.Array, in_shape: Shape, dtype: DTypeLike) -> LayerParams:
        """Draw frequencies, phases all around the circle, and the kernels."""
        n = len(self._places(in_shape))
        for_frequencies, for_phases, for_kernel = jax.random.split(key, 3)
        waves, largest = (n, self.frequencies), 1.0 / math.sqrt(self.frequencies)
        return {
            "frequencies": self.deviation * jax.random.normal(for_frequencies, waves, dtype),
            "phases": jax.random.uniform(for_phases, waves, dtype, -0.5, 0.5),
            "kernel": jax.random.uniform(for_kernel, (*waves, self.size), dtype, -largest, largest),
            "bias": jnp.zeros((n, self.size), dtype),
        }

    def trace(self, params: LayerParams, inputs: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return the inputs with the embeddings behind them, twice."""
        places = self._places(inputs.shape[1:])
        angles = inputs[:, places, None] * params["frequencies"][None] + params["phases"][None]
        waves = jnp.cos(2 * math.pi * angles)  # (batch, columns, frequencies)
        sums = jnp.einsum("bcf,cfs->bcs", waves, params["kernel"]) + params["bias"][None]
        embedded = activations.get(self.bend)(sums).reshape(len(inputs), len(places) * self.size)
        h = jnp.concatenate([inputs, embedded], axis=1)
        return h, h

    def _places(self, in_shape: Shape) -> np.ndarray:
        if len(in_shape) != 1:
            raise DataError(
                f"A periodic embedding cannot read examples of the shape {in_shape}.",
                expected="a row of numbers, (in_features,)",
            )
        places = np.array(self.columns or range(in_shape[0]), dtype=np.int64)
        if places.max() >= in_shape[0]:
            raise DataError(
                f"There is no input {places.max()} to embed.",
                expected=f"columns from 0 to {in_shape[0] - 1}",
            )
        return places


def embedded(network: Network, columns: Sequence[int]) -> Network:
    """Return a network whose inputs have an embedding of some of them behind them.

    Parameters
    ----------
    network
        What reads the inputs; it then reads more of them.
    columns
        The inputs that are embedded, positions from 0; none: the network stays as it is.

    Examples
    --------
    >>> from pellucid import nn
    >>> embedded(nn.mlp([16], 1), [0, 2]).names
    ('embedding', 'hidden_1', 'output')
    """
    if not columns:
        return network
    return Network([PeriodicEmbedding(tuple(columns), name="embedding"), *network.layers])
