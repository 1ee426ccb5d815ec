"""A folder in memory for the files that readers are given: most readers take a path."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 -- only a folder of our own in it is used


def written(name: str, content: bytes) -> Path:
    """Write a file of this name, in place of the one before, and return its path."""
    path = folder() / name
    path.write_bytes(content)
    return path


@cache
def folder() -> Path:
    """Return this process's own folder."""
    where = _SHARED_MEMORY if _SHARED_MEMORY.is_dir() else None
    return Path(tempfile.mkdtemp(prefix="pellucid-fuzzing-", dir=where))
