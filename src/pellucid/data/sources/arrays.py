"""Arrays: ``X`` alone for prediction, ``(X, y)`` for training."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.sources.frames import as_frame, is_frame, is_series, series_of
from pellucid.data.table import Array, Table, table_from_frame
from pellucid.errors import DataError


def dataset_from_pair(inputs: Any, targets: Any) -> Dataset:
    """Make a data set of ``(X, y)``.

    Parameters
    ----------
    inputs
        A frame (its columns are kept), or an array of numbers ``(n, d)``, which becomes the
        column ``x``, or of images ``(n, height, width[, channels])``, the column ``image``.
    targets
        One value a row: an array, a list or a series. It becomes the column with the series'
        name, or ``label`` beside images, or ``y``.

    Raises
    ------
    DataError
        Where the lengths differ, or the values have a shape or type that cannot be used.
    """
    table = table_of_inputs(inputs)
    series = target_series(targets)
    if len(series) != table.n_rows:
        raise DataError(
            f"X has {table.n_rows:,} rows and y has {len(series):,} values.",
            expected="one value in y for each row of X",
        )
    target = series.name or ("label" if "image" in table else "y")
    if target in table:
        raise DataError(
            f"X has a column {target!r}, which is also the name of y.",
            expected="a target that is not among the inputs",
            remedy="remove the column from X, or give y another name",
        )
    return Dataset("arrays", "memory", table.with_column(target, series), target=target)


def table_of_inputs(inputs: Any) -> Table:
    """Make a table of a frame, or of an array, as `dataset_from_pair` does."""
    if isinstance(inputs, Table):
        return inputs
    if is_frame(inputs):
        return table_from_frame(as_frame(inputs))
    array = checked_array(inputs, "X")
    if array.ndim < 2:
        raise DataError(
            f"X has {array.ndim} dimension(s), shape {array.shape}.",
            expected="rows and columns (n, d), or images (n, height, width[, channels])",
            remedy="for one column, X.reshape(-1, 1); for one row, X.reshape(1, -1)",
        )
    if array.dtype.kind in "US":
        raise DataError(
            "X is an array of text.",
            expected="numbers; or a frame, whose columns may hold text",
        )
    if not array.size:
        raise DataError(f"X is empty: its shape is {array.shape}.", expected="at least one row")
    if array.dtype == np.bool_:
        array = array.astype(np.uint8)
    return Table({"x" if array.ndim == 2 else "image": array})


def target_series(targets: Any) -> pl.Series:
    """Make a series of a target: an array, a list, or a series with its name."""
    if is_series(targets):
        return series_of(targets)
    if is_frame(targets):
        frame = as_frame(targets)
        if frame.width != 1:
            raise DataError(f"y has {frame.width} columns.", expected="one")
        return frame.to_series(0)
    if isinstance(targets, np.ndarray) and targets.dtype == object:
        # Text in NumPy often comes as objects; Polars says whether they are of one type.
        targets = _plain_objects(targets)
    array = checked_array(targets, "y")
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise DataError(
            f"y has the shape {array.shape}.", expected="one value for each row: shape (n,)"
        )
    return pl.Series("", array.tolist() if array.dtype.kind in "US" else array)


def checked_array(values: Any, name: str) -> Array:
    """Return an array of numbers or text; raise DataError where it is neither.

    Parameters
    ----------
    values
        An array, or nested lists.
    name
        What to call it in messages.
    """
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise DataError(
            f"{name} is ragged: its rows have different lengths.",
            expected="the same number of values in every row",
        ) from error
    if array.dtype == object:
        raise DataError(
            f"{name} is an array of Python objects.",
            expected="an array of numbers; for columns of different types, a frame",
            remedy=f"convert it: {name}.astype(float)",
        )
    if array.dtype.kind == "c":
        raise DataError(
            f"{name} holds complex numbers ({array.dtype}).",
            expected="real numbers",
            remedy=f"take {name}.real and {name}.imag as columns of their own",
        )
    if array.dtype.kind not in "biufUS":
        raise DataError(f"{name} has the type {array.dtype}.", expected="numbers")
    if array.dtype.kind == "f" and array.dtype.itemsize not in (4, 8):
        return array.astype(np.float32 if array.dtype.itemsize == 2 else np.float64)
    return array


def _plain_objects(targets: Array) -> Any:
    if targets.ndim == 2 and targets.shape[1] == 1:
        targets = targets[:, 0]
    try:
        return pl.Series("y", targets.tolist(), strict=True).to_list()
    except (TypeError, pl.exceptions.PolarsError) as error:
        raise DataError(
            "y is an array of Python objects of different types.",
            expected="all text, or all numbers",
            remedy="convert it: y.astype(str)",
        ) from error
