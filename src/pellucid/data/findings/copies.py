"""Input columns that say the same thing twice."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

import numpy as np
import polars as pl

from pellucid.data.categories import keys_of, value_type_of
from pellucid.data.finding import Finding
from pellucid.data.findings.evidence import Evidence, drop_flags
from pellucid.data.moments import unit_range
from pellucid.data.profile import Profile
from pellucid.errors import quote_list

FEWEST_ROWS = 30
# Recodings are searched among columns with at most so many values.
MOST_VALUES = 100
# Columns that agree on these rows are compared on all.
_FIRST_ROWS = 1000
_DIGITS = 6
_EXACT = 1e-9


def copied_columns(evidence: Evidence) -> Iterator[Finding]:
    """Find inputs that equal another, follow it on a straight line, or only rename its values."""
    if evidence.n_rows < FEWEST_ROWS:
        return
    groups: dict[Hashable, list[str]] = {}
    for profile in evidence.scalars(evidence.inputs):
        fingerprint = _fingerprint(profile)
        if fingerprint is not None:
            groups.setdefault(fingerprint, []).append(profile.name)
    for names in groups.values():
        first = evidence.profile(names[0])
        same = [name for name in names[1:] if _agree(first, evidence.profile(name))]
        if same:
            yield Finding(
                "copied-column",
                "note",
                f"{quote_list(same)} {'says' if len(same) == 1 else 'say'} the same as "
                f"{first.name!r} in every row.",
                (first.name, *same),
                remedy=f"One of them is enough: {drop_flags(*same[:5])}.",
            )


def _fingerprint(profile: Profile) -> Hashable:
    """Return what two columns that say the same must have in common; None if incomparable."""
    if profile.n_distinct is None or profile.n_distinct < 2:
        return None
    if _is_coded(profile):
        codes = _codes(profile, _FIRST_ROWS)
        return ("codes", profile.n_distinct, profile.n_missing, codes.tobytes())
    if not _is_measured(profile):
        head = profile.scalars.head(_FIRST_ROWS).cast(pl.String)
        return ("text", profile.n_distinct, profile.n_missing, tuple(head.hash().to_list()))
    head = _unit(profile.numbers.head(_FIRST_ROWS).fill_null(np.nan).to_numpy())
    # The middle of a rounding interval is missed by none but a few copies.
    return None if head is None else ("numbers", profile.n_missing, head.tobytes())


def _is_coded(profile: Profile) -> bool:
    """Tell whether few values come again and again: only then is a renaming no chance."""
    n_distinct = profile.n_distinct or 0
    return n_distinct <= min(MOST_VALUES, (profile.n_rows - profile.n_missing) // 2)


def _is_measured(profile: Profile) -> bool:
    return profile.is_numeric or profile.scalars.dtype == pl.Duration


def _unit(numbers: Any) -> Any:
    """Standardise the numbers and turn them so that the first one is positive; rounded."""
    numbers, _ = unit_range(numbers)
    deviation = np.nanstd(numbers) if np.isfinite(numbers).any() else 0.0
    if not np.isfinite(deviation) or deviation == 0:
        return None
    unit = (numbers - np.nanmean(numbers)) / deviation
    first = unit[np.abs(np.nan_to_num(unit)) > 0.1][:1]
    turned = unit * np.sign(first[0]) if len(first) else unit
    return np.round(turned, _DIGITS) + 0.0


def _codes(profile: Profile, n_rows: int | None = None) -> Any:
    """Return each value's number in the order of first appearance; -1 where missing."""
    scalars = profile.scalars if n_rows is None else profile.scalars.head(n_rows)
    keys = keys_of(scalars, value_type_of(profile.scalars))
    order = keys.drop_nulls().unique(maintain_order=True)
    codes = keys.replace_strict(
        order, pl.Series(range(len(order)), dtype=pl.Int32), default=-1, return_dtype=pl.Int32
    )
    return codes.fill_null(-1).to_numpy()


def _agree(first: Profile, second: Profile) -> bool:
    if _is_coded(first):
        return bool((_codes(first) == _codes(second)).all())
    if not _is_measured(first):
        return bool(
            (first.scalars.cast(pl.String).eq_missing(second.scalars.cast(pl.String))).all()
        )
    pairs = pl.DataFrame({"x": first.numbers, "y": second.numbers})
    if (pairs["x"].is_null() != pairs["y"].is_null()).any():
        return False
    correlation = pairs.drop_nulls().select(pl.corr("x", "y")).item()
    return correlation is not None and abs(correlation) > 1 - _EXACT
