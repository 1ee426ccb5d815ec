"""Decoded files, kept as memory-mapped arrays in the cache folder.

A *segment* is one folder: the arrays of the files that one call decoded, one row a file, and
which file each row is. A file is known by its path, size and time of last change, so that a
changed file is a new one. Segments are whole or absent: they are made under another name and
moved into place. Every row has a checksum that is held against it when it is read; a damaged
row is decoded again from its file.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.data.media.form import Form
from pellucid.data.table import Array
from pellucid.errors import OutputError, SettingError
from pellucid.files import cache_folder, cannot_write
from pellucid.memory import parse_bytes

FORMAT_VERSION = 1
LIMIT_VARIABLE = "PELLUCID_CACHE_LIMIT"
DEFAULT_LIMIT = 20 * 10**9
# An unfinished segment of a process that was killed is rubbish after so long.
_STALE_SECONDS = 24 * 3600


def fingerprint(path: str, status: os.stat_result) -> bytes:
    """Return 16 bytes that stand for a file as it is now: path, size and times of change."""
    text = f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0{status.st_ctime_ns}"
    return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).digest()


def cache_limit() -> int:
    """Return the most bytes that kept data may take: 20 GB, or ``PELLUCID_CACHE_LIMIT``.

    Raises
    ------
    SettingError
        Where the variable holds no size such as ``500M``, ``20G`` or a number of bytes.
    """
    text = os.environ.get(LIMIT_VARIABLE, "").strip()
    if not text:
        return DEFAULT_LIMIT
    size = parse_bytes(text)
    if size is None:
        raise SettingError(
            f"{LIMIT_VARIABLE} cannot be {text!r}.",
            expected="a size such as 500M or 20G; 0 keeps nothing",
        )
    return size


@dataclass(frozen=True)
class Segment:
    """The decoded arrays of some files, on disk.

    Attributes
    ----------
    folder
        Where it lies.
    rows
        The arrays, memory-mapped, shape ``(n, *shape)``.
    keys
        Each row's fingerprint, as two columns of uint64, shape ``(n, 2)``.
    checksums
        The CRC-32 of each row's bytes, uint32, shape ``(n,)``.
    reasons
        Why a row could not be read, by row; its numbers mean nothing.
    is_kept
        False where it is too large for the cache and goes with this process.
    """

    folder: Path
    rows: Array
    keys: Array
    checksums: Array
    reasons: dict[int, str]
    is_kept: bool = True

    @cached_property
    def _order(self) -> Array:
        return np.argsort(self.keys[:, 0], kind="stable")

    def find(self, keys: Array) -> Array:
        """Return the row of each fingerprint ``(m, 2)``, or -1; int64, shape ``(m,)``."""
        if not len(self.keys):
            return np.full(len(keys), -1, dtype=np.int64)
        order = self._order
        place = np.searchsorted(self.keys[order, 0], keys[:, 0])
        rows = order[np.minimum(place, len(order) - 1)]
        return np.where((self.keys[rows] == keys).all(axis=1), rows, -1)

    def is_whole(self, row: int) -> bool:
        """Tell whether a row still has its checksum."""
        return zlib.crc32(self.rows[row].tobytes()) == int(self.checksums[row])


class Draft:
    """A segment in the making: a folder that nobody finds until it is moved into place.

    Parameters
    ----------
    form
        What its files are brought to.
    n
        How many files.

    Raises
    ------
    OutputError
        Where the cache folder cannot be written, or has no room for the arrays.
    """

    def __init__(self, form: Form, n: int) -> None:
        self.form, self.n = form, n
        self.parent = folder_of(form)
        _remove_stale(self.parent)
        try:
            self.folder = Path(tempfile.mkdtemp(prefix=".", suffix=".part", dir=self.parent))
            self.rows_path = self.folder / "rows.raw"
            self._reserve(self.n_bytes)
        except OSError as error:
            self.discard()
            raise cannot_cache(self.parent, error) from error

    @property
    def n_bytes(self) -> int:
        """The size of all arrays."""
        return int(np.prod((self.n, *self.form.shape))) * np.dtype(self.form.dtype).itemsize

    def finish(self, keys: Array, checksums: Array, reasons: dict[int, str]) -> Segment:
        """Move the segment into place, make room for it, and return it.

        A segment that is larger than the cache may be is used, and gone with this process.
        """
        about = {
            "version": FORMAT_VERSION, "n": self.n, "shape": list(self.form.shape),
            "dtype": self.form.dtype, "form": self.form.key(),
            "reasons": {str(row): reason for row, reason in reasons.items()},
        }  # fmt: skip
        try:
            np.save(self.folder / "keys.npy", keys)
            np.save(self.folder / "checksums.npy", checksums)
            about["index"] = _index_hash(keys, checksums)
            text = json.dumps(about)
            (self.folder / "about.json").write_text(text, encoding="utf-8")
            keep = self.n_bytes <= cache_limit()
            if keep:
                folder = self.parent / f"{time.time_ns():020d}-{os.getpid()}"
                self.folder.rename(folder)
                self.folder = folder
        except OSError as error:
            self.discard()
            raise cannot_cache(self.parent, error) from error
        segment = Segment(
            self.folder,
            _mapped(self.folder, self.n, self.form),
            keys,
            checksums,
            reasons,
            keep,
        )
        if keep:
            make_room(keeping=self.folder)
        else:
            self.discard()  # what is mapped stays readable until this process lets go of it
        return segment

    def discard(self) -> None:
        """Remove the folder and what is in it."""
        if hasattr(self, "folder"):
            shutil.rmtree(self.folder, ignore_errors=True)

    def _reserve(self, size: int) -> None:
        """Take the room at once: a full disk is then an error here, not a crash in a mapping."""
        with self.rows_path.open("wb") as stream:
            if size and hasattr(os, "posix_fallocate"):
                os.posix_fallocate(stream.fileno(), 0, size)
            else:
                stream.truncate(size)


def segments(form: Form) -> Iterator[Segment]:
    """Open every segment of this form, the newest first; damaged ones are removed."""
    parent = folder_of(form)
    for folder in sorted(parent.iterdir(), reverse=True):
        if folder.name.startswith("."):
            continue
        segment = _open(folder, form)
        if segment is None:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            yield segment


def mark_used(segment: Segment) -> None:
    """Note that a segment was used just now; what was not used for longest goes first."""
    with suppress(OSError):
        os.utime(segment.folder)


def remove(segment: Segment) -> None:
    """Remove a segment; what is mapped of it stays readable."""
    shutil.rmtree(segment.folder, ignore_errors=True)


def make_room(keeping: Path | None = None) -> None:
    """Remove the least recently used segments until the rest is within `cache_limit`."""
    limit = cache_limit()
    found = []
    with suppress(OSError):
        for folder in cache_folder("media").glob("*/*/[!.]*"):
            with suppress(OSError):
                size = sum(file.stat().st_size for file in folder.iterdir())
                found.append((folder == keeping, folder.stat().st_mtime_ns, size, folder))
    total = 0
    for is_kept, _, size, folder in sorted(found, reverse=True):
        total += size
        if total > limit and not is_kept:
            shutil.rmtree(folder, ignore_errors=True)


def as_keys(fingerprints: Sequence[bytes]) -> Array:
    """Return fingerprints as two columns of uint64, shape ``(n, 2)``."""
    return np.frombuffer(b"".join(fingerprints), dtype=np.uint64).reshape(-1, 2)


def folder_of(form: Form) -> Path:
    """Return the folder of all segments of one form, made if need be."""
    text = json.dumps([FORMAT_VERSION, form.shape, form.dtype, form.key()], sort_keys=True)
    name = hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
    return cache_folder("media", form.medium, name)


def _open(folder: Path, form: Form) -> Segment | None:
    """Open a segment, or return None where anything about it is not as it was written."""
    try:
        about: dict[str, Any] = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        keys = np.load(folder / "keys.npy", allow_pickle=False)
        checksums = np.load(folder / "checksums.npy", allow_pickle=False)
        if about["index"] != _index_hash(keys, checksums) or about["version"] != FORMAT_VERSION:
            return None
        rows = _mapped(folder, int(about["n"]), form)
        reasons = {int(row): str(reason) for row, reason in about["reasons"].items()}
        if not len(rows) == len(keys) == len(checksums):
            return None
    except (OSError, ValueError, KeyError, TypeError, EOFError, AttributeError):
        return None
    return Segment(folder, rows, keys, checksums, reasons)


def _mapped(folder: Path, n: int, form: Form) -> Array:
    path, shape = folder / "rows.raw", (n, *form.shape)
    if path.stat().st_size != int(np.prod(shape)) * np.dtype(form.dtype).itemsize:
        raise ValueError("the arrays are not as long as they were")
    if 0 in shape:
        return np.zeros(shape, dtype=form.dtype)
    return np.memmap(path, dtype=form.dtype, mode="r", shape=shape)


def _index_hash(keys: Array, checksums: Array) -> str:
    digest = hashlib.blake2b(keys.tobytes(), digest_size=16)
    digest.update(checksums.tobytes())
    return digest.hexdigest()


def _remove_stale(parent: Path) -> None:
    with suppress(OSError):
        for folder in parent.glob(".*.part"):
            with suppress(OSError):
                if time.time() - folder.stat().st_mtime > _STALE_SECONDS:
                    shutil.rmtree(folder, ignore_errors=True)


def cannot_cache(folder: Path, error: OSError) -> OutputError:
    """Word an operating system's refusal to write the cache (made here, raised by the caller)."""
    worded = cannot_write(folder, error)
    worded.expected = "room for the decoded files in the cache folder"
    worded.remedy = f"{worded.remedy}; PELLUCID_HOME names another one"
    return worded
