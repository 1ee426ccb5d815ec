"""The vectors of words: one of them, those most like it, and which of them an example holds."""

from __future__ import annotations

import numpy as np

from pellucid.errors import SettingError, quote, unknown_name
from pellucid.inspection.vectors import Vectors, in_example, vectors_of
from pellucid.studio.answers.tracing import follow
from pellucid.studio.asked import Asked
from pellucid.studio.messages import inside
from pellucid.studio.opened import OpenedModel
from pellucid.studio.reading import Query
from pellucid.studio.studio import Studio

_MOST_HELD, _MOST_ALIKE = 60, 12
_MOST_FEATURES = 4_096


def vectors(studio: Studio, asked: Asked) -> inside.Vectors:
    """Answer ``GET /api/models/{model}/vectors/{layer}``.

    Parameters of the address: ``example``, whose entries are listed; ``entry``, a number from 0, or
    ``name``, which entry is looked at. Left out, it is the first one that the example holds.
    """
    asked.query.only("example", "entry", "name")
    model = studio.shelf.model(asked.path["model"])
    trained, layer = model.trained, asked.path["layer"]
    if layer not in trained.network.names:
        raise unknown_name("layer", layer, trained.network.names)
    found = vectors_of(trained.network, trained.params, trained.encoding, layer)
    if found is None:
        raise SettingError(
            f"The layer {layer!r} holds no vectors of words.",
            expected="an embedding, or the first dense layer over words or categories",
        )
    with model.lock:
        held = _held(model, found, layer, asked.query.text("example"))
    entry = _entry(found, asked.query, held)
    alike = [] if entry is None else _alike(found, entry)
    return inside.Vectors(
        layer=layer,
        array=found.array,
        n_entries=len(found.entries),
        n_features=found.table.shape[1],
        held=held,
        entry=entry,
        row=None if entry is None else int(found.entries[entry]),
        name="" if entry is None else found.names[entry],
        vector=[] if entry is None else found.vector(entry)[:_MOST_FEATURES].tolist(),
        nearest=alike,
    )


def _held(model: OpenedModel, found: Vectors, layer: str, example: str | None) -> list[inside.Held]:
    if example is None:
        return []
    _, steps = follow(model, model.row(example))
    (inputs,) = (step.inputs for step in steps if step.name == layer)
    places, amounts = in_example(found, np.asarray(inputs))
    pairs = zip(places[:_MOST_HELD].tolist(), amounts[:_MOST_HELD].tolist(), strict=True)
    return [inside.Held(place, found.names[place], amount) for place, amount in pairs]


def _entry(found: Vectors, query: Query, held: list[inside.Held]) -> int | None:
    name = query.text("name")
    if name is None:
        first = held[0].entry if held else -1
        entry = query.whole("entry", first, 0, len(found.entries) - 1)
        return None if entry < 0 else entry
    wanted = name.strip()
    for candidate in (wanted, wanted.lower()):
        if candidate in found.names:
            return found.names.index(candidate)
    raise SettingError(
        f"{quote(wanted, 60)} has no vector: training met it too seldom, or never.",
        expected="a word, a pair of words or a category of the training data",
    )


def _alike(found: Vectors, entry: int) -> list[inside.AlikeEntry]:
    near = found.nearest(entry, _MOST_ALIKE)
    pairs = zip(near.places.tolist(), near.distances.tolist(), strict=True)
    return [inside.AlikeEntry(place, found.names[place], cosine) for place, cosine in pairs]
