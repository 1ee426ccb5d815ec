"""Classification: the target is one of a few labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl

from pellucid import losses, metrics
from pellucid.data import CategoryTarget, Values
from pellucid.errors import DataError, SettingError
from pellucid.metrics import Interval
from pellucid.tasks.task import Task
from pellucid.tasks.temperature import fit_temperature

# A class without examples has this share instead of 0, whose logarithm would be infinite.
_LEAST_SHARE = 1e-9


@dataclass(frozen=True)
class Classification(Task):
    """Choosing one of several classes.

    Parameters
    ----------
    target
        The classes, in the person's own values.
    loss_name
        ``"cross_entropy"``: one output a class, their softmax are the probabilities.
        ``"binary_cross_entropy"``: for two classes, one output whose sigmoid is the
        probability of the second.
    label_smoothing
        The share of each label that is spread over all classes while training.
    class_weights
        How much an example of each class counts, as part of the loss; used while training only.
        None: all alike. A single target's weights go with its examples instead.
    temperature
        What logits are divided by before they become probabilities; fitted after training.

    Raises
    ------
    SettingError
        Where the loss does not fit the number of classes.
    """

    name: ClassVar[str] = "classification"
    main_metric: ClassVar[str] = "accuracy"
    losses: ClassVar[tuple[str, ...]] = ("cross_entropy", "binary_cross_entropy")

    target: CategoryTarget
    loss_name: str = "cross_entropy"
    label_smoothing: float = 0.0
    class_weights: tuple[float, ...] | None = None
    temperature: float = 1.0

    def __post_init__(self) -> None:
        n_classes = len(self.target.classes)
        if n_classes < 2:
            raise DataError(
                "The target has only one class, so there is nothing to tell apart.",
                expected="at least two different values in the target's column",
            )
        if self.loss_name == "binary_cross_entropy" and n_classes != 2:
            raise SettingError(
                f"binary_cross_entropy tells two classes apart; the target has {n_classes}.",
                remedy="use --loss cross_entropy",
            )

    @property
    def out_features(self) -> int:
        """One output a class; a single one for the binary loss."""
        return 1 if self.loss_name == "binary_cross_entropy" else len(self.target.classes)

    @property
    def output_names(self) -> list[str]:
        """The classes; for the binary loss, the second one."""
        return [str(label) for label in self.target.classes[-self.out_features :]]

    def encode(self, values: Values) -> np.ndarray:
        """Turn labels into their positions among the classes, int32 (n,)."""
        return self.target.transform(values)

    def example_losses(self, outputs: jax.Array, targets: jax.Array) -> jax.Array:
        """Return the cross-entropy of each example, (batch,)."""
        loss = losses.get(self.loss_name, label_smoothing=self.label_smoothing)
        found = loss(outputs, targets)
        if self.class_weights is None:
            return found
        return found * jnp.asarray(self.class_weights, outputs.dtype)[targets]

    def for_evaluation(self) -> Classification:
        """Return the task without smoothing and weights: a loss is of the labels as they are."""
        return replace(self, label_smoothing=0.0, class_weights=None, temperature=1.0)

    @property
    def output_factors(self) -> np.ndarray:
        """The inverse temperature, (out_features,)."""
        return np.full(self.out_features, 1.0 / self.temperature)

    def calibrated(
        self, outputs: np.ndarray, targets: np.ndarray, weights: np.ndarray | None = None
    ) -> Classification:
        """Return the task with the temperature of the least cross-entropy on these rows."""
        fitted = fit_temperature(_of_all_classes(outputs.astype(np.float64)), targets, weights)
        return replace(self, temperature=fitted)

    def uncalibrated(self) -> Classification:
        """Return the task with temperature 1."""
        return replace(self, temperature=1.0)

    def temperatures(self) -> float:
        """Return the temperature."""
        return self.temperature

    def calibration_error(self, outputs: np.ndarray, targets: np.ndarray) -> float:
        """Return the expected calibration error of the most probable class."""
        return metrics.expected_calibration_error(targets, self.probabilities(outputs))

    def trivial_outputs(self, train_targets: np.ndarray) -> np.ndarray:
        """Return the logarithms of the classes' shares; of two, for the binary loss, the odds."""
        counts = np.bincount(train_targets, minlength=len(self.target.classes))
        logits: np.ndarray = np.log(np.maximum(counts / counts.sum(), _LEAST_SHARE))
        return logits[1:] - logits[:1] if self.out_features == 1 else logits

    def probabilities(self, outputs: np.ndarray) -> np.ndarray:
        """Return the probability of each class, (n, n_classes), float64; rows add up to 1."""
        logits = _of_all_classes(outputs.astype(np.float64) / self.temperature)
        exponentials: np.ndarray = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares: np.ndarray = exponentials / exponentials.sum(axis=1, keepdims=True)
        return shares

    def decode(self, outputs: np.ndarray) -> pl.DataFrame:
        """Return ``prediction`` and a column ``probability_<class>`` for each class."""
        probabilities = self.probabilities(outputs)
        answers = self.target.inverse(probabilities.argmax(axis=1)).alias("prediction")
        columns = [
            pl.Series(f"probability_{label}", probabilities[:, position])
            for position, label in enumerate(self.target.classes)
        ]
        return pl.DataFrame([answers, *columns])

    def metrics(self, outputs: np.ndarray, targets: np.ndarray) -> dict[str, float]:
        """Return accuracy, balanced accuracy, macro F1 and, for two classes, ROC AUC."""
        probabilities = self.probabilities(outputs)
        return self._measure(targets, probabilities.argmax(axis=1), probabilities)

    def intervals(self, outputs: np.ndarray, targets: np.ndarray) -> dict[str, Interval]:
        """Return the intervals of all metrics; of more than 200 classes the accuracy's alone."""
        return metrics.intervals_of_classes(targets, self.probabilities(outputs))

    def score(self, measured: Mapping[str, float]) -> float:
        """Return the accuracy; the balanced one where classes are weighted."""
        return measured[self.main_metric if self.class_weights is None else "balanced_accuracy"]

    def baseline(self, train_targets: np.ndarray, test_targets: np.ndarray) -> dict[str, float]:
        """Measure always answering the most frequent class, with the classes' shares."""
        counts = np.bincount(train_targets, minlength=len(self.target.classes))
        shares = np.broadcast_to(counts / counts.sum(), (len(test_targets), len(counts)))
        answers = np.full(len(test_targets), counts.argmax())
        loss = metrics.log_loss(test_targets, shares)
        return {**self._measure(test_targets, answers, shares), "loss": loss}

    def _measure(
        self, targets: np.ndarray, answers: np.ndarray, probabilities: np.ndarray
    ) -> dict[str, float]:
        measured = {
            "accuracy": metrics.accuracy(targets, answers),
            "balanced_accuracy": metrics.balanced_accuracy(targets, answers),
            "f1": metrics.f1(targets, answers),
        }
        if probabilities.shape[1] == 2 and len(np.unique(targets)) == 2:
            measured["roc_auc"] = metrics.roc_auc(targets, probabilities[:, 1])
        return measured

    def confusions(
        self, outputs: np.ndarray, targets: np.ndarray, most: int
    ) -> list[dict[str, Any]]:
        """List the pairs (actual, predicted) that are most often confused."""
        answers = self.probabilities(outputs).argmax(axis=1)
        wrong = answers != targets
        pairs, counts = np.unique(
            np.stack([targets[wrong], answers[wrong]], axis=1), axis=0, return_counts=True
        )
        classes = self.target.classes
        return [
            {
                "actual": classes[pairs[place, 0]],
                "predicted": classes[pairs[place, 1]],
                "count": int(counts[place]),
            }
            for place in np.argsort(-counts, kind="stable")[:most]
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the task as JSON-ready data."""
        saved = {
            "name": self.name,
            "target": self.target.to_dict(),
            "loss": self.loss_name,
            "label_smoothing": self.label_smoothing,
        }
        if self.class_weights is not None:
            saved["class_weights"] = list(self.class_weights)
        if self.temperature != 1.0:
            saved["temperature"] = self.temperature
        return saved

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the task again from what ``to_dict`` returned."""
        target = CategoryTarget.from_dict(saved["target"])
        weights = saved.get("class_weights")
        return cls(
            target,
            saved["loss"],
            saved["label_smoothing"],
            None if weights is None else tuple(weights),
            saved.get("temperature", 1.0),
        )


def _of_all_classes(logits: np.ndarray) -> np.ndarray:
    """Return a logit for each class: one output alone is the second class's, beside a 0."""
    if logits.shape[1] > 1:
        return logits
    # sigmoid(z) is softmax over the logits (0, z)
    return np.concatenate([np.zeros_like(logits), logits], axis=1)
