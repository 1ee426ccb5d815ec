"""What is found for the different texts of a column is what is found row by row."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from pellucid.data import different
from pellucid.data.different import Different


def column(texts: list[str | None], n: int) -> pl.Series:
    places = np.random.default_rng(0).integers(0, len(texts), n)
    return pl.Series("c", texts).gather(places)


@pytest.mark.parametrize("n", [100, 50_000])
@pytest.mark.parametrize(
    "function",
    [
        lambda text: text.str.len_chars(),
        lambda text: text.str.extract(r"(\d+)").cast(pl.Float64),
        lambda text: text.str.contains("a"),
    ],
)
def test_each_row_gets_the_answer_of_its_text(n, function):
    text = column(["a1", "b22", "", "aaa", None, "ä 7"], n)
    found = Different(text).each(function)
    assert found.equals(function(text), check_names=True)


def test_few_texts_are_asked_about_once():
    asked = []

    def length(text: pl.Series) -> pl.Series:
        asked.append(len(text))
        return text.str.len_chars()

    Different(column(["x", "yy", None], 50_000)).each(length)
    assert asked == [2]


def test_many_texts_are_gone_through_as_they_are():
    texts = pl.Series("c", [f"{i}" for i in range(different._WORTH_IT * 2)])
    # The first half alone differs: evenly spaced rows do not show that most of them do.
    half = pl.concat([texts, column(["x"], len(texts))])
    for text in (texts, half):
        asked = []
        Different(text).each(lambda part, asked=asked: (asked.append(len(part)), part)[1])
        assert asked == [len(text)]
