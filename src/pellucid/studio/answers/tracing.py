"""What happens to one example: in short as JSON, exact as frames."""

from __future__ import annotations

import numpy as np

from pellucid.data.table import Array
from pellucid.errors import unknown_name
from pellucid.nn import LayerTrace as Step
from pellucid.studio.asked import Asked, Bytes
from pellucid.studio.frames import MEDIA_TYPE
from pellucid.studio.messages.tracing import Connection, LayerTrace, Trace, TraceRequest
from pellucid.studio.opened import OpenedModel, Row
from pellucid.studio.reading import read
from pellucid.studio.studio import Studio
from pellucid.studio.telling import summarise, tell_examples, words_read
from pellucid.studio.tiles import AXES, framed

_MOST_DRAWN = 40


def trace(studio: Studio, asked: Asked) -> Trace:
    """Answer ``POST /api/models/{model}/trace``."""
    asked.query.only()
    model = studio.shelf.model(asked.path["model"])
    return traced(model, model.row(read(TraceRequest, asked.body).example))


def traced(model: OpenedModel, row: Row) -> Trace:
    """Return what happens to a row on its way through the network."""
    with model.lock:
        inputs, steps = follow(model, row)
        outputs = np.asarray(steps[-1].activations)
        (example,) = tell_examples(model, row.table, [row.id], outputs[None])
        return Trace(
            example=example,
            words=words_read(model.trained.encoding, row.table),
            encoded=summarise(inputs),
            layers=[_in_short(model, step) for step in steps],
            loss=_loss(model, row, outputs),
        )


def trace_frame(studio: Studio, asked: Asked) -> Bytes:
    """Answer ``GET /api/models/{model}/trace/{layer}/{name}``: one array of a trace, exact.

    ``name`` is ``inputs``, ``pre_activations``, ``activations``, or one of the layer's details.
    Parameters of the address: ``example``, and the tile (`pellucid.studio.tiles`).
    """
    asked.query.only("example", *AXES, "overview")
    model = studio.shelf.model(asked.path["model"])
    row = model.row(asked.query.needed("example"))
    with model.lock:
        _, steps = follow(model, row)
    by_name = {step.name: step for step in steps}
    layer, name = asked.path["layer"], asked.path["name"]
    if layer not in by_name:
        raise unknown_name("layer", layer, by_name)
    arrays = arrays_of(by_name[layer])
    if name not in arrays:
        raise unknown_name(f"array of {layer!r}", name, arrays)
    return Bytes(framed(arrays[name], asked.query).to_bytes(), MEDIA_TYPE)


def follow(model: OpenedModel, row: Row) -> tuple[Array, tuple[Step, ...]]:
    """Return a row as the network receives it, and what every layer does with it."""
    inputs = model.encoded(row.table)[0]
    return inputs, model.follower.trace(inputs)


def _loss(model: OpenedModel, row: Row, outputs: Array) -> float | None:
    """Return the loss of a row whose truth is known."""
    targets = model.targets(row.table)
    return None if targets is None else model.follower.loss(outputs[None], targets)


def arrays_of(step: Step) -> dict[str, Array]:
    """Return all arrays of a layer's trace by their names."""
    arrays = {
        "inputs": step.inputs,
        "pre_activations": step.pre_activations,
        "activations": step.activations,
        **step.details,
    }
    return {name: np.asarray(array) for name, array in arrays.items()}


def _in_short(model: OpenedModel, step: Step) -> LayerTrace:
    arrays = arrays_of(step)
    inputs = arrays.pop("inputs")
    summaries = {name: summarise(array) for name, array in arrays.items()}
    kernel = model.trained.params.get(step.name, {}).get("kernel")
    return LayerTrace(
        name=step.name,
        pre_activations=summaries.pop("pre_activations"),
        activations=summaries.pop("activations"),
        details=summaries,
        connections=[] if kernel is None else _strongest(inputs, np.asarray(kernel)),
    )


def _strongest(inputs: Array, kernel: Array) -> list[Connection]:
    """Return the largest products of inputs and weights; none of layers that are not dense."""
    if kernel.ndim != 2 or inputs.shape != kernel.shape[:1]:
        return []
    products = inputs[:, None] * kernel
    sizes = np.abs(products)
    # So many rows have one at least this large: what is smaller is not among the largest.
    by_row = sizes.max(axis=1)
    bound = np.partition(by_row, -_MOST_DRAWN)[-_MOST_DRAWN] if len(by_row) > _MOST_DRAWN else 0.0
    places = np.flatnonzero((sizes >= bound) & (sizes > 0))
    largest = places[np.argsort(-sizes.ravel()[places], kind="stable")[:_MOST_DRAWN]]
    return [
        Connection(int(place) // kernel.shape[1], int(place) % kernel.shape[1], float(product))
        for place, product in zip(np.sort(largest), products.ravel()[np.sort(largest)], strict=True)
    ]
