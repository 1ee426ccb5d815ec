"""RESULTS.md, written from results.json alone."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.any_data.verdicts import any_data_rows, any_data_verdicts
from benchmarks.bars import QUIET_SHARE, R2_TASKS, is_quiet
from benchmarks.calibration.verdicts import HEAD as CALIBRATION_HEAD
from benchmarks.calibration.verdicts import (
    HEADER,
    calibration_rows,
    calibration_verdicts,
)
from benchmarks.checkpoints import HEAD as CHECKPOINTS_HEAD
from benchmarks.checkpoints import HEADER as CHECKPOINTS_HEADER
from benchmarks.checkpoints import checkpoint_rows, checkpoint_verdicts
from benchmarks.clustering import HEADER as CLUSTERING_HEADER
from benchmarks.clustering import clustering_rows, clustering_verdicts
from benchmarks.decoding import peer_of
from benchmarks.forecast_verdicts import HEAD as FORECASTING_HEAD
from benchmarks.forecast_verdicts import HEADER as FORECASTING_HEADER
from benchmarks.forecast_verdicts import forecasting_rows, forecasting_verdicts
from benchmarks.images import HOW_TO_GET_IMAGES
from benchmarks.presets import HEAD as PRESETS_HEAD
from benchmarks.presets import HEADER as PRESETS_HEADER
from benchmarks.presets import preset_rows, preset_verdicts
from benchmarks.studio import HEAD as STUDIO_HEAD
from benchmarks.studio import HEADER as STUDIO_HEADER
from benchmarks.studio import studio_rows, studio_verdicts
from benchmarks.studio_page import HEAD as STUDIO_PAGE_HEAD
from benchmarks.studio_page import HEADER as STUDIO_PAGE_HEADER
from benchmarks.studio_page import studio_page_rows, studio_page_verdicts
from benchmarks.summary import (
    OURS,
    Results,
    Spread,
    Verdict,
    accuracy_verdicts,
    best_peer,
    cold_start_verdicts,
    decoding_ratio,
    decoding_verdicts,
    epoch_verdicts,
    mean_text,
    quiet_rounds,
    scale_verdicts,
    scores,
    shares,
    speed_up,
)
from benchmarks.tables import HEADER as TABLES_HEADER
from benchmarks.tables import table_rows, table_verdicts

HEAD = """# Results

Written by `make bench` from results.json; nothing here is typed by hand. A bar is judged by the
unrounded number; times only where nothing else disturbed the machine while they were taken.
Peers' tuned ways (fused Adam, 32 steps a call) are held against the bar of the plain way."""
EPOCHS_HEAD = """## Epoch time

{n_rows:,} images 28×28 ({images}), float32, Adam at 0.001, two cores, no dropout. Each contestant
is a warm process of its own that trains one epoch in each round, while the others wait. Times
are medians over the rounds, with lowest and highest; ratios and shares are taken round by round.
The share is the floating-point work of the matrix products alone, divided by the time and by the
rate of the faster float32 product of two 2048×2048 matrices (NumPy or XLA) in the same round."""
COLD_START_HEAD = """## Cold start to result

The whole process, imports and compilation included, {starts} starts in turns, a seed each. The
peers' scripts (784-128-10, batch 128) stop when a random validation split of 5,000 images reaches
the bar; pellucid's script, with the same network, batch and rate, when the split that it makes
itself does. `pellucid train` runs a number of epochs instead that was chosen in view of the test
accuracies, as the fewest that are enough: an advantage that the scripts do not have. The test
accuracy is measured at the end and stops nothing."""
DECODING_HEAD = """## Decoding images and sounds

From a list of files to all of them decoded, in a fresh process each time with an empty cache; the
start of further processes counts, the import of libraries that both sides need does not. Beside
pellucid: Pillow (open, convert, resize) or soundfile and scipy (read, resample_poly, spectrogram)
in a pool of two processes. Times are medians, with lowest and highest; ratios are taken round by
round."""
ACCURACY_HEAD = """## Accuracy with default settings

Means over repeats ± standard error. Tables and 8×8 digits: 20 % held out anew in each repeat, the
same rows for all (stratified for classes). MNIST and Fashion: their 10,000 test images, a seed a
repeat. scikit-learn's inputs are scaled by StandardScaler (images: pixels from 0 to 1), with
iterations enough to converge where it does. The bar is for the mean; where differences are
smaller than their standard error, they say little."""
ANY_DATA_HEAD = """## Data of every kind with default settings

Each set is given as it is, without any setting of the network; beside it, the scikit-learn
pipeline that is usual for such data, in two ways where two are usual: the better one counts. Both
see the same rows. Where a set has an official split (adult, TREC, IMDB, CIFAR-10, spoken digits,
time series, forecasts) only the seed of the learning differs between repeats; elsewhere a fifth of
the rows is held out anew. "New speakers" leaves out each of six speakers once. Scores are
accuracies, or R² for numbers, ± their standard deviation; differences, paired, ± their standard
error. The bar: no further below the peer than the standard deviation of the differences, and above
it on most sets. Defaults were chosen on other splits, with seeds below 1000. Seconds of pellucid
are a whole `pellucid.train` (reading, compiling, training, test), those of the peer reading,
fitting and scoring."""
TABLES_HEAD = """## Tables: the preset best beside gradient boosting

`preset="best"` and the defaults, each without any further setting, beside scikit-learn's
HistGradientBoosting with its defaults (texts as categories) and the pipeline of scaling, one-hot
and MLP (ratings: one-hot and ridge), of which the better of two ways counts. The same rows for
all: adult's official test, elsewhere a fifth held out anew for each seed. Accuracies, or R² for
numbers, ± their standard deviation; seconds are medians, of reading, training and test."""
CLUSTERING_HEAD = """## Clusters

Rows grouped without labels, the number of groups given; labels only judge. Accuracy is that of the
best matching of groups and classes. Beside pellucid: scikit-learn's k-means, the best of ten
starts, on pixels from 0 to 1 or on scaled columns. Means over seeds ± standard deviation; seconds
of pellucid are a whole `pellucid.train`. The numbers of neighbours and waves and the length of the
walk were chosen by looking at MNIST and the 8×8 digits (docs/clustering.md)."""
SCALE_HEAD = """## Large tables

20 columns: numbers of several scales, whole numbers, categories, dates, truth values; 2 % of some
are missing. Every measurement is a process of its own with an empty cache; imports are included in
the contract's seconds. Memory is what the process has for itself, without pages of mapped files."""


