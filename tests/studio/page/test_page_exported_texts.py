"""Texts in the page that `pellucid export` writes: why, word by word, as the studio tells it."""

from __future__ import annotations

import json
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jax
import numpy as np
import polars as pl
import pytest

import pellucid
from pellucid import nn
from pellucid.data import Table
from pellucid.errors import UnlikeTrainingWarning
from pellucid.inspection.follower import Follower
from pellucid.sharing.contents import contents
from tests.studio.page.exporting import (
    TOLERANCE,
    ask,
    expect_curve,
    expect_reasons,
    opened,
    vectors,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ODD = {
    "of unknown words": "qwertz uiop",
    "empty": "",
    "of blanks": "   ",
    "missing": None,
    "beyond the first plane": "good \U0001f600 FILM, bad",
}
# Texts that are long beside what the network reads are read to their beginning.
LONG = "the film was good and the song was bad and so on " * 8


def _with_rows(model: pellucid.Model, rows: list[dict[str, Any]]) -> pellucid.Model:
    """Return a model that keeps these rows."""
    table = Table(dict(zip(rows[0], pl.DataFrame(rows).get_columns(), strict=True)))
    return pellucid.Model(replace(model.trained, examples=table))


def _expect_words(page: Page, model: pellucid.Model, told: dict[str, Any]) -> None:
    """Expect what the engine says of each word, of all rows in a page."""
    for example in told["examples"]:
        why = ask(page, "why", {"example": example["id"]})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UnlikeTrainingWarning)
            found = model.explain(example["values"])
        assert why["compared_with"] == found.compared_with
        assert why["probability"] == pytest.approx(found.probability, abs=TOLERANCE)
        seen = {one["column"]: one for one in why["columns"]}
        near = TOLERANCE * max(1.0, abs(found.output), abs(found.baseline))
        for part in found.parts:
            if part.kind != "text":
                continue
            marked = [(stretch.text, stretch.contribution) for stretch in part.stretches]
            _expect_same(seen[part.column]["marked"], marked, near)
            expected = [(one.name.strip(), one.contribution) for one in part.details()]
            _expect_same(sorted(seen[part.column]["details"]), sorted(expected), near)
            assert seen[part.column]["value"] == part.value


def _expect_same(found: list[Any], expected: list[tuple[str, float]], near: float) -> None:
    assert [name for name, _ in found] == [name for name, _ in expected]
    numbers = [value for _, value in expected]
    assert [value for _, value in found] == pytest.approx(numbers, abs=near)


def test_a_text_read_word_by_word_is_answered_as_by_the_engine_and_its_steps_are_words(
    chromium: Browser, readers: pellucid.Model, tmp_path: Path
) -> None:
    trained = readers.trained
    told = json.loads(contents(trained, "readers"))
    texts = [example["values"]["text"] for example in told["examples"]]
    encoder = trained.encoding.encoders[0][1]
    assert [" ".join(words["text"]) for words in told["words"]] == [
        " ".join(w if w in encoder.words else f"{w} (unknown)" for w in text.split())  # type: ignore[attr-defined]  # of texts
        for text in texts
    ]
    outputs = trained.forward.outputs(trained.params, vectors(told))
    with opened(chromium, readers.export(tmp_path / "readers")) as page:
        for example, expected in zip(told["examples"], outputs, strict=True):
            seen = ask(page, "trace", {"example": example["id"]})
            values = seen["layers"][-1]["activations"]["values"]
            np.testing.assert_allclose(values, expected, atol=TOLERANCE)
        expect_curve(page, trained, told, "output", "kernel")
        page.get_by_role("heading", name="Why this answer").wait_for()
        page.evaluate("location.hash = '#/inside/m1?part=examples&example=1&layer=words'")
        cell = page.get_by_role("gridcell").filter(
            has_text=f"[step 1, {texts[0].split()[0]}, neuron"
        )
        cell.first.wait_for(state="attached")


def _rows(**others: Any) -> list[dict[str, Any]]:
    texts = ["the film was good", "bad film, BAD song", LONG, *ODD.values()]
    return [{"text": text, **others, "liked": "like"} for text in texts]


def test_each_word_of_a_transformer_says_what_it_says_in_the_studio(
    chromium: Browser, readers: pellucid.Model, tmp_path: Path
) -> None:
    model = _with_rows(readers, [row for row in _rows() if row["text"] is not None])
    told = json.loads(contents(model.trained, "readers"))
    with opened(chromium, model.export(tmp_path / "readers")) as page:
        expect_reasons(page, model.trained, told, n=len(told["examples"]))
        _expect_words(page, model, told)
        page.evaluate("location.hash = '#/inside/m1?part=examples&example=0'")
        page.get_by_role("heading", name="Why this answer").wait_for()
        page.locator("p.text span").filter(has_text="good").first.wait_for()


