"""Measure the sets of a part one after the other, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from typing import Any

from benchmarks.accuracy import STDERR_CHARACTERS_SHOWN
from benchmarks.machine import clean_environment


def measure_each(
    module: str,
    repeats: Mapping[str, int | None],
    *,
    only: tuple[str, ...] = (),
    kept: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Measure the sets that this machine has.

    Parameters
    ----------
    module
        What ``python -m`` runs, with a set's name and the number of repeats; it prints a JSON
        object a line.
    repeats
        Splits or seeds of each set, by its name; None where this machine does not have it.
    only
        The sets to run; none: all. The others stay as they are in `kept`, an earlier answer.

    Returns
    -------
    dict
        ``sets``, each with its ``set``, ``lines`` and ``failure``; and the names ``missing``.
    """
    earlier = {entry["set"]: entry for entry in (kept or {}).get("sets", [])}
    measured, missing = [], []
    for name, n in repeats.items():
        if only and name not in only:
            measured += [earlier[name]] if name in earlier else []
        elif n is None:
            missing.append(name)
        else:
            print(f"{module}: {name}, {n} times", file=sys.stderr)
            measured.append(_measure(module, name, n))
    return {"sets": measured, "missing": missing}


def _measure(module: str, name: str, repeats: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as home:
        process = subprocess.run(
            [sys.executable, "-m", module, name, str(repeats)],
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
    return {"set": name, "lines": lines, "failure": failure}
