"""Tensors for the page: one binary frame each.

Little-endian; the page reads the payload in place, as a typed array over the same bytes::

    byte  0   u8   version of this form, 1
    byte  1   u8   what the numbers are: 1 int8, 2 float32
    byte  2   u8   rank r, at most 8
    byte  3   u8   0
    byte  4   f32  scale: an int8 times it is the number; 1 for float32
    byte  8   u64  the step of the training that it is of; 0 of a finished model
    byte 16   r × u32  shape of what follows
              r × u32  where it begins in the whole array
              r × u32  shape of the whole array
              r × u32  how many entries of the whole each number stands for, along each axis
              zeros up to a multiple of 8
              the numbers, row by row

A number that stands for several is the one of largest size among them, with its sign, so that a
single strong weight is never lost in an overview. The int8 -128 is what is not finite.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pellucid.data.table import Array

VERSION = 1
INT8, FLOAT32 = 1, 2
LARGEST_INT8, NOT_FINITE = 127, -128
MEDIA_TYPE = "application/octet-stream"
_HEAD = struct.Struct("<BBBBfQ")
_ALIGNED_TO = 8


@dataclass(frozen=True)
class Frame:
    """A tensor, or a tile or an overview of one.

    Attributes
    ----------
    numbers
        The exact numbers, taken as float32; for an overview int8.
    scale
        What int8 numbers are multiplied by.
    offset
        Where it begins in the whole array, along each axis.
    whole
        The whole array's shape.
    each
        How many entries of the whole a number stands for, along each axis.
    step
        The training's step.
    """

    numbers: Array
    offset: tuple[int, ...]
    whole: tuple[int, ...]
    each: tuple[int, ...]
    scale: float = 1.0
    step: int = 0

    def to_bytes(self) -> bytes:
        """Write the frame."""
        is_int8 = self.numbers.dtype == np.int8
        rank = self.numbers.ndim
        kind = INT8 if is_int8 else FLOAT32
        head = _HEAD.pack(VERSION, kind, rank, 0, self.scale, self.step)
        lists = (self.numbers.shape, self.offset, self.whole, self.each)
        head += struct.pack(f"<{4 * rank}I", *(entry for one in lists for entry in one))
        head += bytes(-len(head) % _ALIGNED_TO)
        return head + np.ascontiguousarray(self.numbers, "i1" if is_int8 else "<f4").tobytes()


def tile(whole: Array, slices: Sequence[slice], step: int = 0) -> Frame:
    """Return a part of an array as exact numbers.

    Examples
    --------
    >>> frame = tile(np.arange(12.0).reshape(3, 4), (slice(1, 3), slice(0, 2)))
    >>> frame.numbers.tolist(), frame.offset
    ([[4.0, 5.0], [8.0, 9.0]], (1, 0))
    """
    begins = tuple(one.indices(n)[0] for one, n in zip(slices, whole.shape, strict=True))
    part = whole[tuple(slices)].astype(np.float32)
    return Frame(part, begins, whole.shape, (1,) * whole.ndim, step=step)


def overview(whole: Array, most: int, step: int = 0) -> Frame:
    """Return an array as int8, with at most so many numbers along each axis.

    Examples
    --------
    >>> frame = overview(np.array([1.0, -4.0, 2.0, 0.0]), most=2)
    >>> np.round(frame.numbers * frame.scale, 4).tolist(), frame.each
    ([-4.0, 2.0157], (2,))
    """
    each = tuple(max(1, math.ceil(n / most)) for n in whole.shape)
    numbers, scale = to_int8(strongest(whole, each))
    return Frame(numbers, (0,) * whole.ndim, whole.shape, each, scale, step)


def strongest(whole: Array, each: Sequence[int]) -> Array:
    """Return, of each block of so many entries along each axis, the one of largest size.

    What is not finite is larger than anything else.
    """
    found = whole
    for axis, n in enumerate(each):
        if n > 1:
            found = _strongest_along(found, axis, n)
    return found


def _strongest_along(whole: Array, axis: int, n: int) -> Array:
    starts = np.arange(0, whole.shape[axis], n)
    highest = np.maximum.reduceat(whole, starts, axis=axis)
    lowest = np.minimum.reduceat(whole, starts, axis=axis)
    return np.where(np.abs(lowest) > np.abs(highest), lowest, highest)


def to_int8(numbers: Array) -> tuple[Array, float]:
    """Return numbers as int8 with their scale: the largest size becomes 127."""
    finite = np.isfinite(numbers)
    largest = float(np.abs(numbers, where=finite, out=np.zeros(numbers.shape)).max(initial=0.0))
    scale = float(np.float32(largest / LARGEST_INT8)) or 1.0
    scaled = np.rint(np.where(finite, numbers, 0.0) / scale)
    clipped = np.clip(scaled, -LARGEST_INT8, LARGEST_INT8)
    return np.where(finite, clipped, NOT_FINITE).astype(np.int8), scale