def test_what_a_block_holds_is_what_the_studio_shows(
    chromium: Browser, readers: pellucid.Model, tmp_path: Path
) -> None:
    trained = readers.trained
    told = json.loads(contents(trained, "readers"))
    expected = Follower(trained.network, trained.params, trained.task).trace(vectors(told)[0])
    with opened(chromium, readers.export(tmp_path / "readers")) as page:
        seen = ask(page, "trace", {"example": told["examples"][0]["id"]})["layers"]
        for layer, step in zip(seen, expected, strict=True):
            assert list(layer["details"]) == list(step.details)
            for name, array in step.details.items():
                assert layer["details"][name]["shape"] == list(array.shape)
                values = layer["details"][name]["values"]
                np.testing.assert_allclose(values, np.ravel(array), atol=TOLERANCE)
        # And it is seen: who looks at whom, and what else is within the block.
        page.evaluate("location.hash = '#/inside/m1?part=examples&example=0&layer=attention_1'")
        page.get_by_role("grid", name="Attention").first.wait_for(state="attached")
        page.get_by_label("What is shown").select_option("normalization.activations")
        page.get_by_text("a row for each neuron").first.wait_for()


@pytest.mark.slow
def test_words_beside_numbers_and_in_several_networks_say_what_they_say_in_the_studio(
    chromium: Browser, tmp_path: Path
) -> None:
    draw = np.random.default_rng(4)
    frame = pl.DataFrame(
        {
            "length": draw.normal(size=60),
            "text": ["the film was good", None, "bad film", "the song was bad"] * 15,
            "liked": ["like", "like", "not", "not"] * 15,
        }
    )
    settings = {"network": "recurrent", "units": 3, "members": 2, "epochs": 1, "seed": 1}
    trained = pellucid.train(frame, target="liked", kinds={"text": "text"}, **settings)
    model = _with_rows(trained, _rows(length=0.5))
    told = json.loads(contents(model.trained, "several"))
    with opened(chromium, model.export(tmp_path / "several")) as page:
        expect_reasons(page, model.trained, told, n=len(told["examples"]))
        _expect_words(page, model, told)


def test_words_of_a_bag_say_what_they_say_in_the_studio(
    chromium: Browser, reviews: pellucid.Model, tmp_path: Path
) -> None:
    rows = [{**row, "liked": True} for row in _rows() if row["text"] is not None]
    model = _with_rows(reviews, rows)
    told = json.loads(contents(model.trained, "reviews"))
    with opened(chromium, model.export(tmp_path / "reviews")) as page:
        expect_reasons(page, model.trained, told, n=len(rows))
        _expect_words(page, model, told)
        # Truth values are called as in the studio, in whose words one is chosen.
        for label in told["description"]["classes"]:
            body = {"example": told["examples"][0]["id"], "label": label}
            found = model.explain(told["examples"][0]["values"], label=label)
            why = ask(page, "why", body)
            assert (why["label"], why["meaning"]) == (found.label, found.meaning)
            assert why["output"] == pytest.approx(found.output, abs=TOLERANCE)
        asked = "body => pellucid.ask('models/m1/why', body).catch(error => error.message)"
        assert "maybe" in page.evaluate(asked, {**body, "label": "maybe"})


@pytest.mark.parametrize("how", ["average", "sum"])
def test_words_of_an_embedding_bag_say_what_they_say_in_the_studio(
    chromium: Browser, readers: pellucid.Model, tmp_path: Path, how: str
) -> None:
    bag = nn.EmbeddingBag(20, 3, how=how, padded=True)
    model = _with_rows(
        _untrained(readers, [bag, nn.Dense(4, "relu"), nn.Dense(2)]),
        [row for row in _rows() if row["text"] is not None],
    )
    told = json.loads(contents(model.trained, "bag"))
    with opened(chromium, model.export(tmp_path / "bag")) as page:
        expect_reasons(page, model.trained, told, n=len(told["examples"]))
        _expect_words(page, model, told)


def test_what_only_one_of_two_rows_has_is_shared_as_by_the_engine(
    chromium: Browser, digits: pellucid.Model, tmp_path: Path
) -> None:
    # Pixels as if they were words: the average row has none.
    layers = [nn.Embedding(3, 2, padded=True), nn.GlobalPooling(padded=True), nn.Dense(10)]
    model = _untrained(digits, layers)
    told = json.loads(contents(model.trained, "leaps"))
    with opened(chromium, model.export(tmp_path / "leaps")) as page:
        expect_reasons(page, model.trained, told, n=3)


def _untrained(model: pellucid.Model, layers: list[nn.Layer]) -> pellucid.Model:
    network = nn.Network(layers)
    params = jax.tree.map(np.asarray, network.init(3, model.trained.encoding.in_features))
    return pellucid.Model(replace(model.trained, network=network, params=params))
