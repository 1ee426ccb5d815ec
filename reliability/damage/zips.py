"""Tricks with zip: archives whose contents are right, or partly so, in a form that is wrong.

They are written by Python's zipfile, and some of their headers changed afterwards.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from random import Random

from pellucid.model.archive import Member, lay_out
from reliability.damage.signing import opened

_LOCAL, _DIRECTORY, _END = b"PK\3\4", b"PK\1\2", b"PK\5\6"
_BOMB_BYTES = 256 << 20
_OTHER_NAMES = (
    "../model.json", "../../../../etc/passwd", "/etc/passwd", "C:\\model.json", "..\\card.md",
    "./model.json", "model.json/", "Model.json", "model.json\0.txt", "weights.pickle", "a" * 60_000,
    "", "modèle.json", "folder/model.json", "weights.safetensors ", "CON",
)  # fmt: skip


def member_twice(content: bytes, draw: Random) -> bytes:
    """Have a member twice, the same or another, which readers disagree about."""
    members, comment = opened(content)
    name = draw.choice(list(members))
    second = draw.choice((members[name], b"", b"{}", members[name] + b" "))
    entries = list(members.items())
    entries.insert(draw.randint(0, len(entries)), (name, second))
    return _zipped(entries, comment)


def member_more(content: bytes, draw: Random) -> bytes:
    """Have a member more, under a name that may lead out of the folder."""
    members, comment = opened(content)
    entries = list(members.items())
    more = (draw.choice(_OTHER_NAMES), draw.randbytes(20))
    entries.insert(draw.randint(0, len(entries)), more)
    return _zipped(entries, comment)


def member_renamed(content: bytes, draw: Random) -> bytes:
    """Call a member otherwise."""
    members, comment = opened(content)
    name = draw.choice(list(members))
    other = draw.choice(_OTHER_NAMES)
    return _zipped(
        [(other if one == name else one, data) for one, data in members.items()], comment
    )


def member_missing(content: bytes, draw: Random) -> bytes:
    """Leave a member out."""
    members, comment = opened(content)
    del members[draw.choice(list(members))]
    return _zipped(members.items(), comment)


def members_in_another_order(content: bytes, draw: Random) -> bytes:
    """Shuffle the members."""
    members, comment = opened(content)
    names = list(members)
    draw.shuffle(names)
    return _zipped([(name, members[name]) for name in names], comment)


def member_compressed(content: bytes, draw: Random) -> bytes:
    """Compress members."""
    members, comment = opened(content)
    how = draw.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
    return _zipped(members.items(), comment, compression=how)


def bomb(content: bytes, draw: Random) -> bytes:
    """Have 256 MiB of zeros in a member of 256 kB."""
    members, comment = opened(content)
    chosen = draw.choice(list(members))
    packed, crc = _packed_zeros()
    described = [
        Member(name, len(packed), crc)
        if name == chosen
        else Member(name, len(data), zlib.crc32(data))
        for name, data in members.items()
    ]
    headers, end = lay_out(described, comment)
    parts = []
    for header, (name, data) in zip(headers, members.items(), strict=True):
        parts += [header, packed if name == chosen else data]
        if name == chosen:
            parts[-2] = _deflated(header, method=8, size=22)
            entry = end.index(chosen.encode()) - 46
            end = end[:entry] + _deflated(end[entry:], method=10, size=24)
    return b"".join([*parts, end])


@cache
def _packed_zeros() -> tuple[bytes, int]:
    """Return so many zeros, deflated, and their checksum."""
    packer = zlib.compressobj(wbits=-15)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * (_BOMB_BYTES >> 20) + packer.flush(), zlib.crc32(bytes(_BOMB_BYTES))


def _deflated(header: bytes, *, method: int, size: int) -> bytes:
    """Say in a header that its member is deflated, and how large it is without."""
    made = bytearray(header)
    struct.pack_into("<H", made, method, zipfile.ZIP_DEFLATED)
    struct.pack_into("<L", made, size, _BOMB_BYTES)
    return bytes(made)


def symbolic_link(content: bytes, draw: Random) -> bytes:
    """Say that a member is a symbolic link, a device or a folder."""
    kind = draw.choice((stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFDIR))
    return _with_attributes(content, draw, external_attr=(kind | 0o777) << 16)


def other_attributes(content: bytes, draw: Random) -> bytes:
    """Give a member a date, an owner's rights, a system or a remark of its own."""
    changed = draw.choice((
        {"date_time": (2031, 2, 3, 4, 5, 6)}, {"external_attr": 0o644 << 16}, {"create_system": 0},
        {"comment": b"remark"}, {"extra": b"\xfe\xca\0\0"}, {"create_version": 63},
        {"internal_attr": 1},
    ))  # fmt: skip
    return _with_attributes(content, draw, **changed)


def one_header_changed(content: bytes, draw: Random) -> bytes:
    """Tell a size, checksum, place, flag, method or length otherwise, in one of the two headers."""
    magic, fields = draw.choice((
        (_LOCAL, ((4, "H"), (6, "H"), (8, "H"), (10, "H"), (12, "H"), (14, "L"), (18, "L"),
                  (22, "L"), (26, "H"), (28, "H"))),
        (_DIRECTORY, ((4, "H"), (6, "H"), (8, "H"), (10, "H"), (14, "H"), (16, "L"), (20, "L"),
                      (24, "L"), (28, "H"), (30, "H"), (32, "H"), (34, "H"), (36, "H"), (38, "L"),
                      (42, "L"))),
        (_END, ((4, "H"), (6, "H"), (8, "H"), (10, "H"), (12, "L"), (16, "L"), (20, "H"))),
    ))  # fmt: skip
    place = draw.choice(_places(content, magic))
    offset, form = draw.choice(fields)
    return _with_number(content, place + offset, form, draw)


