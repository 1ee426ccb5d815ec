"""Accuracy with default settings, on the same splits for every contestant."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.bars import ACCURACY_TASKS, AccuracyTask
from benchmarks.images import image_folders
from benchmarks.machine import clean_environment, peers_python
from benchmarks.splits import IMAGE_SETS

STDERR_CHARACTERS_SHOWN = 1500


class SplitsDifferError(RuntimeError):
    """Two contestants were not tested on the same rows."""


def measure_accuracy(
    *, with_ours: bool, only: tuple[str, ...] = (), kept: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Run every task on both sides; image sets that are not on this machine are left out.

    Parameters
    ----------
    with_ours
        Whether pellucid's side runs, too.
    only
        The tasks to run; none: all. The others stay as they are in `kept`, an earlier answer.

    Raises
    ------
    SplitsDifferError
        Where two contestants were not tested on the same rows.
    """
    here = image_folders()
    measured, missing = [], []
    earlier = {entry["task"]: entry for entry in (kept or {}).get("tasks", [])}
    for task in ACCURACY_TASKS:
        if only and task.name not in only:
            measured += [earlier[task.name]] if task.name in earlier else []
            continue
        if task.name in IMAGE_SETS and task.name not in here:
            missing.append(task.name)
            continue
        sides = [(peers_python(), "benchmarks.peers.accuracy", task.peer_repeats)]
        if with_ours:
            sides.append((Path(sys.executable), "benchmarks.ours", task.repeats))
        lines: list[dict[str, Any]] = []
        failures: dict[str, str] = {}
        for python, module, repeats in sides:
            print(f"accuracy: {task.name}, {module}, {repeats} times", file=sys.stderr)
            new, failure = _run(python, module, task, repeats)
            lines += new
            if failure:
                failures[module] = failure
                print(failure, file=sys.stderr)
        _check_splits(task, lines)
        measured.append({"task": task.name, "lines": lines, "failures": failures})
    return {"tasks": measured, "missing": missing}


def _run(
    python: Path, module: str, task: AccuracyTask, repeats: int
) -> tuple[list[dict[str, Any]], str | None]:
    with tempfile.TemporaryDirectory() as elsewhere:  # caches and runs stay out of the project
        process = subprocess.run(
            [python, "-m", module, "accuracy", task.name, str(repeats)],
            env=clean_environment(PELLUCID_HOME=elsewhere),
            cwd=elsewhere,
            capture_output=True,
            text=True,
            check=False,
        )
    lines = [json.loads(line) for line in process.stdout.splitlines() if line.startswith("{")]
    if process.returncode == 0:
        return lines, None
    end = process.stderr.strip()[-STDERR_CHARACTERS_SHOWN:]
    return lines, f"status {process.returncode}: {end}"


def _check_splits(task: AccuracyTask, lines: list[dict[str, Any]]) -> None:
    seen: dict[int, str] = {}
    for line in lines:
        if seen.setdefault(line["seed"], line["split"]) != line["split"]:
            raise SplitsDifferError(
                f"{task.name}, seed {line['seed']}: the contestants were tested on different rows; "
                "their versions of scikit-learn split differently."
            )
