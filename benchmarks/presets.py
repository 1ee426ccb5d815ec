"""Images, sounds, series and texts: the presets fast and best, beside published scores.

``python -m benchmarks.presets SET N`` measures one set with N seeds, a JSON object a line.
Most have an official division, so that only the seed of the learning differs; "new speakers" leaves
out each of six speakers once.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import photograph_peers
from benchmarks.any_data.ours import results as results_of
from benchmarks.any_data.preparing import Split
from benchmarks.any_data.sets import FIRST_SEED, SETS, AnySet, set_called
from benchmarks.each_set import measure_each
from benchmarks.images import image_folders
from benchmarks.summary import OURS, OURS_BEST, Results, Spread, Verdict

HEADER = ("", "seeds", "fast", "best", "others", "seconds fast", "seconds best")
HEAD = """## Images, sounds, series and texts: the presets

The presets `fast` and `best`, each without any further setting, on official divisions; "new
speakers" is the mean over six speakers, each left out once; messages and sentences, which have no
official division, are divided anew for every seed. Test accuracies, ± their standard
deviation where there are several seeds; seconds are medians of a whole `pellucid.train` (reading,
compiling, training, test). Others: of photographs, a random forest of 500 trees on pixels, and the
same network in PyTorch, trained as its tutorial does; of series, published scores: FCN and ResNet
are the networks of Wang, Yan & Oates (2017) as Ismail Fawaz et al. (2019) trained each ten times,
for 2,000 and 1,500 epochs on a GPU; DTW is the nearest neighbour under dynamic time warping with a
learned window, as the UCR archive gives it."""

# Ismail Fawaz et al. 2019, "Deep learning for time series classification: a review", means of ten
# runs, which have ArrowHead besides what Wang, Yan & Oates 2017 report, and no choice by test rows;
# and the UCR archive (warping window learned).
_PUBLISHED = {
    "GunPoint": {"FCN": 1.000, "ResNet": 0.991, "DTW": 0.913},
    "ItalyPowerDemand": {"FCN": 0.961, "ResNet": 0.963, "DTW": 0.955},
    "ArrowHead": {"FCN": 0.843, "ResNet": 0.845, "DTW": 0.800},
    "OSULeaf": {"FCN": 0.977, "ResNet": 0.979, "DTW": 0.612},
}
_BARS = {
    "mnist": 0.996,
    "fashion": 0.935,
    "spoken digits": 0.985,
    "spoken digits, new speakers": 0.85,
    "sms spam": 0.988,
    "sentence polarity": 0.785,
    "trec questions": 0.90,
    "imdb": 0.905,
}
_IMAGES = ("mnist", "fashion")
_BESIDE_PEERS = "cifar10 12k"
_FAMILIES = ("images", "sound", "time series", "text")
NAMES = (*_IMAGES, *(one.name for one in SETS if one.family in _FAMILIES))


def measure_presets(
    repeats: int, *, only: tuple[str, ...] = (), kept: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Measure the sets that this machine has, each in a process of its own.

    Parameters
    ----------
    repeats
        Seeds a set; of MNIST and Fashion-MNIST, at most one.
    only
        The sets to run; none: all. The others stay as they are in `kept`, an earlier answer.
    """
    images = image_folders()
    wanted: dict[str, int | None] = {name: 1 if name in images else None for name in _IMAGES}
    for name in NAMES[len(_IMAGES) :]:
        wanted[name] = None if set_called(name).path is None else repeats
    return measure_each("benchmarks.presets", wanted, only=only, kept=kept)


def _results(name: str, repeats: int) -> Iterator[dict[str, Any]]:
    """Yield what each seed reaches with either preset."""
    with tempfile.TemporaryDirectory() as folder:
        for one, split in _splits(name, repeats, Path(folder)):
            for preset in ("fast", "best"):
                for line in results_of(one, split, preset):
                    yield {"seed": split.seed, **line}
            if name == _BESIDE_PEERS:
                for line in photograph_peers.results(one, split):
                    yield {"seed": split.seed, **line}


