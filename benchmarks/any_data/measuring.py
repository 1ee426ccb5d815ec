"""Run both sides on the sets, each in a process of its own, one after the other."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.accuracy import STDERR_CHARACTERS_SHOWN, SplitsDifferError
from benchmarks.any_data.sets import SETS, AnySet
from benchmarks.machine import OtherWork, clean_environment, seconds_of_ended_processes

SIDES = ("peers", "ours")


def measure_any_data(
    repeats: int,
    *,
    with_ours: bool = True,
    only: tuple[str, ...] = (),
    kept: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Measure both sides on sets of every kind, as `measure_sets` does."""
    return measure_sets(SETS, repeats, SIDES if with_ours else SIDES[:1], only=only, kept=kept)


def measure_sets(
    sets: Sequence[AnySet],
    repeats: int,
    sides: tuple[str, ...],
    *,
    only: tuple[str, ...] = (),
    kept: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Measure the sets that this machine has.

    Parameters
    ----------
    sets, sides
        What is learned from, and by whom.
    repeats
        Splits or seeds a set.
    only
        The sets to run; none: all. The others stay as they are in `kept`, an earlier answer.

    Raises
    ------
    SplitsDifferError
        Where the sides were not tested on the same number of rows.
    """
    earlier = {entry["set"]: entry for entry in (kept or {}).get("sets", [])}
    measured, missing = [], []
    for one in sets:
        if only and one.name not in only:
            measured += [earlier[one.name]] if one.name in earlier else []
            continue
        if one.path is None:
            print(f"{one.name} is left out: no {one.at} here", file=sys.stderr)
            missing.append(one.name)
            continue
        measured.append(_measure(one, one.path, repeats, sides))
    return {"sets": measured, "missing": missing}


def _measure(one: AnySet, path: Path, repeats: int, sides: tuple[str, ...]) -> dict[str, Any]:
    lines: list[dict[str, Any]] = []
    failures: dict[str, str] = {}
    other_work = OtherWork(seconds_of_ended_processes)
    with tempfile.TemporaryDirectory() as temporary:
        files = Path(temporary) / "files"
        files.mkdir()
        splits = [
            (split.seed, str(split.source), None if split.test is None else str(split.test))
            for split in one.prepare(path, files, one.seeds(repeats))
        ]
        told = Path(temporary) / "splits.json"
        told.write_text(json.dumps({"set": one.name, "splits": splits}), encoding="utf-8")
        for side in sides:
            print(f"{one.name}, {side}, {len(splits)} times", file=sys.stderr)
            process = subprocess.run(
                [sys.executable, "-m", "benchmarks.any_data.worker", side, told],
                # Caches stay out of the person's own, and what is decoded once is kept for a set.
                env=clean_environment(PELLUCID_HOME=str(Path(temporary) / "home")),
                cwd=temporary,
                capture_output=True,
                text=True,
                check=False,
            )
            lines += [json.loads(row) for row in process.stdout.splitlines() if row[:1] == "{"]
            if process.returncode:
                end = process.stderr.strip()[-STDERR_CHARACTERS_SHOWN:]
                failures[side] = f"status {process.returncode}: {end}"
                print(failures[side], file=sys.stderr)
    sizes = {(line["seed"], line["n_test"]) for line in lines}
    if len(sizes) > len({seed for seed, _ in sizes}):
        raise SplitsDifferError(f"{one.name}: the sides were tested on different rows.")
    return {
        "set": one.name,
        "lines": lines,
        "failures": failures,
        "others": other_work.share(),
    }
