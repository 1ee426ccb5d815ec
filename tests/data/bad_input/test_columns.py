"""Columns of values that people have and nobody wishes for: each is used as meant, or worded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from pellucid.data.contract import ColumnContract
from pellucid.training.preparation import Prepared
from tests.data.bad_input.driver import (
    Case,
    N,
    frame_with,
    hold,
    numbers,
    texts_with_row,
    walk,
    with_row,
)

INFINITE = ("Column 'b' holds infinite values", "row 7 ", "remove these values")
DAYS = [dt.date(2024, 1, 1) + dt.timedelta(days=17 * row) for row in range(N)]
ISO = [day.isoformat() for day in DAYS]


def column(
    name: str, values: Any, *, kind: str | None = None, said: tuple[str, ...] = (), **more: Any
) -> Case:
    """Make a case of a frame whose column ``b`` holds these values and is read as this kind.

    The kind ``"dropped"`` means that the column is left out.
    """
    check = more.pop("check", None)

    def look(prepared: Prepared) -> None:
        found = contract_of(prepared)
        read_as = "dropped" if found.role == "dropped" else found.kind
        assert kind is None or read_as == kind, found.reason
        if check is not None:
            check(found)

    settings = {"target": "y", **more.pop("settings", {})}
    return Case(
        name, lambda _: frame_with(values), said=said, check=look, settings=settings, **more
    )


def contract_of(prepared: Prepared, name: str = "b") -> ColumnContract:
    return next(entry for entry in prepared.contract.columns if entry.name == name)


def missing(n: int) -> Callable[[ColumnContract], None]:
    """Return a check that so many values count as missing."""

    def look(found: ColumnContract) -> None:
        assert found.n_missing == n

    return look


def days(form: str) -> list[str]:
    return [day.strftime(form) for day in DAYS]


def with_text(text: str, row: int = 7, among: list[str] = ISO) -> list[str]:
    return [*among[: row - 1], text, *among[row:]]


FIVE_FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d %b %Y", "%Y%m%d")
DROPPED = "'b' is left out: "
ALWAYS = "it has the same value in every row"

NUMBERS = [
    column("1e308", with_row(7, 1e308), kind="number", said=("1e+308 in row 7",)),
    column("minus_1e308", with_row(7, -1e308), kind="number", said=("-1e+308 in row 7",)),
    column("both_1e308", [1e308, -1e308, 0.0] * 20, kind="number"),
    column("all_1e300", [value * 1e300 for value in numbers(3)], kind="number"),
    column("all_1e-300", [value * 1e-300 for value in numbers(3)], kind="number"),
    column("denormal", [5e-324, 0.0, 1e-310] * 20, kind="number"),
    column("negative_zero", [-0.0, 0.0] * 30, kind="dropped", said=(DROPPED + ALWAYS,)),
    column("infinite", with_row(7, float("inf")), refused=INFINITE),
    column("minus_infinite", with_row(7, float("-inf")), refused=INFINITE),
    column(
        "infinite_float32",
        pl.Series(with_row(7, float("inf")), dtype=pl.Float32),
        refused=INFINITE,
    ),
    column("infinite_text", texts_with_row(7, "inf"), refused=INFINITE),
    column("overflowing_text", texts_with_row(7, "1e999"), refused=INFINITE),
    column("nan", with_row(7, float("nan")), kind="number", check=missing(1)),
    column("all_nan", [float("nan")] * N, kind="dropped", said=("all its values are missing",)),
    column("all_none", [None] * N, kind="dropped", said=("all its values are missing",)),
    column("all_blank", ["  "] * N, kind="dropped", said=("all its values are missing",)),
    column("one_present", [None] * (N - 1) + [1.5], kind="number", check=missing(N - 1)),
    column(
        "uint64",
        [2**64 - 1 - row for row in range(N)],
        kind="number",
        said=("60 different ones become 1: their last digits are lost",),
    ),
    column("int64", [2**53 + row for row in range(N)], said=("their last digits are lost",)),
    column("exact_int64", [2**53 - 2 * row for row in range(N)], kind="number"),
    column(
        "int128",
        pl.Series([10**30 + row for row in range(N)], dtype=pl.Int128),
        said=("their last digits are lost",),
    ),
    column("digits_of_31", [str(10**30 + row) for row in range(N)], said=("last digits are lost",)),
    column("decimal", [Decimal(row) / 7 for row in range(N)], kind="number"),
    column("uint8", pl.Series([row % 256 for row in range(N)], dtype=pl.UInt8), kind="number"),
    column("one_value_left", [7, None] * 30, kind="number", check=missing(30)),
    column("minus_999", [-999.0 if row % 7 == 0 else value for row, value in enumerate(numbers(1))],
           kind="number", said=("-999", 'often means "unknown": rows 1, 8, 15')),
]  # fmt: skip

MISSING = ["NA", "N/A", "n/a", "", "null", "?", "NaN", "#N/A", "<NA>", "None", "\\N", "NULL"]
WEAK = ["-", "--", "none", "unknown", ".", "missing", "n.a."]

NUMBERS_IN_TEXT = [
    column("missing_in_12_spellings", MISSING + texts_with_row(1, "5")[len(MISSING):],
           kind="number", check=missing(len(MISSING))),
    column("missing_in_7_weak_spellings", WEAK + texts_with_row(1, "5")[len(WEAK):],
           kind="number", said=("'-', '--', 'none', 'unknown', '.', 'missing'", "rows 1, 2, 3")),
    *(
        column(f"missing_as_{text or 'nothing'!r}", texts_with_row(7, text), kind="number",
               check=missing(1))
        for text in MISSING
    ),
    column("stray_text", texts_with_row(7, "oops"), kind="number", said=("'oops' in row 7",)),
    column("stray_long_text", texts_with_row(7, "oops " * 10**5), kind="number",
           said=("(499,999 characters)", "row 7")),
    column("decimal_marks", ["1,5", "2.5", "3.5"] * 20,
           said=("mixes decimal points and decimal commas", "rows 1, 4, 7")),
    column("units", [f"{row} {'kg' if row % 3 else 'g'}" for row in range(N)], kind="dropped",
           said=("mixes units 'kg' and 'g': 'g' in rows 1, 4, 7",)),
    column("currencies", [f"{'$€£'[row % 3]}{row + 1}" for row in range(N)], kind="dropped",
           said=("mixes units", "rows 1, 3, 4")),
    column("currencies_of_few_prices", [f"{'$€£'[row % 3]}{5 + row % 2}" for row in range(N)],
           said=("mixes units", "rows")),
    column("percent_and_shares", [f"{row} %" if row % 4 else f"{row / 100}" for row in range(N)],
           kind="dropped", said=("mixes units '%' and none: none in rows 1, 5, 9",)),
    column("percent", [f"{row} %" for row in range(N)], kind="number"),
    column("minus_sign", [f"\u2212{row}" for row in range(N)], kind="number"),
    column("brackets", [f"({row})" for row in range(1, N + 1)], kind="number"),
    column("thin_spaces", [f"1\u202f{row:03d}" for row in range(N)], kind="number"),
    column("thousands", [f"1,{row:03d}" for row in range(N)], kind="number",
           said=("could be read in two ways", "separates thousands")),
    column("leading_zeros", [f"{row % 7:05d}" for row in range(N)], kind="category"),
    column("hexadecimal", [hex(row % 7) for row in range(N)], kind="category"),
    column("underscores", [f"1_00{row % 7}" for row in range(N)], kind="category"),
    column("ranges", [f"{row % 7}-{row % 7 + 5}" for row in range(N)], kind="category"),
]  # fmt: skip

DATES = [
    column("dates_in_5_forms",
           [day.strftime(FIVE_FORMS[row % 5]) for row, day in enumerate(DAYS)], kind="date",
           said=("mixes 4 ways of writing dates", "row 1", "row 2", "row 4", "row 5")),
    *(column(f"dates_{form}", days(form), kind="date", check=missing(0)) for form in FIVE_FORMS),
    column("dates_month_first", days("%b %d, %Y"), kind="date"),
    column("dates_ambiguous", [f"{1 + row % 12:02d}/{1 + row // 12:02d}/2024" for row in range(N)],
           kind="date", said=("could be day before month or month before day",)),
    column("dates_two_digits", days("%d.%m.%y"), kind="date", said=("years of two digits",)),
    column("day_13_month_13", with_text("13/13/2024", among=days("%d/%m/%Y")), kind="date",
           said=("no dates or times, treated as missing: '13/13/2024' in row 7",)),
    column("february_30", with_text("2023-02-30"), kind="date", said=("'2023-02-30' in row 7",)),
    column("month_0", with_text("2023-00-10"), kind="date", said=("'2023-00-10' in row 7",)),
    column("year_9999", with_text("9999-12-31"), kind="date", said=("'9999-12-31'", "row 7")),
    column("year_1", with_text("0001-01-01"), kind="date", said=("'0001-01-01'", "row 7")),
    column("year_0", with_text("0000-01-01"), kind="date", said=("'0000-01-01' in row 7",)),
    column("year_33658",
           pl.Series([10**18 if row == 6 else row * 10**15 for row in range(N)]).cast(
               pl.Datetime("us")), kind="date"),
    column("only_far_years",
           pl.Series([10**18 + row * 10**15 for row in range(N)]).cast(pl.Datetime("us")),
           kind="date"),
    column("far_days", pl.Series([row * 10**6 for row in range(N)]).cast(pl.Date), kind="date"),
    column("zones_mixed",
           [f"2024-01-{1 + row % 28:02d}T12:00:00{['Z', '+02:00', '-0500', ''][row % 4]}"
            for row in range(N)], kind="date",
           said=("names a time zone in some rows only", "rows 4, 8, 12", "become UTC")),
    column("zone",
           pl.Series([dt.datetime(2024, 1, 1) + dt.timedelta(hours=7 * row) for row in range(N)])
           .dt.replace_time_zone("Europe/Berlin"), kind="date"),
    column("hour_25", with_text("25:30", among=[f"{row % 24:02d}:30" for row in range(N)]),
           kind="date", said=("'25:30' in row 7",)),
    column("durations", pl.Series([dt.timedelta(hours=row * row) for row in range(N)]),
           kind="number"),
    column("missing_dates", [None, *DAYS[1:]], kind="date", check=missing(1)),
    column("weakly_missing_dates", with_text("unknown"), kind="date",
           said=("'unknown' among its dates", "row 7")),
]  # fmt: skip

SPELLINGS = ["yes", "no", "Y", "n", "TRUE", "false", "1", "0", "t", "F"]

CATEGORIES = [
    column("booleans_in_10_spellings", SPELLINGS * 6, kind="category"),
    *(
        column(f"booleans_{first}_{second}", [first, second, first] * 20)
        for first, second in (
            ("yes", "no"), ("Y", "N"), ("1", "0"), ("true", "false"), ("TRUE", "FALSE"),
            ("t", "f"), ("on", "off"), ("ja", "nein"), ("True", "0"), ("yes", "NO"),
        )
    ),
    column("cases", ["Yes", "yes", "YES", "no"] * 15, kind="category",
           said=("writes the same in several ways", "rows 1, 2, 5")),
    column("blanks_around", ["a ", " a", "b"] * 20, kind="category",
           check=lambda found: found.details["categories"] == ["a", "b"] or pytest.fail("blanks")),
    column("unused_level", pl.Series(["a", "b", "a"] * 20, dtype=pl.Enum(["a", "b", "c"])),
           kind="category"),
    column("emoji", ["😀", "👩‍👩‍👧", "é"] * 20, kind="category"),
    column("right_to_left", ["שלום", "مرحبا", "שלום"] * 20, kind="category"),
    column("line_breaks", ["a\nb", "a", "a\r\n"] * 20, kind="category"),
    column("null_bytes", ["a\0b", "c", "a\0b"] * 20, kind="category"),
    column("formulas", ["=1+1", "=cmd|' /C calc'!A0", "=1+1"] * 20, kind="category"),
    column("a_cell_of_a_megabyte", ["x" * 10**6 if row == 6 else "ab"[row % 2] for row in range(N)],
           kind="category",
           check=lambda found: all(len(v) < 2000 for v in found.examples) or pytest.fail("long")),
    column("the_same_100_kilobytes", ["x" * 10**5] * N, kind="dropped",
           said=(DROPPED + ALWAYS, "(100,000 characters)")),
    column("all_different", [f"name {row}" for row in range(N)], kind="dropped",
           said=("every text is different",)),
    column("hashes", [f"{row * 0x9E3779B97F4A7C15 % 2**64:016x}" for row in range(N)],
           said=("identifiers",)),
    column("missing_pictures", [f"pictures/{row}.png" for row in range(N)],
           refused=("not one of its 60 files can be read", "'0.png' (there is no such file)",
                    "--drop")),
    column("addresses_of_pictures", [f"https://example.org/{row}.png" for row in range(N)],
           refused=("not one of its 60 files can be read", "address", "--drop")),
]  # fmt: skip

NOT_UNDERSTOOD = [
    column("structs", [{"p": row} for row in range(N)], kind="dropped", said=("Struct",)),
    column("bytes", [b"a", b"b"] * 30, kind="dropped", said=("Binary are not understood",)),
    column("empty_lists", [[]] * N, kind="dropped", said=("List(Null) are not understood",)),
    column("lists_of_text", [["a"], ["b", "c"]] * 30, kind="dropped", said=("are not understood",)),
    column("lists_of_structs", [[{"a": 1}]] * N, kind="dropped", said=("are not understood",)),
    column("ragged_lists", [[1] * (row % 3 + 1) for row in range(N)], kind="series"),
    column("nested_lists", [[[1, 2], [3]], [[4], []]] * 30, kind="series"),
    column("lists_with_none", [None, [1.0, 2.0]] * 30, kind="series",
           said=("holds no series in 30 rows: rows 1, 3, 5",)),
    column("infinite_lists", [[1.0, float("inf")] if row == 6 else [1.0, 2.0 + row]
                              for row in range(N)], refused=("'b'", "infinite", "row 7 ")),
    column("chosen_for_text", ["x", "y", "z"] * 20, settings={"kinds": {"b": "number"}},
           refused=("Column 'b' cannot be read as number", "such as 'x', 'y', 'z'")),
    column("chosen_for_nothing", [None] * N, settings={"kinds": {"b": "date"}},
           refused=("Column 'b' cannot be read as date", "all its values are missing")),
]  # fmt: skip

CASES = [*NUMBERS, *NUMBERS_IN_TEXT, *DATES, *CATEGORIES, *NOT_UNDERSTOOD]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_strange_column_is_used_as_meant_or_worded(tmp_path: Path, case: Case):
    hold(case, tmp_path / "data")


def test_measurements_in_text_are_not_called_identifiers(tmp_path: Path):
    column = [str(value) for value in np.random.default_rng(3).permutation(N) / 8]
    column[3] = "-"

    def look(prepared: Prepared) -> None:
        assert contract_of(prepared).kind == "number"

    case = Case("measured", lambda _: frame_with(column), settings={"target": "y"}, check=look)
    hold(case, tmp_path / "data")
    assert "learns such values by heart" not in walk(frame_with(column), target="y").said


def test_columns_of_different_numbers_do_not_say_the_same():
    walked = walk(frame_with(numbers(1)), target="y")
    assert walked.prepared is not None
    assert [finding.code for finding in walked.prepared.contract.findings] == []
    walked = walk(frame_with([2 * value + 1 for value in numbers(0)]), target="y")
    assert walked.prepared is not None
    assert [finding.code for finding in walked.prepared.contract.findings] == ["copied-column"]
