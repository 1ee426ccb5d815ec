"""The type that a file's columns of text have by their values: numbers, truth values, text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from pellucid.data.parsing import CODE_PATTERN, parse_numbers, strip_missing
from pellucid.data.table import Array

# Each operation of Polars costs some 0.1 ms however short a column is, so that short columns are
# looked at together, below one another. Of longer ones, that is little beside the work on values.
_MOST_ROWS_TOGETHER = 2_000
_DECIMAL_COMMA = r"^[+-]?\d+(,\d+)?([eE][+-]?\d+)?$"
_TRUTHS = ("true", "false")


def type_text(text: pl.Series, *, decimal_comma: bool = False) -> pl.Series:
    """Give a file's column of text the type that all its values have.

    Integers, floats and truth values are recognised where every value present is one;
    everything else stays text. Codes with leading zeros stay text.

    Parameters
    ----------
    text
        A column as it was read.
    decimal_comma
        Whether ``1,5`` is to be read as one and a half (in files not separated by commas).

    Returns
    -------
    polars.Series
        Int64, Float64, Boolean or String; null where a value is missing.

    Examples
    --------
    >>> type_text(pl.Series(["1", "?", " 3"])).to_list()
    [1, None, 3]
    >>> type_text(pl.Series(["007", "123"])).to_list()
    ['007', '123']
    """
    return _typed([text], decimal_comma=decimal_comma)[0].alias(text.name)


def type_columns(frame: pl.DataFrame, *, decimal_comma: bool = False) -> list[pl.Series]:
    """Return a frame's columns of text, without names, each typed as `type_text` does.

    Examples
    --------
    >>> [column.dtype for column in type_columns(pl.DataFrame({"a": ["1"], "b": ["x"]}))]
    [Int64, String]
    """
    columns = frame.get_columns()
    if frame.height <= _MOST_ROWS_TOGETHER:
        return _typed(columns, decimal_comma=decimal_comma) if columns else []
    return [_typed([column], decimal_comma=decimal_comma)[0] for column in columns]


def _typed(columns: Sequence[pl.Series], *, decimal_comma: bool) -> list[pl.Series]:
    """Type columns of the same length, of which there is at least one."""
    width, height = len(columns), len(columns[0])
    # Without their names: Polars would take some for patterns.
    named = [column.alias("") for column in columns]
    text = pl.concat(named, rechunk=True) if width > 1 else named[0]
    values = strip_missing(text)
    n_present = _count(values.is_not_null(), width)
    if decimal_comma:
        values = _with_points(values, n_present)
    floats = parse_numbers(values)
    is_number = (n_present > 0) & (_count(floats.is_not_null(), width) == n_present)
    is_code, is_whole, is_truth = (np.zeros(width, dtype=bool) for _ in range(3))
    integers = truths = values
    if is_number.any():
        is_code = _count(values.str.contains(CODE_PATTERN), width) > 0
        integers = values.cast(pl.Int64, strict=False)
        is_whole = _count(integers.is_not_null(), width) == n_present
    if (~is_number & (n_present > 0)).any():
        folded = values.str.to_lowercase()
        is_truth = (n_present > 0) & (_count(folded.is_in(_TRUTHS), width) == n_present)
        truths = folded == "true"
    chosen = np.select(
        [is_number & ~is_code & is_whole, is_number & ~is_code, is_truth], [1, 2, 3], default=0
    )
    readings = (values, integers, floats, truths)
    return [readings[way].slice(place * height, height) for place, way in enumerate(chosen)]


def _with_points(values: pl.Series, n_present: Array) -> pl.Series:
    """Write a point for the comma in columns of numbers that have commas in some of them."""
    width = len(n_present)
    is_decimal = _count(values.str.contains(_DECIMAL_COMMA), width) == n_present
    is_decimal &= _count(values.str.contains(",", literal=True), width) > 0
    if not is_decimal.any():
        return values
    chosen = pl.Series(np.repeat(is_decimal, len(values) // width))
    return values.str.replace(",", ".", literal=True).zip_with(chosen, values)


def _count(mask: pl.Series, width: int) -> Array:
    """Count what holds in each of the columns that stand below one another."""
    if width == 1:
        return np.array([mask.sum()])
    holds = mask.fill_null(value=False).to_numpy()
    counted: Array = np.count_nonzero(holds.reshape(width, -1), axis=1)
    return counted
