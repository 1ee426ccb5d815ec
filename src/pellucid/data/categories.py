"""Categories and their keys: the text by which equal values are recognised.

The same category may come as ``3``, ``3.0`` or ``"3"`` from different files. Each value is
brought to a key; the type of the training values says what the keys mean.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import polars as pl

from pellucid.data.numerals import PLAIN_FORMAT
from pellucid.data.profile import clean_scalars, numbers_of
from pellucid.data.table import Values

ValueType: TypeAlias = Literal["text", "integer", "number", "boolean"]
VALUE_TYPES: tuple[ValueType, ...] = get_args(ValueType)


def value_type_of(scalars: pl.Series) -> ValueType:
    """Tell what the values of a cleaned column are.

    Examples
    --------
    >>> value_type_of(pl.Series([1.0, 2.0, None])), value_type_of(pl.Series(["a"]))
    ('integer', 'text')
    """
    if scalars.dtype == pl.Boolean:
        return "boolean"
    if scalars.dtype.is_integer():
        return "integer"
    if scalars.dtype.is_float():
        return "integer" if _is_whole(scalars) else "number"
    return "number" if scalars.dtype == pl.Duration else "text"


def keys_of(values: Values, value_type: ValueType) -> pl.Series:
    """Return each value's key, null where it is missing.

    Parameters
    ----------
    values
        A column of scalars of any type.
    value_type
        The type of the training values.

    Examples
    --------
    >>> keys_of(pl.Series(["3", "3.0", " 3", "x", "?"]), "integer").to_list()
    ['3', '3', '3', 'x', None]
    >>> keys_of(pl.Series([0, 1, None]), "boolean").to_list()
    ['false', 'true', None]
    """
    scalars = clean_scalars(values)
    if scalars.dtype == pl.Duration:  # has no text of its own: in seconds
        scalars = numbers_of(scalars)
    if value_type == "boolean":
        return _boolean_keys(scalars)
    if scalars.dtype == pl.String and value_type == "text":
        return scalars
    if scalars.dtype.is_integer():
        return (
            scalars.cast(pl.Float64).cast(pl.String)
            if value_type == "number"
            else scalars.cast(pl.String)
        )
    if scalars.dtype == pl.String or scalars.dtype.is_float():
        return _number_keys(scalars, value_type)
    if scalars.dtype == pl.Boolean and value_type != "text":
        return _number_keys(scalars.cast(pl.Float64), value_type)
    return scalars.cast(pl.String)


def values_of(keys: pl.Series, value_type: ValueType) -> pl.Series:
    """Return the values that keys stand for, in the training values' type."""
    if value_type == "boolean":
        return keys == "true"
    if value_type == "integer":
        return _whole_numbers(keys)
    if value_type == "number":
        return keys.cast(pl.Float64)
    return keys


def as_value_type(name: object) -> ValueType:
    """Narrow what was read from a file; raise ValueError where it is no value type."""
    if name not in VALUE_TYPES:
        raise ValueError(f"value_type must be one of {VALUE_TYPES}, not {name!r}")
    return name


def _whole_numbers(keys: pl.Series) -> pl.Series:
    """Read digits in the first type of whole numbers that holds all of them."""
    for dtype in (pl.Int64, pl.UInt64):
        numbers = keys.cast(dtype, strict=False)
        if numbers.null_count() == keys.null_count():
            return numbers
    return keys.cast(pl.Int128)


def _is_whole(numbers: pl.Series) -> bool:
    present = numbers.drop_nulls()
    return bool(((present == present.round()) & (present.abs() < 2**53)).all())


def _boolean_keys(scalars: pl.Series) -> pl.Series:
    if scalars.dtype == pl.String:
        folded = scalars.str.to_lowercase()
        return folded.replace({"1": "true", "0": "false", "1.0": "true", "0.0": "false"})
    if scalars.dtype.is_numeric():
        keys = _number_keys(scalars.cast(pl.Float64), "integer")
        return keys.replace({"1": "true", "0": "false"})
    return scalars.cast(pl.String)


def _number_keys(scalars: pl.Series, value_type: ValueType) -> pl.Series:
    """Write numbers in one way: whole ones without a point, unless fractions were usual."""
    numbers = numbers_of(scalars, PLAIN_FORMAT)
    # Adding 0.0 makes a negative zero positive: they are equal, so their keys must be.
    keys = (numbers + 0.0).cast(pl.String)
    if value_type != "number":
        whole = ((numbers == numbers.round()) & (numbers.abs() < 2**53)).fill_null(value=False)
        integers = numbers.set(~whole, None).cast(pl.Int64).cast(pl.String)
        keys = integers.fill_null(keys)
    if scalars.dtype == pl.String:
        # Whole numbers beyond 2**53 have no exact float; their own digits are the key.
        exact = scalars.cast(pl.Int64, strict=False).cast(pl.String)
        keys = exact.fill_null(keys) if value_type != "number" else keys
        return keys.fill_null(scalars)
    return keys
