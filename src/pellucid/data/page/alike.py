"""Columns that differ in a number of their name alone, such as t0 … t49: one line for all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pellucid.data.contract import ColumnContract

# Fewer are shown one by one.
FEWEST = 4
# The ranges of alike numbers overlap, and one is at most so many times as wide as the next.
_WIDER = 100
_NUMBERED = re.compile(r"^(.*?)(\d+)(\D*)$", re.DOTALL)
_COUNTS = re.compile(r"\d[\d,]*")


@dataclass(frozen=True)
class Row:
    """One line of the table: a column, or several that are alike, in the table's order."""

    columns: tuple[ColumnContract, ...]

    @property
    def first(self) -> ColumnContract:
        """The first column."""
        return self.columns[0]

    @property
    def name(self) -> str:
        """The column's name, or the first and the last one."""
        last = self.columns[-1].name
        return self.first.name if len(self.columns) == 1 else f"{self.first.name} … {last}"

    @property
    def reason(self) -> str:
        """Why they are what they are, as most of them say; their numbers become a range."""
        if len(self.columns) == 1:
            return self.first.reason
        patterns = Counter(_COUNTS.sub("#", column.reason) for column in self.columns)
        usual = patterns.most_common(1)[0][0]
        reasons = [c.reason for c in self.columns if _COUNTS.sub("#", c.reason) == usual]
        ranges = [_range(found) for found in zip(*map(_COUNTS.findall, reasons), strict=True)]
        return _COUNTS.sub(lambda _: ranges.pop(0), reasons[0])

    @property
    def alternative(self) -> str | None:
        """What all of them could be as well."""
        alternatives = {column.alternative for column in self.columns}
        return self.first.alternative if len(alternatives) == 1 else None


def rows_of(columns: Iterable[ColumnContract]) -> list[Row]:
    """Gather columns that follow one another and are alike.

    Alike are columns of one role and kind whose numbers have similar ranges, or whose categories
    are the same.

    Examples
    --------
    >>> columns = [ColumnContract(f"t{i}", "input", "text", "texts") for i in range(9)]
    >>> [row.name for row in rows_of(columns)]
    ['t0 … t8']
    """
    runs: list[list[ColumnContract]] = []
    for column in columns:
        if runs and _follows(runs[-1][-1], column):
            runs[-1].append(column)
        else:
            runs.append([column])
    rows = []
    for run in runs:
        rows += [Row(tuple(run))] if len(run) >= FEWEST else [Row((column,)) for column in run]
    return rows


def _follows(before: ColumnContract, column: ColumnContract) -> bool:
    names = _NUMBERED.match(before.name), _NUMBERED.match(column.name)
    if names[0] is None or names[1] is None or column.role == "target":
        return False
    same = names[0][1] == names[1][1] and names[0][3] == names[1][3]
    return same and int(names[0][2]) < int(names[1][2]) and _is_alike(before, column)


def _is_alike(one: ColumnContract, other: ColumnContract) -> bool:
    if (one.role, one.kind) != (other.role, other.kind):
        return False
    if one.role == "dropped":
        return _COUNTS.sub("#", one.reason) == _COUNTS.sub("#", other.reason)
    if one.kind == "number" and all("minimum" in c.details for c in (one, other)):
        ends = sorted(
            (float(c.details["minimum"]), float(c.details["maximum"])) for c in (one, other)
        )
        widths = sorted(high / 2 - low / 2 for low, high in ends)
        return ends[1][0] <= ends[0][1] and widths[1] <= _WIDER * widths[0]
    if one.kind == "category":
        return set(one.details["categories"]) == set(other.details["categories"])
    # The numbers in a date's reason are those of an example.
    return one.kind != "date" and _COUNTS.sub("#", one.reason) == _COUNTS.sub("#", other.reason)


def _range(numbers: Sequence[str]) -> str:
    values = sorted(set(numbers), key=lambda text: int(text.replace(",", "")))
    return values[0] if len(values) == 1 else f"{values[0]} to {values[-1]}"
