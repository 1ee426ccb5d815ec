"""What is built from ``web/`` with Node."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
WEB = ROOT / "web"
_OLDEST_NODE = (20, 19)


def installed() -> Path:
    """Return the folder of the sources, its packages installed; skips where Node is absent."""
    if not WEB.is_dir():
        pytest.skip("the sources of the page are not here")
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("the page is built with Node, which is not installed")
    version = run([node, "--version"]).strip().lstrip("v").split(".")
    if tuple(map(int, version[:2])) < _OLDEST_NODE:
        pytest.skip(f"the page is built with Node {_OLDEST_NODE[0]}.{_OLDEST_NODE[1]} or newer")
    # Several workers of one test run: the first installs, the others wait for it.
    with (Path(tempfile.gettempdir()) / "pellucid-web.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        mark = WEB / "node_modules" / ".package-lock.json"
        if not mark.exists() or mark.stat().st_mtime < (WEB / "package-lock.json").stat().st_mtime:
            run([npm, "ci", "--silent"])
    return WEB


def run(command: list[str]) -> str:
    """Run a command among the sources; what it said is in the failure where it fails."""
    done = subprocess.run(command, cwd=WEB, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout
