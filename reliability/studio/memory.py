"""How much memory a page, its process and the studio take, and whether it grows."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

MIB = 1 << 20

LIMITS = {
    "heap": 16 * MIB,
    "nodes": 3000,
    "listeners": 1500,
    "page": 64 * MIB,
    "server": 160 * MIB,
}
"""By how much each may grow from the first laps after warming up to the last ones.

A training of an hour has thousands of epochs, each an entry of the page's curves and tables; a
process keeps memory that it has given back. What leaks grows lap by lap, and passes any of these.
"""


@dataclass(frozen=True)
class Measured:
    """What was taken after a lap through the views.

    Attributes
    ----------
    seconds
        Since the beginning.
    epochs
        Of the training.
    heap, nodes, listeners
        Of the page: bytes of JavaScript after rubbish was collected, elements, listeners.
    page, server
        Resident bytes of the process that shows the page, and of the studio; 0 where the system
        does not tell.
    """

    seconds: float
    epochs: int
    heap: int
    nodes: int
    listeners: int
    page: int
    server: int

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


def resident(pid: int) -> int:
    """Return the resident bytes of a process; 0 where the system does not tell."""
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    lines = (line.split() for line in text.splitlines())
    return next((int(words[1]) * 1024 for words in lines if words[:1] == ["VmRSS:"]), 0)


def growth(laps: Sequence[Measured]) -> dict[str, float]:
    """Return by how much each grew: the median of the last quarter less that of the second.

    The first quarter warms up: views are compiled, caches fill.

    Examples
    --------
    >>> laps = [Measured(n, n, 1000 + 10 * n, 50, 5, 0, 0) for n in range(8)]
    >>> growth(laps)["heap"], growth(laps)["nodes"]
    (40.0, 0.0)
    """
    quarter = max(1, len(laps) // 4)
    early = laps[quarter : 2 * quarter] or laps[:1]
    late = laps[-quarter:]
    return {
        name: float(
            statistics.median(getattr(lap, name) for lap in late)
            - statistics.median(getattr(lap, name) for lap in early)
        )
        for name in LIMITS
    }


def too_much(laps: Sequence[Measured]) -> list[str]:
    """Name what grew by more than it may; raises ValueError for too few laps to tell."""
    if len(laps) < 4:
        raise ValueError(f"{len(laps)} laps are too few to tell growth: give more seconds")
    found = growth(laps)
    return [
        f"{name} grew by {found[name]:,.0f}, and may by {most:,}"
        for name, most in LIMITS.items()
        if found[name] > most
    ]
