"""Fuzz the readers: ``python -m fuzzing [TARGET …]``; by default all, 1,000,000 inputs each.

Each target runs in a process of its own, two at a time. What makes one crash, hang or take too much
memory is kept in the folder; the exit status then is 1. Inputs that reach new lines are kept as
well, and a later run begins with them.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from fuzzing.targets import TARGETS, Target

HANG_SECONDS = 60  # of the clock: other work on the machine must not look like a hang
MEMORY_MB = 2_000  # of the whole process, with JAX and Polars in it


@dataclass(frozen=True)
class Result:
    """What became of a target: how many inputs, how many failures, coverage and speed."""

    target: str
    inputs: int
    failures: list[str]
    lines_and_edges: int
    seconds: float

    def __str__(self) -> str:
        """Say it in one line."""
        verdict = f"FAILED: {', '.join(self.failures)}" if self.failures else "no failure"
        return (
            f"{self.target:<12} {self.inputs:>9,} inputs in {self.seconds:>6,.0f} s, "
            f"{self.lines_and_edges:>5,} edges: {verdict}"
        )


def fuzz(target: Target, runs: int, seconds: int, folder: Path) -> Result:
    """Run a target; its seeds, corpus, log and failing inputs lie in a folder of its name."""
    own = folder / target.name
    corpus, failing = own / "corpus", own / "failing"
    for one in (corpus, failing):
        one.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds()):
        (corpus / f"seed-{number:03d}").write_bytes(seed)
    flags = {
        "runs": runs, "max_total_time": seconds, "max_len": target.most_bytes,
        "timeout": HANG_SECONDS, "rss_limit_mb": MEMORY_MB, "artifact_prefix": f"{failing}/",
        "print_final_stats": 1, "seed": 1, "verbosity": 1, "len_control": 0,
    }  # fmt: skip
    command = [sys.executable, "-m", "fuzzing.one", target.name, str(corpus)]
    command += [f"-{flag}={value}" for flag, value in flags.items()]
    start = time.monotonic()
    with (own / "log").open("wb") as log:
        status = subprocess.run(command, stdout=log, stderr=log, check=False).returncode
    said = (own / "log").read_text(errors="replace")
    failures = [path.name for path in sorted(failing.iterdir())]
    if status and not failures:
        failures = [f"exit status {status}, see {own / 'log'}"]
    return Result(
        target.name,
        _number(r"stat::number_of_executed_units:\s+(\d+)", said),
        failures,
        _number(r".*\bcov: (\d+)", said),
        time.monotonic() - start,
    )


def _number(pattern: str, text: str) -> int:
    """Return the last number that a pattern finds."""
    found = re.findall(pattern, text)
    return int(found[-1]) if found else 0


def main() -> int:
    """Fuzz the targets asked for, and report."""
    parser = argparse.ArgumentParser(prog="python -m fuzzing", description=__doc__)
    parser.add_argument("targets", nargs="*", help=f"of {', '.join(TARGETS)} (default: all)")
    parser.add_argument("--runs", type=int, default=1_000_000, help="inputs for each target")
    parser.add_argument("--seconds", type=int, default=0, help="at most, for each; 0: no limit")
    parser.add_argument("--jobs", type=int, default=2, help="targets at a time")
    parser.add_argument("--folder", type=Path, default=Path(".fuzzing"))
    options = parser.parse_args()
    if unknown := sorted(set(options.targets) - set(TARGETS)):
        parser.error(f"no target called {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    chosen = [TARGETS[name] for name in options.targets or TARGETS]
    with ThreadPoolExecutor(options.jobs) as pool:
        running = [
            pool.submit(fuzz, target, options.runs, options.seconds, options.folder)
            for target in chosen
        ]
        results = []
        for future in running:
            results.append(future.result())
            print(results[-1], flush=True)
    store = options.folder / "results.json"
    store.write_text(json.dumps(list(map(asdict, results)), indent=1) + "\n", encoding="utf-8")
    return 1 if any(result.failures for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
