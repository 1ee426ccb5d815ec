"""The training rows most like a row, and what would change its answer."""

from __future__ import annotations

from pellucid.errors import SettingError
from pellucid.inspection.counterfactual import Search
from pellucid.inspection.neighbours import nearest as find_nearest
from pellucid.inspection.values import as_plain
from pellucid.studio.asked import Asked
from pellucid.studio.messages.lab import (
    Changes,
    ChangesRequest,
    ColumnChange,
    Counterfactual,
    Near,
    Nearest,
    NearestRequest,
)
from pellucid.studio.reading import read
from pellucid.studio.studio import Studio
from pellucid.studio.telling import tell_examples

MOST_NEAR = 50
_ROWS_SEEN = 5_000


def nearest(studio: Studio, asked: Asked) -> Nearest:
    """Answer ``POST /api/models/{model}/nearest``."""
    asked.query.only()
    model = studio.shelf.model(asked.path["model"])
    wanted = read(NearestRequest, asked.body)
    if not 1 <= wanted.n <= MOST_NEAR:
        raise SettingError(f"n is {wanted.n}.", expected=f"a whole number from 1 to {MOST_NEAR}")
    row = model.row(wanted.example)
    with model.lock:
        part, places, features = model.hidden
        one = model.hidden_of(row.table)
        # A training row is nearest to itself, which tells nobody anything.
        found = find_nearest(features, one, wanted.n + 1)
        ids = [f"{part}:{places[at]}" for at in found.places.tolist()]
        kept = [at for at, id_ in enumerate(ids) if id_ != row.id][: wanted.n]
        table = model.table(part).take(places[found.places[kept]])
        examples = tell_examples(model, table, [ids[at] for at in kept])
    distances = found.distances[kept].tolist()
    near = [Near(one, away) for one, away in zip(examples, distances, strict=True)]
    return Nearest(part, len(places), near)


def changes(studio: Studio, asked: Asked) -> Changes:
    """Answer ``POST /api/models/{model}/changes``."""
    asked.query.only()
    model = studio.shelf.model(asked.path["model"])
    wanted = read(ChangesRequest, asked.body)
    row = model.row(wanted.example)
    with model.lock:
        part, places = model.some_rows(_ROWS_SEEN)
        seen = model.table(part).take(places)
        search = Search(model.trained, row.table, seen, wanted.fixed or [])
        found = search.find(wanted.label)
    return Changes(
        row.id,
        [
            Counterfactual(
                [
                    ColumnChange(one.column, as_plain(one.before), as_plain(one.after), one.size)
                    for one in each.changes
                ],
                as_plain(each.prediction),
                each.probability,
            )
            for each in found
        ],
    )
