"""Kill trainings until the number asked for is reached: ``python -m reliability.soak``.

Each of the trainings in `reliability.soak.setups` is run once without a disturbance, in a process
started from nothing. Then copies of it are begun, killed at a random moment, gone on with by
``pellucid train --resume``, killed again, and so on until they end, and the ending is compared
with that of the first, bit for bit. What is not as it should be keeps its folder.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table

from pellucid import backend
from reliability.commands import Commands, TooSlowError
from reliability.soak.ending import ending_of
from reliability.soak.lives import Life, Moments, live
from reliability.soak.setups import SETUPS, Setup

_MOST_KILLS_OF_A_RUN = 30
_THREADS = "2"
_REFERENCE_SECONDS = 600


@dataclass
class Soak:
    """A soak and what came of it so far.

    Attributes
    ----------
    kills, seed
        How many kills are wanted, and what their moments are drawn by.
    folder
        Where runs lie.
    setups
        The trainings.
    lives
        The runs that ended.
    """

    kills: int
    seed: int
    folder: Path
    setups: Sequence[Setup]
    moments: Moments = field(default_factory=Moments)
    expected: dict[str, dict[str, str]] = field(default_factory=dict)
    lives: list[Life] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _number: int = 0

    @property
    def n_kills(self) -> int:
        """How many kills there were in runs that ended."""
        return sum(len(life.kills) for life in self.lives)

    @property
    def n_bad(self) -> int:
        """How many runs were lost, ended otherwise, or misbehaved."""
        return sum(not life.is_good for life in self.lives)

    def prepare(self) -> None:
        """Run each training once, undisturbed, in a process started from nothing."""
        for setup in self.setups:
            run = self.folder / f"{setup.name}-whole"
            words = [*setup.arguments(self.folder), "--run", str(run), "--quiet"]
            command = [sys.executable, "-m", "pellucid", *words]
            subprocess.run(command, cwd=self.folder, check=True, timeout=_REFERENCE_SECONDS)
            self.expected[setup.name] = ending_of(run)

    def work(self, told: Live) -> None:
        """Take the next training, kill it until it ends, and so on until there are enough."""
        commands = Commands(os.environ)
        for number, setup in self._next():
            life = Life(setup.name, str(self.folder / f"{setup.name}-{number}"))
            draw = random.Random(f"{self.seed} {number}")  # noqa: S311 -- moments, no secret
            start, expected = setup.arguments(self.folder), self.expected[setup.name]
            try:
                live(life, start, expected, commands, self.moments, draw, _MOST_KILLS_OF_A_RUN)
            except TooSlowError as error:
                life.lost = str(error)
                commands = Commands(os.environ)
            if life.is_good:
                shutil.rmtree(life.run)
            with self._lock:
                self.lives.append(life)
                told.update(self.table(), refresh=told.console.is_terminal)
                _print_where_unseen(told, life, self)
        commands.close()

    def _next(self) -> Iterator[tuple[int, Setup]]:
        while True:
            with self._lock:
                if self.n_kills >= self.kills:
                    return
                number, self._number = self._number, self._number + 1
            yield number, self.setups[number % len(self.setups)]

    def table(self) -> Table:
        """Return what came out so far, a row for each training."""
        table = Table("training", title=f"{self.n_kills:,} of {self.kills:,} kills", box=None)
        for name in ("runs", "processes", "kills", "differing", "lost", "wrong"):
            table.add_column(name, justify="right")
        for setup in self.setups:
            own = [life for life in self.lives if life.setup == setup.name]
            table.add_row(setup.name, *map(str, _counts(own)))
        table.add_row("all", *map(str, _counts(self.lives)))
        return table

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        kills = [kill for life in self.lives for kill in life.kills]
        names = ("runs", "processes", "kills", "differing", "lost", "wrong")
        by_setup = {
            setup.name: dict(
                zip(
                    names,
                    _counts([life for life in self.lives if life.setup == setup.name]),
                    strict=True,
                )
            )
            for setup in self.setups
        }
        at_changes = sum(not kill["moment"].startswith("after") for kill in kills)
        return {
            "seed": self.seed,
            "all": dict(zip(names, _counts(self.lives), strict=True)),
            "trainings": by_setup,
            "signals": dict(Counter(kill["signal"] for kill in kills)),
            "phases": dict(Counter(kill["phase"] for kill in kills)),
            "moments": {"at a change": at_changes, "after a time": len(kills) - at_changes},
            "failures": [life.to_dict() for life in self.lives if not life.is_good],
        }


def _counts(lives: Sequence[Life]) -> tuple[int, ...]:
    return (
        len(lives),
        sum(life.processes for life in lives),
        sum(len(life.kills) for life in lives),
        sum(bool(life.differing) for life in lives),
        sum(bool(life.lost) for life in lives),
        sum(len(life.wrong) for life in lives),
    )


def _print_where_unseen(told: Live, life: Life, soak: Soak) -> None:
    """Print what is wrong, and a line for a run where no table is seen."""
    if not told.console.is_terminal:
        told.console.print(
            f"{soak.n_kills:,} of {soak.kills:,} kills, {soak.n_bad} bad runs; {life.setup}: "
            f"{len(life.kills)} kills in {life.processes} processes"
        )
    for problem in (*life.differing[:10], *filter(None, [life.lost]), *life.wrong):
        told.console.print(f"{life.run}: {problem}", markup=False)


def main() -> int:
    """Soak, print, write; return 1 where anything is not as it should be."""
    parser = argparse.ArgumentParser(prog="python -m reliability.soak", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000, help="how many (default: 1000)")
    parser.add_argument("--jobs", type=int, default=2, help="runs at once (default: 2)")
    parser.add_argument("--seed", type=int, default=0, help="of the moments (default: 0)")
    parser.add_argument("--within", type=float, default=5.0, help="seconds after a start")
    parser.add_argument("--only", action="append", default=[], help="a training; repeatable")
    parser.add_argument("--folder", type=Path, help="where runs lie (default: a new one)")
    parser.add_argument(
        "--output", type=Path, default=Path(__file__).parents[1] / "soak.json", help="the result"
    )
    arguments = parser.parse_args()
    setups = [one for one in SETUPS if not arguments.only or one.name in arguments.only]
    if not setups:
        parser.error(f"there are {', '.join(one.name for one in SETUPS)}")
    folder = arguments.folder or Path(tempfile.mkdtemp(prefix="pellucid-soak-"))
    folder.mkdir(parents=True, exist_ok=True)
    # Fixed before anything computes: the number of threads decides the last bits.
    os.environ["NPROC"] = _THREADS
    os.environ["PELLUCID_HOME"] = str(folder / "home")
    began = time.time()
    moments = Moments(within=arguments.within)
    soak = Soak(arguments.kills, arguments.seed, folder, setups, moments)
    console = Console()
    console.print(f"Runs lie in {folder}; first each training once, undisturbed.")
    soak.prepare()
    live_table = Live(soak.table(), console=console, auto_refresh=False)
    with live_table as told, ThreadPoolExecutor(arguments.jobs) as workers:
        for future in [workers.submit(soak.work, told) for _ in range(arguments.jobs)]:
            future.result()
    result = {
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(began)),
        "seconds": round(time.time() - began),
        "conditions": backend.conditions(),
        **soak.to_dict(),
    }
    arguments.output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    console.print(f"Written: {arguments.output}")
    return 1 if soak.n_bad else 0


if __name__ == "__main__":
    sys.exit(main())