def _splits(name: str, repeats: int, folder: Path) -> Iterator[tuple[AnySet, Split]]:
    if name in _IMAGES:
        one = AnySet(name, "images", "idx", "", lambda *_: iter(()))
        for seed in range(FIRST_SEED, FIRST_SEED + repeats):
            yield one, Split(seed, image_folders()[name], None)
        return
    one = set_called(name)
    assert one.path is not None  # noqa: S101 -- those that are missing are not measured
    for split in one.prepare(one.path, folder, one.seeds(repeats)):
        yield one, split


@dataclass(frozen=True)
class _Measured:
    """The scores and seconds of one set with one preset."""

    scores: list[float]
    seconds: list[float]

    @classmethod
    def of(cls, lines: list[Results], method: str) -> _Measured:
        own = [line for line in lines if line["method"] == method]
        return cls([line["score"] for line in own], [line["seconds"] for line in own])

    def score(self) -> str:
        """Write mean and deviation."""
        if not self.scores:
            return "—"
        mean = f"{100 * statistics.fmean(self.scores):.2f} %"
        if len(self.scores) == 1:
            return mean
        return f"{mean} ± {100 * statistics.stdev(self.scores):.2f}"

    def time(self) -> str:
        """Write the median time."""
        return f"{Spread.of(self.seconds).median:.0f}" if self.seconds else "—"


def preset_rows(part: Results) -> list[tuple[str, ...]]:
    """Return a row for each set."""
    rows = []
    for entry in part["sets"]:
        fast, best = (_Measured.of(entry["lines"], method) for method in (OURS, OURS_BEST))
        known = _PUBLISHED.get(entry["set"], {}) | _peers(entry["lines"])
        others = ", ".join(f"{who} {100 * score:.1f}" for who, score in known.items()) or "—"
        seeds = str(max(len(fast.scores), len(best.scores)))
        rows.append(
            (entry["set"], seeds, fast.score(), best.score(), others, fast.time(), best.time())
        )
    return rows


def _peers(lines: list[Results]) -> dict[str, float]:
    """Return the mean score of each method that is not ours."""
    scores: dict[str, list[float]] = {}
    for line in lines:
        if line["method"] not in (OURS, OURS_BEST):
            scores.setdefault(line["method"], []).append(line["score"])
    return {method: statistics.fmean(some) for method, some in scores.items()}


def preset_verdicts(part: Results) -> list[Verdict]:
    """Judge the sets that have a bar, and the mean of those with published scores."""
    means = {}
    for entry in part["sets"]:
        best = _Measured.of(entry["lines"], OURS_BEST)
        if best.scores:
            means[entry["set"]] = statistics.fmean(best.scores)
    verdicts = []
    for name, bar in _BARS.items():
        what, limit = f"Preset best, {name}", f"≥ {100 * bar:g} %"
        if name in means:
            verdicts.append(Verdict(what, f"{100 * means[name]:.2f} %", limit, means[name] >= bar))
        else:
            verdicts.append(Verdict(what, "not measured", limit, None))
    for entry in part["sets"]:
        peers = _peers(entry["lines"])
        if peers and entry["set"] in means:
            ours, (who, theirs) = means[entry["set"]], max(peers.items(), key=lambda one: one[1])
            what = f"Preset best, {entry['set']}, beside others"
            limit = f"> {100 * theirs:.2f} % ({who})"
            verdicts.append(Verdict(what, f"{100 * ours:.2f} %", limit, ours > theirs))
    common = [name for name in _PUBLISHED if name in means]
    for who in ("FCN", "ResNet", "DTW"):
        what = f"Preset best, {len(_PUBLISHED)} UCR sets, mean beside {who}"
        if len(common) < len(_PUBLISHED):
            verdicts.append(Verdict(what, "not measured", "≥ published", None))
            continue
        ours = statistics.fmean(means[name] for name in common)
        theirs = statistics.fmean(_PUBLISHED[name][who] for name in common)
        verdicts.append(
            Verdict(what, f"{100 * ours:.1f} %", f"≥ {100 * theirs:.1f} %", ours >= theirs)
        )
    return verdicts


def main() -> None:
    """Measure one set; print a JSON object a line."""
    name, repeats = sys.argv[1], int(sys.argv[2])
    for line in _results(name, repeats):
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
