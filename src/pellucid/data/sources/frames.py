"""Frames of Polars, pandas and PyArrow; neither of the last two is needed to read this."""

from __future__ import annotations

from collections import Counter
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import PurePath
from typing import Any
from uuid import UUID

import numpy as np
import polars as pl

from pellucid.data import parsing
from pellucid.data.dataset import Dataset
from pellucid.data.rows import name_rows
from pellucid.data.sources.paths import resolve_paths
from pellucid.data.table import table_from_frame
from pellucid.errors import DataError, quote_list

_WITH_TEXT = (str, int, float, Decimal, date, time, timedelta, type(None))


def dataset_from_frame(frame: Any) -> Dataset:
    """Make a data set of a frame; it names no target.

    Relative paths to images and sounds start at the current folder.

    Raises
    ------
    DataError
        Where two columns have the same name, or a column has a type that cannot be used.
    """
    columns = as_frame(frame)
    if not columns.width:
        raise DataError(
            "The frame has no columns.",
            expected="columns of values, one of them to be predicted",
            remedy="give a frame with data in it",
        )
    return Dataset("frame", "memory", resolve_paths(table_from_frame(columns)))


def is_frame(value: Any) -> bool:
    """Tell whether a value is a table of Polars, pandas, PyArrow, or of the Arrow C stream."""
    if isinstance(value, (pl.DataFrame, pl.LazyFrame)) or _is_pandas(value, "DataFrame"):
        return True
    return hasattr(value, "__arrow_c_stream__") and not is_series(value)


def is_series(value: Any) -> bool:
    """Tell whether a value is one column of Polars, pandas or PyArrow."""
    if isinstance(value, pl.Series) or _is_pandas(value, "Series"):
        return True
    return type(value).__module__.startswith("pyarrow") and "Array" in type(value).__name__


def as_frame(value: Any) -> pl.DataFrame:
    """Return a Polars frame with the same columns; names become text."""
    if isinstance(value, pl.LazyFrame):
        return _collected(value)
    if isinstance(value, pl.DataFrame):
        return value
    if _is_pandas(value, "DataFrame"):
        names = [str(name) for name in value.columns]
        refuse_duplicates(names)
        columns = [value.iloc[:, position] for position in range(len(names))]
        return pl.DataFrame(
            [_from_pandas(column, name) for name, column in zip(names, columns, strict=True)]
        )
    if hasattr(value, "column_names"):
        refuse_duplicates(list(value.column_names))
    return pl.DataFrame(value)


def _collected(frame: pl.LazyFrame) -> pl.DataFrame:
    try:
        return frame.collect()
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise DataError(
            "The lazy frame cannot be computed.",
            where=reason,
            expected="a frame whose files are there and whose columns exist",
            remedy="look at what frame.collect() says",
        ) from error


def series_of(value: Any) -> pl.Series:
    """Return a Polars series with the same values and name (empty where it has none)."""
    if isinstance(value, pl.Series):
        return value
    if _is_pandas(value, "Series"):
        return _from_pandas(value, "" if value.name is None else str(value.name))
    return pl.Series("", value)


def refuse_duplicates(names: list[str], where: str | None = None) -> None:
    """Raise DataError where two columns have the same name."""
    if len(set(names)) < len(names):
        twice = sorted(name for name, times in Counter(names).items() if times > 1)
        are_values = parsing.parse_numbers(pl.Series(twice)).is_not_null().all()
        raise DataError(
            f"Several columns have the same name: {quote_list(twice)}.",
            where=where,
            expected="a name of its own for every column",
            remedy="rename all but one of them"
            + ("; or, if these are values, add a line with names above" if are_values else ""),
        )


def _is_pandas(value: Any, name: str) -> bool:
    # pandas is not imported to ask: whoever has a pandas frame has imported it.
    return any(
        cls.__module__.split(".")[0] == "pandas" and cls.__name__ == name
        for cls in type(value).__mro__
    )


