"""Columns that say little by themselves: constant, empty, too many values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from pellucid.data.contract import ColumnContract
from pellucid.data.dates import WAYS_OF_DATES
from pellucid.data.finding import Finding
from pellucid.data.findings.evidence import Evidence, drop_flags
from pellucid.data.findings.row_names import named_rows
from pellucid.data.identifiers import reason_to_drop
from pellucid.data.rows import count

# One value in this share of the rows: the others are too few to learn from.
NEAR_CONSTANT = 0.999
MOSTLY_MISSING = 0.5
# Category columns with more values than that have no feature for each.
MANY_CATEGORIES = 200
# Fewer rows than this may look like anything by chance.
FEWEST_ROWS = 30
ROWS_NAMED = re.compile(r"\brows? (\d+(?:, \d+)*)(?: … and ([\d,]+) more)? \(counted from 1")


def left_out(evidence: Evidence) -> Iterator[Finding]:
    """Name the columns that are left out unasked, and why."""
    for column in evidence.columns:
        if column.role == "dropped" and column.override:
            reason = reason_to_drop(evidence.profile(column.name))
            yield Finding(
                f"left-out-{reason.code if reason else 'not-understood'}",
                "warning",
                f"{column.name!r} is left out: {column.reason}.",
                (column.name,),
                remedy=f"To keep it: {column.override}.",
            )


def of_kinds(evidence: Evidence) -> Iterator[Finding]:
    """Repeat what the kinds themselves found strange in their columns' values."""
    for column in told_once(evidence):
        if column.role == "dropped":
            continue
        for text in column.warnings:
            if WAYS_OF_DATES in text:  # `formats.mixed_dates` names all their rows
                continue
            code = f"values-of-{column.kind}"
            if column.kind == "category" and (column.n_distinct or 0) > MANY_CATEGORIES:
                code = "many-categories"
            yield Finding(code, "warning", text, (column.name,), **_rows_in(text))


def told_once(evidence: Evidence) -> list[ColumnContract]:
    """Return the columns without warnings that a finding makes superfluous.

    That a category has very many values needs no saying where it is called an identifier.
    """
    named = named_rows(evidence)
    return [
        replace(column, warnings=())
        if column.kind == "category" and column.role == "input" and column.name in named
        else column
        for column in evidence.columns
    ]


def _rows_in(text: str) -> dict[str, Any]:
    """Read the rows out of a sentence that `name_rows` worded: the first ones, and how many."""
    match = ROWS_NAMED.search(text)
    if match is None:
        return {}
    rows = tuple(int(number) for number in match[1].split(", "))
    return {"rows": rows, "n_rows": len(rows) + int((match[2] or "0").replace(",", ""))}


def near_constants(evidence: Evidence) -> Iterator[Finding]:
    """Find columns with one value in nearly every row; name the rows that differ."""
    for profile in evidence.scalars(evidence.inputs):
        n_present = profile.n_rows - profile.n_missing
        if n_present < FEWEST_ROWS:
            continue
        if profile.n_distinct == 1:
            yield Finding(
                "one-value",
                "note",
                f"{profile.name!r} holds one value only ({_shown(profile.present[0])}) and nothing "
                f"in {count(profile.n_missing, 'row')}: it says no more than whether it is there.",
                (profile.name,),
            )
            continue
        # Cheap first: a column whose values are mostly different cannot have one in most rows.
        if (profile.n_distinct or 0) > 1 + (1 - NEAR_CONSTANT) * n_present:
            continue
        most = profile.present.value_counts(name="n").sort("n").row(-1)
        if most[1] < NEAR_CONSTANT * n_present:
            continue
        others = np.flatnonzero((profile.scalars != most[0]).fill_null(value=False).to_numpy())
        yield Finding(
            "near-constant",
            "note",
            f"{profile.name!r} is {_shown(most[0])} in all but {count(len(others), 'row')}: "
            f"{evidence.where(others)}.",
            (profile.name,),
            **evidence.rows(others),
            remedy=f"Leave it out if those rows are mistakes ({drop_flags(profile.name)}).",
        )


def mostly_missing(evidence: Evidence) -> Iterator[Finding]:
    """Find columns of which half or more is missing."""
    for column in evidence.inputs:
        profile = evidence.profile(column.name)
        share = profile.n_missing / max(profile.n_rows, 1)
        if profile.n_rows >= FEWEST_ROWS and share >= MOSTLY_MISSING:
            yield Finding(
                "mostly-missing",
                "note",
                f"{column.name!r} is missing in {share:.0%} of the rows.",
                (column.name,),
            )


def _shown(value: object) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else f"{text[:37]}…"