def write_report(results: Results, folder: Path) -> Path:
    """Write RESULTS.md into a folder and return its path."""
    parts = [HEAD, _verdict_section(results)]
    sections = {
        "epochs": _epochs,
        "cold_start": _cold_start,
        "accuracy": _accuracy,
        "decoding": _decoding,
        "scale": _scale,
        "any_data": _any_data,
        "tables": _tables,
        "calibration": _calibration,
        "forecasting": _forecasting,
        "clustering": _clustering,
        "presets": _presets,
        "checkpoints": _checkpoints,
        "studio": _studio,
        "studio_page": _studio_page,
    }
    for name, section in sections.items():
        if name in results:
            parts.append(section(results[name]))
            if name not in ("epochs", "decoding"):  # which leave out disturbed rounds by themselves
                parts += _busy(results[name]["others"])
            parts.append(_circumstances(results[name]))
    path = folder / "RESULTS.md"
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return path


def _verdict_section(results: Results) -> str:
    judges = {
        "epochs": epoch_verdicts,
        "cold_start": cold_start_verdicts,
        "accuracy": accuracy_verdicts,
        "any_data": any_data_verdicts,
        "tables": table_verdicts,
        "calibration": calibration_verdicts,
        "forecasting": forecasting_verdicts,
        "clustering": clustering_verdicts,
        "presets": preset_verdicts,
        "checkpoints": checkpoint_verdicts,
        "studio": studio_verdicts,
        "studio_page": studio_page_verdicts,
        "decoding": decoding_verdicts,
        "scale": scale_verdicts,
    }
    verdicts = [
        row for name, judge in judges.items() if name in results for row in judge(results[name])
    ]
    n_reached = sum(verdict.reached is True for verdict in verdicts)
    n_missing = sum(verdict.reached is None for verdict in verdicts)
    line = f"{n_reached} of {len(verdicts)} bars reached, {n_missing} not judged."
    rows = [(v.what, v.measured, v.bar, _word(v)) for v in verdicts]
    return "\n\n".join(["## Bars", line, _table(("", "measured", "bar", "verdict"), rows)])


def _word(verdict: Verdict) -> str:
    if verdict.reached is None:
        return "not judged"
    return "reached" if verdict.reached else "**not reached**"


