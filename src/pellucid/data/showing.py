"""Values as a message shows them, whatever their type."""

from __future__ import annotations

from typing import Any

import polars as pl

from pellucid.errors import quote_list

_MOST = 3
_LOOKED_AT = 100
_LONGEST = 100


def shown(values: pl.Series) -> str:
    """Word the first different values of a series that are there.

    Examples
    --------
    >>> shown(pl.Series(["a", None, "a", "b"])), shown(pl.Series([[1.0], [2.0, 3.0]]))
    ("'a', 'b'", '[1.0], [2.0, 3.0]')
    """
    first = list(dict.fromkeys(as_texts(values.drop_nulls().head(_LOOKED_AT))))[:_MOST]
    if values.dtype == pl.String:
        return quote_list(first)
    return ", ".join(str(value)[:_LONGEST] for value in first)


def as_texts(values: pl.Series) -> list[Any]:
    """Return values as numbers, texts or truth values, which messages and JSON can hold.

    Examples
    --------
    >>> as_texts(pl.Series([10**18]).cast(pl.Datetime("us")))  # a year that Python has not
    ['+33658-09-27 01:46:40.000000']
    """
    if values.dtype.is_numeric() or values.dtype in (pl.String, pl.Boolean):
        return values.to_list()
    try:
        return [str(value) for value in values.to_list()]
    except (ValueError, OverflowError):  # a year that Python's dates have not
        return values.cast(pl.String).to_list()
