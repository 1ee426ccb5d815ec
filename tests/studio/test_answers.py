"""What the studio answers about a model: the file's numbers, and sums that a person can redo."""

from __future__ import annotations

import base64
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import pellucid
from pellucid.inspection.known_rows import find_rows
from pellucid.model import load_model
from pellucid.studio.serving import Serving
from pellucid.studio.shelf import Shelf
from pellucid.studio.studio import Studio
from tests.studio.exchange import Browser, answer
from tests.studio.unpacking import Unpacked, unpack


def frame(browser: Browser, path: str) -> Unpacked:
    reply = browser.get(path)
    assert reply.status == 200, reply.body[:500]
    return unpack(reply.body)


def test_the_session_says_what_is_open(browser: Browser) -> None:
    session = answer(browser.get("/api/session"))
    assert session["version"] == pellucid.__version__
    named = [(one["id"], one["name"]) for one in session["opened"]]
    assert named[:2] == [("m1", "digits"), ("m2", "iris")]
    assert session["page"] == "inside"


def test_a_model_is_described_by_its_own_file(browser: Browser, digits: pellucid.Model) -> None:
    told = answer(browser.get("/api/models/m1"))
    assert told["classes"] == [str(digit) for digit in range(10)]
    assert told["metrics"] == digits.metrics
    assert told["parts"] == {"examples": 8, "train": 1438, "test": 359}
    hidden, *_, output = [layer for layer in told["layers"] if layer["parameters"]]
    assert hidden["arithmetic"] == "64 × 32 + 32"
    assert (hidden["in_shape"], hidden["out_shape"]) == ([64], [32])
    assert [(p["path"], p["shape"]) for p in output["parameters"]] == [
        ("kernel", [16, 10]), ("bias", [10]),
    ]  # fmt: skip
    assert told["n_parameters"] == 64 * 32 + 32 + 32 * 16 + 16 + 16 * 10 + 10
    shapes = [layer["in_shape"] for layer in told["layers"]] + [[10]]
    outs = [layer["out_shape"] for layer in told["layers"]]
    assert all(out == after for out, (_, after) in zip(outs, pairwise(shapes), strict=True))


def test_a_tile_holds_exactly_the_numbers_of_the_file(
    browser: Browser, digits: pellucid.Model
) -> None:
    kernel = np.asarray(digits.params["hidden_1"]["kernel"])
    path = "/api/models/m1/tensors/hidden_1/kernel"
    whole = frame(browser, path)
    assert whole.numbers.dtype == np.float32
    assert np.array_equal(whole.numbers, kernel)
    part = frame(browser, f"{path}?rows=3:17&columns=30:32")
    assert np.array_equal(part.numbers, kernel[3:17, 30:32])
    assert (part.offset, part.whole) == ((3, 30), (64, 32))


def test_an_overview_loses_no_strong_weight(browser: Browser, digits: pellucid.Model) -> None:
    kernel = np.asarray(digits.params["hidden_1"]["kernel"], np.float64)
    found = frame(browser, "/api/models/m1/tensors/hidden_1/kernel?overview=10")
    assert found.numbers.dtype == np.int8
    assert found.each == (7, 4)
    for row, column in np.ndindex(found.numbers.shape):
        block = kernel[7 * row : 7 * row + 7, 4 * column : 4 * column + 4].ravel()
        strongest = block[np.abs(block).argmax()]
        assert found.numbers[row, column] * found.scale == pytest.approx(
            strongest, abs=0.51 * found.scale
        )


