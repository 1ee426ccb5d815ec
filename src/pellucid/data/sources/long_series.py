"""Time series in long tables: a line for each moment, with its series' id and its time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import polars as pl

from pellucid.data.rows import count, name_rows
from pellucid.data.sources.series_columns import series_of_lists
from pellucid.data.table import Table
from pellucid.data.times import is_date_like, read_moments
from pellucid.errors import DataError, quote_list, suggest

SERIES = "series"
_ROW = "row of the table"


@dataclass(frozen=True)
class LongForm:
    """How the lines of a long table become a row for each series; plain data.

    Attributes
    ----------
    id
        The column that says which series a line belongs to.
    time
        The column by which the lines of a series are ordered; None: as they stand.
    values
        The columns of the values, one for each channel.
    kept
        The columns that have one value for each series, and stay.
    column
        What the column of series is called.

    Examples
    --------
    >>> lines = Table({
    ...     "who": pl.Series(["a", "a", "b", "b"]),
    ...     "hour": pl.Series([2, 1, 1, 2]),
    ...     "pulse": pl.Series([61, 64, 80, 77]),
    ...     "ill": pl.Series(["no", "no", "yes", "yes"]),
    ... })
    >>> form = LongForm.plan(lines, "who", "hour", ["pulse"])
    >>> form.kept, form.apply(lines)["series"].tolist()
    (('ill',), [[64.0, 61.0], [80.0, 77.0]])
    """

    id: str
    time: str | None
    values: tuple[str, ...]
    kept: tuple[str, ...] = ()
    column: str = SERIES

    @classmethod
    def plan(cls, table: Table, id: str, time: str | None, values: Sequence[str]) -> Self:
        """Find out which columns have one value for each series; they are kept.

        Raises
        ------
        DataError
            Where a column does not exist or cannot serve.
        """
        for name in (id, *([] if time is None else [time]), *values):
            require_column(table, name)
        frame = scalars_of(table)
        _refuse_missing(frame, id)
        constant = constant_columns(frame, id, without=[*values, *([] if time is None else [time])])
        column = SERIES if SERIES not in (id, *constant) else f"{SERIES} of {', '.join(values)}"
        return cls(id, time, tuple(values), tuple(constant), column)

    def made(self, table: Table) -> bool:
        """Tell whether a table has its series already, a row each."""
        return self.column in table and not all(name in table for name in self.values)

    def apply(self, table: Table) -> Table:
        """Gather the lines into one row for each series, in the order in which these first occur.

        A series is ordered by its times, which are not kept; missing values stay as gaps (NaN).

        Parameters
        ----------
        table
            Lines with the columns of the form; of those kept, the ones that are there.

        Returns
        -------
        Table
            The id, the column of series (`pellucid.data.sources.series_columns`), then the
            columns kept.

        Raises
        ------
        DataError
            Where a column is missing, an id or time is missing, a series has two lines of the
            same time, a value is no number, or a column kept changes within a series.
        """
        self._refuse_missing_columns(table)
        frame = scalars_of(table)
        kept = [name for name in self.kept if name in frame.columns]
        self._check(frame, kept)
        lines = frame.select(
            pl.col(self.id),
            *(pl.col(name).cast(pl.Float64).fill_null(float("nan")) for name in self.values),
            *(pl.col(name) for name in kept),
        )
        if self.time is not None:
            order = _moments(frame[self.time]).arg_sort()
            lines = lines[order]
        grouped = lines.group_by(self.id, maintain_order=True).agg(
            pl.col(self.values), *(pl.col(name).drop_nulls().first() for name in kept)
        )
        # Sorting by time has changed which series comes first.
        firsts = frame.select(pl.col(self.id).unique(maintain_order=True))
        grouped = firsts.join(grouped, on=self.id, how="left", maintain_order="left")
        series = series_of_lists([grouped[name] for name in self.values])
        further = {name: grouped[name] for name in kept}
        return Table({self.id: grouped[self.id], self.column: series, **further})

    def to_dict(self) -> dict[str, Any]:
        """Return the form as a dictionary that JSON holds."""
        return asdict(self)

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the form again."""
        return cls(**{**saved, "values": tuple(saved["values"]), "kept": tuple(saved["kept"])})

    def _refuse_missing_columns(self, table: Table) -> None:
        needed = [self.id, *([] if self.time is None else [self.time]), *self.values]
        missing = [name for name in needed if name not in table]
        if missing:
            raise DataError(
                f"The table lacks {count(len(missing), 'column')} that the time series are "
                f"gathered from: {quote_list(missing)}.",
                where=f"its columns are {quote_list(table.names)}",
                expected=f"a line for each moment, with {quote_list(needed)}",
                remedy=suggest(missing[0], table.names) or "add these columns, or rename yours",
            )

    def _check(self, frame: pl.DataFrame, kept: Sequence[str]) -> None:
        for name in (self.id, *([] if self.time is None else [self.time]), *self.values):
            if name not in frame.columns:
                raise DataError(f"The column {name!r} holds blocks.", expected="one value a row")
        _refuse_missing(frame, self.id)
        if self.time is not None:
            _refuse_missing(frame, self.time)
        for name in self.values:
            if not frame[name].dtype.is_numeric() and frame[name].null_count() < frame.height:
                raise DataError(
                    f"The column {name!r} holds {frame[name].dtype}, not numbers.",
                    expected="the values of the series",
                    remedy="correct the cells that are no numbers, or name other --values",
                )
        twice = None if self.time is None else frame.select(self.id, self.time).is_duplicated()
        if twice is not None and twice.any():
            raise DataError(
                f"A series has several values of the same time (columns {self.id!r} and "
                f"{self.time!r}).",
                where=name_rows(twice.arg_true()),
                expected="one line for each series and time",
                remedy="remove the lines that are there twice, or name each channel's column",
            )
        for name in sorted(set(kept) - set(constant_columns(frame, self.id))):
            several = frame.group_by(self.id).agg(pl.col(name).drop_nulls().n_unique())
            ids = several.filter(pl.col(name) > 1)[self.id]
            changing = frame[self.id].is_in(ids.implode())
            raise DataError(
                f"The column {name!r} changes within a series (column {self.id!r}).",
                where=name_rows(changing.arg_true()),
                expected="one value for each series, as in training",
                remedy="correct these rows",
            )


