"""The archive: Python's zipfile, the independent source, writes the same bytes and reads ours."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.model.archive import (
    ArchiveDamagedError,
    ArchiveReader,
    Member,
    lay_out,
    write_archive,
)

NAMES = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=20)
MEMBERS = st.dictionaries(NAMES, st.binary(max_size=200), max_size=4)
SMALL = {"first.json": b"{}", "second.bin": bytes(range(40))}


def written(members: dict[str, bytes], comment: bytes) -> bytes:
    stream = io.BytesIO()
    write_archive(stream, members, comment)
    return stream.getvalue()


def read(content: bytes, comment: bytes) -> dict[str, bytes]:
    reader = ArchiveReader(io.BytesIO(content), len(content))
    members = {}
    while (member := reader.next_header()) is not None:
        members[member.name] = reader.content()
    reader.finish(comment)
    return members


@given(members=MEMBERS, comment=st.binary(max_size=60))
def test_the_bytes_are_those_that_zipfile_writes_on_unix(members, comment):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.comment = comment
        for name, content in members.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system = 3
            archive.writestr(info, content)
    assert written(members, comment) == stream.getvalue()


@given(members=MEMBERS, comment=st.binary(max_size=60))
def test_what_is_written_is_read(members, comment):
    assert read(written(members, comment), comment) == members


def test_every_changed_byte_is_refused():
    content = written(SMALL, b"comment")
    for place in range(len(content)):
        for bit in range(8):
            damaged = bytearray(content)
            damaged[place] ^= 1 << bit
            with pytest.raises(ArchiveDamagedError):
                read(bytes(damaged), b"comment")


def test_more_and_fewer_bytes_are_refused():
    content = written(SMALL, b"comment")
    for size in range(len(content)):
        with pytest.raises(ArchiveDamagedError):
            read(content[:size], b"comment")
    for longer in (content + b"\0", b"\0" + content):
        with pytest.raises(ArchiveDamagedError):
            read(longer, b"comment")


@pytest.mark.parametrize(
    "sizes",
    [(9999, (1 << 32) - 1, 8888), (1 << 33, 9999, (1 << 32) + 5)],
    ids=["just too large", "large"],
)
def test_zipfile_finds_members_beyond_four_gigabytes(sizes, tmp_path: Path):
    """In a file with holes: only headers and the directory are written."""
    members = [Member(f"{place}.bin", size, place) for place, size in enumerate(sizes)]
    headers, end = lay_out(members, b"comment")
    path = tmp_path / "large.zip"
    with path.open("wb") as stream:
        for header, size in zip(headers, sizes, strict=True):
            stream.write(header)
            stream.seek(size, 1)
        stream.write(end)
    with zipfile.ZipFile(path) as archive:
        found = [(info.filename, info.file_size, info.CRC) for info in archive.infolist()]
        assert found == [(member.name, member.size, member.crc) for member in members]
        for name in archive.namelist():
            with archive.open(name) as stream:  # its own header is where and as it says
                assert stream.read(2) == bytes(2)


def test_a_large_member_is_read_by_its_header():
    """Its size, of 64 bits, is believed only as far as the file goes."""
    header = Member("large.bin", 1 << 33, zlib.crc32(b"")).header
    reader = ArchiveReader(io.BytesIO(header), len(header) + (1 << 33))
    member = reader.next_header()
    assert member == Member("large.bin", 1 << 33, zlib.crc32(b""))
    with pytest.raises(ArchiveDamagedError, match="cut off"):
        ArchiveReader(io.BytesIO(header), len(header) + (1 << 33) - 1).next_header()
