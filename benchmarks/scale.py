"""Large tables: how fast they are encoded and understood, and how little memory they take.

Every measurement is a process of its own with an empty cache. The tables are generated: numbers
of several scales, whole numbers, categories, dates and truth values, some of them missing.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.machine import ROOT, clean_environment

ROWS_TO_ENCODE = 1_000_000
BYTES_TO_UNDERSTAND = 10**9
MEMORY = 10**9
TIMES_THE_MEMORY = 4
_ROWS_AT_ONCE = 250_000
_SAMPLED_EVERY = 0.02


TASKS = ("encoding", "contract", "memory")


def measure_scale(
    starts: int, *, only: tuple[str, ...] = (), kept: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Measure encoding, contract and memory; return what the report needs, raw.

    Parameters
    ----------
    starts
        How often encoding and the contract are measured; the memory is measured once.
    only
        Which of them are measured; none: all. The others stay as they are in `kept`, an earlier
        answer.
    """
    wanted = [task for task in TASKS if not only or task in only or task not in (kept or {})]
    measured = {task: (kept or {}).get(task) for task in TASKS}
    with tempfile.TemporaryDirectory(prefix="pellucid-scale-") as folder:
        table = Path(folder) / "table.csv"
        if "encoding" in wanted:
            command = [sys.executable, "-m", "benchmarks.encode_ours"]
            measured["encoding"] = [json.loads(_timed(command)["output"]) for _ in range(starts)]
        if "contract" in wanted:
            _write(table, BYTES_TO_UNDERSTAND)
            measured["contract"] = [
                {name: run["seconds"] for name, run in _contract(table, folder).items()}
                for _ in range(starts)
            ]
        if "memory" in wanted:
            rows = _write(table, TIMES_THE_MEMORY * MEMORY)
            measured["memory"] = {"limit": MEMORY, "rows": rows, **_memory(table, folder)}
    return measured


def example_rows(start: int, n: int) -> pl.DataFrame:
    """Make rows ``start`` … of the table: 19 columns and a target that depends on some."""
    random = np.random.default_rng([start, n])
    numbers = random.normal(size=(n, 10))
    columns: dict[str, Any] = {
        f"number_{i}": np.round(numbers[:, i] * 10.0 ** (i % 4), 3) for i in range(10)
    }
    columns |= {f"whole_{i}": random.integers(0, 10 ** (i + 2), n) for i in range(4)}
    columns |= {
        "city": random.choice(["Berlin", "Lima", "Oslo", "Paris", "Quito"], n),
        "grade": random.choice(list("abcdefghij"), n),
        "shop": random.integers(0, 400, n).astype(str),
        "day": np.datetime64("2020-01-01") + random.integers(0, 1500, n),
        "member": random.random(n) < 0.3,
    }
    noise = random.normal(scale=0.5, size=n)
    columns["bought"] = np.where(numbers[:, 0] - numbers[:, 1] + noise > 0, "yes", "no")
    frame = pl.DataFrame(columns).with_columns(("shop " + pl.col("shop")).alias("shop"))
    holes = pl.Series(random.random(n) < 0.02)
    return frame.with_columns(
        pl.when(~holes).then(pl.col(name)) for name in ("number_3", "whole_1", "city", "day")
    )


def _write(path: Path, n_bytes: int) -> int:
    """Write a CSV file of at least so many bytes; return its number of rows."""
    rows = 0
    with path.open("wb") as stream:
        while stream.tell() < n_bytes:
            example_rows(rows, _ROWS_AT_ONCE).write_csv(stream, include_header=rows == 0)
            rows += _ROWS_AT_ONCE
    return rows


def _contract(table: Path, folder: str) -> dict[str, dict[str, Any]]:
    """Time ``pellucid data``: with an empty cache, and once more."""
    command = [sys.executable, "-m", "pellucid", "data", str(table), "--target", "bought", "--json"]
    with tempfile.TemporaryDirectory(dir=folder) as home:
        return {name: _timed(command, PELLUCID_HOME=home) for name in ("first", "again")}


def _memory(table: Path, folder: str) -> dict[str, Any]:
    """Train one epoch on the table under the limit; watch what the process takes."""
    command = [
        sys.executable, "-m", "pellucid", "train", str(table), "--target", "bought",
        "--memory", str(MEMORY), "--epochs", "1", "--json", "--quiet",
    ]  # fmt: skip
    with tempfile.TemporaryDirectory(dir=folder) as home:
        run = _timed(command, cwd=home, PELLUCID_HOME=home)
        report = json.loads(run["output"].splitlines()[-1])
        return {
            "file": table.stat().st_size,
            "peak": run["peak"],
            "mapped": run["mapped"],
            "seconds": report["seconds"],
            "accuracy": report["metrics"]["accuracy"],
        }


def _timed(command: list[str], cwd: str | None = None, **environment: str) -> dict[str, Any]:
    """Run a command; return its seconds, its output and the most memory it had.

    ``peak`` is what it had for itself, the anonymous memory; ``mapped`` the most pages of mapped
    files, its programs' own among them, which are the system's to take back.
    """
    began = time.perf_counter()
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            command,
            env=clean_environment(**environment),
            cwd=cwd or ROOT,
            stdout=output,
            stderr=subprocess.DEVNULL,
        )
        peak = mapped = 0
        while process.poll() is None:
            peak = max(peak, _resident_bytes(process.pid, "RssAnon"))
            mapped = max(mapped, _resident_bytes(process.pid, "RssFile"))
            time.sleep(_SAMPLED_EVERY)
        seconds = time.perf_counter() - began
        output.seek(0)
        text = output.read()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, text)
    return {"seconds": seconds, "output": text, "peak": peak, "mapped": mapped}


def _resident_bytes(pid: int, kind: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    sizes = [line.split()[1] for line in lines if line.startswith(f"{kind}:")]
    return 1024 * int(sizes[0]) if sizes else 0
