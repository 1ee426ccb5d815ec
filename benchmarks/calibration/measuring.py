"""Run each set in a process of its own, one after the other."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from typing import Any

from benchmarks.accuracy import STDERR_CHARACTERS_SHOWN
from benchmarks.calibration.sets import NAMES, is_here
from benchmarks.machine import clean_environment


def measure_calibration(
    repeats: int, *, only: tuple[str, ...] = (), kept: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Measure the sets that this machine has.

    Parameters
    ----------
    repeats
        Splits or seeds a set.
    only
        The sets to run; none: all. The others stay as they are in `kept`, an earlier answer.
    """
    earlier = {entry["set"]: entry for entry in (kept or {}).get("sets", [])}
    measured, missing = [], []
    for name in NAMES:
        if only and name not in only:
            measured += [earlier[name]] if name in earlier else []
        elif not is_here(name):
            missing.append(name)
        else:
            print(f"calibration: {name}, {repeats} times", file=sys.stderr)
            measured.append(_measure(name, repeats))
    return {"sets": measured, "missing": missing}


def _measure(name: str, repeats: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as home:
        process = subprocess.run(
            [sys.executable, "-m", "benchmarks.calibration.worker", name, str(repeats)],
            env=clean_environment(PELLUCID_HOME=home),
            cwd=home,
            capture_output=True,
            text=True,
            check=False,
        )
    lines = [json.loads(row) for row in process.stdout.splitlines() if row.startswith("{")]
    failure = None
    if process.returncode:
        end = process.stderr.strip()[-STDERR_CHARACTERS_SHOWN:]
        failure = f"status {process.returncode}: {end}"
        print(failure, file=sys.stderr)
    pooled = next((line["pooled"] for line in lines if "pooled" in line), None)
    splits = [line for line in lines if "pooled" not in line]
    return {"set": name, "splits": splits, "pooled": pooled, "failure": failure}
