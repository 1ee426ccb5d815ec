"""Classification: the target is one of a few labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import jax
import numpy as np
import polars as pl

from pellucid import losses, metrics
from pellucid.data import CategoryTarget, Values
from pellucid.errors import DataError, SettingError
from pellucid.tasks.task import Task


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

    def encode(self, values: Values) -> np.ndarray:
        """Turn labels into their positions among the classes, int32 (n,)."""
        return self.target.transform(values)

    def example_losses(self, outputs: jax.Array, targets: jax.Array) -> jax.Array:
        """Return the cross-entropy of each example, (batch,)."""
        loss = losses.get(self.loss_name, label_smoothing=self.label_smoothing)
        return loss(outputs, targets)

    def for_evaluation(self) -> Classification:
        """Return the task without label smoothing: a loss is reported of the labels as they are."""
        return replace(self, label_smoothing=0.0)

    def probabilities(self, outputs: np.ndarray) -> np.ndarray:
        """Return the probability of each class, (n, n_classes), float64; rows add up to 1."""
        logits = outputs.astype(np.float64)
        if self.out_features == 1:  # sigmoid(z) is softmax over the logits (0, z)
            logits = np.concatenate([np.zeros_like(logits), logits], axis=1)
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
        counts = metrics.confusion_matrix(targets, answers, len(self.target.classes))
        counts[np.diag_indices_from(counts)] = 0
        order = np.argsort(-counts, axis=None, kind="stable")[:most]
        rows, columns = np.unravel_index(order, counts.shape)
        return [
            {
                "actual": self.target.classes[row],
                "predicted": self.target.classes[column],
                "count": int(counts[row, column]),
            }
            for row, column in zip(rows, columns, strict=True)
            if counts[row, column]
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the task as JSON-ready data."""
        return {
            "name": self.name,
            "target": self.target.to_dict(),
            "loss": self.loss_name,
            "label_smoothing": self.label_smoothing,
        }

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the task again from what ``to_dict`` returned."""
        target = CategoryTarget.from_dict(saved["target"])
        return cls(target, saved["loss"], saved["label_smoothing"])
