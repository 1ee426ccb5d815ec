"""How well the model answers rows: confusion, scores of classes, calibration, residuals."""

from __future__ import annotations

from typing import get_args

import numpy as np

from pellucid import metrics
from pellucid.data.table import Array
from pellucid.data.targets import NumberTarget
from pellucid.studio.asked import Asked
from pellucid.studio.messages.test import (
    CalibrationBin,
    ClassScore,
    Residuals,
    TargetTest,
    Test,
)
from pellucid.studio.messages.values import Part
from pellucid.studio.opened import OpenedModel
from pellucid.studio.studio import Studio
from pellucid.tasks import Classification, Regression, Task

_MOST_CLASSES = 200
_MOST_RESIDUALS, _BINS = 2_000, 30


def test(studio: Studio, asked: Asked) -> Test:
    """Answer ``GET /api/models/{model}/test``; ``part`` chooses other rows than the test's."""
    asked.query.only("part")
    model = studio.shelf.model(asked.path["model"])
    choices: tuple[Part, ...] = tuple(one for one in get_args(Part) if one != "tried")
    part: Part = asked.query.choice("part", choices, model.usual_part())  # type: ignore[assignment]  # one of the choices
    return tested(model, part)


def tested(model: OpenedModel, part: Part) -> Test:
    """Return how well a model answers the rows of a part; measured once."""
    with model.lock:
        if part not in model.tested:
            model.tested[part] = _measured(model, part)
        return model.tested[part]


def _measured(model: OpenedModel, part: Part) -> Test:
    measured = model.trained.evaluate(model.table(part), train_targets=model.train_targets)
    return Test(
        part=part,
        n=measured["n"],
        metrics=measured["metrics"],
        baseline=measured["baseline"],
        intervals={name: (ends[0], ends[1]) for name, ends in measured["intervals"].items()},
        targets=_targets(model, part),
    )


def _targets(model: OpenedModel, part: Part) -> list[TargetTest]:
    outputs, wanted = model.answered(part)
    if wanted is None:
        return []
    names = model.trained.contract.targets
    parts = model.trained.task.apart(outputs, wanted)
    return [
        _target(name, task, own, right, _truth(model, part, name, task, right))
        for name, (_, task, own, right) in zip(names, parts, strict=False)
    ]


def _truth(model: OpenedModel, part: Part, name: str, task: Task, right: Array) -> Array | None:
    """Return the numbers that were to be predicted, to the digits of the data; None for others."""
    if not isinstance(task, Regression):
        return None
    if model.trained.contract.windows is None and isinstance(task.target, NumberTarget):
        return task.target.read(model.table(part)[name])
    return task.target.numbers(right)


def _target(name: str, task: Task, outputs: Array, right: Array, truth: Array | None) -> TargetTest:
    classes: list[str] = []
    confusion: list[list[int]] | None = None
    scores: list[ClassScore] = []
    bins: list[CalibrationBin] = []
    residuals: Residuals | None = None
    if isinstance(task, Classification):
        classes = [str(label) for label in task.target.classes]
        shares = task.probabilities(outputs)
        found = shares.argmax(axis=1)
        bins = _calibration(shares.max(axis=1), found == right)
        if len(classes) <= _MOST_CLASSES:
            confusion = metrics.confusion_matrix(right, found, len(classes)).tolist()
            scores = _scores(classes, right, found)
    elif isinstance(task, Regression) and truth is not None:
        residuals = _residuals(truth, task.target.numbers(outputs))
    return TargetTest(name, task.name, classes, confusion, scores, bins, residuals)


def _scores(classes: list[str], right: Array, found: Array) -> list[ClassScore]:
    scored = metrics.class_scores(right, found, len(classes))
    columns = (scored.support, scored.precision, scored.recall, scored.f1)
    rows = zip(classes, *(column.tolist() for column in columns), strict=True)
    return [ClassScore(label, n, p, r, f) for label, n, p, r, f in rows]


def _calibration(confidence: Array, hits: Array) -> list[CalibrationBin]:
    found = metrics.reliability(confidence, hits)
    n = len(found.counts)
    return [
        CalibrationBin(i / n, (i + 1) / n, int(found.counts[i]), float(c), float(r))
        for i, (c, r) in enumerate(zip(found.confidence, found.right, strict=True))
        if found.counts[i]
    ]


def _residuals(truth: Array, prediction: Array) -> Residuals:
    rows = np.linspace(0, len(truth) - 1, min(len(truth), _MOST_RESIDUALS)).round().astype(int)
    counts, edges = np.histogram(truth - prediction, bins=_BINS)
    return Residuals(
        rows=rows.tolist(),
        truth=truth[rows].tolist(),
        prediction=prediction[rows].tolist(),
        edges=edges.tolist(),
        counts=counts.tolist(),
    )
