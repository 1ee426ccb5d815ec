"""The contract: what was assumed about every column, why, and what would overrule it.

It is plain data: it can be printed, saved as JSON, and checked against later tables. How it
is found is `pellucid.data.inference`'s work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, TypeAlias

Role: TypeAlias = Literal["input", "target", "dropped"]


@dataclass(frozen=True)
class ColumnContract:
    """What was assumed about one column.

    Attributes
    ----------
    name, role, kind
        The column, what it is for, and how it is read; a dropped column's kind is how it
        would be read if it were kept.
    reason
        Why this role and kind.
    alternative, alternative_reason
        The kind that came second, and what speaks for it; None where nothing else fits.
    override
        The flag that chooses otherwise, such as ``--kind age=category``.
    n_missing, n_distinct
        Counts over the training rows; ``n_distinct`` is None for images and vectors.
    examples
        A few of the values.
    warnings
        What looks wrong, each a sentence.
    details
        What the kind has to know to judge later values (range, categories, shape); JSON.
    """

    name: str
    role: Role
    kind: str
    reason: str
    alternative: str | None = None
    alternative_reason: str | None = None
    override: str = ""
    n_missing: int = 0
    n_distinct: int | None = None
    examples: list[Any] = field(default_factory=list)
    warnings: tuple[str, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Contract:
    """What was assumed about a whole source.

    Attributes
    ----------
    source
        Where the data came from, for people.
    n_rows
        The number of training rows.
    columns
        One entry a column, in the table's order.
    target
        The column to be predicted, or None.
    task, task_reason
        ``"classification"``, ``"regression"`` or ``"clustering"``, and why.
    task_alternative
        The other task that could have been meant with the flag that chooses it, or None.
    warnings
        What looks wrong with the table as a whole, each a sentence.
    """

    source: str
    n_rows: int
    columns: tuple[ColumnContract, ...]
    target: str | None
    task: str
    task_reason: str
    task_alternative: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def inputs(self) -> tuple[ColumnContract, ...]:
        """The columns that the network sees."""
        return tuple(column for column in self.columns if column.role == "input")

    @property
    def dropped(self) -> tuple[ColumnContract, ...]:
        """The columns that nobody uses."""
        return tuple(column for column in self.columns if column.role == "dropped")

    @property
    def target_column(self) -> ColumnContract | None:
        """The target's entry, or None where there is no target."""
        return next((column for column in self.columns if column.role == "target"), None)

    def without_examples(self) -> Contract:
        """Return the contract without the values it shows of each column."""
        return replace(self, columns=tuple(replace(c, examples=[]) for c in self.columns))

    def to_dict(self) -> dict[str, Any]:
        """Return the contract as a dictionary that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Contract:
        """Make the contract again from what `to_dict` returned."""
        columns = tuple(
            ColumnContract(**{**column, "warnings": tuple(column["warnings"])})
            for column in saved["columns"]
        )
        return cls(**{**saved, "columns": columns, "warnings": tuple(saved["warnings"])})
