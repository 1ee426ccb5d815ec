"""A forecast in one line for each series: the last values known, and those that follow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

if TYPE_CHECKING:
    from pellucid.data import Table
    from pellucid.data.table import Array
    from pellucid.model import TrainedModel

_BARS = "▁▂▃▄▅▆▇█"
# So many columns of a terminal are drawn on either side, at most.
_MOST_PAST, _MOST_AHEAD = 30, 30
_MOST_SERIES = 12


def forecast_lines(trained: TrainedModel, table: Table, answers: pl.DataFrame) -> Iterator[str]:
    """Yield a line for each series of a forecast; nothing for other models.

    Parameters
    ----------
    trained
        The model.
    table
        The rows that the forecast starts from.
    answers
        What it answered.
    """
    from pellucid.data.windowed import course_of
    from pellucid.tasks import Forecasting

    task, windows = trained.task, trained.windows
    if not isinstance(task, Forecasting) or windows is None or windows.made(table):
        return
    order = windows.order_of(table)
    width = max(map(len, task.names[:_MOST_SERIES]))
    for name, column in list(zip(task.names, task.answer_columns(), strict=True))[:_MOST_SERIES]:
        past = course_of(table, name)[order]
        past = past[: np.flatnonzero(~np.isnan(past))[-1] + 1][-windows.window :]
        ahead = answers[column].to_numpy()
        bars = sparkline(_thinned(past, _MOST_PAST), _thinned(ahead, _MOST_AHEAD))
        yield f"{name:{width}}  {bars}  {ahead[0]:.4g} … {ahead[-1]:.4g}"


def sparkline(past: ArrayLike, ahead: ArrayLike) -> str:
    """Draw numbers as bars, those ahead behind a line; a missing one is a blank.

    Examples
    --------
    >>> sparkline([1, 2, 8], [4, 8])
    '▁▂█│▄█'
    """
    past, ahead = np.asarray(past, dtype=np.float64), np.asarray(ahead, dtype=np.float64)
    both = np.concatenate([past, ahead])
    low, high = np.nanmin(both), np.nanmax(both)
    share = (both - low) / (high - low) if high > low else np.full(len(both), 0.5)
    marks = [" " if np.isnan(s) else _BARS[min(7, int(s * 8))] for s in share]
    return "".join(marks[: len(past)]) + "│" + "".join(marks[len(past) :])


def _thinned(values: Array, most: int) -> Array:
    """Return the means of at most so many stretches of values."""
    if len(values) <= most:
        return values
    parts = np.array_split(values, most)
    return np.array([np.nan if np.isnan(part).all() else np.nanmean(part) for part in parts])
