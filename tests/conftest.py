"""What every test shares: strict numerics, private caches, no network, the real data."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Fixed before JAX is first imported: the number of threads decides the last bits of a sum.
os.environ.setdefault("NPROC", "2")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
# Tests compile much and compute little: without LLVM's optimisations, a quarter of their time is
# saved, and by XLA's older, plainer way to write fused loops a third of the rest (measured on pages
# of the manual: 33 and 21 s). Compiled whole, not in parts beside each other, a training's programs
# cost a tenth less. `make test-all` tests the code that people run.
if os.environ.get("HYPOTHESIS_PROFILE") != "thorough":
    plain = "--xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false"
    os.environ.setdefault("XLA_FLAGS", f"{plain} --xla_cpu_parallel_codegen_split_count=1")
# Strict numerics: shapes must match in words, not by silent promotion of ranks.
os.environ.setdefault("JAX_NUMPY_RANK_PROMOTION", "raise")
if "PYTEST_XDIST_WORKER" not in os.environ:  # what this process sets, its workers inherit
    # All that tests, examples and browsers leave in the folder for temporary files goes with the
    # session; but for pytest's own, which it keeps a while for those who look for a failure.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir())
    tempfile.tempdir = os.environ["TMPDIR"] = tempfile.mkdtemp(prefix="pellucid-tests-")
    Path(tempfile.tempdir).chmod(0o755)  # some tests read as nobody
    atexit.register(shutil.rmtree, tempfile.tempdir, ignore_errors=True)
    # One compile cache for the whole session of tests, outside the person's own.
    os.environ.setdefault("PELLUCID_HOME", os.path.join(tempfile.tempdir, "home"))  # noqa: PTH118

settings.register_profile(
    "default",
    deadline=None,  # compilation makes first examples slow
    max_examples=10,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
)
settings.register_profile("thorough", parent=settings.get_profile("default"), max_examples=300)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

# JAX keeps each program with the MLIR context that it was written in, and to work in the next one
# costs a little for every one alive. After thousands, a third of a process's time went there, and
# the same tests of layers cost half as much again as in a new process. After so many programs, all
# are let go; the hundred that are needed again and again are compiled again.
_MOST_PROGRAMS = 1_000
_programs = 0


def _count(event: str, *_: object, **__: object) -> None:
    global _programs  # noqa: PLW0603 -- JAX tells its listeners of compilations, and nobody else
    _programs += event == "/jax/core/compile/backend_compile_duration"


def pytest_collection_finish() -> None:
    """Count programs from now on, where a file of tests has loaded JAX."""
    if jax := sys.modules.get("jax"):
        jax.monitoring.register_event_duration_secs_listener(_count)


def pytest_runtest_teardown() -> None:
    """Let go of programs where there are many."""
    global _programs  # noqa: PLW0603 -- as above
    if _programs > _MOST_PROGRAMS:
        sys.modules["jax"].clear_caches()
        _programs = 0


SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture
def private_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a test caches of its own, empty at the start."""
    home = tmp_path / "home"
    monkeypatch.setenv("PELLUCID_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real data sets, or skip: it lies beside some checkouts only."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the real data sets do not lie at {SHARED_DATA}")
    return SHARED_DATA
