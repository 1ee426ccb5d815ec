"""Frames of Polars, pandas and PyArrow; neither of the last two is needed to read this."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.table import table_from_frame
from pellucid.errors import DataError, quote_list


def dataset_from_frame(frame: Any) -> Dataset:
    """Make a data set of a frame; it names no target.

    Raises
    ------
    DataError
        Where two columns have the same name, or a column has a type that cannot be used.
    """
    return Dataset("frame", "memory", table_from_frame(as_frame(frame)))


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
        return value.collect()
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
        twice = sorted({name for name in names if names.count(name) > 1})
        raise DataError(
            f"Several columns have the same name: {quote_list(twice)}.",
            where=where,
            expected="a name of its own for every column",
            remedy="rename all but one of them",
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
    if kind == "M":
        return pl.Series(name, np.asarray(column.to_numpy(dtype="datetime64[us]")))
    objects = np.array(column.to_numpy(dtype=object), dtype=object)
    objects[missing] = None
    return _from_objects(name, objects.tolist())


def _usable(numbers: Any) -> Any:
    return numbers.astype(np.float32) if numbers.dtype == np.float16 else numbers


def _from_objects(name: str, objects: list[Any]) -> pl.Series:
    """Convert Python objects: of one type as they are, of several as text."""
    try:
        series = pl.Series(name, objects, strict=True)
    except (TypeError, pl.exceptions.PolarsError):
        return pl.Series(name, [None if value is None else str(value) for value in objects])
    if series.dtype == pl.Object:
        raise DataError(
            f"Column {name!r} holds Python objects.",
            where=f"such as {type(objects[0]).__name__}",
            expected="numbers, text or truth values",
        )
    return series
