"""Reading a file whole, through gzip where it is compressed, with its failures in words."""

from __future__ import annotations

import gzip
import re
import zlib
from pathlib import Path

from pellucid.errors import DataError

GZIP_MAGIC = b"\x1f\x8b"


def read_file(path: Path) -> bytes:
    """Return a file's contents, uncompressed if it is gzip (told by its first two bytes).

    Raises
    ------
    DataError
        Where the file cannot be read, is empty, or its compression is damaged or cut off.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise DataError(
            f"The file cannot be read: {reason}.",
            where=str(path),
            remedy="check its permissions, or give another file",
        ) from error
    if content.startswith(GZIP_MAGIC):
        try:
            content = gzip.decompress(content)
        except (EOFError, OSError, zlib.error) as error:
            raise damaged(path, "its gzip compression is damaged or cut off") from error
    if not content:
        raise DataError("The file is empty.", where=str(path), remedy="give a file with data in it")
    return content


def damaged(path: Path | str, why: str) -> DataError:
    """Word a file's damage (made here, raised by the caller)."""
    return DataError(
        f"The file is damaged: {why}.", where=str(path), remedy="fetch or write it again"
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
