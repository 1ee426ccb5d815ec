"""What looks wrong with a table, found before anything is trained.

Each file looks for one sort of thing. A check takes the `Evidence` and yields `Finding`s; it is
made known by one line in ``CHECKS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import chain

from pellucid.data.contract import ColumnContract, Contract
from pellucid.data.dataset import Dataset
from pellucid.data.finding import SEVERITIES, Finding
from pellucid.data.findings import (
    classes,
    copies,
    files,
    formats,
    grouped_rows,
    leaks,
    predictors,
    repeated_rows,
    row_names,
    single_columns,
    strange_values,
    sums,
)
from pellucid.data.findings.evidence import Evidence, Sample
from pellucid.data.findings.single_columns import told_once
from pellucid.data.stored import in_threads
from pellucid.data.table import Table

CHECKS: tuple[Callable[[Evidence], Iterable[Finding]], ...] = (
    leaks.leaks,
    sums.sums,
    predictors.near_perfect,
    repeated_rows.duplicate_rows,
    repeated_rows.contradicting_rows,
    grouped_rows.grouped_rows,
    classes.imbalance,
    classes.few_rows_per_class,
    single_columns.left_out,
    single_columns.of_kinds,
    files.without_files,
    row_names.identifiers,
    single_columns.near_constants,
    single_columns.mostly_missing,
    copies.copied_columns,
    formats.text_formats,
    formats.mixed_dates,
    formats.numbers_as_text,
    strange_values.sentinels,
)

__all__ = [
    "CHECKS",
    "Evidence",
    "Sample",
    "by_severity",
    "compare_test",
    "find_all",
    "find_in_parts",
    "told_once",
    "warnings_of",
]


def find_all(evidence: Evidence) -> tuple[Finding, ...]:
    """Run every check, and return what was found, the most serious first."""
    found = in_threads(lambda check: list(check(evidence)), CHECKS)
    return by_severity(chain.from_iterable(found))


def find_in_parts(dataset: Dataset, evidence: Evidence) -> list[Finding]:
    """Find what is wrong with the source's own test and validation rows.

    That are those which are training rows as well, and those whose files cannot be read.
    """
    names = [column.name for column in (*evidence.inputs, *evidence.targets)]
    found = list(files.unusable_within(dataset, evidence.inputs))
    for part, table in (("test", dataset.test), ("validation", dataset.valid)):
        if table is not None:
            found += repeated_rows.find_overlap(evidence, table, names, part)
    return found


def compare_test(contract: Contract, train: Table, test: Table) -> Contract:
    """Return a contract with what is wrong with test rows that came separately.

    Examples
    --------
    >>> import polars as pl
    >>> table = Table({"a": pl.Series(range(50)), "b": pl.Series([0.5, 1.5] * 25)})
    >>> columns = tuple(ColumnContract(name, "input", "number", "") for name in table)
    >>> contract = Contract("toys", 50, columns, None, "clustering", "")
    >>> compare_test(contract, table, table).findings[0].n_rows
    50
    """
    evidence = Evidence(Sample(train), contract.columns, contract.task, others=(test,))
    found = find_in_parts(Dataset("", contract.source, train, test=test), evidence)
    return replace(
        contract,
        findings=by_severity((*contract.findings, *found)),
        warnings=(*contract.warnings, *warnings_of(found, contract.columns)),
    )


def warnings_of(findings: Iterable[Finding], columns: Iterable[ColumnContract]) -> tuple[str, ...]:
    """Return the sentences about the table that its columns' own warnings do not hold already."""
    told = {text for column in columns for text in column.warnings}
    return tuple(
        finding.sentence
        for finding in findings
        if finding.severity != "note" and finding.text not in told
    )


def by_severity(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings in the order of their severity, otherwise as they came."""
    return tuple(sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity)))
