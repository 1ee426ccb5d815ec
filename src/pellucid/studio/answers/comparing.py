"""Two runs beside each other: settings, scores, curves, and the rows that they answer unlike."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from pellucid.data.table import Array, Table
from pellucid.errors import DataError, PellucidError
from pellucid.inspection.values import as_plain
from pellucid.studio.asked import Asked
from pellucid.studio.messages.training import Comparison, Disagreement
from pellucid.studio.opened import OpenedModel
from pellucid.studio.studio import Studio
from pellucid.studio.telling import tell_examples
from pellucid.training.run_differences import difference
from pellucid.training.run_folder import RunFolder

_MOST_SHOWN = 24


def compare(studio: Studio, asked: Asked) -> Comparison:
    """Answer ``GET /api/compare?a=…&b=…``, two runs by their names."""
    asked.query.only("a", "b")
    names = asked.query.needed("a"), asked.query.needed("b")
    one, other = (studio.trainings.run(name).folder for name in names)
    found = difference(one, other)
    rows, why = _rows(studio, one, other)
    return Comparison(
        a=names[0],
        b=names[1],
        settings={name: as_plain(list(pair)) for name, pair in found.settings.items()},
        conditions={name: as_plain(list(pair)) for name, pair in found.conditions.items()},
        metrics={name: [a, b] for name, (a, b, _) in found.metrics.items()},
        same_weights=found.same_weights,
        notes=found.notes,
        epochs=[RunFolder(folder).epochs() for folder in (one, other)],
        n_rows=rows.n_rows,
        n_disagree=rows.n_disagree,
        disagreements=rows.shown,
        why_no_rows=why,
    )


@dataclass(frozen=True)
class _Rows:
    """What two models answer of the rows that the first one held out."""

    n_rows: int = 0
    n_disagree: int = 0
    shown: list[Disagreement] = field(default_factory=list)

    @classmethod
    def of(cls, one: OpenedModel, other: OpenedModel) -> _Rows:
        table = one.table("test")
        unlike = _unlike(one, other, table)
        n_disagree = int((unlike > 0).sum())
        places = np.argsort(-unlike, kind="stable")[: min(n_disagree, _MOST_SHOWN)]
        shown, ids = table.take(places), [f"test:{place}" for place in places.tolist()]
        told = [tell_examples(model, shown, ids) if ids else [] for model in (one, other)]
        pairs = zip(*told, strict=True)
        return cls(table.n_rows, n_disagree, [Disagreement(a, b.answers) for a, b in pairs])


def _rows(studio: Studio, one: Path, other: Path) -> tuple[_Rows, str | None]:
    unfinished = [run.name for run in (one, other) if not (run / "model.pellucid").is_file()]
    if unfinished:
        return _Rows(), f"There is no model yet of {' and '.join(unfinished)}."
    try:
        models = [studio.shelf.model(studio.put_run(run)) for run in (one, other)]
        return _Rows.of(*models), None
    except PellucidError as error:
        return _Rows(), error.what


def _unlike(one: OpenedModel, other: OpenedModel, table: Table) -> Array:
    """Return how unlike the answers to each row are; 0 where they are the same."""
    frames = [model.trained.predict(table) for model in (one, other)]
    if frames[0].columns != frames[1].columns or frames[0].height != frames[1].height:
        raise DataError("The two runs answer different questions.")
    if frames[0].height != table.n_rows:
        raise DataError("Forecasts of several steps are not compared row by row.")
    total = np.zeros(table.n_rows)
    for name in (column for column in frames[0].columns if column.startswith("prediction")):
        answers = [frame[name] for frame in frames]
        if answers[0].dtype.is_float():
            total += np.abs(answers[0].to_numpy() - answers[1].to_numpy())
        else:
            pairs = zip(answers[0].to_list(), answers[1].to_list(), strict=True)
            total += np.array([one != other for one, other in pairs], np.float64)
    return total
