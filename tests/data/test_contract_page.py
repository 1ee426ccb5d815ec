"""The contract's page: all that was found, every flag whole, one line where nothing is in doubt."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.data import Contract, Dataset, Table, infer_contract, open_source
from pellucid.data.contract import ColumnContract
from pellucid.data.page import Detail, Source, contract_lines, plain
from pellucid.data.page.alike import rows_of
from pellucid.data.page.spans import cut_left, cut_middle, width_of, wrapped
from pellucid.data.page.values import number, share, spark, values_of

N = 40
DRAW = np.random.default_rng(0)
FLAG = re.compile(r"--(?:kind|drop|task|target) (?:\"[^\"]+\"|'[^']+'|\w)\S*")


def contract_of(columns: dict[str, Any], **settings: Any) -> Contract:
    made = {name: pl.Series(name, values) for name, values in columns.items()}
    return infer_contract(Dataset("t", "t.csv", Table(made)), need_target=False, **settings)


def page(contract: Contract, width: int = 80, **shown: Any) -> list[str]:
    return [plain(line) for line in contract_lines(contract, Detail(width=width, **shown))]


def joined(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())


@pytest.fixture(scope="module")
def strange() -> Contract:
    """Return a contract in which much is in doubt, with names that need quoting."""
    return contract_of(
        {
            "petal length (cm)": DRAW.integers(0, 5, N),
            "price in $, with `taxes`": DRAW.integers(0, 4, N),
            "a day of the week": [["Mon", "Tue"][i % 2] for i in range(N)],
            "weekday": [["Mon", "Tue"][i % 2] for i in range(N)],
            "name of the person": [f"name {i}" for i in range(N)],
            "nothing much": [None if i % 5 else i for i in range(N)],
            "two\nlines": [True, False] * (N // 2),
            "y": ["a", "b", "b", "a"] * (N // 4),
        },
        target="y",
    )


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
def test_flags_are_never_folded_and_lines_fit(strange: Contract, width: int):
    lines = page(strange, width)
    for column in strange.columns:
        for flag in FLAG.findall(column.override):
            if column.role == "dropped" or column.alternative:
                assert sum(flag.replace("\n", "\\n") in line for line in lines) == 1, flag
    too_long = [line for line in lines if width_of(line) > width]
    assert all(FLAG.search(line) for line in too_long)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_all_that_was_found_is_told_notes_as_well(strange: Contract, width: int):
    said = joined(page(strange, width)).replace(" (counted from 1, a header line not counted)", "")
    assert {"copied-column", "mostly-missing"} <= {finding.code for finding in strange.findings}
    for finding in strange.findings:
        text = finding.text.replace(" (counted from 1, a header line not counted)", "")
        if finding.code.startswith("left-out-"):  # said with the column
            text = strange.dropped[0].reason
        assert joined([text]) in said


def test_a_column_that_nothing_is_doubtful_about_takes_one_line():
    iris = infer_contract(open_source("iris"))
    lines = page(iris, 80)
    start = next(i for i, line in enumerate(lines) if line.startswith("column"))
    assert lines[start + 2].startswith("sepal length (cm)  number")
    assert [line.split("  ")[0] for line in lines[start + 1 : start + 7]] == [
        "species", "sepal length (cm)", "sepal width (cm)", "petal length (cm)",
        "petal width (cm)", "",
    ]  # fmt: skip


def test_shares_of_missing_values_and_ranges_are_in_the_columns_line():
    contract = contract_of({"age": [1.5, None, 80.0, 40.25], "y": ["a", "b", "a", "b"]}, target="y")
    (line,) = (line for line in page(contract) if line.startswith("age"))
    assert re.search(r"1\.5 … 80 +25 % +decimal numbers", line) or "1.5, 40.25, 80" in line
    assert "25 %" in line


def test_alike_numbered_columns_take_one_line_and_others_do_not():
    steps = {f"t{i}": DRAW.normal(size=N) for i in range(50)}
    lines = page(contract_of({**steps, "y": ["a", "b"] * 20}, target="y"))
    (line,) = (line for line in lines if line.startswith("t0"))
    assert line.startswith("t0 … t49")
    assert "50 columns: decimal numbers" in joined(lines)
    unlike = {f"x{i}": DRAW.normal(100.0**i, 1, N) for i in range(6)}
    lines = page(contract_of({**unlike, "y": ["a", "b"] * 20}, target="y"))
    assert sum(line.startswith("x") for line in lines) == 6


def test_the_reason_of_alike_columns_names_the_range_of_their_numbers():
    columns = [
        ColumnContract(f"q{i}", "dropped", "number", f"{i} different whole numbers")
        for i in (2, 3, 16, 17)
    ]
    assert [row.reason for row in rows_of(columns)] == ["2 to 17 different whole numbers"]


def test_the_values_shown_are_different_ones_and_not_those_of_the_first_rows():
    seasons = [1] * 10 + [2] * 10 + [3] * 10 + [4] * 10
    (column, _) = contract_of({"season": seasons, "y": [0.5, 1.5] * 20}, target="y").columns
    assert column.examples == [1, 2, 3, 4]
    assert column.histogram == (10, 10, 10, 10)
    assert values_of(column, 30) == "████ 1, 2, 3, 4"


def test_series_are_shown_as_numbers_and_not_as_an_object():
    walks = [[0.1 * i, 13.402999999999999, 2.0, 3.0, 4.0 + i] for i in range(N)]
    contract = contract_of({"walk": walks, "y": ["a", "b"] * 20}, target="y")
    assert contract.columns[0].examples[0] == "[0, 13.403, 2, 3, … 5 in all]"
    assert "Series" not in joined(page(contract))


def test_bars_show_how_numbers_are_spread():
    # Ten ranges of width 10: one number in each, but nine in the first and none in the last but one
    values = [*map(float, range(9)), 15.5, 25.0, 35.0, 45.0, 55.0, 65.0, 75.0, 100.0]
    (column, _) = contract_of({"v": values, "y": ["a", "b", *"a" * 15]}, target="y").columns
    assert column.histogram == (9, 1, 1, 1, 1, 1, 1, 1, 0, 1)
    assert values_of(column, 40) == "█▁▁▁▁▁▁▁ ▁ 0 … 100"
    assert values_of(column, 40, bars=False) == "0 … 100"
    assert values_of(column, 13) == "█▂▂▂▁ 0 … 100"  # ten, and two, two, two, one of ten
    assert values_of(column, 12) == "0 … 100"
    assert spark([0, 1, 4, 8]) == " ▁▄█"


@pytest.mark.parametrize(
    ("value", "words"),
    [(13.402999999999999, "13.4"), (0.42, "0.42"), (3.0, "3"), (1234567, "1,234,567"),
     (-3.5, "-3.5"), (1e-7, "1e-07"), (1e300, "1e+300"), (12345.678, "12,346"), ("a\tb", "a\\tb")],
)  # fmt: skip
def test_numbers_are_written_shortly(value: Any, words: str):
    assert number(value) == words


def test_no_share_is_called_all_or_nothing_where_it_is_not_quite():
    assert share(99_999_999_950, 10**11) == "> 99.9 %"
    assert share(1, 10**9) == "< 0.1 %"
    assert [share(n, 200) for n in (0, 1, 3, 100, 199, 200)] == [
        "0 %", "0.5 %", "1.5 %", "50 %", "100 %", "100 %",
    ]  # fmt: skip


def test_categories_are_shown_with_their_shares():
    column = contract_of({"sex": ["m"] * 3 + ["f"], "y": ["a", "b"] * 2}, target="y").columns[0]
    assert values_of(column, 40) == "m 75, f 25 %"
    column = contract_of(
        {"c": ["a", "a", "b", "c", "d"] * 8, "y": [1, 2] * 20}, target="y"
    ).columns[0]
    assert values_of(column, 40) == "a 40, b 20, c 20, d 20 %"
    assert values_of(column, 20) == "a 40, b 20 %, +2"


def test_paths_lose_their_beginning():
    assert cut_left("/a/very/long/way/to/p0.png", 12) == "…/to/p0.png"
    assert cut_left("p0.png", 12) == "p0.png"
    assert cut_left("a_name_without_folders.png", 12) == "…folders.png"


@given(st.text(max_size=40), st.integers(1, 50))
def test_what_is_cut_fits(text: str, width: int):
    for short in (cut_left(text, width), cut_middle(text, width)):
        assert short == text or width_of(short) <= width


@given(st.text(max_size=200), st.integers(1, 50))
def test_wrapping_loses_no_word(text: str, width: int):
    assert " ".join(wrapped(text, width)).split() == text.split()


def test_a_long_table_counts_what_is_not_shown():
    columns = {f"{chr(97 + i % 26)}{i}_": DRAW.normal(10.0 * i, 1, N) for i in range(60)}
    lines = page(contract_of({**columns, "y": ["a", "b"] * 20}, target="y"), most_columns=11)
    assert "… and 50 more columns: 50 number; --json has them all" in lines


def test_findings_of_one_sort_are_counted_beyond_the_first():
    copies = {f"copy of {i}": ["x", "y", "z", "x"] * 10 for i in range(4)}
    gaps = {f"gap {i}": [None if j % 3 else j * (i + 2) for j in range(N)] for i in range(9)}
    contract = contract_of({**copies, **gaps, "y": ["a", "b"] * 20}, target="y")
    lines = page(contract, most_alike=2)
    text = joined(lines)
    assert text.count("is missing in 65% of the rows.") == 2
    assert "7 more of this sort: 'gap 2', 'gap 3'" in text


def test_control_characters_of_names_and_values_do_not_reach_the_terminal():
    columns = {"a\x1b[31mred": ["x\x07", "y"] * 20, "y": ["a", "b"] * 20}
    assert all(line.isprintable() for line in page(contract_of(columns, target="y")))


def test_without_a_target_the_page_shows_candidates_with_their_flags():
    lines = page(contract_of({"size": DRAW.normal(size=N), "kind": ["a", "b"] * 20}))
    assert lines[3] == "No target was chosen, so every column is shown as an input."
    assert lines[5].split("  ")[1:3] == [
        "--target kind",
        "classification, the last column, 2 classes",
    ]


def test_several_targets_have_a_flag_each():
    columns = {"x": DRAW.normal(size=N), "size": [1, 2] * 20, "kind": ["a", "b"] * 20}
    lines = page(contract_of(columns, target=["kind", "size"]))
    assert "or number: --kind size=number" in joined(lines)
    assert joined(lines).count("to be predicted") == 2


def test_what_is_said_of_the_source_is_told_as_a_note():
    contract = contract_of({"x": [1.5, 2.5], "y": ["a", "b"]}, target="y")
    lines = [
        plain(line) for line in contract_lines(contract, None, Source("t", ("It was sorted.",), 7))
    ]
    assert lines[-1] == "note:    It was sorted."
    assert lines[1] == "2 rows to learn from, 7 to test, 2 columns"


def test_a_contract_in_python_is_short_and_readable():
    contract = infer_contract(open_source("iris"))
    assert repr(contract) == (
        "<Contract of embedded in scikit-learn: classification of 'species', 150 rows, 4 inputs, "
        "0 left out, 1 finding; print it to see more>"
    )
    text = str(contract)
    assert "sepal length (cm)" in text
    assert len(text) < 2000
