"""Tables: the preset ``best`` and the defaults beside gradient boosting and MLP pipelines."""

from __future__ import annotations

import statistics
from typing import Any

from benchmarks.any_data.measuring import measure_sets
from benchmarks.any_data.sets import TABLES, AnySet
from benchmarks.summary import BOOSTING, OURS, OURS_BEST, Results, Spread, Verdict

SIDES = ("peers", "boosting", "ours", "best")
MLP = "scikit-learn's pipeline"
HEADER = ("", OURS_BEST, OURS, BOOSTING, MLP, "seconds, in this order")


def measure_tables(
    repeats: int, *, only: tuple[str, ...] = (), kept: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Measure every table, as `measure_sets` does."""
    return measure_sets(TABLES, repeats, SIDES, only=only, kept=kept)


def table_rows(part: Results) -> list[tuple[str, ...]]:
    """Return a row a set: each method's mean ± standard deviation, and median seconds."""
    rows = []
    for one, scores, seconds in _measured(part):
        cells = [_text(scores[name], one) for name in HEADER[1:5]]
        times = " / ".join(f"{Spread.of(seconds[name]).median:.1f}" for name in HEADER[1:5])
        rows.append((one.name, *cells, times))
    return rows


def table_verdicts(part: Results) -> list[Verdict]:
    """Judge the mean ranks of ``best`` and gradient boosting, and each set against the MLP."""
    measured = _measured(part)
    ranks: dict[str, list[float]] = {OURS_BEST: [], BOOSTING: []}
    below = []
    for one, scores, _ in measured:
        means = {name: statistics.fmean(values) for name, values in scores.items()}
        for name, of_method in ranks.items():
            higher = sum(mean > means[name] for mean in means.values())
            same = sum(mean == means[name] for mean in means.values())
            of_method.append(higher + (same + 1) / 2)
        if means[OURS_BEST] <= means[MLP]:
            below.append(one.name)
    whole = len(measured) == len(TABLES)
    if not measured:
        return [Verdict("Tables, preset best: mean rank", "not measured", "≤ boosting's", None)]
    ours, theirs = (statistics.fmean(ranks[name]) for name in (OURS_BEST, BOOSTING))
    n_above = len(measured) - len(below)
    beside = f" (not: {', '.join(below)})" if below else ""
    return [
        Verdict(
            "Tables, preset best: mean rank among four",
            f"{ours:.2f} on {len(measured)} sets",
            f"≤ {theirs:.2f}, {BOOSTING}'s",
            ours <= theirs if whole else None,
        ),
        Verdict(
            f"Tables, preset best: above {MLP}",
            f"{n_above} of {len(measured)}{beside}",
            "all",
            not below if whole else None,
        ),
    ]


def _measured(
    part: Results,
) -> list[tuple[AnySet, dict[str, list[float]], dict[str, list[float]]]]:
    """Return the sets that all methods ran on: scores and seconds by method, in order of seeds.

    Of the pipelines that are usual, the one with the best mean counts.
    """
    known = {one.name: one for one in TABLES}
    found = []
    for entry in part["sets"]:
        lines = sorted(entry["lines"], key=lambda line: line["seed"])
        by_method: dict[str, list[Results]] = {}
        for line in lines:
            by_method.setdefault(line["method"], []).append(line)
        peers = [name for name in by_method if name not in HEADER]
        if entry["set"] not in known or not {OURS_BEST, OURS, BOOSTING} <= by_method.keys():
            continue
        if not peers:
            continue
        means = {name: statistics.fmean(line["score"] for line in by_method[name])
                 for name in peers}  # fmt: skip
        chosen = {name: by_method[name] for name in (OURS_BEST, OURS, BOOSTING)}
        chosen[MLP] = by_method[max(means, key=means.__getitem__)]
        scores, seconds = (
            {name: [line[what] for line in rows] for name, rows in chosen.items()}
            for what in ("score", "seconds")
        )
        found.append((known[entry["set"]], scores, seconds))
    return found


def _text(scores: list[float], one: AnySet) -> str:
    mean = statistics.fmean(scores)
    deviation = statistics.stdev(scores) if len(scores) > 1 else 0.0
    if one.score == "r2":
        return f"{mean:.3f} ± {deviation:.3f}"
    return f"{mean:.2%} ± {deviation:.2%}"
