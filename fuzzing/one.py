"""One target in this process: ``python -m fuzzing.one TARGET [libFuzzer's arguments]``."""

from __future__ import annotations

import os
import resource
import sys
import time
from contextlib import suppress

os.environ.setdefault("POLARS_MAX_THREADS", "1")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import atheris

from fuzzing.targets import TARGETS

SECONDS_BAR, BYTES_BAR = 2.0, 200_000_000


class BarMissedError(Exception):
    """An input took more seconds of processors, or more memory, than any may."""


def main() -> None:
    """Fuzz the target named by the first argument until libFuzzer ends the process."""
    target = TARGETS[sys.argv[1]]
    with atheris.instrument_imports(include=["pellucid"]):
        from fuzzing.expected import EXPECTED

        read = target.read()
        # Once before: what is loaded and made at the first time only is watched, but not counted.
        for seed in target.seeds():
            with suppress(*EXPECTED):
                read(seed)

    def try_one(content: bytes) -> None:
        memory, start = _peak(), time.process_time()
        with suppress(*EXPECTED):
            read(content)
        seconds, grown = time.process_time() - start, _peak() - memory
        if seconds > SECONDS_BAR:
            raise BarMissedError(f"{seconds:.1f} s")
        if grown > BYTES_BAR:
            raise BarMissedError(f"{grown:,} bytes")

    atheris.Setup([sys.argv[0], *sys.argv[2:]], try_one)
    atheris.Fuzz()


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


if __name__ == "__main__":
    main()