def _epochs(part: Results) -> str:
    blocks = [EPOCHS_HEAD.format(**part)]
    for case in map(quiet_rounds, part["cases"]):
        blocks.append(f"### {'-'.join(map(str, case['layers']))}, batch {case['batch_size']}")
        rows = []
        for name, times in case["seconds"].items():
            ratio = None if name == OURS else speed_up(case, name)
            rows.append(
                (
                    name,
                    _spread(Spread.of(times), "{:.3f}"),
                    "" if ratio is None else _spread(ratio, "{:.2f}"),
                    f"{shares(case, name).median:.1%}",
                    f"{case['accuracy'][name]:.2%}",
                )
            )
        n_epochs = len(case["others"]) + 1
        header = (
            "", "seconds an epoch", "pellucid is × faster", "share of product rate",
            f"test accuracy after {n_epochs} epochs",
        )  # fmt: skip
        blocks.append(_table(header, rows))
        gigaflops = (
            f"{name} {_spread(Spread.of([rate / 1e9 for rate in rates]), '{:.0f}')}"
            for name, rates in case["rates"].items()
        )
        blocks.append(
            f"Matrix products, GFLOP/s: {'; '.join(gigaflops)}. "
            f"Work of an epoch: {case['flops_per_epoch'] / 1e9:.1f} GFLOP."
        )
        n_rounds = len(case["others"])
        if case["n_kept"] < n_rounds:
            blocks.append(
                f"{n_rounds - case['n_kept']} of {n_rounds} rounds are left out: other work had "
                f"more than {QUIET_SHARE:.0%} of the cores."
            )
        if not case["judged"]:
            blocks.append("**Too few undisturbed rounds: these numbers are not judged.**")
        blocks += _failures(case["failures"].items())
    return "\n\n".join(blocks)


def _cold_start(part: Results) -> str:
    blocks = [COLD_START_HEAD.format(**part)]
    for images, measured in part["sets"].items():
        blocks.append(f"### {images}, to {measured['bar']:.0%}")
        rows, failures = [], []
        for name, runs in measured["runs"].items():
            failures += [(name, run["failure"]) for run in runs if "failure" in run]
            done = [run for run in runs if "seconds" in run]
            if done:
                rows.append(
                    (
                        name,
                        _spread(Spread.of([run["seconds"] for run in done]), "{:.2f}"),
                        _spread(Spread.of([run["epochs"] for run in done]), "{:g}"),
                        f"{statistics.fmean(run['test'] for run in done):.2%}",
                        f"{min(run['test'] for run in done):.2%}",
                    )
                )
        header = ("", "seconds", "epochs", "test accuracy, mean", "lowest")
        blocks.append(_table(header, rows))
        blocks += _failures(failures)
    return "\n\n".join(blocks)


def _accuracy(part: Results) -> str:
    rows, notes = [], []
    for task in part["tasks"]:
        found = scores(task)
        peer = best_peer(task)
        is_r2 = task["task"] in R2_TASKS
        for name, values in found.items():
            lines = [line for line in task["lines"] if line["method"] == name]
            limited = sum(line["ran_out_of_iterations"] for line in lines)
            if limited:
                notes.append(f"{task['task']}, {name}: {limited} of {len(lines)} not converged.")
            versus = ""
            if name == OURS and peer and len(values) == len(found[peer]):
                pairs = zip(values, found[peer], strict=True)
                differences = [ours - theirs for ours, theirs in pairs]
                versus = mean_text(differences, is_r2=is_r2, signed=True)
            seconds = _spread(Spread.of([line["seconds"] for line in lines]), "{:.2f}")
            rows.append(
                (task["task"], name, len(values), mean_text(values, is_r2=is_r2), versus, seconds)
            )
        notes += _failures((f"{task['task']}, {k}", text) for k, text in task["failures"].items())
    header = (
        "",
        "",
        "repeats",
        "accuracy (diabetes: R²)",
        "minus the best peer, paired",
        "seconds",
    )
    if part["missing"]:
        notes.append(f"Not measured: {', '.join(part['missing'])}. {HOW_TO_GET_IMAGES}")
    return "\n\n".join([ACCURACY_HEAD, _table(header, rows), *notes])


def _decoding(part: Results) -> str:
    rows = []
    for case in part["cases"]:
        ratio, judged = decoding_ratio(case)
        peer = peer_of(case["medium"])
        seconds = [Spread.of(case["seconds"][name]) for name in (OURS, peer)]
        rows.append(
            (
                case["name"],
                case["n_files"],
                *(f"{case['n_files'] / spread.median:,.0f}" for spread in seconds),
                *(_spread(spread, "{:.2f}") for spread in seconds),
                _spread(ratio, "{:.2f}") + ("" if judged else " (not judged)"),
            )
        )
    header = (
        "", "files", "pellucid, files/s", "two processes, files/s",
        "pellucid, s", "two processes, s", "pellucid is × as fast",
    )  # fmt: skip
    notes = [f"Not measured: {', '.join(part['missing'])}."] if part["missing"] else []
    if not all(decoding_ratio(case)[1] for case in part["cases"]):
        notes.append("Rows not judged had too few undisturbed rounds; all rounds are shown.")
    return "\n\n".join([DECODING_HEAD, _table(header, rows), *notes])


