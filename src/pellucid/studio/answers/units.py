"""One unit: what adds up to its weighted sum, what excites it, and its weights as a picture."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from pellucid.data.encoding import Block
from pellucid.data.table import Array
from pellucid.errors import SettingError, unknown_name
from pellucid.inspection.sums import Index, WeightedSum, weighted_sum
from pellucid.nn import Layer
from pellucid.studio.answers.tracing import follow
from pellucid.studio.asked import Asked
from pellucid.studio.messages.inside import Contribution, Exciting, Unit
from pellucid.studio.opened import OpenedModel
from pellucid.studio.reading import whole
from pellucid.studio.studio import Studio
from pellucid.studio.telling import tell_examples

_LARGEST = 20
_EXCITING = 6
# So many rows are looked through, of large feature maps fewer: 64 MB.
_MOST_ROWS, _MOST_NUMBERS = 2_000, 1 << 24
_MOST_PIXELS = 1 << 16


def unit(studio: Studio, asked: Asked) -> Unit:
    """Answer ``GET /api/models/{model}/units/{layer}/{unit}``.

    ``unit`` is an index from 0, of feature maps several, with commas: ``3,4,0``. With ``example``
    in the address, its contributions and values are told as well.
    """
    asked.query.only("example")
    model = studio.shelf.model(asked.path["model"])
    name = asked.path["layer"]
    network = model.trained.network
    if name not in network.names:
        raise unknown_name("layer", name, network.names)
    place = network.names.index(name)
    index = _index(model, name, asked.path["unit"])
    example = asked.query.text("example")
    with model.lock:
        told = _Told() if example is None else _of_example(model, place, index, example)
        is_last = place == len(network.layers) - 1
        return Unit(
            layer=name,
            index=list(index),
            name=_name(model, index, is_last=is_last),
            bias=_bias(model, name, index),
            contributions=told.contributions,
            rest=told.rest,
            n_rest=told.n_rest,
            total=told.total,
            z=told.z,
            rounding=None if told.z is None or told.total is None else told.z - told.total,
            activation=told.activation,
            function=_function(network.layers[place]),
            exciting=_exciting(model, name, index),
            picture=_picture(model, name, place, index),
        )


@dataclass
class _Told:
    """What is known of a unit only where there is an example."""

    contributions: list[Contribution] = field(default_factory=list)
    rest: float = 0.0
    n_rest: int = 0
    total: float | None = None
    z: float | None = None
    activation: float | None = None


def _of_example(model: OpenedModel, place: int, index: Index, example: str) -> _Told:
    network, told = model.trained.network, _Told()
    step = follow(model, model.row(example))[1][place]
    told.z = float(step.pre_activations[index])
    told.activation = float(step.activations[index])
    own = model.trained.params.get(step.name, {})
    try:
        found = weighted_sum(network.layers[place], own, np.asarray(step.inputs), index)  # type: ignore[arg-type]  # arrays of JAX are taken as such
    except SettingError:  # such a unit has no weighted sum
        return told
    largest, told.rest = found.largest(_LARGEST)
    told.n_rest = len(found.inputs) - len(largest)
    told.total = found.total
    names = _input_names(model, place)
    told.contributions = [_contribution(found, at, names) for at in largest.tolist()]
    return told


def _contribution(found: WeightedSum, at: int, names: list[str] | None) -> Contribution:
    position = found.positions[at].tolist()
    return Contribution(
        index=position,
        name=names[position[0]] if names is not None and len(position) == 1 else "",
        input=float(found.inputs[at]),
        weight=float(found.weights[at]),
        product=float(found.products[at]),
    )


def _index(model: OpenedModel, layer: str, text: str) -> Index:
    network = model.trained.network
    place = network.names.index(layer)
    shape = network.describe(model.trained.encoding.in_features)[place].out_shape
    pieces = text.split(",")
    if len(pieces) != len(shape):
        raise SettingError(
            f"{layer} has units of {len(shape)} indices.",
            expected=f"an index within {list(shape)}, such as {','.join('0' for _ in shape)}",
        )
    return tuple(whole(piece, "unit", 0, n - 1) for piece, n in zip(pieces, shape, strict=True))


def _name(model: OpenedModel, index: Index, *, is_last: bool) -> str:
    outputs = model.trained.task.output_names
    return outputs[index[-1]] if is_last and len(index) == 1 else ""


def _bias(model: OpenedModel, layer: str, index: Index) -> float | None:
    own = model.trained.params.get(layer, {})
    bias = own.get("bias")
    return None if bias is None or bias.ndim != 1 else float(bias[index[-1]])


def _function(layer: Layer) -> str:
    return str(getattr(layer, "activation", "") or "linear")


def _input_names(model: OpenedModel, place: int) -> list[str] | None:
    """Return the names of a layer's inputs, where these are the network's own."""
    layers = model.trained.network.layers[:place]
    passed_on = all(layer.family == "dropout" for layer in layers)
    return model.trained.encoding.feature_names if passed_on else None


def _exciting(model: OpenedModel, layer: str, index: Index) -> list[Exciting]:
    """Return the rows in which a unit is largest, among those looked through."""
    part, places, values = model.unit_activations(layer, index, _MOST_ROWS, _MOST_NUMBERS)
    order = np.argsort(-values, kind="stable")[:_EXCITING]
    rows = places[order]
    ids = [f"{part}:{row}" for row in rows.tolist()]
    told = tell_examples(model, model.table(part).take(rows), ids) if len(rows) else []
    return [Exciting(one, value) for one, value in zip(told, values[order].tolist(), strict=True)]


def _picture(model: OpenedModel, layer: str, place: int, index: Index) -> list[list[float]] | None:
    """Return the weights of an image in its shape, channels added; None where there is none."""
    kernel = model.trained.params.get(layer, {}).get("kernel")
    if kernel is None:
        return None
    weights = np.asarray(kernel)[..., index[-1]]
    if weights.ndim == 3:  # a convolution's filter
        return _rows(weights.sum(axis=2))
    block = _image(model) if _input_names(model, place) is not None else None
    if block is None or weights.ndim != 1 or len(index) != 1:
        return None
    shape = block.shape
    pixels = weights[block.start : block.start + int(np.prod(shape))].reshape(shape)
    return _rows(pixels if pixels.ndim == 2 else pixels.sum(axis=2))


def _rows(grid: Array) -> list[list[float]] | None:
    if grid.size > _MOST_PIXELS:
        return None
    rows: list[list[float]] = grid.astype(np.float64).tolist()
    return rows


def _image(model: OpenedModel) -> Block | None:
    images = [block for block in model.trained.encoding.blocks if block.kind == "image"]
    return images[0] if len(images) == 1 and len(images[0].shape) in {2, 3} else None
