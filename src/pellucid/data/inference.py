"""How the contract is found: the target, the task, and the kind of every column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from pellucid.data.categories import keys_of, value_type_of
from pellucid.data.contract import ColumnContract, Contract
from pellucid.data.dataset import Dataset
from pellucid.data.identifiers import reason_to_drop
from pellucid.data.kinds import KINDS, Proposal, get_kind
from pellucid.data.kinds.number import refuse_infinite
from pellucid.data.leaks import find_leaks
from pellucid.data.profile import Profile, rows_with_nan
from pellucid.data.rows import name_rows
from pellucid.data.table import Array, Table
from pellucid.errors import DataError, quote_list, suggest, unknown_name

TASKS = ("classification", "regression", "clustering")
USUAL_TARGETS = ("target", "label", "class", "y")
# Whole numbers with at most so many different values are taken for classes.
FEW_CLASSES = 20
N_EXAMPLES = 3
# Below, a kind is neither chosen nor offered unasked.
LEAST_SCORE = 0.1


def infer_contract(
    dataset: Dataset,
    *,
    target: str | None = None,
    task: str | None = None,
    kinds: Mapping[str, str] | None = None,
    drop: Sequence[str] = (),
) -> Contract:
    """Find out what every column is, which task is meant, and why.

    Parameters
    ----------
    dataset
        What a source yielded; its training rows are looked at.
    target
        The column to be predicted; by default the one that the source itself names.
    task
        ``"classification"``, ``"regression"`` or ``"clustering"``; by default inferred from
        the target. With clustering, a target is kept aside to judge the groups by.
    kinds
        Kinds chosen by the person, by column.
    drop
        Columns to leave out.

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
    >>> table = Table({"size": pl.Series([1.5, 2.5, 9.0]), "kind": pl.Series(["a", "b", "b"])})
    >>> contract = infer_contract(Dataset("toys", "memory", table), target="kind")
    >>> contract.task, contract.task_reason
    ('classification', "'kind' holds text (2 different values)")
    """
    table = dataset.train
    kinds = dict(kinds or {})
    if task is not None and task not in TASKS:
        raise unknown_name("task", task, TASKS)
    for name in (*kinds, *drop):
        _require_column(table, name)
    for kind in kinds.values():
        get_kind(kind)
    target = _find_target(dataset, target, task)
    if target in drop:
        raise DataError(f"{target!r} is the target and cannot be dropped.")
    warnings: list[str] = []
    if target is not None:
        rows = labelled_rows(table, target)
        if len(rows) < table.n_rows:
            lost = np.setdiff1d(np.arange(table.n_rows), rows)
            warnings.append(
                f"{len(lost):,} of {table.n_rows:,} rows have no {target!r} and are left out: "
                f"{name_rows(lost)}."
            )
    _require_rows(table, target)
    decision = _decide_task(table, target, task or _hint(dataset, target))
    columns = []
    for name in table:
        profile = Profile(name, table[name])
        if name == target:
            columns.append(_target_contract(profile, decision))
        elif name in drop:
            columns.append(_dropped(profile, "you asked to leave it out", ""))
        else:
            columns.append(_input_contract(profile, kinds.get(name)))
    if target is not None:
        warnings += find_leaks(table, columns, target)
    return Contract(
        source=dataset.origin,
        n_rows=table.n_rows,
        columns=tuple(columns),
        target=target,
        task=decision.task,
        task_reason=decision.reason,
        task_alternative=decision.alternative,
        warnings=tuple(warnings),
    )


def labelled_rows(table: Table, target: str) -> Array:
    """Return the indices of the rows whose target is not missing, int64 ``(m,)``.

    A target that is an array is missing where it holds a NaN.
    """
    profile = Profile(target, table[target])
    if profile.is_block:
        return np.flatnonzero(~rows_with_nan(profile.block))
    return profile.scalars.is_not_null().arg_true().to_numpy().astype(np.int64)


@dataclass(frozen=True)
class _Decision:
    task: str
    reason: str
    alternative: str | None = None


def _require_column(table: Table, name: str) -> None:
    if name not in table:
        raise DataError(
            f"There is no column called {name!r}.",
            expected=f"one of {quote_list(table.names)}",
            remedy=suggest(name, table.names),
        )


def _require_rows(table: Table, target: str | None) -> None:
    n_rows = table.n_rows if target is None else len(labelled_rows(table, target))
    if n_rows < 2:
        what = f"{n_rows} row{'' if n_rows == 1 else 's'}"
        raise DataError(
            f"The table has {what}{'' if target is None else f' with a {target!r}'}.",
            expected="at least two rows to learn from; a useful network needs hundreds",
            remedy="give a table with more rows",
        )


def _find_target(dataset: Dataset, target: str | None, task: str | None) -> str | None:
    names = dataset.train.names
    target = target if target is not None else dataset.target
    if target is not None:
        if target not in names:
            guess = suggest(target, names)
            raise DataError(
                f"There is no column called {target!r} to be the target.",
                where=dataset.origin,
                expected=f"one of {quote_list(names)}",
                remedy=guess or "name one of these columns with --target",
            )
        return target
    if task == "clustering":
        return None
    likely = next(
        (name for usual in USUAL_TARGETS for name in names if name.lower() == usual), None
    )
    example = likely or (names[-1] if names else "COLUMN")
    raise DataError(
        "It is not said which column is to be predicted.",
        where=dataset.origin,
        expected=f"one of {quote_list(names, limit=40)}",
        remedy=f"name it: --target {_quoted(example)}" + (" (that looks likely)" if likely else ""),
    )


def _hint(dataset: Dataset, target: str | None) -> str | None:
    """Return the source's own task where the target is the one the source names."""
    return dataset.task if target == dataset.target else None


