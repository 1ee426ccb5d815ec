"""Series of any length, laid end to end, and brought to one length.

Lengths and gaps differ from series to series, so no array holds them as they come; laid end to
end they are one array, and NumPy works on all of them at once. What happens to a series depends
on itself alone, to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pellucid.data.table import Array, Values


@dataclass(frozen=True)
class Ragged:
    """Series laid end to end.

    Attributes
    ----------
    values
        All numbers, NaN where one is missing; float64, shape ``(total,)``.
    lengths
        How many of them belong to each series; int64, shape ``(m,)``.

    Examples
    --------
    >>> Ragged(np.array([1.0, 2.0, 9.0]), np.array([2, 0, 1])).starts.tolist()
    [0, 2, 2]
    """

    values: Array
    lengths: Array

    @property
    def starts(self) -> Array:
        """Where each series begins, int64, shape ``(m,)``."""
        return np.cumsum(self.lengths) - self.lengths

    def take(self, chosen: Array) -> Ragged:
        """Return the series that a mask of shape ``(m,)`` chooses."""
        return Ragged(self.values[np.repeat(chosen, self.lengths)], self.lengths[chosen])


def lay_flat(values: Values) -> tuple[Ragged, Array]:
    """Lay the series of a column end to end, channel after channel within a row.

    Parameters
    ----------
    values
        An array ``(n, time)`` or ``(n, time, channels)``, or Polars lists: of numbers, or of
        one list of numbers a channel.

    Returns
    -------
    tuple
        The series, and the number of channels in each row, int64 ``(n,)``; a row without a
        list has none.
    """
    if isinstance(values, np.ndarray):
        n_rows, n_steps = values.shape[:2]
        n_channels = values.shape[2] if values.ndim == 3 else 1
        flat = np.moveaxis(values, 2, 1) if values.ndim == 3 else values
        lengths = np.full(n_rows * n_channels, n_steps, dtype=np.int64)
        return (
            Ragged(flat.astype(np.float64).reshape(-1), lengths),
            np.full(n_rows, n_channels, dtype=np.int64),
        )
    inner = values.dtype.inner if isinstance(values.dtype, pl.List) else None
    if isinstance(inner, pl.List):
        n_channels = _list_lengths(values)
        channels = _exploded(values)
    else:
        n_channels = values.is_not_null().cast(pl.Int64).to_numpy()
        channels = values.drop_nulls()
    numbers = _exploded(channels).cast(pl.Float64).fill_null(np.nan).to_numpy()
    return Ragged(numbers, _list_lengths(channels)), n_channels


def _list_lengths(lists: pl.Series) -> Array:
    return lists.list.len().fill_null(0).cast(pl.Int64).to_numpy()


def _exploded(lists: pl.Series) -> pl.Series:
    # An empty list would explode into a null.
    return lists.filter(lists.list.len().fill_null(0) > 0).explode()


def resample(series: Ragged, n_steps: int) -> Array:
    """Bring every series to one length.

    Gaps are filled on the straight line between their neighbours, at the ends with the nearest
    number. A shorter series is drawn out by linear interpolation between its first and its last
    number; of a longer one, neighbouring numbers are averaged.

    Parameters
    ----------
    series
        The series, as they came.
    n_steps
        The length wanted, at least 1.

    Returns
    -------
    numpy.ndarray
        float64, shape ``(m, n_steps)``; NaN throughout for a series without any number.

    Examples
    --------
    >>> resample(Ragged(np.array([1.0, 3.0]), np.array([2])), 3).tolist()
    [[1.0, 2.0, 3.0]]
    >>> resample(Ragged(np.array([1.0, 3.0, 5.0, 7.0]), np.array([4])), 2).tolist()
    [[2.0, 6.0]]
    """
    shortened = _shorten(series, n_steps)
    filled = fill_gaps(shortened)
    if (shortened.lengths == n_steps).all():
        # Adding 0 makes -0 into 0, as interpolating does, so that no bit depends on the others.
        return filled.reshape(-1, n_steps) + 0.0
    last = np.maximum(shortened.lengths - 1, 0)[:, None]
    position = np.arange(n_steps) * last / max(1, n_steps - 1)
    before = position.astype(np.int64)
    weight = position - before
    after = np.minimum(before + 1, last)
    start = shortened.starts[:, None]
    # A series of length 0 points behind the end: the NaN there is what it becomes.
    filled = np.append(filled, np.nan)
    result = filled[start + before] * (1.0 - weight) + filled[start + after] * weight
    result[shortened.lengths == 0] = np.nan
    return np.asarray(result + 0.0)


def _shorten(series: Ragged, n_steps: int) -> Ragged:
    """Average neighbouring numbers of each series that is longer than ``n_steps``."""
    is_long = series.lengths > n_steps
    if not is_long.any():
        return series
    long = series.take(is_long)
    bounds = long.starts[:, None] + bin_bounds(long.lengths, n_steps)
    present = ~np.isnan(long.values)
    totals = np.add.reduceat(np.where(present, long.values, 0.0), bounds.reshape(-1))
    counts = np.add.reduceat(present.astype(np.int64), bounds.reshape(-1))
    means = np.where(counts > 0, totals / np.maximum(counts, 1), np.nan)
    lengths = np.minimum(series.lengths, n_steps)
    values = np.empty(int(lengths.sum()))
    is_mean = np.repeat(is_long, lengths)
    values[is_mean] = means
    values[~is_mean] = series.values[np.repeat(~is_long, series.lengths)]
    return Ragged(values, lengths)


def bin_bounds(lengths: Array, n_bins: int) -> Array:
    """Return where each bin of each series begins, int64 ``(m, n_bins)``."""
    return np.asarray(np.arange(n_bins) * lengths[:, None] // n_bins)


def fill_gaps(series: Ragged) -> Array:
    """Return all numbers with the gaps filled; a series without any number stays NaN."""
    values = series.values
    missing = np.isnan(values)
    if not missing.any():
        return values
    position = np.arange(len(values))
    before = np.maximum.accumulate(np.where(missing, -1, position))
    after = np.minimum.accumulate(np.where(missing, len(values), position)[::-1])[::-1]
    start = np.repeat(series.starts, series.lengths)
    end = start + np.repeat(series.lengths, series.lengths)
    gaps = np.flatnonzero(missing)
    before, after, start, end = before[gaps], after[gaps], start[gaps], end[gaps]
    before = np.where(before >= start, before, -1)
    after = np.where(after < end, after, -1)
    left = np.where(before >= 0, before, after)
    right = np.where(after >= 0, after, before)
    weight = np.where(right > left, (gaps - left) / np.maximum(right - left, 1), 0.0)
    filled = values.copy()
    # Where neither side has a number, both point at -1; whatever is there is overwritten.
    filled[gaps] = values[left] * (1.0 - weight) + values[right] * weight
    filled[gaps[left < 0]] = np.nan
    return filled


def undo_resample(rows: Array, lengths: Array) -> Ragged:
    """Return series of the given lengths that `resample` would bring to these rows.

    Parameters
    ----------
    rows
        What `resample` returned, shape ``(m, n_steps)``.
    lengths
        The lengths that the series had, int64, shape ``(m,)``.
    """
    n_steps = rows.shape[1]
    parts = np.empty(int(lengths.sum()))
    starts = np.cumsum(lengths) - lengths
    for length in np.unique(lengths):
        chosen = lengths == length
        if length > n_steps:
            bins = np.searchsorted(
                bin_bounds(np.array([length]), n_steps)[0], np.arange(length), "right"
            )
            series = rows[chosen][:, bins - 1]
        elif length == n_steps:
            series = rows[chosen]
        elif length == 0:
            continue
        else:
            # The rows are a linear function of the shorter series, and hold all of it.
            units = Ragged(np.eye(length).reshape(-1), np.full(length, length))
            series = np.linalg.lstsq(resample(units, n_steps).T, rows[chosen].T)[0].T
        parts[starts[chosen][:, None] + np.arange(length)] = series
    return Ragged(parts, lengths)
