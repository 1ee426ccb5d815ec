"""Rows that a model is asked about and that are unlike those of training.

Each is answered, with a warning of what is unlike, or refused in words; no answer is ever made of
numbers that are none.
"""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse

import pellucid
from pellucid.api import Model, UnlikeTrainingWarning
from pellucid.errors import PellucidError
from tests.data.bad_input.driver import N, contents, labels, numbers, refuse_bad_words

RANDOM = np.random.default_rng(0)
DAYS = [dt.date(2024, 1, 1) + dt.timedelta(days=row) for row in range(N)]
TABLE = pl.DataFrame(
    {"a": numbers(0), "c": ["red", "blue", "green"] * 20, "d": DAYS, "y": labels()}
)
ROWS = TABLE.drop("y")
X = np.column_stack([numbers(0), numbers(1)])
IMAGES = RANDOM.integers(0, 255, (N, 4, 4)).astype(np.uint8)
SERIES = [RANDOM.normal(size=6 + row % 3).round(2).tolist() for row in range(N)]
ROW_7 = (np.arange(N) == 6)[:, None]
SOURCES: dict[str, Any] = {
    "table": (TABLE, {"target": "y"}),
    "number": (TABLE.with_columns(y=pl.Series(numbers(7))), {"target": "y"}),
    "vector": ((X, labels()), {}),
    "image": ((IMAGES, labels()), {}),
    "series": (pl.DataFrame({"s": SERIES, "y": labels()}), {"target": "y"}),
}


@cache
def model(name: str) -> Model:
    source, settings = SOURCES[name]
    return pellucid.train(source, hidden=(4,), epochs=2, **settings)


@dataclass(frozen=True)
class Later:
    """Rows for a model, and what is expected of its answer."""

    model: str
    name: str
    source: Any
    refused: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    measured: bool = False
    n: int | None = None
    check: Callable[[pl.DataFrame], object] | None = field(default=None)


def column(
    name: str, values: Any, *refused: str, said: tuple[str, ...] = (), to: str = "a"
) -> Later:
    """Make a case of the table's rows with other values in one column."""
    changed = ROWS.with_columns(pl.Series(to, values, strict=False))
    return Later("table", f"{to}_{name}", changed, refused, said)


def target(
    name: str, values: Any, *refused: str, of: str = "table", said: tuple[str, ...] = ()
) -> Later:
    changed = TABLE.with_columns(pl.Series("y", values, strict=False))
    return Later(of, f"{of}_target_{name}", changed, refused, said, measured=True)


NO_NUMBERS = ("Column 'a' holds no numbers", "such as")
NO_DATES = ("Column 'd' holds no dates", "such as", "2024-01-01")
ONE_VALUE = ("Column 'c' holds", "one value a row")
UNSEEN = "that training never saw"
FAR = "far outside the range"

