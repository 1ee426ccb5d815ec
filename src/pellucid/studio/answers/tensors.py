"""A layer's parameters, and what an example makes of them, as frames."""

from __future__ import annotations

import numpy as np

from pellucid.data.table import Array
from pellucid.errors import SettingError, unknown_name
from pellucid.studio.answers.tracing import follow
from pellucid.studio.asked import Asked, Bytes
from pellucid.studio.frames import MEDIA_TYPE
from pellucid.studio.opened import OpenedModel
from pellucid.studio.studio import Studio
from pellucid.studio.tiles import AXES, LARGEST_OVERVIEW, framed

_WHAT = ("weights", "input_times_weight", "gradient", "last_update")


def tensor(studio: Studio, asked: Asked) -> Bytes:
    """Answer ``GET /api/models/{model}/tensors/{layer}/{name}``.

    Parameters of the address: ``what`` (weights, input_times_weight, gradient, last_update),
    ``example`` for the second and the third, and the tile (`pellucid.studio.tiles`). A last update
    names the step that it led to.
    """
    asked.query.only("what", "example", *AXES, "overview")
    model = studio.shelf.model(asked.path["model"])
    layer, name = asked.path["layer"], asked.path["name"]
    what = asked.query.choice("what", _WHAT, "weights")
    array = array_of(model, layer, name)
    if what == "weights" and asked.query.text("overview") is not None:
        most = asked.query.whole("overview", 0, 1, LARGEST_OVERVIEW)
        return Bytes(model.overview((layer, name), array, most).to_bytes(), MEDIA_TYPE)
    if what == "last_update":
        found = model.last_update
        change = found.change[layer][name]
        return Bytes(framed(change, asked.query, found.step).to_bytes(), MEDIA_TYPE)
    if what != "weights":
        make = _products if what == "input_times_weight" else _gradient
        with model.lock:
            array = make(model, layer, name, asked.query.needed("example"))
    return Bytes(framed(array, asked.query).to_bytes(), MEDIA_TYPE)


def array_of(model: OpenedModel, layer: str, name: str) -> Array:
    """Return an array of a layer's parameters; SettingError where there is none."""
    params = model.trained.params
    if layer not in params:
        raise unknown_name("layer with parameters", layer, params)
    if name not in params[layer]:
        raise unknown_name(f"array of {layer!r}", name, params[layer])
    return np.asarray(params[layer][name])


def _products(model: OpenedModel, layer: str, name: str, example: str) -> Array:
    """Return input · weight of an example, in the kernel's shape."""
    kernel = array_of(model, layer, name)
    _, steps = follow(model, model.row(example))
    (inputs,) = (np.asarray(step.inputs) for step in steps if step.name == layer)
    if name != "kernel" or kernel.ndim != 2 or inputs.shape != kernel.shape[:1]:
        raise SettingError(
            f"The entries of {layer}/{name} are not each multiplied by one input.",
            expected="the kernel of a dense layer",
        )
    return np.asarray(inputs[:, None] * kernel)


def _gradient(model: OpenedModel, layer: str, name: str, example: str) -> Array:
    """Return the slope of an example's loss in each entry of an array."""
    row = model.row(example)
    targets = model.targets(row.table)
    if targets is None:
        raise SettingError(
            "The example's truth is not known, so there is no loss and no gradient.",
            expected="an example with its target",
        )
    return model.gradients(row, targets)[layer][name]
