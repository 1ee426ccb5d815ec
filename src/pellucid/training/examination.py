"""Examining the machine: whether a training works here, what would help it, how fast it is."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid import backend
from pellucid.data import list_builtin
from pellucid.errors import PellucidError
from pellucid.files import cache_folder
from pellucid.training.config import Config
from pellucid.training.run import start

_SIDE = 1024
_PRODUCTS = 20


@dataclass(frozen=True)
class Check:
    """One thing looked at.

    Attributes
    ----------
    name, ok, found
        What was looked at, whether it is as it should be, and what was found.
    remedy
        What to do where it is not.
    needed
        Whether training cannot work without it.
    """

    name: str
    ok: bool
    found: str
    remedy: str = ""
    needed: bool = False


def examine() -> dict[str, Any]:
    """Examine this machine; takes a few seconds.

    Returns
    -------
    dict
        ``conditions`` (versions, processor, threads), ``checks`` (a dict for each
        :class:`Check`), and ``fit``: whether everything needed works.
    """
    cache = backend.prepare()
    checks = [
        _check_cache_folder(),
        Check(
            "compile cache",
            cache.enabled,
            f"{cache.reason}; {cache.size() / 1e6:.1f} MB in {cache.folder}"
            if cache.enabled
            else f"off: {cache.reason}",
            "training works, but starts about a second later each time",
        ),
        _check_speed(),
        _check_training(),
        Check("built-in data", True, ", ".join(info.name for info in list_builtin())),
    ]
    return {
        "conditions": backend.conditions(),
        "checks": [asdict(check) for check in checks],
        "fit": all(check.ok for check in checks if check.needed),
    }


def matrix_product_rate() -> float:
    """Measure float32 matrix products through the engine, in floating-point operations a second.

    The best of several rounds of 1024 × 1024 products: what the machine can do undisturbed.
    """
    square = jnp.asarray(np.random.default_rng(0).random((_SIDE, _SIDE), dtype=np.float32))
    multiply = jax.jit(lambda a: a @ a)
    multiply(square).block_until_ready()
    best = np.inf
    for _ in range(_PRODUCTS):
        began = time.perf_counter()
        multiply(square).block_until_ready()
        best = min(best, time.perf_counter() - began)
    return float(2 * _SIDE**3 / best)


def _check_cache_folder() -> Check:
    try:
        folder = cache_folder()
        return Check("cache folder", True, str(folder))
    except PellucidError as error:
        remedy = "set PELLUCID_HOME to a folder you may write to"
        return Check("cache folder", False, error.what, remedy)


def _check_speed() -> Check:
    rate = matrix_product_rate()
    return Check("matrix products", True, f"{rate / 1e9:.0f} GFLOP/s in float32")


def _check_training() -> Check:
    """Train a small network to the end, as a person would."""
    began = time.perf_counter()
    try:
        outcome = start(Config.make(source="iris", epochs=30, seed=0), keep_run=False)
    except PellucidError as error:
        return Check("training", False, error.what, error.remedy or "", needed=True)
    accuracy = outcome.report["metrics"]["accuracy"]
    seconds = time.perf_counter() - began
    found = f"iris trained in {seconds:.1f} s, test accuracy {100 * accuracy:.1f} %"
    return Check("training", accuracy > 0.6, found, "please report this", needed=True)
