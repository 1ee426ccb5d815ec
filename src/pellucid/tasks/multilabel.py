"""Multi-label: the target is a set of labels, each a yes-or-no question of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl

from pellucid import losses, metrics
from pellucid.data import MultiLabelTarget, Values
from pellucid.errors import DataError
from pellucid.metrics import Interval
from pellucid.tasks.task import Task
from pellucid.tasks.temperature import fit_temperature

# A label's share of rows is kept away from 0 and 1, where its logit would be infinite.
_LEAST_SHARE = 1e-6


@dataclass(frozen=True)
class MultiLabel(Task):
    """Choosing any number of several labels.

    Each label has an output whose sigmoid is its probability; the predicted set holds the
    labels whose probability is above one half.

    Parameters
    ----------
    target
        The labels, and the form in which the person writes sets of them.
    loss_name
        ``"binary_cross_entropy"``, averaged over the labels.
    label_smoothing
        The share by which 0 and 1 are drawn to the middle while training.
    label_weights
        How much an example counts for each label where it lacks it and where it has it; None:
        all alike. Used while training only.
    label_temperatures
        What each label's logit is divided by before it becomes a probability; None: 1.

    Raises
    ------
    DataError
        Where there is no label.
    """

    name: ClassVar[str] = "multilabel"
    main_metric: ClassVar[str] = "micro_f1"
    losses: ClassVar[tuple[str, ...]] = ("binary_cross_entropy",)

    target: MultiLabelTarget
    loss_name: str = "binary_cross_entropy"
    label_smoothing: float = 0.0
    label_weights: tuple[tuple[float, float], ...] | None = None
    label_temperatures: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if not self.target.labels:
            raise DataError("The target has no label in any row.", expected="at least one label")

    @property
    def out_features(self) -> int:
        """One output a label."""
        return len(self.target.labels)

    @property
    def output_names(self) -> list[str]:
        """The labels."""
        return list(self.target.labels)

    def encode(self, values: Values) -> np.ndarray:
        """Turn sets into 0 and 1, float32 (n, labels)."""
        return self.target.transform(values)

    def example_losses(self, outputs: jax.Array, targets: jax.Array) -> jax.Array:
        """Return the binary cross-entropy of each example, (batch,), averaged over labels."""
        loss = losses.get(self.loss_name, label_smoothing=self.label_smoothing)
        if self.label_weights is None:
            return loss(outputs, targets)
        # One label at a time: as a row of its own, each question has a loss of its own.
        flat = loss(outputs.reshape(-1, 1), targets.reshape(-1, 1)).reshape(outputs.shape)
        weights = jnp.asarray(self.label_weights, outputs.dtype)
        return jnp.mean(flat * jnp.where(targets > 0, weights[:, 1], weights[:, 0]), axis=-1)

    def for_evaluation(self) -> MultiLabel:
        """Return the task without smoothing and weights: a loss is of the labels as they are."""
        return replace(self, label_smoothing=0.0, label_weights=None, label_temperatures=None)

    @property
    def output_factors(self) -> np.ndarray:
        """The inverse of each label's temperature, (labels,)."""
        return np.asarray(1.0 / self._divisors())

    def calibrated(
        self, outputs: np.ndarray, targets: np.ndarray, weights: np.ndarray | None = None
    ) -> MultiLabel:
        """Return the task with a temperature for each label: each is a question of its own."""
        z = outputs.astype(np.float64)
        fitted = (
            fit_temperature(
                np.stack([np.zeros(len(z)), own], axis=1), (has > 0).astype(np.int64), weights
            )
            for own, has in zip(z.T, targets.T, strict=True)
        )
        return replace(self, label_temperatures=tuple(fitted))

    def uncalibrated(self) -> MultiLabel:
        """Return the task with temperatures of 1."""
        return replace(self, label_temperatures=None)

    def temperatures(self) -> dict[str, float]:
        """Return each label's temperature."""
        return dict(zip(self.target.labels, self._divisors().tolist(), strict=True))

    def _divisors(self) -> np.ndarray:
        return np.asarray(self.label_temperatures or [1.0] * self.out_features)

    def calibration_error(self, outputs: np.ndarray, targets: np.ndarray) -> float:
        """Return the expected calibration error over all labels of all rows."""
        return metrics.calibration_error_of_sets(targets, self.probabilities(outputs))

    def trivial_outputs(self, train_targets: np.ndarray) -> np.ndarray:
        """Return the logits of the labels' shares, (labels,)."""
        shares = np.clip(train_targets.mean(axis=0), _LEAST_SHARE, 1 - _LEAST_SHARE)
        return np.asarray(np.log(shares / (1 - shares)))

    def probabilities(self, outputs: np.ndarray) -> np.ndarray:
        """Return the probability of each label, (n, labels), float64."""
        # Of −|z|, the exponential cannot overflow.
        small = np.exp(-np.abs(outputs.astype(np.float64)) / self._divisors())
        return np.asarray(np.where(outputs >= 0, 1.0, small) / (1.0 + small))

    def decode(self, outputs: np.ndarray) -> pl.DataFrame:
        """Return ``prediction``, the set in the person's form, and ``probability_<label>``s."""
        probabilities = self.probabilities(outputs)
        answers = self.target.inverse(probabilities > 0.5).alias("prediction")
        columns = [
            pl.Series(f"probability_{label}", probabilities[:, position])
            for position, label in enumerate(self.target.labels)
        ]
        return pl.DataFrame([answers, *columns])

    def metrics(self, outputs: np.ndarray, targets: np.ndarray) -> dict[str, float]:
        """Return micro and macro F1, subset accuracy, Hamming loss, mean average precision."""
        return self._measure(targets, outputs > 0, outputs)

    def intervals(self, outputs: np.ndarray, targets: np.ndarray) -> dict[str, Interval]:
        """Return the intervals of all metrics but the average precision."""
        return metrics.intervals_of_sets(targets, outputs > 0)

    def score(self, measured: Mapping[str, float]) -> float:
        """Return micro F1; macro F1 where labels are weighted to count alike."""
        return measured[self.main_metric if self.label_weights is None else "macro_f1"]

    def baseline(self, train_targets: np.ndarray, test_targets: np.ndarray) -> dict[str, float]:
        """Measure always answering the labels that most rows have, with the labels' shares."""
        logits = np.broadcast_to(self.trivial_outputs(train_targets), test_targets.shape)
        questions = np.asarray(
            self.for_evaluation().example_losses(
                jnp.asarray(logits, jnp.float32), jnp.asarray(test_targets)
            )
        )
        loss = float(questions.mean(dtype=np.float64))
        return {**self._measure(test_targets, logits > 0, logits), "loss": loss}

    def _measure(
        self, targets: np.ndarray, answers: np.ndarray, scores: np.ndarray
    ) -> dict[str, float]:
        measured = {
            "micro_f1": metrics.micro_f1(targets, answers),
            "macro_f1": metrics.macro_f1(targets, answers),
            "subset_accuracy": metrics.subset_accuracy(targets, answers),
            "hamming_loss": metrics.hamming_loss(targets, answers),
        }
        if targets.any():
            measured["average_precision"] = metrics.average_precision(targets, scores)
        return measured

    def confusions(
        self, outputs: np.ndarray, targets: np.ndarray, most: int
    ) -> list[dict[str, Any]]:
        """List the labels that are most often left out, or given where they do not belong."""
        wrong = (outputs > 0) != (targets > 0)
        missed = (wrong & (targets > 0)).sum(axis=0)
        added = (wrong & (targets == 0)).sum(axis=0)
        entries = [
            {"actual": has, "predicted": said, "count": int(count)}
            for position, label in enumerate(self.target.labels)
            for has, said, count in (
                (label, f"not {label}", missed[position]),
                (f"not {label}", label, added[position]),
            )
            if count
        ]
        return sorted(entries, key=lambda entry: -int(str(entry["count"])))[:most]

    def to_dict(self) -> dict[str, Any]:
        """Return the task as JSON-ready data."""
        weights = self.label_weights
        saved = {
            "name": self.name,
            "target": self.target.to_dict(),
            "loss": self.loss_name,
            "label_smoothing": self.label_smoothing,
            "label_weights": None if weights is None else [list(pair) for pair in weights],
        }
        if self.label_temperatures is not None:
            saved["label_temperatures"] = list(self.label_temperatures)
        return saved

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the task again from what ``to_dict`` returned."""
        weights = saved["label_weights"]
        temperatures = saved.get("label_temperatures")
        return cls(
            MultiLabelTarget.from_dict(saved["target"]),
            saved["loss"],
            saved["label_smoothing"],
            None if weights is None else tuple((pair[0], pair[1]) for pair in weights),
            None if temperatures is None else tuple(temperatures),
        )


def balanced_label_weights(targets: np.ndarray) -> tuple[tuple[float, float], ...]:
    """Return weights under which having and lacking a label count alike, for each label.

    As ``losses.class_weights("balanced")`` for two classes: n / (2 · rows with it) where a row
    has the label and n / (2 · rows without) where it lacks it.

    Examples
    --------
    >>> balanced_label_weights(np.array([[1.0], [0.0], [0.0], [0.0]]))
    ((0.6666666865348816, 2.0),)
    """
    pairs = (losses.class_weights("balanced", column.astype(int), 2) for column in targets.T)
    return tuple((float(lacks), float(has)) for lacks, has in pairs)
