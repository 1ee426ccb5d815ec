"""Every family of layers, and the smallest of networks, can be shown."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np
import polars as pl
import pytest

import pellucid
from pellucid import nn
from pellucid.data import CategoryTarget
from pellucid.inspection.follower import Follower
from pellucid.studio.answers import models, tensors, tracing, units, vectors, weights, why
from pellucid.studio.asked import Asked
from pellucid.studio.reading import Query
from pellucid.studio.shelf import Shelf
from pellucid.studio.studio import Studio
from pellucid.studio.telling import summarise
from pellucid.studio.tiles import framed
from pellucid.studio.writing import to_json
from pellucid.tasks import Classification
from tests.nn.test_layers_conformance import EXAMPLES, in_shape
from tests.studio.unpacking import unpack

TASK = Classification(CategoryTarget("text", ("a", "b")), "cross_entropy")
ONE_OF_EACH = [layers[0] for layers in EXAMPLES.values()]


@pytest.mark.parametrize("layer", ONE_OF_EACH, ids=lambda layer: layer.family)
def test_a_trace_of_every_family_can_be_sent(layer: nn.Layer) -> None:
    shape = in_shape(layer)
    before = [] if len(shape) == 1 else [nn.Reshape(shape)]
    network = nn.Network([*before, layer])
    inputs = np.random.default_rng(0).normal(size=prod(shape)).astype(np.float32)
    params = network.init(1, prod(shape))
    *_, step = Follower(network, params, TASK).trace(inputs)
    assert step.activations.shape == network.out_shape(prod(shape))
    for name, array in tracing.arrays_of(step).items():
        told = json.loads(to_json(summarise(array)))
        assert told["shape"] == list(array.shape), name
        assert (told["values"] is None) == (array.size > 1024)
        found = unpack(framed(array, Query([])).to_bytes())
        assert np.array_equal(found.numbers, array.astype(np.float32))
        small = unpack(framed(array, Query([("overview", "3")])).to_bytes())
        assert max(small.numbers.shape, default=0) <= 3
    for array in params.get(network.names[-1], {}).values():
        assert np.array_equal(unpack(framed(array, Query([])).to_bytes()).numbers, array)


class Asking:
    """Asks answers without a server."""

    def __init__(self, model: pellucid.Model) -> None:
        shelf = Shelf()
        shelf.put("small", "model", lambda: model.trained)
        self._studio = Studio(shelf, "inside")

    def __call__(
        self, answer: Any, path: Mapping[str, str] | None = None, body: Any = None, **query: str
    ) -> Any:
        content = b"" if body is None else json.dumps(body).encode()
        asked = Asked({"model": "m1", **(path or {})}, Query(list(query.items())), content)
        return answer(self._studio, asked)


@pytest.fixture(scope="module")
def ask() -> Asking:
    """Return a network of one weight, 2, and no bias, made by hand."""
    random = np.random.default_rng(0)
    frame = pl.DataFrame({"x": random.normal(size=40), "y": random.normal(size=40)})
    model = pellucid.train(frame, target="y", hidden=(), epochs=1)
    network = nn.Network([nn.Dense(1, bias=False, name="output")])
    params = {"output": {"kernel": np.array([[2.0]], np.float32)}}
    trained = dataclasses.replace(model.trained, network=network, params=params)
    return Asking(dataclasses.replace(model, trained=trained))


def test_a_network_of_one_weight_is_shown(ask: Asking) -> None:
    told = ask(models.describe)
    assert told.n_parameters == 1
    assert told.parts == {"examples": 8}  # the rows were given in memory
    assert "given in memory" in told.why_no_rows
    where = {"layer": "output", "name": "kernel"}
    assert unpack(ask(tensors.tensor, where).content).numbers.tolist() == [[2.0]]
    unit = ask(units.unit, {"layer": "output", "unit": "0"}, example="examples:0")
    (only,) = unit.contributions
    assert (only.name, only.weight, unit.bias) == ("x", 2.0, None)
    assert only.product == unit.total == 2.0 * only.input
    assert unit.rounding == 0.0


def test_the_loss_of_a_network_of_one_weight_is_a_parabola(ask: Asking) -> None:
    asked = {"layer": "output", "name": "kernel", "index": [0, 0], "on": "example"}
    example = {"example": "examples:0", "learning_rate": 0.1}
    found = ask(weights.weight, body={**asked, **example})
    unit = ask(units.unit, {"layer": "output", "unit": "0"}, example="examples:0")
    x = unit.contributions[0].input
    # Mean squared error of one row: (w x − y)², whose slope is 2 x (w x − y).
    y = 2.0 * x - np.sqrt(found.now.loss) * np.sign(found.slope * x)
    for point in found.curve:
        assert point.loss == pytest.approx((point.weight * x - y) ** 2, abs=1e-9)
    assert found.slope == pytest.approx(2 * x * (2.0 * x - y), abs=1e-9)
    assert found.lowest.loss <= min(point.loss for point in found.curve)


def test_who_looks_at_whom_and_what_each_word_said_are_shown() -> None:
    texts = [f"the {'storm' if n % 2 else 'calm'} came before the rain" for n in range(40)]
    frame = pl.DataFrame({"text": texts, "y": ["a", "b"] * 20})
    model = pellucid.train(
        frame, target="y", kinds={"text": "text"}, network="transformer", units=8, heads=2,
        epochs=2, seed=1, calibration="none",
    )  # fmt: skip
    ask = Asking(model)
    trace = ask(tracing.trace, body={"example": "examples:1"})
    (attention,) = (one for one in trace.layers if one.name == "attention_1")
    assert attention.details["attention.attention"].shape == [2, 6, 6]
    told = ask(vectors.vectors, {"layer": "words"}, example="examples:1")
    (text,) = trace.example.values.values()
    assert [one.name for one in told.held] == str(text).split()
    found = ask(why.why, body={"example": "examples:1"})
    assert "".join(words for words, _ in found.columns[0].marked) == text
    share = sum(contribution for _, contribution in found.columns[0].marked)
    assert share == pytest.approx(found.output - found.baseline, abs=1e-6)


def test_a_forecast_is_shown_with_all_its_steps() -> None:
    frame = pl.DataFrame({"sales": np.sin(np.arange(120) / 3) + 5})
    model = pellucid.train(frame, target="sales", window=12, horizon=3, epochs=1)
    ask = Asking(model)
    told = ask(models.describe)
    assert told.task == "forecasting"
    trace = ask(tracing.trace, body={"example": "examples:1"})
    (answer,) = trace.example.answers
    assert len(answer.prediction) == 3
    assert answer.probabilities == []
    expected = model.trained.predict(model.trained.examples.take(np.array([1])))
    assert answer.prediction == pytest.approx(expected["prediction"].to_list())


@pytest.mark.parametrize(
    ("source", "settings"),
    [
        ("iris", {}),
        ("iris", {"members": 3}),
        ("diabetes", {}),
        ("iris", {"task": "clustering", "clusters": 3}),
    ],
)
def test_what_a_trace_answers_is_what_the_model_predicts(
    source: str, settings: dict[str, Any]
) -> None:
    model = pellucid.train(source, epochs=3, seed=1, hidden=(8,), **settings)
    trace = Asking(model)(tracing.trace, body={"example": "examples:2"})
    (answer,) = trace.example.answers
    row = model.trained.examples.take(np.array([2]))
    expected = model.trained.predict(row)
    if source == "diabetes":
        assert answer.prediction == pytest.approx(expected["prediction"][0], rel=1e-6)
        return
    assert answer.prediction == expected["prediction"][0]
    shares = [one.probability for one in answer.probabilities]
    told = [expected[name][0] for name in expected.columns if name.startswith("probability")]
    assert shares == pytest.approx(told, abs=1e-6)
