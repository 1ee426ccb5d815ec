"""Targets that are hard to learn: classes of very different size, or with next to no rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.data.contract import ColumnContract
from pellucid.data.finding import Finding
from pellucid.data.findings.evidence import Evidence
from pellucid.data.rows import count
from pellucid.errors import quote, quote_list

FEWEST_ROWS = 30
# The largest class has so many times the rows of the smallest.
IMBALANCE = 10
# With fewer rows a class can hardly be learnt, and not be held out.
FEWEST_OF_A_CLASS = 5


def imbalance(evidence: Evidence) -> Iterator[Finding]:
    """Find targets of which one class has ten times the rows of another."""
    for target, counts in _counted(evidence):
        total, (small, fewest), (large, most) = (
            sum(counts.values()),
            min(counts.items(), key=lambda pair: pair[1]),
            max(counts.items(), key=lambda pair: pair[1]),
        )
        if total < FEWEST_ROWS or most < IMBALANCE * fewest:
            continue
        yield Finding(
            "class-imbalance",
            "warning",
            f"The classes of {target.name!r} differ in size: {quote(small)} has "
            f"{count(fewest, 'row')} ({fewest / total:.2%}), {quote(large)} has {most:,} "
            f"({most / total:.1%}).",
            (target.name,),
            remedy=f"Always answering {quote(large)} would be right {most / total:.1%} of the "
            "time, so look at more than the accuracy; class_weight balanced gives each class the "
            "same say.",
        )


def few_rows_per_class(evidence: Evidence) -> Iterator[Finding]:
    """Find classes with fewer than five rows, and name the rows."""
    for target, counts in _counted(evidence):
        few = [name for name, number in counts.items() if number < FEWEST_OF_A_CLASS]
        if not few or sum(counts.values()) < FEWEST_ROWS:
            continue
        classes = "1 class" if len(few) == 1 else f"{len(few):,} classes"
        keys = evidence.keys(target)
        rows = np.flatnonzero(keys.is_in(few).fill_null(value=False).to_numpy())
        yield Finding(
            "few-rows-per-class",
            "warning",
            f"{target.name!r} has {classes} with fewer than "
            f"{FEWEST_OF_A_CLASS} rows: {quote_list(few, limit=5)}"
            + (f" in {evidence.where(rows)}." if len(rows) else "."),
            (target.name,),
            **evidence.rows(rows),
            remedy="Add rows of them, join them with others, or remove them.",
        )


def _counted(evidence: Evidence) -> Iterator[tuple[ColumnContract, dict[str, int]]]:
    for target in evidence.targets:
        if target.kind == "category" and target.details.get("counts"):
            yield (
                target,
                dict(zip(target.details["categories"], target.details["counts"], strict=True)),
            )