def _decide_task(table: Table, target: str | None, task: str | None) -> _Decision:
    if target is None:
        return _Decision("clustering", "there is no target: rows are grouped by likeness")
    profile = Profile(target, table[target])
    if profile.is_block:
        raise DataError(
            f"The target {target!r} holds {profile.block.shape[1:]} numbers a row.",
            expected="one value a row",
        )
    if task == "clustering":
        return _Decision("clustering", f"asked for; {target!r} is kept aside to judge the groups")
    if task is None and _is_numbers_with_slips(profile):
        _require_numbers(profile)
    guess = _guess_task(profile)
    decision = guess if task is None or task == guess.task else _overruled(guess, task)
    if profile.n_distinct == 1:
        raise DataError(
            f"The target {target!r} has the same value in every row: {profile.present[0]!r}.",
            expected="at least two different values",
            remedy="choose another target, or add rows with other values",
        )
    if decision.task == "regression":
        _require_numbers(profile)
    elif profile.n_distinct == profile.n_rows - profile.n_missing > FEW_CLASSES:
        raise DataError(
            f"The target {target!r} has a different value in every row.",
            expected="classes that several rows share",
            remedy="choose another target"
            + ("" if profile.is_text else ", or predict it as a number: --task regression"),
        )
    return decision


def _is_numbers_with_slips(profile: Profile) -> bool:
    """Tell whether text is mostly numbers, too many to be classes: some cells are mistakes."""
    few_stray = profile.is_text and 0 < 2 * len(profile.stray) < profile.present.len()
    return few_stray and (profile.n_distinct or 0) > FEW_CLASSES


def _overruled(guess: _Decision, task: str) -> _Decision:
    reason = f"chosen; alone, {guess.reason} would mean {guess.task}"
    return _Decision(task, reason, f"{guess.task} (--task {guess.task})")


def _guess_task(profile: Profile) -> _Decision:
    name, n_distinct = repr(profile.name), profile.n_distinct or 0
    if profile.is_boolean:
        return _Decision("classification", f"{name} holds truth values")
    numeric = profile.is_numeric or (
        profile.is_text and not len(profile.stray) and profile.present.len() > 0
    )
    if not numeric:
        return _Decision("classification", f"{name} holds text ({n_distinct:,} different values)")
    refuse_infinite(profile.name, profile.numbers)
    present = profile.numbers.drop_nulls()
    fractions = int((present != present.round()).sum())
    if fractions:
        reason = f"{name} holds numbers with fractions ({n_distinct:,} different values)"
        return _Decision("regression", reason, "classification (--task classification)")
    if n_distinct <= FEW_CLASSES and 2 * n_distinct <= len(present):
        reason = f"{name} holds only {n_distinct} different whole numbers, taken for classes"
        return _Decision("classification", reason, "regression (--task regression)")
    reason = f"{name} holds whole numbers with {n_distinct:,} different values"
    return _Decision("regression", reason, "classification (--task classification)")


def _require_numbers(profile: Profile) -> None:
    refuse_infinite(profile.name, profile.numbers)
    unreadable = profile.numbers.is_null() & profile.scalars.is_not_null()
    if unreadable.any():
        texts = profile.scalars.filter(unreadable).unique(maintain_order=True)
        raise DataError(
            f"The target {profile.name!r} holds values that are no numbers: "
            f"{quote_list(texts, limit=5)}.",
            where=name_rows(unreadable.arg_true()),
            expected="numbers, for regression",
            remedy="correct these cells, or predict classes: --task classification",
        )


