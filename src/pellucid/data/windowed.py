"""Windows made of a table, and what is asked of the columns that they are made of."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from pellucid.data.profile import Profile, clean_scalars, numbers_of
from pellucid.data.rows import count, name_rows
from pellucid.data.table import Array, Table, Values


@dataclass(frozen=True)
class Windowed:
    """Windows made of a table.

    Attributes
    ----------
    table
        One row for each place in time.
    times
        The time of each place, or its row's number (from 1) in the table; None for a table
        that was no windows.
    notes
        What a person must be told, each a sentence.
    """

    table: Table
    times: pl.Series | None = None
    notes: tuple[str, ...] = field(default=())


def course_of(table: Table, name: str) -> Array:
    """Return a column's numbers, float64 ``(n,)``, NaN where one is missing."""
    return numbers_of(clean_scalars(table[name])).fill_null(np.nan).to_numpy()


def last_values(views: Values) -> Array:
    """Return the last number of each window that is not missing; 0 where all are."""
    windows = np.asarray(views)
    values = windows[:, -1].copy()
    lost = np.flatnonzero(np.isnan(values))
    known = ~np.isnan(windows[lost, ::-1])
    values[lost] = windows[lost, windows.shape[1] - 1 - known.argmax(axis=1)]
    return np.asarray(np.nan_to_num(values))


def holds_numbers(name: str, values: Values) -> bool:
    """Tell whether a column holds a number in each row, also as text, or truth values."""
    profile = Profile(name, values)
    if profile.is_block:
        return False
    if profile.is_text:
        return not len(profile.stray) and len(profile.present) > 0
    return profile.is_numeric or profile.is_boolean


def notes_on_order(
    time: str | None, order: Array, gaps: Array, lost: int, n: int
) -> tuple[str, ...]:
    """Say that rows were sorted, and which windows were left out, each a sentence.

    Parameters
    ----------
    time
        The column that orders the rows.
    order
        The rows in the order of time.
    gaps
        The places in that order after which rows are missing.
    lost, n
        How many windows were left out, of how many.
    """
    notes = []
    if (np.diff(order) < 0).any():
        notes.append(f"The rows are not in the order of {time!r}, and were sorted by it.")
    if len(gaps):
        notes.append(
            f"{count(len(gaps), 'gap')} in {time!r}, after {name_rows(order[gaps])}: windows "
            f"across a gap are left out, {lost:,} of {n:,}."
        )
    return tuple(notes)
