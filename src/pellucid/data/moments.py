"""Mean and standard deviation of the columns of a block, exact enough and small in memory.

Two passes over chunks of rows in float64, on values brought to [-1, 1] first, so that neither
huge numbers overflow nor nearly equal ones cancel. Missing entries (NaN) do not count.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.data.table import Array

# About 8 MB of float64 for a thousand features: larger chunks fall out of the caches.
CHUNK_VALUES = 1 << 20
# Beyond so many deviations the sums of a network are no numbers any more, and mean nothing long
# before.
MOST_DEVIATIONS = 1e6
LARGEST_FLOAT32 = float(np.finfo(np.float32).max)


def chunks(n_rows: int, width: int) -> Iterator[slice]:
    """Yield slices that cover the rows, each of about a million values."""
    step = max(1, CHUNK_VALUES // max(1, width))
    for start in range(0, n_rows, step):
        yield slice(start, start + step)


def unit_range(numbers: Array) -> tuple[Array, Array]:
    """Bring each column to [-1, 1], so that no sum of squares overflows.

    Parameters
    ----------
    numbers
        Finite numbers or NaN, shape ``(n, …)``.

    Returns
    -------
    tuple of numpy.ndarray
        The numbers divided by each column's largest magnitude, and these magnitudes; 1 where a
        column has none but 0.

    Examples
    --------
    >>> unit, largest = unit_range(np.array([[1e300, 0.0], [-5e299, 0.0]]))
    >>> unit.tolist(), largest.tolist()
    ([[1.0, 0.0], [-0.5, 0.0]], [1e+300, 1.0])
    """
    largest = np.fmax.reduce(np.abs(numbers), axis=0, initial=0.0)
    largest = np.where(largest > 0, largest, 1.0)
    return numbers / largest, largest


def mean_and_scale(block: Array) -> tuple[Array, Array]:
    """Return each column's mean and standard deviation.

    Parameters
    ----------
    block
        Finite numbers or NaN, shape ``(n, d)``.

    Returns
    -------
    tuple of numpy.ndarray
        Means and population standard deviations (divided by n), float64, shape ``(d,)`` each.
        A constant column has scale 1, one without any value has mean 0 and scale 1.

    Examples
    --------
    >>> mean, scale = mean_and_scale(np.array([[1.0, 5.0], [3.0, 5.0], [np.nan, 5.0]]))
    >>> mean.tolist(), scale.tolist()
    ([2.0, 5.0], [1.0, 1.0])
    """
    n_rows, width = block.shape
    low, high = extremes(block)
    middle = low / 2 + high / 2
    half = high / 2 - low / 2
    varies = half > 0
    half[~varies] = 1.0

    count = np.zeros(width)
    total = np.zeros(width)
    for rows in chunks(n_rows, width):
        unit = (block[rows].astype(np.float64) - middle) / half
        present = ~np.isnan(unit)
        count += present.sum(axis=0)
        total += np.where(present, unit, 0.0).sum(axis=0)
    count = np.maximum(count, 1.0)
    unit_mean = total / count

    squares = np.zeros(width)
    for rows in chunks(n_rows, width):
        unit = (block[rows].astype(np.float64) - middle) / half - unit_mean
        squares += np.square(np.where(np.isnan(unit), 0.0, unit)).sum(axis=0)
    scale = np.sqrt(squares / count) * half
    # A scale that underflows to 0 would divide by 0: such a column is as good as constant.
    varies &= scale > 0
    return np.where(varies, middle + unit_mean * half, middle), np.where(varies, scale, 1.0)


def extremes(block: Array) -> tuple[Array, Array]:
    """Return each column's least and largest number, 0 where it has none; float64 ``(d,)``."""
    if not len(block):
        return np.zeros(block.shape[1]), np.zeros(block.shape[1])
    if block.dtype.kind == "f":
        low = np.fmin.reduce(block, axis=0).astype(np.float64)
        high = np.fmax.reduce(block, axis=0).astype(np.float64)
        return np.nan_to_num(low, nan=0.0), np.nan_to_num(high, nan=0.0)
    return block.min(axis=0).astype(np.float64), block.max(axis=0).astype(np.float64)


def standardise(block: Array, mean: Array, scale: Array, most: float = LARGEST_FLOAT32) -> Array:
    """Subtract the means and divide by the scales; NaN becomes 0, the mean.

    Parameters
    ----------
    block
        Numbers, shape ``(n, d)``.
    mean, scale
        What `mean_and_scale` returned, shape ``(d,)``.
    most
        Results are cut off at this size.

    Returns
    -------
    numpy.ndarray
        float32, shape ``(n, d)``; finite for every finite input.
    """
    result = np.empty(block.shape, dtype=np.float32)
    for rows in chunks(*block.shape):
        with np.errstate(over="ignore"):
            unit = (block[rows].astype(np.float64) - mean) / scale
        np.nan_to_num(unit, copy=False, nan=0.0)
        result[rows] = np.clip(unit, -most, most)
    return result


def restore(array: Array, mean: Array, scale: Array) -> Array:
    """Undo `standardise`: float64, within 2⁻²³ of each value's distance from the mean."""
    return np.asarray(array, dtype=np.float64) * scale + mean
