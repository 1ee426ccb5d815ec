"""What the checks look at: a table, or a sample of a long one, with the contract's columns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
import polars as pl

from pellucid import memory
from pellucid.data.categories import as_value_type, keys_of
from pellucid.data.column_inference import quoted
from pellucid.data.contract import ColumnContract
from pellucid.data.finding import numbered
from pellucid.data.findings.sameness import Sameness
from pellucid.data.profile import Profile
from pellucid.data.rows import name_rows
from pellucid.data.table import Array, Table

# Tables up to so many rows are looked at whole.
MOST_ROWS = 1_000_000
# Of longer ones, so many rows are looked at: what holds of one row in 100,000 is found with a
# probability of 86 %, in seconds.
SAMPLED_ROWS = 200_000
# Of a table on disk fewer, where they would fill the memory: what is looked at is read into it.
_FEWEST_ROWS = 10_000
_CELL_BYTES = 32


class Sample:
    """The rows of a table that are looked at: all of them, or some spread over it at random.

    Parameters
    ----------
    table
        The whole table.
    most
        How many rows are looked at; by default all of up to a million, of a longer table 200,000,
        of a wide table on disk fewer.

    Examples
    --------
    >>> sample = Sample(Table({"a": pl.Series(range(100))}), most=10)
    >>> sample.table.n_rows, sample.n_rows, sample.is_whole
    (10, 100, False)
    """

    def __init__(self, table: Table, most: int | None = None) -> None:
        most = _most_rows(table) if most is None else most
        self.n_rows = table.n_rows
        self._rows: Array | None = None
        self.table = table
        if table.n_rows > most:
            # One row at random of each of so many equal parts: the same rows every time.
            edges = np.arange(most + 1) * table.n_rows // most
            places = np.random.default_rng(0).random(most)
            self._rows = edges[:-1] + (places * np.diff(edges)).astype(np.int64)
            self.table = table.take(self._rows).in_memory()

    @property
    def is_whole(self) -> bool:
        """Whether every row is looked at."""
        return self._rows is None

    @property
    def indices(self) -> Array:
        """The rows' indices in the whole table, counted from 0, shape ``(m,)``."""
        return np.arange(self.n_rows) if self._rows is None else self._rows

    def among(self) -> str:
        """Say where rows were counted if not in the whole table: a clause or nothing."""
        return "" if self.is_whole else f" among the {self.table.n_rows:,} rows looked at"


def _most_rows(table: Table) -> int:
    most = MOST_ROWS if table.n_rows <= MOST_ROWS else SAMPLED_ROWS
    if not table.on_disk:
        return most
    row_bytes = _CELL_BYTES * max(1, len(table.names))
    return min(most, max(_FEWEST_ROWS, memory.limit() // memory.SHARE // row_bytes))


class Evidence:
    """A sample with the contract of its columns; what is counted is counted once.

    Parameters
    ----------
    sample
        The rows looked at.
    columns
        The contracts of all columns.
    task
        ``"classification"``, ``"regression"`` or another.
    profiles
        Profiles of the sample's columns where there are some already.
    others
        The data's other parts, to be compared with the sample.
    """

    def __init__(
        self,
        sample: Sample,
        columns: Sequence[ColumnContract],
        task: str,
        profiles: dict[str, Profile] | None = None,
        others: Sequence[Table] = (),
    ) -> None:
        self.sample = sample
        self.columns = tuple(columns)
        self.task = task
        self.remembered: dict[str, set[str]] = {}
        self._profiles = profiles if profiles is not None else {}
        self._others = tuple(others)
        self._same: Sameness | None = None
        self._lock = Lock()

    @property
    def n_rows(self) -> int:
        """How many rows are looked at."""
        return self.sample.table.n_rows

    @cached_property
    def inputs(self) -> tuple[ColumnContract, ...]:
        """The columns that the network sees."""
        return tuple(column for column in self.columns if column.role == "input")

    @cached_property
    def targets(self) -> tuple[ColumnContract, ...]:
        """The columns to be predicted."""
        return tuple(column for column in self.columns if column.role == "target")

    def profile(self, name: str) -> Profile:
        """Return the profile of a column's rows looked at."""
        if name not in self._profiles:
            self._profiles[name] = Profile(name, self.sample.table[name])
        return self._profiles[name]

    def scalars(self, columns: Sequence[ColumnContract], *kinds: str) -> list[Profile]:
        """Return the profiles of those columns that hold one value a row, of these kinds."""
        chosen = [column for column in columns if not kinds or column.kind in kinds]
        profiles = [self.profile(column.name) for column in chosen]
        return [profile for profile in profiles if _is_scalar(profile)]

    def keys(self, column: ColumnContract) -> pl.Series:
        """Return the keys of a column's categories, as its contract counts them."""
        value_type = as_value_type(column.details["value_type"])
        return keys_of(self.profile(column.name).scalars, value_type)

    @property
    def same(self) -> Sameness:
        """What tells which rows, of the sample and of the other parts, are equal."""
        with self._lock:  # checks run side by side, and files are to be read by one of them only
            if self._same is None:
                self._same = Sameness((self.sample.table, *self._others), self.columns)
            return self._same

    @cached_property
    def input_hashes(self) -> Array:
        """A hash of each row's inputs, uint64 ``(n,)``; equal rows have equal hashes."""
        return self.same.hashes(self.sample.table, [column.name for column in self.inputs])

    @cached_property
    def row_hashes(self) -> Array:
        """A hash of each row's inputs and targets, uint64 ``(n,)``."""
        names = [column.name for column in self.targets]
        return self.same.hashes(self.sample.table, names, self.input_hashes)

    def where(self, found: Array | pl.Series, limit: int = 5) -> str:
        """Word the rows found, given by their indices in the sample."""
        rows = self.sample.indices[np.asarray(found)]
        return name_rows(rows, limit) + self.sample.among()

    def rows(self, found: Array | pl.Series) -> dict[str, Any]:
        """Return the fields ``rows`` and ``n_rows`` of the rows found."""
        return numbered(self.sample.indices[np.asarray(found)])


def drop_flags(*names: str) -> str:
    """Return the flags that leave columns out.

    Examples
    --------
    >>> drop_flags("cabin", "home town")
    '--drop cabin --drop "home town"'
    """
    return " ".join(f"--drop {quoted(name)}" for name in names)


def _is_scalar(profile: Profile) -> bool:
    return not profile.is_block and not isinstance(profile.scalars.dtype, pl.List | pl.Struct)
