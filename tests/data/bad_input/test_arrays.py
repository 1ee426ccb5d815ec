"""Arrays and targets given in memory: shapes, types and values that fit nothing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from pellucid.training.preparation import Prepared
from tests.data.bad_input.driver import Case, N, hold, labels, numbers

X = np.column_stack([numbers(0), numbers(1)])
Y = labels()
R = np.array(numbers(5))
ROW_7 = (np.arange(N) == 6)[:, None]
PIXELS = np.random.default_rng(2).integers(0, 255, (N, 4, 4)).astype(np.float64)
OBJECTS = "array of Python objects"
NO_SAME = ("holds Python objects", "in row 1 ", "columns of their own")
SHAPES = "one value for each row, (n,)"
WORD = np.array([b"stra\xdfe"] * N)


def given(name: str, inputs: Any, targets: Any = Y, **more: Any) -> Case:
    """Make a case of a pair of arrays."""
    return Case(name, lambda _: (inputs, targets), **more)


def alone(name: str, source: Any, *refused: str) -> Case:
    """Make a case of one thing that is no source."""
    return Case(name, lambda _: source, refused=refused)


def of_task(task: str) -> Any:
    def look(prepared: Prepared) -> None:
        assert prepared.contract.task == task, prepared.contract.task_reason

    return look


def classes(*expected: Any) -> Any:
    def look(prepared: Prepared) -> None:
        found = prepared.task.target.classes  # type: ignore[attr-defined]
        assert found == list(expected)

    return look


INPUTS = [
    given("none", None, refused=("X is a NoneType", "an array of numbers")),
    given("one_number", 5.0, refused=("X has 0 dimension(s)", "reshape")),
    given("one_dimension", X[:, 0], refused=("X has 1 dimension(s)", "X.reshape(-1, 1)")),
    given("five_dimensions", np.random.default_rng(0).normal(size=(N, 2, 2, 2, 2))),
    given("no_columns", np.zeros((N, 0)), refused=("X is empty", "(60, 0)", "one number a row")),
    given("no_rows", np.zeros((0, 2)), [], refused=("X is empty", "(0, 2)", "at least one row")),
    given("no_pixels", np.zeros((N, 0, 5)), refused=("X is empty", "(60, 0, 5)")),
    given("ragged", [[1, 2], [3]] * 30, refused=("X is ragged",)),
    given("complex", X * 1j, refused=("complex numbers", "X.real")),
    given("objects", X.astype(object), refused=(OBJECTS, "X.astype(float)")),
    given("mixed_objects", np.array([[1, "a"]] * N, dtype=object), refused=(OBJECTS,)),
    given("text", X.astype(str), refused=("array of text", "a frame")),
    given("bytes", np.array([[b"a"]] * N), refused=("array of text", "a frame")),
    given("dates", np.full((N, 1), "2024-01-01", "datetime64[D]"), refused=("datetime64",)),
    given("durations", np.ones((N, 1), "timedelta64[s]"), refused=("timedelta64",)),
    given("records", np.zeros(N, dtype=[("p", "f8"), ("q", "i4")]),
          refused=("records with the fields 'p', 'q'", "polars.DataFrame(X)")),
    given("void", np.zeros((N, 2), "V4"), refused=("the type |V4",)),
    given("sparse", sparse.csr_matrix(X), refused=("X is a sparse matrix", "X.toarray()")),
    given("sparse_array", sparse.coo_array(X), refused=("X is a sparse matrix",)),
    given("sparse_with_nan", sparse.csr_matrix(np.where(ROW_7, np.nan, X)),
          refused=("X is a sparse matrix",)),
    given("infinite", np.where(ROW_7, np.inf, X), refused=("'x' holds infinite", "row 7 ")),
    given("infinite_everywhere", np.full((N, 2), np.inf), refused=("'x' holds infinite", "rows 1")),
    given("nan", np.where(ROW_7, np.nan, X), said=("missing numbers (NaN) in 1 row: row 7 ",)),
    given("nan_everywhere", np.full((N, 2), np.nan), refused=("'x': all its values are missing",)),
    given("constant", np.ones((N, 2)), refused=("'x': it has the same value everywhere (1)",)),
    given("bool", X > 0),
    given("int8", (np.arange(2 * N) - 60).reshape(N, 2).astype(np.int8)),
    given("uint64", np.full((N, 2), 2**64 - 1, np.uint64) - np.arange(N, dtype=np.uint64)[:, None]),
    given("float16", X.astype(np.float16)),
    given("infinite_float16", np.where(ROW_7, np.float16(np.inf), X.astype(np.float16)),
          refused=("'x' holds infinite", "row 7 ")),
    given("longdouble", X.astype(np.longdouble)),
    given("huge_longdouble", np.where(ROW_7, np.longdouble("1e400"), X.astype(np.longdouble)),
          refused=("'x' holds infinite", "row 7 ")),
    given("1e308", X * 1e307),
    given("big_endian", X.astype(">f8")),
    given("fortran", np.asfortranarray(X)),
    given("backwards", X[::-1]),
    given("matrix", np.asmatrix(X)),
    given("masked", np.ma.masked_array(X, mask=np.broadcast_to(ROW_7, X.shape)),
          said=("missing numbers (NaN) in 1 row: row 7 ",)),
    given("masked_nowhere", np.ma.masked_array(X)),
    given("masked_text", np.ma.masked_array(X.astype(str), mask=np.broadcast_to(ROW_7, X.shape)),
          refused=("masked array", "X.filled()")),
    given("one_row", X[:1], ["u"], refused=("1 row with a 'y'", "at least two rows")),
    given("two_rows", X[:2], ["u", "v"], said=("No class has rows enough",)),
    given("three_rows", X[:3], ["u", "v", "u"], said=("a single row, kept for learning",)),
    given("one_column", X[:, :1]),
    given("images_of_one_pixel", np.arange(N).reshape(N, 1, 1)),
    given("images_with_nan", np.where(ROW_7[:, None], np.nan, PIXELS),
          refused=("missing pixels (NaN)", "row 7 ")),
    given("images_with_infinity", np.where(ROW_7[:, None], np.inf, PIXELS),
          refused=("'image' holds infinite", "row 7 ")),
    given("negative_images", PIXELS - 100),
    given("images_of_two_channels", np.stack([PIXELS, PIXELS], axis=-1)),
]  # fmt: skip

TARGETS = [
    given("y_none", X, None, refused=("y is a NoneType",)),
    given("y_one_number", X, np.array(1.0), refused=("y has the shape ()", SHAPES)),
    given("y_three_dimensions", X, np.ones((N, 2, 2)), refused=("(60, 2, 2)", SHAPES)),
    given("y_longer", X, np.append(R, 1), refused=("X has 60 rows and y has 61 values",)),
    given("y_shorter", X, R[:-1], refused=("X has 60 rows and y has 59 values",)),
    given("y_empty", X, [], refused=("y has 0 values",)),
    given("y_without_columns", X, np.ones((N, 0)), refused=("(60, 0)",)),
    given("y_sparse", X, sparse.csr_matrix(R[:, None]), refused=("y is a sparse matrix",)),
    given("y_complex", X, R * 1j, refused=("complex numbers", "y.real")),
    given("y_list_of_complex", X, [1j, 2j] * 30, refused=("complex numbers",)),
    given("y_ragged", X, [[1, 2], [3]] * 30, refused=("y is ragged",)),
    given("y_dicts", X, [{"a": 1}] * N, refused=("values of the type Struct", "one number")),
    given("y_sets_of_numbers", X, [{1, 2}] * N, refused=NO_SAME),
    given("y_objects", X, [object() for _ in range(N)], refused=NO_SAME),
    given("y_all_none", X, [None] * N, refused=("0 rows with a 'y'",)),
    given("y_all_nan", X, np.full(N, np.nan), refused=("0 rows with a 'y'",)),
    given("y_infinite", X, np.where(ROW_7[:, 0], np.inf, R), refused=("'y'", "infinite", "row 7 ")),
    given("y_constant", X, ["a"] * N, refused=("the same value in every row: 'a'",)),
    given("y_constant_but_missing", X, ["a", None] * 30, refused=("the same value in every row",)),
    given("y_negative_zero", X, [0.0, -0.0] * 30, refused=("the same value in every row",)),
    given("y_all_different", X, [f"n{row}" for row in range(N)], refused=("a different value",)),
    given("y_megabyte", X, ["a" * 10**6] * N, refused=("(1,000,000 characters)",)),
    given("y_mixed_objects", X, np.array([1, "a"] * 30, dtype=object), refused=("y.astype(str)",)),
    given("y_strange_bytes", X, WORD, refused=("no text in UTF-8", "row 1 ")),
    given("y_masked_text", X, np.ma.masked_array(Y, mask=ROW_7[:, 0]), refused=("y.filled()",)),
    given("y_all_masked", X, np.ma.masked_array(R, mask=True), refused=("0 rows with a 'y'",)),
    given("y_masked", X, np.ma.masked_array(R, mask=ROW_7[:, 0]),
          said=("1 of 60 rows have no 'y'", "row 7 "), check=of_task("regression")),
    given("y_with_none", X, [None, "u", "v"] * 20, said=("20 of 60 rows have no 'y'", "rows 1, 4"),
          check=classes("u", "v")),
    given("y_objects_with_nan", X, np.array([np.nan, "u", "v"] * 20, dtype=object),
          said=("20 of 60 rows have no 'y'", "rows 1, 4"), check=classes("u", "v")),
    given("y_bytes", X, np.array([b"u", b"v"] * 30), check=classes("u", "v")),
    given("y_bool", X, [True, False] * 30, check=classes(False, True)),
    given("y_text_of_numbers", X, ["10", "9"] * 30, check=of_task("classification")),
    given("y_numbers_and_text", X, ["1", "x"] * 30, check=classes("1", "x")),
    given("y_blanks", X, ["a ", " a", "b"] * 20, check=classes("a", "b")),
    given("y_beyond_int64", X, [2**63, 2**63 + 1] * 30, check=classes(2**63, 2**63 + 1)),
    given("y_beyond_uint64", X, [10**30 + row for row in range(N)], check=of_task("regression")),
    given("y_1e308", X, [1e308, -1e308] * 30),
    given("y_dates", X, [dt.date(2024, 1, 1 + row % 28) for row in range(N)],
          check=of_task("regression")),
    given("y_durations", X, [dt.timedelta(hours=row) for row in range(N)],
          check=of_task("regression")),
    given("y_decimals", X, [Decimal(row) / 3 for row in range(N)], check=of_task("regression")),
    given("y_fractions", X, [Fraction(row, 7) for row in range(N)], check=of_task("regression")),
    given("y_tuples", X, [("a",), ("b", "c")] * 30, check=of_task("multilabel")),
    given("y_same_sets", X, [["a", "b"]] * N, refused=("the same labels in every row: 'a', 'b'",)),
    given("y_empty_sets", X, [["a"], []] * 30, check=of_task("multilabel")),
    given("y_one_of_another", X, ["a"] * (N - 1) + ["b"],
          said=("'b' has 1 row (1.67%)", "'b' in row 60", "kept for learning")),
]  # fmt: skip

NO_SOURCES = [
    alone("a_triple", (X, Y, Y), "A tuple is not a source", "a pair (X, y)"),
    alone("a_list", [X, Y], "A list is not a source"),
    alone("a_dict", {"a": [1]}, "A dict is not a source"),
    alone("a_generator", iter([1]), "is not a source"),
    alone("a_number", 12, "A int is not a source"),
    alone("bytes_as_a_path", b"good.csv", "source"),
    alone("a_sparse_matrix", sparse.csr_matrix(X), "A csr_matrix is not a source"),
    alone("an_array_without_target", X, "which column is to be predicted"),
    alone("an_empty_text", "", "The source is an empty text", "name the source"),
    alone("blanks", "  ", "The source is an empty text"),
]

CASES = [*INPUTS, *TARGETS, *NO_SOURCES]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_strange_arrays_are_used_as_meant_or_worded(tmp_path: Path, case: Case):
    hold(case, tmp_path / "data")
