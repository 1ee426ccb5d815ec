"""From raw results to statistics and verdicts; no formatting of tables here."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.bars import (
    ACCURACY_TASKS,
    COLD_START_BARS,
    CONTRACT_BAR,
    DECODING_BAR,
    ENCODING_BAR,
    EPOCH_BARS,
    PRODUCT_SHARE_AIM,
    QUIET_ROUNDS_NEEDED,
    R2_TASKS,
    is_quiet,
)

OURS = "pellucid"
OURS_BEST = "pellucid, preset best"
BOOSTING = "HistGradientBoosting"

Results = dict[str, Any]


@dataclass(frozen=True)
class Verdict:
    """One bar: what was to be reached, what was measured, and whether that is enough.

    ``reached`` is None where there is nothing to judge: not measured, or on a busy machine.
    """

    what: str
    measured: str
    bar: str
    reached: bool | None


@dataclass(frozen=True)
class Spread:
    """The median of some measurements with their lowest and highest."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Summarise at least one value."""
        return cls(statistics.median(values), min(values), max(values))

    def written(self, form: str) -> str:
        """Write the median, and where values differ the lowest and highest: ``3.1 (2.9–3.4)``."""
        median, low, high = (form.format(value) for value in (self.median, self.low, self.high))
        return median if self.low == self.high else f"{median} ({low}–{high})"


def quiet_rounds(case: Results) -> Results:
    """Return an epoch case with its undisturbed rounds only; with all where there are none.

    ``judged`` says whether enough are left to hold against a bar.
    """
    kept = [number for number, others in enumerate(case["others"]) if is_quiet(others)]
    judged = len(kept) >= QUIET_ROUNDS_NEEDED
    if not kept:
        kept = list(range(len(case["others"])))
    picked = {
        part: {name: [values[number] for number in kept] for name, values in case[part].items()}
        for part in ("seconds", "rates")
    }
    return {**case, **picked, "judged": judged, "n_kept": len(kept)}


def yardstick(case: Results) -> list[float]:
    """Return the machine's matrix-product rate of each round: the fastest library's.

    The library is chosen once, by its median, so that no round picks its own luck.
    """
    fastest = max(case["rates"], key=lambda name: statistics.median(case["rates"][name]))
    rates: list[float] = case["rates"][fastest]
    return rates


def shares(case: Results, name: str) -> Spread:
    """Return the share of the yardstick that a contestant's epochs achieve, round by round."""
    times = case["seconds"][name]
    flops = case["flops_per_epoch"]
    return Spread.of(
        [flops / time / rate for time, rate in zip(times, yardstick(case), strict=True)]
    )


def speed_up(case: Results, peer: str) -> Spread | None:
    """Return how many times faster pellucid's epochs are than a peer's, round by round."""
    ours, theirs = case["seconds"].get(OURS), case["seconds"].get(peer)
    if not ours or not theirs:
        return None
    return Spread.of([slow / fast for slow, fast in zip(theirs, ours, strict=True)])


def mean_and_error(values: Sequence[float]) -> tuple[float, float]:
    """Return the mean and its standard error (not a number for fewer than two values)."""
    if len(values) < 2:
        return statistics.fmean(values), math.nan
    return statistics.fmean(values), statistics.stdev(values) / math.sqrt(len(values))


def mean_text(values: Sequence[float], *, is_r2: bool, signed: bool = False) -> str:
    """Word a mean and its standard error: accuracies in per cent, R² as a number."""
    mean, error = mean_and_error(values)
    form = ("+" if signed else "") + (".3f" if is_r2 else ".2%")
    error_form = ".3f" if is_r2 else ".2%"
    return f"{mean:{form}}" + ("" if math.isnan(error) else f" ± {error:{error_form}}")


def scores(task: Results) -> dict[str, list[float]]:
    """Return each method's scores, in the order of the seeds."""
    found: dict[str, list[float]] = {}
    for line in sorted(task["lines"], key=lambda line: line["seed"]):
        found.setdefault(line["method"], []).append(line["score"])
    return found


def best_peer(task: Results) -> str | None:
    """Return the peer's method with the highest mean score."""
    peers = {name: values for name, values in scores(task).items() if name != OURS}
    return max(peers, key=lambda name: statistics.fmean(peers[name]), default=None)


def epoch_verdicts(part: Results) -> list[Verdict]:
    """Judge the epoch times: a row for each peer with a bar, and one for the share."""
    rows = []
    for case in map(quiet_rounds, part["cases"]):
        label = f"Epoch, {'-'.join(map(str, case['layers']))}, batch {case['batch_size']}"
        for peer, bar in EPOCH_BARS[case["case"]].items():
            ratio = speed_up(case, peer)
            measured = "not measured" if ratio is None else f"{ratio.median:.2f}×"
            reached = None if ratio is None or not case["judged"] else ratio.median >= bar
            rows.append(Verdict(f"{label}: faster than {peer}", measured, f"≥ {bar:g}×", reached))
        share = shares(case, OURS) if case["seconds"].get(OURS) else None
        rows.append(
            Verdict(
                f"{label}: share of the matrix-product rate",
                "not measured" if share is None else f"{share.median:.1%}",
                f"≥ {PRODUCT_SHARE_AIM:.0%}",
                (
                    share.median >= PRODUCT_SHARE_AIM
                    if share is not None and case["judged"]
                    else None
                ),
            )
        )
    return rows


