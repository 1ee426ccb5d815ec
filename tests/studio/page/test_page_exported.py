"""The page that `pellucid export` writes: it answers as the engine does, from a disk, alone."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jax
import numpy as np
import polars as pl
import pytest
from sklearn.metrics import confusion_matrix, precision_score

import pellucid
from pellucid import nn, sharing
from pellucid.errors import SettingError, UnlikeTrainingWarning
from pellucid.inspection.known_rows import find_rows
from pellucid.inspection.members import member_of
from pellucid.nn.layer import LAYERS
from pellucid.sharing.contents import contents
from pellucid.sharing.states import spread
from pellucid.sharing.supported import FAMILIES
from tests.studio.page.exporting import (
    TOLERANCE,
    expect_curve,
    expect_reasons,
    opened,
    vectors,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


def _answer(page: Page, values: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("values => pellucid.predict(values)", values)
    return found


def _probabilities(page: Page, values: dict[str, Any]) -> list[float]:
    return [one["probability"] for one in _answer(page, values)["probabilities"]]


def _pictures(model: pellucid.Model, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return some pictures, and the probabilities that the engine gives for them."""
    assert model.examples is not None
    examples = model.examples.take(np.arange(n))
    answers = model.predict(examples).select(pl.exclude("prediction"))
    return np.asarray(examples["image"]), answers.to_numpy()


@pytest.fixture(scope="module")
def table() -> pl.DataFrame:
    draw = np.random.default_rng(3)
    n = 240
    return pl.DataFrame(
        {
            "size": [None if i % 9 == 0 else x for i, x in enumerate(draw.normal(5, 2, n))],
            "colour": draw.choice(["red", "green", "blue"], n),
            "is_old": draw.random(n) < 0.5,
            "kind": draw.choice(["a", "b", "c"], n),
            "price": draw.normal(100, 30, n),
        }
    )


def test_pictures_are_answered_as_by_the_engine(
    chromium: Browser, digits: pellucid.Model, tmp_path: Path
) -> None:
    pixels, expected = _pictures(digits, 5)
    with opened(chromium, digits.export(tmp_path / "digits")) as page:
        for row, shares in zip(pixels, expected, strict=True):
            found = _probabilities(page, {"image": row.tolist()})
            np.testing.assert_allclose(found, shares, atol=TOLERANCE)


@pytest.mark.parametrize("target", ["kind", "price"])
def test_rows_of_a_form_are_answered_as_by_the_engine(
    chromium: Browser, table: pl.DataFrame, tmp_path: Path, target: str
) -> None:
    inputs = ["size", "colour", "is_old"]
    model = pellucid.train(
        table.select(*inputs, target), target=target, hidden=(6,), epochs=3, seed=1
    )
    rows: list[dict[str, Any]] = [
        {"size": 4.5, "colour": "red", "is_old": True},
        {"size": None, "colour": "blue", "is_old": False},
        {"size": 9.25, "colour": None, "is_old": True},
        {"size": 1e9, "colour": "never seen", "is_old": False},
    ]
    with pytest.warns(UnlikeTrainingWarning):
        expected = model.predict(pl.DataFrame(rows))
    with opened(chromium, model.export(tmp_path / "table.html")) as page:
        for row, wanted in zip(rows, expected.iter_rows(named=True), strict=True):
            found = _answer(page, row)
            if target == "price":
                scale = max(1.0, abs(wanted["prediction"]))
                assert found["prediction"] == pytest.approx(
                    wanted["prediction"], abs=TOLERANCE * scale
                )
                continue
            assert found["prediction"] == wanted["prediction"]
            for one in found["probabilities"]:
                share = wanted[f"probability_{one['label']}"]
                assert one["probability"] == pytest.approx(share, abs=TOLERANCE)


def test_what_was_tested_is_counted_as_scikit_learn_counts_it(
    chromium: Browser, digits: pellucid.Model, tmp_path: Path
) -> None:
    rows = find_rows(digits.trained).test
    assert rows is not None
    truth = [str(one) for one in rows["label"]]
    answers = [str(one) for one in digits.predict(rows)["prediction"]]
    counts = confusion_matrix(truth, answers)
    with opened(chromium, digits.export(tmp_path / "digits")) as page:
        page.get_by_role("link", name="Test", exact=True).click()
        for right, answered in [(3, 3), *np.argwhere(counts * (1 - np.eye(10)))[:2].tolist()]:
            cell = page.get_by_role("button", name=f"of {right} answered as {answered}")
            assert int("".join(cell.inner_text().split())) == counts[right, answered]
        scored = page.get_by_role("row").filter(
            has=page.get_by_role("rowheader", name="3", exact=True)
        )
        found = precision_score(truth, answers, labels=["3"], average=None)[0]
        assert f"{100 * found:.1f} %" in scored.last.inner_text()
        page.get_by_role("button", name="of 3 answered as 3").click()
        page.get_by_role("region", name="What was taken for what").get_by_role("link").first.click()
        page.get_by_role("heading", name="Example").wait_for(state="attached")
        assert page.locator(".large").nth(1).inner_text().startswith("3")


