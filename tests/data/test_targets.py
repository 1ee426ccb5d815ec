"""Targets as labels and as standardised numbers."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.data import CategoryTarget, NumberTarget
from pellucid.errors import DataError


@pytest.mark.parametrize(
    ("values", "classes", "labels"),
    [
        (["no", "yes", "no"], ["no", "yes"], [0, 1, 0]),
        ([10, 2, 10], [2, 10], [1, 0, 1]),
        ([2.0, 1.0], [1, 2], [1, 0]),
        ([0.5, -1.5], [-1.5, 0.5], [1, 0]),
        ([True, False], [False, True], [1, 0]),
    ],
)
def test_classes_are_the_persons_own_values_in_order(values, classes, labels):
    target = CategoryTarget.fit(pl.Series(values))
    assert target.classes == classes
    encoded = target.transform(pl.Series(values))
    assert encoded.dtype == np.int32
    assert encoded.tolist() == labels
    assert target.inverse(encoded).to_list() == values


def test_a_class_that_training_never_saw_is_named_with_its_rows():
    target = CategoryTarget.fit(pl.Series("kind", ["a", "b"]))
    with pytest.raises(DataError, match="never saw: 'zebra'") as caught:
        target.transform(pl.Series("kind", ["a", "zebra", "b"]))
    assert "row 2" in str(caught.value)


def test_a_missing_target_is_refused_with_its_rows():
    for target, values in (
        (CategoryTarget.fit(pl.Series(["a", "b"])), pl.Series(["a", None])),
        (NumberTarget.fit(pl.Series([1.0, 2.0])), pl.Series([1.0, None])),
    ):
        with pytest.raises(DataError, match="row 2"):
            target.transform(values)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2))
def test_numbers_come_back_and_json_keeps_every_bit(numbers):
    series = pl.Series(numbers)
    target = NumberTarget.fit(series)
    encoded = target.transform(series)
    assert encoded.shape == (len(numbers), 1)
    again = NumberTarget.from_dict(json.loads(json.dumps(target.to_dict())))
    assert again == target
    # float32 holds a standardised value to 2⁻²³ of itself.
    tolerance = 2e-7 * (np.abs(np.array(numbers) - target.mean).max() + abs(target.mean)) + 1e-300
    np.testing.assert_allclose(again.inverse(encoded).to_numpy(), numbers, rtol=0, atol=tolerance)


@given(st.lists(st.text(), min_size=1).map(lambda texts: pl.Series(texts, dtype=pl.String)))
def test_classes_come_back_from_json(values):
    target = CategoryTarget.fit(values)
    assert CategoryTarget.from_dict(json.loads(json.dumps(target.to_dict()))) == target
