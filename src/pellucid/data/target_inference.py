"""The targets' side of the contract: which columns are predicted, and which task that means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import numpy as np
import polars as pl

from pellucid.data.categories import keys_of, value_type_of
from pellucid.data.column_inference import entry_of, quoted
from pellucid.data.contract import ColumnContract
from pellucid.data.dataset import Dataset
from pellucid.data.date_targets import refuse_no_dates
from pellucid.data.dates import find_dates
from pellucid.data.kinds import get_kind
from pellucid.data.kinds.date import DATE_SHARE
from pellucid.data.kinds.number import refuse_infinite
from pellucid.data.label_sets import is_list_column, label_lists, reason_for_sets, separator_of
from pellucid.data.profile import Profile, clean_scalars, rows_with_nan
from pellucid.data.rows import name_rows
from pellucid.data.stored import in_threads
from pellucid.data.table import MOST_LOOKED_AT, Array, Table
from pellucid.errors import DataError, quote, quote_list, suggest

TASKS = ("classification", "regression", "multilabel", "clustering")
SEVERAL = "several"
"""The task of a contract with several targets; each has one of ``TASKS`` for itself."""
UNDECIDED = "undecided"
"""The task of a contract whose target nobody has named yet."""

TASK_OF_KIND = {
    "category": "classification",
    "number": "regression",
    "date": "regression",
    "labels": "multilabel",
}
"""Which task the kind of a target means."""

# Whole numbers with at most so many different values are taken for classes.
FEW_CLASSES = 20


def labelled_rows(table: Table, targets: str | Sequence[str]) -> Array:
    """Return the indices of the rows in which no target is missing, int64 ``(m,)``.

    A target that is an array is missing where it holds a NaN; an empty list is there.
    """
    return np.flatnonzero(is_labelled(table, targets))


def is_labelled(table: Table, targets: str | Sequence[str]) -> Array:
    """Tell of each row whether no target is missing, bool ``(n,)``, as `labelled_rows` does."""
    names = [targets] if isinstance(targets, str) else list(targets)
    names = [name for name in names if not _are_all_known(table, name)]
    if not names:
        return np.ones(table.n_rows, dtype=bool)
    if table.on_disk and table.n_rows > MOST_LOOKED_AT:
        starts = range(0, table.n_rows, MOST_LOOKED_AT)
        pieces = in_threads(
            lambda start: is_labelled(table.select(names).piece(start), names), starts
        )
        return np.concatenate(pieces)
    known = (_is_known(Profile(name, table[name])) for name in names)
    return np.asarray(reduce(np.logical_and, known))


def _are_all_known(table: Table, name: str) -> bool:
    """Tell at little cost that no value is missing; False where that takes a look at each."""
    counted = table.few_values(name) if table.on_disk else None
    return counted is not None and not clean_scalars(counted["value"]).has_nulls()


def _is_known(profile: Profile) -> Array:
    if profile.is_block:
        return ~rows_with_nan(profile.block)
    return profile.scalars.is_not_null().to_numpy()


@dataclass(frozen=True)
class Decision:
    """A task with its reason, and the other one that could have been meant."""

    task: str
    reason: str
    alternative: str | None = None


def find_targets(dataset: Dataset, target: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the columns to be predicted; none where nobody names one.

    Raises
    ------
    DataError
        Where one does not exist or is named twice, or all columns are named.
    """
    table_names = dataset.train.names
    target = target if target is not None else dataset.target
    names = (target,) if isinstance(target, str) else tuple(target or ())
    for name in names:
        if name not in table_names:
            guess = suggest(name, table_names)
            raise DataError(
                f"There is no column called {name!r} to be the target.",
                where=dataset.origin,
                expected=f"one of {quote_list(table_names)}",
                remedy=guess or "name one of these columns with --target",
            )
    if len(set(names)) < len(names):
        raise DataError(
            f"A target is named twice: {quote_list(names)}.", remedy="name each column once"
        )
    if len(names) == len(table_names) and len(names) > 1:
        raise DataError(
            "All columns are targets, so there is nothing to predict them from.",
            where=dataset.origin,
            expected="at least one column that is not named with --target",
        )
    return names


def hinted_task(dataset: Dataset, targets: tuple[str, ...]) -> str | None:
    """Return the source's own task where the target is the one the source names."""
    own = (dataset.target,) if isinstance(dataset.target, str) else dataset.target
    return dataset.task if targets == own else None


def task_of_kind(name: str, kind: str) -> str:
    """Return the task that choosing a kind for a target means; DataError for a kind of inputs."""
    if kind not in TASK_OF_KIND:
        raise DataError(
            f"The target {name!r} cannot be read as {kind}.",
            expected=f"one of {quote_list(TASK_OF_KIND)}",
        )
    return TASK_OF_KIND[kind]


