"""Columns that say nothing: empty ones, constant ones, and mere names of rows."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import polars as pl

from pellucid.data.profile import Profile
from pellucid.data.table import Array
from pellucid.errors import quote

# Fewer texts than this may all differ by chance.
FEWEST_ROWS = 10
ROW_NUMBER_NAME = re.compile(
    r"^(|id|idx|index|row|row[ _-]?(id|number)|.*[ _-]id|unnamed.*)$", re.I
)
ROW_NUMBER_CAMEL = re.compile(r"^(.*[a-z])?I[Dd]$")
# Only columns read as one of these can be names of rows; texts, dates and media speak for
# themselves although every row has another one.
KINDS_OF_NAMES = ("number", "category", "vector")


@dataclass(frozen=True)
class DropReason:
    """Why a column cannot help a network.

    Attributes
    ----------
    code
        ``"empty"``, ``"constant"``, ``"identifier"``, ``"mixed-units"`` or
        ``"row-number"``.
    text
        The reason, a clause without a full stop.
    """

    code: str
    text: str


_ALL_ALIKE = DropReason("constant", "it has the same values in every row")


def reason_to_drop(profile: Profile, kind: str = "category") -> DropReason | None:
    """Say why a column cannot help a network, or return None where it may.

    Parameters
    ----------
    profile
        A column that nobody has chosen a kind for.
    kind
        The kind that fits it best.

    Examples
    --------
    >>> import polars as pl
    >>> reason_to_drop(Profile("planet", pl.Series(["Earth", "Earth"]))).text
    "it has the same value in every row ('Earth')"
    """
    if profile.n_rows == 0:
        return None
    if profile.is_block:
        return _reason_for_block(profile)
    reason = _reason_for_scalars(profile)
    return reason or (_reason_for_names(profile) if kind in KINDS_OF_NAMES else None)


def is_named_like_id(name: str) -> bool:
    """Tell whether a column is called as identifiers are.

    Examples
    --------
    >>> [is_named_like_id(name) for name in ("id", "PassengerId", "user_id", "paid", "humid")]
    [True, True, True, False, False]
    """
    return bool(ROW_NUMBER_NAME.match(name) or ROW_NUMBER_CAMEL.match(name))


def _reason_for_scalars(profile: Profile) -> DropReason | None:
    if profile.n_rows == profile.n_missing:
        return DropReason("empty", "all its values are missing")
    if isinstance(profile.scalars.dtype, pl.List):
        return _reason_for_lists(profile.scalars)
    if profile.n_distinct == 1 and profile.n_missing == 0:
        text = f"it has the same value in every row ({quote(profile.present[0])})"
        return DropReason("constant", text)
    return None


def _reason_for_lists(lists: pl.Series) -> DropReason | None:
    """Say that all rows hold the same numbers in the same order, where they do."""
    n_rows, flat = len(lists), lists
    while isinstance(flat.dtype, pl.List):
        if flat.null_count() or flat.list.len().n_unique() != 1:
            return None
        flat = flat.explode()
    if not flat.dtype.is_numeric():  # which no kind understands
        return None
    return _ALL_ALIKE if _are_alike(flat.to_numpy().reshape(n_rows, -1)) else None


def _are_alike(rows: Array) -> bool:
    """Tell whether several rows are all the first one; mostly the last tells that they are not.

    Infinite values are no constants but mistakes, which their kind refuses.
    """
    if len(rows) < 2 or not rows[0].size:
        return False
    first = np.asarray(rows[0])
    is_finite = first.dtype.kind != "f" or bool(np.isfinite(first).all())
    return is_finite and bool((rows[-1] == first).all() and (rows == first).all())


def _reason_for_names(profile: Profile) -> DropReason | None:
    n_present = profile.n_rows - profile.n_missing
    if isinstance(profile.scalars.dtype, pl.List):
        return None
    if n_present < FEWEST_ROWS or profile.n_distinct != n_present:
        return None
    if profile.is_text and profile.numerals.mixed:
        return DropReason("mixed-units", f"it mixes {profile.numerals.mixed}")
    if profile.is_text and len(profile.stray) == n_present:
        return DropReason("identifier", "every text is different, as in a name or an identifier")
    if is_named_like_id(profile.name) and _counts_rows(profile):
        return DropReason("row-number", "it numbers the rows one after another")
    return None


def _reason_for_block(profile: Profile) -> DropReason | None:
    block = profile.block
    if block.size == 0:
        return DropReason("empty", "its rows hold no numbers")
    if profile.n_missing == profile.n_rows and np.isnan(block).all():
        return DropReason("empty", "all its values are missing")
    if not np.isfinite(block.flat[0]):
        return None  # infinite everywhere is no constant but a mistake, refused by its kind
    if profile.n_missing == 0 and block.dtype.kind in "fiub" and (block == block.flat[0]).all():
        text = f"it has the same value everywhere ({block.flat[0]:g})"
        return DropReason("constant", text)
    return _ALL_ALIKE if _are_alike(block) else None


def _counts_rows(profile: Profile) -> bool:
    if profile.n_missing or not profile.is_numeric:
        return False
    return bool((profile.numbers.diff().drop_nulls() == 1).all())
