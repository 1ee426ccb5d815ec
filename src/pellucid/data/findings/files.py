"""Columns of files: rows that name none, and files of the other parts that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pellucid.data.contract import ColumnContract
from pellucid.data.dataset import Dataset
from pellucid.data.finding import Finding, numbered
from pellucid.data.findings.evidence import Evidence
from pellucid.data.kinds import get_kind
from pellucid.data.kinds.files import is_of_files
from pellucid.data.rows import name_rows
from pellucid.data.table import Table
from pellucid.data.usable import empty_rows, word_empty
from pellucid.errors import DataError

PARTS = ("test", "validation")


def without_files(evidence: Evidence) -> Iterator[Finding]:
    """Find rows that name no file, where files are all there is to learn from."""
    rows = empty_rows(evidence.inputs, evidence.sample.table)
    if len(rows):
        yield Finding(
            "no-file",
            "warning",
            word_empty(evidence.inputs, rows, evidence.n_rows, evidence.where(rows)),
            tuple(column.name for column in evidence.inputs),
            **evidence.rows(rows),
        )


def unusable_within(dataset: Dataset, inputs: Sequence[ColumnContract]) -> Iterator[Finding]:
    """Find rows of the source's own test and validation part whose files cannot be read, or lack.

    The kinds themselves tell of the training rows, as they describe them. The sentences are those
    of `pellucid.data.check_table`, so that whoever hears both can tell that they are the same.
    """
    for part, table in zip(PARTS, (dataset.test, dataset.valid), strict=True):
        if table is None or not table.n_rows:
            continue
        for column in inputs:
            if is_of_files(column.details) and column.name in table:
                yield from _unreadable(column, table, part)
        if all(column.name in table for column in inputs):
            rows = empty_rows(inputs, table)
            if len(rows):
                text = word_empty(inputs, rows, table.n_rows, name_rows(rows))
                names = tuple(column.name for column in inputs)
                yield Finding("no-file", "warning", in_part(part, text), names, **numbered(rows))


def in_part(part: str, text: str) -> str:
    """Say which part of the data a sentence is about."""
    return f"In the {part} data: {text}"


def _unreadable(column: ColumnContract, table: Table, part: str) -> Iterator[Finding]:
    kind = get_kind(column.kind)
    values = table[column.name]
    rows = kind.unusable_rows(values, column.details)
    if not len(rows):
        return
    try:
        texts = kind.compare(column.name, column.details, values)
    except DataError as error:  # not one of them can be read
        texts = [f"{error.what} {error.where}."]
    for text in texts:
        yield Finding(
            "unreadable-files", "warning", in_part(part, text), (column.name,), **numbered(rows)
        )
