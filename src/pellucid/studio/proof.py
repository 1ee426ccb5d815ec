"""Trying a file that was sent, before it is kept, in a process that may take only so much.

Readers refuse what says of itself that it unpacks to too much. What does not say so, or makes a
library fail from outside Python, would end the server and with it all that a person has open. So a
process of its own (`prover`) reads the file and does all that is done to show it; where that needs
more memory or time than it may take, only that process ends, and the file is refused. What was read
is thrown away: it answers in one line of JSON, which holds no code.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from pathlib import Path

from pellucid import memory
from pellucid.errors import DataError
from pellucid.studio.interpreter import started
from pellucid.studio.refusals import RefusedError

_LONGEST_ANSWER = 1 << 16
_PARTS = ("message", "where", "expected", "remedy")


@dataclass(frozen=True)
class Limits:
    """What trying a file may take: bytes of memory, seconds of the processor, and by the clock."""

    memory: int
    processor: int
    clock: float

    @classmethod
    def usual(cls) -> Limits:
        """Return the memory that data may take in all, and some minutes."""
        return cls(memory.limit(), 240, 240.0)


def prove(path: Path, name: str, limits: Limits) -> None:
    """Try whether a file can be opened.

    Parameters
    ----------
    path
        The file.
    name
        What the person calls it.
    limits
        What it may take.

    Raises
    ------
    DataError
        What its reader found wrong with it.
    RefusedError
        Where it takes more than it may, or ends the process that reads it.
    """
    process = started("pellucid.studio.prover", apart=False, silent=True)
    assert process.stdin is not None  # noqa: S101 -- both were asked for
    assert process.stdout is not None  # noqa: S101 -- as above
    question = {"path": str(path), "memory": limits.memory, "processor": limits.processor}
    too_late = threading.Event()

    def end() -> None:
        too_late.set()
        process.kill()

    clock = threading.Timer(limits.clock, end)
    clock.start()
    try:
        with process.stdin, process.stdout:
            process.stdin.write(json.dumps(question).encode())
            process.stdin.close()
            said = process.stdout.read(_LONGEST_ANSWER + 1)
    except BrokenPipeError:
        said = b""
    finally:
        clock.cancel()
        process.kill()
        status = process.wait()
    problem = _read(said)
    if problem is None:
        raise _taking_too_much(name, limits, status, too_late.is_set())
    if problem:
        message, *details = (_named(problem.get(part), path, name) for part in _PARTS)
        raise DataError(
            message or "The file cannot be read.", **dict(zip(_PARTS[1:], details, strict=True))
        )


def _read(said: bytes) -> dict[str, str | None] | None:
    """Return what the process answered: the problem, empty where there is none; None: nothing."""
    try:
        told = json.loads(said)
    except ValueError:
        return None
    if not isinstance(told, dict) or not all(
        name in _PARTS and isinstance(value, str | None) for name, value in told.items()
    ):
        return None
    return told


def _named(text: str | None, path: Path, name: str) -> str | None:
    """Call the file what the person calls it."""
    return None if text is None else text.replace(str(path), name).replace(path.name, name)


def _taking_too_much(name: str, limits: Limits, status: int, is_late: bool) -> RefusedError:
    in_words = f"{limits.memory / 1e9:.3g} GB of memory and {limits.clock:.0f} seconds"
    why = "It takes too long to read" if is_late else f"What read it was ended (status {status})"
    return RefusedError(
        422,
        "The file cannot be read with what it may take.",
        where=f"{name[:200]}: {why}.",
        expected=f"a file that is read with {in_words}",
        remedy="if you trust it, start the studio with it: pellucid studio --data FILE",
    )
