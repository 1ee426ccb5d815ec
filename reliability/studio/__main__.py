"""Use the studio for long, and watch its memory: ``python -m reliability.studio``.

A studio trains a network that does not stop by itself. A page in a real browser watches it, holds
it, looks into a state, goes through all views, and lets it go on, lap after lap. After each lap the
memory of the page and of the studio is measured. The exit status is 1 where one of them grew by
more than `reliability.studio.memory.LIMITS` allow, or where the page complained.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import time
from pathlib import Path

from pellucid import backend
from reliability.studio.browser import opened
from reliability.studio.memory import LIMITS, MIB, Measured, growth, too_much
from reliability.studio.visiting import Visitor, studio


def soak(seconds: float, watching: float = 8.0) -> tuple[list[Measured], list[str]]:
    """Use a studio for so many seconds; return what was measured, and what the page said.

    Parameters
    ----------
    seconds
        How long, beginning with the training; the lap that is then on its way is ended.
    watching
        Seconds of each lap in which the training is only watched.
    """
    laps: list[Measured] = []
    with (
        tempfile.TemporaryDirectory(prefix="pellucid-studio-soak-") as folder,
        studio(Path(folder)) as (url, server),
        opened() as tab,
    ):
        visitor = Visitor(tab, url, server)
        visitor.train()
        end = visitor.seconds + seconds
        while visitor.seconds < end:
            laps.append(visitor.lap(watching))
            print(_line(laps[-1]), flush=True)
        return laps, visitor.errors


def _line(lap: Measured) -> str:
    sizes = (lap.heap, lap.page, lap.server)
    heap, page, server = (f"{size / MIB:7.1f}" for size in sizes)
    return (
        f"{lap.seconds:7.0f} s  epoch {lap.epochs:6,}  heap {heap} MiB  "
        f"nodes {lap.nodes:6,}  listeners {lap.listeners:5,}  page {page} MiB  server {server} MiB"
    )


def main() -> int:
    """Soak, print, write; return 1 where something grew too much."""
    parser = argparse.ArgumentParser(prog="python -m reliability.studio", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3600.0, help="how long (default: 3600)")
    parser.add_argument(
        "--output", type=Path, default=Path(__file__).parents[1] / "studio.json", help="the result"
    )
    arguments = parser.parse_args()
    # The studio, its training and the browser end with it, however it is ended.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    began = time.time()
    laps, errors = soak(arguments.seconds)
    try:
        problems = [*too_much(laps), *errors]
    except ValueError as error:
        parser.error(str(error))
    result = {
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(began)),
        "seconds": round(time.time() - began),
        "conditions": backend.conditions(),
        "limits": LIMITS,
        "growth": growth(laps),
        "problems": problems,
        "laps": [lap.to_dict() for lap in laps],
    }
    arguments.output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    for name, grew in growth(laps).items():
        print(f"{name}: grew by {grew:,.0f}, may by {LIMITS[name]:,}")
    for problem in problems:
        print(f"PROBLEM: {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
