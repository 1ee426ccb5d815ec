"""Columns that name rows: hashes, running or long numbers, nearly all values different."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import polars as pl

from pellucid.data.contract import ColumnContract
from pellucid.data.finding import Finding
from pellucid.data.findings.evidence import Evidence, drop_flags
from pellucid.data.identifiers import is_named_like_id
from pellucid.data.profile import Profile
from pellucid.data.table import Array
from pellucid.errors import quote

NEAR_UNIQUE = 0.9
# Fewer rows than this may look like anything by chance.
FEWEST_ROWS = 30
FEWEST_COUNTED = 100
HASH_LIKE = re.compile(
    r"^\{?[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\}?$|^(0x)?[0-9a-f]{12,128}$|^[0-9a-z_-]{20,64}=*$",
    re.I,
)
_LOOKED_AT = 200
# Numbers of so many digits, the same in all rows, are hardly ever measured.
FEWEST_DIGITS = 7
# Seconds and milliseconds since 1970, from 2001 to 2033, all have so many digits as well.
TIMES = ((1e9, 2e9), (1e12, 2e12))
# Measurements are rounded; of chance, ten last digits miss equal shares by more than that (chi
# square, 9 degrees of freedom) once in two thousand columns.
UNEVEN_DIGITS = 30.0
# In deviations of what chance makes; farther out, a column goes with the target.
CHANCE = 4.0
_SEED = 0
_RANKED = 50_000


def identifiers(evidence: Evidence) -> Iterator[Finding]:
    """Find columns that name rows: hashes, running or long numbers, nearly all values different."""
    kinds = {column.name: column.kind for column in evidence.inputs}
    for profile in evidence.scalars(evidence.inputs, "number", "category"):
        why = _why_identifier(evidence, profile, kinds[profile.name])
        if why is not None:
            code, text = why
            yield Finding(
                code,
                "warning",
                f"{profile.name!r} {text}.",
                (profile.name,),
                remedy=f"A network learns such values by heart: {drop_flags(profile.name)}, "
                "unless they mean something.",
            )


def named_rows(evidence: Evidence) -> set[str]:
    """Return the columns that `identifiers` names; searched once."""
    if "identifiers" not in evidence.remembered:
        names = {finding.columns[0] for finding in identifiers(evidence)}
        evidence.remembered["identifiers"] = names
    return evidence.remembered["identifiers"]


def _why_identifier(evidence: Evidence, profile: Profile, kind: str) -> tuple[str, str] | None:
    n_present = profile.n_rows - profile.n_missing
    n_distinct = profile.n_distinct or 0
    if n_present < FEWEST_ROWS or n_distinct < FEWEST_ROWS:
        return None
    if profile.is_text and _looks_hashed(profile.present):
        shown = quote(profile.present[0], most=40)
        return "identifier", f"holds texts that look like identifiers, such as {shown}"
    if profile.is_numeric and (running := _why_running(evidence, profile)):
        return running
    if kind == "number":
        return _why_long_number(evidence, profile)
    # Measurements may all differ; categories that do say nothing of other rows.
    if profile.is_text and n_distinct >= NEAR_UNIQUE * n_present:
        found = f"{n_distinct:,} different values in {n_present:,} rows"
        return "near-unique", f"has a value of its own in nearly every row ({found})"
    return None


def _why_running(evidence: Evidence, profile: Profile) -> tuple[str, str] | None:
    if not profile.is_whole or profile.n_missing or profile.n_distinct != profile.n_rows:
        return None
    numbers = profile.numbers.to_numpy()
    named = is_named_like_id(profile.name)
    offsets = numbers - evidence.sample.indices
    if (offsets == offsets[0]).all() and (named or profile.n_rows >= FEWEST_COUNTED):
        return "row-number", "numbers the rows one after another"
    if not named:
        return None
    if (np.diff(numbers) > 0).all():
        return "identifier", "grows from row to row and is called like an identifier"
    return (
        "identifier",
        "has a different whole number in every row and is called like an identifier",
    )


def _why_long_number(evidence: Evidence, profile: Profile) -> tuple[str, str] | None:
    """Tell numbers that somebody was given, such as telephone numbers, from measured ones."""
    n_present = profile.n_rows - profile.n_missing
    if n_present < FEWEST_COUNTED or profile.n_distinct != n_present or not profile.is_whole:
        return None
    if profile.is_text and not profile.numerals.format.is_plain:
        return None
    numbers = profile.numbers.drop_nulls().to_numpy()
    low, high = float(numbers.min()), float(numbers.max())
    n_digits = len(f"{high:.0f}")
    if low < 10 ** (FEWEST_DIGITS - 1) or high > 2**53 or len(f"{low:.0f}") != n_digits:
        return None
    if any(first <= low and high <= last for first, last in TIMES):
        return None
    if not _ends_evenly(numbers) or any(_goes_with(evidence, profile, c) for c in evidence.targets):
        return None
    return (
        "identifier",
        f"holds a different number of {n_digits} digits in every row, as telephone and customer "
        "numbers are",
    )


def _ends_evenly(numbers: Array) -> bool:
    """Tell whether every last digit is as frequent as the others, but for chance."""
    counts = np.bincount((numbers % 10).astype(np.int64), minlength=10)
    expected = len(numbers) / 10
    return float(np.square(counts - expected).sum() / expected) < UNEVEN_DIGITS


def _goes_with(evidence: Evidence, profile: Profile, target: ColumnContract) -> bool:
    """Tell whether a column's ranks and a target go together by more than chance.

    Numbers are held against their ranks (Spearman), classes against equal mean ranks
    (Kruskal & Wallis, "Use of ranks in one-criterion variance analysis", 1952).
    """
    aim = evidence.profile(target.name)
    if target.kind not in ("number", "category"):
        return False
    values = aim.numbers if target.kind == "number" else aim.scalars
    pairs = pl.DataFrame({"value": profile.numbers, "aim": values}).drop_nulls()
    pairs = pairs if len(pairs) <= _RANKED else pairs.sample(_RANKED, seed=_SEED)
    n = len(pairs)
    if target.kind == "number":
        ranks = pairs.select(pl.corr("value", "aim", method="spearman")).item()
        return bool(ranks is not None and abs(ranks) * np.sqrt(n - 1) > CHANCE)
    ranked = pairs.with_columns(pl.col("value").rank())
    groups = ranked.group_by("aim").agg(pl.col("value").mean().alias("mean"), pl.len().alias("n"))
    freedom = len(groups) - 1
    spread = float((groups["n"] * (groups["mean"] - (n + 1) / 2) ** 2).sum())
    return bool(12 / (n * (n + 1)) * spread > freedom + CHANCE * np.sqrt(2 * freedom))


def _looks_hashed(present: pl.Series) -> bool:
    """Tell whether nearly all texts look like UUIDs, hex digests or random strings."""
    some = present.unique(maintain_order=True).head(_LOOKED_AT).to_list()
    return sum(map(_is_hashed, some)) >= 0.95 * len(some)


def _is_hashed(text: str) -> bool:
    if not HASH_LIKE.match(text):
        return False
    digits = sum(character.isdigit() for character in text)
    # Words written without blanks have next to no digits, long numbers no letters.
    return len(text) / 8 <= digits < len(text)