def cold_start_verdicts(part: Results) -> list[Verdict]:
    """Judge whether pellucid's starts ended above the bar, and before the quickest peer's."""
    rows = []
    for images, bar in COLD_START_BARS.items():
        runs = part["sets"].get(images, {}).get("runs", {})
        times = {
            name: statistics.median(run["seconds"] for run in of_one)
            for name, of_one in runs.items()
            if all("seconds" in run for run in of_one)
        }
        peers = {name: time for name, time in times.items() if not name.startswith(OURS)}
        ours = {name: time for name, time in times.items() if name.startswith(OURS)}
        if not ours or not peers:
            what = f"Cold start, {images}"
            rows.append(Verdict(what, "not measured", "before the quickest peer", None))
            continue
        quickest = min(peers, key=lambda name: peers[name])
        for name, time in ours.items():
            test = statistics.fmean(run["test"] for run in runs[name])
            rows.append(
                Verdict(
                    f"Cold start, {images}: {name}",
                    f"{time:.2f} s, test accuracy {test:.2%}",
                    f"< {peers[quickest]:.2f} s ({quickest}), test ≥ {bar:.0%}",
                    time < peers[quickest] and test >= bar if is_quiet(part["others"]) else None,
                )
            )
    return rows


def decoding_ratio(case: Results) -> tuple[Spread, bool]:
    """Return how many times as fast as the other side pellucid decodes, and whether to judge it.

    Undisturbed rounds alone count where there are enough of them.
    """
    ours = case["seconds"][OURS]
    theirs = next(times for name, times in case["seconds"].items() if name != OURS)
    quiet = [number for number, others in enumerate(case["others"]) if is_quiet(others)]
    judged = len(quiet) >= QUIET_ROUNDS_NEEDED
    kept = quiet if judged else range(len(ours))
    return Spread.of([theirs[number] / ours[number] for number in kept]), judged


def decoding_verdicts(part: Results) -> list[Verdict]:
    """Judge the decoding: at least so much of the other side's speed."""
    rows = []
    for case in part["cases"]:
        ratio, judged = decoding_ratio(case)
        peer = next(name for name in case["seconds"] if name != OURS)
        rows.append(
            Verdict(
                f"Decoding, {case['name']}: as fast as {peer}",
                f"{ratio.median:.2f}×",
                f"≥ {DECODING_BAR:g}×",
                ratio.median >= DECODING_BAR if judged else None,
            )
        )
    return rows


def accuracy_verdicts(part: Results) -> list[Verdict]:
    """Judge the accuracies: against their bar, or the best of scikit-learn's."""
    measured = {task["task"]: task for task in part["tasks"]}
    rows = []
    for wanted in ACCURACY_TASKS:
        task = measured.get(wanted.name)
        found = scores(task) if task else {}
        peer = best_peer(task) if task else None
        bar = wanted.bar
        if bar is None and peer:
            bar = statistics.fmean(found[peer])
        is_r2 = wanted.name in R2_TASKS
        bar_text = "≥ the best of scikit-learn's"
        if bar is not None:
            bar_text = f"≥ {bar:.3f}" if is_r2 else f"≥ {bar:.2%}"
        if wanted.bar is None and peer:
            bar_text += f" ({peer})"
        what = f"{'R²' if is_r2 else 'Accuracy'}, {wanted.name}"
        if OURS not in found or bar is None:
            rows.append(Verdict(what, "not measured", bar_text, None))
            continue
        measured_text = mean_text(found[OURS], is_r2=is_r2)
        reached = statistics.fmean(found[OURS]) >= bar
        rows.append(Verdict(what, measured_text, bar_text, reached))
    return rows


def scale_verdicts(part: Results) -> list[Verdict]:
    """Judge encoding and contract by their seconds, and training by its memory."""
    steps = ("contract", "fit", "transform")
    encoding = statistics.median(sum(run[step] for step in steps) for run in part["encoding"])
    contract = statistics.median(run["first"] for run in part["contract"])
    memory = part["memory"]
    quiet = is_quiet(part["others"])
    return [
        Verdict(
            "Contract and encoding of 1,000,000 rows × 20 columns",
            f"{encoding:.2f} s",
            f"< {ENCODING_BAR:g} s",
            # Other work only makes it slower: what is fast enough beside it is fast enough.
            True if encoding < ENCODING_BAR else (False if quiet else None),
        ),
        Verdict(
            "Contract of a CSV file of 1 GB",
            f"{contract:.2f} s",
            f"< {CONTRACT_BAR:g} s",
            True if contract < CONTRACT_BAR else (False if quiet else None),
        ),
        Verdict(
            f"Memory while training on a CSV file of {memory['file'] / 1e9:.1f} GB",
            f"{memory['peak'] / 1e9:.2f} GB",
            f"< {memory['limit'] / 1e9:g} GB, as set",
            memory["peak"] < memory["limit"],
        ),
    ]
