"""One damaged file is loaded, while seconds and memory are watched."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pellucid.errors import PellucidError

REFUSED, ACCEPTED, CRASHED = "refused", "accepted", "crashed"
SECONDS_BAR, BYTES_BAR = 2.0, 200_000_000


@dataclass(frozen=True)
class Outcome:
    """What became of a load.

    Parameters
    ----------
    verdict
        One of ``REFUSED``, ``ACCEPTED`` and ``CRASHED``.
    said
        The error, in one line.
    seconds
        How long it took this process's processors; other work on the machine does not count.
    extra_bytes
        By how much the process's memory grew at its peak; 0 where the system does not tell.
    """

    verdict: str
    said: str
    seconds: float
    extra_bytes: int

    @property
    def is_good(self) -> bool:
        """Whether the file was refused, within both bars."""
        return (
            self.verdict == REFUSED
            and self.seconds <= SECONDS_BAR
            and self.extra_bytes <= BYTES_BAR
        )


def watch(load: Callable[[Path], object], path: Path) -> Outcome:
    """Load a file; it is refused where one of pellucid's own errors comes, nothing else."""
    before = _begin_peak()
    start = time.process_time()
    try:
        load(path)
        verdict, said = ACCEPTED, ""
    except PellucidError as error:
        verdict, said = REFUSED, error.what
    except (Exception, RecursionError) as error:  # whatever else comes is what is looked for
        verdict, said = CRASHED, f"{type(error).__name__}: {error}"[:300]
    seconds = time.process_time() - start
    return Outcome(verdict, said, seconds, max(0, _memory("VmHWM") - before))


def _begin_peak() -> int:
    """Forget the peak of this process's memory (Linux), and return what it has now."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    return _memory("VmRSS")


def _memory(field: str) -> int:
    with suppress(OSError), Path("/proc/self/status").open() as stream:
        for line in stream:
            if line.startswith(field):
                return int(line.split()[1]) << 10
    return 0
