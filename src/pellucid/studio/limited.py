"""Processes that may take only so much: what reads a file that was sent must not end the server.

One question goes to a new interpreter as JSON, one answer comes back as JSON, which holds no code.
Where that process needs more memory or time than it may take, only that process ends.
"""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pellucid import memory
from pellucid.studio.interpreter import started
from pellucid.studio.refusals import RefusedError

_LONGEST_ANSWER = 1 << 16


@dataclass(frozen=True)
class Limits:
    """What a process may take: bytes of memory, seconds of the processor, and by the clock."""

    memory: int
    processor: int
    clock: float

    @classmethod
    def usual(cls) -> Limits:
        """Return the memory that data may take in all, and some minutes."""
        return cls(memory.limit(), 240, 240.0)


def asked_of(module: str, question: dict[str, Any], name: str, limits: Limits) -> dict[str, Any]:
    """Ask the ``main`` of a module, in a process of its own, and return what it answers.

    Parameters
    ----------
    module
        Of pellucid; it holds itself to ``memory`` and ``processor`` of the question with `limit`.
    question
        What it is asked.
    name
        What the person calls the file that it reads.
    limits
        What it may take.

    Raises
    ------
    RefusedError
        Where it takes more than it may, or is ended by what it reads.
    """
    process = started(module, apart=False, silent=True)
    assert process.stdin is not None  # noqa: S101 -- both were asked for
    assert process.stdout is not None  # noqa: S101 -- as above
    whole = {**question, "memory": limits.memory, "processor": limits.processor}
    too_late = threading.Event()

    def end() -> None:
        too_late.set()
        process.kill()

    clock = threading.Timer(limits.clock, end)
    clock.start()
    try:
        with process.stdin, process.stdout:
            process.stdin.write(json.dumps(whole).encode())
            process.stdin.close()
            said = process.stdout.read(_LONGEST_ANSWER + 1)
    except BrokenPipeError:
        said = b""
    finally:
        clock.cancel()
        process.kill()
        status = process.wait()
    try:
        told = json.loads(said)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise _taking_too_much(name, limits, status, too_late.is_set())
    return told


def limit(memory: int, processor: int) -> None:
    """Let this process take only so much from here on, as far as the system can hold it to that."""
    try:
        import resource
    except ImportError:  # Windows
        return
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + processor), int(used + processor)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    status = Path("/proc/self/status")
    if status.is_file():  # Linux, which counts under this name all that may be written to
        found = re.search(r"VmData:\s+(\d+) kB", status.read_text())
        size = memory + (int(found[1]) * 1024 if found else 0)
        resource.setrlimit(resource.RLIMIT_DATA, (size, size))


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