def overlapping_members(content: bytes, draw: Random) -> bytes:
    """Have two entries of the directory lead to one member's header."""
    places = _places(content, _DIRECTORY)
    one, other = draw.sample(places, 2)
    return content[: one + 42] + content[other + 42 : other + 46] + content[one + 46 :]


def false_zip64(content: bytes, draw: Random) -> bytes:
    """Announce sizes of 64 bits that are not needed, or lie."""
    place = draw.choice(_places(content, _LOCAL))
    size = struct.unpack_from("<L", content, place + 22)[0]
    (name_length,) = struct.unpack_from("<H", content, place + 26)
    told = draw.choice((size, 1 << 32, 1 << 40, (1 << 63) - 1, (1 << 64) - 1, 0))
    extra = struct.pack("<HHQQ", 1, 16, told, told)
    after_name = place + 30 + name_length
    header = bytearray(content[place:after_name])
    struct.pack_into("<LL", header, 18, 0xFFFFFFFF, 0xFFFFFFFF)
    struct.pack_into("<H", header, 28, len(extra))
    if draw.random() < 0.5:
        struct.pack_into("<H", header, 4, 45)
    return content[:place] + bytes(header) + extra + content[after_name:]


def second_end(content: bytes, draw: Random) -> bytes:
    """Put another end record behind, in the comment or before the true one."""
    place = _places(content, _END)[-1]
    empty = struct.pack("<4sHHHHLLH", _END, 0, 0, 0, 0, 0, 0, 0)
    where = draw.choice((place, len(content), len(content) - draw.randint(1, 60)))
    return content[:where] + empty + content[where:]


def other_comment(content: bytes, draw: Random) -> bytes:
    """Have a comment with another hash, in other letters, longer, or none."""
    members, comment = opened(content)
    start, _, digest = comment.rpartition(b" ")
    other = draw.choice((
        b"", start, comment.upper(), start + b" " + digest.upper(), comment + b" ", b" " + comment,
        start + b" " + b"0" * 64, start + b" " + digest[:-1], start + b"  " + digest,
    ))  # fmt: skip
    return _zipped(members.items(), other)


def gap_between_members(content: bytes, draw: Random) -> bytes:
    """Have bytes between two members, and all places in the directory right."""
    place = draw.choice(_places(content, _LOCAL)[1:] + _places(content, _DIRECTORY)[:1])
    gap = draw.randbytes(draw.choice((1, 16, 500)))
    made = bytearray(content[:place] + gap + content[place:])
    for entry in _places(content, _DIRECTORY):
        (offset,) = struct.unpack_from("<L", content, entry + 42)
        if offset >= place:
            struct.pack_into("<L", made, entry + len(gap) + 42, offset + len(gap))
    end = _places(content, _END)[-1]
    (start,) = struct.unpack_from("<L", content, end + 16)
    struct.pack_into("<L", made, end + len(gap) + 16, start + len(gap))
    return bytes(made)


def _zipped(
    entries: Iterable[tuple[str, bytes]], comment: bytes, compression: int = zipfile.ZIP_STORED
) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, data in entries:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.filename = name  # as it is: ZipInfo itself cuts at a null byte
            info.compress_type = compression
            archive.NameToInfo.pop(name, None)  # or zipfile warns of a member that comes twice
            archive.writestr(info, data)
        archive.comment = comment
    return stream.getvalue()


def _with_attributes(content: bytes, draw: Random, **attributes: object) -> bytes:
    members, comment = opened(content)
    chosen = draw.choice(list(members))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            for attribute, value in attributes.items() if name == chosen else ():
                setattr(info, attribute, value)
            archive.writestr(info, data)
        archive.comment = comment
    return stream.getvalue()


def _with_number(content: bytes, place: int, form: str, draw: Random) -> bytes:
    (told,) = struct.unpack_from(f"<{form}", content, place)
    most = (1 << 8 * struct.calcsize(f"<{form}")) - 1
    other = draw.choice((0, 1, told + 1, told - 1, told << 1, most, most >> 1, told ^ 8))
    made = bytearray(content)
    struct.pack_into(f"<{form}", made, place, other & most)
    return bytes(made)


def _places(content: bytes, magic: bytes) -> list[int]:
    """Return where the magic stands; it may stand in a member by chance, which does no harm."""
    places, place = [], content.find(magic)
    while place >= 0:
        places.append(place)
        place = content.find(magic, place + 1)
    return places


ZIP_WAYS: Mapping[str, Callable[[bytes, Random], bytes]] = {
    way.__name__: way
    for way in (
        member_twice, member_more, member_renamed, member_missing, members_in_another_order,
        member_compressed, bomb, symbolic_link, other_attributes, one_header_changed,
        overlapping_members, false_zip64, second_end, other_comment, gap_between_members,
    )
}  # fmt: skip
