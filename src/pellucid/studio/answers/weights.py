"""One weight: the loss as a function of it."""

from __future__ import annotations

from math import prod

import numpy as np

from pellucid.data import Table
from pellucid.data.table import Array
from pellucid.errors import SettingError
from pellucid.inspection.one_weight import N_POINTS, OneWeight
from pellucid.studio.asked import Asked
from pellucid.studio.messages.inside import Point, Weight, WeightRequest
from pellucid.studio.opened import OpenedModel
from pellucid.studio.reading import read
from pellucid.studio.studio import Studio

MOST_ROWS = 10_000
# So many activations are computed for each point of the curve: 256 MB.
_MOST_NUMBERS = 1 << 25
# With more products than these for each point, the curve has fewer of them.
_MOST_PRODUCTS, _FEW_POINTS = 1 << 28, 21
_USUAL_BATCH, _USUAL_RATE = 32, 0.1


def weight(studio: Studio, asked: Asked) -> Weight:
    """Answer ``POST /api/models/{model}/weight``."""
    asked.query.only()
    model = studio.shelf.model(asked.path["model"])
    wanted = read(WeightRequest, asked.body)
    with model.lock:
        return _weight(model, wanted)


def _weight(model: OpenedModel, wanted: WeightRequest) -> Weight:
    trained = model.trained
    one = OneWeight(
        trained.network,
        trained.params,
        trained.task,
        wanted.layer,
        wanted.name,
        tuple(wanted.index),
    )
    table, words = _rows(model, wanted)
    inputs, targets = model.encoded(table), _targets(model, table)
    ends = wanted.lowest, wanted.highest
    found = one.curve(inputs, targets, ends, _n_points(model, len(inputs)))
    rate = _rate(model, wanted)
    next_value = found.value - rate * found.slope
    return Weight(
        layer=wanted.layer,
        name=wanted.name,
        index=wanted.index,
        now=Point(found.value, found.loss),
        curve=[
            Point(value, loss)
            for value, loss in zip(found.weights.tolist(), found.losses.tolist(), strict=True)
        ],
        slope=found.slope,
        learning_rate=rate,
        step=Point(next_value, one.loss_at(next_value, inputs, targets)),
        lowest=Point(*found.lowest),
        rows=words,
        n_rows=table.n_rows,
    )


def _rows(model: OpenedModel, wanted: WeightRequest) -> tuple[Table, str]:
    """Return the rows whose mean loss is shown, and what they are."""
    if wanted.on == "example":
        if wanted.example is None:
            raise SettingError("The request names no example.", expected="its id in 'example'")
        row = model.row(wanted.example)
        return row.table, row.id
    batch = model.trained.made.get("settings", {}).get("batch_size", _USUAL_BATCH)
    part, places = model.some_rows(_most_rows(model) if wanted.on == "all" else int(batch))
    return model.table(part).take(places), part


def _most_rows(model: OpenedModel) -> int:
    """Return how many rows are looked at: of networks that compute much for each, fewer."""
    encoding, network = model.trained.encoding, model.trained.network
    numbers = sum(prod(layer.out_shape) for layer in network.describe(encoding.in_features))
    return max(1, min(MOST_ROWS, _MOST_NUMBERS // max(1, numbers)))


def _n_points(model: OpenedModel, n_rows: int) -> int:
    """Return how many points the curve has: fewer where each takes long."""
    n_weights = sum(array.size for own in model.trained.params.values() for array in own.values())
    return N_POINTS if n_rows * n_weights < _MOST_PRODUCTS else _FEW_POINTS


def _targets(model: OpenedModel, table: Table) -> Array:
    targets = model.targets(table)
    if targets is None:
        raise SettingError(
            "The truth of these rows is not known, so there is no loss.",
            expected="rows with their target, of a model that learned one",
        )
    return np.asarray(targets)


def _rate(model: OpenedModel, wanted: WeightRequest) -> float:
    if wanted.learning_rate is not None:
        return wanted.learning_rate
    rate = model.trained.made.get("settings", {}).get("learning_rate")
    return float(rate) if isinstance(rate, int | float) else _USUAL_RATE
