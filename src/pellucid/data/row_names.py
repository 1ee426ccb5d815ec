"""What the contract says of rows that were gathered, and of columns that only name rows."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pellucid.data.contract import ColumnContract
from pellucid.data.finding import Finding
from pellucid.data.identifiers import is_named_like_id
from pellucid.data.sources.gathering import Gathering

ASKED = "you asked to leave it out"
# Findings about columns that were left out because each row has a value of its own there.
_CODES = ("left-out-identifier", "left-out-row-number")


def reason_of(column: ColumnContract, reasons: Mapping[str, str]) -> str:
    """Return why a column is as it is: in others' words, unless it is left out for its values.

    Parameters
    ----------
    column
        Of a contract.
    reasons
        Other words, by the columns' names.
    """
    if column.role == "dropped" and column.reason != ASKED:
        return column.reason
    return reasons.get(column.name, column.reason)


def as_gathered(
    columns: Sequence[ColumnContract], saved: Mapping[str, Any] | None
) -> Iterator[ColumnContract]:
    """Say of columns of series of what they were gathered, and which flag keeps them from that.

    Parameters
    ----------
    columns
        The columns of a contract.
    saved
        How series were gathered (`pellucid.data.sources.gathering.Gathering`), as plain data;
        None where none were.
    """
    gathering = Gathering() if saved is None else Gathering.from_dict(saved)
    made, overrides, channels = gathering.columns, gathering.overrides, gathering.channels
    for column in columns:
        if column.name in made and column.role == "input":
            name = column.name
            named = {"channel_names": list(channels[name])} if name in channels else {}
            details = {**column.details, **named}
            yield replace(column, reason=made[name], override=overrides[name], details=details)
        else:
            yield column


def identifiers_of(
    columns: Sequence[ColumnContract], findings: Sequence[Finding], known: Container[str]
) -> tuple[str, ...]:
    """Return the columns left out that say which row it is, in the table's order.

    Those are what the source itself knows as such, what was left out because every row has a
    value of its own, and what a person left out that is called like an identifier.
    """
    found = {name for finding in findings if finding.code in _CODES for name in finding.columns}
    return tuple(
        column.name
        for column in columns
        if column.role == "dropped"
        and (
            column.name in found
            or column.name in known
            or (column.reason == ASKED and is_named_like_id(column.name))
        )
    )
