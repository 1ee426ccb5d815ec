"""A table: named columns of one length, the form in which all data travels.

A column is a Polars series of scalars, or an array with one row for each row of the table: a
block of numbers ``(n, d)`` or images ``(n, height, width[, channels])``. Polars alone would hold
60,000 images as lists; an array holds them as they are, without a copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from pellucid.errors import DataError, quote_list, suggest

Array: TypeAlias = npt.NDArray[Any]
Values: TypeAlias = "pl.Series | Array"


class Table:
    """Columns by name, all of the same length; it never changes.

    Parameters
    ----------
    columns
        Name of each column and its values: a Polars series, or an array with at least two
        dimensions whose first is the row. Neither is copied; arrays are shown read-only.

    Raises
    ------
    DataError
        Where two columns differ in length, or an array has fewer than two dimensions.

    Examples
    --------
    >>> table = Table({"age": pl.Series([22, 38]), "photo": np.zeros((2, 8, 8))})
    >>> table.names, table.n_rows
    (('age', 'photo'), 2)
    >>> table.take(np.array([1]))["age"].to_list()
    [38]
    """

    def __init__(self, columns: Mapping[str, Values]) -> None:
        self._columns = {name: _frozen(name, values) for name, values in columns.items()}
        lengths = {name: len(values) for name, values in self._columns.items()}
        if len(set(lengths.values())) > 1:
            raise DataError(
                "The columns have different lengths.",
                where=", ".join(f"{name!r}: {length:,}" for name, length in lengths.items()),
                expected="one value in every column for every row",
            )
        self._n_rows = next(iter(lengths.values()), 0)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(self._columns)

    @property
    def n_rows(self) -> int:
        """The number of rows."""
        return self._n_rows

    def __getitem__(self, name: str) -> Values:
        if name not in self._columns:
            raise DataError(
                f"There is no column called {name!r}.",
                expected=f"one of {quote_list(self.names)}",
                remedy=suggest(name, self.names),
            )
        return self._columns[name]

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return self._n_rows

    def __repr__(self) -> str:
        return f"Table({self.n_rows:,} rows; {quote_list(self.names)})"

    def take(self, rows: Array) -> Table:
        """Return the rows with these indices (from 0), in this order.

        Parameters
        ----------
        rows
            Integer indices, shape ``(m,)``; a row may be taken more than once.
        """
        rows = np.asarray(rows)
        return Table({name: values[rows] for name, values in self._columns.items()})

    def select(self, names: Iterable[str]) -> Table:
        """Return a table of these columns, in this order; a name it lacks raises DataError."""
        return Table({name: self[name] for name in names})

    def without(self, *names: str) -> Table:
        """Return a table of the other columns; names it lacks do not matter."""
        return Table({name: self[name] for name in self if name not in names})

    def with_column(self, name: str, values: Values) -> Table:
        """Return a table with one more column, or with this one replaced in its place."""
        return Table({**self._columns, name: values})

    @staticmethod
    def concat(tables: Sequence[Table]) -> Table:
        """Return the tables' rows one after another, by the first table's column names.

        Columns whose types differ take the common one (numbers and text become text).

        Raises
        ------
        DataError
            Where a later table lacks a column, or holds images of another shape.
        """
        if not tables:
            return Table({})
        return Table({name: _joined(name, [table[name] for table in tables]) for name in tables[0]})

    def to_frame(self) -> pl.DataFrame:
        """Return a Polars frame for output and display; arrays become Array columns."""
        return pl.DataFrame([pl.Series(name, values) for name, values in self._columns.items()])


def table_from_frame(frame: pl.DataFrame) -> Table:
    """Make a table of a Polars frame.

    Categorical columns become text and decimals become floats. Array columns, and list columns
    whose lists are all equally long and hold numbers, become arrays.

    Raises
    ------
    DataError
        Where the lists of a column have different lengths, or hold missing numbers.

    Examples
    --------
    >>> table_from_frame(pl.DataFrame({"v": [[1.0, 2.0], [3.0, 4.0]]}))["v"].shape
    (2, 2)
    """
    return Table({series.name: _plain(series) for series in frame.get_columns()})


def _plain(series: pl.Series) -> Values:
    dtype = series.dtype
    if dtype in (pl.Categorical, pl.Enum):
        return series.cast(pl.String)
    if dtype == pl.Object:
        raise DataError(
            f"Column {series.name!r} holds Python objects.",
            expected="numbers, text or truth values",
        )
    if isinstance(dtype, pl.Decimal):
        return series.cast(pl.Float64)
    if isinstance(dtype, pl.List):
        return _block_of_lists(series)
    if isinstance(dtype, pl.Array):
        if series.null_count():
            raise _missing_lists(series)
        return series.to_numpy()
    return series


def _block_of_lists(series: pl.Series) -> Array:
    if series.null_count():
        raise _missing_lists(series)
    lengths = series.list.len()
    if lengths.n_unique() > 1:
        usual = lengths.mode()[0]
        odd = (lengths != usual).arg_true() + 1
        raise DataError(
            f"The lists in column {series.name!r} have different lengths.",
            where=f"row {odd[0]} (counted from 1) has {lengths[odd[0] - 1]} entries, "
            f"most rows have {usual}",
            expected="the same number of entries in every row",
        )
    width = int(lengths[0]) if len(series) else 0
    return series.list.to_array(width).to_numpy()


def _missing_lists(series: pl.Series) -> DataError:
    first = series.is_null().arg_true()[0] + 1
    return DataError(
        f"Column {series.name!r} holds blocks of numbers, and some rows have none.",
        where=f"row {first} (counted from 1) is the first; {series.null_count()} in all",
        expected="a block of the same shape in every row",
        remedy="fill these rows, or remove them",
    )


def _frozen(name: str, values: Values) -> Values:
    if isinstance(values, pl.Series):
        return values.alias(name)
    if values.ndim < 2:
        raise DataError(
            f"Column {name!r} is an array with {values.ndim} dimension(s).",
            expected="a Polars series for scalars, or an array (n, …) of blocks",
        )
    view = values.view()
    view.flags.writeable = False
    return view


def _joined(name: str, parts: list[Values]) -> Values:
    series = [part for part in parts if isinstance(part, pl.Series)]
    if len(series) == len(parts):
        texts = any(part.dtype == pl.String for part in series)
        if texts:
            series = [part.cast(pl.String) for part in series]
        frames = [part.to_frame(name) for part in series]
        return pl.concat(frames, how="vertical_relaxed")[name]
    arrays = [part for part in parts if not isinstance(part, pl.Series)]
    if series or len({array.shape[1:] for array in arrays}) > 1:
        raise DataError(
            f"Column {name!r} holds values of different shapes.",
            where=", ".join(
                "one value a row" if isinstance(part, pl.Series) else f"{part.shape[1:]} a row"
                for part in parts
            ),
            expected="the same shape in every part",
        )
    return np.concatenate(arrays)
