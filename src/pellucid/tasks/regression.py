"""Regression: the target is a number, or a date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import jax
import numpy as np
import polars as pl

from pellucid import losses, metrics
from pellucid.data import DateTarget, NumberTarget, Values
from pellucid.metrics import Interval
from pellucid.tasks.task import Task


@dataclass(frozen=True)
class Regression(Task):
    """Predicting a number, or a date, whose errors are counted in days.

    The network learns the target with mean 0 and standard deviation 1, since a network that
    starts with outputs near 0 would otherwise first have to learn the scale. The loss is in
    that scale; the metrics and the answers are in the person's units.

    Parameters
    ----------
    target
        The target's mean and scale over the training rows.
    loss_name
        One of ``losses``, such as ``"mean_squared_error"``.
    """

    name: ClassVar[str] = "regression"
    main_metric: ClassVar[str] = "r2"
    losses: ClassVar[tuple[str, ...]] = (
        "mean_squared_error", "quadratic", "mean_absolute_error", "huber",
    )  # fmt: skip

    target: NumberTarget | DateTarget
    loss_name: str = "mean_squared_error"

    @property
    def out_features(self) -> int:
        """One output: the number."""
        return 1

    @property
    def output_names(self) -> list[str]:
        """The number."""
        return ["prediction"]

    def encode(self, values: Values) -> np.ndarray:
        """Turn targets into float32 (n, 1) with the training rows' mean 0 and deviation 1."""
        return self.target.transform(values)

    def example_losses(self, outputs: jax.Array, targets: jax.Array) -> jax.Array:
        """Return the loss of each example, (batch,), in the standardised scale."""
        return losses.get(self.loss_name)(outputs, targets)

    def trivial_outputs(self, train_targets: np.ndarray) -> np.ndarray:
        """Return the training rows' mean, (1,), in the standardised scale."""
        return np.asarray(train_targets.mean(axis=0, dtype=np.float64))

    def decode(self, outputs: np.ndarray) -> pl.DataFrame:
        """Return ``prediction``, in the person's units."""
        return pl.DataFrame([self.target.inverse(outputs).alias("prediction")])

    def metrics(self, outputs: np.ndarray, targets: np.ndarray) -> dict[str, float]:
        """Return R², and RMSE and MAE in the person's units."""
        return self._measure(self._numbers(targets), self._numbers(outputs))

    def baseline(self, train_targets: np.ndarray, test_targets: np.ndarray) -> dict[str, float]:
        """Measure always answering the training rows' mean, which is 0 in the loss's scale."""
        answers = np.full(len(test_targets), self._numbers(train_targets).mean())
        return self._measure(self._numbers(test_targets), answers)

    def intervals(self, outputs: np.ndarray, targets: np.ndarray) -> dict[str, Interval]:
        """Return the intervals of all metrics."""
        return metrics.intervals_of_numbers(self._numbers(targets), self._numbers(outputs))

    def _measure(self, targets: np.ndarray, answers: np.ndarray) -> dict[str, float]:
        return {
            "r2": metrics.r2(targets, answers),
            "rmse": metrics.rmse(targets, answers),
            "mae": metrics.mae(targets, answers),
        }

    def _numbers(self, encoded: np.ndarray) -> np.ndarray:
        return self.target.numbers(encoded)

    def confusions(
        self, outputs: np.ndarray, targets: np.ndarray, most: int
    ) -> list[dict[str, Any]]:
        """Return nothing: numbers are not confused, they are off."""
        return []

    def to_dict(self) -> dict[str, Any]:
        """Return the task as JSON-ready data."""
        return {"name": self.name, "target": self.target.to_dict(), "loss": self.loss_name}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the task again from what ``to_dict`` returned."""
        kind = DateTarget if "form" in saved["target"] else NumberTarget
        return cls(kind.from_dict(saved["target"]), saved["loss"])
