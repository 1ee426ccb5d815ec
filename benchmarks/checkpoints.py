"""What keeping checkpoints costs: the seconds in them, beside those of the training.

``python -m benchmarks.checkpoints SET N`` measures one set N times, a JSON object a line. A whole
``pellucid.train`` into a run folder is timed; the time in which a checkpoint is taken out of the
device, hashed, written and flushed is counted where the run asks for it.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.each_set import measure_each
from benchmarks.images import image_folders
from benchmarks.scale import example_rows
from benchmarks.summary import Results, Spread, Verdict

BAR = 0.03
HEADER = (
    "", "parameters", "seconds of training", "checkpoints", "MB each", "seconds in them", "share",
)  # fmt: skip
HEAD = """## Checkpoints

What keeping the states of a run costs: seconds in which checkpoints were copied, hashed, written
and flushed to the disk, in whole runs of `pellucid.train`, as a share of the seconds of the
training, these included. Medians, with lowest and highest."""

_ROWS = 200_000
_SETTINGS: dict[str, dict[str, Any]] = {
    "8×8 digits": {"epochs": 1500},
    "mnist": {"epochs": 20},
    "mnist, 2048-1024 units": {"epochs": 2, "hidden": (2048, 1024)},
    "table of 200,000 rows": {"target": "bought", "epochs": 8},
}
NAMES = tuple(_SETTINGS)


def measure_checkpoints(
    repeats: int, *, only: tuple[str, ...] = (), kept: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Measure the sets that this machine has, each in a process of its own.

    Parameters
    ----------
    repeats
        Trainings of each set.
    only
        The sets to run; none: all. The others stay as they are in `kept`, an earlier answer.
    """
    has_images = "mnist" in image_folders()
    wanted = {name: repeats if has_images or "mnist" not in name else None for name in NAMES}
    return measure_each("benchmarks.checkpoints", wanted, only=only, kept=kept)


def _source(name: str) -> Any:
    if "mnist" in name:
        return image_folders()["mnist"]
    return example_rows(0, _ROWS) if "table" in name else "digits-8x8"


def _measure(name: str, seed: int) -> dict[str, Any]:
    """Train once; return the seconds of the training, and those of each checkpoint."""
    import pellucid
    from pellucid.training.events import Event, PhaseStarted
    from pellucid.training.keeper import Keeper

    seconds: list[float] = []
    phases: dict[str, float] = {}

    def hear(event: Event) -> None:
        if isinstance(event, PhaseStarted):
            phases[event.phase] = time.perf_counter()
            phases[f"checkpoints before {event.phase}"] = len(seconds)

    def timed(keep: Callable[[Keeper], None]) -> Callable[[Keeper], None]:
        def now(self: Keeper) -> None:
            began = time.perf_counter()
            keep(self)
            seconds.append(time.perf_counter() - began)

        return now

    Keeper.now = timed(Keeper.now)  # type: ignore[method-assign]
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        settings = {"calibration": "none", "seed": seed, **_SETTINGS[name]}
        model = pellucid.train(_source(name), run=run, callbacks=[hear], **settings)
        sizes = [path.stat().st_size for path in (run / "checkpoints").glob("step-*")]
    last = sum(seconds[int(phases["checkpoints before calibrate"]) :])  # after the training
    return {
        "train": phases["calibrate"] - phases["train"] + last,
        "checkpoints": seconds,
        "bytes": max(sizes),
        "parameters": model.report["n_parameters"],
        "epochs": model.report["epochs"],
    }


def _share(line: Results) -> float:
    """Return the share of a training's seconds that went into its checkpoints."""
    return sum(line["checkpoints"]) / line["train"]


def checkpoint_rows(part: Results) -> list[tuple[str, ...]]:
    """Return a row for each set."""
    rows = []
    for entry in (entry for entry in part["sets"] if entry["lines"]):
        lines = entry["lines"]
        rows.append(
            (
                entry["set"],
                f"{lines[0]['parameters']:,}",
                Spread.of([line["train"] for line in lines]).written("{:.1f}"),
                Spread.of([len(line["checkpoints"]) for line in lines]).written("{:g}"),
                f"{lines[0]['bytes'] / 1e6:.2f}",
                Spread.of([sum(line["checkpoints"]) for line in lines]).written("{:.2f}"),
                Spread.of([100 * _share(line) for line in lines]).written("{:.1f}") + " %",
            )
        )
    return rows


def checkpoint_verdicts(part: Results) -> list[Verdict]:
    """Judge each set by the median of its trainings."""
    verdicts = []
    for entry in (entry for entry in part["sets"] if entry["lines"]):
        share = Spread.of([_share(line) for line in entry["lines"]]).median
        what = f"Checkpoints, {entry['set']}: share of the training"
        verdicts.append(Verdict(what, f"{100 * share:.1f} %", f"< {100 * BAR:g} %", share < BAR))
    return verdicts


def main() -> None:
    """Measure one set; print a JSON object a line."""
    name, repeats = sys.argv[1], int(sys.argv[2])
    for seed in range(repeats):
        print(json.dumps(_measure(name, seed)), flush=True)


if __name__ == "__main__":
    main()
