"""The process in which a file that was sent is tried: see `pellucid.studio.proof`.

A question comes over standard input, as JSON; the answer is the reader's refusal, or ``{}``.
"""

from __future__ import annotations

import json
import os
import re
import sys
from contextlib import suppress
from pathlib import Path

from pellucid.errors import PellucidError


def main() -> None:
    """Answer one question."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer
    question = json.load(sys.stdin)
    # Threads reserve memory that they do not use, each for itself.
    os.environ["POLARS_MAX_THREADS"] = str(min(4, os.cpu_count() or 1))
    from pellucid.training.config import Config
    from pellucid.training.looking import see_row
    from pellucid.training.opening import open_data

    _limit(question["memory"], question["processor"])
    config = Config.make(source=question["path"])
    told = {}
    try:
        open_data(config)
    except PellucidError as error:
        told = {
            "message": error.what, "where": error.where, "expected": error.expected,
            "remedy": error.remedy,
        }  # fmt: skip
    else:
        # What the person can mend by settings is no reason to refuse it.
        with suppress(PellucidError):
            see_row(config, 1)
    with answers:
        json.dump(told, answers)


def _limit(memory: int, processor: int) -> None:
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
