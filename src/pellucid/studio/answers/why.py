"""Why a prediction came out as it did: contributions that add up, in the person's columns."""

from __future__ import annotations

import threading

from pellucid.inspection import Explanation, Question
from pellucid.inspection.parts import Part
from pellucid.inspection.values import as_plain
from pellucid.studio.asked import Asked
from pellucid.studio.messages.why import ColumnPart, Why, WhyRequest
from pellucid.studio.reading import read
from pellucid.studio.studio import Studio

_one_at_a_time = threading.Lock()
_MOST_DETAILS = 512
_MOST_IN_GRID = 1 << 16


def why(studio: Studio, asked: Asked) -> Why:
    """Answer ``POST /api/models/{model}/why``."""
    asked.query.only()
    model = studio.shelf.model(asked.path["model"])
    wanted = read(WhyRequest, asked.body)
    row = model.row(wanted.example)
    with model.lock:
        explainer = model.explainer
    # Of convolutions it takes seconds, while which the network can still be looked into.
    with _one_at_a_time:
        question = Question(wanted.of, wanted.label, wanted.against)
        found = explainer.explain(row.table, 1, question)
    return _told(row.id, found)


def _told(example: str, found: Explanation) -> Why:
    return Why(
        example=example,
        target=found.target,
        prediction=as_plain(found.prediction),
        label=found.label,
        against=found.against,
        meaning=found.meaning,
        output=found.output,
        baseline=found.baseline,
        output_written=found.quantity.write(found.output),
        baseline_written=found.quantity.write(found.baseline),
        error=found.error,
        probability=found.probability,
        baseline_probability=found.baseline_probability,
        compared_with=found.compared_with,
        columns=[_column(part) for part in found.sorted_parts()],
    )


def _column(part: Part) -> ColumnPart:
    details = [] if part.is_whole or not part.is_listed else list(part.details())
    details.sort(key=lambda detail: -abs(detail.contribution))
    has_grid = part.array.ndim > 1 and part.array.size <= _MOST_IN_GRID
    return ColumnPart(
        column=part.column,
        kind=part.kind,
        value=None if part.course else as_plain(part.value),
        contribution=part.contribution,
        details=[(one.name.strip(), one.contribution) for one in details[:_MOST_DETAILS]],
        grid=part.array.tolist() if has_grid else None,
        marked=[(stretch.text, stretch.contribution) for stretch in part.stretches],
    )
