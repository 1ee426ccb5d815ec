"""Columns that say nothing: empty ones, constant ones, and mere names of rows."""

from __future__ import annotations

import re

import numpy as np

from pellucid.data.profile import Profile

# Fewer texts than this may all differ by chance.
FEWEST_ROWS = 10
ROW_NUMBER_NAME = re.compile(
    r"^(|id|idx|index|row|row[ _-]?(id|number)|.*[ _-]id|unnamed.*)$", re.I
)
ROW_NUMBER_CAMEL = re.compile(r"^(.*[a-z])?I[Dd]$")


def reason_to_drop(profile: Profile) -> str | None:
    """Say why a column cannot help a network, or return None where it may.

    Parameters
    ----------
    profile
        A column that nobody has chosen a kind for.

    Examples
    --------
    >>> import polars as pl
    >>> reason_to_drop(Profile("planet", pl.Series(["Earth", "Earth"])))
    "it has the same value in every row ('Earth')"
    """
    if profile.n_rows == 0:
        return None
    return _reason_for_block(profile) if profile.is_block else _reason_for_scalars(profile)


def _reason_for_scalars(profile: Profile) -> str | None:
    n_present = profile.n_rows - profile.n_missing
    if n_present == 0:
        return "all its values are missing"
    if profile.n_distinct == 1 and profile.n_missing == 0:
        return f"it has the same value in every row ({profile.present[0]!r})"
    if n_present < FEWEST_ROWS or profile.n_distinct != n_present:
        return None
    if profile.is_text and len(profile.stray) == n_present:
        return "every text is different, as in a name or an identifier"
    if _is_named_like_id(profile.name) and _counts_rows(profile):
        return "it numbers the rows one after another"
    return None


def _reason_for_block(profile: Profile) -> str | None:
    block = profile.block
    if block.size == 0:
        return "its rows hold no numbers"
    if profile.n_missing == profile.n_rows and np.isnan(block).all():
        return "all its values are missing"
    if profile.n_missing == 0 and block.dtype.kind in "fiub" and (block == block.flat[0]).all():
        return f"it has the same value everywhere ({block.flat[0]:g})"
    return None


def _is_named_like_id(name: str) -> bool:
    return bool(ROW_NUMBER_NAME.match(name) or ROW_NUMBER_CAMEL.match(name))


def _counts_rows(profile: Profile) -> bool:
    if profile.n_missing or not profile.is_numeric:
        return False
    return bool((profile.numbers.diff().drop_nulls() == 1).all())
