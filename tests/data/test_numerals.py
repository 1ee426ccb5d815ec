"""Numbers as people write them; what each text means is plain to read."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.data import Dataset, InputEncoding, Table, check_table, infer_contract
from pellucid.data.kinds import NumberEncoder, get_kind
from pellucid.data.kinds.number import MOST_DEVIATIONS
from pellucid.data.numerals import NumberFormat, find_numerals, read_numbers
from pellucid.data.profile import Profile


@pytest.mark.parametrize(
    ("texts", "numbers", "unit"),
    [
        (["$1,234.50", "($3)", "$-2", "-$7"], [1234.5, -3, -2, -7], "$"),
        (["1.234,50 €", "7 €"], [1234.5, 7], "€"),
        (["€ 1.234.567", "€ 0,5"], [1234567, 0.5], "€"),
        (["12 %", "7.5%"], [12, 7.5], "%"),
        (["(1,200)", "35"], [-1200, 35], None),
        (["1 234", "1\u202f234\u202f567", "1\u00a0000"], [1234, 1234567, 1000], None),
        (["1'234.5", "2"], [1234.5, 2], None),
        (["12,34,567", "5"], [1234567, 5], None),
        (["1,5", "2", "-0,25"], [1.5, 2, -0.25], None),
        (["12 kg", "300kg"], [12, 300], "kg"),
        (["−5 °C", "3 °C"], [-5, 3], "°C"),
        (["20 m2", "30 m2"], [20, 30], "m2"),
        (["£3k", "£4k"], [3, 4], "£k"),
        (["US$ 5", "US$ 7"], [5, 7], "US$"),
        (["EUR 5", "EUR 1,50"], [5, 1.5], "EUR"),
        (["1e3", "1,000"], [1000, 1000], None),
    ],
)
def test_a_column_of_one_unit_and_one_way_of_writing_is_numbers(texts, numbers, unit):
    text = pl.Series(texts)
    found = find_numerals(text)
    assert found.format.unit == unit
    assert found.mixed is None
    assert read_numbers(text, found.format).to_list() == numbers


@pytest.mark.parametrize(
    "texts",
    [
        ["12 Main St", "5 Elm St"],
        ["192.168.1.1", "10.0.0.1"],
        ["05.03.2024", "06.04.2024"],
        ["12:30", "13:30"],
        ["1st", "2nd"],
        ["5 pm", "6 pm"],
        ["A12", "B12"],
        ["<5", ">7"],
        ["10-20", "20-30"],
        ["1,23,4", "5,6,7"],
        ["+", "$"],
        ["(5", "5)"],
    ],
)
def test_what_is_no_number_stays_text(texts):
    text = pl.Series(texts)
    assert read_numbers(text, find_numerals(text).format).cast(pl.Float64).null_count() >= 1


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["12 kg", "300 g", "5 kg"], "units 'kg' and 'g': 'g' in row 2 "),
        (["$5", "7", "$6"], "units '$' and none: none in row 2 "),
        (["1,234.5", "2,345.5", "1.234,5"], "decimal comma in row 3 "),
    ],
)
def test_mixed_units_and_ways_of_writing_are_named_with_rows_and_never_merged(texts, words):
    table = Table({"c": pl.Series(texts * 4), "y": pl.Series([0, 1, 0] * 4)})
    contract = infer_contract(Dataset("t", "memory", table), target="y")
    assert contract.columns[0].kind == "category"
    assert words in str(find_numerals(pl.Series(texts)).mixed)
    if "units" in words:
        assert any("mixes units" in warning for warning in contract.warnings)


def test_mixed_units_in_values_that_all_differ_are_the_reason_to_leave_them_out():
    texts = [f"{i} kg" for i in range(11)] + ["300 g"]
    table = Table({"c": pl.Series(texts), "d": pl.Series(range(12)), "y": pl.Series([0, 1] * 6)})
    column = infer_contract(Dataset("t", "memory", table), target="y").columns[0]
    assert column.role == "dropped"
    assert "it mixes units 'kg' and 'g': 'g' in row 12 " in column.warnings[0]


@pytest.mark.parametrize(
    ("texts", "decimal", "words"),
    [
        (["1,234", "5"], ".", "the comma in '1,234' separates thousands"),
        (["1.234 €", "3 €"], ",", "the point in '1.234' separates thousands"),
        (["1.234 kg", "3 kg"], ".", "the point in '1.234' marks the decimals"),
    ],
)
def test_an_ambiguous_separator_is_assumed_aloud(texts, decimal, words):
    found = find_numerals(pl.Series(texts))
    assert (found.format.decimal, found.assumption) == (decimal, words)
    warnings = get_kind("number").describe(Profile("c", pl.Series(texts))).warnings
    assert warnings == (f"'c' could be read in two ways; assumed: {words}.",)


@given(
    st.lists(st.integers(-(10**12), 10**12), min_size=1),
    st.sampled_from(["", "$", "€"]),
    st.sampled_from(["", "kg"]),
)
def test_numbers_written_with_thousands_and_units_come_back(numbers, prefix, suffix):
    # Python's own format writes the thousands; two decimals leave no ambiguity.
    texts = [f"{'-' if n < 0 else ''}{prefix}{abs(n):,}.25 {suffix}".strip() for n in numbers]
    found = find_numerals(pl.Series(texts))
    expected = [n - 0.25 if n < 0 else n + 0.25 for n in numbers]
    # A negative zero has no sign to lose.
    expected = [0.25 if n == 0 else e for n, e in zip(numbers, expected, strict=True)]
    assert read_numbers(pl.Series(texts), found.format).to_list() == expected
    assert found.format == NumberFormat(".", prefix, suffix)


WEAK = ["-", "--", "—", "missing", "none", "nil", "#DIV/0!", "#N/A", "N.A.", "n.a.", ".", "unknown"]


@pytest.mark.parametrize("word", WEAK)
def test_among_numbers_words_for_missing_are_missing(word: str):
    texts = pl.Series("c", ["1.5", word, "2.5", word, "3"])
    kind = get_kind("number")
    proposal = kind.propose(Profile("c", texts))
    assert proposal is not None
    assert proposal.score == 0.9
    encoder = NumberEncoder.fit(texts)
    assert encoder.transform(texts)[:, 1].tolist() == [0, 1, 0, 1, 0]
    for warning in kind.describe(Profile("c", texts)).warnings:
        assert "read as missing in rows 2, 4" in warning


def test_among_categories_such_words_are_answers():
    texts = pl.Series(["red", "none", "-", "red"])
    assert get_kind("category").encoder.fit(texts).feature_names == ["=red", "=-", "=none"]


def test_an_absurd_number_is_named_and_does_not_blur_the_others():
    ages = [20.0, 30.0, 40.0, 50.0] * 10
    column = pl.Series("age", [*ages, 1e300])
    (warning,) = get_kind("number").describe(Profile("age", column)).warnings
    assert "1e+300 in row 41 " in warning
    encoder = NumberEncoder.fit(column)
    assert (encoder.mean, encoder.scale) == (35.0, np.std(ages))
    assert encoder.transform(column)[-1, 0] == MOST_DEVIATIONS


@pytest.mark.parametrize("value", [1e308, -1e308])
def test_a_table_with_an_absurd_number_is_encoded_and_agrees_with_itself(value):
    table = Table(
        {"x": pl.Series([*range(50), value], dtype=pl.Float64), "y": pl.Series([0, 1, 1] * 17)}
    )
    contract = infer_contract(Dataset("t", "memory", table), target="y")
    matrix = InputEncoding.fit(table, contract).transform(table)
    assert np.abs(matrix).max() == MOST_DEVIATIONS
    assert np.std(matrix[:50]) == pytest.approx(1, abs=1e-3)
    assert check_table(contract, table, need_target=True) == []


def test_zeros_with_a_few_large_numbers_are_no_slips():
    gains = pl.Series("gain", [0.0] * 95 + [2000, 5000, 7000, 15000, 99999])
    assert get_kind("number").describe(Profile("gain", gains)).warnings == ()


def test_later_numbers_are_read_in_the_format_of_training():
    encoder = NumberEncoder.fit(pl.Series(["1.234,5 €", "0,5 €"]))
    alone = encoder.transform(pl.Series(["1.234 €"]))
    np.testing.assert_allclose(alone, encoder.transform(pl.Series([1234.0])))
    again = NumberEncoder.from_dict(encoder.to_dict())
    assert again.unit == "€"
    assert again == encoder


def test_another_unit_later_is_named_with_its_rows():
    kind = get_kind("number")
    details = kind.describe(Profile("w", pl.Series(["12 kg", "5 kg"]))).details
    assert details["unit"] == "kg"
    (warning,) = kind.compare("w", details, pl.Series("w", ["7 kg", "300 g"]))
    assert "'300 g' in row 2 " in warning


def test_durations_are_seconds():
    table = pl.Series("c", [60, 90], dtype=pl.Int64).cast(pl.Duration("us")) * 1_000_000
    encoder = NumberEncoder.fit(table)
    assert encoder.inverse(encoder.transform(table)).to_list() == [60.0, 90.0]


def test_truth_words_are_two_categories_that_come_back():
    values = pl.Series(["Yes", "No", "Yes"])
    proposal = get_kind("category").propose(Profile("c", values))
    assert proposal is not None
    assert proposal.reason == "truth values 'No' and 'Yes'"
    encoder = get_kind("category").encoder.fit(values)
    assert encoder.inverse(encoder.transform(values)).to_list() == ["Yes", "No", "Yes"]
