"""Epoch times: all contestants side by side in one run, in turns.

Each contestant is a warm process of its own that trains one epoch when asked, while the others
wait; a round asks each of them once (A B C D … A B C D …), so that a machine whose speed drifts
hits all alike. Ratios are taken round by round.
"""

from __future__ import annotations

import contextlib
import itertools
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.bars import is_quiet
from benchmarks.contestant import Contestant, ContestantFailedError
from benchmarks.images import first_image_folder, read_images
from benchmarks.machine import OtherWork, peers_python

OURS = "pellucid"
RATES = ("numpy", "xla")
# Threads of the one before may spin for a moment after their work is done.
PAUSE_SECONDS = 0.3
# Rounds that other work disturbs are kept but not counted; so many times the wanted number at most.
MOST_ROUNDS_FACTOR = 3


@dataclass(frozen=True)
class Entry:
    """One contestant of the epoch benchmark: who, the module that runs it, which way of it."""

    name: str
    module: str
    variant: str = ""
    is_ours: bool = False

    def command(self, layers: Sequence[int], batch_size: int, folder: Path) -> list[str | Path]:
        """Return the command line of this contestant's process."""
        python = Path(sys.executable) if self.is_ours else peers_python()
        sizes = ",".join(str(size) for size in layers)
        return [
            *(python, "-m", self.module, "--layers", sizes, "--batch-size", str(batch_size)),
            *("--variant", self.variant, "--folder", folder),
        ]


ENTRIES = (
    Entry(OURS, "benchmarks.ours", is_ours=True),
    Entry("PyTorch eager", "benchmarks.peers.epoch_torch"),
    Entry("PyTorch eager, fused Adam", "benchmarks.peers.epoch_torch", "fused"),
    Entry("PyTorch DataLoader", "benchmarks.peers.epoch_torch", "loader"),
    Entry("PyTorch DataLoader, fused Adam", "benchmarks.peers.epoch_torch", "loader fused"),
    Entry("scikit-learn", "benchmarks.peers.epoch_sklearn"),
    Entry("Keras on JAX", "benchmarks.peers.epoch_keras"),
    Entry("Keras on JAX, 32 steps a call", "benchmarks.peers.epoch_keras", "many-steps"),
)
CASES = (("small", (784, 128, 10), 64), ("large", (784, 512, 256, 10), 128))


def flops_per_row(layers: Sequence[int]) -> int:
    """Count the floating-point operations of the matrix products for one row of one step.

    A layer from n to m costs 2·n·m forward, the same for its weights' gradient, and the same for
    its input's gradient, which the first layer does not need.

    Examples
    --------
    >>> flops_per_row((784, 128, 10))  # 2·(784·128·2 + 128·10·3)
    409088
    """
    products = itertools.pairwise(layers)
    return sum(2 * n * m * (2 if index == 0 else 3) for index, (n, m) in enumerate(products))


def measure_epochs(rounds: int, *, with_ours: bool) -> dict[str, Any]:
    """Measure every case and return what :mod:`benchmarks.report` needs, raw.

    Parameters
    ----------
    rounds
        How many undisturbed rounds to measure, after one that warms everybody up.
    with_ours
        Whether pellucid itself takes part.
    """
    name, folder = first_image_folder()
    n_rows = len(read_images(folder).X_train)
    entries = [entry for entry in ENTRIES if with_ours or not entry.is_ours]
    cases = [
        {
            "case": case,
            "layers": layers,
            "batch_size": batch_size,
            "flops_per_epoch": flops_per_row(layers) * n_rows,
            **_measure_case(entries, layers, batch_size, folder, rounds),
        }
        for case, layers, batch_size in CASES
    ]
    return {"images": name, "n_rows": n_rows, "rounds": rounds, "cases": cases}


def _measure_case(
    entries: Sequence[Entry], layers: Sequence[int], batch_size: int, folder: Path, rounds: int
) -> dict[str, Any]:
    seconds: dict[str, list[float]] = {}
    rates: dict[str, list[float]] = {name: [] for name in RATES}
    failures: dict[str, str] = {}
    accuracy: dict[str, float] = {}
    others: list[float | None] = []
    with contextlib.ExitStack() as stack:
        gauges = {}
        for name in RATES:
            command: list[str | Path] = [peers_python(), "-m"]
            command += ["benchmarks.peers.matrix_rate", name]
            gauges[name] = stack.enter_context(Contestant(f"matrix rate ({name})", command))
            gauges[name].ask("rate")
        running: dict[str, Contestant] = {}
        for entry in entries:
            print(f"{layers}: warming up {entry.name}", file=sys.stderr)
            try:
                contestant = Contestant(entry.name, entry.command(layers, batch_size, folder))
                running[entry.name] = stack.enter_context(contestant)
                contestant.ask("epoch")
                seconds[entry.name] = []
            except ContestantFailedError as error:
                failures[entry.name] = str(error)
                running.pop(entry.name, None)
                print(error, file=sys.stderr)
        measured = [*gauges.values(), *running.values()]
        quiet = 0
        for number in range(1, MOST_ROUNDS_FACTOR * rounds + 1):
            other_work = OtherWork(lambda: sum(process.cpu_seconds() for process in measured))
            for name, gauge in gauges.items():
                time.sleep(PAUSE_SECONDS)
                rates[name].append(gauge.ask("rate")["flops_per_second"])
            for name, contestant in running.items():
                time.sleep(PAUSE_SECONDS)
                seconds[name].append(contestant.ask("epoch")["seconds"])
            others.append(other_work.share())
            quiet += is_quiet(others[-1])
            note = "" if others[-1] is None else f"other work {others[-1]:.0%}, "
            print(
                f"{layers}: round {number} ({quiet} of {rounds} quiet), {note}{_line(seconds)}",
                file=sys.stderr,
            )
            if quiet == rounds:
                break
        for name, contestant in running.items():
            accuracy[name] = contestant.ask("accuracy")["accuracy"]
    return {
        "seconds": seconds,
        "rates": rates,
        "others": others,
        "accuracy": accuracy,
        "failures": failures,
    }


def _line(seconds: dict[str, list[float]]) -> str:
    medians = (f"{name} {statistics.median(times):.2f} s" for name, times in seconds.items())
    return "medians: " + "; ".join(medians)
