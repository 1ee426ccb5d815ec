"""How the contract is found: the target, the task, and the kind of every column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pellucid.data.column_inference import dropped, input_contract
from pellucid.data.contract import ColumnContract, Contract, TargetCandidate
from pellucid.data.dataset import Dataset
from pellucid.data.distributions import distribution_of, of_whole
from pellucid.data.finding import Finding, numbered
from pellucid.data.findings import (
    Evidence,
    Sample,
    by_severity,
    find_all,
    find_in_parts,
    told_once,
    warnings_of,
)
from pellucid.data.histograms import histogram_of
from pellucid.data.kinds import get_kind
from pellucid.data.profile import Profile
from pellucid.data.row_names import ASKED, as_gathered, identifiers_of
from pellucid.data.rows import name_rows
from pellucid.data.stored import in_threads
from pellucid.data.table import Table
from pellucid.data.target_candidates import rank_targets, unsaid_target
from pellucid.data.target_inference import (
    SEVERAL,
    TASK_OF_KIND,
    TASKS,
    UNDECIDED,
    Decision,
    decide_task,
    find_targets,
    hinted_task,
    is_labelled,
    known_unit,
    require_kind,
    target_contract,
    task_of_kind,
)
from pellucid.errors import DataError, quote_list, suggest, unknown_name


def infer_contract(
    dataset: Dataset,
    *,
    target: str | Sequence[str] | None = None,
    task: str | None = None,
    kinds: Mapping[str, str] | None = None,
    drop: Sequence[str] = (),
    need_target: bool = True,
) -> Contract:
    """Find out what every column is, which task is meant, and why.

    Parameters
    ----------
    dataset
        What a source yielded; its training rows are looked at.
    target
        The column to be predicted, or several of them; by default what the source itself names.
    task
        ``"classification"``, ``"regression"``, ``"multilabel"`` or ``"clustering"``; by default
        inferred, for each target by itself. With clustering, a target is kept aside to judge the
        groups by.
    kinds
        Kinds chosen by the person, by column; for a target ``"category"``, ``"number"`` or
        ``"labels"``, which decides its task.
    drop
        Columns to leave out.
    need_target
        Whether it is an error if nobody says what is to be predicted. Otherwise the task is
        ``"undecided"``, all columns are inputs, and the contract offers candidates.

    Returns
    -------
    Contract
        One entry a column, with reasons, alternatives and warnings.

    Raises
    ------
    DataError
        Where there is no target or it cannot be used, a named column does not exist, there are
        fewer than two rows, or a column's values cannot be read as its kind.
    SettingError
        Where a task or kind does not exist.

    Examples
    --------
    >>> import polars as pl
    >>> table = Table({"size": pl.Series([1.5, 2.5, 9.0]), "kind": pl.Series(["a", "b", "b"])})
    >>> contract = infer_contract(Dataset("toys", "memory", table), target="kind")
    >>> contract.task, contract.task_reason
    ('classification', "'kind' holds text (2 different values)")
    """
    try:
        asked = Asked(target, task, dict(kinds or {}), drop)
        return _infer(dataset, asked, need_target=need_target)
    except DataError as error:  # every message names the source
        if dataset.origin not in (error.where or ""):
            error.where = "; ".join(filter(None, (dataset.origin, error.where)))
        raise


@dataclass(frozen=True)
class Asked:
    """What the person says about the data, as `infer_contract` takes it."""

    target: str | Sequence[str] | None
    task: str | None
    kinds: dict[str, str]
    drop: Sequence[str]


def _infer(dataset: Dataset, asked: Asked, *, need_target: bool) -> Contract:
    table, task, kinds, drop = dataset.train, asked.task, asked.kinds, asked.drop
    if task is not None and task not in TASKS:
        raise unknown_name("task", task, TASKS)
    for name in (*kinds, *drop):
        _require_column(table, name)
    targets = find_targets(dataset, asked.target)
    for name, kind in kinds.items():
        if not (name in targets and kind in TASK_OF_KIND):
            get_kind(kind)
    for name in targets:
        if name in drop:
            raise DataError(
                f"{name!r} is the target and cannot be dropped.",
                remedy="drop another column, or name another target",
            )
    lost = _unlabelled(table, targets)
    wanted = task or hinted_task(dataset, targets)
    looked_at = table.select(targets).looked_at(targets).in_memory()
    decisions = {
        name: decide_task(
            looked_at, name, task_of_kind(name, kinds[name]) if name in kinds else wanted
        )
        for name in targets
    }
    sample = Sample(table)
    profiles = {name: Profile(name, sample.table[name]) for name in table if name not in targets}
    candidates = () if targets or task == "clustering" else rank_targets(sample, profiles)
    if need_target and not targets and task != "clustering":
        raise unsaid_target(candidates, table.names, dataset.origin)

    def entry_of_column(name: str) -> ColumnContract:
        if name in targets:
            profile = Profile(name, looked_at[name])
            entry = target_contract(profile, decisions[name], known_unit(dataset, name))
            require_kind(entry, kinds.get(name))
        elif name in drop:
            return dropped(profiles[name], ASKED, "")
        elif name in dataset.identifiers and name not in kinds:
            return dropped(profiles[name], dataset.identifiers[name], "")
        else:
            profile = profiles[name]
            entry = input_contract(profile, kinds.get(name), dataset.kinds.get(name))
        entry = replace(
            entry,
            distribution=distribution_of(profile, entry.kind),
            histogram=histogram_of(profile, entry.kind, entry.details),
        )
        return entry if sample.is_whole else of_whole(entry, table)

    columns = in_threads(entry_of_column, table)
    decision = _together(decisions, task)
    others = [part for part in (dataset.valid, dataset.test) if part is not None]
    evidence = Evidence(sample, columns, decision.task, profiles, others)
    lost += _no_target(candidates, decision)
    findings = by_severity((*find_all(evidence), *find_in_parts(dataset, evidence), *lost))
    columns = told_once(evidence)
    return Contract(
        source=dataset.origin,
        n_rows=table.n_rows,
        columns=tuple(as_gathered(columns, dataset.gathering)),
        target=targets[0] if targets else None,
        task=decision.task,
        task_reason=decision.reason,
        task_alternative=decision.alternative,
        warnings=warnings_of(findings, columns),
        targets=targets,
        findings=findings,
        candidates=candidates,
        gathering=dataset.gathering,
        identifiers=identifiers_of(columns, findings, dataset.identifiers),
    )


def _unlabelled(table: Table, targets: tuple[str, ...]) -> list[Finding]:
    """Find the rows to be left out where rows lack a target; of several, each row must have all.

    Raises
    ------
    DataError
        Where fewer than two rows are left.
    """
    if not targets:
        _require_rows(table.n_rows, targets)
        return []
    lost = np.flatnonzero(~is_labelled(table, targets))
    _require_rows(table.n_rows - len(lost), targets)
    if not len(lost):
        return []
    if len(targets) == 1:
        what = f"have no {targets[0]!r}"
    else:
        lacking = [name for name in targets if not is_labelled(table, name).all()]
        what = f"lack one or more of the targets ({quote_list(lacking)})"
    text = f"{len(lost):,} of {table.n_rows:,} rows {what} and are left out: {name_rows(lost)}."
    return [Finding("missing-target", "warning", text, targets, **numbered(lost))]


def _no_target(candidates: Sequence[TargetCandidate], decision: Decision) -> list[Finding]:
    """Say that no target was chosen, and which columns could be it."""
    if decision.task != UNDECIDED:
        return []
    likely = " or ".join(f"{c.flag} ({c.reason})" if c.reason else c.flag for c in candidates)
    return [
        Finding(
            "no-target",
            "note",
            "No column was chosen to be predicted, so all are shown as inputs.",
            tuple(candidate.column for candidate in candidates),
            remedy=f"Perhaps {likely}." if likely else "Name one: --target COLUMN.",
        )
    ]


def _together(decisions: Mapping[str, Decision], task: str | None) -> Decision:
    """Return the whole contract's task: that of the only target, or several."""
    if not decisions and task is None:
        return Decision(UNDECIDED, "no target was chosen")
    if not decisions:
        return Decision("clustering", "there is no target: rows are grouped by likeness")
    if len(decisions) == 1:
        return next(iter(decisions.values()))
    if any(decision.task == "clustering" for decision in decisions.values()):
        raise DataError("Groups are judged by one target at most.", remedy="name one target")
    reasons = (f"{decision.task}: {decision.reason}" for decision in decisions.values())
    return Decision(SEVERAL, "; ".join(reasons))


def _require_column(table: Table, name: str) -> None:
    if name not in table:
        raise DataError(
            f"There is no column called {name!r}.",
            expected=f"one of {quote_list(table.names)}",
            remedy=suggest(name, table.names),
        )


def _require_rows(n_rows: int, targets: tuple[str, ...]) -> None:
    if n_rows < 2:
        what = f"{n_rows} row{'' if n_rows == 1 else 's'}"
        raise DataError(
            f"The table has {what}{f' with a {quote_list(targets)}' if targets else ''}.",
            expected="at least two rows to learn from; a useful network needs hundreds",
            remedy="give a table with more rows",
        )