COLUMNS = [
    column("of_words", ["x", "z"] * 30, *NO_NUMBERS),
    column("of_dates", DAYS, *NO_NUMBERS),
    column("with_a_unit", [f"{value} kg" for value in numbers(1)], *NO_NUMBERS, "kg"),
    column("of_bytes", [b"x"] * N, *NO_NUMBERS),
    column("of_structs", [{"p": 1}] * N, *NO_NUMBERS),
    column("of_ragged_lists", [[1.0] * (1 + row % 2) for row in range(N)], *NO_NUMBERS, "[1.0]"),
    column("of_lists", [[1.0, 2.0]] * N, "Column 'a'", "one number a row"),
    column("infinite", [float("inf"), *numbers(1)[1:]], "'a' holds infinite values", "row 1 "),
    column("with_a_word", ["x", *map(str, numbers(1)[1:])], said=("'x' in row 1 ",)),
    column("1e308", [1e308, *numbers(1)[1:]], said=(FAR, "row 1 ")),
    column("of_millions", [1e6] * N, said=(FAR,)),
    column("beyond_int64", [2**64 - 1] * N, said=(FAR,)),
    column("missing", [None] * N, said=("'a' has no value in any of 60 rows",)),
    column("of_truth_values", [True, False] * 30),
    column("with_decimal_commas", [f"{value}".replace(".", ",") for value in numbers(1)],
           said=("treated as missing: '0,346'",)),
    column("unseen", ["pink", *["red"] * (N - 1)], said=(UNSEEN, "'pink' in row 1 "), to="c"),
    column("all_unseen", ["pink"] * N, said=(UNSEEN,), to="c"),
    column("of_numbers", list(range(N)), said=("60 values that training never saw",), to="c"),
    column("in_capitals", ["RED", "Blue", "green "] * 20, said=("'RED', 'Blue'",), to="c"),
    column("of_a_megabyte", ["x" * 10**6] * N, said=("(1,000,000 characters)",), to="c"),
    column("missing", [None] * N, said=("'c' has no value in any",), to="c"),
    column("of_dates", DAYS, said=(UNSEEN,), to="c"),
    column("of_an_enumeration", pl.Series(["red"] * N, dtype=pl.Enum(["red"])), to="c"),
    column("of_lists", [["red"], ["red", "blue"]] * 30, *ONE_VALUE, to="c"),
    column("of_equal_lists", [[1.0, 2.0]] * N, *ONE_VALUE, to="c"),
    column("of_structs", [{"p": 1}] * N, *ONE_VALUE, to="c"),
    column("of_durations", [dt.timedelta(1)] * N, said=(UNSEEN,), to="c"),
    column("as_text", ["2024-01-05"] * N, to="d"),
    column("day_first", ["05.01.2024"] * N, to="d"),
    column("with_a_word", ["x", *["2024-01-05"] * (N - 1)], said=("'x' in row 1 ",), to="d"),
    column("of_words", ["x", "z"] * 30, *NO_DATES, to="d"),
    column("of_times", [dt.time(12)] * N, *NO_DATES, to="d"),
    column("of_durations", [dt.timedelta(1)] * N, *NO_DATES, to="d"),
    column("of_truth_values", [True] * N, *NO_DATES, to="d"),
    column("of_bytes", [b"x"] * N, *NO_DATES, to="d"),
    column("of_lists", [[1]] * N, "Column 'd'", "one date or time a row", to="d"),
    column("of_numbers", [45_000] * N, "Column 'd' holds numbers", "2024-01-01", to="d"),
    column("of_eight_digits", [20240105] * N, "Column 'd' holds numbers", to="d"),
    column("with_a_zone", pl.Series([dt.datetime(2024, 1, 5)] * N).dt.replace_time_zone("UTC"),
           to="d"),
    column("of_the_year_9999", [dt.date(9999, 12, 31)] * N, said=("later than any",), to="d"),
    column("of_the_year_33658", pl.Series([10**18] * N).cast(pl.Datetime("us")),
           said=("later than any",), to="d"),
    column("missing", [None] * N, said=("'d' has no value in any",), to="d"),
]  # fmt: skip

LACKS = ("The table lacks 1 column that the model needs: 'a'", "its columns are")
TABLES = [
    Later("table", "a_column_less", ROWS.drop("a"), LACKS),
    Later("table", "a_column_misspelt", ROWS.rename({"a": "A"}), (*LACKS, "did you mean 'A'?")),
    Later("table", "a_column_more", ROWS.with_columns(z=1), said=("passed over: 'z'",)),
    Later("table", "columns_in_another_order", ROWS.select("d", "c", "a")),
    Later("table", "no_rows", ROWS.head(0), ("no rows",)),
    Later("table", "no_columns", pl.DataFrame(), ("The frame has no columns",)),
    Later("table", "one_row", ROWS.head(1), n=1),
    Later("table", "the_same_name_twice", pd.DataFrame([[1, 2, "red"]], columns=["a", "a", "c"]),
          ("the same name: 'a'",)),
    Later("table", "objects", pd.DataFrame({"a": [object()], "c": ["red"], "d": DAYS[:1]}),
          ("Column 'a' holds Python objects", "row 1 ")),
    Later("table", "an_array", np.ones((3, 3)), ("lacks 3 columns",)),
    Later("table", "a_dict", {"a": 1}, ("A dict is not a source",)),
    Later("table", "nothing", None, ("is not a source",)),
    Later("table", "no_file", "nowhere.csv", ("no file or built-in data set",)),
    Later("table", "an_unknown_class_is_no_matter", TABLE.with_columns(y=pl.lit("w"))),
]  # fmt: skip

