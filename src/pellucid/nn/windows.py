"""Windows that move over the places of an example: the pixels of an image, the steps of a series.

Convolution and pooling both look through them. Cutting is shifted slices, one for each place
inside a window: the gradient of a slice is a sum of shifted arrays, which a CPU does well, where
the gradient of XLA's own convolution and pooling is many times slower there.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.errors import DataError, SettingError
from pellucid.nn.layer import Shape
from pellucid.nn.limits import POSITIVE_WHOLE

PADDINGS = ("same", "valid")


@dataclass(frozen=True)
class Windows:
    """The size of windows, and how they move.

    Parameters
    ----------
    size
        Places along each axis: (3,) for series, (3, 3) for images.
    stride
        How far a window moves to the next, along each axis.
    dilation
        The distance of neighbouring places in a window, along each axis.
    padding
        "same": as many windows as ⌈places / stride⌉, filled up at the edges, the odd place at
        the end; "valid": those that lie inside.
    """

    size: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    padding: str

    def counts(self, places: Shape) -> Shape:
        """Return how many windows there are along each axis.

        Raises
        ------
        DataError
            Where windows do not fit into the examples.
        """
        if self.padding == "same":
            return tuple(-(-n // step) for n, step in zip(places, self.stride, strict=True))
        if any(n < reach for n, reach in zip(places, self.reaches, strict=True)):
            raise DataError(
                f"Windows of {_by(self.reaches)} do not fit into examples of {_by(places)}.",
                expected=f"examples of at least {_by(self.reaches)}",
                remedy='take smaller windows, or padding="same"',
            )
        spans = zip(places, self.reaches, self.stride, strict=True)
        return tuple((n - reach) // step + 1 for n, reach, step in spans)

    def margins(self, places: Shape) -> tuple[tuple[int, int], ...]:
        """Return how many places are added before and after each axis."""
        if self.padding == "valid":
            return tuple((0, 0) for _ in places)
        margins = []
        axes = zip(places, self.counts(places), self.reaches, self.stride, strict=True)
        for n, count, reach, step in axes:
            total = max((count - 1) * step + reach - n, 0)
            margins.append((total // 2, total - total // 2))
        return tuple(margins)

    def slices(self, inputs: jax.Array, fill: float = 0.0) -> list[jax.Array]:
        """Cut a batch into shifted slices, one for each place in a window, in C order.

        Parameters
        ----------
        inputs
            (batch, *places, channels)
        fill
            What stands beyond the edges.

        Returns
        -------
        list of jax.Array
            Each (batch, *counts, channels).
        """
        places = inputs.shape[1:-1]
        counts, margins = self.counts(places), self.margins(places)
        if any(before or after for before, after in margins):
            inputs = jnp.pad(inputs, ((0, 0), *margins, (0, 0)), constant_values=fill)
        cuts = []
        for offsets in itertools.product(*map(range, self.size)):
            axes = zip(offsets, self.dilation, counts, self.stride, strict=True)
            own = (
                slice(at * apart, at * apart + (count - 1) * step + 1, step)
                for at, apart, count, step in axes
            )
            cuts.append(inputs[(slice(None), *own)])
        return cuts

    def real_places(self, places: Shape) -> np.ndarray:
        """Count the places of each window that lie inside the example, (*counts, 1)."""
        counted = np.ones((), dtype=np.int64)
        axes = zip(places, self.counts(places), self.margins(places), strict=True)
        for axis, (n, count, (before, _)) in enumerate(axes):
            firsts = np.arange(count)[:, None] * self.stride[axis] - before
            at = firsts + np.arange(self.size[axis]) * self.dilation[axis]
            inside = ((at >= 0) & (at < n)).sum(axis=1)
            counted = np.multiply.outer(counted, inside)
        return counted[..., None]

    @property
    def reaches(self) -> Shape:
        """The places from a window's first to its last, along each axis."""
        return tuple((n - 1) * apart + 1 for n, apart in zip(self.size, self.dilation, strict=True))


def per_axis(setting: str, value: Any, n_axes: int | None = None) -> tuple[int, ...]:
    """Return one positive whole number for each axis; a single one stands for all.

    Raises
    ------
    SettingError
        For other values, or another number of axes than 1 or 2.

    Examples
    --------
    >>> per_axis("size", 3, 2), per_axis("stride", [2, 1], 2)
    ((3, 3), (2, 1))
    """
    is_several = isinstance(value, tuple | list)
    numbers = tuple(value) if is_several else (value,) * (n_axes or 1)
    for number in numbers:
        POSITIVE_WHOLE.check(setting, number)
    if n_axes is None and len(numbers) not in (1, 2):
        raise SettingError(
            f"{setting} must have one number (series) or two (images); received: {value!r}"
        )
    if n_axes is not None and len(numbers) != n_axes:
        raise SettingError(f"{setting} must have {n_axes} numbers; received: {value!r}")
    return numbers


def check_padding(padding: str) -> None:
    """Raise a SettingError for what is no way of padding."""
    if padding not in PADDINGS:
        raise SettingError(f"padding must be 'same' or 'valid'; received: {padding!r}")


def require_places(what: str, in_shape: Shape, n_axes: int) -> None:
    """Raise a DataError where examples do not have the axes of a series or an image."""
    if len(in_shape) != n_axes + 1:
        form = "(steps, channels)" if n_axes == 1 else "(height, width, channels)"
        raise DataError(
            f"A {what} layer received examples of the shape {in_shape}.",
            expected=f"examples of the shape {form}",
            remedy="put nn.Reshape(shape) before it",
        )


def _by(places: Shape) -> str:
    return " × ".join(map(str, places)) + (" steps" if len(places) == 1 else " pixels")
