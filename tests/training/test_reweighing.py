"""Texts that are answered as if unseen: their own labels have no say in how they are weighed."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import pellucid
from pellucid.data import InputEncoding, Table, infer_contract
from pellucid.data.dataset import Dataset
from pellucid.data.kinds.text import TextEncoder
from pellucid.training.reweighing import reweighed
from pellucid.training.step import Examples

_WORDS = [f"{first}{second}" for first in "bdfgklmnprst" for second in ("ana", "eno", "ilo", "uru")]


def _texts(n: int, seed: int = 0) -> list[str]:
    """Return texts that say nothing of anything."""
    draw = np.random.default_rng(seed)
    return [" ".join(draw.choice(_WORDS, 8)) for _ in range(n)]


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("with_parts", [False, True])
@pytest.mark.parametrize("beside", [False, True])
def test_they_are_weighed_as_if_the_others_had_no_labels(
    n_classes: int, with_parts: bool, beside: bool
) -> None:
    n = 60
    labels = np.random.default_rng(1).integers(0, n_classes, n)
    columns = {"text": pl.Series(_texts(n)), "label": pl.Series([f"c{one}" for one in labels])}
    numbers = {"before": pl.Series(np.arange(n) / 7), "text": columns["text"]}
    table = Table(({**numbers, "label": columns["label"]}) if beside else columns)
    contract = infer_contract(
        Dataset("texts", "memory", table), target="label", kinds={"text": "text"}
    )
    contract = contract.with_parts_of_words() if with_parts else contract
    encoding = InputEncoding.fit(table, contract)
    inputs = encoding.transform(table)
    rows = np.flatnonzero(np.arange(n) % 5)
    found = reweighed(Examples(inputs, labels.astype(np.int32)), encoding.blocks, rows).inputs

    # From the texts themselves: the same n-grams, weighed by the classes of these rows alone.
    known = np.where(np.arange(n) % 5, labels, -1)
    plain = TextEncoder.fit(columns["text"], with_parts=with_parts)
    expected = plain.weighed_by(columns["text"], known).transform(columns["text"]).toarray()
    assert encoding.blocks[-1].kind == "text"
    dense = np.asarray(found if isinstance(found, np.ndarray) else found.toarray())
    start = encoding.blocks[-1].start
    np.testing.assert_allclose(dense[:, start:], expected, rtol=2e-5, atol=2e-6)
    before = inputs if isinstance(inputs, np.ndarray) else inputs.toarray()
    np.testing.assert_array_equal(dense[:, :start], np.asarray(before)[:, :start])
    assert not np.allclose(dense[:, start:], np.asarray(before)[:, start:], atol=1e-3)


def test_what_no_class_weighed_stays_as_it_is() -> None:
    table = Table({"a": pl.Series([1.0, 2.0, 3.0]), "label": pl.Series(["x", "y", "x"])})
    encoding = InputEncoding.fit(
        table, infer_contract(Dataset("t", "memory", table), target="label")
    )
    train = Examples(encoding.transform(table), np.array([0, 1, 0], np.int32))
    assert reweighed(train, encoding.blocks, np.array([0, 1])) is train


def test_texts_that_say_nothing_are_not_answered_surely() -> None:
    """Labels by chance: no network knows more than half of them of rows that it has not seen."""
    n = 1_000
    labels = np.random.default_rng(2).choice(["no", "yes"], 2 * n)
    frame = pl.DataFrame({"text": _texts(2 * n, 3), "label": labels})
    model = pellucid.train(
        frame[:n], test=frame[n:], target="label", kinds={"text": "text"}, epochs=4, seed=1
    )
    told = model.predict(frame[n:], coverage=0.9)
    surest = told.select(pl.max_horizontal(pl.col("^probability.*$"))).to_series()
    assert surest.mean() < 0.56  # whatever lies above a half is too much
    pairs = zip(told["prediction_set"], labels[n:], strict=True)
    assert np.mean([truth in found for found, truth in pairs]) > 0.87  # asked: 0.9, of 1,000 rows


def test_texts_of_which_nothing_tells_classes_are_numbers_too() -> None:
    texts = pl.Series(
        ["same words here"] * 4 + [f"alpha beta {'xx' if n < 2 else 'yy'}" for n in range(4)]
    )
    encoder = TextEncoder.fit(texts).weighed_by(texts, np.array([0, 1, 0, 1, 0, 0, 1, 1]))
    bags = encoder.transform(texts).toarray()
    assert np.isfinite(bags).all()
    assert not bags[:4].any()  # by hand: as often in the one class as in the other, ln 1 = 0
    np.testing.assert_allclose(np.linalg.norm(bags[4:], axis=1), 1.0, rtol=1e-6)
