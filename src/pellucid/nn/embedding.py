"""Embeddings: whole numbers that stand for words, users or things become vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp
from jax.typing import DTypeLike

from pellucid.errors import DataError, SettingError
from pellucid.nn.layer import Layer, Shape, register
from pellucid.nn.limits import POSITIVE, POSITIVE_WHOLE, TRUTH
from pellucid.nn.parameters import LayerParams


@register
@dataclass(frozen=True)
class Embedding(Layer):
    """Look up a vector for each number (Bengio et al. 2003, section 2).

    Parameters
    ----------
    entries
        How many different numbers there are: 0 up to, but not including, this.
    features
        The length of the vectors.
    padded
        Whether the number 0 is a filler, whose vector is 0 and stays so.
    deviation
        The standard deviation of the first vectors.
    name
        As in ``Layer``.

    Raises
    ------
    SettingError
        For settings that cannot be used.

    Notes
    -----
    Parameters: ``table`` (entries, features). Inputs, (batch, steps), may be floats that hold
    whole numbers; what is out of range is taken as the nearest number in range.

    Examples
    --------
    >>> layer = Embedding(5, 2, padded=True)
    >>> params = layer.init(jax.random.key(0), (3,), "float32")
    >>> layer.apply(params, jnp.array([[4, 1, 0]])).shape
    (1, 3, 2)
    """

    family: ClassVar[str] = "embedding"

    entries: int
    features: int
    padded: bool = False
    deviation: float = 0.1

    def __post_init__(self) -> None:
        super().__post_init__()
        _check(self)

    def out_shape(self, in_shape: Shape) -> Shape:
        """Return (*steps, features) for (*steps,)."""
        return (*in_shape, self.features)

    def init(self, key: jax.Array, in_shape: Shape, dtype: DTypeLike) -> LayerParams:
        """Draw the vectors."""
        return _table(self, key, dtype)

    def trace(self, params: LayerParams, inputs: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return the vectors, twice, (batch, *steps, features)."""
        vectors = _looked_up(self, params, inputs)
        return vectors, vectors


@register
@dataclass(frozen=True)
class EmbeddingBag(Layer):
    """Look up a vector for each number, and keep their average or sum (Joulin et al. 2017).

    Costs less than an ``Embedding`` and pooling after it, and says the same of a set of words
    without order.

    Parameters
    ----------
    entries, features, padded, deviation
        As in ``Embedding``; fillers do not count in the average.
    how
        "average" or "sum".
    name
        As in ``Layer``.

    Raises
    ------
    SettingError
        For settings that cannot be used.
    DataError
        For examples that are no row of numbers.

    Notes
    -----
    Parameters: ``table`` (entries, features).

    Examples
    --------
    >>> layer = EmbeddingBag(3, 1, padded=True)
    >>> table = jnp.array([[9.0], [1.0], [3.0]])
    >>> layer.apply({"table": table}, jnp.array([[1, 2, 0, 0]])).tolist()
    [[2.0]]
    """

    family: ClassVar[str] = "embedding_bag"

    entries: int
    features: int
    how: str = "average"
    padded: bool = False
    deviation: float = 0.1

    def __post_init__(self) -> None:
        super().__post_init__()
        _check(self)
        if self.how not in ("average", "sum"):
            raise SettingError(f"how must be 'average' or 'sum'; received: {self.how!r}")

    def out_shape(self, in_shape: Shape) -> Shape:
        """Return (features,) for (steps,)."""
        if len(in_shape) != 1:
            raise DataError(
                f"An embedding bag received examples of the shape {in_shape}.",
                expected="a row of whole numbers, (steps,)",
            )
        return (self.features,)

    def init(self, key: jax.Array, in_shape: Shape, dtype: DTypeLike) -> LayerParams:
        """Draw the vectors."""
        return _table(self, key, dtype)

    def trace(self, params: LayerParams, inputs: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return the average or the sum, twice, (batch, features)."""
        self.out_shape(inputs.shape[1:])
        total = jnp.sum(_looked_up(self, params, inputs), axis=1)
        if self.how == "average":
            counted = _numbers(inputs) != 0 if self.padded else jnp.ones(inputs.shape, bool)
            total = total / jnp.maximum(jnp.sum(counted, axis=1, keepdims=True), 1)
        return total, total


def _check(layer: Embedding | EmbeddingBag) -> None:
    POSITIVE_WHOLE.check("entries", layer.entries)
    POSITIVE_WHOLE.check("features", layer.features)
    TRUTH.check("padded", layer.padded)
    POSITIVE.check("deviation", layer.deviation)


def _table(layer: Embedding | EmbeddingBag, key: jax.Array, dtype: DTypeLike) -> LayerParams:
    table = layer.deviation * jax.random.normal(key, (layer.entries, layer.features), dtype)
    return {"table": table}


def _numbers(inputs: jax.Array) -> jax.Array:
    return inputs.astype(jnp.int32)


def _looked_up(
    layer: Embedding | EmbeddingBag, params: LayerParams, inputs: jax.Array
) -> jax.Array:
    numbers = _numbers(inputs)
    vectors = jnp.take(params["table"], numbers, axis=0, mode="clip")
    if layer.padded:
        vectors = jnp.where((numbers != 0)[..., None], vectors, 0.0)
    return vectors
