"""Fuzz the readers: ``python -m fuzzing [TARGET …]``; by default all, 1,000,000 inputs each.

Each target runs in a process of its own, two at a time. What makes one crash, hang or take too much
memory is kept in the folder; the exit status then is 1. Inputs that reach new lines are kept as
well, and a later run begins with them and does what is left of the inputs asked for.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

from fuzzing.targets import TARGETS, Target

HANG_SECONDS = 60  # of the clock: other work on the machine must not look like a hang
MEMORY_MB = 2_000  # of the whole process, with JAX and Polars in it


@dataclass(frozen=True)
class Result:
    """What became of a target, in all runs: inputs, failures, coverage, seconds of a processor."""

    target: str
    inputs: int = 0
    failures: list[str] = field(default_factory=list)
    lines_and_edges: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        """Say it in one line."""
        verdict = f"FAILED: {', '.join(self.failures)}" if self.failures else "no failure"
        return (
            f"{self.target:<12} {self.inputs:>9,} inputs in {self.seconds:>6,.0f} s of a "
            f"processor, {self.inputs / max(1.0, self.seconds):>6,.0f} a second, "
            f"{self.lines_and_edges:>5,} edges: {verdict}"
        )


def fuzz(target: Target, runs: int, seconds: int, folder: Path) -> Result:
    """Do what is left of so many inputs to a target; all of it lies in a folder of its name."""
    before = _done(target, folder)
    if before.inputs >= runs and not before.failures:
        return before
    own = folder / target.name
    corpus, failing = own / "corpus", own / "failing"
    for one in (corpus, failing):
        one.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds()):
        (corpus / f"seed-{number:03d}").write_bytes(seed)
    flags = {
        "runs": max(1, runs - before.inputs), "max_total_time": seconds,
        "max_len": target.most_bytes, "timeout": HANG_SECONDS, "rss_limit_mb": MEMORY_MB,
        # By the clock, a busy machine makes any input slow; seconds of the processor are watched.
        "report_slow_units": HANG_SECONDS,
        "artifact_prefix": f"{failing}/", "print_final_stats": 1, "seed": 1 + before.inputs,
        "verbosity": 1, "len_control": 0,
    }  # fmt: skip
    command = [sys.executable, "-m", "fuzzing.one", target.name, str(corpus)]
    command += [f"-{flag}={value}" for flag, value in flags.items()]
    with (own / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    said = (own / "log").read_text(errors="replace")
    failures = [path.name for path in sorted(failing.iterdir())]
    if status and not failures:
        failures = [f"exit status {process.returncode}, see {own / 'log'}"]
    result = Result(
        target.name,
        before.inputs + _number(r"stat::number_of_executed_units:\s+(\d+)", said),
        failures,
        max(before.lines_and_edges, _number(r".*\bcov: (\d+)", said)),
        before.seconds + used.ru_utime + used.ru_stime,
    )
    (own / "result.json").write_text(json.dumps(asdict(result)) + "\n", encoding="utf-8")
    return result


def _done(target: Target, folder: Path) -> Result:
    """Return what earlier runs in the same folder did."""
    store = folder / target.name / "result.json"
    if not store.is_file():
        return Result(target.name)
    return Result(**json.loads(store.read_text(encoding="utf-8")))


def _number(pattern: str, text: str) -> int:
    """Return the last number that a pattern finds."""
    found = re.findall(pattern, text)
    return int(found[-1]) if found else 0


def main() -> int:
    """Fuzz the targets asked for, and report."""
    parser = argparse.ArgumentParser(prog="python -m fuzzing", description=__doc__)
    parser.add_argument("targets", nargs="*", help=f"of {', '.join(TARGETS)} (default: all)")
    parser.add_argument(
        "--runs", type=int, default=1_000_000, help="inputs for each target, in all"
    )
    parser.add_argument(
        "--seconds", type=int, default=0, help="at most, for each, now; 0: no limit"
    )
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
    return 1 if any(result.failures for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
