"""Frames of pandas, Polars and PyArrow as people have them: odd names, types and indices."""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from pellucid.training.preparation import Prepared
from tests.data.bad_input.driver import Case, N, hold, labels, numbers

A = numbers(0)
B = numbers(1)
Y = labels()
TARGET = {"target": "y"}
NO_OBJECTS = ("Column 'b' holds Python objects", "in row 1 ", "columns of their own")
MAP = pa.map_(pa.string(), pa.int64())
SHADES = enum.Enum("SHADES", "DARK LIGHT")


def frame(name: str, made: Any, **more: Any) -> Case:
    """Make a case of a frame, to be predicted from by its column ``y``."""
    settings = {**TARGET, **more.pop("settings", {})}
    return Case(name, lambda _: made, settings=settings, **more)


def pandas(name: str, values: Any, kind: str | None = None, **more: Any) -> Case:
    """Make a case of a pandas frame whose column ``b`` holds these values."""

    def look(prepared: Prepared) -> None:
        found = next(entry for entry in prepared.contract.columns if entry.name == "b")
        assert found.kind == kind, found.reason

    made = pd.DataFrame({"a": A, "b": values, "y": Y})
    return frame(name, made, check=look if kind else None, **more)


def arrow(name: str, values: Any, **more: Any) -> Case:
    """Make a case of a PyArrow table whose column ``b`` holds these values."""
    return frame(name, pa.table({"a": A, "b": values, "y": Y}), **more)


def pair(name: str, inputs: Any, targets: Any, **more: Any) -> Case:
    return Case(name, lambda _: (inputs, targets), **more)


