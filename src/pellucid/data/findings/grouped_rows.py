"""Rows that belong together: lines of one id, which share their target."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from pellucid.data.column_inference import quoted
from pellucid.data.finding import Finding
from pellucid.data.findings.evidence import Evidence
from pellucid.data.identifiers import is_named_like_id
from pellucid.data.profile import Profile
from pellucid.data.rows import count
from pellucid.data.sources.long_recognition import ID_NAMES, is_time_like

# Fewer rows, or fewer groups of them, may look like anything by chance.
FEWEST_ROWS = 30
FEWEST_GROUPS = 5
# Rows of a group come so often on average, and so nearly all have their group's target, while of
# all rows not so many have the same.
FEWEST_EACH = 2.0
SHARED = 0.99
NOT_SHARED = 0.95
# A column called otherwise than an id must have fewer values than this share of the rows.
FEW_VALUES = 0.25
MOST_LOOKED_AT = 50


def grouped_rows(evidence: Evidence) -> Iterator[Finding]:
    """Find columns that say which rows belong together, where these share their target.

    One that is called like an id will do; one that is called otherwise only beside a time that
    comes once within each group. Of the same sort of groups, the first is told.
    """
    if len(evidence.targets) != 1 or evidence.n_rows < FEWEST_ROWS:
        return
    target = evidence.profile(evidence.targets[0].name)
    if target.is_block or target.scalars.dtype.is_nested():
        return
    keys = [p for p in evidence.scalars(evidence.inputs) if _may_group(p)]
    named = [p for p in keys if is_named_like_id(p.name) or p.name.lower() in ID_NAMES]
    times = [
        p
        for p in evidence.scalars(evidence.inputs)
        if not p.n_missing and is_time_like(p.name, p.scalars)
    ]
    others = [
        p
        for p in keys
        if p not in named and p not in times and (p.n_distinct or 0) <= FEW_VALUES * p.n_rows
    ]
    for profile in [*named, *others[:MOST_LOOKED_AT]]:
        time = _time_within(profile, times)
        if (profile in named or time is not None) and _share_target(profile, target):
            yield _worded(evidence, profile, target, time)
            return


def _may_group(profile: Profile) -> bool:
    n_distinct = profile.n_distinct or 0
    is_key = profile.scalars.dtype == pl.String or profile.scalars.dtype.is_integer()
    return (
        is_key
        and not profile.n_missing
        and n_distinct >= FEWEST_GROUPS
        and profile.n_rows >= FEWEST_EACH * n_distinct
    )


def _time_within(profile: Profile, times: list[Profile]) -> str | None:
    """Return the first time that comes once within each group, and again in other groups."""
    for time in times:
        if time.name == profile.name or 2 * (time.n_distinct or 0) > time.n_rows:
            continue
        pairs = pl.DataFrame({"group": profile.scalars, "time": time.scalars})
        if not pairs.is_duplicated().any():
            return time.name
    return None


def _share_target(profile: Profile, target: Profile) -> bool:
    frame = pl.DataFrame({"group": profile.scalars, "target": target.scalars}).drop_nulls()
    counts = frame.group_by("group", "target").len()
    groups = counts.group_by("group").agg(
        pl.col("len").max().alias("usual"), pl.col("len").sum().alias("all")
    )
    groups = groups.filter(pl.col("all") > 1)
    usual, n_rows = int(groups["usual"].sum()), int(groups["all"].sum())
    most = counts.group_by("target").agg(pl.col("len").sum())["len"].max()
    return (
        n_rows * 2 > frame.height
        and usual >= SHARED * n_rows
        and isinstance(most, int)
        and most < NOT_SHARED * frame.height
    )


def _worded(evidence: Evidence, profile: Profile, target: Profile, time: str | None) -> Finding:
    n_groups = profile.n_distinct or 0
    each = evidence.n_rows / max(1, n_groups)
    flag = f"--id {quoted(profile.name)}" + ("" if time is None else f" --time {quoted(time)}")
    return Finding(
        "rows-of-one-id",
        "serious",
        f"Rows of the same {profile.name!r} share their {target.name!r} "
        f"({count(n_groups, 'value')}, {each:.1f} rows each): on both sides of a split, they make "
        "scores look better than they are for new ones.",
        (profile.name, target.name),
        remedy=f"If the rows of one are the moments of a time series, say so: {flag}. Otherwise "
        f"test on rows of other ones: --test FILE.",
    )