NEVER = ("'y' holds 1 class(es) that training never saw", "rows 1, 2", "one of 'u', 'v'")
TARGETS = [
    target("unseen", ["w"] * N, *NEVER, "'w'"),
    target("of_numbers", [1.5] * N, *NEVER),
    target("of_structs", [{"p": 1}] * N, "'y'"),
    target("of_lists", [["u"], ["u", "v"]] * 30, "The target 'y' holds lists", "one value a row"),
    target("of_equal_blocks", [[1.0, 2.0]] * N, "The target 'y' holds an array"),
    target("missing", [None] * N, "'y' is missing or unreadable in 60 rows"),
    target("missing_once", [None, *labels()[1:]], said=("without a 'y', left out: row 1 ",)),
    target("of_one_class", ["u"] * N, said=("mixed differently",)),
    Later("table", "no_target", ROWS, ("lacks 1 column", "'y'"), measured=True),
    target("of_words", ["x"] * N, "'y' holds text that is no number", "rows 1, 2", of="number"),
    target("of_dates", DAYS, "'y'", "no number", of="number"),
    target("infinite", [float("inf"), *numbers(1)[1:]], "infinite", "row 1 ", of="number"),
    target("of_truth_values", [True, False] * 30, of="number"),
]  # fmt: skip


def array(of: str, name: str, source: Any, *refused: str, said: tuple[str, ...] = ()) -> Later:
    return Later(of, f"{of}_{name}", source, refused, said)


BIG = np.where(ROW_7, 1e308, X)
ARRAYS = [
    array("vector", "a_column_less", X[:, :1], "has 1 numbers a row", "2, as in training"),
    array("vector", "a_column_more", np.hstack([X, X[:, :1]]), "3 numbers a row", "2, as in"),
    array("vector", "one_dimension", X[:, 0], "1 dimension(s)", "reshape"),
    array("vector", "no_dimension", np.array(1.0), "0 dimension(s)"),
    array("vector", "three_dimensions", X[:, :, None], "2×1 numbers a row", "2, as in"),
    array("vector", "no_rows", np.zeros((0, 2)), "X is empty", "at least one row"),
    array("vector", "text", X.astype(str), "array of text"),
    array("vector", "bytes", X.astype("S"), "array of text"),
    array("vector", "complex", X * 1j, "complex numbers", "X.real"),
    array("vector", "objects", X.astype(object), "Python objects", "X.astype(float)"),
    array("vector", "mixed_objects", np.array([[1, "a"]] * 3, dtype=object), "Python objects"),
    array("vector", "dates", np.full((3, 2), "2024-01-01", "datetime64[D]"), "datetime64"),
    array("vector", "records", np.zeros(3, dtype=[("p", "f8")]), "records", "'p'"),
    array("vector", "sparse", sparse.csr_matrix(X), "not a source"),
    array("vector", "infinite", np.where(ROW_7, np.inf, X), "infinite values", "row 7 "),
    array("vector", "nan", np.where(ROW_7, np.nan, X)),
    array("vector", "masked", np.ma.masked_array(BIG, mask=np.broadcast_to(ROW_7, X.shape))),
    array("vector", "1e308", BIG, said=(FAR,)),
    array("vector", "all_1e308", np.full((N, 2), -1e308), said=(FAR,)),
    array("vector", "float16", X.astype(np.float16)),
    array("vector", "longdouble", X.astype(np.longdouble)),
    array("vector", "bool", X > 0),
    array("vector", "a_frame_of_other_names", pl.DataFrame({"p": [1.0], "q": [2.0]}), "lacks"),
    array("image", "another_size", np.zeros((5, 5, 5), np.uint8), "5×5 numbers", "4×4, as in"),
    array("image", "colour", np.zeros((5, 4, 4, 3), np.uint8), "4×4×3 numbers", "4×4, as in"),
    array("image", "one_alone", IMAGES[0], "2 dimensions", "(n, height, width)"),
    array("image", "flat", IMAGES.reshape(N, 16), "2 dimensions", "(n, height, width)"),
    array("image", "nan", np.where(ROW_7[:, :, None], np.nan, IMAGES), "missing pixels", "row 7 "),
    array("image", "infinite", np.where(ROW_7[:, :, None], np.inf, IMAGES), "infinite", "row 7 "),
    array("image", "text", IMAGES.astype(str), "array of text"),
    array("image", "complex", IMAGES * 1j, "complex numbers"),
    array("image", "fractions", IMAGES / 255, said=("pixels from 0 to 1", "scale them alike")),
    array("image", "negative", IMAGES.astype(int) - 400, said=(FAR,)),
    array("image", "1e300", IMAGES * 1e300, said=(FAR,)),
    array("image", "no_rows", IMAGES[:0], "X is empty"),
    array("series", "other_lengths", pl.DataFrame({"s": [[1.0] * 500]}), said=("another length",)),
    array("series", "empty_ones", pl.DataFrame({"s": [[], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]]})),
    array("series", "missing_ones", pl.DataFrame({"s": [None, SERIES[0]]})),
    array("series", "nan", pl.DataFrame({"s": [[float("nan")] * 6] * 3}), said=("no value",)),
    array("series", "channels", pl.DataFrame({"s": [[[1.0], [2.0]]]}), "2 channels", "row 1 "),
    array("series", "infinite", pl.DataFrame({"s": [[1.0, float("inf")]]}), "infinite", "row 1 "),
    array("series", "1e308", pl.DataFrame({"s": [[1e308, -1e308] * 3]}), said=(FAR,)),
    array("series", "words", pl.DataFrame({"s": [["x"], ["z", "w"]]}), "'s'", "numbers"),
    array("series", "text", pl.DataFrame({"s": ["x", "z"]}), "'s' holds one value a row"),
    array("series", "numbers", pl.DataFrame({"s": [1.0, 2.0]}), "'s' holds one value a row"),
]  # fmt: skip

