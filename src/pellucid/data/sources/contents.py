"""What a file holds, told by its first bytes, where its name says something else.

A CSV file called ``.parquet`` is not damaged but wrongly named, and a page "404, not found" saved
as ``.csv`` is no table of one column: the message says so, and what to do. Nothing is opened by its
content alone, because a name can be trusted more than a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from pellucid.data.sources.reading import refuse_irregular, unreadable
from pellucid.errors import DataError

LOOKED_AT = 4096
# Fewer bytes of text may be the beginning of anything.
_FEWEST_BYTES = 8


@dataclass(frozen=True)
class Content:
    """What a file is.

    Attributes
    ----------
    name
        For people, with its article: "a Parquet file".
    ending
        The ending such files have, the first of several; empty where it cannot be opened.
    remedy
        What to do with it, where giving it its ending is not enough.
    """

    name: str
    ending: str = ""
    remedy: str = ""


_LFS = "fetch the file itself: git lfs pull"
_SAVE = "open it in its program, and save the table as a CSV file"
TEXT = Content("text", ".csv")
HTML = Content("an HTML page", remedy="fetch the data itself, not the page about it")
# By what they begin with; the longest first where one begins as another does.
MAGICS: tuple[tuple[bytes, Content], ...] = (
    (b"PAR1", Content("a Parquet file", ".parquet")),
    (b"ARROW1", Content("an Arrow IPC file", ".arrow")),
    (b"SQLite format 3\0", Content("a SQLite database", ".db")),
    (b"\x93NUMPY", Content("a NumPy array", remedy="numpy.savez('data.npz', X=numpy.load(FILE))")),
    (b"\x89PNG", Content("a PNG picture", ".png")),
    (b"\xff\xd8\xff", Content("a JPEG picture", ".jpg")),
    (b"GIF8", Content("a GIF picture", ".gif")),
    (b"fLaC", Content("a FLAC sound", ".flac")),
    (b"OggS", Content("an OGG sound", ".ogg")),
    (b"%PDF-", Content("a PDF document", remedy=_SAVE)),
    (b"{\\rtf", Content("a document in Rich Text Format", remedy=_SAVE)),
    (b"\x89HDF\r\n", Content("an HDF5 file", remedy="read it with h5py, and give (X, y)")),
    (b"version https://git-lfs", Content("a pointer of Git LFS", remedy=_LFS)),
    (b"\xd0\xcf\x11\xe0", Content("an Excel workbook", ".xls")),
)
# What text begins with; blanks before it do not count.
PATTERNS: tuple[tuple[re.Pattern[bytes], Content], ...] = (
    (re.compile(rb"(?i)<!doctype html|<html|<head|<table"), HTML),
    (re.compile(rb"<\?xml"), Content("an XML file", remedy=_SAVE)),
    (re.compile(rb'\[\s*\{\s*"'), Content("JSON", ".json")),
    (re.compile(rb'\{\s*"[^"\n]*"\s*:'), Content("JSON", ".jsonl")),
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")


def content_of(head: bytes) -> Content | None:
    """Tell what a file is by its first bytes, or return None where they say nothing.

    Examples
    --------
    >>> content_of(b"PAR1 and so on").name, content_of(b"name,age").name
    ('a Parquet file', 'text')
    >>> content_of(bytes(20)) is None
    True
    """
    for magic, content in MAGICS:
        if head.startswith(magic):
            return content
    if head.startswith(b"RIFF") and head[8:12] in (b"WAVE", b"WEBP"):
        is_sound = head[8:12] == b"WAVE"
        return Content("a WAV sound", ".wav") if is_sound else Content("a WebP picture", ".webp")
    if head.startswith(b"PK\x03\x04"):
        return _archive(head)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for pattern, content in PATTERNS:
        if pattern.match(text):
            return content
    is_text = len(text) >= _FEWEST_BYTES and not _CONTROL.search(text) and text[:2] != b"PK"
    return TEXT if is_text else None


def refuse_other_content(path: Path, form: str, allowed: tuple[str, ...]) -> None:
    """Raise DataError where a file surely is something else than its name says.

    Parameters
    ----------
    path
        An existing file.
    form
        What its name says, as in "The file is not …".
    allowed
        The endings of contents that its reader can read.
    """
    found = content_of(first_bytes(path))
    if found is None or (found.ending and found.ending in allowed):
        return
    raise DataError(
        f"The file is not {form} but {found.name}.",
        where=str(path),
        expected=f"{form}, as the ending {path.suffix!r} says",
        remedy=found.remedy or renamed(path, found),
    )


def renamed(path: Path, content: Content) -> str:
    """Word how to give a file the ending of what it holds."""
    old, new = quote(path.name), quote(path.stem.rstrip(".") + content.ending)
    return f"give it the ending of what it holds: mv {old} {new}"


def first_bytes(path: Path) -> bytes:
    """Return the beginning of a file; raise DataError where it cannot be read."""
    refuse_irregular(path)
    try:
        with path.open("rb") as stream:
            return stream.read(LOOKED_AT)
    except OSError as error:
        raise unreadable(path, error) from error


def _archive(head: bytes) -> Content:
    """Tell workbooks and arrays from other archives by the names at their beginning."""
    if b"[Content_Types].xml" in head or b"xl/" in head:
        return Content("an Excel workbook", ".xlsx")
    if b"opendocument.spreadsheet" in head:
        return Content("an OpenDocument workbook", ".ods")
    if b".npy" in head:
        return Content("a NumPy archive", ".npz")
    return Content("a zip archive", ".zip", remedy="unpack it, and give what is in it")
