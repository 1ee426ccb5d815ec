"""Where files live, and how they are written so that none is ever half there.

A file is written to a temporary name beside its goal, flushed to the disk, and moved into
place in one step; a reader sees the old file or the new one, never a part. Caches live under
one private folder: ``PELLUCID_HOME`` where set, the system's cache folder otherwise.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import platformdirs

from pellucid.errors import OutputError

ONE_MIB = 1 << 20


def cache_folder(*parts: str) -> Path:
    """Return a folder under the private cache, made if need be and closed to other users.

    Parameters
    ----------
    *parts
        Names of the folders below the cache's root.

    Raises
    ------
    OutputError
        Where the folder cannot be made.
    """
    return _private(platformdirs.user_cache_dir, parts)


def data_folder(*parts: str) -> Path:
    """Return a folder for what must not be thrown away, as private as `cache_folder`'s."""
    return _private(platformdirs.user_data_dir, parts)


UPLOADS = "uploads"
"""The data folder of what came from a browser."""
NEW = "new"
"""The folder in it of what is still being sent or tried."""


def is_upload(path: Path) -> bool:
    """Tell whether a path lies among what came from a browser; no folder is made."""
    return path.resolve().is_relative_to(_uploads())


def folder_sent(path: Path) -> Path | None:
    """Return the folder that came from a browser as a whole and in which a path lies; or None.

    Its name ends in the digest of what was sent, or is that of a folder still being tried.
    """
    above = [path, *path.parents]
    own = [one for one in above if one.resolve().parent in (_uploads(), _uploads() / NEW)]
    return next((one for one in own if one.is_dir() and one.name != NEW), None)


def _uploads() -> Path:
    return (_root(platformdirs.user_data_dir) / UPLOADS).resolve()


def _root(place: Callable[..., str]) -> Path:
    home = os.environ.get("PELLUCID_HOME")
    return Path(home) if home else Path(place("pellucid", appauthor=False))


def _private(place: Callable[..., str], parts: tuple[str, ...]) -> Path:
    root = _root(place)
    folder = root.joinpath(*parts)
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        for step in [root, *(root.joinpath(*parts[:n]) for n in range(1, len(parts) + 1))]:
            step.mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        raise cannot_write(folder, error) from error
    return folder


_STALE_SECONDS = 24 * 60 * 60


def remove_stale(folder: Path) -> None:
    """Remove the files and folders in a folder that nobody has touched for a day.

    For folders of what lives for minutes: whatever is older was left by a process that was killed.
    """
    for path in folder.iterdir():
        with suppress(OSError):
            if time.time() - path.stat().st_mtime <= _STALE_SECONDS:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


def cannot_write(path: Path, error: OSError) -> OutputError:
    """Word an operating system's refusal to write (made here, raised by the caller)."""
    remedies = {
        errno.ENOSPC: "free some space on this disk, or choose another folder",
        errno.EDQUOT: "your quota is used up: free some space, or choose another folder",
        errno.EFBIG: "files as large are not allowed here (ulimit -f): choose another folder",
        errno.EROFS: "this file system is read-only: choose another folder",
        errno.EACCES: "choose a folder you may write to, or change its permissions",
        errno.EPERM: "choose a folder you may write to, or change its permissions",
        errno.ENOTDIR: "a part of this path is a file: choose another folder",
        errno.EEXIST: "something with that name is in the way: choose another name",
    }
    reason = error.strerror or type(error).__name__
    return OutputError(
        f"Cannot write {path}: {reason.lower()}.",
        remedy=remedies.get(error.errno or 0, "choose another place to write to"),
    )


@contextmanager
def written_atomically(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that appears under its name only when it is whole.

    Parameters
    ----------
    path
        The file's final name. An existing file there is replaced in one step.

    Raises
    ------
    OutputError
        Where the file cannot be written (no permission, no space); nothing is left behind,
        and an existing file is untouched.
    """
    path = Path(path)
    temporary: Path | None = None
    try:
        descriptor, name = tempfile.mkstemp(
            prefix=f".{path.name}.", suffix=".part", dir=path.parent
        )
        temporary = Path(name)
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
        temporary = None
        _sync_folder(path.parent)
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        raise cannot_write(path, error) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()


def write_atomically(path: Path, content: bytes | bytearray | str) -> None:
    """Write a whole file in one step; text is encoded as UTF-8. Raises as above."""
    with written_atomically(path) as stream:
        stream.write(content.encode() if isinstance(content, str) else content)


def sha256_of(read: Callable[[int], bytes]) -> str:
    """Hash what ``read(size)`` yields until it yields nothing; a file's ``.read`` will do."""
    digest = hashlib.sha256()
    while block := read(ONE_MIB):
        digest.update(block)
    return digest.hexdigest()


def _umask() -> int:
    mask = os.umask(0o077)  # can only be read by setting it
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut, where the system can (Windows cannot)."""
    with suppress(OSError, AttributeError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
