"""Single columns that predict the target nearly perfectly: a reason to ask where they come from."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from pellucid.data.finding import Finding
from pellucid.data.findings.evidence import Evidence, drop_flags
from pellucid.data.findings.leaks import exact_leaks
from pellucid.data.profile import Profile
from pellucid.data.table import Array

FEWEST_ROWS = 200
LOOKED_AT = 50_000
# A rule of one column makes at most so many of the mistakes that the most frequent class makes,
# and with few rows, which leave open where exactly a range ends, one more for each end.
MISTAKES = 0.01
MOST_MISTAKES = 0.05
FEWEST_PER_VALUE = 5
MOST_RANGES = 64
RANKS_AGREE = 0.999
_SEED = 0


def near_perfect(evidence: Evidence) -> Iterator[Finding]:
    """Find inputs of which one alone predicts a target nearly perfectly on rows held back.

    Classes are predicted by the most frequent class of each value; of numbers with more than 64
    values, of ranges that end where the class changes (as in 1R: Holte, "Very simple
    classification rules perform well on most commonly used datasets", 1993). Numbers count as
    predicted where the ranks agree (Spearman's correlation, 0.999).
    """
    if evidence.n_rows < FEWEST_ROWS:
        return
    told = exact_leaks(evidence)
    for target in evidence.targets:
        aim = evidence.profile(target.name)
        for profile in evidence.scalars(evidence.inputs, "number", "category"):
            if profile.name in told:
                continue
            how = _how_well(profile, aim, target.kind)
            if how is not None:
                yield Finding(
                    "near-perfect-predictor",
                    "warning",
                    f"{profile.name!r} alone predicts {target.name!r} nearly perfectly ({how}).",
                    (profile.name, target.name),
                    remedy="Was it perhaps written down after the target? Then leave it out "
                    f"({drop_flags(profile.name)}).",
                )


def _how_well(profile: Profile, aim: Profile, kind: str) -> str | None:
    if kind == "number":
        pairs = pl.DataFrame({"value": profile.numbers, "aim": aim.numbers}).drop_nulls()
        if len(pairs) < FEWEST_ROWS or (profile.n_distinct or 0) < MOST_RANGES:
            return None
        pairs = _some(pairs)
        ranks = pairs.select(pl.corr("value", "aim", method="spearman")).item()
        agree = ranks is not None and abs(ranks) >= RANKS_AGREE
        return f"their ranks correlate at {ranks:.4f}" if agree else None
    return _how_well_classes(profile, aim) if kind == "category" else None


def _how_well_classes(profile: Profile, aim: Profile) -> str | None:
    values = profile.numbers if profile.is_numeric else profile.scalars
    pairs = _some(pl.DataFrame({"value": values, "aim": aim.scalars}).drop_nulls())
    if len(pairs) < FEWEST_ROWS:
        return None
    shuffled = pairs.sample(fraction=1.0, shuffle=True, seed=_SEED)
    half = len(shuffled) // 2
    n_ends = 0
    if profile.is_numeric and (profile.n_distinct or 0) > MOST_RANGES:
        ends = _ends(shuffled[:half])
        if len(ends) >= MOST_RANGES:
            return None
        n_ends = len(ends)
        places = np.searchsorted(ends, shuffled["value"].to_numpy())
        shuffled = shuffled.with_columns(pl.Series("value", places))
    learnt = _rule(shuffled[:half])
    judged = shuffled[half:].join(learnt, on="value", how="left")
    right = (judged["aim"] == judged["answer"]).fill_null(value=False)
    usual = max(judged["aim"].value_counts(name="n")["n"].to_list())
    wrong, wrong_usually = int((~right).sum()), len(judged) - usual
    few = min(MISTAKES * wrong_usually + n_ends, MOST_MISTAKES * wrong_usually)
    if wrong_usually < 20 or wrong > max(few, MISTAKES * wrong_usually):
        return None
    return f"{1 - wrong / len(judged):.2%} right on rows held back"


def _ends(learnt: pl.DataFrame) -> Array:
    """Return where ranges of values end: between runs of one class, each of five rows or more."""
    ordered = learnt.sort("value")
    values = ordered["value"].to_numpy()
    classes = ordered["aim"].cast(pl.String).rank("dense").to_numpy()
    starts = np.flatnonzero(np.append(True, classes[1:] != classes[:-1]))
    steady = starts[np.diff(np.append(starts, len(classes))) >= FEWEST_PER_VALUE]
    changes = steady[1:][classes[steady[1:]] != classes[steady[:-1]]]
    return np.unique(values[changes - 1] / 2 + values[changes] / 2)


def _rule(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the most frequent class of each value that comes often enough."""
    counts = pairs.group_by("value", "aim").len().sort("len", descending=True)
    rule = counts.group_by("value", maintain_order=True).agg(
        pl.col("aim").first().alias("answer"), pl.col("len").sum().alias("n")
    )
    return rule.filter(pl.col("n") >= FEWEST_PER_VALUE).select("value", "answer")


def _some(pairs: pl.DataFrame) -> pl.DataFrame:
    return pairs if len(pairs) <= LOOKED_AT else pairs.sample(LOOKED_AT, seed=_SEED)
