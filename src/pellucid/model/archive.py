"""A zip archive with one form only: whatever is in it, every byte is what it must be.

Zip leaves much open: members twice, data between them, sizes told in two places, dates, attributes
and a comment that nothing covers. Readers then differ in what they see, and damage in such bytes
goes unnoticed. Here names, sizes and checksums decide every other byte of the archive: `lay_out`
says which, the writer writes them, and `ArchiveReader` accepts nothing else. Any program that reads
zip reads such a file.

Members stand one after the other from the first byte, uncompressed, without dates, as zip programs
on Unix write them; then the directory, the end record and the comment. Sizes and places that
need more than 32 bits stand in Zip64 fields (PKWARE, "APPNOTE.TXT", version 6.3.10, 4.3 and 4.5.3).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

_LOCAL = struct.Struct("<4sHHHHHLLLHH")
_CENTRAL = struct.Struct("<4sBBHHHHHLLLHHHHHLL")
_END = struct.Struct("<4sHHHHLLH")
_END_64 = struct.Struct("<4sQHHLLQQQQ")
_LOCATOR_64 = struct.Struct("<4sLQL")
_MOST_32 = 0xFFFFFFFF
_UNIX, _PLAIN, _ZIP64 = 3, 20, 45  # the system, and the versions of zip that a reader needs
_FIRST_OF_JANUARY_1980 = 1 << 5 | 1
_OWNER_MAY_READ_AND_WRITE = 0o600 << 16


class ArchiveDamagedError(ValueError):
    """The bytes are not those of such an archive; the text says which, without a full stop."""


@dataclass(frozen=True)
class Member:
    """What the headers say of a member: its name in ASCII, its size in bytes, its CRC-32."""

    name: str
    size: int
    crc: int

    @property
    def header(self) -> bytes:
        """The bytes before its content."""
        sizes = struct.pack("<QQ", self.size, self.size) if self.size >= _MOST_32 else b""
        extra = _zip64_field(sizes)
        size = min(self.size, _MOST_32)
        version = _ZIP64 if extra else _PLAIN
        name = self.name.encode("ascii")
        fields = (b"PK\3\4", version, 0, 0, 0, _FIRST_OF_JANUARY_1980, self.crc)
        return _LOCAL.pack(*fields, size, size, len(name), len(extra)) + name + extra

    def entry(self, offset: int) -> bytes:
        """Return the bytes that the directory has of it, where its header begins at ``offset``."""
        large = [number for number in (self.size, self.size, offset) if number >= _MOST_32]
        extra = _zip64_field(struct.pack(f"<{len(large)}Q", *large))
        size = min(self.size, _MOST_32)
        version = _ZIP64 if extra else _PLAIN
        name = self.name.encode("ascii")
        fields = (b"PK\1\2", version, _UNIX, version, 0, 0, 0, _FIRST_OF_JANUARY_1980, self.crc)
        sizes = (size, size, len(name), len(extra), 0, 0, 0)
        place = (_OWNER_MAY_READ_AND_WRITE, min(offset, _MOST_32))
        return _CENTRAL.pack(*fields, *sizes, *place) + name + extra


def lay_out(members: Sequence[Member], comment: bytes) -> tuple[list[bytes], bytes]:
    """Return the bytes before each member's content, and those after the last one's.

    Examples
    --------
    >>> headers, end = lay_out([Member("a.txt", 2, zlib.crc32(b"hi"))], b"")
    >>> len(headers[0]), len(end)  # 30 bytes and the name; 46 and the name, 22
    (35, 73)
    """
    offset, headers, entries = 0, list[bytes](), list[bytes]()
    for member in members:
        headers.append(member.header)
        entries.append(member.entry(offset))
        offset += len(member.header) + member.size
    directory = b"".join(entries)
    end_64 = b""
    if offset >= _MOST_32:
        at = offset + len(directory)
        versions = (_END_64.size - 12, _ZIP64, _ZIP64, 0, 0)
        counts = (len(members), len(members), len(directory), offset)
        end_64 = _END_64.pack(b"PK\6\6", *versions, *counts)
        end_64 += _LOCATOR_64.pack(b"PK\6\7", 0, at, 1)
    counts = (len(members), len(members), len(directory), min(offset, _MOST_32))
    end = _END.pack(b"PK\5\6", 0, 0, *counts, len(comment))
    return headers, directory + end_64 + end + comment


def write_archive(stream: BinaryIO, members: Mapping[str, bytes], comment: bytes) -> None:
    """Write members, in their order, and the comment."""
    described = [Member(name, len(data), zlib.crc32(data)) for name, data in members.items()]
    headers, end = lay_out(described, comment)
    for header, content in zip(headers, members.values(), strict=True):
        stream.write(header)
        stream.write(content)
    stream.write(end)


class ArchiveReader:
    """Reads an archive from its first byte to its last, and accepts none but the right ones.

    Parameters
    ----------
    stream
        The file, at its beginning.
    size
        How many bytes it has. No member is taken to be larger.
    """

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self._left = size
        self._members: list[Member] = []
        self._begun = b""  # of the directory

    def next_header(self) -> Member | None:
        """Read the header of the next member; None where the directory begins.

        Raises
        ------
        ArchiveDamagedError
            Where it is not as `lay_out` makes it, or says more bytes follow than do.
        """
        head = self._take(4)
        if head != b"PK\3\4":
            self._begun = head
            return None
        head += self._take(_LOCAL.size - 4)
        *_, crc, size, _, name_length, extra_length = _LOCAL.unpack(head)
        tail = self._take(name_length + extra_length)
        if size == _MOST_32 and extra_length == 20:
            size = struct.unpack_from("<Q", tail, name_length + 4)[0]
        try:
            member = Member(tail[:name_length].decode("ascii"), size, crc)
        except UnicodeDecodeError:
            raise ArchiveDamagedError("the header of a part is not as it was written") from None
        if member.header != head + tail:
            raise ArchiveDamagedError("the header of a part is not as it was written")
        if size > self._left:
            raise ArchiveDamagedError(f"{member.name} is cut off")
        self._members.append(member)
        return member

    def content(self) -> bytes:
        """Read the content of the member whose header was read last; its checksum must fit."""
        member = self._members[-1]
        content = self._take(member.size)
        if zlib.crc32(content) != member.crc:
            raise ArchiveDamagedError(f"the checksum of {member.name} does not match")
        return content

    def finish(self, comment: bytes) -> None:
        """Read the rest, after the last member: the directory and this comment, nothing else."""
        _, end = lay_out(self._members, comment)
        if self._left != len(end) - 4 or self._begun + self._take(self._left) != end:
            raise ArchiveDamagedError("its end is missing, or is not as it was written")

    def _take(self, size: int) -> bytes:
        content = self._stream.read(size) if size <= self._left else b""
        if len(content) != size:
            raise ArchiveDamagedError("its end is missing")
        self._left -= size
        return content


def _zip64_field(numbers: bytes) -> bytes:
    return struct.pack("<HH", 1, len(numbers)) + numbers if numbers else b""