def decide_task(table: Table, target: str, task: str | None) -> Decision:
    """Settle one target's task by its values, unless it is given.

    Raises
    ------
    DataError
        Where the target cannot be predicted: arrays, one value only, a different class in every
        row, text that is no number in regression, or no sets for labels.
    """
    profile = Profile(target, table[target])
    if profile.is_block:
        raise DataError(
            f"The target {target!r} holds {profile.block.shape[1:]} numbers a row.",
            expected="one value a row, or one column for each number (--target a --target b)",
        )
    if task == "clustering":
        return Decision("clustering", f"asked for; {target!r} is kept aside to judge the groups")
    if task == "multilabel" or is_list_column(profile.values):
        return _decide_sets(profile, task)
    if isinstance(profile.scalars.dtype, pl.List):
        raise DataError(
            f"The target {target!r} holds lists of numbers.",
            expected="one value a row, or lists of labels (text)",
        )
    if isinstance(profile.scalars.dtype, (pl.Struct, pl.Binary)):
        raise DataError(
            f"The target {target!r} holds values of the type {profile.scalars.dtype}.",
            expected="one number, text, truth value or date a row",
        )
    if task is None and _is_numbers_with_slips(profile):
        _require_numbers(profile)
    guess = _guess_task(profile)
    decision = guess if task is None or task == guess.task else _overruled(guess, task)
    if decision.task == "multilabel":
        return _decide_sets(profile, None)
    if profile.n_distinct == 1:
        raise DataError(
            f"The target {target!r} has the same value in every row: {quote(profile.present[0])}.",
            expected="at least two different values",
            remedy="choose another target, or add rows with other values",
        )
    if decision.task == "regression":
        if is_date(profile):
            _require_dates(profile)
        else:
            _require_numbers(profile)
    elif profile.n_distinct == profile.n_rows - profile.n_missing > 2:
        raise DataError(
            f"The target {target!r} has a different value in every row.",
            expected="classes that several rows share",
            remedy="choose another target"
            + ("" if profile.is_text else ", or predict it as a number: --task regression"),
        )
    return decision


def is_date(profile: Profile) -> bool:
    """Tell whether a column holds dates, by its type or in text."""
    if profile.is_block or not (profile.is_text or profile.scalars.dtype.is_temporal()):
        return False
    dates = find_dates(profile.scalars)
    return dates is not None and not dates.format.is_time and dates.share >= DATE_SHARE


def _require_dates(profile: Profile) -> None:
    dates = find_dates(profile.scalars)
    if dates is None or dates.format.is_time:
        raise DataError(f"The target {profile.name!r} holds no dates.", expected="dates")
    refuse_no_dates(profile.name, profile.scalars, dates.clock)


def _decide_sets(profile: Profile, task: str | None) -> Decision:
    """Take the target for sets of labels, asked for or recognised; refuse what is no sets."""
    name = profile.name
    reason = reason_for_sets(profile)
    is_list = is_list_column(profile.values)
    if is_list and task not in (None, "multilabel"):
        raise DataError(
            f"The target {name!r} holds lists of labels, so the task cannot be {task}.",
            expected="one value a row",
            remedy="leave --task out, or set --task multilabel",
        )
    separator = separator_of(profile.scalars)
    if not is_list and separator is None:
        raise DataError(
            f"No cell of the target {name!r} holds several labels.",
            expected="lists of text, or text with labels between ';', '|' or ','",
            remedy="predict one label a row: --task classification",
        )
    labels = label_lists(profile.values, separator).explode().drop_nulls()
    if not labels.len():
        raise DataError(
            f"The target {name!r} has no label in any row.", expected="at least one label"
        )
    sets = label_lists(profile.values, separator).drop_nulls().list.sort().list.join("\0")
    if sets.n_unique() == 1:
        same = quote_list(labels.unique().sort())
        raise DataError(
            f"The target {name!r} has the same labels in every row: {same}.",
            expected="at least two different sets of labels",
            remedy="choose another target, or add rows with other labels",
        )
    if is_list:
        return Decision("multilabel", f"{name!r} holds lists of labels ({labels.n_unique():,})")
    if reason is not None:
        words = f"of {name!r}, {reason.replace('its cells', 'the cells')}"
        return Decision("multilabel", words, "classification (--task classification)")
    words = f"chosen: {name!r} holds sets of {labels.n_unique():,} labels"
    return Decision("multilabel", words, "classification (--task classification)")


def _is_numbers_with_slips(profile: Profile) -> bool:
    """Tell whether text is mostly numbers, too many to be classes: some cells are mistakes."""
    few_stray = profile.is_text and 0 < 2 * len(profile.stray) < profile.present.len()
    return few_stray and (profile.n_distinct or 0) > FEW_CLASSES