VALUES = [
    pandas("unused_categories", pd.Categorical(["p", "q"] * 30, categories=list("pqz")),
           "category"),
    pandas("categories_of_numbers", pd.Categorical([1, 2] * 30), "number"),
    pandas("missing_categories", pd.Categorical(["p", None] * 30), "category"),
    pandas("intervals", pd.cut(A, 3), "category"),
    pandas("intervals_of_objects", pd.Series(pd.cut(A, 3)).astype(object), "category"),
    pandas("periods", pd.period_range("2024-01", periods=N, freq="M"), "date"),
    pandas("zones_mixed", [pd.Timestamp("2024-01-01", tz="UTC"),
                           pd.Timestamp("2024-01-02", tz="Asia/Tokyo"),
                           pd.Timestamp("2024-01-03")] * 20, "date"),
    pandas("zone", pd.date_range("2024", periods=N, tz="Europe/Paris"), "date"),
    pandas("not_a_time", [pd.NaT] * 57 + [pd.Timestamp(f"202{year}") for year in (3, 4, 5)],
           "date"),
    pandas("far_times", np.array(["9999-12-31", "0001-01-01"] * 30, "datetime64[s]"), "date"),
    pandas("missing_integers", pd.array([pd.NA, 1, 2] * 20, dtype="Int64"), "number"),
    pandas("missing_booleans", pd.array([True, None, False] * 20, dtype="boolean"), "category"),
    pandas("missing_strings", pd.array(["p", None, "q"] * 20, dtype="string"), "category"),
    pandas("missing_objects", [pd.NA, 1, "p"] * 20, "category"),
    pandas("durations", pd.to_timedelta(range(N), unit="h"), "number"),
    pandas("sparse", pd.arrays.SparseArray([0, 0, 1.5] * 20), "number"),
    pandas("float16", np.array(B, dtype=np.float16), "number"),
    pandas("longdouble", np.array(B, dtype=np.longdouble), "number"),
    pandas("huge_longdouble", np.array(["1e400", *map(str, B[1:])], dtype=np.longdouble),
           refused=("Column 'b' holds infinite values", "row 1 ")),
    pandas("complex", [1j, 2j] * 30, refused=("Column 'b' holds complex numbers",)),
    pandas("complex_and_missing", pd.Series([1j, None] * 30, dtype=object),
           refused=("Column 'b' holds", "complex")),
    pandas("integers_of_31_digits", [10**30 + row for row in range(N)], "number",
           said=("their last digits are lost",)),
    pandas("infinite", [float("inf"), *B[1:]], refused=("'b' holds infinite values", "row 1 ")),
    pandas("truth_and_missing", [True, None, False] * 20, "category"),
    pandas("truth_numbers_and_text", [True, 1, "a"] * 20, "category"),
    pandas("numbers_of_three_types", [1, 2.0, "3"] * 20, "number"),
    pandas("fractions", [Fraction(row, 7) for row in range(N)], "number"),
    pandas("decimals", [Decimal(row) / 7 for row in range(N)], "number"),
    pandas("not_a_decimal", [Decimal("NaN"), *(Decimal(row) for row in range(1, N))], "number"),
    pandas("enumerations", [SHADES.DARK, SHADES.LIGHT, SHADES.DARK] * 20),
    pandas("uuids", [UUID(int=row) for row in range(N)], said=("'b'",)),
    pandas("paths", [Path(f"{row}.png") for row in range(N)],
           refused=("not one of its 60 files can be read", "'0.png'")),
    pandas("sets", [{1, 2}] * N, refused=NO_OBJECTS),
    pandas("functions", [print] * N, refused=NO_OBJECTS),
    pandas("objects", [object() for _ in range(N)], refused=NO_OBJECTS),
    pandas("frames", pd.Series([pd.DataFrame()] * N), refused=NO_OBJECTS),
    pandas("matrices", pd.Series([np.ones((2, 3)) * row for row in range(N)]), refused=NO_OBJECTS),
    pandas("text_and_dicts", ["p", {"k": 1}] * 30,
           refused=("Column 'b' holds Python objects", "type dict in row 2 ")),
    pandas("dicts", [{"k": row} for row in range(N)], said=("Struct", "are not understood")),
    pandas("arrays", pd.Series([np.arange(3) + row for row in range(N)]), "vector"),
    pandas("ragged_arrays", pd.Series([np.ones(1 + row % 3) for row in range(N)]), "series"),
    pandas("lists", [[row, 2] for row in range(N)], "vector"),
    pandas("bytes", [b"p", b"q"] * 30, said=("Binary are not understood",)),
    arrow("arrow_dictionary", pa.array(["p", "q", "p"] * 20).dictionary_encode()),
    arrow("arrow_nulls", pa.nulls(N), said=("'b' is left out: all its values are missing",)),
    arrow("arrow_structs", [{"b": row} for row in range(N)], said=("are not understood",)),
    arrow("arrow_maps", pa.array([[("k", row)] for row in range(N)], MAP)),
    arrow("arrow_binary", pa.array([b"\xff", b"\xfe", b"\xff"] * 20), said=("not understood",)),
    arrow("arrow_decimals", pa.array([Decimal(row) / 4 for row in range(N)])),
    arrow("arrow_times", pa.array([dt.time(row % 24) for row in range(N)])),
    arrow("arrow_durations", pa.array([dt.timedelta(row) for row in range(N)])),
    arrow("arrow_half_floats", pa.array(np.array(B, dtype=np.float16))),
]  # fmt: skip