def _from_pandas(column: Any, name: str) -> pl.Series:
    """Convert one pandas column without PyArrow."""
    missing = np.asarray(column.isna())
    kind = getattr(column.dtype, "kind", "O")
    if kind == "c":
        raise DataError(
            f"Column {name!r} holds complex numbers.",
            expected="real numbers",
            remedy="keep the real and the imaginary part as columns of their own",
        )
    if kind in "iuf" and not missing.any():
        return pl.Series(name, _usable(np.asarray(column.to_numpy())))
    if kind in "iuf":
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        return pl.Series(name, numbers).fill_nan(None)
    if str(column.dtype).startswith("period"):
        column = column.dt.to_timestamp()
        kind = "M"
    if kind == "M":
        return pl.Series(name, np.asarray(column.to_numpy(dtype="datetime64[us]")))
    objects = np.array(column.to_numpy(dtype=object), dtype=object)
    objects[missing] = None
    return series_from_objects(name, objects.tolist())


def _usable(numbers: Any) -> Any:
    if numbers.dtype.kind != "f" or numbers.dtype.itemsize in (4, 8):
        return numbers
    with np.errstate(over="ignore"):  # what is too large becomes infinite, and is refused
        return numbers.astype(np.float32 if numbers.dtype.itemsize == 2 else np.float64)


def series_from_objects(name: str, objects: list[Any]) -> pl.Series:
    """Make a series of Python objects: of one type as they are, of several as text.

    Raises
    ------
    DataError
        Where they are neither numbers, text, truth values, times nor lists of numbers.
    """
    try:
        series = pl.Series(name, objects, strict=True)
    except (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError):
        try:
            # Whole numbers among fractions, or beyond 64 bits, are numbers all the same.
            if all(value is None or type(value) in (int, float) for value in objects):
                return pl.Series(name, objects, dtype=pl.Float64, strict=False)
        except OverflowError:
            pass
        plain = [as_plain(value) for value in objects]
        _refuse_strange(name, plain)
        return pl.Series(name, [None if value is None else str(value) for value in plain])
    if series.dtype == pl.Object:
        plain = [as_plain(value) for value in objects]
        _refuse_strange(name, plain)
        return series_from_objects(name, plain)
    return series


def is_missing_object(value: Any) -> bool:
    """Tell whether a Python object stands for a missing value, in any library's way.

    Examples
    --------
    >>> [is_missing_object(value) for value in (None, float("nan"), np.datetime64("NaT"), 0, "")]
    [True, True, True, False, False]
    """
    if value is None or type(value).__name__ in ("NAType", "NaTType"):  # those of pandas
        return True
    comparable = (float, Decimal, np.floating, np.datetime64, np.timedelta64)
    return isinstance(value, comparable) and bool(value != value)  # noqa: PLR0124 -- as no NaN is


def as_plain(value: Any) -> Any:
    """Return what Polars knows for what it does not: fractions, paths, scalars of NumPy.

    Examples
    --------
    >>> as_plain(np.float32(0.5)), as_plain(Fraction(1, 4)), as_plain(PurePath("a.png"))
    (0.5, 0.25, 'a.png')
    """
    if isinstance(value, np.datetime64 | np.timedelta64):
        kind = "datetime64[us]" if isinstance(value, np.datetime64) else "timedelta64[us]"
        return value.astype(kind).item()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, Enum):
        return value.value
    is_text = isinstance(value, PurePath | UUID) or type(value).__name__ == "Interval"
    return str(value) if is_text else value


def _refuse_strange(name: str, objects: list[Any]) -> None:
    """Raise DataError where an object is none that has a text of its own."""
    for row, value in enumerate(objects):
        if not isinstance(value, _WITH_TEXT):
            what, kind = f"Column {name!r}" if name else "y", type(value).__name__
            raise DataError(
                f"{what} holds Python objects.",
                where=f"an object of the type {kind} in {name_rows(np.array([row]))}",
                expected="numbers, text, truth values or dates, one a row",
                remedy="write what is in them as columns of their own",
            )
