"""Pooling: of the places in a window, or of all places, one number a channel is kept."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.errors import DataError, SettingError
from pellucid.nn.layer import Layer, Shape, register
from pellucid.nn.limits import TRUTH
from pellucid.nn.padding import presence
from pellucid.nn.parameters import LayerParams
from pellucid.nn.windows import Windows, check_padding, per_axis, require_places

WAYS = ("max", "average")


@register
@dataclass(frozen=True)
class Pooling(Layer):
    """Keep the largest, or the average, of the places in each window.

    Parameters
    ----------
    size
        The window's length for series, ``(2,)``; height and width for images, ``(2, 2)``.
    how
        "max" or "average".
    stride
        How far windows move; left out, they lie side by side.
    padding
        "valid": windows stay inside; "same": ⌈places / stride⌉ of them, of which only the
        places inside the example count.
    name
        As in ``Layer``.

    Raises
    ------
    SettingError
        For settings that cannot be used.
    DataError
        For examples of another shape, or smaller than a window.

    Examples
    --------
    >>> image = jnp.arange(16.0).reshape(1, 4, 4, 1)
    >>> Pooling((2, 2)).apply({}, image)[0, :, :, 0].tolist()
    [[5.0, 7.0], [13.0, 15.0]]
    """

    family: ClassVar[str] = "pooling"

    size: int | tuple[int, ...]
    how: str = "max"
    stride: int | tuple[int, ...] | None = None
    padding: str = "valid"

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_way(self.how)
        check_padding(self.padding)
        size = per_axis("size", self.size)
        stride = size if self.stride is None else per_axis("stride", self.stride, len(size))
        object.__setattr__(self, "size", size)
        object.__setattr__(self, "stride", stride)

    @property
    def windows(self) -> Windows:
        """How the windows move."""
        size, stride = self._as_tuples()
        return Windows(size, stride, (1,) * len(size), self.padding)

    def out_shape(self, in_shape: Shape) -> Shape:
        """Return (*places, channels), with fewer places."""
        require_places("pooling", in_shape, len(self.windows.size))
        return (*self.windows.counts(in_shape[:-1]), in_shape[-1])

    def trace(self, params: LayerParams, inputs: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return what was kept, twice, (batch, *places, channels)."""
        windows = self.windows
        require_places("pooling", inputs.shape[1:], len(windows.size))
        if self.how == "max":
            kept = functools.reduce(jnp.maximum, windows.slices(inputs, fill=-jnp.inf))
        else:
            total = functools.reduce(jnp.add, windows.slices(inputs))
            real = windows.real_places(inputs.shape[1:-1])
            kept = total / jnp.asarray(real, total.dtype)[None]
        return kept, kept

    def _as_tuples(self) -> Any:
        return self.size, self.stride


@register
@dataclass(frozen=True)
class GlobalPooling(Layer):
    """Keep one number a channel: the largest, or the average, over all places.

    Parameters
    ----------
    how
        "max" or "average" (Lin, Chen & Yan 2014, section 3.2).
    padded
        Whether steps that hold nothing but zeros are padding, and left out. Where nothing is
        left, 0 comes out.
    name
        As in ``Layer``.

    Raises
    ------
    SettingError
        For settings that cannot be used.
    DataError
        For examples without places.

    Examples
    --------
    >>> steps = jnp.array([[[1.0], [3.0], [0.0]]])
    >>> GlobalPooling("average", padded=True).apply({}, steps).tolist()
    [[2.0]]
    """

    family: ClassVar[str] = "global_pooling"

    how: str = "average"
    padded: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_way(self.how)
        TRUTH.check("padded", self.padded)

    def out_shape(self, in_shape: Shape) -> Shape:
        """Return (channels,) for (*places, channels)."""
        if len(in_shape) < 2:
            raise DataError(
                f"A global pooling layer received examples of the shape {in_shape}.",
                expected="examples of the shape (*places, channels)",
            )
        return in_shape[-1:]

    def trace(self, params: LayerParams, inputs: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return what was kept, twice, (batch, channels)."""
        self.out_shape(inputs.shape[1:])
        axes = tuple(range(1, inputs.ndim - 1))
        if not self.padded:
            pool = jnp.max if self.how == "max" else jnp.mean
            kept = pool(inputs, axis=axes)
            return kept, kept
        there = presence(inputs)  # (batch, *places, 1)
        n_there = jnp.sum(there, axis=axes)  # (batch, 1)
        if self.how == "max":
            largest = jnp.max(jnp.where(there > 0, inputs, -jnp.inf), axis=axes)
            kept = jnp.where(n_there > 0, largest, 0.0)
        else:
            kept = jnp.sum(inputs * there, axis=axes) / jnp.maximum(n_there, 1)
        return kept, kept


def _check_way(how: str) -> None:
    if how not in WAYS:
        raise SettingError(f"how must be 'max' or 'average'; received: {how!r}")
