"""Single columns that give the target away, because they were written down after it."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from pellucid.data.finding import Finding
from pellucid.data.findings.evidence import Evidence, drop_flags
from pellucid.data.profile import Profile

# With fewer rows, exact agreement may be chance.
FEWEST_ROWS = 30
# A column with more values than this may tell the classes apart without being a copy.
MOST_VALUES = 20
ALMOST_EXACT = 0.9999


def leaks(evidence: Evidence) -> Iterator[Finding]:
    """Find inputs that tell a target exactly.

    A column does so whose every value goes with one class; one that follows a number on a
    straight line (|r| > 0.9999) or rises or falls with it in every row; and one whose values
    stand for those of the target one by one.
    """
    for target in evidence.targets:
        aim = evidence.profile(target.name)
        if target.kind not in ("category", "number") or evidence.n_rows < FEWEST_ROWS:
            continue
        for profile in evidence.scalars(evidence.inputs):
            how = _how_told(profile, aim, is_number=target.kind == "number")
            if how is not None:
                yield Finding(
                    "target-leak",
                    "serious",
                    f"{profile.name!r} tells {target.name!r} exactly: {how}.",
                    (profile.name, target.name),
                    remedy="Leave it out if it is only known afterwards "
                    f"({drop_flags(profile.name)}).",
                )


def exact_leaks(evidence: Evidence) -> set[str]:
    """Return the columns that `leaks` names; searched once."""
    if "exact leaks" not in evidence.remembered:
        evidence.remembered["exact leaks"] = {finding.columns[0] for finding in leaks(evidence)}
    return evidence.remembered["exact leaks"]


def _how_told(profile: Profile, aim: Profile, *, is_number: bool) -> str | None:
    if not is_number:
        return "each of its values goes with one class" if _tells(profile, aim) else None
    numbers = pl.DataFrame({"value": profile.numbers, "aim": aim.numbers}).drop_nulls()
    if len(numbers) >= FEWEST_ROWS:
        correlation = numbers.select(pl.corr("value", "aim")).item()
        if correlation is not None and abs(correlation) > ALMOST_EXACT:
            return "the two lie on a straight line"
        if _rises_with(numbers):
            return "the two rise and fall together in every row"
    return "each of its values goes with one value" if _renames(profile, aim) else None


def _tells(profile: Profile, aim: Profile) -> bool:
    if not 2 <= (profile.n_distinct or 0) <= MOST_VALUES:
        return False
    pairs = pl.DataFrame({"value": profile.scalars, "aim": aim.scalars}).drop_nulls()
    if len(pairs) < FEWEST_ROWS:
        return False
    n_pairs = pairs.unique().height
    # Each value goes with one class, and all classes are told.
    return n_pairs == pairs["value"].n_unique() and pairs["aim"].n_unique() == aim.n_distinct


def _rises_with(pairs: pl.DataFrame) -> bool:
    """Tell whether the aim is a strictly monotone function of the value."""
    order = pairs.unique().sort("value")
    if len(order) < FEWEST_ROWS or order["value"].n_unique() < len(order):
        return False
    steps = order["aim"].diff().drop_nulls()
    return bool((steps > 0).all() or (steps < 0).all())


def _renames(profile: Profile, aim: Profile) -> bool:
    """Tell whether values and targets go together one by one, each often enough to be no chance."""
    n_distinct = profile.n_distinct or 0
    if n_distinct != aim.n_distinct or not 2 <= n_distinct <= profile.n_rows // 2:
        return False
    pairs = pl.DataFrame({"value": profile.scalars, "aim": aim.scalars}).drop_nulls()
    return len(pairs) >= FEWEST_ROWS and pairs.unique().height == n_distinct
