"""Rows as a layer sees them, on a plane, with their truth and the network's answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import numpy as np

from pellucid.data.table import Array
from pellucid.inspection.projection import INPUTS
from pellucid.studio.asked import Asked
from pellucid.studio.messages.test import ProjectedRows, ProjectedTarget
from pellucid.studio.messages.values import Part
from pellucid.studio.opened import OpenedModel
from pellucid.studio.projections import Method
from pellucid.studio.studio import Studio
from pellucid.studio.telling import shares_of
from pellucid.tasks import Classification, Clustering, MultiLabel, Regression, Task

# Of a set of labels, each is a choice of its own; nobody reads through more.
_MOST_LABELS = 50


def projection(studio: Studio, asked: Asked) -> ProjectedRows:
    """Answer ``GET /api/models/{model}/projection``.

    Parameters of the address: ``part``; ``layer`` (a name, or inputs); ``method`` (pca, tsne).
    """
    asked.query.only("part", "layer", "method")
    model = studio.shelf.model(asked.path["model"])
    parts: tuple[Part, ...] = tuple(one for one in get_args(Part) if one != "tried")
    part: Part = asked.query.choice("part", parts, model.usual_part())  # type: ignore[assignment]  # one of the choices
    method: Method = asked.query.choice("method", get_args(Method), "pca")  # type: ignore[assignment]  # as above
    layer = asked.query.text("layer") or INPUTS
    places, found, n_features = model.projections.of(part, layer, method)
    with model.lock:
        return ProjectedRows(
            part=part,
            layer=layer,
            method=method,
            n_rows=model.table(part).n_rows,
            n_features=n_features,
            rows=places.tolist(),
            x=found.points[:, 0].tolist(),
            y=found.points[:, 1].tolist(),
            shares=found.shares,
            targets=list(_targets(model, part, places)),
        )


def _targets(model: OpenedModel, part: Part, places: Array) -> Iterator[ProjectedTarget]:
    outputs, wanted = model.answered(part)
    names = model.trained.contract.targets or ("",)
    parts = model.trained.task.apart(outputs, wanted)
    for name, (_, task, own, right) in zip(names, parts, strict=False):
        yield from _target(name, task, own[places], None if right is None else right[places])


def _target(
    name: str, task: Task, outputs: Array, right: Array | None
) -> Iterator[ProjectedTarget]:
    labels, shares = shares_of(task, outputs)
    if isinstance(task, MultiLabel) and shares is not None:
        for place, label in enumerate(labels[:_MOST_LABELS]):
            truth = None if right is None else _plain(right[:, place])
            yield ProjectedTarget(label, "label", [], truth, _plain(shares[:, place] >= 0.5))
    elif isinstance(task, Clustering) and shares is not None:
        yield ProjectedTarget(name, "clusters", labels, None, _plain(shares.argmax(axis=1)))
    elif isinstance(task, Classification) and shares is not None:
        truth = None if right is None else _plain(right)
        yield ProjectedTarget(name, "classes", labels, truth, _plain(shares.argmax(axis=1)))
    elif isinstance(task, Regression):
        truth = None if right is None else _plain(task.target.numbers(right))
        yield ProjectedTarget(name, "numbers", [], truth, _plain(task.target.numbers(outputs)))


def _plain(values: Array) -> list[float]:
    numbers: list[float] = np.asarray(values, np.float64).ravel().tolist()
    return numbers
