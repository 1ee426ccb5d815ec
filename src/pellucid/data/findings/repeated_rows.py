"""Rows that come more than once: repeated, contradicting, or in the test data as well."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from pellucid.data.finding import Finding
from pellucid.data.findings.evidence import Evidence, Sample
from pellucid.data.findings.sameness import MEDIA, UNREPEATED
from pellucid.data.rows import count
from pellucid.data.table import Array, Table

# A few equal rows are chance or harmless; from this share on they distort what is measured.
MANY = 0.05
OVERLAP = 0.01
FEWEST_ROWS = 10


def duplicate_rows(evidence: Evidence) -> Iterator[Finding]:
    """Find rows that equal an earlier one in all inputs and targets."""
    if not evidence.inputs or evidence.n_rows < FEWEST_ROWS:
        return
    again = np.flatnonzero(~pl.Series(evidence.row_hashes).is_first_distinct().to_numpy())
    if not len(again):
        return
    share = len(again) / evidence.n_rows
    pairs = _pairs_within(evidence, evidence.row_hashes, again)
    many = share >= MANY and not _is_grid(evidence)
    yield Finding(
        "duplicate-rows",
        "warning" if many else "note",
        f"{count(len(again), 'row')} ({_percent(share)}) {_repeat(len(again))}: "
        f"{evidence.where(again)}{pairs}.",
        (),
        **evidence.rows(again),
        remedy="The same row may fall on both sides of a split, which makes scores look better; "
        "remove repetitions that are mistakes."
        if many
        else "",
    )


def contradicting_rows(evidence: Evidence) -> Iterator[Finding]:
    """Find rows with the same inputs and different classes."""
    if evidence.task != "classification" or len(evidence.targets) != 1 or not evidence.inputs:
        return
    target = evidence.targets[0].name
    frame = pl.DataFrame({"inputs": evidence.input_hashes, "all": evidence.row_hashes})
    # How often each class comes with the same inputs; the most frequent one can be got right.
    counted = frame.group_by("inputs", "all").len()
    groups = counted.group_by("inputs").agg(
        pl.len().alias("classes"),
        pl.col("len").sum().alias("rows"),
        pl.col("len").max().alias("best"),
    )
    split = groups.filter(pl.col("classes") > 1)
    if not len(split) or evidence.n_rows < FEWEST_ROWS:
        return
    found = np.flatnonzero(frame["inputs"].is_in(split["inputs"].implode()).to_numpy())
    attainable = int(groups["best"].sum()) / evidence.n_rows
    many = len(found) >= MANY * evidence.n_rows and not _is_grid(evidence)
    again = found[~frame["inputs"].gather(found).is_first_distinct().to_numpy()]
    pairs = _pairs_within(evidence, evidence.input_hashes, again)
    yield Finding(
        "contradicting-rows",
        "warning" if many or _holds(evidence, MEDIA) else "note",
        f"{count(len(found), 'row')} have the inputs of another row and another {target!r}: "
        f"{evidence.where(found)}{pairs}.",
        (target,),
        **evidence.rows(found),
        remedy=f"No model can get more than {attainable:.1%} of all rows right."
        if attainable < 0.999
        else "",
    )


def find_overlap(
    train: Evidence | Table, test: Table, names: list[str], part: str = "test"
) -> list[Finding]:
    """Find test rows that are training rows as well.

    Parameters
    ----------
    train
        The training rows.
    test
        The rows that the model is to be judged by.
    names
        The columns that count: the inputs and the targets.
    part
        What the second table is called in the sentence.

    Returns
    -------
    list of Finding
        At most one. From a hundredth of the test rows on it is serious: the score on the test
        data says less about new rows.

    Examples
    --------
    >>> train = Table({"a": pl.Series(range(50))})
    >>> test = Table({"a": pl.Series(range(45, 60))})
    >>> find_overlap(train, test, ["a"])[0].rows
    (1, 2, 3, 4, 5)
    """
    if not names or not test.n_rows or not all(name in test for name in names):
        return []
    if not isinstance(train, Evidence):
        train = Evidence(Sample(train), (), "", others=(test,))
        known = train.same.hashes(train.sample.table, names)
    elif _holds(train, UNREPEATED):
        # The same picture with another label was learnt from as well.
        names = [column.name for column in train.inputs]
        known = train.input_hashes
    else:
        known = train.row_hashes
    return _overlap(train, known, Evidence(Sample(test), (), ""), names, part)


def _overlap(
    train: Evidence, known: Array, asked: Evidence, names: list[str], part: str
) -> list[Finding]:
    hashes = train.same.hashes(asked.sample.table, names)
    found = np.flatnonzero(pl.Series(hashes).is_in(pl.Series(known).implode()).to_numpy())
    if not len(found):
        return []
    share = len(found) / len(hashes)
    # Tables of few different rows repeat themselves; so does any split of them.
    serious = share >= OVERLAP and 2 * len(np.unique(known)) >= len(known)
    number = count(len(found), f"{part} row")
    first = _first_with(known, hashes[found])
    pairs = train.same.word_pairs(
        (asked.sample.table, found), (train.sample.table, first), len(found)
    )
    return [
        Finding(
            "train-test-overlap",
            "serious" if serious else "note",
            f"{'' if train.sample.is_whole else 'at least '}{number} ({_percent(share)}) "
            f"{'is' if len(found) == 1 else 'are'} among the training rows as well: "
            f"{asked.where(found)} of the {part} data{pairs}.",
            (),
            **asked.rows(found),
            remedy="Scores on rows that were learnt say nothing about new ones; remove them from "
            "one side."
            if serious
            else "",
        )
    ]


def _pairs_within(evidence: Evidence, hashes: Array, again: Array) -> str:
    """Name the files of rows that come again, and of the first row that holds the same."""
    table = evidence.sample.table
    first = _first_with(hashes, hashes[again])
    return evidence.same.word_pairs((table, again), (table, first), len(again))


def _first_with(hashes: Array, wanted: Array) -> Array:
    """Return for each hash wanted the first row that has it."""
    distinct, first = np.unique(hashes, return_index=True)
    return np.asarray(first[np.searchsorted(distinct, wanted)])


def _holds(evidence: Evidence, kinds: frozenset[str]) -> bool:
    return any(column.kind in kinds for column in evidence.inputs)


def _is_grid(evidence: Evidence) -> bool:
    """Tell whether the inputs have so few combinations that repetition is their nature."""
    return 2 * len(np.unique(evidence.input_hashes)) < evidence.n_rows


def _repeat(number: int) -> str:
    return "repeats an earlier row" if number == 1 else "repeat an earlier row"


def _percent(share: float) -> str:
    return f"{share:.1%}" if share >= 0.001 else "less than 0.1%"
