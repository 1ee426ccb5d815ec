"""From the results on data of every kind to verdicts and the section of RESULTS.md."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.any_data.sets import SETS, AnySet
from benchmarks.summary import OURS, Results, Spread, Verdict, mean_text

ABOVE, WITHIN, BELOW = "above", "within the spread", "below"
# Of the sets, so many must be above the peer: most.
SHARE_ABOVE = 0.5


@dataclass(frozen=True)
class Comparison:
    """One set: both sides' scores, in the order of the seeds.

    Attributes
    ----------
    one
        The set.
    ours, theirs
        The scores; the peer is the pipeline with the best mean.
    peer
        Its name.
    """

    one: AnySet
    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    peer: str

    @property
    def differences(self) -> tuple[float, ...]:
        """Ours minus the peer's, split by split."""
        return tuple(a - b for a, b in zip(self.ours, self.theirs, strict=True))

    @property
    def spread(self) -> float:
        """The differences' standard deviation; 0 for a single one."""
        return statistics.stdev(self.differences) if len(self.differences) > 1 else 0.0

    @property
    def word(self) -> str:
        """Whether the mean is above the peer's, or below it by no more than the spread."""
        mean = statistics.fmean(self.differences)
        if mean > 0:
            return ABOVE
        # The last digits of equal scores may differ by the order that they are added in.
        return WITHIN if -mean <= self.spread + math.ulp(1.0) else BELOW


def comparisons(part: Results) -> list[Comparison]:
    """Compare the two sides wherever both ran on the same splits."""
    known = {one.name: one for one in SETS}
    found = []
    for entry in part["sets"]:
        scores = _scores(entry)
        peers = {name: values for name, values in scores.items() if name != OURS}
        if entry["set"] not in known or OURS not in scores or not peers:
            continue
        best = max(peers, key=lambda name: statistics.fmean(peers[name].values()))
        if peers[best].keys() == scores[OURS].keys():
            ours, theirs = (tuple(scores[name].values()) for name in (OURS, best))
            found.append(Comparison(known[entry["set"]], ours, theirs, best))
    return found


def any_data_verdicts(part: Results) -> list[Verdict]:
    """Judge each set, and whether most are above the peer."""
    compared = {comparison.one.name: comparison for comparison in comparisons(part)}
    rows = []
    for one in SETS:
        what = f"{'R²' if one.score == 'r2' else 'Accuracy'}, {one.name}"
        comparison = compared.get(one.name)
        if comparison is None:
            rows.append(Verdict(what, "not measured", "≥ scikit-learn's − spread", None))
            continue
        theirs = _mean(comparison.theirs, one)
        rows.append(
            Verdict(
                what,
                f"{_mean(comparison.ours, one)}, {comparison.word}",
                f"≥ {theirs} − {_points(comparison.spread, one)} ({comparison.peer})",
                comparison.word != BELOW,
            )
        )
    n_above = sum(comparison.word == ABOVE for comparison in compared.values())
    # A few sets say nothing about most of them.
    reached = n_above > SHARE_ABOVE * len(SETS) if len(compared) == len(SETS) else None
    measured = f"{n_above} of {len(compared)}" if compared else "not measured"
    rows.append(Verdict("Sets of every kind above scikit-learn", measured, "most", reached))
    return rows


def any_data_rows(part: Results) -> list[tuple[str, ...]]:
    """Return a row for each set and side: scores, differences, seconds, what was chosen."""
    rows = []
    compared = {comparison.one.name: comparison for comparison in comparisons(part)}
    known = {one.name: one for one in SETS}
    for entry in part["sets"]:
        one = known.get(entry["set"])
        if one is None:
            continue
        comparison = compared.get(one.name)
        for name, values in _scores(entry).items():
            lines = [line for line in entry["lines"] if line["method"] == name]
            versus = ""
            if name == OURS and comparison is not None:
                versus = mean_text(comparison.differences, is_r2=one.score == "r2", signed=True)
            seconds = Spread.of([line["seconds"] for line in lines])
            limited = sum(line.get("ran_out_of_iterations", False) for line in lines)
            rows.append(
                (
                    one.name,
                    name + (f" ({limited} not converged)" if limited else ""),
                    str(len(values)),
                    f"{_mean(tuple(values.values()), one)} ± {_deviation(values.values(), one)}",
                    versus,
                    f"{seconds.median:.1f} ({seconds.low:.1f}–{seconds.high:.1f})",
                    _chosen(lines[0]),
                )
            )
    return rows


def _scores(entry: Results) -> dict[str, dict[int, float]]:
    found: dict[str, dict[int, float]] = {}
    for line in sorted(entry["lines"], key=lambda line: line["seed"]):
        found.setdefault(line["method"], {})[line["seed"]] = line["score"]
    return found


def _mean(values: Sequence[float], one: AnySet) -> str:
    return _points(statistics.fmean(values), one)


def _deviation(values: Iterable[float], one: AnySet) -> str:
    numbers = list(values)
    return _points(statistics.stdev(numbers) if len(numbers) > 1 else 0.0, one)


def _points(value: float, one: AnySet) -> str:
    return f"{value:.3f}" if one.score == "r2" else f"{value:.2%}"


def _chosen(line: Results) -> str:
    if "chosen" not in line:
        return ""
    chosen = line["chosen"]
    hidden = ", ".join(map(str, chosen["hidden"]))
    return (
        f"{line['n_train']:,} × {line['in_features']:,}: {hidden}; dropout {chosen['dropout']:g}; "
        f"{chosen['epochs']} epochs of {chosen['batch_size']}"
    )
