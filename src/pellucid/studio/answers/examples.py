"""Rows: as the person knows them, with what the network answers; and what is seen of them."""

from __future__ import annotations

from typing import get_args

import numpy as np

from pellucid.data.table import Array
from pellucid.errors import SettingError, unknown_name
from pellucid.studio.asked import Asked, Bytes
from pellucid.studio.messages.examples import Examples
from pellucid.studio.messages.values import Part
from pellucid.studio.opened import OpenedModel
from pellucid.studio.pictures import png_of
from pellucid.studio.reading import Query
from pellucid.studio.sounds import wav_of
from pellucid.studio.studio import Studio
from pellucid.studio.telling import shares_of, tell_examples
from pellucid.tasks import Classification

MOST_ROWS = 200
_USUAL_ROWS = 24


def examples(studio: Studio, asked: Asked) -> Examples:
    """Answer ``GET /api/models/{model}/examples``.

    Parameters of the address: ``part``; ``from`` and ``n``; of classes ``truth`` and ``prediction``
    (labels), ``only`` (all, right, wrong), ``sort`` (row, sure, unsure), and ``target``, where
    there are several.
    """
    query = asked.query
    query.only("part", "from", "n", "truth", "prediction", "only", "sort", "target")
    model = studio.shelf.model(asked.path["model"])
    with model.lock:
        choices: tuple[Part, ...] = tuple(one for one in get_args(Part) if one != "tried")
        part: Part = query.choice("part", choices, model.usual_part())  # type: ignore[assignment]  # one of the choices
        table = model.table(part)
        places = _chosen(model, part, query, table.n_rows)
        start = query.whole("from", 0, 0, max(0, len(places)))
        n = query.whole("n", _USUAL_ROWS, 1, MOST_ROWS)
        page = places[start : start + n]
        ids = [f"{part}:{place}" for place in page.tolist()]
        told = tell_examples(model, table.take(page), ids) if len(page) else []
    return Examples(part, start, len(places), told)


def picture(studio: Studio, asked: Asked) -> Bytes:
    """Answer ``GET /api/models/{model}/picture``: a column as the network sees it, a PNG."""
    asked.query.only("example", "column")
    model = studio.shelf.model(asked.path["model"])
    row = model.row(asked.query.needed("example"))
    return Bytes(png_of(model, row, asked.query.needed("column")), "image/png")


def sound(studio: Studio, asked: Asked) -> Bytes:
    """Answer ``GET /api/models/{model}/sound``: a sound as the network hears it, a WAV."""
    asked.query.only("example", "column")
    model = studio.shelf.model(asked.path["model"])
    row = model.row(asked.query.needed("example"))
    return Bytes(wav_of(model, row, asked.query.needed("column")), "audio/wav")


def _chosen(model: OpenedModel, part: Part, query: Query, n_rows: int) -> Array:
    """Return the rows that are asked for, in their order."""
    wanted = [query.text(name) for name in ("truth", "prediction")]
    only = query.choice("only", ("all", "right", "wrong"), "all")
    sort = query.choice("sort", ("row", "sure", "unsure"), "row")
    places = np.arange(n_rows)
    if wanted == [None, None] and only == "all" and sort == "row":
        return places
    labels, shares, right = _of_classes(model, part, query.text("target"))
    found = shares.argmax(axis=1)
    kept = np.ones(n_rows, dtype=bool)
    for label, own in zip(wanted, (right, found), strict=True):
        if label is not None:
            if label not in labels:
                raise unknown_name("class", label, labels)
            kept &= own == labels.index(label)
    if only != "all":
        kept &= (found == right) == (only == "right")
    places = places[kept]
    if sort != "row":
        sure = shares.max(axis=1)[kept]
        places = places[np.argsort(-sure if sort == "sure" else sure, kind="stable")]
    return places


def _of_classes(
    model: OpenedModel, part: Part, target: str | None
) -> tuple[list[str], Array, Array]:
    """Return a target's classes, their probabilities for each row, and the right ones."""
    outputs, targets = model.answered(part)
    names = model.trained.contract.targets
    if target is not None and target not in names:
        raise unknown_name("target", target, names)
    parts = model.trained.task.apart(outputs, targets)
    for name, (_, task, own, right) in zip(names, parts, strict=False):
        if name == (target or names[0]):
            if not isinstance(task, Classification) or right is None:
                break
            labels, shares = shares_of(task, own)
            if shares is not None:
                return labels, shares, right
    raise SettingError(
        "These rows have no classes to choose by.",
        remedy="leave truth, prediction, only and sort out",
    )
