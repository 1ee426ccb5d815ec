"""Typing the columns of a text file: one by one, or all at once where there are very many."""

from __future__ import annotations

import numpy as np
import polars as pl

from pellucid.data import parsing
from pellucid.data.table import Array

# Each operation on a single column costs some 0.1 ms however short it is, so that a table of a
# hundred thousand columns would take half a minute one by one.
MANY_COLUMNS = 500
# Of longer columns, that is little beside the work on the values.
_MOST_ROWS = 2_000


def type_columns(frame: pl.DataFrame, *, decimal_comma: bool = False) -> list[pl.Series]:
    """Return a frame's columns of text, each typed as `pellucid.data.parsing.type_text` does.

    Examples
    --------
    >>> [column.dtype for column in type_columns(pl.DataFrame({"a": ["1"], "b": ["x"]}))]
    [Int64, String]
    """
    # Without its name: Polars would take some names for patterns.
    columns = [column.alias("") for column in frame.get_columns()]
    if frame.width < MANY_COLUMNS or not 0 < frame.height <= _MOST_ROWS:
        return [parsing.type_text(column, decimal_comma=decimal_comma) for column in columns]
    # All columns below one another, in one pass. Only what is plainly numbers is settled here;
    # all else takes the usual way.
    clean = parsing.strip_missing(pl.concat(columns, rechunk=True))
    integers = clean.cast(pl.Int64, strict=False)
    floats = parsing.parse_numbers(clean)
    n_missing, not_whole, no_numbers = (
        _per_column(each.is_null(), frame.width) for each in (clean, integers, floats)
    )
    codes = clean.str.contains(parsing.CODE_PATTERN).fill_null(value=False)
    has_codes = _per_column(codes, frame.width) > 0
    is_plain = (n_missing < frame.height) & (no_numbers == n_missing) & ~has_codes
    typed: list[pl.Series] = []
    for position, column in enumerate(columns):
        if is_plain[position]:
            numbers = integers if not_whole[position] == n_missing[position] else floats
            typed.append(numbers.slice(position * frame.height, frame.height))
        else:
            typed.append(parsing.type_text(column, decimal_comma=decimal_comma))
    return typed


def _per_column(mask: pl.Series, width: int) -> Array:
    """Count what holds in each column, of columns that stand below one another."""
    counted: Array = np.count_nonzero(mask.to_numpy().reshape(width, -1), axis=1)
    return counted
