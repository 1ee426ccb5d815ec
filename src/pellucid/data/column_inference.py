"""One input column's entry in the contract: its kind, why, and what else it could be."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from pellucid.data.contract import ColumnContract
from pellucid.data.identifiers import reason_to_drop
from pellucid.data.kinds import KINDS, Proposal, get_kind
from pellucid.data.profile import Profile
from pellucid.errors import DataError, quote_list

N_EXAMPLES = 3
# Of so few different values, all are shown; of a series, so many numbers.
FEW = 10
_SERIES_SHOWN = 4
# A cell may hold a whole book; an example is shown, and kept with the model.
_LONGEST_EXAMPLE = 1000
# Below, a kind is neither chosen nor offered unasked.
LEAST_SCORE = 0.1


def input_contract(profile: Profile, chosen: str | None, known: str | None) -> ColumnContract:
    """Settle how an input column is read: by choice, by its source's word, or by its values.

    Raises
    ------
    DataError
        Where its values cannot be read as the kind that was chosen.
    """
    if chosen is None and known is not None:
        useless = reason_to_drop(profile, known)
        if useless is not None and useless.code == "constant":
            return dropped(profile, useless.text, f"--kind {quoted(profile.name)}={known}", known)
        entry = entry_of(profile, "input", known, "the source itself says so")
        return _described(replace(entry, override=f"--drop {quoted(profile.name)}"), profile)
    if chosen is not None:
        kind = get_kind(chosen)
        if kind.propose(profile) is None:
            raise DataError(
                f"Column {profile.name!r} cannot be read as {chosen}.",
                where=_example_values(profile),
                expected=f"one of the kinds {quote_list(_fitting(profile))}",
            )
        return _described(entry_of(profile, "input", chosen, "you chose this kind"), profile)
    ranked = _ranked(profile)
    useless = reason_to_drop(profile, ranked[0][0] if ranked else "category")
    reason = None if useless is None else useless.text
    if reason is None and not (ranked and ranked[0][1].score >= LEAST_SCORE):
        reason = f"values of the type {_type_name(profile)} are not understood"
    if reason is not None:
        kept_as = ranked[0][0] if ranked else "category"
        return dropped(profile, reason, f"--kind {quoted(profile.name)}={kept_as}", kept_as)
    name, proposal = ranked[0]
    entry = entry_of(profile, "input", name, proposal.reason)
    if len(ranked) > 1 and ranked[1][1].score >= LEAST_SCORE:
        second, its_proposal = ranked[1]
        entry = replace(
            entry,
            alternative=second,
            alternative_reason=its_proposal.reason,
            override=f"--kind {quoted(profile.name)}={second}",
        )
    else:
        entry = replace(entry, override=f"--drop {quoted(profile.name)}")
    return _described(entry, profile)


def _ranked(profile: Profile) -> list[tuple[str, Proposal]]:
    proposals = [(name, kind.propose(profile)) for name, kind in KINDS.items()]
    fitting = [(name, proposal) for name, proposal in proposals if proposal is not None]
    return sorted(fitting, key=lambda pair: -pair[1].score)


def _fitting(profile: Profile) -> list[str]:
    return [name for name, _ in _ranked(profile)]


def _described(entry: ColumnContract, profile: Profile) -> ColumnContract:
    description = get_kind(entry.kind).describe(profile)
    reason = "; ".join(filter(None, (entry.reason, description.reason)))
    return replace(entry, reason=reason, details=description.details, warnings=description.warnings)


def dropped(
    profile: Profile, reason: str, override: str, kind: str | None = None
) -> ColumnContract:
    """Return the entry of a column that is left out; with a flag that keeps it, also a warning."""
    ranked = _fitting(profile)
    kind = kind or (ranked[0] if ranked else "category")
    warnings = (f"{profile.name!r} is left out: {reason}.",) if override else ()
    entry = entry_of(profile, "dropped", kind, reason)
    return replace(entry, override=override, warnings=warnings)


def entry_of(profile: Profile, role: Any, kind: str, reason: str) -> ColumnContract:
    """Return an entry with the column's counts and examples."""
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
    """Return a few different values that JSON can hold; of few numbers all, in order."""
    if profile.is_block:
        return []
    if 0 < (profile.n_distinct or 0) <= FEW and profile.is_numeric:
        return [_for_json(value) for value in profile.present.unique().sort().to_list()]
    first = profile.present.head(1000).unique(maintain_order=True).head(N_EXAMPLES)
    plain = first.dtype.is_numeric() or first.dtype in (pl.String, pl.Boolean)
    if plain:
        values = first.to_list()
    elif first.dtype.is_temporal():
        values = _times_as_text(first)
    elif isinstance(first.dtype, pl.List):
        values = [_list_as_text(value) for value in first.to_list()]
    else:
        values = [str(value) for value in first]
    return [_for_json(value) for value in values]


def _for_json(value: Any) -> Any:
    if isinstance(value, float) and not np.isfinite(value):
        return str(value)
    if isinstance(value, str) and len(value) > _LONGEST_EXAMPLE:
        return value[:_LONGEST_EXAMPLE] + "…"
    return value


def _list_as_text(entries: list[Any]) -> str:
    """Write a list by its first entries: ``[1, 2.5, 3, 4, … 24 in all]``."""
    shown = [_entry_as_text(entry) for entry in entries[:_SERIES_SHOWN]]
    if len(entries) > _SERIES_SHOWN:
        shown.append(f"… {len(entries):,} in all")
    return f"[{', '.join(shown)}]"


def _entry_as_text(entry: Any) -> str:
    if isinstance(entry, list):
        return _list_as_text(entry)
    return f"{entry:.6g}" if isinstance(entry, float) else str(entry)


def _times_as_text(times: pl.Series) -> list[str]:
    try:
        return [str(value) for value in times]
    except (ValueError, OverflowError):  # years that Python's dates do not have
        return [text or "" for text in times.cast(pl.String)]


def _example_values(profile: Profile) -> str | None:
    if profile.is_block:
        return None
    examples = _examples(profile)
    return f"such as {quote_list(examples)}" if examples else "all its values are missing"


def _type_name(profile: Profile) -> str:
    return profile.block.dtype.name if profile.is_block else str(profile.scalars.dtype)


def quoted(name: str) -> str:
    """Quote a column's name for a command line where it needs it.

    Examples
    --------
    >>> print(quoted("age"), quoted("home town"), quoted("price in $"))
    age "home town" 'price in $'
    """
    if name.replace("_", "").replace("-", "").isalnum():
        return name
    # Between double quotes a shell still looks for these.
    return shlex.quote(name) if set(name) & set('"$`\\!') else f'"{name}"'
