"""What a forecast is measured by: beside the naive one, which says that nothing changes."""

from __future__ import annotations

import numpy as np
import polars as pl

from pellucid import metrics
from pellucid.data import Table
from pellucid.data.windows import LAST, Windows
from pellucid.tasks import Regression


def levels(windows: Windows | None, table: Table) -> np.ndarray | None:
    """Return the last value of the target that is known in each window, float64 ``(n,)``.

    None where nothing is forecast, or not one target that is a number.
    """
    if windows is None or len(windows.targets) != 1 or windows.targets[0] not in windows.past:
        return None
    values = table[LAST + windows.targets[0]]
    return values.to_numpy() if isinstance(values, pl.Series) else None


def measure_forecast(
    task: Regression,
    outputs: np.ndarray,
    targets: np.ndarray,
    level: np.ndarray,
    start: np.ndarray,
) -> tuple[dict[str, float], dict[str, float], dict[str, metrics.Interval]]:
    """Measure a forecast and the naive one, in the person's units; with the forecast's intervals.

    Parameters
    ----------
    task
        What turns outputs and targets into numbers.
    outputs, targets
        Of the network and encoded, shape ``(n, 1)``.
    level
        The last value known, shape ``(n,)``.
    start
        What outputs and targets are counted from: the level, or 0.
    """
    known = task.target.numbers(targets) + start
    answers = task.target.numbers(outputs) + start
    intervals = metrics.intervals_of_numbers(known, answers)
    return _measure(known, answers), _measure(known, level), intervals


def _measure(known: np.ndarray, answers: np.ndarray) -> dict[str, float]:
    return {
        "r2": metrics.r2(known, answers),
        "rmse": metrics.rmse(known, answers),
        "mae": metrics.mae(known, answers),
    }