def _target_contract(profile: Profile, decision: _Decision) -> ColumnContract:
    is_number = decision.task == "regression"
    other = "classification" if is_number else "regression"
    if decision.task == "clustering":
        is_number = profile.is_numeric and not profile.is_whole
    kind = get_kind("number" if is_number else "category")
    details: dict[str, Any]
    if is_number:
        details = kind.describe(profile).details
    else:
        # All classes are kept, however many: later tables are checked against them.
        value_type = value_type_of(profile.scalars)
        keys = keys_of(profile.scalars, value_type).drop_nulls()
        counts = keys.alias("key").value_counts().sort("key")
        details = {
            "value_type": value_type,
            "categories": counts["key"].to_list(),
            "counts": counts["count"].to_list(),
            "n_categories": len(counts),
        }
    return replace(
        _entry(profile, "target", kind.name, decision.reason),
        alternative=None
        if decision.alternative is None
        else ("category" if is_number else "number"),
        alternative_reason=decision.alternative,
        override=f"--task {other}" if decision.alternative else "--target COLUMN",
        details=details,
    )


def _input_contract(profile: Profile, chosen: str | None) -> ColumnContract:
    if chosen is not None:
        kind = get_kind(chosen)
        if kind.propose(profile) is None:
            raise DataError(
                f"Column {profile.name!r} cannot be read as {chosen}.",
                where=f"such as {_examples(profile)}" if not profile.is_block else None,
                expected=f"one of the kinds {quote_list(_fitting(profile))}",
            )
        return _described(_entry(profile, "input", chosen, "you chose this kind"), profile)
    reason = reason_to_drop(profile)
    ranked = _ranked(profile)
    if reason is None and not (ranked and ranked[0][1].score >= LEAST_SCORE):
        reason = f"values of the type {_type_name(profile)} are not understood"
    if reason is not None:
        kept_as = ranked[0][0] if ranked else "category"
        return _dropped(profile, reason, f"--kind {_quoted(profile.name)}={kept_as}", kept_as)
    name, proposal = ranked[0]
    entry = _entry(profile, "input", name, proposal.reason)
    if len(ranked) > 1 and ranked[1][1].score >= LEAST_SCORE:
        second, its_proposal = ranked[1]
        entry = replace(
            entry,
            alternative=second,
            alternative_reason=its_proposal.reason,
            override=f"--kind {_quoted(profile.name)}={second}",
        )
    else:
        entry = replace(entry, override=f"--drop {_quoted(profile.name)}")
    return _described(entry, profile)


def _ranked(profile: Profile) -> list[tuple[str, Proposal]]:
    proposals = [(name, kind.propose(profile)) for name, kind in KINDS.items()]
    fitting = [(name, proposal) for name, proposal in proposals if proposal is not None]
    return sorted(fitting, key=lambda pair: -pair[1].score)


def _fitting(profile: Profile) -> list[str]:
    return [name for name, _ in _ranked(profile)]


def _described(entry: ColumnContract, profile: Profile) -> ColumnContract:
    description = get_kind(entry.kind).describe(profile)
    return replace(entry, details=description.details, warnings=description.warnings)


def _dropped(
    profile: Profile, reason: str, override: str, kind: str | None = None
) -> ColumnContract:
    ranked = _fitting(profile)
    kind = kind or (ranked[0] if ranked else "category")
    warnings = (f"{profile.name!r} is left out: {reason}.",) if override else ()
    entry = _entry(profile, "dropped", kind, reason)
    return replace(entry, override=override, warnings=warnings)


def _entry(profile: Profile, role: Any, kind: str, reason: str) -> ColumnContract:
    return ColumnContract(
        name=profile.name,
        role=role,
        kind=kind,
        reason=reason,
        n_missing=profile.n_missing,
        n_distinct=profile.n_distinct,
        examples=_examples(profile),
    )


def _examples(profile: Profile) -> list[Any]:
    """Return a few values that JSON can hold."""
    if profile.is_block:
        return []
    first = profile.present.head(1000).unique(maintain_order=True).head(N_EXAMPLES)
    plain = first.dtype.is_numeric() or first.dtype in (pl.String, pl.Boolean)
    values = first.to_list() if plain else [str(value) for value in first]
    return [str(v) if isinstance(v, float) and not np.isfinite(v) else v for v in values]


def _type_name(profile: Profile) -> str:
    return profile.block.dtype.name if profile.is_block else str(profile.scalars.dtype)


def _quoted(name: str) -> str:
    """Quote a column's name for a command line where it needs it."""
    return f'"{name}"' if not name.replace("_", "").replace("-", "").isalnum() else name
