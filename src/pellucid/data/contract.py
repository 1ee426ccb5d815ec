"""The contract: what was assumed about every column, why, and what would overrule it.

It is plain data: it can be printed, saved as JSON, and checked against later tables. How it
is found is `pellucid.data.inference`'s work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, TypeAlias

from pellucid.data.finding import Finding

Role: TypeAlias = Literal["input", "target", "dropped"]
TEXTS = ("text", "subwords")
"""The kinds of columns that hold texts."""


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
    distribution
        ``mean`` and ``deviation`` of a number column, or of the rows' means of arrays; nothing
        for other kinds.
    histogram
        Of a number column: how many values lie in each of ten equal ranges between the least and
        the greatest, or of at most ten different values, how often each comes.
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
    distribution: dict[str, float] = field(default_factory=dict)
    histogram: tuple[int, ...] = ()


@dataclass(frozen=True)
class TargetCandidate:
    """A column that could be meant to be predicted, where nobody says which one is.

    Attributes
    ----------
    column, task
        The column, and the task that it would mean.
    reason
        What speaks for it.
    flag
        What chooses it, such as ``--target survived``.
    """

    column: str
    task: str
    reason: str
    flag: str


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
        The column to be predicted, the first one of several; or None.
    task, task_reason
        ``"classification"``, ``"regression"``, ``"multilabel"``, ``"several"`` (where there are
        several targets, each with a task of its own) or ``"clustering"``, and why; or
        ``"undecided"``, where nobody has named a target yet.
    task_alternative
        The other task that could have been meant with the flag that chooses it, or None.
    warnings
        What looks wrong with the table as a whole, each a sentence.
    targets
        All columns to be predicted, in the order asked for.
    findings
        Everything that looks wrong or should be known, in the table and in its columns, with row
        numbers; the most serious first.
    candidates
        Where no target was named: the columns that could be it, the likeliest first.
    windows
        Where rows are forecast from those before them: how windows are made of a table
        (`pellucid.data.windows.Windows`); otherwise None.
    gathering
        Where time series were spread over lines or columns: how they are gathered
        (`pellucid.data.sources.gathering.Gathering`); otherwise None.
    identifiers
        The columns left out that say which row it is: they stand beside the answers.
    """

    source: str
    n_rows: int
    columns: tuple[ColumnContract, ...]
    target: str | None
    task: str
    task_reason: str
    task_alternative: str | None = None
    warnings: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    candidates: tuple[TargetCandidate, ...] = ()
    windows: dict[str, Any] | None = None
    gathering: dict[str, Any] | None = None
    identifiers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.target is not None and not self.targets:  # as version 0.1.0 saved it
            object.__setattr__(self, "targets", (self.target,))

    @property
    def inputs(self) -> tuple[ColumnContract, ...]:
        """The columns that the network sees."""
        return tuple(column for column in self.columns if column.role == "input")

    @property
    def tells_classes_by_texts(self) -> bool:
        """Whether classes are to be told by texts, and by nothing else."""
        are_texts = all(column.kind in TEXTS for column in self.inputs)
        return are_texts and self.task == "classification" and self.windows is None

    @property
    def dropped(self) -> tuple[ColumnContract, ...]:
        """The columns that nobody uses."""
        return tuple(column for column in self.columns if column.role == "dropped")

    @property
    def target_columns(self) -> tuple[ColumnContract, ...]:
        """The targets' entries, in the order of ``targets``."""
        by_name = {column.name: column for column in self.columns if column.role == "target"}
        return tuple(by_name[name] for name in self.targets if name in by_name)

    @property
    def units(self) -> dict[str, str]:
        """The units of the targets' errors, by target, where they are known: ``{"price": "€"}``."""
        return {c.name: c.details["unit"] for c in self.target_columns if c.details.get("unit")}

    @property
    def answer_units(self) -> dict[str, str]:
        """The units of the answers, by target, where they are numbers of a known unit."""
        numbers = {column.name for column in self.target_columns if column.kind == "number"}
        return {name: unit for name, unit in self.units.items() if name in numbers}

    @property
    def target_column(self) -> ColumnContract | None:
        """The first target's entry, or None where there is no target."""
        return next(iter(self.target_columns), None)

    def scaled_by_channel(self) -> Contract:
        """Return the contract with each series standardised as a whole, channel by channel.

        Step by step is how they are standardised otherwise: what happens at a step is then seen
        beside what is usual there, but the same shape looks different at every place.
        """
        return self._with_details("series", scaled_by="channel")

    def with_parts_of_words(self) -> Contract:
        """Return the contract with texts read by parts of words, besides words and pairs."""
        return self._with_details("text", parts=True)

    def read_as_sequences(self) -> Contract:
        """Return the contract with texts read word by word, for networks that look at the order."""
        return self._with_details("text", sequence=True)

    def read_as_bags(self) -> Contract:
        """Return the contract with texts read as bags of words and pairs of them."""
        return self._with_details("text", sequence=False)

    def with_reasons(self, reasons: Mapping[str, str]) -> Contract:
        """Return the contract with something added to the reasons of columns, by their names."""
        columns = tuple(
            replace(column, reason=f"{column.reason}; {reasons[column.name]}")
            if column.name in reasons
            else column
            for column in self.columns
        )
        return replace(self, columns=columns)

    def _with_details(self, kind: str, **details: Any) -> Contract:
        """Return the contract with further details of all inputs of a kind."""
        columns = tuple(
            replace(column, details={**column.details, **details})
            if column.role == "input" and column.kind == kind
            else column
            for column in self.columns
        )
        return replace(self, columns=columns)

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
            ColumnContract(
                **{
                    **column,
                    "warnings": tuple(column["warnings"]),
                    "histogram": tuple(column.get("histogram", ())),
                }
            )
            for column in saved["columns"]
        )
        lists = {
            name: tuple(saved.get(name, ())) for name in ("warnings", "targets", "identifiers")
        }
        findings = tuple(Finding.from_dict(finding) for finding in saved.get("findings", ()))
        candidates = tuple(TargetCandidate(**one) for one in saved.get("candidates", ()))
        found = {"columns": columns, "findings": findings, "candidates": candidates}
        return cls(**{**saved, **found, **lists})

    def __repr__(self) -> str:
        n_found = len(self.findings)
        targets = f" of {', '.join(map(repr, self.targets))}" if self.targets else ""
        return (
            f"<Contract of {self.source}: {self.task}{targets}, {self.n_rows:,} rows, "
            f"{len(self.inputs):,} inputs, {len(self.dropped):,} left out, "
            f"{n_found:,} finding{'' if n_found == 1 else 's'}; print it to see more>"
        )

    def __str__(self) -> str:
        from pellucid.data.page import Detail, contract_lines, plain

        detail = Detail(most_columns=30, most_alike=2, rest=".columns has them all")
        return "\n".join(plain(line) for line in contract_lines(self, detail))

    def _repr_html_(self) -> str:
        from pellucid.data.contract_html import contract_to_html

        return contract_to_html(self)
