"""Columns of time series, in the form the table and the kind "series" know."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from pellucid.data.table import Array, Values


def series_column(rows: Sequence[Sequence[Sequence[float] | Array]]) -> Values:
    """Make a column of time series.

    Parameters
    ----------
    rows
        For each row its channels, and for each channel its values; NaN marks a gap. All rows have
        the same number of channels.

    Returns
    -------
    numpy.ndarray or polars.Series
        float64 ``(n, time)``, or ``(n, time, channels)`` for several channels, where all are
        equally long; else a series of lists of values, or of lists of channels.

    Examples
    --------
    >>> series_column([[[1.0, 2.0]], [[3.0, 4.0]]]).shape
    (2, 2)
    >>> series_column([[[1.0], [2.0]], [[3.0], [4.0]]]).shape
    (2, 1, 2)
    >>> series_column([[[1.0, 2.0]], [[3.0]]]).to_list()
    [[1.0, 2.0], [3.0]]
    """
    lengths = {len(channel) for row in rows for channel in row}
    one_channel = all(len(row) == 1 for row in rows)
    if len(lengths) == 1 and lengths != {0}:
        block = np.asarray(rows, dtype=np.float64)
        return block[:, 0] if one_channel else np.ascontiguousarray(block.transpose(0, 2, 1))
    plain = [[np.asarray(channel, dtype=np.float64).tolist() for channel in row] for row in rows]
    if one_channel:
        return pl.Series([row[0] for row in plain], dtype=pl.List(pl.Float64))
    return pl.Series(plain, dtype=pl.List(pl.List(pl.Float64)))


def series_of_lists(channels: Sequence[pl.Series]) -> Values:
    """Make a column of time series of lists that Polars holds already, one column a channel.

    The form is that of `series_column`, without a pass through Python's numbers.

    Examples
    --------
    >>> series_of_lists([pl.Series([[1.0, 2.0], [3.0, 4.0]])]).tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    >>> series_of_lists([pl.Series([[1.0, 2.0], [3.0]]), pl.Series([[5.0, 6.0], [7.0]])]).to_list()
    [[[1.0, 2.0], [5.0, 6.0]], [[3.0], [7.0]]]
    """
    lengths = channels[0].list.len()
    if lengths.n_unique() == 1 and lengths[0]:
        flat = [channel.explode().to_numpy() for channel in channels]
        block = np.stack(flat, axis=1).reshape(len(lengths), int(lengths[0]), len(channels))
        return block[:, :, 0] if len(channels) == 1 else np.ascontiguousarray(block)
    if len(channels) == 1:
        return channels[0]
    rows = pl.Series("row", np.arange(len(lengths)))
    one_below_another = pl.concat(pl.DataFrame([rows, channel.alias("s")]) for channel in channels)
    return one_below_another.group_by("row", maintain_order=True).agg("s")["s"]
