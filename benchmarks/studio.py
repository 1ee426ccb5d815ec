"""What watching costs: trainings in the studio beside the same from the command line.

``python -m benchmarks.studio SET N`` measures one set N times, a JSON object a line: the seconds of
the training in ``pellucid train``, and in the studio while a page hears of it at least twenty times
a second and sees the weights of a layer change. Both end in the same bits, which is checked.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.bars import is_quiet
from benchmarks.contestant import ContestantFailedError
from benchmarks.each_set import measure_each
from benchmarks.images import image_folders
from benchmarks.summary import Results, Spread, Verdict

BAR, UPDATES_BAR = 0.9, 20.0
HEADER = ("", "seconds alone", "seconds in the studio", "updates a second", "speed")
HEAD = """## The studio

The seconds of a training from the command line, and of the same training in the studio with a page
that watches it: losses of every batch, and the weights of the first layer. Updates are counted from
the first to the last that the page heard while the network learned. The speed in the studio is that
share of the speed without it. Medians, with lowest and highest."""

_SETTINGS: dict[str, dict[str, Any]] = {
    "8×8 digits": {"epochs": 1500, "hidden": [64, 32]},
    "mnist, 512-256 units": {"epochs": 6, "hidden": [512, 256]},
}
NAMES = tuple(_SETTINGS)


def measure_studio(
    repeats: int, *, only: tuple[str, ...] = (), kept: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Measure the sets that this machine has; arguments as for `measure_checkpoints`."""
    has_images = "mnist" in image_folders()
    wanted = {name: repeats if has_images or "mnist" not in name else None for name in NAMES}
    return measure_each("benchmarks.studio", wanted, only=only, kept=kept)


def _settings(name: str, seed: int) -> dict[str, Any]:
    return {"calibration": "none", "patience": 0, "seed": seed, **_SETTINGS[name]}


def _source(name: str) -> str:
    return str(image_folders()["mnist"]) if "mnist" in name else "digits-8x8"


def _alone(name: str, seed: int, folder: Path) -> dict[str, Any]:
    from pellucid.training.written import as_command

    settings = {"source": _source(name), **_settings(name, seed)}
    command = [sys.executable, "-m", *shlex.split(as_command(settings))]
    command += ["--run", str(folder / "alone"), "--json"]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    report: dict[str, Any] = json.loads(told.stdout)
    return report


def _watched(name: str, seed: int, folder: Path) -> tuple[dict[str, Any], list[float]]:
    """Train in the studio with a page that watches; return the report and when it heard."""
    from pellucid.studio.serving import Serving
    from pellucid.studio.shelf import Shelf
    from pellucid.studio.studio import Studio
    from pellucid.training.run_folder import RunFolder

    studio = Studio(Shelf(), "data", [_source(name)], folder / "runs")
    with Serving(studio) as serving:
        source = "given-1" if "mnist" in name else _source(name)
        settings = {"source": studio.sources.place(source), **_settings(name, seed)}
        run = studio.trainings.start("watched", settings)
        with _page(serving, run.folder.name) as updates:
            while run.run().state not in {"finished", "failed", "interrupted"}:
                threading.Event().wait(0.2)
        report = RunFolder(run.folder).report()
    if report is None:
        raise ContestantFailedError(f"the training in the studio ended as {run.run()}")
    return report, updates


@contextmanager
def _page(serving: Any, run: str) -> Iterator[list[float]]:
    """Watch a run as a page does; yield the seconds at which it heard, which become more."""
    from websockets.sync.client import connect
    from websockets.typing import Origin, Subprotocol

    from pellucid.studio.guard import PROTOCOL

    port = serving.port
    updates: list[float] = []
    with connect(
        f"ws://127.0.0.1:{port}/api/live?run={run}",
        origin=Origin(f"http://127.0.0.1:{port}"),
        subprotocols=[Subprotocol(PROTOCOL), Subprotocol(serving.studio.token)],
        proxy=None,
        max_size=None,
    ) as socket:

        def listen() -> None:
            for message in socket:
                if isinstance(message, str) and json.loads(message)["run"]["state"] == "training":
                    updates.append(time.perf_counter())

        socket.send(json.dumps({"layer": "hidden_1", "name": "kernel"}))
        threading.Thread(target=listen, daemon=True).start()
        yield updates


def _measure(name: str, seed: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        alone = _alone(name, seed, Path(folder))
        watched, updates = _watched(name, seed, Path(folder))
    if alone["weights_hash"] != watched["weights_hash"]:
        raise ContestantFailedError("the training in the studio ended in other weights")
    return {
        "alone": alone["seconds"]["train"],
        "watched": watched["seconds"]["train"],
        "updates_a_second": (len(updates) - 1) / (updates[-1] - updates[0]),
    }


def _speed(line: Results) -> float:
    return float(line["alone"] / line["watched"])


def studio_rows(part: Results) -> list[tuple[str, ...]]:
    """Return a row for each set."""
    return [
        (
            entry["set"],
            Spread.of([line["alone"] for line in entry["lines"]]).written("{:.1f}"),
            Spread.of([line["watched"] for line in entry["lines"]]).written("{:.1f}"),
            Spread.of([line["updates_a_second"] for line in entry["lines"]]).written("{:.1f}"),
            Spread.of([100 * _speed(line) for line in entry["lines"]]).written("{:.0f}") + " %",
        )
        for entry in part["sets"]
        if entry["lines"]
    ]


def studio_verdicts(part: Results) -> list[Verdict]:
    """Judge each set by the median of its trainings."""
    verdicts = []
    for entry in (entry for entry in part["sets"] if entry["lines"]):
        speed = Spread.of([_speed(line) for line in entry["lines"]]).median
        what = f"Speed in the studio, {entry['set']}"
        verdicts.append(Verdict(what, f"{100 * speed:.0f} %", f"≥ {100 * BAR:g} %", speed >= BAR))
        updates = Spread.of([line["updates_a_second"] for line in entry["lines"]]).median
        what = f"Updates a second while training, {entry['set']}"
        enough = updates >= UPDATES_BAR
        # Other work only makes them fewer: what is enough beside it is enough.
        judged = enough if enough or is_quiet(part.get("others")) else None
        verdicts.append(Verdict(what, f"{updates:.1f}", f"≥ {UPDATES_BAR:g}", judged))
    return verdicts


def main() -> None:
    """Measure one set; print a JSON object a line."""
    name, repeats = sys.argv[1], int(sys.argv[2])
    for seed in range(repeats):
        print(json.dumps(_measure(name, seed)), flush=True)


if __name__ == "__main__":
    main()
