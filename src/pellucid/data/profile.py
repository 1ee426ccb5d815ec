"""What can be counted about one column, computed once and shared by all kinds."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import polars as pl

from pellucid.data import parsing
from pellucid.data.different import Different
from pellucid.data.numerals import PLAIN, NumberFormat, Numerals, find_numerals, read_numbers
from pellucid.data.table import Array, Values
from pellucid.errors import DataError


class Profile:
    """One column with its counts, each computed when first asked for.

    Parameters
    ----------
    name
        The column's name.
    values
        The column's values, as the table holds them.

    Examples
    --------
    >>> profile = Profile("age", pl.Series([22.0, None, 38.0]))
    >>> profile.n_missing, profile.n_distinct, profile.is_numeric
    (1, 2, True)
    """

    def __init__(self, name: str, values: Values) -> None:
        self.name = name
        self.values = values
        self.n_rows = len(values)

    @property
    def is_block(self) -> bool:
        """Whether each row holds an array rather than one value."""
        return not isinstance(self.values, pl.Series)

    @property
    def block(self) -> Array:
        """The array of a column of blocks, shape ``(n, …)``."""
        if isinstance(self.values, pl.Series):
            raise TypeError(f"column {self.name!r} holds scalars")
        return self.values

    @cached_property
    def scalars(self) -> pl.Series:
        """The series of a column of scalars, with every form of "missing" as null."""
        return clean_scalars(self.values)

    @cached_property
    def present(self) -> pl.Series:
        """The values that are not missing."""
        return self.scalars.drop_nulls()

    @cached_property
    def n_missing(self) -> int:
        """How many rows have no value; for blocks, how many hold a NaN."""
        if self.is_block:
            return int(rows_with_nan(self.block).sum())
        return self.scalars.null_count()

    @cached_property
    def n_distinct(self) -> int | None:
        """How many different values are present; None for blocks, where nobody counts."""
        return None if self.is_block else self.present.n_unique()

    @property
    def is_numeric(self) -> bool:
        """Whether the values are numbers by their type (truth values are not)."""
        return not self.is_block and self.scalars.dtype.is_numeric()

    @property
    def is_text(self) -> bool:
        """Whether the values are text."""
        return not self.is_block and self.scalars.dtype == pl.String

    @property
    def is_boolean(self) -> bool:
        """Whether the values are truth values."""
        return not self.is_block and self.scalars.dtype == pl.Boolean

    @cached_property
    def numbers(self) -> pl.Series:
        """The values as Float64; null where missing, and where text is no number.

        Text is read in the column's own format: ``$1,200`` is a number where all have the unit.
        """
        return numbers_of(self.scalars, self.numerals.format)

    @cached_property
    def different(self) -> Different:
        """The different texts of a column of text."""
        return Different(self.scalars)

    @cached_property
    def numerals(self) -> Numerals:
        """How a column of text writes its numbers."""
        return find_numerals(self.scalars) if self.is_text else PLAIN

    @cached_property
    def is_whole(self) -> bool:
        """Whether all numbers present are whole."""
        if self.scalars.dtype.is_integer():
            return True
        present = self.numbers.drop_nulls().to_numpy()
        return bool(np.all(present == np.rint(present)))

    @cached_property
    def stray(self) -> Array:
        """Indices of the rows whose text is no number, shape ``(m,)``.

        Where there are numbers, texts such as "-" and "unknown" stand for missing ones.
        """
        if not self.is_text and self.numbers.null_count() == self.n_missing:
            return np.zeros(0, dtype=np.int64)
        mask = self.numbers.is_null() & self.scalars.is_not_null()
        return (mask & ~self.weakly_missing).arg_true().to_numpy()

    @cached_property
    def weakly_missing(self) -> pl.Series:
        """Whether each text means "missing" because the other values are numbers; Boolean."""
        if not self.is_text or self.numbers.null_count() == self.n_rows:
            return pl.Series(np.zeros(self.n_rows, dtype=bool))
        return parsing.is_weakly_missing(self.scalars).fill_null(value=False)


def clean_scalars(values: Values) -> pl.Series:
    """Return a series in which every form of "missing" (NaN, "?", "NA", …) is null."""
    if not isinstance(values, pl.Series):
        raise TypeError("a column of blocks has no scalars")
    if values.dtype == pl.String:
        return parsing.strip_missing(values)
    if values.dtype in (pl.Categorical, pl.Enum):
        return parsing.strip_missing(values.cast(pl.String))
    if values.dtype.is_float():
        # A pass over the numbers costs less than making the column anew.
        return values.fill_nan(None) if np.isnan(values.to_numpy()).any() else values
    return values


def text_of(values: Values) -> pl.Series:
    """Return a column's values as text, null where missing; raise DataError for blocks."""
    if not isinstance(values, pl.Series):
        raise DataError(
            f"The column holds blocks of shape {values.shape[1:]}.", expected="a text a row"
        )
    if values.dtype == pl.List(pl.String):
        return values.list.join(" ")
    scalars = clean_scalars(values)
    return scalars if scalars.dtype == pl.String else scalars.cast(pl.String, strict=False)


def clean_expression(name: str, dtype: pl.DataType) -> pl.Expr:
    """Return what makes of a column in a query what `clean_scalars` makes of a series."""
    column = pl.col(name)
    if dtype in (pl.Categorical, pl.Enum):
        column = column.cast(pl.String)
    if dtype in (pl.String, pl.Categorical, pl.Enum):
        stripped = column.str.strip_chars()
        return pl.when(~stripped.is_in(parsing.MISSING_TEXTS)).then(stripped).alias(name)
    return column.fill_nan(None) if dtype.is_float() else column


def numbers_of(scalars: pl.Series, format: NumberFormat | None = None) -> pl.Series:
    """Read cleaned scalars as Float64; null where missing or no number.

    Parameters
    ----------
    scalars
        What `clean_scalars` returned.
    format
        How text writes its numbers; by default as these values themselves show.

    Examples
    --------
    >>> numbers_of(pl.Series(["1,200 kg", "7 kg", None])).to_list()
    [1200.0, 7.0, None]
    """
    if scalars.dtype == pl.String:
        format = find_numerals(scalars).format if format is None else format
        return read_numbers(scalars, format).fill_nan(None)
    if scalars.dtype == pl.Duration:
        return (scalars.cast(pl.Duration("us")).cast(pl.Int64) / 1e6).alias(scalars.name)
    if scalars.dtype.is_numeric() or scalars.dtype in (pl.Boolean, pl.Null):
        return scalars.cast(pl.Float64)
    return pl.Series(scalars.name, [None] * len(scalars), dtype=pl.Float64)


def rows_with_nan(block: Array) -> Array:
    """Tell for each row of a block whether it holds a NaN, shape ``(n,)``."""
    if block.dtype.kind != "f":
        return np.zeros(len(block), dtype=bool)
    axes = tuple(range(1, block.ndim))
    # A sum is NaN wherever an entry is: far cheaper than a mask of the whole block.
    with np.errstate(invalid="ignore", over="ignore"):
        total = block.sum(axis=axes, dtype=np.float64)
    suspects = np.flatnonzero(~np.isfinite(total))
    result = np.zeros(len(block), dtype=bool)
    result[suspects] = np.isnan(block[suspects]).any(axis=axes)
    return result