def test_of_single_rows_only_those_in_the_page_are_tested_one_by_one(
    table: pl.DataFrame,
) -> None:
    model = pellucid.train(table.select("size", "price"), target="price", hidden=(2,), epochs=1)
    told = json.loads(contents(model.trained, "prices"))
    (target,) = told["test"]["targets"]
    assert len(target["residuals"]["rows"]) == len(told["examples"])
    assert sum(target["residuals"]["counts"]) == told["test"]["n"]
    bare = json.loads(contents(model.trained.without_examples(), "prices"))
    assert bare["test"] is None


def test_why_and_one_weight_are_the_engines(
    chromium: Browser, digits: pellucid.Model, tmp_path: Path
) -> None:
    told = json.loads(contents(digits.trained, "digits"))
    with opened(chromium, digits.export(tmp_path / "digits")) as page:
        expect_reasons(page, digits.trained, told)
        expect_curve(page, digits.trained, told, "hidden_1", "kernel")
        expect_curve(page, digits.trained, told, "output", "bias")
        # And they are seen: from the prediction down to one weight.
        page.get_by_role("heading", name="Why this answer").wait_for()
        page.evaluate("location.hash = '#/inside/m1?layer=hidden_1&array=kernel&weight=1,2'")
        page.get_by_role("heading", name="One weight: W1[1,2]").wait_for()
        page.evaluate("location.hash = '#/inside/m1?part=test&example=1&layer=output'")
        page.get_by_text("Gradient", exact=True).click()
        page.get_by_role("heading", name="output").wait_for()


@pytest.mark.parametrize("embedding", ["none", "periodic"])
def test_why_of_numbers_with_a_curve_is_the_engines(
    chromium: Browser, table: pl.DataFrame, tmp_path: Path, embedding: str
) -> None:
    prices = table.with_columns((pl.col("price") / 20).exp().alias("price"))
    settings = {"hidden": (6,), "activation": "tanh", "epochs": 3, "embedding": embedding}
    model = pellucid.train(prices, target="price", target_scale="log", **settings)
    told = json.loads(contents(model.trained, "prices"))
    assert told["answering"]["bend"] is not None
    with opened(chromium, model.export(tmp_path / "prices")) as page:
        expect_reasons(page, model.trained, told)
        expect_curve(page, model.trained, told, "hidden_1", "kernel")


@pytest.mark.slow
def test_an_ensemble_answers_by_its_mean_and_its_members_can_be_looked_into(
    chromium: Browser, tmp_path: Path
) -> None:
    model = pellucid.train("digits", hidden=(8,), members=3, epochs=2, seed=1)
    pixels, expected = _pictures(model, 3)
    told = json.loads(contents(model.trained, "three"))
    assert "source" not in told["member"]["settings"]
    with opened(chromium, model.export(tmp_path / "three")) as page:
        for row, shares in zip(pixels, expected, strict=True):
            found = _probabilities(page, {"image": row.tolist()})
            np.testing.assert_allclose(found, shares, atol=TOLERANCE)
        expect_reasons(page, model.trained, told, n=1)
        member = member_of(model.trained, 2)
        vector = vectors(told)[:1]
        outputs = member.forward.outputs(member.params, vector)[0]
        page.get_by_label("Ensemble of 3").select_option(label="network 3")
        page.evaluate("location.hash = '#/inside/m1.2?part=test&example=0&layer=output'")
        page.get_by_role("heading", name="output").wait_for()
        seen = page.evaluate(
            "id => pellucid.ask('models/m1.2/trace', {example: id})", told["examples"][0]["id"]
        )
        values = seen["layers"][-1]["activations"]["values"]
        np.testing.assert_allclose(values, outputs, atol=TOLERANCE)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["branches", "sequence"])
