"""Disks that are full: changes to files that fail as the operating system lets them fail."""

from __future__ import annotations

import errno
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_CHANGES = {"os.rename", "os.mkdir", "os.chmod"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class FullDisk:
    """A disk on which changes in one folder fail: the n-th of them, or all from the n-th on.

    A change is the making, opening for writing, renaming, flushing or growing of a file, or the
    making of a folder. Python tells of most before it asks the system ("Audit events table"), and
    what is raised then reaches the program as if the system had said so. Files can still be
    removed, as on any full disk.
    """

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.fails_at, self.for_good, self.seen = 0, False, 0
        self._places: dict[int, str] = {}
        sys.addaudithook(self._hear)  # for the rest of the process; it does nothing when off

    @contextmanager
    def failing(self, folder: Path, fails_at: int, *, for_good: bool) -> Iterator[FullDisk]:
        """Let changes in the folder fail while the block runs."""
        self.folder, self.fails_at, self.for_good, self.seen = folder, fails_at, for_good, 0
        with pytest.MonkeyPatch.context() as patch:
            flush = os.fsync

            def fsync(descriptor: int) -> None:
                path = Path(f"/proc/self/fd/{descriptor}")
                self._change(str(path.readlink()) if path.exists() else str(folder / "file"))
                flush(descriptor)

            patch.setattr(os, "fsync", fsync)
            try:
                yield self
            finally:
                self.folder = None

    def _hear(self, event: str, told: tuple[Any, ...]) -> None:
        if self.folder is None:
            return
        writes = event == "open" and isinstance(told[2], int) and told[2] & _WRITING
        if (writes or event in _CHANGES) and isinstance(told[0], str | os.PathLike):
            self._change(os.fspath(told[0]))

    def _change(self, path: str) -> None:
        if self.folder is None or not os.path.realpath(path).startswith(str(self.folder)):
            return
        self.seen += 1
        if self.seen == self.fails_at or (self.for_good and self.seen > self.fails_at):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)


@contextmanager
def no_file_larger_than(n_bytes: int) -> Iterator[None]:
    """Let the system itself refuse to let any file grow beyond a size while the block runs."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
