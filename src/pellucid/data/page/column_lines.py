"""The table of columns: one line where nothing is in doubt, with what else it could be beneath."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pellucid.data.column_inference import quoted
from pellucid.data.contract import ColumnContract, Contract
from pellucid.data.page.alike import Row, rows_of
from pellucid.data.page.spans import (
    Line,
    Span,
    cut,
    cut_middle,
    padded,
    printable,
    width_of,
    wrapped,
)
from pellucid.data.page.values import number, share, values_of
from pellucid.data.rows import count

_ROLES = {"target": "target", "input": "name", "dropped": "gone"}
_HEADINGS = ("column", "kind", "values", "missing", "why")
_GAP = 2
# The places for values, at least and at most, and for names that have to be cut.
_VALUES = (20, 46)
_SHORTEST_NAMES = 16


@dataclass(frozen=True)
class Words:
    """What is said of a row beside its values.

    Attributes
    ----------
    reason
        Why it is what it is.
    other
        What else it could be, with the flag that says so; or nothing.
    """

    reason: str
    other: str = ""

    def cell(self, width: int) -> tuple[str, list[str]]:
        """Return what fits into a cell of this width, and what has to stand beneath."""
        both = f"{self.reason}; {self.other}" if self.other else self.reason
        if width_of(both) <= width:
            return both, []
        beneath = [self.other] if self.other else []
        if width_of(self.reason) <= width:
            return self.reason, beneath
        return "", [self.reason, *beneath]


def column_lines(
    contract: Contract, width: int, most: int, *, bars: bool, rest: str
) -> Iterator[Line]:
    """Yield the lines of the table.

    Parameters
    ----------
    contract
        Whose columns.
    width
        The places in a line.
    most
        So many columns, or groups of alike ones; the others are counted.
    bars
        Whether signs for bars may be used.
    rest
        Where the others are to be found.
    """
    rows = [row for role in _ROLES for row in rows_of(_of_role(contract, role))]
    shown = rows[:most]
    words = [_words(row, contract) for row in shown]
    layout = Layout.of(shown, words, width)
    yield layout.line(_HEADINGS, "soft", "soft")
    for row, said in zip(shown, words, strict=True):
        yield from layout.lines(row, said, contract.n_rows, bars=bars)
    if len(rows) > most:
        hidden = [column for row in rows[most:] for column in row.columns]
        kinds = Counter(_kind(column) for column in hidden)
        named = ", ".join(f"{n:,} {kind}" for kind, n in kinds.most_common())
        yield (Span(f"… and {count(len(hidden), 'more column')}: {named}; {rest}", "soft"),)


@dataclass(frozen=True)
class Layout:
    """How wide the table's columns are; ``missing`` is 0 where nothing is missing."""

    name: int
    kind: int
    values: int
    missing: int
    why: int

    @classmethod
    def of(cls, rows: Sequence[Row], words: Sequence[Words], width: int) -> Layout:
        """Divide a line: values take at least some places, names what reasons leave."""
        kind = max([len(_HEADINGS[1]), *(len(_kind(row.first)) for row in rows)])
        gaps = any(column.n_missing for row in rows for column in row.columns)
        missing = len(_HEADINGS[3]) if gaps else 0
        left = width - kind - 3 * _GAP - (missing + _GAP if gaps else 0)
        longest = max([len(_HEADINGS[0]), *(width_of(printable(row.name)) for row in rows)])
        name = _places_for_names(min(longest, width // 2), left - _VALUES[0], words)
        cells = [said.cell(left - name - _VALUES[0])[0] for said in words]
        why = max([len(_HEADINGS[4]), *(width_of(cell) for cell in cells)])
        return cls(name, kind, min(_VALUES[1], left - name - why), missing, why)

    def line(self, cells: Sequence[str], style: str, why: str) -> Line:
        """Return a line of five cells; the first in a style of its own, the last in another."""
        name, kind, values, missing, reason = cells
        spans = [
            Span(padded(cut_middle(name, self.name), self.name + _GAP), style),
            Span(padded(kind, self.kind + _GAP), "soft" if style == "soft" else "kind"),
            Span(padded(values, self.values + _GAP), "soft" if style in ("soft", "gone") else ""),
        ]
        if self.missing:
            spans.append(Span(padded(missing, self.missing, right=True) + " " * _GAP, "soft"))
        return (*spans, Span(reason, why))

    def lines(self, row: Row, said: Words, n_rows: int, *, bars: bool) -> Iterator[Line]:
        """Yield a row's line, and what stands beneath it."""
        cell, beneath = said.cell(self.why)
        values = _values(row, self.values, bars=bars)
        cells = (printable(row.name), _kind(row.first), values, _missing(row, n_rows), cell)
        yield self.line(cells, _ROLES[row.first.role], "soft")
        indent = self.name + self.kind + 2 * _GAP
        room = self.values + self.why + _GAP + (self.missing + _GAP if self.missing else 0)
        for text in beneath:
            for line in wrapped(text, room):
                yield (Span(" " * indent), Span(line, "soft"))


def _places_for_names(longest: int, left: int, words: Sequence[Words]) -> int:
    """Return how many places names get: the most with which no more reasons go beneath."""
    widths = sorted(width_of(said.reason) for said in words)

    def beneath(name: int) -> int:
        return len(widths) - bisect_right(widths, left - name)

    least = min(longest, _SHORTEST_NAMES)
    return max(range(least, longest + 1), key=lambda name: (-beneath(name), name))


def _of_role(contract: Contract, role: str) -> Sequence[ColumnContract]:
    if role == "target":
        return contract.target_columns
    return contract.inputs if role == "input" else contract.dropped


def _kind(column: ColumnContract) -> str:
    return "left out" if column.role == "dropped" else column.kind


def _words(row: Row, contract: Contract) -> Words:
    column, several = row.first, len(row.columns) > 1
    reason = printable(row.reason)
    if column.role == "target":
        if len(contract.targets) == 1:  # the rest is said above the table
            return Words("to be predicted")
        flag = f"--kind {quoted(column.name)}={column.alternative}"
        other = f"or {column.alternative}: {flag}" if column.alternative else ""
        return Words(f"to be predicted: {reason}", printable(other))
    name = "COLUMN" if several else quoted(column.name)
    reason = f"{len(row.columns)} columns: {reason}" if several else reason
    if column.role == "dropped":
        flag = f"--kind {name}={column.kind}" if several else column.override
        return Words(reason, printable(f"keep it: {flag}") if column.override else "")
    second = row.alternative
    if not second:
        return Words(reason)
    # Of whole numbers it is clear why they could be codes, and of truth values why numbers.
    clear = several or {column.kind, second} == {"number", "category"}
    why = "" if clear or not column.alternative_reason else f", {column.alternative_reason}"
    return Words(reason, printable(f"or {second}{why}: --kind {name}={second}"))


def _values(row: Row, width: int, *, bars: bool) -> str:
    if len(row.columns) == 1:
        return values_of(row.first, width, bars=bars)
    ends = [column.details for column in row.columns]
    if row.first.kind == "number" and all({"minimum", "maximum"} <= end.keys() for end in ends):
        least, most = min(end["minimum"] for end in ends), max(end["maximum"] for end in ends)
        return f"{number(least)} … {number(most)}"
    if row.first.kind == "category" and row.first.role == "input":
        names = ", ".join(map(str, row.first.details["categories"]))
        return cut(printable(names), width)
    return ""


def _missing(row: Row, n_rows: int) -> str:
    counts = [column.n_missing for column in row.columns]
    if not any(counts):
        return ""
    return ("≤ " if min(counts) < max(counts) else "") + share(max(counts), n_rows)