def test_a_trace_is_forward_propagation_by_hand(browser: Browser, digits: pellucid.Model) -> None:
    rows = find_rows(digits.trained)
    assert rows.test is not None
    inputs = digits.trained.encoding.transform(rows.test)[5].astype(np.float64)
    told = answer(browser.post("/api/models/m1/trace", {"example": "test:5"}))
    by_name = {layer["name"]: layer for layer in told["layers"]}
    signal = inputs
    for name in ("hidden_1", "hidden_2", "output"):
        own = digits.params[name]
        z = signal @ np.asarray(own["kernel"], np.float64) + np.asarray(own["bias"])
        signal = z if name == "output" else np.maximum(z, 0.0)
        assert by_name[name]["pre_activations"]["values"] == pytest.approx(z.tolist(), abs=1e-4)
        assert by_name[name]["activations"]["values"] == pytest.approx(signal.tolist(), abs=1e-4)
        exact = frame(browser, f"/api/models/m1/trace/{name}/activations?example=test:5")
        assert exact.numbers == pytest.approx(signal, abs=1e-4)
    shares = np.exp(signal - signal.max()) / np.exp(signal - signal.max()).sum()
    example = told["example"]
    label = int(example["truth"]["label"])
    smoothed = np.full(10, 0.05 / 10)
    smoothed[label] += 0.95  # the training's own loss, with its label smoothing
    assert digits.settings["label_smoothing"] == 0.05
    assert told["loss"] == pytest.approx(float(-(smoothed * np.log(shares)).sum()), abs=1e-4)
    assert example["answers"][0]["prediction"] == int(shares.argmax())


def test_a_units_contributions_add_up(browser: Browser, digits: pellucid.Model) -> None:
    told = answer(browser.get("/api/models/m1/units/hidden_1/4?example=test:0"))
    products = [one["product"] for one in told["contributions"]]
    assert len(products) == 20
    assert told["n_rest"] == 44
    assert told["bias"] + sum(products) + told["rest"] == pytest.approx(told["total"], abs=1e-12)
    assert told["z"] - told["total"] == told["rounding"]
    assert abs(told["rounding"]) < 1e-5
    kernel = np.asarray(digits.params["hidden_1"]["kernel"])
    for one in told["contributions"]:
        assert one["weight"] == float(kernel[one["index"][0], 4])
        row, column = divmod(one["index"][0], 8)
        assert one["name"] == f"image[{row + 1},{column + 1}]"
    assert np.array_equal(np.array(told["picture"], np.float32), kernel[:, 4].reshape(8, 8))


def test_the_most_exciting_examples_are_those_of_the_largest_activation(
    browser: Browser, digits: pellucid.Model
) -> None:
    told = answer(browser.get("/api/models/m1/units/hidden_1/4"))
    inputs = digits.trained.encoding.transform(find_rows(digits.trained).train)
    own = digits.params["hidden_1"]
    z = inputs @ np.asarray(own["kernel"])[:, 4] + float(own["bias"][4])
    largest = np.sort(np.maximum(z, 0.0))[::-1][:6]
    assert [one["activation"] for one in told["exciting"]] == pytest.approx(
        largest.tolist(), abs=1e-4
    )
    for one in told["exciting"]:
        part, place = one["example"]["id"].split(":")
        assert part == "train"
        assert one["activation"] == pytest.approx(max(z[int(place)], 0.0), abs=1e-4)


def test_one_weight_falls_along_its_slope(browser: Browser, digits: pellucid.Model) -> None:
    signal = digits.trained.encoding.transform(find_rows(digits.trained).train)
    for name in ("hidden_1", "hidden_2"):
        own = digits.params[name]
        signal = np.maximum(signal @ np.asarray(own["kernel"]) + np.asarray(own["bias"]), 0.0)
    unit = int(signal.mean(axis=0).argmax())  # which is not dead
    asked = {"layer": "output", "name": "kernel", "index": [unit, 2], "learning_rate": 0.1}
    told = answer(browser.post("/api/models/m1/weight", {**asked, "on": "all"}))
    curve = told["curve"]
    assert told["n_rows"] == 1438
    assert {"weight": told["now"]["weight"], "loss": told["now"]["loss"]} in curve
    near = min(range(len(curve)), key=lambda i: abs(curve[i]["weight"] - told["now"]["weight"]))
    left, right = curve[near - 1], curve[near + 1]
    chord = (right["loss"] - left["loss"]) / (right["weight"] - left["weight"])
    assert told["slope"] == pytest.approx(chord, rel=0.1, abs=1e-3)
    assert told["step"]["weight"] == told["now"]["weight"] - 0.1 * told["slope"]
    assert told["step"]["loss"] < told["now"]["loss"]
    assert told["lowest"]["loss"] <= min(point["loss"] for point in curve)