def _overruled(guess: Decision, task: str) -> Decision:
    reason = f"chosen; alone, {guess.reason} would mean {guess.task}"
    return Decision(task, reason, f"{guess.task} (--task {guess.task})")


def _guess_task(profile: Profile) -> Decision:
    name, n_distinct = repr(profile.name), profile.n_distinct or 0
    if profile.is_boolean:
        return Decision("classification", f"{name} holds truth values")
    if is_date(profile):
        other = "classification (--task classification)"
        return Decision("regression", f"{name} holds dates ({n_distinct:,} different)", other)
    if profile.scalars.dtype == pl.Duration:
        return Decision("regression", f"{name} holds durations, predicted in seconds")
    numeric = profile.is_numeric or (
        profile.is_text and not len(profile.stray) and profile.present.len() > 0
    )
    if not numeric:
        if reason := reason_for_sets(profile):
            return Decision("multilabel", reason, "classification (--task classification)")
        return Decision("classification", f"{name} holds text ({n_distinct:,} different values)")
    return _guess_of_numbers(profile)


def _guess_of_numbers(profile: Profile) -> Decision:
    refuse_infinite(profile.name, profile.numbers)
    name, n_distinct = repr(profile.name), profile.n_distinct or 0
    present = profile.numbers.drop_nulls()
    fractions = int((present != present.round()).sum())
    if fractions:
        reason = f"{name} holds numbers with fractions ({n_distinct:,} different values)"
        return Decision("regression", reason, "classification (--task classification)")
    if n_distinct <= FEW_CLASSES and 2 * n_distinct <= len(present):
        reason = f"{name} holds only {n_distinct} different whole numbers, taken for classes"
        return Decision("classification", reason, "regression (--task regression)")
    reason = f"{name} holds whole numbers with {n_distinct:,} different values"
    return Decision("regression", reason, "classification (--task classification)")


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


def known_unit(dataset: Dataset, target: str) -> str | None:
    """Return a target's unit where the source itself knows it."""
    return dataset.unit if dataset.target == target else None


def require_kind(entry: ColumnContract, chosen: str | None) -> None:
    """Raise DataError where a target's values cannot be read as the kind that was chosen."""
    if chosen is not None and entry.kind != chosen:
        raise DataError(
            f"The target {entry.name!r} cannot be read as {chosen}.",
            where=f"such as {quote_list(entry.examples)}" if entry.examples else None,
            remedy=f"leave --kind {quoted(entry.name)}={chosen} out",
        )


def target_contract(
    profile: Profile, decision: Decision, unit: str | None = None
) -> ColumnContract:
    """Return a target's entry: its kind, why, and what later tables are checked against.

    The unit of its errors is in ``details``, where it is known: the source's word, what text
    names, or days for dates.
    """
    kind = _kind_of(profile, decision)
    alternative = None
    if decision.alternative is not None:
        other = decision.alternative.split(" ")[0]
        alternative = next(kind for kind, task in TASK_OF_KIND.items() if task == other)
    return replace(
        entry_of(profile, "target", kind, decision.reason),
        alternative=alternative,
        alternative_reason=decision.alternative,
        override=f"--task {TASK_OF_KIND[alternative]}" if alternative else "--target COLUMN",
        details=_details(profile, kind, unit),
    )


def _kind_of(profile: Profile, decision: Decision) -> str:
    if decision.task == "multilabel":
        return "labels"
    if decision.task == "regression":
        return "date" if is_date(profile) else "number"
    if decision.task == "clustering":
        return "number" if profile.is_numeric and not profile.is_whole else "category"
    return "category"


def _details(profile: Profile, kind: str, unit: str | None) -> dict[str, Any]:
    """Return what later tables are checked against; all classes are kept, however many."""
    if kind in ("number", "date"):
        details = get_kind(kind).describe(profile).details
        if profile.scalars.dtype == pl.Duration:
            unit = "s"
        unit = "days" if kind == "date" else unit or details.get("unit")
        return details if unit is None else {**details, "unit": unit}
    if kind == "labels":
        separator = separator_of(profile.scalars)
        keys = label_lists(profile.values, separator).explode().drop_nulls()
        own: dict[str, Any] = {"separator": separator}
    else:
        value_type = value_type_of(profile.scalars)
        keys = keys_of(profile.scalars, value_type).drop_nulls()
        own = {"value_type": value_type}
    counts = keys.alias("key").value_counts().sort("key")
    return {
        **own,
        "categories": counts["key"].to_list(),
        "counts": counts["count"].to_list(),
        "n_categories": len(counts),
    }
