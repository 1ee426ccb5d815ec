"""Targets as scikit-learn gives them: labels, sets of labels, numbers, several numbers.

Each kind of answers turns a checked y into what the engine's task learns from, and the task's
outputs back into arrays.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np

from pellucid.data import CategoryTarget, ColumnContract, MultiLabelTarget, NumberTarget
from pellucid.data.categories import ValueType
from pellucid.data.moments import mean_and_scale, standardise
from pellucid.data.table import Array
from pellucid.tasks import Classification, MultiLabel, Regression, Several, Task

_EXAMPLES = 3
_NEXT_TO_NOTHING = 1e-12


class Answers(ABC):
    """What one fit learned of its targets; plain data, which can be pickled."""

    @property
    @abstractmethod
    def n_targets(self) -> int:
        """How many columns a checked y has."""

    @property
    @abstractmethod
    def task_name(self) -> str:
        """The engine's task."""

    @abstractmethod
    def encode(self, y: Array) -> Array:
        """Turn a checked y, numbers of the shape ``(n, k)``, into what the task's loss takes."""

    @abstractmethod
    def task(self, loss: str | None, label_smoothing: float) -> Task:
        """Return the engine's task, in the person's own values."""

    @abstractmethod
    def bare_task(self, loss: str | None, label_smoothing: float) -> Task:
        """Return a task with the same loss and none of the person's values.

        Two fits whose sizes agree then share their compiled programs.
        """

    @abstractmethod
    def entries(self, y: Array) -> tuple[ColumnContract, ...]:
        """Return what the contract says of the target's column or columns."""


@dataclass(frozen=True)
class ClassAnswers(Answers):
    """One label a row.

    Attributes
    ----------
    name
        What the target is called.
    classes
        The labels, sorted.
    """

    n_targets = 1

    name: str
    classes: Array

    @property
    def task_name(self) -> str:
        """Classification."""
        return "classification"

    def encode(self, y: Array) -> Array:
        """Return each label's position among the classes, int32 ``(n,)``, of ``(n, 1)``."""
        return y[:, 0].astype(np.int32)

    def task(self, loss: str | None, label_smoothing: float) -> Task:
        """Return a classification by these classes."""
        value_type = _value_type(self.classes)
        keys = tuple(_key(label, value_type) for label in self.classes.tolist())
        return _classification(CategoryTarget(value_type, keys), loss, label_smoothing)

    def bare_task(self, loss: str | None, label_smoothing: float) -> Task:
        """Return a classification by numbers."""
        keys = tuple(str(number) for number in range(len(self.classes)))
        return _classification(CategoryTarget("integer", keys), loss, label_smoothing)

    def entries(self, y: Array) -> tuple[ColumnContract, ...]:
        """Return the classes' names, and how many rows each has."""
        value_type = _value_type(self.classes)
        details = {
            "value_type": value_type,
            **_counted(
                [_key(label, value_type) for label in self.classes.tolist()],
                np.bincount(y[:, 0].astype(np.int64), minlength=len(self.classes)),
            ),
        }
        return (_entry(self.name, "category", details, self.classes[:_EXAMPLES].tolist()),)


@dataclass(frozen=True)
class LabelSetAnswers(Answers):
    """Any number of labels a row, as 0 and 1.

    Attributes
    ----------
    name
        What the target is called.
    labels
        What each label is called, in the order of y's columns.
    """

    name: str
    labels: tuple[str, ...]

    @property
    def task_name(self) -> str:
        """Sets of labels."""
        return "multilabel"

    def encode(self, y: Array) -> Array:
        """Return y as float32, ``(n, labels)``."""
        return y.astype(np.float32)

    def task(self, loss: str | None, label_smoothing: float) -> Task:
        """Return a task of one question a label."""
        return self._task(self.labels, loss, label_smoothing)

    def bare_task(self, loss: str | None, label_smoothing: float) -> Task:
        """Return a task whose labels are numbers."""
        numbers = tuple(str(number) for number in range(len(self.labels)))
        return self._task(numbers, loss, label_smoothing)

    def entries(self, y: Array) -> tuple[ColumnContract, ...]:
        """Return the labels' names, and how many rows each has."""
        details = {"separator": None, **_counted(list(self.labels), y.sum(axis=0).astype(int))}
        shown = [[self.labels[place] for place in np.flatnonzero(row)] for row in y[:_EXAMPLES]]
        return (_entry(self.name, "labels", details, shown),)

    @property
    def n_targets(self) -> int:
        """One column a label."""
        return len(self.labels)

    @staticmethod
    def _task(labels: tuple[str, ...], loss: str | None, label_smoothing: float) -> Task:
        target = MultiLabelTarget(labels, None)
        return MultiLabel(target, loss or MultiLabel.losses[0], label_smoothing)


