"""The lab: a copy with units switched off or weights cut, measured beside the original."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from pellucid import metrics
from pellucid.data import Table
from pellucid.data.table import Array
from pellucid.errors import DataError, SettingError
from pellucid.files import cannot_write
from pellucid.inspection import surgery
from pellucid.inspection.retraining import MOST_EPOCHS, retrained
from pellucid.model import TrainedModel, save_model
from pellucid.model.file import SUFFIX
from pellucid.studio.asked import Asked
from pellucid.studio.messages.lab import (
    LabClass,
    LabOperation,
    LabRequest,
    LabResult,
    LabTarget,
    PruningCurve,
    PruningPoint,
    PruningRequest,
    Retraining,
    RetrainingRequest,
    Saved,
)
from pellucid.studio.messages.values import Part
from pellucid.studio.opened import OpenedModel
from pellucid.studio.reading import read
from pellucid.studio.studio import Studio
from pellucid.studio.writing import to_json
from pellucid.tasks import Classification
from pellucid.training.report import card
from pellucid.training.step import Examples

MOST_OPERATIONS = 200
MOST_ROWS = 5_000


def lab(studio: Studio, asked: Asked) -> LabResult:
    """Answer ``POST /api/models/{model}/lab``."""
    asked.query.only()
    model = studio.shelf.model(asked.path["model"])
    wanted = read(LabRequest, asked.body)
    with model.lock:
        changed = _changed(model, wanted.operations)
        part, table, targets = _rows(model)
        inputs = model.matrix(table)
        outputs = [_outputs(one, inputs, targets) for one in (model.trained, changed)]
        weights = np.concatenate(
            [np.ravel(array) for own in changed.params.values() for array in own.values()]
        )
        return LabResult(
            part=part,
            n=table.n_rows,
            before=outputs[0][1],
            after=outputs[1][1],
            targets=_classes(model, outputs[0][0], outputs[1][0], targets),
            n_weights=len(weights),
            n_zeros=int((weights == 0).sum()),
        )


def pruning(studio: Studio, asked: Asked) -> PruningCurve:
    """Answer ``POST /api/models/{model}/lab/pruning``."""
    asked.query.only()
    model = studio.shelf.model(asked.path["model"])
    wanted = read(PruningRequest, asked.body)
    with model.lock:
        part, table, targets = _rows(model)
        found = surgery.pruning_curve(model.trained, model.matrix(table), targets, wanted.layer)
    points = [PruningPoint(point.share, point.n_left, point.metrics) for point in found]
    return PruningCurve(part, table.n_rows, type(model.trained.task).main_metric, points)


def save(studio: Studio, asked: Asked) -> Saved:
    """Answer ``POST /api/models/{model}/lab/save``: the copy becomes a model file of its own.

    It is called after the model, with the next free number, and lies in the working folder.
    """
    asked.query.only()
    model = studio.shelf.model(asked.path["model"])
    wanted = read(LabRequest, asked.body)
    with model.lock:
        changed = _changed(model, wanted.operations)
        made = _made(model, changed, wanted.operations)
        text = card(made["report"], dict(made.get("settings", {})), made["notes"])
        path = _claimed(model.opened.name)
        try:
            save_model(replace(changed, made=made), path, text)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    id_ = studio.shelf.put_file(path, is_own=True)
    (opened,) = (one for one in studio.shelf.listed() if one.id == id_)
    return Saved(path.name, opened)


def retrain(studio: Studio, asked: Asked) -> Retraining:
    """Answer ``POST /api/models/{model}/lab/retraining``: let a copy learn on."""
    asked.query.only()
    model = studio.shelf.model(asked.path["model"])
    wanted = read(RetrainingRequest, asked.body)
    if not 1 <= wanted.epochs <= MOST_EPOCHS:
        raise SettingError(
            f"{wanted.epochs} epochs are asked for.", expected=f"1 to {MOST_EPOCHS:,} epochs"
        )
    with model.lock:
        copy = _changed(model, wanted.operations)
        table = model.table("train")
        targets = model.targets(table)
        if targets is None:
            raise DataError("The rows' truth is not known, so nothing can be learned from them.")
        examples = Examples(model.matrix(table), np.asarray(targets))
    operations = [*wanted.operations, LabOperation("retrain", amount=float(wanted.epochs))]

    def learn(done: Callable[[int, float], None], should_stop: Callable[[], bool]) -> TrainedModel:
        return retrained(copy, examples, epochs=wanted.epochs, done=done, should_stop=should_stop)

    return model.retrainings.begin(_key(operations), wanted.epochs, learn)


def retraining(studio: Studio, asked: Asked) -> Retraining:
    """Answer ``GET /api/models/{model}/lab/retraining``: how far it has come."""
    asked.query.only()
    return studio.shelf.model(asked.path["model"]).retrainings.told()


def stop_retraining(studio: Studio, asked: Asked) -> Retraining:
    """Answer ``POST /api/models/{model}/lab/retraining/stop``: what it has reached is kept."""
    asked.query.only()
    return studio.shelf.model(asked.path["model"]).retrainings.stop()


def _changed(model: OpenedModel, operations: Sequence[LabOperation]) -> TrainedModel:
    """Return the copy that operations make; what is retrained among them was so before."""
    if len(operations) > MOST_OPERATIONS:
        raise SettingError(
            f"{len(operations):,} operations are asked for.",
            expected=f"at most {MOST_OPERATIONS}",
        )
    learned = max((i for i, one in enumerate(operations) if one.kind == "retrain"), default=-1) + 1
    begin = model.retrainings.of(_key(operations[:learned])) if learned else model.trained
    return surgery.operated(begin, [_operation(one) for one in operations[learned:]])


def _key(operations: Sequence[LabOperation]) -> str:
    return to_json(list(operations)).decode()


def _operation(one: LabOperation) -> surgery.Operation:
    if one.kind == "prune":
        return surgery.Prune(_needed(one, "amount", one.amount), one.layer)
    if one.kind == "add_noise":
        if one.seed < 0:
            raise SettingError(f"The seed is {one.seed}.", expected="a whole number from 0")
        return surgery.AddNoise(_needed(one, "amount", one.amount), one.layer, one.seed)
    layer = _needed(one, "layer", one.layer)
    units = _needed(one, "units", one.units)
    if one.kind == "switch_off":
        return surgery.SwitchOff(layer, tuple(units))
    if len(units) != 1:
        raise SettingError(f"{len(units)} units are named.", expected="one unit to shift")
    return surgery.ShiftBias(layer, units[0], _needed(one, "amount", one.amount))


def _needed(one: LabOperation, name: str, value: Any) -> Any:
    if value is None:
        raise SettingError(f"The operation {one.kind!r} needs {name!r}.")
    return value


def _rows(model: OpenedModel) -> tuple[Part, Table, Array]:
    """Return the rows that a copy is measured on, at most 5,000, and their encoded targets."""
    part = model.usual_part()
    table, _ = model.table(part).spread(MOST_ROWS)
    targets = model.targets(table)
    if targets is None:
        raise DataError(
            "There are no rows whose truth is known, so a copy cannot be measured.",
            expected="a model that learned a target",
        )
    return part, table, np.asarray(targets)


def _outputs(trained: TrainedModel, inputs: Any, targets: Array) -> tuple[Array, dict[str, float]]:
    outputs, losses = trained.forward.evaluate(trained.params, inputs, targets)
    measured = trained.task.metrics(outputs, targets)
    return outputs, {**measured, "loss": float(losses.mean(dtype=np.float64))}


def _classes(model: OpenedModel, before: Array, after: Array, targets: Array) -> list[LabTarget]:
    task, names = model.trained.task, model.trained.contract.targets
    parts = zip(names, task.apart(before, targets), task.apart(after, targets), strict=False)
    return [
        LabTarget(name, _of_target(one, (first, then), right))
        for name, (_, one, first, right), (_, _, then, _) in parts
    ]


def _of_target(task: Any, outputs: tuple[Array, Array], right: Array) -> list[LabClass]:
    if not isinstance(task, Classification):
        return []
    labels = task.target.classes
    answers = (task.probabilities(own).argmax(axis=1) for own in outputs)
    first, then = (metrics.class_scores(right, found, len(labels)) for found in answers)
    columns = zip(
        labels, first.support.tolist(), first.recall.tolist(), then.recall.tolist(), strict=True
    )
    return [LabClass(str(label), n, before, after) for label, n, before, after in columns]


def _made(
    model: OpenedModel, changed: TrainedModel, operations: Sequence[LabOperation]
) -> dict[str, Any]:
    """Return how the copy was made: its own scores, and what was changed by hand."""
    made = dict(model.trained.made)
    measured: dict[str, Any] = {"n": 0, "metrics": {}, "baseline": {}, "intervals": {}}
    if model.usual_part() == "test":
        measured = changed.evaluate(model.table("test"), train_targets=model.train_targets)
    report = {
        **made.get("report", {}),
        "n_test": measured["n"],
        **{name: measured.get(name, {}) for name in ("metrics", "baseline", "intervals")},
        "confusions": measured.get("confusions", []),
        "calibration": {},
        "coverage": {},
        "diagnoses": [],
    }
    told = "; ".join(_worded(one) for one in operations) or "nothing"
    note = f"Changed by hand in the lab, from {model.opened.name}: {told}."
    return {**made, "report": report, "notes": [*made.get("notes", []), note]}


def _worded(one: LabOperation) -> str:
    where = one.layer or "all layers"
    units = ", ".join(str(unit + 1) for unit in one.units or [])
    words = {
        "switch_off": f"units {units} of {where} switched off",
        "prune": f"the weakest {100 * (one.amount or 0):g} % of the weights of {where} cut",
        "shift_bias": f"the bias of unit {units} of {where} shifted by {one.amount:g}"
        if one.amount is not None
        else "",
        "add_noise": f"noise of {one.amount} deviations added to {where} (seed {one.seed})",
        "retrain": f"retrained for at most {one.amount or 0:g} epochs, weights of 0 held at 0",
    }
    return words[one.kind]


def _claimed(name: str) -> Path:
    """Make an empty file after a model's name, under the first number that nobody has taken.

    Raises
    ------
    OutputError
        Where it cannot be made.
    """
    stem = re.sub(r"[^\w.-]+", "-", name).strip("-.") or "model"
    number = 1
    while True:
        path = Path(f"{stem}-lab-{number}{SUFFIX}")
        try:
            path.touch(exist_ok=False)  # of two at once, one is refused it
        except FileExistsError:
            number += 1
        except OSError as error:
            raise cannot_write(path, error) from error
        else:
            return path
