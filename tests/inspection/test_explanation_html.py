"""Explanations in notebooks: the same style as everything else, bars as long as their numbers."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import polars as pl
import pytest

import pellucid
from pellucid.inspection.values import signed
from tests.pages import HOSTILE, parsed, rows, texts, with_class

NAME = HOSTILE.replace("\ud800", "").replace("\x00", "")
RNG = np.random.default_rng(0)
PEOPLE = pl.DataFrame(
    {
        "age": RNG.normal(40, 9, 80),
        NAME: ["f", "m", NAME, "f"] * 20,
        "y": ["<b>yes</b>", "no"] * 40,
    }
)


@pytest.fixture(scope="module")
def people() -> pellucid.Model:
    return pellucid.train(PEOPLE, target="y", hidden=(8,), epochs=10, seed=1)


def widths(page: Any, side: str) -> list[float | None]:
    """Return how wide each row's bar is on a side, in percent; None where there is none."""
    found = []
    for cell in with_class(page, side):
        style = "".join(bar.get("style", "") for bar in cell)
        match = re.fullmatch(r"width:([\d.]+)%", style)
        found.append(float(match[1]) if match else None)
    return found


def test_bars_stand_on_the_side_of_their_sign_and_are_as_long_as_their_share(people):
    why = people.explain(PEOPLE, 3)
    page = parsed(why._repr_html_())
    contributions = [part.contribution for part in why.sorted_parts()]
    largest = max(map(abs, contributions))
    assert [row[-1] for row in rows(page)] == [signed(number) for number in contributions]
    for number, left, right in zip(
        contributions, widths(page, "against"), widths(page, "for"), strict=True
    ):
        expected = pytest.approx(100 * abs(number) / largest, abs=0.01)
        assert (right if number >= 0 else left) == expected
        assert (left if number >= 0 else right) is None


def test_the_answer_its_sum_and_its_error_are_said(people):
    why = people.explain(PEOPLE, 3)
    said = texts(parsed(why._repr_html_()))
    assert f"row 3: y = {why.prediction}" in said
    miss = f"{abs(why.error):.1e}" if why.error else "0"
    assert f"the sum misses by {miss}" in said
    assert "<script>alert('x')</script>" in said


def test_importance_is_a_page_in_the_same_style(people):
    found = people.importance(PEOPLE)
    page = parsed(found._repr_html_())
    sizes = found.columns["mean_absolute_contribution"].to_list()
    assert [row[-1] for row in rows(page)] == [f"{size:.4g}" for size in sizes]
    assert widths(page, "for") == pytest.approx([100 * s / max(sizes) for s in sizes], abs=0.01)
    assert "over 80 rows" in texts(page)


def test_a_text_is_marked_with_lines_that_differ_by_more_than_colour():
    frame = pl.DataFrame({"text": ["Good film <b>&", "a Bad film"] * 30, "y": ["pos", "neg"] * 30})
    model = pellucid.train(frame, target="y", hidden=(8,), epochs=10, kinds={"text": "text"})
    lines = set()
    for label in ("pos", "neg"):  # of two classes, each is the other's opposite
        why = model.explain({"text": "A good film <b>& bad"}, label=label)
        (text,) = with_class(parsed(why._repr_html_()), "text")
        assert texts(text) == "A good film <b>& bad"
        by_word = {s.text: s.contribution for s in why["text"].stretches}
        for mark in text.iter("mark"):
            contribution = by_word[texts(mark)]
            line = "solid" if contribution > 0 else "dashed"
            assert line in mark.get("style", "")
            assert mark.get("title") == f"{contribution:+.4g}"
            lines.add(line)
    assert lines == {"solid", "dashed"}


def test_steps_of_a_series_are_bars_up_for_and_down_against():
    walks = RNG.normal(size=(60, 20)).cumsum(axis=1)
    frame = pl.DataFrame({"walk": [w[: 15 + i % 6].tolist() for i, w in enumerate(walks)],
                          "y": np.where(walks[:, 5] > 0, "up", "down").tolist()})  # fmt: skip
    model = pellucid.train(frame, target="y", hidden=(8,), epochs=3)
    why = model.explain(frame, 2)
    page = parsed(why._repr_html_())
    (drawing,) = with_class(page, "moments")
    moments = why["walk"].moments
    bars = list(drawing.iter("rect"))
    assert len(bars) == len(moments)
    largest = np.abs(moments).max()
    for bar, moment in zip(bars, moments, strict=True):
        top, height = (float(bar.get(name, "nan")) for name in ("y", "height"))
        assert height == pytest.approx(30 * abs(moment) / largest, abs=0.01)
        assert (top + height if moment >= 0 else top) == pytest.approx(32, abs=0.02)
        assert bar.get("class") == ("look-0" if moment >= 0 else "look-1")


def test_pixels_are_pictures_that_the_page_holds_itself():
    digits = pellucid.train("digits", hidden=(16,), epochs=2)
    page = parsed(digits.explain("digits", 3)._repr_html_())
    assert [picture.get("alt", "").split(":")[0] for picture in page.iter("img")] == [
        "the image", "contribution of each pixel",
    ]  # fmt: skip
