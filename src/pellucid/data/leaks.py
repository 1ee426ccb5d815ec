"""Columns that give the target away, because they were written down after it."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pellucid.data.contract import ColumnContract
from pellucid.data.profile import Profile
from pellucid.data.table import Table

# With fewer rows, exact agreement may be chance.
FEWEST_ROWS = 30
# A column with more values than this may tell the classes apart without being a copy.
MOST_VALUES = 20
ALMOST_EXACT = 0.9999


def find_leaks(table: Table, columns: Sequence[ColumnContract], target: str) -> list[str]:
    """Word a warning for each input column that tells the target exactly.

    Parameters
    ----------
    table
        The training rows.
    columns
        Their contracts, the target's among them.
    target
        The target's name.

    Returns
    -------
    list of str
        A sentence for each column whose every value goes with one class, or which follows a
        numeric target on a straight line (|r| > 0.9999).

    Examples
    --------
    >>> survived = pl.Series([0, 1] * 20)
    >>> table = Table({"alive": survived.replace_strict([0, 1], ["no", "yes"]), "y": survived})
    >>> columns = [ColumnContract("alive", "input", "category", ""),
    ...            ColumnContract("y", "target", "category", "")]
    >>> find_leaks(table, columns, "y")[0]
    "'alive' tells 'y' exactly: leave it out if it is only known afterwards (--drop alive)."
    """
    if table.n_rows < FEWEST_ROWS:
        return []
    is_number = any(column.role == "target" and column.kind == "number" for column in columns)
    aim = Profile(target, table[target])
    warnings = []
    for column in columns:
        profile = Profile(column.name, table[column.name])
        if column.role != "input" or profile.is_block:
            continue
        if _follows(profile, aim) if is_number else _tells(profile, aim):
            warnings.append(
                f"{column.name!r} tells {target!r} exactly: leave it out if it is only known "
                f"afterwards (--drop {column.name})."
            )
    return warnings


def _tells(profile: Profile, aim: Profile) -> bool:
    if not 2 <= (profile.n_distinct or 0) <= MOST_VALUES:
        return False
    pairs = pl.DataFrame({"value": profile.scalars, "aim": aim.scalars}).drop_nulls()
    if len(pairs) < FEWEST_ROWS:
        return False
    n_pairs = pairs.unique().height
    # Each value goes with one class, and all classes are told.
    return n_pairs == pairs["value"].n_unique() and pairs["aim"].n_unique() == aim.n_distinct


def _follows(profile: Profile, aim: Profile) -> bool:
    pairs = pl.DataFrame({"value": profile.numbers, "aim": aim.numbers}).drop_nulls()
    if len(pairs) < FEWEST_ROWS:
        return False
    correlation = pairs.select(pl.corr("value", "aim")).item()
    return correlation is not None and abs(correlation) > ALMOST_EXACT