def test_gradients_and_products_are_those_of_the_example(
    browser: Browser, digits: pellucid.Model
) -> None:
    path = "/api/models/m1/tensors/output/kernel"
    hidden = frame(browser, "/api/models/m1/trace/output/inputs?example=test:0").numbers
    kernel = np.asarray(digits.params["output"]["kernel"])
    products = frame(browser, f"{path}?what=input_times_weight&example=test:0").numbers
    assert np.array_equal(products, hidden[:, None] * kernel)
    # Of the cross-entropy of a softmax: the input times (probability − smoothed label).
    told = answer(browser.post("/api/models/m1/trace", {"example": "test:0"}))
    logits = np.array(told["layers"][-1]["activations"]["values"])
    shares = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    wanted = np.full(10, 0.005)
    wanted[int(told["example"]["truth"]["label"])] += 0.95
    gradient = frame(browser, f"{path}?what=gradient&example=test:0").numbers
    assert gradient == pytest.approx(np.outer(hidden, shares - wanted), abs=1e-5)


def test_contributions_to_a_prediction_add_up(browser: Browser) -> None:
    for model, example in (("m1", "test:3"), ("m2", "examples:0")):
        told = answer(browser.post(f"/api/models/{model}/why", {"example": example}))
        total = told["baseline"] + sum(column["contribution"] for column in told["columns"])
        assert total == pytest.approx(told["output"], abs=1e-9)
        assert abs(told["error"]) < 1e-9
    (image,) = answer(browser.post("/api/models/m1/why", {"example": "test:3"}))["columns"]
    grid = np.array(image["grid"])
    assert grid.shape == (8, 8)


def test_the_test_counts_what_the_gallery_shows(browser: Browser, digits: pellucid.Model) -> None:
    told = answer(browser.get("/api/models/m1/test"))
    assert told["metrics"]["accuracy"] == digits.metrics["accuracy"]
    (target,) = told["targets"]
    confusion = np.array(target["confusion"])
    assert confusion.sum() == told["n"] == 359
    assert confusion.trace() / 359 == pytest.approx(told["metrics"]["accuracy"])
    assert sum(one["n"] for one in target["calibration"]) == 359
    for one, row in zip(target["per_class"], confusion, strict=True):
        assert one["n"] == row.sum()
        assert one["recall"] == pytest.approx(row[int(one["label"])] / row.sum())
    wrong = np.argwhere(confusion * (1 - np.eye(10, dtype=int)))[0]
    path = f"/api/models/m1/examples?part=test&truth={wrong[0]}&prediction={wrong[1]}"
    gallery = answer(browser.get(path))
    assert gallery["total"] == confusion[tuple(wrong)]
    for one in gallery["examples"]:
        assert (one["truth"]["label"], one["answers"][0]["prediction"]) == tuple(wrong)
        assert one["correct"] == {"label": False}


def test_the_trivial_score_is_the_reports(browser: Browser, digits: pellucid.Model) -> None:
    told = answer(browser.get("/api/models/m1/test"))
    assert told["baseline"] == pytest.approx(digits.report["baseline"])