def _scale(part: Results) -> str:
    memory = part["memory"]
    rows = [
        (name, _spread(Spread.of([run[key] for run in runs]), "{:.2f}"))
        for name, runs, key in (
            ("encoding: the contract", part["encoding"], "contract"),
            ("encoding: learning from the values", part["encoding"], "fit"),
            ("encoding: all rows", part["encoding"], "transform"),
            ("contract of a table of 1 GB, first time", part["contract"], "first"),
            ("contract of a table of 1 GB, again", part["contract"], "again"),
        )
    ]
    seconds, limit = memory["seconds"], f"{memory['limit'] / 1e9:g}GB"
    told = (
        f"Training one epoch on {memory['rows']:,} rows ({memory['file'] / 1e9:.1f} GB as CSV), "
        f"with `--memory {limit}`, took at most {memory['peak'] / 1e9:.2f} GB of memory of its "
        f"own (and {memory['mapped'] / 1e9:.2f} GB of pages of files, which the system takes back "
        f"when others need them): {seconds['data']:.0f} s for the data, {seconds['train']:.0f} s "
        f"for the epoch; test accuracy {memory['accuracy']:.2%}."
    )
    return "\n\n".join([SCALE_HEAD, _table(("", "seconds"), rows), told])


def _any_data(part: Results) -> str:
    header = (
        "", "", "repeats", "score", "minus the peer, paired", "seconds", "rows × inputs: chosen",
    )  # fmt: skip
    return _sets(part, ANY_DATA_HEAD, header, any_data_rows(part))


def _tables(part: Results) -> str:
    return _sets(part, TABLES_HEAD, TABLES_HEADER, table_rows(part))


def _clustering(part: Results) -> str:
    return _sets(part, CLUSTERING_HEAD, CLUSTERING_HEADER, clustering_rows(part))


def _presets(part: Results) -> str:
    return _sets(part, PRESETS_HEAD, PRESETS_HEADER, preset_rows(part))


def _checkpoints(part: Results) -> str:
    return _sets(part, CHECKPOINTS_HEAD, CHECKPOINTS_HEADER, checkpoint_rows(part))


def _studio(part: Results) -> str:
    return _sets(part, STUDIO_HEAD, STUDIO_HEADER, studio_rows(part))


def _studio_page(part: Results) -> str:
    return _sets(part, STUDIO_PAGE_HEAD, STUDIO_PAGE_HEADER, studio_page_rows(part))


def _calibration(part: Results) -> str:
    return _sets(part, CALIBRATION_HEAD, HEADER, calibration_rows(part))


def _forecasting(part: Results) -> str:
    return _sets(part, FORECASTING_HEAD, FORECASTING_HEADER, forecasting_rows(part))


def _sets(part: Results, head: str, header: Sequence[str], rows: Sequence[tuple[str, ...]]) -> str:
    """Return the section of a part that is measured set by set, with what failed or was missing."""
    failures = []
    for entry in part["sets"]:
        if "failures" in entry:  # of each side
            failures += [(f"{entry['set']}, {s}", text) for s, text in entry["failures"].items()]
        elif entry["failure"]:
            failures.append((entry["set"], entry["failure"]))
    notes = _failures(failures)
    if part["missing"]:
        notes.append(
            f"Not measured: {', '.join(part['missing'])}, which this machine does not have."
        )
    return "\n\n".join([head, _table(header, rows), *notes])


def _circumstances(part: Results) -> str:
    machine = part["machine"]
    cores = (
        f"{machine['cores_of_machine']}, of which used: {machine['cores_used'] or 'not limited'}"
    )
    rows = [
        ("date", part["date"]),
        ("command", f"`{part['command']}`"),
        ("processor", machine["processor"]),
        ("cores", cores),
        ("system", machine["system"]),
        ("load when it began", machine["load_at_start"]),
    ]
    for side in ("ours", "peers"):
        described = machine[side]
        versions = ", ".join(f"{name} {version}" for name, version in described["versions"].items())
        rows.append((f"Python of {side}", f"{described['python']}: {versions}"))
        rows.append((f"NumPy of {side}", described["numpy_kernel"]))
    return _table(("measured on", ""), rows)


def _busy(share: float | None) -> list[str]:
    """Word a warning where other work took more than a little of the machine."""
    if is_quiet(share) or share is None:
        return []
    return [
        f"**The machine was busy with other work, which took {share:.0%} of its cores: these "
        "times are not to be relied on.** Programs whose threads wait for each other at every "
        "operation suffer out of all proportion."
    ]


def _failures(failures: Iterable[tuple[str, str]]) -> list[str]:
    return [f"Could not run: {name}\n\n```\n{text}\n```" for name, text in failures]


def _spread(spread: Spread, form: str) -> str:
    low, high = form.format(spread.low), form.format(spread.high)
    return f"{form.format(spread.median)} ({low}–{high})"


def _table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)
