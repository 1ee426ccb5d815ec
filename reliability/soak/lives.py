"""A training that is killed again and again until it ends."""

from __future__ import annotations

import math
import random
import signal
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from reliability.commands import Commands, Ended, Kill
from reliability.soak.ending import differences, ending_of

_SIGNALS = {signal.SIGKILL: 0.6, signal.SIGTERM: 0.2, signal.SIGINT: 0.2}
_SECONDS = 300
_BEFORE_HANDLERS = {"start"}


@dataclass(frozen=True)
class Moments:
    """When kills come.

    Attributes
    ----------
    within
        Seconds after the start of a process; all moments are equally likely.
    changes
        At which change to the run's files at the latest; early ones are likelier, as there are
        many late ones that are alike.
    at_changes
        The share of kills that come at a change instead of after some time.
    """

    within: float = 5.0
    changes: int = 400
    at_changes: float = 0.4

    def draw(self, draw: random.Random, run: Path) -> Kill:
        """Draw the next kill."""
        (number,) = draw.choices([*_SIGNALS], [*_SIGNALS.values()])
        if draw.random() < self.at_changes:
            nth = int(math.exp(draw.uniform(0, math.log(self.changes + 1))))
            return Kill(number, at_change=nth, folder=run)
        return Kill(number, after=draw.uniform(0, self.within))


@dataclass
class Life:
    """What became of one run.

    Attributes
    ----------
    setup, run
        Which training, and its folder.
    kills
        Of each signal that arrived: its name, the phase it came in, and the moment.
    processes
        How many worked on it.
    differing
        What is not as in the run that was not killed.
    lost
        Why it could not go on; None: it could.
    wrong
        How processes ended that should have ended otherwise.
    """

    setup: str
    run: str
    kills: list[dict[str, str]] = field(default_factory=list)
    processes: int = 0
    differing: list[str] = field(default_factory=list)
    lost: str | None = None
    wrong: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether nothing was lost, nothing differs and every process ended as it should."""
        return not (self.differing or self.lost or self.wrong)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


def live(
    life: Life,
    start: list[str],
    expected: Mapping[str, str],
    commands: Commands,
    moments: Moments,
    draw: random.Random,
    most_kills: int,
) -> Life:
    """Begin a run, kill it, go on with it, until it ends; then compare.

    Parameters
    ----------
    life
        Where to write down what happens.
    start
        The command line that begins it, but its folder.
    expected
        The ending of the same run, uninterrupted.
    commands, moments, draw
        What starts the processes, and when they are killed.
    most_kills
        After so many it is left alone.
    """
    run = Path(life.run)
    while True:
        has_begun = (run / "config.yaml").exists()
        words = ["train", "--resume", run] if has_begun else [*start, "--run", run]
        kill = moments.draw(draw, run) if len(life.kills) < most_kills else None
        ended = commands.run([*words, "--quiet"], run.parent, seconds=_SECONDS, kill=kill)
        life.processes += 1
        is_finished = (run / "card.md").exists() and _told_its_end(run)
        if kill is not None and ended.sent is not None:
            phase = ended.phases[-1] if ended.phases else "before"
            life.kills.append({"signal": kill.number.name, "phase": phase, "moment": ended.sent})
        if (problem := _misbehaviour(ended, kill, run, is_finished)) is not None:
            life.wrong.append(problem)
        if is_finished:
            break
        was_killed = kill is not None and ended.sent is not None
        if not was_killed or ended.status == 0:
            life.lost = f"{' '.join(map(str, words))}: status {ended.status}\n{ended.err}"
            return life
    try:
        life.differing = differences(expected, ending_of(run))
    except (OSError, ValueError, KeyError) as error:
        life.lost = f"The ending cannot be read: {error!r}"
    life.wrong += [f"left behind: {path}" for path in sorted(run.rglob(".*"))]
    return life


def _told_its_end(run: Path) -> bool:
    lines = (run / "events.jsonl").read_text("utf-8").splitlines()
    return bool(lines) and lines[-1].startswith('{"event": "finished"') and lines[-1][-1] == "}"


def _misbehaviour(ended: Ended, kill: Kill | None, run: Path, is_finished: bool) -> str | None:
    """Say what is wrong with how a process ended; None: nothing."""
    said = f"status {ended.status}, phases {ended.phases}, {ended.sent}: {ended.err}"
    if "Traceback" in ended.err:
        return f"a traceback: {said}"
    if kill is None or ended.sent is None:
        return None if ended.status == 0 else f"not killed, and yet not done: {said}"
    if kill.number is signal.SIGKILL:
        return None if ended.status == -signal.SIGKILL else f"it outlived SIGKILL: {said}"
    has_begun = (run / "config.yaml").exists() and not set(ended.phases) <= _BEFORE_HANDLERS
    if has_begun and not is_finished:
        says_how = f"pellucid train --resume {run}" in ended.err
        is_right = ended.status == 130 and says_how
    else:  # before signals are caught, or while it ended
        is_right = ended.status in {0, 130, -kill.number}
    return None if is_right else f"it does not stop with words on how to go on: {said}"
