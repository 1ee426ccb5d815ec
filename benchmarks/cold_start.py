"""Cold start to result: a whole process, imports and compilation included, up to a bar.

The peers' scripts stop when a random validation split reaches the bar, and so does pellucid's; the
command line runs a number of epochs fixed beforehand. The test accuracy stops nothing.
pellucid starts with an empty PELLUCID_HOME (cold), and once more with what that start left (warm).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.bars import COLD_START_BARS
from benchmarks.images import HOW_TO_GET_IMAGES, ImagesMissingError, image_folders
from benchmarks.machine import ROOT, clean_environment, peers_python
from benchmarks.ours import cold_start_entries

PEERS = {
    "PyTorch": "cold_torch.py",
    "Keras on JAX": "cold_keras.py",
    "scikit-learn": "cold_sklearn.py",
}
STDERR_CHARACTERS_SHOWN = 1500


def measure_cold_start(starts: int, *, with_ours: bool) -> dict[str, Any]:
    """Start every contestant so many times, in turns, each turn with a seed of its own.

    Raises
    ------
    ImagesMissingError
        Where there is no image set at all.
    """
    folders = image_folders()
    if not folders:
        raise ImagesMissingError("No images to start on. " + HOW_TO_GET_IMAGES)
    sets = {}
    for images, folder in folders.items():
        bar = COLD_START_BARS[images]
        runs: dict[str, list[dict[str, Any]]] = {}
        for seed in range(starts):
            for name, result in _one_round(folder, bar, seed, with_ours=with_ours):
                runs.setdefault(name, []).append(result)
                print(f"{images}, start {seed + 1}: {name} {result}", file=sys.stderr)
        sets[images] = {"bar": bar, "runs": runs}
    return {"starts": starts, "sets": sets}


def _one_round(
    folder: Path, bar: float, seed: int, *, with_ours: bool
) -> list[tuple[str, dict[str, Any]]]:
    results = []
    for name, script in PEERS.items():
        path = ROOT / "benchmarks" / "peers" / script
        command: list[str | Path] = [peers_python(), path, folder, str(bar), str(seed)]
        with tempfile.TemporaryDirectory() as elsewhere:
            results.append((name, _start(command, Path(elsewhere), home=None)))
    if with_ours:
        for name, ours in cold_start_entries(folder, bar, seed).items():
            with tempfile.TemporaryDirectory() as elsewhere, tempfile.TemporaryDirectory() as home:
                for cache in ("cold", "warm"):
                    result = _start(ours, Path(elsewhere), home=Path(home))
                    results.append((f"{name} ({cache} compile cache)", result))
    return results


def _start(command: list[str | Path], cwd: Path, home: Path | None) -> dict[str, Any]:
    extra = {} if home is None else {"PELLUCID_HOME": str(home)}
    start = time.perf_counter()
    process = subprocess.run(
        [str(part) for part in command],
        env=clean_environment(**extra),
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - start
    if process.returncode != 0:
        end = process.stderr.strip()[-STDERR_CHARACTERS_SHOWN:]
        return {"failure": f"status {process.returncode}: {end}"}
    answer = json.loads(process.stdout.strip().splitlines()[-1])
    test = answer["test"] if "test" in answer else answer["metrics"]["accuracy"]
    return {"seconds": seconds, "test": test, "epochs": answer["epochs"]}
