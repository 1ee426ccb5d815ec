"""Intervals of forecasts: conformal, for each series and each step ahead by itself.

How far off a forecast is grows with the step, and with how much its window moves: the score of a
calibration window is |value - forecast| divided by the window's deviation. On the hourly
electricity data of docs/forecasting.md this made intervals a quarter narrower than unscaled ones,
and their coverage nearer to what was asked for. Windows of one series follow one another and are
not drawn by chance, so that coverage is no theorem, as it is for rows of a table; the test says
what it is (Vovk, Gammerman & Shafer 2005; Stankevičiūtė et al. 2021, "Conformal Time-series
Forecasting").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import polars as pl

from pellucid import metrics
from pellucid.data.table import Array
from pellucid.errors import SettingError
from pellucid.model.ranked import RankedScores, kept_ranks, packed, unpacked
from pellucid.tasks import Forecasting, Task

# So many scores of each step are kept; coverages between them take the next larger one.
_KEPT = 200


@dataclass(frozen=True)
class ForecastIntervals:
    """What the intervals of a model's forecasts are made of.

    Attributes
    ----------
    scores
        For each series, for each step: the ranked scores of calibration windows; None for a step
        whose values were never known.
    rows
        Which windows they are of: ``"validation"`` or ``"out of fold"``.
    """

    scores: tuple[tuple[RankedScores | None, ...], ...]
    rows: str

    @classmethod
    def of(cls, task: Forecasting, calibration: tuple[Array, Array], rows: str) -> Self | None:
        """Score calibration windows by outputs and targets; None where nothing is known."""
        scores = _scores(task, *calibration)
        ranked = tuple(
            tuple(_ranked(scores[:, place, step]) for step in range(task.horizon))
            for place in range(len(task.names))
        )
        return cls(ranked, rows) if any(one for own in ranked for one in own) else None

    def check(self, coverage: float) -> None:
        """Raise SettingError where there are too few windows for such a coverage."""
        self._thresholds(coverage)

    def can(self, coverage: float) -> bool:
        """Tell whether there are windows enough for such a coverage."""
        try:
            self.check(coverage)
        except SettingError:
            return False
        return True

    def columns(
        self, task: Task, names: tuple[str, ...], outputs: Array, coverage: float
    ) -> dict[str, pl.Series]:
        """Return ``prediction_low`` and ``prediction_high``, of several series with their names.

        They have a row for each step of each example, as the answers have.
        """
        task = _forecasting(task)
        reach = self._reach(task, outputs, coverage)
        middle = task.scaled(outputs)
        found = {}
        ends = {"low": task.in_units(middle - reach), "high": task.in_units(middle + reach)}
        for place, name in enumerate(names):
            for what, numbers in ends.items():
                column = f"prediction_{what}" + ("" if len(names) == 1 else f"_{name}")
                found[column] = pl.Series(column, numbers[:, place].reshape(-1))
        return found

    def measure(
        self,
        task: Task,
        names: tuple[str, ...],
        outputs: Array,
        targets: Array,
        coverage: float,
    ) -> dict[str, dict[str, Any]]:
        """Return how many values lie in their intervals, for each series.

        Returns
        -------
        dict
            By series: ``asked``, ``covered``, ``low`` and ``high`` (its 95 % interval, as if one
            window of each horizon were drawn by chance), ``mean_width`` in the person's unit, and
            ``by_step``, what is covered at each step.
        """
        task = _forecasting(task)
        reach = self._reach(task, outputs, coverage)
        known, away = ~np.isnan(task.scaled(targets)), task.scaled(targets) - task.scaled(outputs)
        inside = np.abs(away) <= reach
        told: dict[str, dict[str, Any]] = {}
        for place, name in enumerate(names):
            there = known[:, place]
            if not there.any():
                continue
            share = float(inside[:, place][there].mean())
            # Neighbouring windows share their values: so many there are that do not.
            low, high = metrics.wilson(share, max(1, len(outputs) // task.horizon))
            counts = np.maximum(there.sum(axis=0), 1)
            told[name] = {
                **{"asked": coverage, "covered": share, "low": low, "high": high},
                "mean_width": float(2 * reach[:, place].mean() * task.targets[place].scale),
                "by_step": ((inside & known)[:, place].sum(axis=0) / counts).tolist(),
            }
        return told

    def _reach(self, task: Forecasting, outputs: Array, coverage: float) -> Array:
        """Return half the width of each interval in the standardised scale, (n, series, steps)."""
        return self._thresholds(coverage)[None] * task.deviations(outputs)[:, :, None]

    def _thresholds(self, coverage: float) -> Array:
        """Return the thresholds, (series, steps); of a step never known, its series' largest."""
        rows = []
        for own in self.scores:
            found = [None if one is None else one.threshold(coverage) for one in own]
            most = max((one for one in found if one is not None), default=0.0)
            rows.append([most if one is None else one for one in found])
        return np.array(rows)

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON: how many windows each step has, and the kept scores of all."""
        ranked = [one for own in self.scores for one in own]
        values = [one.values for one in ranked if one is not None]
        return {
            "rows": self.rows,
            "counts": [[0 if one is None else one.n for one in own] for own in self.scores],
            "most": _KEPT,
            "scores": packed(np.concatenate(values), "<f4"),
        }

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make it again."""
        values = unpacked(saved["scores"], "<f4").astype(np.float64)
        rows, at = [], 0
        for counts in saved["counts"]:
            own: list[RankedScores | None] = []
            for n in counts:
                ranks = kept_ranks(n, saved["most"]) if n else np.zeros(0, dtype=np.int64)
                end = at + len(ranks)
                own.append(RankedScores(n, ranks, values[at:end]) if n else None)
                at = end
            rows.append(tuple(own))
        if at != len(values):
            raise ValueError("the calibration scores do not fit their counts")
        return cls(tuple(rows), saved["rows"])


def _forecasting(task: Task) -> Forecasting:
    if not isinstance(task, Forecasting):
        raise TypeError(f"intervals of forecasts belong to no task called {task.name!r}")
    return task


def _scores(task: Forecasting, outputs: Array, targets: Array) -> Array:
    """Return how strange each value is, (n, series, steps); NaN where it is not known."""
    away = np.abs(task.scaled(targets) - task.scaled(outputs))
    return np.asarray(away / task.deviations(outputs)[:, :, None])


def _ranked(scores: Array) -> RankedScores | None:
    known = scores[~np.isnan(scores)]
    # A hair more than they are, so that nothing is lost where 32 bits are kept.
    kept = np.nextafter(known.astype(np.float32), np.float32(np.inf)).astype(np.float64)
    return RankedScores.of(kept, most=_KEPT) if len(kept) else None
