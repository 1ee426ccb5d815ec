"""A table: named columns of one length, the form in which all data travels.

A column is a Polars series of scalars, or an array with one row for each row of the table: a
block of numbers ``(n, d)`` or images ``(n, height, width[, channels])``. Polars alone would hold
60,000 images as lists; an array holds them as they are, without a copy. Only what differs in
length from row to row is a series of lists: time series of numbers (``List(Float64)``, or
``List(List(Float64))`` for several channels, channel by channel), and sets of labels
(``List(String)``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from pellucid.data.stored import ROW, StoredColumn, count_few, in_parts, read_together
from pellucid.errors import DataError, quote, quote_list, suggest

Array: TypeAlias = npt.NDArray[Any]
Values: TypeAlias = "pl.Series | Array"

# Of a table on disk, so many rows are asked at once; a longer one is decided about by fewer.
MOST_LOOKED_AT = 1_000_000
_DECIDING_ROWS = 300_000
LONGEST_NAME = 1000


class Table:
    """Columns by name, all of the same length; it never changes.

    Parameters
    ----------
    columns
        Name of each column and its values: a Polars series, or an array with at least two
        dimensions whose first is the row. Neither is copied; arrays are shown read-only.

    Attributes
    ----------
    on_disk
        Whether values lie in files: memory-mapped arrays, or stored columns. Rows then are taken
        by noting which are meant, and a column's values are read when it is asked for.
    origin
        The file or folder it came from, for messages; None where it came from memory.

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

    origin: str | None = None

    def __init__(self, columns: Mapping[str, Values | StoredColumn]) -> None:
        held = {name: _Held(_frozen(name, values)) for name, values in columns.items()}
        _refuse_unusable_names(held)
        on_disk = (isinstance(v, (np.memmap, StoredColumn)) for v in columns.values())
        self._hold(held, any(on_disk))

    def _hold(self, columns: dict[str, _Held], on_disk: bool) -> None:
        self._columns = columns
        self.on_disk = on_disk
        lengths = {name: len(column) for name, column in columns.items()}
        if len(set(lengths.values())) > 1:
            raise DataError(
                "The columns have different lengths.",
                where=", ".join(f"{name!r}: {length:,}" for name, length in lengths.items()),
                expected="one value in every column for every row",
            )
        self._n_rows = next(iter(lengths.values()), 0)

    @classmethod
    def _of(cls, columns: dict[str, _Held], on_disk: bool) -> Table:
        table = cls.__new__(cls)
        table._hold(columns, on_disk)
        return table

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(self._columns)

    @property
    def n_rows(self) -> int:
        """The number of rows."""
        return self._n_rows

    def __getitem__(self, name: str) -> Values:
        return self._held(name).values()

    def _held(self, name: str) -> _Held:
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
        if not self.on_disk:
            # Rows in a row are a view, which takes no memory: windows overlap, and copies do not.
            wanted = _as_slice(rows, self.n_rows)
            return self._passed_to(Table({name: self[name][wanted] for name in self}))
        # Only which rows are meant is noted; a column's values are read when it is asked for.
        if self.n_rows < np.iinfo(np.int32).max:
            rows = rows.astype(np.int32)  # of very many rows, half the memory
        chosen: dict[int, Array] = {}
        columns = {}
        for name, column in self._columns.items():
            key = id(column.rows)
            if key not in chosen:
                chosen[key] = rows if column.rows is None else column.rows[rows]
            columns[name] = _Held(column.all_values, chosen[key])
        return self._passed_to(Table._of(columns, on_disk=True))

    def in_memory(self) -> Table:
        """Return a table whose stored columns were read, several at a time; arrays stay files."""
        columns = dict(self._columns)
        for rows in {id(column.rows): column.rows for column in columns.values()}.values():
            stored = {
                name: column.all_values
                for name, column in columns.items()
                if isinstance(column.all_values, StoredColumn) and column.rows is rows
            }
            columns |= {name: _Held(read) for name, read in read_together(stored, rows).items()}
        mapped = any(isinstance(column.all_values, np.memmap) for column in columns.values())
        return Table._of({name: columns[name] for name in self._columns}, on_disk=mapped)

    def scan(self, name: str) -> pl.LazyFrame | None:
        """Return a column of scalars as a query, which goes through a stored one in parts.

        Examples
        --------
        >>> Table({"age": pl.Series([22, 38])}).scan("age").max().collect().item()
        38
        """
        column = self._held(name)
        if isinstance(column.all_values, StoredColumn) and column.rows is None:
            return column.all_values.scan()
        values = column.values()
        return values.to_frame().lazy() if isinstance(values, pl.Series) else None

    def spread(self, most: int) -> tuple[Table, Array]:
        """Return at most so many rows, evenly spread over the table, and their indices."""
        if self.n_rows <= most:
            return self, np.arange(self.n_rows)
        rows = np.linspace(0, self.n_rows - 1, most).round().astype(np.int64)
        return self.take(rows), rows

    def pieces(self, most: int = MOST_LOOKED_AT) -> Iterator[Table]:
        """Yield the rows in order, so many at a time; what is asked of each is then in memory."""
        for start in range(0, self.n_rows, most):
            yield self.piece(start, most)

    def piece(self, start: int, most: int = MOST_LOOKED_AT) -> Table:
        """Return so many rows from ``start`` on, or what is left of them."""
        return self.take(np.arange(start, min(start + most, self.n_rows)))

    def looked_at(self, classes: Iterable[str] = ()) -> Table:
        """Return what decides about the table: all of it, or 300,000 rows of a long one on disk.

        Parameters
        ----------
        classes
            Columns of which every different value is to be among the rows.
        """
        if not self.on_disk or self.n_rows <= MOST_LOOKED_AT:
            return self
        _, rows = self.spread(_DECIDING_ROWS)
        firsts = {row for name in classes for row in self._first_of_others(name, rows)}
        return self.take(np.union1d(rows, np.array(sorted(firsts), dtype=np.int64)))

    def few_values(self, name: str) -> pl.DataFrame | None:
        """Return how often each value of a column stands there, where they are few.

        Of a stored column this is counted once; the columns of the answer are those of
        `StoredColumn.few_values`. None for many values, and for arrays.
        """
        column = self._held(name)
        if isinstance(column.all_values, StoredColumn) and column.rows is None:
            return column.all_values.few_values
        values = self.scan(name)
        return None if values is None else count_few(values, name, self.n_rows)

    def _first_of_others(self, name: str, rows: Array) -> list[int]:
        """Return the first row of each value that is not among these rows, where few differ."""
        counted, values = self.few_values(name), self.scan(name)
        if counted is None or values is None:
            return []
        seen = set(self.select([name]).take(rows)[name])
        others = counted.filter(pl.Series([value not in seen for value in counted["value"]]))
        if others.is_empty():
            return []
        wanted = others["value"].to_list()
        found = in_parts(
            values,
            self.n_rows,
            lambda part: (
                part.filter(pl.col(name).is_in(wanted, nulls_equal=True))
                .group_by(name)
                .agg(pl.col(ROW).min())
            ),
        )
        return found.group_by(name).agg(pl.col(ROW).min())[ROW].to_list()

    def first(self, name: str, most: int) -> Values:
        """Return the first values of a column, at most so many."""
        return self.select([name]).take(np.arange(min(most, self.n_rows)))[name]

    def select(self, names: Iterable[str]) -> Table:
        """Return a table of these columns, in this order; a name it lacks raises DataError."""
        chosen = {name: self._held(name) for name in names}
        return self._passed_to(Table._of(chosen, self.on_disk))

    def without(self, *names: str) -> Table:
        """Return a table of the other columns; names it lacks do not matter."""
        others = {n: c for n, c in self._columns.items() if n not in names}
        return self._passed_to(Table._of(others, self.on_disk))

    def with_column(self, name: str, values: Values) -> Table:
        """Return a table with one more column, or with this one replaced in its place."""
        columns = {**self._columns, name: _Held(_frozen(name, values))}
        return self._passed_to(Table._of(columns, self.on_disk))

    def from_place(self, origin: str) -> Table:
        """Return the same table with its origin."""
        table = Table._of(self._columns, self.on_disk)
        table.origin = origin
        return table

    def _passed_to(self, table: Table) -> Table:
        table.origin = self.origin
        return table

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
        return pl.DataFrame([pl.Series(name, self[name]) for name in self])


