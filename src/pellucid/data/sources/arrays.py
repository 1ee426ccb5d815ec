"""Arrays: ``X`` alone for prediction, ``(X, y)`` for training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.matrices import is_sparse
from pellucid.data.rows import name_rows
from pellucid.data.sources.frames import (
    as_frame,
    as_plain,
    is_frame,
    is_missing_object,
    is_series,
    series_from_objects,
    series_of,
)
from pellucid.data.sources.paths import resolve_paths
from pellucid.data.sources.target_arrays import several_targets
from pellucid.data.table import Array, Table, table_from_frame
from pellucid.errors import DataError, quote_list


def dataset_from_pair(inputs: Any, targets: Any) -> Dataset:
    """Make a data set of ``(X, y)``.

    Parameters
    ----------
    inputs
        A frame (its columns are kept), or an array of numbers ``(n, d)``, which becomes the
        column ``x``, or of images ``(n, height, width[, channels])``, the column ``image``.
    targets
        One value a row: an array, a list or a series. It becomes the column with the series'
        name, or ``label`` beside images, or ``y``. Or several values a row, a frame or an array
        ``(n, k)``: `pellucid.data.sources.target_arrays` says what they become.

    Raises
    ------
    DataError
        Where the lengths differ, or the values have a shape or type that cannot be used.
    """
    table = table_of_inputs(inputs)
    several, note = several_targets(targets)
    columns = several or [target_series(targets)]
    names = []
    for series in columns:
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
        table = table.with_column(target, series)
        names.append(target)
    target_names = names[0] if len(names) == 1 else tuple(names)
    notes = tuple(filter(None, (note, _other_order(inputs, targets))))
    return Dataset("arrays", "memory", table, target=target_names, notes=notes)


def _other_order(inputs: Any, targets: Any) -> str | None:
    """Word a note where frames of pandas name the same rows in different orders."""
    rows: Any = getattr(inputs, "index", None)
    others: Any = getattr(targets, "index", None)
    if not hasattr(rows, "equals") or not hasattr(others, "equals") or rows.equals(others):
        return None
    if len(rows) != len(others) or not rows.is_unique or not rows.isin(others).all():
        return None
    return (
        "X and y name the same rows in different orders; they were put together by position, not "
        "by name. If that is wrong, give y.loc[X.index]."
    )


def table_of_inputs(inputs: Any) -> Table:
    """Make a table of a frame, or of an array, as `dataset_from_pair` does."""
    if isinstance(inputs, Table):
        return inputs
    if is_frame(inputs):
        return resolve_paths(table_from_frame(as_frame(inputs)))
    array = checked_rows(inputs)
    if array.dtype == np.bool_:
        array = array.astype(np.uint8)
    return Table({"x" if array.ndim == 2 else "image": array})


def checked_rows(inputs: Any) -> Array:
    """Return an array of numbers with a block for each row; raise DataError where it is none."""
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
        raise DataError(
            f"X is empty: its shape is {array.shape}.",
            expected="at least one row, and one number a row",
        )
    return array


def target_series(targets: Any) -> pl.Series:
    """Make a series of a target: an array, a list, or a series with its name."""
    if is_series(targets):
        return series_of(targets)
    if is_frame(targets):
        frame = as_frame(targets)
        if frame.width != 1:
            raise DataError(f"y has {frame.width} columns.", expected="one or more")
        return frame.to_series(0)
    objects = _objects(targets)
    if objects is not None:
        return _series_of_objects(objects, is_array=isinstance(targets, np.ndarray))
    array = checked_array(targets, "y")
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise DataError(
            f"y has the shape {array.shape}.",
            expected="one value for each row, (n,), or one for each target, (n, k)",
        )
    if array.dtype.kind == "S":
        array = _decoded(array)
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
    if isinstance(values, np.ma.MaskedArray):
        return checked_array(_unmasked(values, name), name)
    if is_sparse(values):
        raise DataError(
            f"{name} is a sparse matrix.",
            expected="an array or a frame; pellucid.Classifier and pellucid.Regressor take sparse "
            "matrices",
            remedy=f"give {name}.toarray(), where that fits into the memory",
        )
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise DataError(
            f"{name} is ragged: its rows have different lengths.",
            expected="the same number of values in every row",
        ) from error
    if array.dtype == object and array.ndim == 0:
        raise DataError(
            f"{name} is a {type(values).__name__}.",
            expected="an array of numbers, or a frame",
        )
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
    if array.dtype.names:
        raise DataError(
            f"{name} is an array of records with the fields {quote_list(array.dtype.names)}.",
            expected="an array of numbers, or a frame",
            remedy=f"make a frame of it: polars.DataFrame({name})",
        )
    if array.dtype.kind not in "biufUS":
        raise DataError(f"{name} has the type {array.dtype}.", expected="numbers")
    if array.dtype.kind == "f" and array.dtype.itemsize not in (4, 8):
        with np.errstate(over="ignore"):  # what is too large becomes infinite, and is refused
            return array.astype(np.float32 if array.dtype.itemsize == 2 else np.float64)
    return array


def _unmasked(values: Any, name: str) -> Array:
    """Return an array with NaN where a value is masked: what lies below the mask is no data."""
    if not np.ma.getmaskarray(values).any():
        return np.asarray(values.data)
    if values.dtype.kind not in "biuf":
        raise DataError(
            f"{name} is a masked array of the type {values.dtype}.",
            expected="numbers where values are masked",
            remedy=f"fill them: {name}.filled()",
        )
    return np.asarray(values.astype(np.float64).filled(np.nan))


def _objects(targets: Any) -> list[Any] | None:
    """Return targets of which NumPy would make Python objects, or text of what is none."""
    if isinstance(targets, list | tuple):
        return list(targets) if _is_for_objects(targets) else None
    if not isinstance(targets, np.ndarray) or targets.dtype != object:
        return None
    if isinstance(targets, np.ma.MaskedArray) or targets.ndim not in (1, 2):
        return None
    one_a_row = targets[:, 0] if targets.shape[1:] == (1,) else targets
    return one_a_row.tolist() if one_a_row.ndim == 1 else None


def _is_for_objects(targets: Sequence[Any]) -> bool:
    """Tell whether a list holds other things than plain numbers or text of one type."""
    if any(isinstance(value, list | tuple | np.ndarray) for value in targets):
        return False
    types = {type(value) for value in targets}
    if types == {int}:  # NumPy has none of more than 64 bits
        return not all(-(2**63) <= value < 2**64 for value in targets)
    return len(types) > 1 or not types <= {float, bool, str, complex}


def _series_of_objects(objects: list[Any], *, is_array: bool) -> pl.Series:
    """Make a series of Python objects: dates, decimals, text with gaps; of several types, text."""
    values = [None if is_missing_object(value) else as_plain(value) for value in objects]
    types = {type(value) for value in values if value is not None}
    if is_array and str in types and len(types) > 1:
        raise DataError(
            "y is an array of Python objects of different types.",
            expected="all text, or all numbers",
            remedy="convert it: y.astype(str)",
        )
    if any(isinstance(value, list | tuple | np.ndarray) for value in values):
        raise DataError(
            "y is ragged: its rows have different lengths.",
            expected="the same number of values in every row",
        )
    return series_from_objects("", values)


def _decoded(array: Array) -> Array:
    """Return bytes as the text that they are in UTF-8, where they are."""
    try:
        return np.char.decode(array, "utf-8")
    except UnicodeDecodeError as error:
        row = next(row for row, value in enumerate(array) if not _is_utf8(value))
        raise DataError(
            "y holds bytes that are no text in UTF-8.",
            where=name_rows(np.array([row])),
            expected="numbers or text",
            remedy="decode it: numpy.char.decode(y, ENCODING)",
        ) from error


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True
