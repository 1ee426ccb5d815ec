"""Which characters the bytes of a text file stand for."""

from __future__ import annotations

import re
from pathlib import Path

from pellucid.errors import DataError

_BYTE_ORDER_MARKS = (
    (b"\xff\xfe\0\0", "utf-32", "UTF-32"),
    (b"\0\0\xfe\xff", "utf-32", "UTF-32"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
# Windows-1252 leaves these bytes open, and text has no control characters but blanks and breaks.
_NOT_WINDOWS = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f\x81\x8d\x8f\x90\x9d]")
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f]")
# A few strays may stand in any text.
_LARGEST_CONTROL_SHARE = 0.01
_LOOKED_AT = 4096


def decode_text(path: Path, content: bytes) -> tuple[bytes, list[str]]:
    """Return a text file's content in UTF-8 without a byte order mark, and what to tell of it.

    UTF-8 is expected. UTF-16 and UTF-32 are known by their byte order mark, UTF-16 also by its
    many zero bytes. What is none of these and has no valid sequence of UTF-8 beyond ASCII is
    read as Windows-1252, the usual encoding of older Western files and the whole of Latin-1's
    printable characters, with a note that shows the first such line.

    Raises
    ------
    DataError
        Where the content is not a text, or mixes UTF-8 with other bytes.
    """
    for mark, codec, name in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _recoded(path, content, codec, name)
    content = content.removeprefix(b"\xef\xbb\xbf")
    notes: list[str] = []
    if b"\0" in content:
        guess = _utf16_without_mark(content)
        if guess is not None:
            return _recoded(path, content, guess, "UTF-16")
        text = content.rstrip(b"\0")
        if b"\0" in text or not text.strip():
            raise not_a_text(path, content)
        # What is left where a system broke down while it wrote.
        notes.append(f"It ends in {len(content) - len(text):,} null bytes, passed over.")
        content = text
    head = content[:_LOOKED_AT]
    if _LARGEST_CONTROL_SHARE * len(head) < len(_NO_TEXT.findall(head)):
        raise not_a_text(path)
    try:
        content.decode()
    except UnicodeDecodeError as error:
        content, more = _as_windows(path, content, error)
        notes += more
    return content, notes


def _recoded(path: Path, content: bytes, codec: str, name: str) -> tuple[bytes, list[str]]:
    try:
        text = content.decode(codec)
    except UnicodeDecodeError as error:
        raise _wrongly_encoded(path, content, error, name) from error
    if "\0" in text:
        raise not_a_text(path)
    return text.removeprefix("\ufeff").encode(), [f"It was read as {name}."]


def _utf16_without_mark(content: bytes) -> str | None:
    """Tell the byte order of UTF-16 whose characters are mostly ASCII, or None where it is none."""
    head = content[:_LOOKED_AT]
    if len(content) % 2:
        return None
    even, odd = head[::2], head[1::2]
    if odd.count(0) > 0.7 * len(odd) and not even.count(0):
        return "utf-16-le"
    return "utf-16-be" if even.count(0) > 0.7 * len(even) and not odd.count(0) else None


def _as_windows(path: Path, content: bytes, error: UnicodeDecodeError) -> tuple[bytes, list[str]]:
    if _NOT_WINDOWS.search(content):
        raise not_a_text(path) from error
    if any(character > "\x7f" for character in content.decode(errors="ignore")):
        # Some of it is UTF-8, so that reading all of it as something else would garble that part.
        raise _wrongly_encoded(path, content, error, "UTF-8") from error
    text = content.decode("cp1252")
    line = content.count(b"\n", 0, error.start) + 1
    note = (
        f"It is not UTF-8 and was read as Windows-1252: line {line:,} has "
        f"{_word_at(text, error.start)!r}. If that looks wrong, convert it from its true "
        "encoding: iconv -f ENCODING -t UTF-8."
    )
    return text.encode(), [note]


def _word_at(text: str, position: int) -> str:
    """Return the word around a position, at most some thirty characters."""
    start = re.search(r"[\w'’-]{0,15}$", text[max(0, position - 15) : position])
    end = re.match(r"[\w'’-]{0,15}", text[position + 1 : position + 16])
    return (start[0] if start else "") + text[position] + (end[0] if end else "")


def not_a_text(path: Path, content: bytes = b"") -> DataError:
    """Word that a file is something else than a text (made here, raised by the caller)."""
    place = content.find(b"\0")
    line = content.count(b"\n", 0, max(0, place)) + 1
    return DataError(
        "The file is not a text.",
        where=f"{path}, line {line:,} has a null byte" if place >= 0 else str(path),
        expected="text, in lines of values and separators",
        remedy="save it as text, or give the file the ending of its real kind",
    )


def _wrongly_encoded(
    path: Path, content: bytes, error: UnicodeDecodeError, encoding: str
) -> DataError:
    line = content.count(b"\n", 0, error.start) + 1
    return DataError(
        f"The file is not text in {encoding}.",
        where=f"{path}, line {line:,}: {content[error.start : error.start + 4]!r}",
        expected="text encoded as UTF-8",
        remedy=f"save it as UTF-8, such as: iconv -f WINDOWS-1252 -t UTF-8 {path.name} > new.csv",
    )
