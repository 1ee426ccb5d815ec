"""Forecasting: all of the next values of one or several series of numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl

from pellucid import losses, metrics
from pellucid.data import NumberTarget, Table, Values
from pellucid.data.steps_ahead import NEXT
from pellucid.data.table import Array
from pellucid.metrics import Interval
from pellucid.tasks.task import Task


@dataclass(frozen=True)
class Forecasting(Task):
    """Predicting the next ``horizon`` values of each of some series.

    Each series is learned with mean 0 and standard deviation 1 over the training rows, and so its
    loss counts like that of any other; values that are missing count for nothing. The outputs are
    all steps of the first series, of the second, …, then a deviation for each series, by which
    intervals are scaled (`pellucid.nn.Forecaster`).

    Parameters
    ----------
    names
        The series' columns.
    targets
        Mean and scale of each.
    horizon
        How many steps are forecast.
    season
        The season that errors are compared with.
    season_errors
        For each series the mean absolute error, in its own unit, that the seasonal naive forecast
        makes on the training rows: what MASE divides by. 0 where a series repeats itself exactly.
    loss_name
        One of ``losses``.
    """

    name: ClassVar[str] = "forecasting"
    main_metric: ClassVar[str] = "mase"
    losses: ClassVar[tuple[str, ...]] = ("mean_squared_error", "mean_absolute_error", "huber")

    names: tuple[str, ...]
    targets: tuple[NumberTarget, ...]
    horizon: int
    season: int
    season_errors: tuple[float, ...]
    loss_name: str = "mean_squared_error"

    @property
    def n_forecasts(self) -> int:
        """How many numbers are forecast: the steps of all series."""
        return len(self.names) * self.horizon

    @property
    def out_features(self) -> int:
        """The steps of all series, and a deviation for each."""
        return self.n_forecasts + len(self.names)

    @property
    def output_names(self) -> list[str]:
        """``"sales, step 3"`` for the forecasts, ``"deviation of sales"`` for the rest."""
        steps = range(1, self.horizon + 1)
        forecasts = [f"{name}, step {step}" for name in self.names for step in steps]
        return forecasts + [f"deviation of {name}" for name in self.names]

    def encode(self, values: Values) -> Array:
        """Refuse: forecasts are encoded from a table of windows, by ``encode_table``."""
        raise TypeError("forecasts are encoded by encode_table")

    def encode_table(self, table: Table, targets: Sequence[str]) -> Array:
        """Standardise the values that follow each window, float32 ``(n, series · horizon)``."""
        encoded = np.empty((table.n_rows, self.n_forecasts), dtype=np.float32)
        for place, (name, target) in enumerate(zip(self.names, self.targets, strict=True)):
            block = np.asarray(table[NEXT + name])
            columns = slice(place * self.horizon, (place + 1) * self.horizon)
            encoded[:, columns] = (block - target.mean) / target.scale
        return encoded

    def example_losses(self, outputs: jax.Array, targets: jax.Array) -> jax.Array:
        """Return the mean loss over the values that are known, for each example, (batch,)."""
        known = ~jnp.isnan(targets)
        share = jnp.maximum(known.mean(axis=1), 1.0 / self.n_forecasts)
        forecasts = jnp.where(known, outputs[:, : self.n_forecasts], 0.0)
        found = losses.get(self.loss_name)(forecasts, jnp.where(known, targets, 0.0))
        return found / share

    def trivial_outputs(self, train_targets: Array) -> Array:
        """Return the training mean of all, (out_features,), in the standardised scale."""
        return np.zeros(self.out_features)

    def scaled(self, outputs: Array) -> Array:
        """Return forecasts or targets in the standardised scale, float64 ``(n, series, steps)``."""
        own = np.asarray(outputs[:, : self.n_forecasts], dtype=np.float64)
        return own.reshape(len(own), len(self.names), self.horizon)

    def deviations(self, outputs: Array) -> Array:
        """Return each window's deviation in the standardised scale, float64 ``(n, series)``."""
        return np.asarray(outputs[:, self.n_forecasts :], dtype=np.float64)

    def in_units(self, scaled: Array) -> Array:
        """Return numbers ``(n, series, …)`` in the person's units."""
        further = (1,) * (scaled.ndim - 2)
        scale = np.array([target.scale for target in self.targets]).reshape(1, -1, *further)
        mean = np.array([target.mean for target in self.targets]).reshape(1, -1, *further)
        return np.asarray(scaled * scale + mean)

    def answer_columns(self) -> list[str]:
        """Return ``prediction``, or ``prediction_<series>`` for each of several."""
        if len(self.names) == 1:
            return ["prediction"]
        return [f"prediction_{name}" for name in self.names]

    def decode(self, outputs: Array) -> pl.DataFrame:
        """Return a row for each step of each example, in order, and the series as columns."""
        numbers = self.in_units(self.scaled(outputs)).transpose(1, 0, 2)
        columns = zip(self.answer_columns(), numbers, strict=True)
        return pl.DataFrame([pl.Series(name, own.reshape(-1)) for name, own in columns])

    def metrics(self, outputs: Array, targets: Array) -> dict[str, float]:
        """Measure forecasts against encoded targets.

        Returns
        -------
        dict
            ``mase`` (the mean over series; left out where a season ago is never wrong),
            ``scaled_mse`` and ``scaled_mae`` in the standardised scale over all that is known; in
            the person's units ``mae``, ``rmse``, ``mse`` and ``r2``, of several series with their
            names before, as is ``<series>.mase``.
        """
        return self.measure(self.scaled(outputs), self.scaled(targets))

    def measure(self, forecasts: Array, known: Array) -> dict[str, float]:
        """Measure standardised forecasts ``(n, series, steps)``, as `metrics` does."""
        missed = forecasts - known
        found = {"scaled_mse": _mean(missed**2), "scaled_mae": _mean(np.abs(missed))}
        own: dict[str, dict[str, float]] = {}
        for place, name in enumerate(self.names):
            own[name] = self._measure_one(place, missed[:, place], known[:, place])
        errors = [one["mase"] for one in own.values() if "mase" in one]
        mase = {"mase": float(np.mean(errors))} if errors else {}
        if len(self.names) == 1:
            return {**own[self.names[0]], **found}
        named = {f"{n}.{metric}": value for n, one in own.items() for metric, value in one.items()}
        return {**mase, **found, **named}

    def _measure_one(self, place: int, missed: Array, known: Array) -> dict[str, float]:
        there = ~np.isnan(missed)
        if not there.any():
            return {}
        scale, usual = self.targets[place].scale, self.season_errors[place]
        mae = scale * _mean(np.abs(missed))
        right = known[there]
        rmse = scale * float(np.sqrt(_mean(missed**2)))
        found = {"mase": mae / usual} if usual > 0 else {}
        squared = {"mse": rmse * rmse} if np.isfinite(rmse * rmse) else {}
        r2 = metrics.r2(right, right + missed[there])
        return {**found, "mae": mae, "rmse": rmse, **squared, "r2": r2}

    def score(self, measured: Mapping[str, float]) -> float:
        """Return what the best epoch is chosen by: the smallest squared error."""
        return -measured["scaled_mse"]

    def baseline(self, train_targets: Array, test_targets: Array) -> dict[str, float]:
        """Measure always answering the training rows' means."""
        known = self.scaled(test_targets)
        return self.measure(np.zeros_like(known), known)

    def intervals(self, outputs: Array, targets: Array) -> dict[str, Interval]:
        """Return nothing: neighbouring windows share their rows, so that rows are not drawn anew.

        An interval that took them for independent would be far too narrow.
        """
        return {}

    def confusions(self, outputs: Array, targets: Array, most: int) -> list[dict[str, Any]]:
        """Return nothing: numbers are not confused, they are off."""
        return []

    def to_dict(self) -> dict[str, Any]:
        """Return the task as JSON-ready data."""
        return {
            "name": self.name,
            "series": list(self.names),
            "targets": [target.to_dict() for target in self.targets],
            "horizon": self.horizon,
            "season": self.season,
            "season_errors": list(self.season_errors),
            "loss": self.loss_name,
        }

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the task again from what ``to_dict`` returned."""
        return cls(
            tuple(saved["series"]),
            tuple(NumberTarget.from_dict(target) for target in saved["targets"]),
            saved["horizon"],
            saved["season"],
            tuple(saved["season_errors"]),
            saved["loss"],
        )


def _mean(numbers: Array) -> float:
    """Return the mean of the numbers that are known; 0 where there is none."""
    known = ~np.isnan(numbers)
    return float(np.mean(numbers[known])) if known.any() else 0.0
