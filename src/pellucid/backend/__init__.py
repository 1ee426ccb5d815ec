"""How JAX is set up on this machine: once a process, before the first array is made.

``prepare`` is called by everything that computes. It costs the import of JAX (0.7–1 s) and a
few milliseconds; calling it again costs nothing. It opens the compile cache
(:mod:`pellucid.backend.compile_cache`), so that a network of known shapes starts in a tenth
of a second the next time. ``conditions`` states what decides the last bits of a result.
"""

from __future__ import annotations

import functools
import os
import platform
import sys
from importlib.metadata import version

from pellucid.backend.compile_cache import CompileCache, open_compile_cache


@functools.cache
def prepare() -> CompileCache:
    """Import and configure JAX; return the state of the compile cache."""
    return open_compile_cache()


def thread_count() -> int:
    """Return how many threads the engine computes with (``NPROC``, else the cores it may use).

    The number decides in which order sums are added up, and with it their last bits.
    """
    if hasattr(os, "sched_getaffinity"):
        available = len(os.sched_getaffinity(0))
    else:
        available = os.cpu_count() or 1
    try:
        return int(os.environ["NPROC"])
    except (KeyError, ValueError):
        return available


def conditions() -> dict[str, str | int]:
    """State what a bit-for-bit repetition depends on: versions, processor, threads, devices."""
    import jax

    return {
        "pellucid": version("pellucid"),
        "jax": version("jax"),
        "jaxlib": version("jaxlib"),
        "numpy": version("numpy"),
        "python": platform.python_version(),
        "system": sys.platform,
        "processor": processor_name(),
        "threads": thread_count(),
        "devices": f"{jax.device_count()} × {jax.devices()[0].platform}",
    }


@functools.cache
def processor_name() -> str:
    """Return the processor's name as the system gives it, such as ``AMD EPYC``."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123 -- not a real file
            for line in lines:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine() or "unknown"
