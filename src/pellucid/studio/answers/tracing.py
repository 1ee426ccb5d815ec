"""What happens to one example: in short as JSON, exact as frames."""

from __future__ import annotations

import numpy as np

from pellucid.data.table import Array
from pellucid.errors import unknown_name
from pellucid.nn import LayerTrace as Step
from pellucid.studio.asked import Asked, Bytes
from pellucid.studio.frames import MEDIA_TYPE
from pellucid.studio.messages.tracing import LayerTrace, Trace, TraceRequest
from pellucid.studio.opened import OpenedModel, Row
from pellucid.studio.reading import read
from pellucid.studio.studio import Studio
from pellucid.studio.telling import summarise, tell_examples, words_read
from pellucid.studio.tiles import AXES, framed


def trace(studio: Studio, asked: Asked) -> Trace:
    """Answer ``POST /api/models/{model}/trace``."""
    asked.query.only()
    model = studio.shelf.model(asked.path["model"])
    row = model.row(read(TraceRequest, asked.body).example)
    with model.lock:
        (example,) = tell_examples(model, row.table, [row.id])
        inputs, steps = follow(model, row)
        return Trace(
            example=example,
            words=words_read(model.trained.encoding, row.table),
            encoded=summarise(inputs),
            layers=[_in_short(step) for step in steps],
            loss=_loss(model, row, np.asarray(steps[-1].activations)),
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


def _in_short(step: Step) -> LayerTrace:
    arrays = arrays_of(step)
    summaries = {name: summarise(array) for name, array in arrays.items()}
    return LayerTrace(
        name=step.name,
        inputs=summaries.pop("inputs"),
        pre_activations=summaries.pop("pre_activations"),
        activations=summaries.pop("activations"),
        details=summaries,
    )
