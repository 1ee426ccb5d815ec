"""Columns that lie in an Arrow file: read a part at a time, and several at once.

What is read passes through memory in parts, so that rows of a column of any length cost no more
than they take themselves. Polars lets go of Python's lock while it reads, so two columns are read
in the time of one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import polars as pl

from pellucid import memory

if TYPE_CHECKING:
    from pellucid.data.table import Array

# The first rows tell whether a column repeats few values; up to so many different ones are few.
_FIRST_ROWS = 1_000_000
_FEW_VALUES = 100_000
# What a value takes while it is read: its page of the file, and what is made of it.
_CELL_BYTES = 32
# The name of the column of row numbers, where a query asks for one.
ROW = "number of the row"
_MOST_THREADS = 8

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class StoredColumn:
    """A column that lies in an Arrow file and is read when it is asked for.

    Attributes
    ----------
    path, name
        The file, written without compression, and the column's name in it.
    length
        The number of rows.
    """

    path: Path
    name: str
    length: int

    def __len__(self) -> int:
        return self.length

    def scan(self) -> pl.LazyFrame:
        """Return the column as a query."""
        return pl.scan_ipc(self.path, glob=False).select(self.name)

    @cached_property
    def few_values(self) -> pl.DataFrame | None:
        """Each different value, and in how many rows ``n`` it stands.

        Counted once, in a pass; None where the first million rows hold more than 100,000
        different values.
        """
        return count_few(self.scan(), self.name, self.length)

    def read(self, start: int, stop: int) -> pl.Series:
        """Read the rows ``start`` … ``stop − 1``."""
        return self.scan().slice(start, stop - start).collect().to_series()

    def __getitem__(self, rows: Array) -> pl.Series:
        """Read some rows, in their order; a row may be asked for more than once."""
        if not len(rows):
            return self.read(0, 0)
        if not (np.diff(rows) >= 0).all():
            order = np.argsort(rows, kind="stable")
            place = np.empty_like(order)
            place[order] = np.arange(len(order))
            return self[rows[order]][place]
        parts = [self._gather(part) for part in _near_each_other(rows, rows_at_once())]
        return parts[0] if len(parts) == 1 else pl.concat(parts)

    def _gather(self, rows: Array) -> pl.Series:
        """Read rows in ascending order; those between the first and the last come along."""
        start, stop = int(rows[0]), int(rows[-1]) + 1
        part = self.read(start, stop)
        follow_one_another = stop - start == len(rows) and bool((np.diff(rows) == 1).all())
        return part if follow_one_another else part[rows - start]


def count_few(values: pl.LazyFrame, name: str, n_rows: int) -> pl.DataFrame | None:
    """Count the values of a column, as `StoredColumn.few_values` does."""
    values = values.select(pl.col(name).alias("value"))
    head = values.head(_FIRST_ROWS).select(pl.col("value").n_unique())
    if head.collect().item() > _FEW_VALUES:
        return None
    counted = in_parts(values, n_rows, lambda part: part.group_by("value").agg(pl.len().alias("n")))
    return counted.group_by("value").agg(pl.col("n").sum())


def read_together(columns: Mapping[str, StoredColumn], rows: Array | None) -> dict[str, pl.Series]:
    """Read the same rows of several columns, of those in one file in one pass.

    Parameters
    ----------
    columns
        The columns, by the names that they get.
    rows
        The rows, in any order; by default all. Of rows that ascend, those between the first and
        the last pass through memory in parts.
    """
    length = max((column.length for column in columns.values()), default=0)
    if not length or not (rows is None or (len(rows) and (np.diff(rows) > 0).all())):
        rows = np.arange(length) if rows is None else rows
        read = in_threads(lambda column: column[rows], columns.values())
        return dict(zip(columns, read, strict=True))
    series: dict[str, pl.Series] = {}
    for path in dict.fromkeys(column.path for column in columns.values()):
        mine = {name: column for name, column in columns.items() if column.path == path}
        query = pl.scan_ipc(path, glob=False).select(
            pl.col(column.name).alias(name) for name, column in mine.items()
        )
        wanted = np.arange(next(iter(mine.values())).length) if rows is None else rows
        parts = _near_each_other(wanted, rows_at_once(len(mine)))
        frame = pl.concat([_read_rows(query, part) for part in parts])
        # One by one: all of them would lie in memory twice.
        series |= {name: frame.drop_in_place(name).rechunk() for name in mine}
    return series


def _read_rows(query: pl.LazyFrame, rows: Array) -> pl.DataFrame:
    """Read ascending rows of a stored table."""
    start, span = int(rows[0]), int(rows[-1] - rows[0]) + 1
    query = query.slice(start, span)
    if span > len(rows):
        wanted = pl.LazyFrame({ROW: pl.Series(rows, dtype=pl.get_index_type())})
        query = query.with_row_index(ROW, offset=start)
        query = query.join(wanted, on=ROW, how="semi", maintain_order="left").drop(ROW)
    return query.collect(engine="streaming")


def in_threads(function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """Apply a function to each item, several at a time; return the results in their order.

    For work that lets go of Python's lock, as that of Polars and NumPy does. An exception of the
    first item that raises one is raised.

    Examples
    --------
    >>> in_threads(len, ["one", "three"])
    [3, 5]
    """
    items = list(items)
    if len(items) < 2:
        return [function(item) for item in items]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    n_threads = min(_MOST_THREADS, len(items), cores or 1)
    with ThreadPoolExecutor(n_threads, thread_name_prefix="pellucid-columns") as pool:
        # Each with what is set for this thread, such as the limit for the memory.
        futures = [pool.submit(copy_context().run, function, item) for item in items]
        return [future.result() for future in futures]


def in_parts(
    values: pl.LazyFrame, n_rows: int, ask: Callable[[pl.LazyFrame], pl.LazyFrame]
) -> pl.DataFrame:
    """Ask a question of some rows at a time, and return the answers below one another.

    No more than these rows are in memory, not even as pages of a mapped file.

    Parameters
    ----------
    values
        A query such as `StoredColumn.scan` returns; the number of each row is added as the column
        `ROW`, which costs nothing where nobody asks for it.
    n_rows
        How many rows it has.
    ask
        Makes of some rows an answer of few.
    """
    step = rows_at_once()
    answers = [
        ask(values.slice(start, step).with_row_index(ROW, offset=start))
        for start in range(0, max(1, n_rows), step)
    ]
    return pl.concat([answer.collect(engine="streaming") for answer in answers])


def rows_at_once(n_columns: int = 1) -> int:
    """Return how many rows of so many columns may be read at once."""
    return max(1, memory.limit() // memory.SHARE // (_CELL_BYTES * n_columns))


def _near_each_other(rows: Array, most: int) -> Iterator[Array]:
    """Divide ascending rows into parts that span no more than so many rows."""
    first = 0
    while first < len(rows):
        end = int(np.searchsorted(rows, int(rows[first]) + most, side="left"))
        yield rows[first:end]
        first = end