@dataclass(frozen=True)
class NumberAnswers(Answers):
    """One number a row, or several.

    Attributes
    ----------
    names
        What the targets are called.
    mean, scale
        Each target's mean and standard deviation over the training rows.
    """

    names: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]

    @classmethod
    def fit(cls, names: tuple[str, ...], y: Array) -> NumberAnswers:
        """Learn the targets' scales from the training rows, ``(n, k)``."""
        mean, scale = mean_and_scale(y)
        constant = y.min(axis=0) == y.max(axis=0)
        # Whatever the network makes of a constant target, it is answered as it is.
        scale = np.where(constant, _NEXT_TO_NOTHING * np.maximum(1.0, np.abs(mean)), scale)
        return cls(names, tuple(mean.tolist()), tuple(scale.tolist()))

    @property
    def task_name(self) -> str:
        """Regression; several tasks in one where there are several numbers."""
        return "regression" if len(self.names) == 1 else "several"

    @property
    def n_targets(self) -> int:
        """One column a number."""
        return len(self.names)

    def encode(self, y: Array) -> Array:
        """Return standardised numbers, float32 ``(n, k)``."""
        return standardise(y, np.array(self.mean), np.array(self.scale))

    def task(self, loss: str | None, label_smoothing: float) -> Task:
        """Return a regression in the person's units."""
        return self._task(self.names, self.mean, self.scale, loss)

    def bare_task(self, loss: str | None, label_smoothing: float) -> Task:
        """Return a regression of standardised numbers."""
        k = len(self.names)
        names = tuple(str(number) for number in range(k))
        return self._task(names, (0.0,) * k, (1.0,) * k, loss)

    def entries(self, y: Array) -> tuple[ColumnContract, ...]:
        """Return the targets' ranges."""
        ranges = zip(y.min(axis=0).tolist(), y.max(axis=0).tolist(), strict=True)
        details = [{"minimum": low, "maximum": high} for low, high in ranges]
        columns = zip(self.names, details, y[:_EXAMPLES].T.tolist(), strict=True)
        return tuple(_entry(name, "number", own, shown) for name, own, shown in columns)

    @staticmethod
    def _task(
        names: tuple[str, ...],
        mean: tuple[float, ...],
        scale: tuple[float, ...],
        loss: str | None,
    ) -> Task:
        loss = loss or Regression.losses[0]
        pairs = zip(mean, scale, strict=True)
        parts = [Regression(NumberTarget(middle, unit), loss) for middle, unit in pairs]
        # Standardised targets count alike as they are.
        return parts[0] if len(parts) == 1 else Several(names, tuple(parts), (1.0,) * len(parts))


def _counted(keys: list[str], counts: Array) -> dict[str, Any]:
    return {"categories": keys, "counts": counts.tolist(), "n_categories": len(keys)}


def _entry(name: str, kind: str, details: dict[str, Any], examples: list[Any]) -> ColumnContract:
    shown = [value if isinstance(value, int | float | list) else str(value) for value in examples]
    reason = "the target, as it was given"
    return ColumnContract(name, "target", kind, reason, examples=shown, details=details)


def own_names(y: Any, n_targets: int) -> tuple[str, ...]:
    """Return what a person calls the targets: a series' name, a frame's columns; else nothing."""
    name = getattr(y, "name", None)
    if n_targets == 1 and isinstance(name, str) and name:
        return (name,)
    columns = getattr(y, "columns", None)
    names = () if columns is None else tuple(str(column) for column in columns)
    return names if len(set(names)) == n_targets else ()


def column_names(own: tuple[str, ...], n_targets: int, taken: set[str]) -> tuple[str, ...]:
    """Return names of the targets' columns that no input has: y, or y1, y2 …, by default."""
    numbered = tuple(f"y{number}" for number in range(1, n_targets + 1))
    usual = ("y",) if n_targets == 1 else numbered
    return tuple(_unlike(name, taken) for name in own or usual)


def _unlike(name: str, taken: set[str]) -> str:
    return _unlike(f"{name}_", taken) if name in taken else name


def _classification(target: CategoryTarget, loss: str | None, smoothing: float) -> Task:
    return Classification(target, loss or Classification.losses[0], smoothing)


def _value_type(classes: Array) -> ValueType:
    if classes.dtype.kind == "b":
        return "boolean"
    if classes.dtype.kind in "iuf":
        return "integer"
    whole = all(isinstance(label, int) for label in classes.tolist())
    truth = all(isinstance(label, bool) for label in classes.tolist())
    if truth:
        return "boolean"
    return "integer" if whole else "text"


def _key(label: Any, value_type: ValueType) -> str:
    if value_type == "boolean":
        return "true" if label else "false"
    return str(int(label)) if value_type == "integer" else str(label)