@dataclass(frozen=True, eq=False)
class _Held:
    """A column's values, or those of some of its rows, which are then read when asked for."""

    all_values: Values | StoredColumn
    rows: Array | None = None

    def __len__(self) -> int:
        return len(self.all_values if self.rows is None else self.rows)

    def values(self) -> Values:
        if self.rows is not None:
            return self.all_values[self.rows]
        if isinstance(self.all_values, StoredColumn):
            return self.all_values.read(0, len(self))
        return self.all_values


def table_from_frame(frame: pl.DataFrame) -> Table:
    """Make a table of a Polars frame.

    Categorical columns become text and decimals become floats. Array columns, and list columns
    whose lists are all equally long and hold numbers, become arrays; other lists of numbers or of
    text stay lists.

    Raises
    ------
    DataError
        Where an array column has missing rows, or a column holds Python objects.

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
        return _lists(series)
    if isinstance(dtype, pl.Array):
        if series.null_count():
            raise _missing_lists(series)
        return series.to_numpy()
    return series


def _lists(series: pl.Series) -> Values:
    """Make an array of lists of numbers that are equally long; keep others as they are."""
    inner = series.dtype.inner if isinstance(series.dtype, pl.List) else series.dtype
    lengths = series.list.len()
    if series.null_count() or lengths.n_unique() > 1 or not inner.is_numeric():
        return series
    width = int(lengths[0]) if len(series) else 0
    blocks = series.cast(pl.List(pl.Float64)) if _is_wide(inner) else series
    return blocks.list.to_array(width).to_numpy()


def _is_wide(dtype: pl.DataType | pl.datatypes.DataTypeClass) -> bool:
    """Tell numbers that NumPy has no type for, so that blocks of them are read as floats."""
    return isinstance(dtype, pl.Decimal) or dtype in (pl.Int128, pl.UInt128)


def _missing_lists(series: pl.Series) -> DataError:
    first = series.is_null().arg_true()[0] + 1
    return DataError(
        f"Column {series.name!r} holds blocks of numbers, and some rows have none.",
        where=f"row {first} (counted from 1) is the first; {series.null_count()} in all",
        expected="a block of the same shape in every row",
        remedy="fill these rows, or remove them",
    )


def _refuse_unusable_names(names: Iterable[str]) -> None:
    """Refuse names that are surely no names, and those that Polars takes for patterns."""
    for name in names:
        if len(name) > LONGEST_NAME:
            raise DataError(
                f"A column's name has {len(name):,} characters: {quote(name, 40)}.",
                expected=f"at most {LONGEST_NAME:,} characters",
                remedy="give the columns short names; perhaps the first line is no header",
            )
        if name.startswith("^") and name.endswith("$"):
            raise DataError(
                f"A column is called {name!r}, which reads as a pattern for names.",
                expected="a name that does not both begin with ^ and end with $",
                remedy="rename this column",
            )


def _as_slice(rows: Array, n_rows: int) -> Array | slice:
    """Return rows of a table that follow one another as a slice, any others as they are."""
    follow = rows.ndim == 1 and len(rows) > 0 and rows.dtype.kind in "iu"
    inside = follow and rows[0] >= 0 and rows[-1] < n_rows
    if not inside or not (np.diff(rows) == 1).all():
        return rows
    return slice(int(rows[0]), int(rows[-1]) + 1)


def _frozen(name: str, values: Values | StoredColumn) -> Values | StoredColumn:
    if isinstance(values, StoredColumn):
        return values
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
