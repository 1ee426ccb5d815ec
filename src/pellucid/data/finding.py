"""A finding: something about the data that a person should know, for people and for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self, TypeAlias

from pellucid.data.table import Array

Severity: TypeAlias = Literal["serious", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("serious", "warning", "note")
# So many rows are listed by number; `n_rows` says how many there are.
LISTED_ROWS = 20


@dataclass(frozen=True)
class Finding:
    """One thing that looks wrong, or should be known.

    Attributes
    ----------
    code
        A short name for programs that stays the same, such as ``"duplicate-rows"``.
    severity
        ``"serious"``: results will mislead; ``"warning"``: look before you train; ``"note"``:
        usually harmless.
    text
        What was found, one sentence that names columns and rows.
    columns
        The columns it is about.
    rows
        The first twenty rows it is about, counted from 1, a header line not counted.
    n_rows
        How many rows it is about in all.
    remedy
        What to do about it, or nothing.

    Examples
    --------
    >>> Finding("constant-column", "warning", "'planet' is always 'Earth'.", ("planet",)).rows
    ()
    """

    code: str
    severity: Severity
    text: str
    columns: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()
    n_rows: int = 0
    remedy: str = ""

    @property
    def sentence(self) -> str:
        """The text, and what to do."""
        return f"{self.text} {self.remedy}".strip()

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the finding again from its fields."""
        lists = {"columns": tuple(saved["columns"]), "rows": tuple(saved["rows"])}
        return cls(**{**saved, **lists})


def numbered(rows: Array | Sequence[int]) -> dict[str, Any]:
    """Return the fields ``rows`` and ``n_rows`` of row indices that are counted from 0.

    Examples
    --------
    >>> numbered([0, 4])
    {'rows': (1, 5), 'n_rows': 2}
    """
    first = [int(row) + 1 for row in rows[:LISTED_ROWS]]
    return {"rows": tuple(first), "n_rows": len(rows)}
