"""Text that stands for missing values, numbers and truth values."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.data.parsing import MISSING_TEXTS, strip_missing, type_text


@pytest.mark.parametrize("text", MISSING_TEXTS)
def test_every_missing_text_is_missing_with_blanks_around_it(text: str):
    assert strip_missing(pl.Series([f" {text} ", "x"])).to_list() == [None, "x"]


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
