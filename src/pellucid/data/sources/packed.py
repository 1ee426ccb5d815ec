"""Text files packed by gzip, Zstandard or zip, unpacked within limits."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pellucid.data.sources.reading import damaged, read_bytes, read_file, refuse_bomb
from pellucid.data.sources.zipped import only_member

# The second is that of an archive without members.
ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
# RFC 8878, sections 3.1.1 and 3.1.2.
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
# RFC 1950, section 2.2. Polars takes what begins so for packed, a header "x^2,y" among it.
ZLIB_MAGICS = (b"x\x01", b"x^", b"x\x9c", b"x\xda")
SKIPPED_FRAME = range(0x184D2A50, 0x184D2A60)
LARGEST_BLOCK = 1 << 17
TEXT_ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".data", ".jsonl", ".ndjson", ".json")


def read_text_file(path: Path) -> bytes:
    """Return a text file's content, unpacked where it is packed (told by its first bytes).

    Raises
    ------
    DataError
        As `read_file`; also where a zip archive holds anything but one text file.
    """
    with_magic = path.suffix.lower() in (".zst", ".zip")
    content = read_bytes(path) if with_magic else b""
    if content.startswith(ZIP_MAGICS):
        return only_member(path, TEXT_ENDINGS)[1]
    if content.startswith(ZSTD_MAGIC):
        refuse_bomb(path, len(content), zstd_bound(path, content))
        return _unzstd(path, content)
    return read_file(path)


def never_unpacked(content: bytes, before: bytes) -> bytes:
    """Return a text that Polars does not take for a packed one; ``before`` is put before it then.

    Examples
    --------
    >>> never_unpacked(b"a,b", b" "), never_unpacked(b"x^2,y", b" ")
    (b'a,b', b' x^2,y')
    """
    return before + content if content.startswith(ZLIB_MAGICS) else content


def zstd_bound(path: Path, content: bytes) -> int:
    """Return how many bytes Zstandard frames unpack to at most, without unpacking them.

    A block says its own size and kind; none unpacks to more than 128 KiB, so counting them
    bounds the whole (RFC 8878, "Blocks").
    """
    position, total = 0, 0
    try:
        while position < len(content):
            magic = int.from_bytes(content[position : position + 4], "little")
            if magic in SKIPPED_FRAME:
                position += 8 + int.from_bytes(content[position + 4 : position + 8], "little")
                continue
            if content[position : position + 4] != ZSTD_MAGIC:
                raise damaged(path, "its Zstandard compression is damaged or cut off")
            descriptor = content[position + 4]
            single_segment = bool(descriptor & 0x20)
            size_bytes = (int(single_segment), 2, 4, 8)[descriptor >> 6]
            position += 5 + (not single_segment) + (0, 1, 2, 4)[descriptor & 3] + size_bytes
            last = False
            while not last:
                header = int.from_bytes(content[position : position + 3], "little")
                if position + 3 > len(content):
                    raise IndexError
                last, kind, size = bool(header & 1), (header >> 1) & 3, header >> 3
                total += size if kind in (0, 1) else LARGEST_BLOCK  # 0: as it is, 1: one byte
                position += 3 + (1 if kind == 1 else size)
            position += 4 * bool(descriptor & 4)  # the checksum
    except IndexError as error:
        raise damaged(path, "its Zstandard compression is damaged or cut off") from error
    return total


def _unzstd(path: Path, content: bytes) -> bytes:
    """Unpack by Polars, which does it within its reader of tables: one column of whole lines."""
    try:
        lines = pl.read_csv(
            content,
            has_header=False,
            separator="\x1f",
            quote_char=None,
            infer_schema=False,
            new_columns=["line"],
        )["line"]
    except (pl.exceptions.PolarsError, OSError, pl.exceptions.PanicException) as error:
        raise damaged(
            path, "its Zstandard compression is damaged, or what it holds is no text in UTF-8"
        ) from error
    return "\n".join(lines.fill_null("")).encode() + b"\n"
