"""The machine, the interpreters and the environment that the numbers belong to.

Run as ``python -m benchmarks.machine`` it prints what its own interpreter has, as JSON.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.images import DIGITS_VARIABLE

ROOT = Path(__file__).resolve().parent.parent
CORES = 2
PEERS_VARIABLE = "PELLUCID_PEERS_PYTHON"
DEFAULT_PEERS_PYTHON = Path(".venv-peers/bin/python")
REPORTED_PACKAGES = (
    "pellucid",
    "jax",
    "jaxlib",
    "optax",
    "keras",
    "torch",
    "scikit-learn",
    "numpy",
)
# Settings that would slow a contestant down, or let it find what an earlier run compiled.
DROPPED_VARIABLES = (
    "OPENBLAS_CORETYPE",
    "OPENBLAS_L2_SIZE",
    "XLA_FLAGS",
    "JAX_COMPILATION_CACHE_DIR",
    "PELLUCID_HOME",
)
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC")


class PeersMissingError(RuntimeError):
    """The peers' Python environment is not there."""


def peers_python() -> Path:
    """Return the interpreter that has PyTorch, Keras and scikit-learn.

    Raises
    ------
    PeersMissingError
        Where neither PELLUCID_PEERS_PYTHON nor .venv-peers leads to one.
    """
    named = os.environ.get(PEERS_VARIABLE)
    # Not resolved: a virtual environment's python is a link, and is known by the link's place.
    python = Path(named).expanduser().absolute() if named else ROOT / DEFAULT_PEERS_PYTHON
    if not python.is_file():
        raise PeersMissingError(
            f"No Python with the peers (PyTorch, Keras, scikit-learn) at {python}. `make bench` "
            f"makes one in .venv-peers from requirements/peers.txt; {PEERS_VARIABLE} names another."
        )
    return python


def clean_environment(**extra: str) -> dict[str, str]:
    """Return the environment every measured process runs in: two threads, CPU, nothing odd."""
    environment = {k: v for k, v in os.environ.items() if k not in DROPPED_VARIABLES}
    environment.update(dict.fromkeys(THREAD_VARIABLES, str(CORES)))
    # XLA's INFO and WARNING lines say nothing about the measurement.
    environment.update(JAX_PLATFORMS="cpu", KERAS_BACKEND="jax", TF_CPP_MIN_LOG_LEVEL="2")
    environment.update(PYTHONPATH=str(ROOT), **extra)
    if digits := environment.get(DIGITS_VARIABLE):  # some processes run in another folder
        environment[DIGITS_VARIABLE] = str(Path(digits).expanduser().absolute())
    return environment


def keep_to_two_cores() -> list[int]:
    """Keep this process and those it starts to two cores, where the system can.

    Returns
    -------
    list of int
        The cores kept; empty where the system knows no such limit (macOS, Windows).
    """
    if not hasattr(os, "sched_setaffinity"):
        return []
    cores = sorted(os.sched_getaffinity(0))[:CORES]
    os.sched_setaffinity(0, cores)
    return cores


def cpu_seconds_of(process: int) -> float:
    """Return the processor time that a process has used so far (Linux; elsewhere 0)."""
    path = Path(f"/proc/{process}/stat")
    if not path.is_file():
        return 0.0
    fields = path.read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def busy_seconds_of_machine() -> float | None:
    """Return how long all cores together were busy since the start (Linux; elsewhere None).

    Time that a host took away from a virtual machine counts as busy.
    """
    path = Path("/proc/stat")
    if not path.is_file():
        return None
    user, nice, system, _idle, _waiting, irq, soft_irq, stolen = (
        int(ticks) for ticks in path.read_text(encoding="utf-8").split(maxsplit=9)[1:9]
    )
    busy = user + nice + system + irq + soft_irq + stolen
    return busy / os.sysconf("SC_CLK_TCK")


class OtherWork:
    """How busy the machine was with anything but the processes measured.

    Parameters
    ----------
    own_seconds
        Returns the processor time used so far by all that is measured.
    """

    def __init__(self, own_seconds: Callable[[], float]) -> None:
        self._own_seconds = own_seconds
        self._started = time.perf_counter(), busy_seconds_of_machine(), own_seconds()

    def share(self) -> float | None:
        """Return the share of all cores' time since the start; None where it is not known."""
        clock, busy, own = self._started
        busy_now = busy_seconds_of_machine()
        if busy is None or busy_now is None:
            return None
        foreign = (busy_now - busy) - (self._own_seconds() - own)
        cores = os.cpu_count() or 1
        return max(0.0, foreign / (cores * (time.perf_counter() - clock)))


def seconds_of_ended_processes() -> float:
    """Return the processor time of this process and of all it started that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def describe_machine() -> dict[str, Any]:
    """Describe processor, cores, system, and the packages of both interpreters."""
    return {
        "processor": _processor(),
        "cores_of_machine": os.cpu_count(),
        "cores_used": keep_to_two_cores(),
        "system": platform.platform(),
        "load_at_start": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "ours": _ask_interpreter(Path(sys.executable)),
        "peers": _ask_interpreter(peers_python()),
    }


def describe_interpreter() -> dict[str, Any]:
    """Describe this interpreter: versions, and the kernel NumPy's matrix products run on."""
    import numpy as np
    import threadpoolctl

    np.ones((2, 2)) @ np.ones((2, 2))
    blas = [pool for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
    versions = {}
    for package in REPORTED_PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    kernels = ", ".join(
        f"{pool['internal_api']} {pool['version']}, kernel {pool.get('architecture', 'unnamed')}, "
        f"{pool['num_threads']} threads"
        for pool in blas
    )
    return {
        "python": platform.python_version(),
        "versions": versions,
        "numpy_kernel": kernels or "unknown (threadpoolctl sees no BLAS)",
    }


def _ask_interpreter(python: Path) -> dict[str, Any]:
    answer = subprocess.run(
        [python, "-m", "benchmarks.machine"],
        env=clean_environment(),
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    described: dict[str, Any] = json.loads(answer.stdout)
    return described


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if not cpuinfo.is_file():
        return platform.processor() or platform.machine()
    first_core = cpuinfo.read_text(encoding="utf-8").split("\n\n", maxsplit=1)[0]
    facts = {
        key.strip(): value.strip()
        for key, _, value in (line.partition(":") for line in first_core.splitlines())
    }
    flags = facts.get("flags", "").split()
    widest = next((name for name in ("avx512f", "avx2", "avx") if name in flags), "no AVX")
    family, model = facts.get("cpu family", "?"), facts.get("model", "?")
    name = facts.get("model name", platform.machine())
    return f"{name} (family {family}, model {model}, {widest})"


if __name__ == "__main__":
    print(json.dumps(describe_interpreter()))
