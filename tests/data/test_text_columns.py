"""Columns of text get the type of all their values, together as alone."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.data.text_columns import type_columns, type_text

CELLS = [
    "1",
    "2.5",
    "x",
    "NA",
    " 3 ",
    "007",
    "true",
    "",
    "-0",
    "1e5",
    "9" * 25,
    "inf",
    "nan",
    "1,5",
]


@pytest.mark.parametrize("n_rows", [1, 2, 9])
@pytest.mark.parametrize("decimal_comma", [False, True])
def test_columns_are_typed_alike_at_once_and_alone(n_rows: int, decimal_comma: bool):
    draw = np.random.default_rng(n_rows)
    # Two different cells a column: with more, hardly one would be all numbers.
    choices = [draw.choice(CELLS, 2) for _ in range(700)]
    columns = [
        pl.Series(str(place), [str(cell) for cell in draw.choice(pair, n_rows)])
        for place, pair in enumerate(choices)
    ]
    columns[5] = pl.Series("5", [None] * n_rows, dtype=pl.String)
    found = type_columns(pl.DataFrame(columns), decimal_comma=decimal_comma)
    for column, series in zip(columns, found, strict=True):
        alone = type_text(column, decimal_comma=decimal_comma)
        assert series.dtype == alone.dtype, column.to_list()
        assert series.equals(alone, null_equal=True), column.to_list()


@pytest.mark.parametrize(
    ("texts", "values", "dtype"),
    [
        (["1", "-2", None], [1, -2, None], pl.Int64),
        (["1", "2.5"], [1.0, 2.5], pl.Float64),
        (["1e3", "2"], [1000.0, 2.0], pl.Float64),
        (["True", "false", "NA"], [True, False, None], pl.Boolean),
        (["01234", "99999"], ["01234", "99999"], pl.String),
        (["0.5", "0"], [0.5, 0.0], pl.Float64),
        (["1", "two"], ["1", "two"], pl.String),
        (["1_000", "2"], ["1_000", "2"], pl.String),
        (["99999999999999999999", "1"], [1e20, 1.0], pl.Float64),
        (["", "?"], [None, None], pl.String),
    ],
)
def test_a_column_of_text_gets_the_type_of_all_its_values(texts, values, dtype):
    typed = type_text(pl.Series(texts, dtype=pl.String))
    assert typed.dtype == dtype
    assert typed.to_list() == values


def test_a_decimal_comma_is_read_only_where_it_can_be_one():
    assert type_text(pl.Series(["1,5", "-2"]), decimal_comma=True).to_list() == [1.5, -2.0]
    assert type_text(pl.Series(["1,5", "-2"])).to_list() == ["1,5", "-2"]
    assert type_text(pl.Series(["1,5", "1,234,567"]), decimal_comma=True).dtype == pl.String


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1))
def test_whole_numbers_come_back_exactly(numbers: list[int]):
    assert type_text(pl.Series([str(number) for number in numbers])).to_list() == numbers


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_floats_come_back_exactly(numbers: list[float]):
    typed = type_text(pl.Series([repr(number) for number in numbers]))
    assert [float(value) for value in typed.to_list()] == numbers
