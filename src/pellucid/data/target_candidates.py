"""Which column could be meant where nobody says what is to be predicted: a ranked guess, with why.

A column is likelier the more it is called like a target, where it stands last, where it holds few
classes, and where it is whole; less where it repeats another column. It is never taken unasked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pellucid.data.column_inference import entry_of, quoted
from pellucid.data.contract import TargetCandidate
from pellucid.data.findings.copies import copied_columns
from pellucid.data.findings.evidence import Evidence, Sample
from pellucid.data.identifiers import is_named_like_id, reason_to_drop
from pellucid.data.kinds import get_kind
from pellucid.data.profile import Profile
from pellucid.data.table import Table
from pellucid.data.target_inference import decide_task
from pellucid.errors import DataError, quote_list

# Names of what is predicted, in the order of how often they mean nothing else.
CERTAIN_NAMES = frozenset({
    "target", "label", "labels", "y", "outcome", "survived", "churn", "churned", "diagnosis",
    "species", "fraud", "spam", "sentiment", "income", "exited", "attrition", "converted",
    "default", "readmitted",
})  # fmt: skip
LIKELY_NAMES = frozenset({
    "class", "classes", "type", "category", "group", "result", "response", "output", "price",
    "value", "cnt", "count", "total", "sales", "demand", "cost", "score", "rating", "grade",
    "status", "answer", "quality", "risk", "approved", "medv", "yield", "consumption",
})  # fmt: skip
# So many are offered, and among so many columns they are searched: a table has few targets.
OFFERED = 3
_SEARCHED = 500
_FEW = 20
_SENTENCE = 0.5


def rank_targets(sample: Sample, profiles: Mapping[str, Profile]) -> tuple[TargetCandidate, ...]:
    """Return the columns that could be the target, the likeliest first.

    Parameters
    ----------
    sample
        The rows to look at.
    profiles
        The profiles of its columns.

    Examples
    --------
    >>> import polars as pl
    >>> table = Table({"age": pl.Series([22, 38, 26]), "survived": pl.Series([0, 1, 1])})
    >>> profiles = {name: Profile(name, table[name]) for name in table}
    >>> first = rank_targets(Sample(table), profiles)[0]
    >>> first.flag, first.reason
    ('--target survived', 'called like a target, the last column')
    """
    names = [*profiles]
    searched = dict.fromkeys([*names[:_SEARCHED], *names[-_SEARCHED:]])
    copies = _copies(sample, profiles, list(searched))
    scored = []
    for name in searched:
        task = _task(sample.table, profiles[name])
        if task is not None:
            score, reasons = _score(profiles[name], names, task, copies)
            scored.append((score, TargetCandidate(name, task, ", ".join(reasons), _flag(name))))
    scored.sort(key=lambda pair: -pair[0])
    return tuple(candidate for _, candidate in scored[:OFFERED])


def unsaid_target(
    candidates: Sequence[TargetCandidate], names: Sequence[str], origin: str
) -> DataError:
    """Make the error where nobody says what is to be predicted (raised by the caller)."""
    words = [c.flag + (f" ({c.reason})" if c.reason else "") for c in candidates]
    example = words[0] if words else _flag(names[-1] if names else "COLUMN")
    others = f"; or perhaps {' or '.join(words[1:])}" if len(words) > 1 else ""
    return DataError(
        "It is not said which column is to be predicted.",
        where=origin,
        expected=f"one of {quote_list(names, limit=40)}",
        remedy=f"name it, such as {example}{others}",
    )


def _flag(name: str) -> str:
    return f"--target {quoted(name)}"


def _task(table: Table, profile: Profile) -> str | None:
    """Return the task that a column would mean as a target; None where it cannot be one."""
    if profile.is_block or reason_to_drop(profile) is not None:
        return None
    try:
        decision = decide_task(table, profile.name, None)
    except DataError:
        return None
    if profile.is_text and decision.task == "classification":
        proposal = get_kind("text").propose(profile)
        if proposal is not None and proposal.score > _SENTENCE:
            return None
    return decision.task


def _score(
    profile: Profile, names: list[str], task: str, copies: set[str]
) -> tuple[float, list[str]]:
    score, reasons = 0.0, []
    called = _called(profile.name)
    if called:
        score += called
        reasons.append("called like a target")
    if profile.name == names[-1]:
        score += 1.5
        reasons.append("the last column")
    elif profile.name == names[0]:
        score += 0.5
    n_distinct = profile.n_distinct or 0
    if task == "classification" and 2 * n_distinct <= profile.n_rows:
        score += 1.0 if n_distinct == 2 else 0.75 if n_distinct <= _FEW else 0.0
        if n_distinct <= _FEW:
            reasons.append(f"{n_distinct} classes")
    if profile.name in copies:
        score -= 2.5
    if is_named_like_id(profile.name):
        score -= 2.5
    missing = profile.n_missing / max(1, profile.n_rows)
    score -= 0.5 * (missing > 0) + 2.0 * (missing > 0.5)
    return score, reasons


def _called(name: str) -> float:
    """Say how much a name speaks for a target: as a whole, or one of its words."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
    words = re.sub(r"[^a-z]+", " ", words).strip()
    if words in CERTAIN_NAMES:
        return 4.0
    if words in LIKELY_NAMES:
        return 2.0
    parts = set(words.split())
    if parts & CERTAIN_NAMES - {"y"}:
        return 3.0
    return 1.5 if parts & LIKELY_NAMES else 0.0


def _copies(sample: Sample, profiles: Mapping[str, Profile], names: list[str]) -> set[str]:
    """Return the columns that say the same as another one."""
    columns = [
        entry_of(profiles[name], "input", "number" if profiles[name].is_numeric else "category", "")
        for name in names
        if not profiles[name].is_block
    ]
    found = copied_columns(Evidence(sample, columns, "", dict(profiles)))
    return {name for finding in found for name in finding.columns}