def test_other_forms_of_layers_are_answered_as_by_the_engine(
    chromium: Browser, digits: pellucid.Model, tmp_path: Path, way: str
) -> None:
    side = math.isqrt(digits.trained.encoding.in_features)
    half = side * side // 2
    looked = nn.Branch("top", 0, half, [nn.Reshape((half // side, side)), nn.GRU(3)])
    layers: list[nn.Layer] = {
        "branches": [nn.Branches([looked]), nn.Dense(10, name="output")],
        "sequence": [
            nn.Reshape((side, side)),
            nn.Positions(name="places"),
            nn.SelfAttention(2, name="attend"),
            nn.LSTM(4, direction="both", name="remember"),
            nn.Dense(10, name="output"),
        ],
    }[way]  # type: ignore[assignment]  # each is a list of layers
    network = nn.Network(layers)
    params = jax.tree.map(np.asarray, network.init(3, side * side))
    model = pellucid.Model(replace(digits.trained, network=network, params=params))
    pixels, expected = _pictures(model, 2)
    told = json.loads(contents(model.trained, "forms"))
    with opened(chromium, model.export(tmp_path / "forms")) as page:
        for row, shares in zip(pixels, expected, strict=True):
            found = _probabilities(page, {"image": row.tolist()})
            np.testing.assert_allclose(found, shares, atol=TOLERANCE)
        expect_reasons(page, model.trained, told, n=1)
        array = ("output", "kernel") if way == "branches" else ("remember", "forward.bias")
        expect_curve(page, model.trained, told, *array)
        if way == "sequence":
            page.evaluate("location.hash = '#/inside/m1?part=test&example=0&layer=attend'")
            page.get_by_role("heading", name="attend").wait_for()


@pytest.mark.slow
def test_convolutions_with_normalisation_are_answered_as_by_the_engine(
    chromium: Browser, tmp_path: Path
) -> None:
    model = pellucid.train("digits", network="conv", filters=(4, 6), epochs=1, seed=1)
    pixels, expected = _pictures(model, 4)
    with opened(chromium, model.export(tmp_path / "conv.html")) as page:
        for row, shares in zip(pixels, expected, strict=True):
            found = _probabilities(page, {"image": row.tolist()})
            np.testing.assert_allclose(found, shares, atol=TOLERANCE)
        told = json.loads(contents(model.trained, "conv"))
        expect_reasons(page, model.trained, told, n=1)
        expect_curve(page, model.trained, told, "output", "kernel")


def test_a_neuron_is_looked_into_and_states_of_the_run_are_shown(
    chromium: Browser, tmp_path: Path
) -> None:
    run = tmp_path / "iris-1"
    model = pellucid.train("iris", hidden=(4,), epochs=6, seed=1, run=run)
    path = sharing.export(model.trained, tmp_path / "iris.html", run=run)
    with opened(chromium, path) as page:
        states = page.get_by_role("slider", name="Recorded states of the training")
        now = page.locator(".large").first.inner_text()
        assert states.get_attribute("aria-valuetext") == "the finished network"
        states.fill("0")
        assert "step" in (states.get_attribute("aria-valuetext") or "")
        page.evaluate("location.hash = '#/inside/m1?part=test&layer=hidden_1&unit=2'")
        page.get_by_role("heading", name="Neuron 2 of hidden_1").wait_for()
        assert page.locator(".large").first.inner_text() == now


def test_axe_finds_nothing_on_an_exported_page(
    chromium: Browser, digits: pellucid.Model, axe: str, tmp_path: Path
) -> None:
    with opened(chromium, digits.export(tmp_path / "digits.html")) as page:
        page.evaluate("location.hash = '#/inside/m1?part=test&example=2&layer=hidden_1&unit=3'")
        page.get_by_role("heading", name="Neuron 3 of hidden_1").wait_for()
        page.evaluate(axe)
        found = page.evaluate("axe.run().then(r => r.violations.map(v => v.id))")
        assert found == []


def test_a_layer_that_the_page_cannot_compute_is_named(
    digits: pellucid.Model, tmp_path: Path
) -> None:
    forecaster = nn.Forecaster(window=1, horizon=1, name="ahead")
    other = pellucid.Model(replace(digits.trained, network=nn.Network([forecaster])))
    with pytest.raises(SettingError, match=r"'ahead' is of the family forecaster"):
        other.export(tmp_path / "page.html")
    assert not list(tmp_path.iterdir())


def test_other_forms_are_refused(digits: pellucid.Model, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="no form called 'pdf'"):
        sharing.export(digits.trained, tmp_path / "page", to="pdf")


def test_the_page_of_the_digits_is_small(digits: pellucid.Model, tmp_path: Path) -> None:
    # Those trained with the defaults have some 50,000 weights, with six recorded states 2 MB.
    n_bytes = 4 * 50_826 * 4 / 3 * 7
    assert digits.export(tmp_path / "digits.html").stat().st_size + n_bytes < 5e6


def test_states_are_spread_over_the_training() -> None:
    assert spread(list(range(0, 100, 10)), 6) == [0, 20, 40, 60, 80]
    assert spread([0], 6) == [0]


def test_every_family_that_the_page_computes_is_one_of_the_engines() -> None:
    assert set(LAYERS) >= FAMILIES