def series_from_long(table: Table, id: str, time: str | None, values: str | Sequence[str]) -> Table:
    """Gather a long table into one row for each series.

    Parameters
    ----------
    table
        A line for each moment: which series it belongs to, when it was, and its values.
    id, time, values
        The columns of these, as in `LongForm`; of values one, or one for each channel.

    Returns
    -------
    Table
        As `LongForm.apply`. Columns that change within a series are left out.

    Raises
    ------
    DataError
        As `LongForm.plan` and `LongForm.apply`.

    Examples
    --------
    >>> table = Table({
    ...     "id": pl.Series(["a", "a", "b", "b"]),
    ...     "time": pl.Series([2, 1, 1, 2]),
    ...     "value": pl.Series([0.5, 1.5, 2.5, 3.5]),
    ... })
    >>> series_from_long(table, "id", "time", "value")["series"].tolist()
    [[1.5, 0.5], [2.5, 3.5]]
    """
    channels = [values] if isinstance(values, str) else list(values)
    return LongForm.plan(table, id, time, channels).apply(table)


def scalars_of(table: Table) -> pl.DataFrame:
    """Return the columns that hold one value a row."""
    columns = (table[name] for name in table)
    nested = (pl.List, pl.Array, pl.Struct, pl.Object)
    return pl.DataFrame(
        [c for c in columns if isinstance(c, pl.Series) and not isinstance(c.dtype, nested)]
    )


def constant_columns(frame: pl.DataFrame, id: str, without: Sequence[str] = ()) -> list[str]:
    """Return the columns that have at most one value for each id, in order; gaps do not count."""
    others = [name for name in frame.columns if name != id and name not in without]
    if not others:
        return []
    # Cheaper than counting different values: the least is the greatest, whatever is missing.
    same = (pl.col(name).min() == pl.col(name).max() for name in others)
    checked = frame.group_by(id).agg(*same).select(pl.col(others).all()).row(0)
    return [name for name, is_same in zip(others, checked, strict=True) if is_same]


def require_column(table: Table, name: str) -> None:
    """Raise DataError with a suggestion where a table lacks a column."""
    if name not in table:
        raise DataError(
            f"There is no column called {name!r}.",
            expected=f"one of {quote_list(table.names)}",
            remedy=suggest(name, table.names),
        )


def _moments(times: pl.Series) -> pl.Series:
    """Return what times are sorted by: text that is dates by what it says, else as it is."""
    if times.dtype == pl.String and is_date_like(times):
        return pl.Series(read_moments(times.name, times).values)
    return times


def _refuse_missing(frame: pl.DataFrame, name: str) -> None:
    if name in frame.columns and frame[name].null_count():
        raise DataError(
            f"The column {name!r} has missing values.",
            where=name_rows(frame[name].is_null().arg_true()),
            expected="a value in every row",
            remedy="fill these cells, or remove the rows",
        )
