"""How good a forecast of all steps is, beside the naive and the seasonal naive one, by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from pellucid import metrics
from pellucid.data import Table
from pellucid.data.steps_ahead import SEASON, season_ago
from pellucid.data.table import Array
from pellucid.data.windowed import last_values
from pellucid.data.windows import PAST, Windows
from pellucid.model.forecast import levels
from pellucid.tasks import Forecasting

# Fewer blocks of windows say too little of how far chance may have moved a score.
_LEAST_BLOCKS = 10


@dataclass(frozen=True)
class References:
    """The forecasts that know no learning, in the person's units.

    Attributes
    ----------
    naive
        That nothing changes: each series' last value known, ``(n, series)``.
    seasonal
        What was a season ago, ``(n, series, horizon)``; None where no season was found. What
        lies before the table's first row, or is missing, is the last value known.
    """

    naive: Array
    seasonal: Array | None

    @classmethod
    def of(cls, windows: Windows, table: Table) -> Self:
        """Take them from windows whose targets are known."""
        naive = np.stack([last_values(table[PAST + name]) for name in windows.targets], axis=1)
        if not all(SEASON + name in table for name in windows.targets):
            return cls(naive, None)
        seasonal = np.stack(
            [
                season_ago(np.asarray(table[SEASON + name]), windows.horizon)
                for name in windows.targets
            ],
            axis=1,
        )
        return cls(naive, np.where(np.isnan(seasonal), naive[:, :, None], seasonal))

    def forecasts(self, horizon: int) -> dict[str, Array]:
        """Return each by its name, ``(n, series, horizon)``."""
        naive = np.broadcast_to(self.naive[:, :, None], (*self.naive.shape, horizon))
        return {"naive": naive} | (
            {} if self.seasonal is None else {"seasonal_naive": self.seasonal}
        )


def references_of(windows: Windows | None, table: Table) -> Array | References | None:
    """Return what a forecast of windows is compared with; None where nothing is forecast.

    Where only the value at the horizon is answered, it is the last value known, ``(n,)``.
    """
    if windows is not None and windows.steps is not None:
        return References.of(windows, table)
    return levels(windows, table)


def measure_steps(
    task: Forecasting, outputs: Array, targets: Array, references: References
) -> dict[str, Any]:
    """Measure forecasts, beside the references, over all steps and by step.

    Parameters
    ----------
    task
        The task.
    outputs, targets
        Of the network and encoded.
    references
        Of the same windows.

    Returns
    -------
    dict
        ``metrics`` and ``baseline`` (the naive forecast's) as `Forecasting.metrics`;
        ``intervals`` of the metrics (95 %); and ``forecast``: ``horizon``, ``season``,
        ``seasonal_naive`` with its metrics or None, and ``by_step`` with lists of ``mae``,
        ``rmse``, ``mse``, ``mase``, ``r2`` for ``network``, ``naive`` and ``seasonal_naive`` (in
        the person's units of one series; of several ``scaled_mae``, ``scaled_mse`` and ``mase``).
    """
    known = task.scaled(targets)
    forecasts = {"network": task.scaled(outputs)}
    for name, numbers in references.forecasts(task.horizon).items():
        forecasts[name] = _scaled(task, numbers)
    found = {name: task.measure(own, known) for name, own in forecasts.items()}
    return {
        "metrics": found["network"],
        "baseline": found["naive"],
        "intervals": intervals_of_forecasts(task, forecasts["network"], known),
        "forecast": {
            "horizon": task.horizon,
            "season": task.season,
            "seasonal_naive": found.get("seasonal_naive"),
            "by_step": {name: _by_step(task, own, known) for name, own in forecasts.items()},
        },
    }


def intervals_of_forecasts(
    task: Forecasting, forecasts: Array, known: Array
) -> dict[str, metrics.Interval]:
    """Return 95 % intervals of the metrics; none where there are too few windows.

    Neighbouring windows share their rows, so whole blocks of them are drawn anew: one and a half
    times as long as the horizon (block bootstrap; Künsch 1989, "The Jackknife and the Bootstrap
    for General Stationary Observations").
    """
    missed = forecasts - known
    length = max(2, round(1.5 * task.horizon))
    n_blocks = len(missed) // length
    if n_blocks < _LEAST_BLOCKS or np.isnan(missed).all(axis=(0, 2)).any():
        return {}
    blocks = missed[-n_blocks * length :].reshape(n_blocks, length, len(task.names), task.horizon)
    if np.isnan(blocks).all(axis=(1, 3)).any():
        return {}
    squares = np.nanmean(blocks**2, axis=(1, 3))
    sizes = np.nanmean(np.abs(blocks), axis=(1, 3))
    n = len(task.names)
    scales = np.array([target.scale for target in task.targets])
    usual = np.array(task.season_errors)
    one = n == 1
    names = ["scaled_mse", "scaled_mae"]
    for name in task.names:
        names += [
            metric if one else f"{name}.{metric}" for metric in ("mae", "rmse", "mse", "mase")
        ]
    if not one:
        names.append("mase")

    def scores(means: Array) -> Array:
        square, size = means[:, :n], means[:, n:]
        mase = size * scales / np.where(usual > 0, usual, np.nan)
        columns = [square.mean(axis=1), size.mean(axis=1)]
        for k in range(n):
            root = np.sqrt(square[:, k]) * scales[k]
            with np.errstate(over="ignore"):  # what is too large has no interval
                columns += [size[:, k] * scales[k], root, root * root, mase[:, k]]
        if not one:
            known_mase = mase[:, usual > 0]
            columns.append(known_mase.mean(axis=1) if known_mase.shape[1] else mase[:, 0])
        return np.stack(columns, axis=1)

    ends = metrics.bootstrap(np.concatenate([squares, sizes], axis=1), scores)
    return {name: end for name, end in zip(names, ends, strict=True) if np.isfinite(end).all()}


def _scaled(task: Forecasting, numbers: Array) -> Array:
    """Bring numbers ``(n, series, steps)`` from the person's units into the standardised scale."""
    scale = np.array([target.scale for target in task.targets])[None, :, None]
    mean = np.array([target.mean for target in task.targets])[None, :, None]
    return np.asarray((numbers - mean) / scale)


def _by_step(task: Forecasting, forecasts: Array, known: Array) -> dict[str, list[float | None]]:
    """Measure each step by itself; a step of which nothing is known has no number (null)."""
    missed, there = forecasts - known, ~np.isnan(known)
    counts = np.where(there.any(axis=0), there.sum(axis=0), np.nan)  # (series, steps)
    sizes = np.nansum(np.abs(missed), axis=0) / counts
    squares = np.nansum(missed**2, axis=0) / counts
    scales = np.array([target.scale for target in task.targets])[:, None]
    usual = np.array(task.season_errors)[:, None]
    found = {}
    if (usual > 0).any():
        ratios = (sizes * scales)[usual[:, 0] > 0] / usual[usual > 0][:, None]
        found["mase"] = _mean_known(ratios)
    if len(task.names) > 1:
        found |= {"scaled_mae": _mean_known(sizes), "scaled_mse": _mean_known(squares)}
    else:
        roots = scales[0] * np.sqrt(squares[0])
        means = np.nansum(known, axis=0) / counts
        around = np.nansum((known - means) ** 2, axis=0) / counts
        share = 1.0 - squares / np.where(around > 0, around, np.nan)
        found |= {"mae": scales[0] * sizes[0], "rmse": roots, "mse": roots * roots, "r2": share[0]}
    return {
        name: [float(value) if np.isfinite(value) else None for value in values]
        for name, values in found.items()
    }


def _mean_known(numbers: Array) -> Array:
    """Return the mean over series of what is known at each step, (steps,); NaN where nothing is."""
    known = ~np.isnan(numbers)
    counts = known.sum(axis=0)
    return np.asarray(np.nansum(numbers, axis=0) / np.where(counts > 0, counts, np.nan))
