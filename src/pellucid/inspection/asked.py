"""Which number is explained: a class's log-odds or logit, or a number in the person's unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from pellucid.data import Contract, DateTarget, NumberTarget
from pellucid.data.table import Array
from pellucid.errors import SettingError, quote_list, suggest
from pellucid.inspection.slopes import Number
from pellucid.inspection.values import PLAIN, Quantity
from pellucid.tasks import (
    Classification,
    Clustering,
    Forecasting,
    MultiLabel,
    Regression,
    Several,
    Task,
)

TaskOfClasses = Classification | Clustering | MultiLabel


@dataclass(frozen=True)
class Question:
    """What a person asks of a prediction.

    Attributes
    ----------
    of
        The target, where there are several; None takes the first. Of a forecast also the step,
        as ``"sales, step 3"``; without one it is the last.
    label
        The class or label that is asked about; None takes the predicted one.
    against
        The class that it is held against; None: of two classes the other one, else none.
    """

    of: str | None = None
    label: str | None = None
    against: str | None = None

    @classmethod
    def of_words(cls, label: Any, against: Any, of: str | None) -> Self:
        """Make a question of classes in any type: ``1`` and ``"1"`` are the same class."""
        return cls(
            of=of,
            label=None if label is None else str(label),
            against=None if against is None else str(against),
        )


@dataclass(frozen=True)
class Asked:
    """The number that contributions add up to.

    Attributes
    ----------
    target
        The column that is predicted.
    label, against
        The class it is about and the one it is held against; None for numbers.
    meaning
        The number in words.
    number
        How it is made of the network's outputs.
    task
        The task whose answers are meant.
    outputs
        Which of the network's outputs belong to the task.
    quantity
        What the number is, and so how it is written.
    """

    target: str
    label: str | None
    against: str | None
    meaning: str
    number: Number
    task: Task
    outputs: slice
    quantity: Quantity = PLAIN

    def probability(self, outputs: Array) -> float | None:
        """Return the probability of ``label`` by one row of outputs, or None for numbers."""
        if not isinstance(self.task, TaskOfClasses) or self.label is None:
            return None
        labels = _labels(self.task)
        row = outputs[None, self.outputs]
        return float(self.task.probabilities(row)[0, labels.index(self.label)])


def ask(task: Task, contract: Contract, question: Question, outputs: Array) -> Asked:
    """Settle which number is meant.

    Parameters
    ----------
    task, contract
        The model's task, and what is known of the columns it predicts: their units.
    question
        What the person asks.
    outputs
        The network's outputs at the row in question, (out_features,).

    Raises
    ------
    SettingError
        For a target or a class that there is not, or a class held against itself.
    """
    if isinstance(task, Forecasting):
        return _ask_forecast(task, contract, question, len(outputs))
    names = task.names if isinstance(task, Several) else contract.targets[:1] or ("prediction",)
    if isinstance(task, Clustering):  # whose target, if any, only judges
        names = ("cluster",)
    target = names[0] if question.of is None else question.of
    if target not in names:
        raise _unknown("target", target, names)
    start = 0
    for name, part in zip(names, task.parts if isinstance(task, Several) else (task,), strict=True):
        if name == target:
            task = part
            break
        start += part.out_features
    own = slice(start, start + task.out_features)
    if isinstance(task, TaskOfClasses):
        return _ask_class(task, target, question, outputs, own)
    _refuse_classes(task, target, question)
    return _ask_number(task, target, contract.units.get(target, ""), len(outputs), own)


def _ask_forecast(
    task: Forecasting, contract: Contract, question: Question, n_outputs: int
) -> Asked:
    """Settle which step of which series is meant: ``"sales, step 3"``, or its last one."""
    names = dict.fromkeys(task.names, task.horizon)
    own = {name: name for name in task.names}
    for place, output in enumerate(task.output_names[: task.n_forecasts]):
        name = task.names[place // task.horizon]
        names[output], own[output] = place % task.horizon + 1, name
    asked = task.names[0] if question.of is None else question.of
    if asked not in names:
        raise _unknown("target", asked, list(names))
    target, step = own[asked], names[asked]
    series = task.names.index(target)
    part = Regression(task.targets[series])
    _refuse_classes(part, target, question)
    at = series * task.horizon + step - 1
    columns = slice(at, at + 1)
    number = _ask_number(part, target, contract.units.get(target, ""), n_outputs, columns)
    if task.horizon == 1:
        return number
    return replace(number, meaning=f"{target}, step {step}")


def _refuse_classes(task: Task, target: str, question: Question) -> None:
    what = "date" if isinstance(getattr(task, "target", None), DateTarget) else "number"
    for given, flag in ((question.label, "--class"), (question.against, "--against")):
        if given is not None:
            raise SettingError(
                f"{target!r} is a {what}, so there is no class {given!r}.",
                remedy=f"leave {flag} out",
            )


def _ask_number(task: Task, target: str, unit: str, n_outputs: int, own: slice) -> Asked:
    scale, weights = getattr(task, "target", None), np.zeros(n_outputs)
    if isinstance(scale, DateTarget):
        weights[own] = scale.scale
        number, days = Number(weights, scale.mean), Quantity("days", scale)
        return Asked(target, None, None, target, number, task, own, days)
    if not isinstance(scale, NumberTarget):
        raise SettingError(f"A task called {task.name!r} cannot be explained.")
    weights[own] = scale.scale
    curve = None
    if scale.bend is not None and scale.highest is not None:
        curve = (scale.bend, scale.highest)
    number = Number(weights, scale.mean, curve)
    return Asked(target, None, None, target, number, task, own, Quantity(unit))


def _ask_class(
    task: TaskOfClasses,
    target: str,
    question: Question,
    outputs: Array,
    own: slice,
) -> Asked:
    labels = _labels(task)
    if question.label is None:
        position = int(task.probabilities(outputs[None, own])[0].argmax())
    else:
        position = _find(labels, question.label, target)
    against = None if question.against is None else _find(labels, question.against, target)
    if against == position:
        raise SettingError(
            f"The class {labels[position]!r} is held against itself.",
            expected="another class of " + quote_list(labels),
        )
    weights = np.zeros(len(outputs))
    if isinstance(task, MultiLabel):
        if against is not None:
            raise SettingError(
                f"The labels of {target!r} are questions of their own, none held against another.",
                remedy="leave --against out",
            )
        weights[own.start + position] = task.output_factors[position]
        meaning = f"log-odds that {target} has {labels[position]}"
        return Asked(target, labels[position], None, meaning, Number(weights), task, own)
    if against is None and len(labels) == 2:
        against = 1 - position
    factor = task.output_factors[0]  # by it, odds are those of the calibrated probabilities
    if task.out_features == 1:  # one output, the log-odds of the second class
        weights[own] = factor if position == 1 else -factor
    else:
        weights[own.start + position] = factor
        if against is not None:
            weights[own.start + against] = -factor
    name = f"{target} = {labels[position]}"
    if against is None:
        meaning, other = f"logit of {name}", None
    else:
        other = labels[against]
        meaning = f"log-odds of {name} against {other}"
    return Asked(target, labels[position], other, meaning, Number(weights), task, own)


def _labels(task: TaskOfClasses) -> list[str]:
    if isinstance(task, Clustering):
        return task.output_names
    names = task.target.labels if isinstance(task, MultiLabel) else task.target.classes
    return [str(label) for label in names]


def _find(labels: Sequence[str], label: str, target: str) -> int:
    if str(label) not in labels:
        raise _unknown(f"class of {target!r}", str(label), labels)
    return labels.index(str(label))


def _unknown(what: str, name: str, known: Sequence[str]) -> SettingError:
    return SettingError(
        f"There is no {what} called {name!r}.",
        expected=f"one of {quote_list(known, limit=40)}",
        remedy=suggest(name, known),
    )
