"""In notebooks a model says what its report says, and draws its layers, curves and weights."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from PIL import Image

import pellucid
from pellucid.inspection.kernels import Kernel, kernel_to_html
from pellucid.training.report import format_metric, interval_text
from tests.pages import HOSTILE, parsed, rows, texts, tree_of, with_class

RNG = np.random.default_rng(0)
ROWS = 240
X = RNG.normal(size=(ROWS, 3))
FRAME = pl.DataFrame(
    {
        "a": X[:, 0],
        "city <i>": RNG.choice(["Rome", "Oslo", "Lima"], ROWS),
        "price": 3 * X[:, 0] + X[:, 1],
        "form": np.where(X[:, 0] > 0, "<b>round</b>", "flat"),
        "tags": [";".join(t for t, on in zip("rgb", row > 0, strict=True) if on) or "none"
                 for row in X],
    }
)  # fmt: skip


def trained(**settings: Any) -> pellucid.Model:
    made = {"hidden": (8, 4), "epochs": 6, "validation_fraction": 0.2, "seed": 1, **settings}
    return pellucid.train(FRAME, **made)


@pytest.fixture(scope="module")
def forms() -> pellucid.Model:
    return trained(target="form", drop=["price", "tags"])


@pytest.fixture(scope="module")
def several() -> pellucid.Model:
    return trained(target=["price", "form"], drop=["tags"])


@pytest.fixture(scope="module")
def digits() -> pellucid.Model:
    return pellucid.train("digits", hidden=(16,), epochs=2)


def with_made(model: pellucid.Model, **changes: Any) -> pellucid.Model:
    """Return the model with another account of how it was made."""
    return pellucid.Model(replace(model.trained, made={**model.trained.made, **changes}))


def metric_rows(page: Any) -> dict[str, list[str]]:
    table = next(t for t in page.iter("table") if "this network" in texts(t))
    return {row[0].split(" (")[0]: row[1:] for row in rows(table)[1:]}


def test_the_metrics_are_those_of_the_report_beside_the_trivial_predictors(forms):
    shown = metric_rows(parsed(forms._repr_html_()))
    report = forms.report
    assert len(shown) == len(report["metrics"])
    for words, name in (
        ("accuracy", "accuracy"), ("balanced accuracy", "balanced_accuracy"), ("F1", "f1"),
        ("ROC AUC", "roc_auc"), ("loss", "loss"),
    ):  # fmt: skip
        assert shown[words][0] == format_metric(name, report["metrics"][name])
        assert shown[words][1] == interval_text(name, report)
        assert shown[words][2] == format_metric(name, report["baseline"][name])


def test_the_heading_says_task_sizes_and_the_main_metric(forms):
    page = parsed(forms._repr_html_())
    (head,) = with_class(page, "head")
    said, report = texts(head), forms.report
    assert "classification of form" in said
    assert f"{report['n_train']} examples to learn from" in said
    assert f"{report['n_validation']} to choose the best epoch, {report['n_test']} to test" in said
    assert f"6 epochs in {report['seconds']['train']:.1f} s" in said
    assert f"the best was {report['best_epoch']}" in said
    assert format_metric("accuracy", report["metrics"]["accuracy"]) in said
    trivial = format_metric("accuracy", report["baseline"]["accuracy"])
    assert f"trivial predictor {trivial}" in said


def test_the_layers_are_cards_whose_arithmetic_adds_up(forms):
    page = parsed(forms._repr_html_())
    (layers,) = with_class(page, "layers")
    cards = [texts(card) for card in layers]
    # a (1) and city (3 + unknown ones are none here): counted from the encoding by hand.
    assert cards[0].startswith("inputs4 features")
    total = 0
    for name, arithmetic, count in (
        ("hidden_1", "4 × 8 + 8", 40), ("hidden_2", "8 × 4 + 4", 36), ("output", "4 × 2 + 2", 10),
    ):  # fmt: skip
        (card,) = (c for c in cards if c.startswith(name))
        assert f"{arithmetic} = {count}" in card
        total += count
    assert total == forms.report["n_parameters"]
    assert f"The network {total} parameters" in texts(page)
    assert "<b>round</b>" in cards[-1]  # what the outputs speak for
    shares = [bar.get("title") for bar in with_class(page, "share")]
    assert shares == [f"{100 * n / total:.1f} % of all parameters" for n in (40, 36, 10)]


def test_every_setting_has_its_value_and_its_reason(forms):
    page = parsed(forms._repr_html_())
    settings = next(d for d in page.iter("details") if "Settings" in texts(d))
    shown = {row[0]: row[1:] for row in rows(settings)[1:]}
    assert set(shown) == {name.replace("_", " ") for name in forms.settings}
    assert shown["hidden"][0] == "8, 4"
    assert forms.reasons
    for name, reason in forms.reasons.items():
        if name in forms.settings:
            assert shown[name.replace("_", " ")][1] == reason


def test_the_confusions_are_those_of_the_report(digits):
    page = parsed(digits._repr_html_())
    table = next(t for t in page.iter("table") if "predicted" in texts(t))
    expected = [
        [str(entry["actual"]), f"→ {entry['predicted']}", str(entry["count"]), ""]
        for entry in digits.report["confusions"]
    ]
    assert expected and rows(table)[1:] == expected


def test_of_several_targets_every_metric_is_shown_by_its_target(several):
    page = parsed(several._repr_html_())
    shown, metrics = metric_rows(page), several.metrics
    assert shown["price: RMSE"][0] == format_metric("price.rmse", metrics["price.rmse"])
    assert shown["form: accuracy"][0] == format_metric("form.accuracy", metrics["form.accuracy"])
    assert "several targets: price, form" in texts(page)
    assert {"form: <b>round</b>", "form: flat"} >= {
        row[0] for row in rows(page) if row[0].startswith("form: ") and row[1].startswith("→")
    }


@pytest.mark.parametrize(
    "settings",
    [
        {"target": "price", "drop": ["form", "tags"]},
        {"target": "tags", "task": "multilabel", "drop": ["form", "price"]},
        {"target": "price", "test_fraction": 0.0, "validation_fraction": 0.0},
        {"target": "form", "hidden": (), "epochs": 1},
    ],
    ids=["numbers", "labels", "no test", "no hidden layer"],
)
def test_models_of_every_task_and_size_are_shown(settings):
    model = trained(**settings)
    said = texts(parsed(model._repr_html_()))
    assert f"{model.report['n_parameters']:,} parameters" in said
    assert ("nothing is claimed" in said) == (not model.metrics)


def test_curves_stand_in_the_model_as_in_its_history(forms):
    drawn = [texts(chart) for chart in with_class(parsed(forms._repr_html_()), "chart")]
    alone = [texts(chart) for chart in with_class(parsed(forms.history._repr_html_()), "chart")]
    assert len(drawn) == 2
    assert drawn == alone[:2]


def test_a_model_that_says_nothing_of_itself_still_shows_its_layers(forms):
    bare = pellucid.Model(replace(forms.trained, made={}))
    said = texts(parsed(bare._repr_html_()))
    assert "classification of form" in said
    assert "4 × 8 + 8 = 40" in said
    assert "nan" not in said and "None" not in said


def test_a_report_of_version_0_1_0_is_shown(forms):
    report = {k: v for k, v in forms.report.items() if k not in {"units", "targets", "origin"}}
    old = with_made(forms, report=report)
    made = {k: v for k, v in old.trained.made.items() if k != "reasons"}
    old = pellucid.Model(replace(old.trained, made=made))
    page = parsed(old._repr_html_())
    assert metric_rows(page)["accuracy"][0] == format_metric("accuracy", forms.metrics["accuracy"])
    assert old.reasons == {}


def test_what_makes_results_mislead_stands_open_beside_them():
    frame = pl.DataFrame({"a": X[:, 0], "y": FRAME["form"], "y again": FRAME["form"]})
    model = pellucid.train(frame, target="y", hidden=(4,), epochs=2)
    (serious,) = (f for f in model.contract.findings if f.severity == "serious")
    page = parsed(model._repr_html_())
    opened = [ul for child in page for ul in with_class(child, "findings") if child.tag == "ul"]
    assert serious.text in texts(opened[0])


def test_a_saved_model_is_shown_alike(forms, tmp_path):
    again = pellucid.load(forms.save(tmp_path / "forms.pellucid"))
    assert again._repr_html_() == forms._repr_html_()
    assert again.reasons == forms.reasons
    assert again.history == forms.history


# --- weights


def pixels_of(address: str) -> np.ndarray:
    data = base64.b64decode(address.removeprefix("data:image/png;base64,"))
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGBA")).astype(int)


def test_weights_are_drawn_blue_where_positive_and_orange_where_negative(forms):
    kernel = np.asarray(forms.params["hidden_1"]["kernel"])
    drawn = tree_of(kernel_to_html(Kernel.first(forms.trained)))
    (image,) = drawn.iter("image")
    pixels = pixels_of(image.get("href", ""))
    assert pixels.shape[:2] == kernel.shape == (4, 8)
    strong = np.abs(kernel) > 0.02 * np.abs(kernel).max()
    assert (np.sign(pixels[..., 2] - pixels[..., 0])[strong] == np.sign(kernel)[strong]).all()
    labels = [texts(label) for label in drawn.iter("text")]
    assert labels[:4] == forms.trained.encoding.feature_names


def test_the_largest_weights_are_named_from_where_to_where(forms):
    kernel = np.asarray(forms.params["hidden_1"]["kernel"])
    table = rows(tree_of(kernel_to_html(Kernel.first(forms.trained))))
    row, unit = np.unravel_index(np.abs(kernel).argmax(), kernel.shape)
    sign = "+" if kernel[row, unit] > 0 else "−"
    assert table[1] == [
        forms.trained.encoding.feature_names[row], f"unit {unit + 1}",
        f"{sign}{abs(kernel[row, unit]):.4g}",
    ]  # fmt: skip
    sizes = [float(line[2].replace("−", "-")) for line in table[1:]]
    assert np.abs(sizes).tolist() == sorted(np.abs(sizes), reverse=True)


def test_units_of_an_image_are_tiles_laid_out_as_the_image(digits):
    kernel = np.asarray(digits.params["hidden_1"]["kernel"])
    drawn = tree_of(kernel_to_html(Kernel.first(digits.trained)))
    pixels = pixels_of(next(drawn.iter("img")).get("src", ""))
    assert pixels.shape[:2] == (2 * 9 - 1, 10 * 9 - 1)  # ten tiles a line, a gap between two
    for unit, (top, left) in ((0, (0, 0)), (3, (0, 27)), (12, (9, 18))):
        image = kernel[:, unit].reshape(8, 8)
        tile = pixels[top : top + 8, left : left + 8]
        strong = np.abs(image) > 0.02 * np.abs(image).max()
        assert (np.sign(tile[..., 2] - tile[..., 0])[strong] == np.sign(image)[strong]).all()
    assert (pixels[8, :, 3] == 0).all()


def test_a_large_kernel_is_shown_in_part_and_says_so():
    names = [f"word {n}" for n in range(5000)]
    weights = RNG.normal(size=(5000, 300))
    weights[4321] *= 10
    page = kernel_to_html(Kernel("hidden_1", weights, (), names))
    assert len(page) < 25_000
    said = texts(tree_of(page))
    assert "the 24 of 5,000 inputs with the largest weights" in said
    assert "the first 96 of 300 units" in said
    assert "word 4321" in said


# --- hostile and endless


def test_hostile_names_are_only_text_everywhere():
    name = HOSTILE.replace("\ud800", "").replace("\x00", "")
    frame = pl.DataFrame(
        {name: X[:, 0], f"{name} 2": RNG.choice([name, "x"], ROWS),
         f"{name} y": np.where(X[:, 0] > 0, name, "<b>flat</b>")}
    )  # fmt: skip
    model = pellucid.train(frame, target=f"{name} y", hidden=(4,), epochs=2)
    noted = with_made(model, notes=[HOSTILE], reasons={"hidden": HOSTILE})
    assert "<script>alert('x')</script>" in texts(parsed(noted._repr_html_()))


def test_endless_reports_are_cut(forms):
    long = "x" * 10_000
    report = {
        **forms.report,
        "metrics": {f"{long}{n}.accuracy": 0.5 for n in range(500)},
        "baseline": {},
        "confusions": [{"actual": long, "predicted": long, "count": 1}] * 500,
        "conditions": {f"{n}": long for n in range(500)},
        "source": long,
    }
    model = with_made(
        forms, report=report, notes=[long] * 500, settings={f"{n}{long}": long for n in range(500)},
        reasons={f"{n}": long for n in range(500)}, history=[*forms.history] * 2000,
    )  # fmt: skip
    parsed(model._repr_html_())


def test_what_a_large_page_leaves_out_is_named(forms, monkeypatch):
    whole = texts(parsed(forms._repr_html_()))
    assert "Left out" not in whole
    monkeypatch.setattr("pellucid.inspection.model_html._BYTES", 1_000)
    said = texts(parsed(forms._repr_html_()))
    assert "Left out, since this page would be too large: the weights, settings, " in said
    assert "accuracy" in said
    assert len(said) < len(whole)
