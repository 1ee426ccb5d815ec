"""Reading a file whole, unpacked where it is compressed, with its failures in words."""

from __future__ import annotations

import re
import stat
import zlib
from pathlib import Path

from pellucid.errors import DataError

GZIP_MAGIC = b"\x1f\x8b"
# What small files may unpack to, and how many times its size a larger one: text seldom packs to
# less than a twentieth, and zeros alone to a thousandth.
SMALL_UNPACKED = 1 << 28
LARGEST_RATIO = 200
_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
}


def read_file(path: Path) -> bytes:
    """Return a file's contents, unpacked if it is gzip (told by its first two bytes).

    Raises
    ------
    DataError
        Where the file cannot be read, is empty, or its compression is damaged, cut off, or made
        to fill the memory.
    """
    content = read_bytes(path)
    if content.startswith(GZIP_MAGIC):
        content = _gunzip(path, content)
    if not content:
        raise DataError("The file is empty.", where=str(path), remedy="give a file with data in it")
    return content


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes as they are; raise DataError where it cannot be read."""
    refuse_irregular(path)
    try:
        return path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error


def refuse_irregular(path: Path) -> None:
    """Raise DataError where a path is a pipe or a device: reading it might never end."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise unreadable(path, error) from error
    if not stat.S_ISREG(mode):
        kind = _KINDS.get(stat.S_IFMT(mode), "something else")
        raise DataError(
            f"This is {kind}, not a file.",
            where=str(path),
            expected="a file, which can be read more than once",
            remedy="write what it yields into a file first, and give that",
        )


def unreadable(path: Path | str, error: OSError) -> DataError:
    """Word the system's refusal to read (made here, raised by the caller)."""
    reason = (error.strerror or type(error).__name__).lower()
    return DataError(
        f"The file cannot be read: {reason}.",
        where=str(path),
        remedy="check its permissions, or give another file",
    )


def damaged(path: Path | str, why: str) -> DataError:
    """Word a file's damage (made here, raised by the caller)."""
    return DataError(
        f"The file is damaged: {why}.", where=str(path), remedy="fetch or write it again"
    )


def refuse_bomb(path: Path, packed: int, unpacked: int) -> None:
    """Raise DataError where so few bytes unpack to so many that they would fill the memory."""
    if unpacked <= max(SMALL_UNPACKED, LARGEST_RATIO * packed):
        return
    raise DataError(
        f"The file's {packed:,} bytes unpack to {unpacked:,} or more: it seems made to fill "
        "the memory.",
        where=str(path),
        expected=f"at most {LARGEST_RATIO} times its size, as data has",
        remedy="if you trust it, unpack it yourself, and give what was in it",
    )


def short_name(path: Path) -> str:
    """Make a short name that is good for a folder.

    Examples
    --------
    >>> short_name(Path("/data/My passengers (1912).csv.gz"))
    'My-passengers-1912'
    """
    stem = path.name.split(".")[0] or path.name
    return re.sub(r"[^\w-]+", "-", stem).strip("-") or "data"


def _gunzip(path: Path, content: bytes) -> bytes:
    """Unpack gzip, member after member, and stop as soon as it is too much."""
    limit = max(SMALL_UNPACKED, LARGEST_RATIO * len(content))
    parts: list[bytes] = []
    total, rest = 0, content
    try:
        while rest.startswith(GZIP_MAGIC):
            unpacker = zlib.decompressobj(wbits=31)
            part = unpacker.decompress(rest, limit - total + 1)
            total += len(part)
            refuse_bomb(path, len(content), total)
            if not unpacker.eof:
                raise EOFError
            parts.append(part)
            rest = unpacker.unused_data.lstrip(b"\0")
        if rest:
            raise EOFError
    except (EOFError, zlib.error) as error:
        raise damaged(path, "its gzip compression is damaged or cut off") from error
    return b"".join(parts)