CASES = [*COLUMNS, *TABLES, *TARGETS, *ARRAYS]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_strange_later_rows_are_answered_with_a_warning_or_refused(case: Later):
    asked = model(case.model)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            answers = asked.evaluate(case.source) if case.measured else asked.predict(case.source)
        except PellucidError as error:
            assert case.refused, f"it was refused: {error}"
            refuse_bad_words(error, case.refused)
            return
    assert not case.refused, "it was used"
    said = " ".join(str(warning.message) for warning in caught)
    assert {warning.category for warning in caught} <= {UnlikeTrainingWarning}, said
    for words in case.said:
        assert words in said
    assert len(said) < 5000
    refuse_bad_answers(answers, case.n or len(case.source))


def refuse_bad_answers(answers: Any, n: int) -> None:
    """Fail where an answer is missing, or made of numbers that are none."""
    if isinstance(answers, dict):
        assert np.isfinite(list(answers.values())).all()
        return
    assert answers.height == n
    assert answers["prediction"].null_count() == 0
    shares = answers.select(pl.selectors.starts_with("probability_")).to_numpy()
    assert np.isfinite(shares).all()
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-5)


FILES: dict[str, tuple[str | bytes, tuple[str, ...]]] = {
    "a_column_less.csv": (ROWS.drop("a").write_csv(), ("lacks 1 column", "'a'")),
    "infinite.csv": (ROWS.with_columns(a=pl.lit("inf")).write_csv(), ("infinite", "rows 1, 2")),
    "words.csv": (ROWS.with_columns(a=pl.lit("x")).write_csv(), ("'a' holds no numbers",)),
    "dates.csv": (ROWS.with_columns(d=pl.lit("x")).write_csv(), ("'d' holds no dates",)),
    "empty.csv": ("", ("is empty",)),
    "header.csv": ("a,c,d\n", ("no rows",)),
    "picture.csv": (b"\x89PNG\r\n\x1a\n", ("PNG picture",)),
    "noise.csv": (RANDOM.bytes(999), ("not a text",)),
    "text.parquet": (ROWS.write_csv(), ("not a Parquet file but text",)),
}


@pytest.mark.parametrize("name", FILES)
def test_a_message_about_later_rows_names_their_file(tmp_path: Path, name: str):
    content, words = FILES[name]
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    before = contents(tmp_path)
    with pytest.raises(PellucidError) as caught:
        model("table").predict(path)
    refuse_bad_words(caught.value, (*words, str(path)))
    assert contents(tmp_path) == before
