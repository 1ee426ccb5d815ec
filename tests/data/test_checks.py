"""Later tables against the contract."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from pellucid.data import Contract, Dataset, Table, check_table, infer_contract
from pellucid.errors import DataError

TRAINING = Table(
    {
        "age": pl.Series([20.0, 30.0, 40.0, 50.0]),
        "port": pl.Series(["S", "C", "S", "C"]),
        "code": np.array([[1.0, 5.0], [2.0, 5.5], [3.0, 6.0], [2.5, 5.0]]),
        "y": pl.Series(["no", "yes", "yes", "no"]),
    }
)


def contract() -> Contract:
    return infer_contract(Dataset("t", "memory", TRAINING), target="y")


def changed(**columns: Any) -> Table:
    table = TRAINING
    for name, values in columns.items():
        series = values if isinstance(values, np.ndarray) else pl.Series(name, values)
        table = table.with_column(name, series)
    return table


def test_the_training_table_in_any_order_is_fine():
    assert check_table(contract(), TRAINING, need_target=True) == []
    turned = TRAINING.select(reversed(TRAINING.names))
    assert check_table(contract(), turned, need_target=True) == []
    assert check_table(contract(), TRAINING.without("y"), need_target=False) == []


@pytest.mark.parametrize(
    ("columns", "warning"),
    [
        ({"port": ["S", "Q", "Q", "C"]}, "1 value that training never saw: 'Q' in rows 2, 3"),
        ({"age": [20.0, 30.0, 4000.0, 50.0]}, "far outside the range seen in training (20 to 50)"),
        ({"age": ["20", "old", "30", "40"]}, "'old' in row 2"),
        ({"code": np.full((4, 2), 100.0)}, "far outside the range"),
        ({"extra": [1, 2, 3, 4]}, "passed over: 'extra'"),
        ({"y": ["no", None, "yes", "no"]}, "1 row without a 'y', left out: row 2"),
    ],
)
def test_what_is_unusual_is_said(columns, warning):
    warnings = check_table(contract(), changed(**columns), need_target=True)
    assert len(warnings) == 1
    assert warning in warnings[0]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"age": [1.0, float("inf"), 2.0, 3.0]}, "infinite"),
        ({"age": ["old", "young", "old", "older"]}, "holds no numbers"),
        ({"age": np.zeros((4, 2))}, "one number a row"),
        ({"port": np.zeros((4, 2))}, "one value a row"),
        ({"code": np.zeros((4, 3))}, "has 3 numbers a row"),
        ({"code": [1, 2, 3, 4]}, "one value a row"),
        ({"y": ["no", "perhaps", "yes", "no"]}, "never saw: 'perhaps'"),
        ({"y": [None] * 4}, "missing"),
    ],
)
def test_what_cannot_be_used_is_refused(columns, message):
    with pytest.raises(DataError) as caught:
        check_table(contract(), changed(**columns), need_target=True)
    assert message in str(caught.value)


def test_a_missing_column_is_named_and_the_misspelt_one_found():
    table = TRAINING.without("age").with_column("Age", TRAINING["age"])
    with pytest.raises(DataError, match=r"lacks 1 column.*'age'") as caught:
        check_table(contract(), table, need_target=False)
    assert "did you mean 'Age'" in str(caught.value)


def test_an_unneeded_target_is_not_looked_at():
    assert check_table(contract(), changed(y=["perhaps"] * 4), need_target=False) == []


def test_no_rows_are_refused():
    with pytest.raises(DataError, match="no rows"):
        check_table(contract(), TRAINING.take(np.array([], dtype=int)), need_target=False)


def test_a_numeric_targets_text_is_refused():
    numbers = changed(y=[1.5, 2.5, 3.25, 4.0])
    regression = infer_contract(Dataset("t", "memory", numbers), target="y")
    with pytest.raises(DataError, match="no number"):
        check_table(regression, changed(y=["1", "2", "x", "4"]), need_target=True)


def test_fractions_instead_of_bytes_are_noticed():
    bytes_ = Table({"image": np.arange(0, 240, 10, dtype=np.uint8).reshape(6, 2, 2)})
    images = bytes_.with_column("y", pl.Series(["a", "b"] * 3))
    seen = infer_contract(Dataset("t", "memory", images), target="y")
    later = Table({"image": images["image"] / 255})
    assert any("0 to 1" in warning for warning in check_table(seen, later, need_target=False))