def test_what_was_to_be_predicted_is_shown_to_the_digits_of_the_data(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    prices = draw.uniform(40_000, 500_000, 120).round(2)
    written = [f"{one:,.2f}".translate(str.maketrans(",.", ".,")) for one in prices]
    table = pl.DataFrame({"x": prices / 1e5 + draw.normal(size=120), "price": written})
    table.write_csv(tmp_path / "homes.csv", separator=";")
    run = tmp_path / "homes-1"
    pellucid.train(tmp_path / "homes.csv", target="price", hidden=(4,), epochs=2, run=run)
    shelf = Shelf()
    id_ = shelf.put_file(run)
    with Serving(Studio(shelf, "inside", runs=tmp_path)) as serving:
        told = answer(Browser(serving).get(f"/api/models/{id_}/test"))
        described = answer(Browser(serving).get(f"/api/models/{id_}"))
    truth = told["targets"][0]["residuals"]["truth"]
    assert len(truth) == 24
    assert set(truth) <= set(prices.tolist())  # not what 32 bits make of them
    assert described["units"] == {}  # a decimal comma is no unit


def test_the_surest_mistakes_come_first(browser: Browser) -> None:
    found = answer(browser.get("/api/models/m1/examples?part=test&only=wrong&sort=sure"))
    sure = [
        max(p["probability"] for p in one["answers"][0]["probabilities"])
        for one in found["examples"]
    ]
    assert sure == sorted(sure, reverse=True)
    assert not any(one["correct"]["label"] for one in found["examples"])


def test_a_row_that_is_tried_is_answered_like_any_other(browser: Browser) -> None:
    known = answer(browser.get("/api/models/m2/examples?part=test&n=1"))["examples"][0]
    tried = answer(browser.post("/api/models/m2/predict", {"values": known["values"]}))
    again = answer(browser.post("/api/models/m2/trace", {"example": tried["example"]["id"]}))
    assert again["example"]["answers"] == tried["example"]["answers"]
    assert again["loss"] is None
    ((own,), (other,)) = tried["example"]["answers"], known["answers"]
    assert own["prediction"] == other["prediction"]
    # One row and many go through other programs, which may differ in the last bits.
    for one, two in zip(own["probabilities"], other["probabilities"], strict=True):
        assert one["label"] == two["label"]
        assert one["probability"] == pytest.approx(two["probability"], abs=1e-6)


def test_the_strongest_connections_of_a_trace_are_those_of_all_products(
    browser: Browser, digits: pellucid.Model
) -> None:
    """By sorting all products of inputs and weights in NumPy."""
    told = answer(browser.post("/api/models/m1/trace", {"example": "test:3"}))
    inputs = np.array(told["encoded"]["values"], np.float32)
    for layer in told["layers"]:
        if layer["name"] not in digits.trained.params:  # dropout, which passes all on
            assert layer["connections"] == []
            continue
        kernel = np.asarray(digits.trained.params[layer["name"]]["kernel"])
        products = inputs[:, None] * kernel
        expected = np.sort(np.abs(products), axis=None)[::-1][:40]
        found = [(one["input"], one["unit"]) for one in layer["connections"]]
        assert found == sorted(found)
        for place, one in zip(found, layer["connections"], strict=True):
            assert one["product"] == products[place]
        sizes = sorted((abs(one["product"]) for one in layer["connections"]), reverse=True)
        assert sizes == expected[expected > 0].tolist()
        inputs = np.array(layer["activations"]["values"], np.float32)


def test_a_drawn_image_is_answered_and_seen(browser: Browser) -> None:
    image = [[0.0] * 8 for _ in range(8)]
    for row in range(1, 7):
        image[row][3] = 255.0
    tried = answer(browser.post("/api/models/m1/predict", {"values": {"image": image}}))
    told = tried["example"]["media"]["image"]["url"]
    assert told.startswith("data:image/png;base64,")
    id_ = tried["example"]["id"]
    seen = browser.get(f"/api/models/m1/picture?example={id_}&column=image")
    assert seen.headers["content-type"] == "image/png"
    assert seen.body == base64.b64decode(told.partition(",")[2])
    assert seen.body.startswith(b"\x89PNG")


def test_a_model_file_that_has_gone_bad_later_is_told(browser: Browser, tmp_path: Any) -> None:
    shelf = Shelf()
    shelf.put("lost", "model", lambda: load_model(tmp_path / "lost.pellucid"))
    with Serving(Studio(shelf, "inside")) as serving:
        reply = Browser(serving).get("/api/models/m1")
    assert reply.status == 404
    assert reply.json["error"]["message"].startswith("There is no model file")
