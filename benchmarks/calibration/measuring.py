"""Run each set in a process of its own, one after the other."""

from __future__ import annotations

from typing import Any

from benchmarks.calibration.sets import NAMES, is_here
from benchmarks.each_set import measure_each


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
    wanted = {name: repeats if is_here(name) else None for name in NAMES}
    found = measure_each("benchmarks.calibration.worker", wanted, only=only, kept=kept)
    return {**found, "sets": [_pooled_apart(entry) for entry in found["sets"]]}


def _pooled_apart(entry: dict[str, Any]) -> dict[str, Any]:
    """Take the line of all splits together out of a new entry; earlier ones are so already."""
    if "splits" in entry:
        return entry
    pooled = next((line["pooled"] for line in entry["lines"] if "pooled" in line), None)
    splits = [line for line in entry["lines"] if "pooled" not in line]
    return {"set": entry["set"], "splits": splits, "pooled": pooled, "failure": entry["failure"]}