NAMES = [
    frame("levels_of_columns", pd.DataFrame({("p", "a"): A, ("p", "b"): B, ("y", ""): Y}),
          settings={"target": "('y', '')"}),
    frame("levels_and_another_target", pd.DataFrame({("p", "a"): A, ("y", ""): Y}),
          refused=("no column called 'y'", "\"('y', '')\"")),
    frame("doubled", pd.DataFrame([[1, 2, "u"]] * N, columns=["a", "a", "y"]),
          refused=("Several columns have the same name: 'a'",)),
    frame("doubled_as_text", pd.DataFrame([[1.5, 2, "u"]] * N, columns=[0, "0", "y"]),
          refused=("Several columns have the same name: '0'",)),
    frame("doubled_in_arrow", pa.Table.from_arrays([pa.array(A), pa.array(Y)], names=["y", "y"]),
          refused=("Several columns have the same name: 'y'",)),
    frame("numbers_as_names", pd.DataFrame({0: A, 1: Y}), settings={"target": "1"}),
    frame("a_number_as_target", pd.DataFrame({0: A, 1: Y}), settings={"target": 1},
          refused=("target (--target) cannot be 1", "the name of a column")),
    frame("dates_as_names", pd.DataFrame({dt.date(2024, 1, 1): A, "y": Y})),
    frame("none_as_a_name", pd.DataFrame({None: A, "y": Y})),
    frame("nothing_as_a_name", pd.DataFrame({"": A, "y": Y})),
    frame("a_blank_as_a_name", pl.DataFrame({" ": A, "y": Y})),
    frame("strange_names", pl.DataFrame({"😀": A, "a\nb": B, "a\0": A, "*": B, "a[0]": A, "{b}": B,
                                         "y": Y})),
    frame("names_that_differ_in_case", pl.DataFrame({"A": A, "a": B, "y": Y})),
    frame("a_name_of_5000_letters", pl.DataFrame({"x" * 5000: A, "y": Y}),
          refused=("A column's name has 5,000 characters", "short names")),
    frame("a_pattern_as_a_name", pl.DataFrame({"^a.*$": A, "a2": B, "y": Y}),
          refused=("A column is called '^a.*$'", "rename")),
    frame("no_such_target", pl.DataFrame({"a": A, "y": Y}), settings={"target": "why"},
          refused=("no column called 'why'", "one of 'a', 'y'")),
    frame("an_empty_target", pl.DataFrame({"a": A, "y": Y}), settings={"target": ""},
          refused=("no column called ''",)),
    frame("a_target_twice", pl.DataFrame({"a": A, "y": Y}), settings={"target": ["y", "y"]},
          refused=("each once",)),
    frame("all_are_targets", pl.DataFrame({"a": A, "y": Y}), settings={"target": ["a", "y"]},
          refused=("All columns are targets",)),
    frame("all_dropped", pl.DataFrame({"a": A, "y": Y}), settings={"drop": ["a"]},
          refused=("No column is left", "'a': you asked to leave it out")),
    frame("the_target_dropped", pl.DataFrame({"a": A, "y": Y}), settings={"drop": ["y"]},
          refused=("'y' is the target and cannot be dropped",)),
    frame("a_kind_for_nothing", pl.DataFrame({"a": A, "y": Y}), settings={"kinds": {"z": "number"}},
          refused=("no column called 'z'",)),
    frame("a_kind_of_nothing", pl.DataFrame({"a": A, "y": Y}), settings={"kinds": {"a": "numbr"}},
          refused=("did you mean 'number'",)),
]  # fmt: skip

SHAPES = [
    frame("one_index_for_all_rows", pd.DataFrame({"a": A, "y": Y}, index=[0] * N)),
    frame("levels_of_rows",
          pd.DataFrame({"a": A, "y": Y}, index=pd.MultiIndex.from_product([range(6), range(10)]))),
    frame("no_rows", pd.DataFrame({"a": [], "y": []}), refused=("0 rows with a 'y'",)),
    frame("no_columns", pd.DataFrame(index=range(N)), refused=("The frame has no columns",)),
    frame("nothing_at_all", pl.DataFrame(), refused=("The frame has no columns",)),
    frame("one_row", pd.DataFrame({"a": [1], "y": ["u"]}), refused=("1 row with a 'y'",)),
    frame("the_target_alone", pd.DataFrame({"y": Y}),
          refused=("No column is left", "beside the target")),
    frame("a_series", pd.Series(A), refused=("A Series is not a source", "to_frame()")),
    frame("a_lazy_frame_of_no_file", pl.scan_csv("nowhere.csv"),
          refused=("The lazy frame cannot be computed", "nowhere.csv")),
    frame("a_lazy_frame_of_no_column", pl.LazyFrame({"a": A}).select("zz"),
          refused=("The lazy frame cannot be computed", '"zz"')),
    pair("y_shorter", pd.DataFrame({"a": A}), Y[:-1], refused=("X has 60 rows and y has 59",)),
    pair("y_of_that_name", pd.DataFrame({"a": A, "y": Y}), Y, refused=("X has a column 'y'",)),
    pair("y_without_columns", pd.DataFrame({"a": A}), pd.DataFrame(index=range(N)),
         refused=("y has 0 columns",)),
    pair("y_all_missing", pd.DataFrame({"a": A}), pd.Series([None] * N),
         refused=("0 rows with a 'y'",)),
    pair("another_index", pd.DataFrame({"a": A}), pd.Series(Y, index=range(100, 100 + N))),
    pair("another_order", pd.DataFrame({"a": A}), pd.Series(Y, index=range(N))[::-1],
         said=("the same rows in different orders", "y.loc[X.index]")),
]  # fmt: skip

CASES = [*VALUES, *NAMES, *SHAPES]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_strange_frames_are_used_as_meant_or_worded(tmp_path: Path, case: Case):
    hold(case, tmp_path / "data")
