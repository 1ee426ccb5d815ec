"""Damage files and load each: ``python -m reliability.damage [COUNT]``.

Prints what became of them, and writes it as JSON; the exit status is 1 where one was accepted, made
pellucid crash, or took too long or too much memory. Such files are kept.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from reliability.damage.trial import BYTES_BAR, SECONDS_BAR
from reliability.damage.trying import Tally, try_files

AT_ONCE = 500


def _chunks(count: int, first: int) -> Iterator[range]:
    for start in range(first, first + count, AT_ONCE):
        yield range(start, min(start + AT_ONCE, first + count))


def main() -> int:
    """Try as many files as asked for, on several cores, and report."""
    parser = argparse.ArgumentParser(prog="python -m reliability.damage", description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first file")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--kept", type=Path, default=Path("damage-kept"), help="files not refused")
    parser.add_argument("--json", type=Path, help="where the result is written as JSON")
    options = parser.parse_args()
    options.kept.mkdir(parents=True, exist_ok=True)
    total, start = Tally(), time.perf_counter()
    with ProcessPoolExecutor(options.processes, mp_context=get_context("spawn")) as pool:
        tried = [
            pool.submit(try_files, chunk, options.seed, options.kept)
            for chunk in _chunks(options.count, options.first)
        ]
        for done, future in enumerate(tried, start=1):
            total.add(future.result())
            write(total, time.perf_counter() - start, options.json)
            print(f"\r{done * AT_ONCE:>9,} files", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    report(total, time.perf_counter() - start)
    if not any(options.kept.iterdir()):
        options.kept.rmdir()
    return 1 if total.failures else 0


def report(total: Tally, seconds: float) -> None:
    """Print what became of the files."""
    for way, times in sorted(total.ways.items()):
        print(f"{times:>8,}  {way}")
    print(f"\n{total.verdicts.total():,} damaged files in {seconds:,.0f} s: {dict(total.verdicts)}")
    print(f"slowest load {total.slowest_seconds:.3f} s (bar {SECONDS_BAR:g})")
    print(f"most memory {total.most_bytes / 1e6:.0f} MB more (bar {BYTES_BAR / 1e6:.0f})")
    for failure in total.failures[:20]:
        print(f"FAILED {failure}")


def write(total: Tally, seconds: float, store: Path | None) -> None:
    """Write what became of the files so far as JSON, where asked to."""
    if store is not None:
        plain = {**vars(total), "seconds": seconds}
        store.write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
