"""Explanations speak in the person's terms: dates, units, labels; and of words over many rows."""

from __future__ import annotations

import json
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

import pellucid
from pellucid.errors import SettingError
from tests.pages import parsed, texts, with_class

RNG = np.random.default_rng(0)
SIZES = RNG.uniform(20, 120, 120)


@pytest.fixture(scope="module")
def dated() -> tuple[pellucid.Model, pl.DataFrame]:
    days = [date(2022, 1, 1) + timedelta(days=round(5 * size)) for size in SIZES]
    frame = pl.DataFrame({"lead": SIZES, "due": [f"{day:%d.%m.%Y}" for day in days]})
    return pellucid.train(frame, target="due", hidden=(8,), epochs=60), frame


def test_a_date_is_explained_by_dates_and_days(dated):
    model, frame = dated
    why = model.explain(frame, 3)
    said = repr(why)
    assert "days since 1970" not in said
    assert f"row 3: due = {why.prediction}\n" in said
    first, last = (
        (date(1970, 1, 1) + timedelta(days=round(days))).strftime("%d.%m.%Y")
        for days in (why.baseline, why.output)
    )
    assert f"due: {first} → {last}, " in said
    assert " days = " in said
    assert why.prediction == last
    found = why.to_dict()
    assert (found["unit"], found["output_written"], found["baseline_written"]) == (
        "days", last, first,
    )  # fmt: skip


def test_a_date_has_no_classes(dated):
    model, frame = dated
    with pytest.raises(SettingError, match="'due' is a date, so there is no class 'x'"):
        model.explain(frame, 1, against="x")


def test_a_number_is_explained_with_its_unit():
    prices = [f"{3000 * size:.2f} €" for size in SIZES]
    frame = pl.DataFrame({"size": SIZES, "price": prices})
    model = pellucid.train(frame, target="price", hidden=(8,), epochs=60)
    why = model.explain(frame, 5)
    assert why.quantity.unit == why.to_dict()["unit"] == "€"
    first, second, *_ = repr(why).splitlines()
    assert first.endswith(" €")
    assert second.count(" €") == 2
    assert "e+0" not in repr(why)
    overall = model.importance(frame)
    assert "mean absolute contribution in € to price" in repr(overall)
    assert overall.to_dict()["unit"] == "€"


def test_sets_of_labels_are_written_as_sets():
    tags = [["warm", "big"] if size > 70 else ["cold"] for size in SIZES]
    frame = pl.DataFrame({"size": SIZES, "tags": tags})
    model = pellucid.train(frame, target="tags", hidden=(8,), epochs=60)
    why = model.explain(frame, int(SIZES.argmax()) + 1)
    assert why.prediction == ["big", "warm"]
    assert repr(why).splitlines()[0].endswith(": tags = big; warm")
    assert why.to_dict()["prediction"] == ["big", "warm"]
    assert "tags = big; warm" in texts(parsed(why._repr_html_()))


@pytest.fixture(scope="module")
def reviews() -> tuple[pellucid.Model, pl.DataFrame]:
    lines = [f"a {word} film of {part} parts" for word in ("superb", "dull") for part in range(30)]
    frame = pl.DataFrame({"text": lines, "y": ["good"] * 30 + ["bad"] * 30})
    model = pellucid.train(frame, target="y", hidden=(8,), epochs=300, kinds={"text": "text"})
    return model, frame


@pytest.mark.slow
def test_over_many_texts_the_words_that_moved_most_are_named(reviews):
    model, frame = reviews
    found = model.importance(frame, label="bad")
    words = found.inside[0].words
    assert all("superb" in word or "dull" in word for word in words["detail"].head(4))
    top = dict(words.select("detail", "mean_contribution").iter_rows())
    assert top['"dull"'] > 0 > top['"superb"']
    assert words.filter(pl.col("detail") == '"dull"')["rows"][0] == 30
    # By hand: the mean over all rows of what the word contributed to each.
    by_hand = np.mean(
        [
            sum(
                detail.contribution
                for detail in model.explain(frame, row, label="bad")["text"].details()
                if detail.name.strip() == '"dull"'
            )
            for row in range(1, 61)
        ]
    )
    assert top['"dull"'] == pytest.approx(by_hand, rel=1e-9)
    assert "dull" in repr(found)
    page = parsed(found._repr_html_())
    assert "30 rows" in texts(page)
    saved = json.loads(json.dumps(found.to_dict()))["columns"][0]
    assert saved["details"][0]["detail"] in top


def test_without_a_class_words_are_told_by_size_alone(reviews):
    model, frame = reviews
    found = model.importance(frame)
    assert not found.is_one_question
    assert "│" not in repr(found)


def test_over_many_images_the_pixels_are_drawn():
    model = pellucid.train("digits", hidden=(16,), epochs=2)
    found = model.importance("digits", label=3)
    inside = found.inside[0]
    assert (inside.kind, inside.mean.shape) == ("image", (8, 8))
    assert found.columns["mean_contribution"][0] == pytest.approx(inside.mean.sum(), abs=1e-9)
    assert len(list(parsed(found._repr_html_()).iter("img"))) == 1


def test_pages_say_what_their_colours_mean(reviews, dated):
    for model, frame in (reviews, dated):
        page = parsed(model.explain(frame, 2)._repr_html_())
        (legend,) = with_class(page, "legend")
        assert " for" in texts(legend)
        assert " against" in texts(legend)
