"""False safetensors files: headers that announce, overlap, leave out or repeat."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

Header = dict[str, Any]


def parted(content: bytes) -> tuple[Header, bytes]:
    """Return a safetensors file's header and its data."""
    start = 8 + struct.unpack_from("<Q", content)[0]
    header: Header = json.loads(content[8:start])
    return header, content[start:]


def joined(header: Header | bytes, data: bytes, announced: int | None = None) -> bytes:
    """Return the file with this header; ``announced`` is its length, if another than the true."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if announced is None else announced) + text + data


def header_length(content: bytes, draw: Random) -> bytes:
    """Announce a header that is longer than the file, than any memory, or shorter."""
    header, data = parted(content)
    text = json.dumps(header).encode()
    lengths = (0, 1, len(text) - 1, len(text) + 1, 99_999_999, 1 << 31, 1 << 40, (1 << 64) - 1)
    return joined(text, data, draw.choice(lengths))


def header_oversized(content: bytes, draw: Random) -> bytes:
    """Have a header of many arrays without content."""
    header, data = parted(content)
    end = max(entry["data_offsets"][1] for name, entry in header.items() if name[0] != "_")
    empty = {"dtype": "F32", "shape": [0], "data_offsets": [end, end]}
    many = {f"layer_{number}/kernel": empty for number in range(draw.choice((1, 100, 10_000)))}
    return joined({**header, **many}, data)


def header_no_json(content: bytes, draw: Random) -> bytes:
    """Have something else for a header: too deep, cut off, of another type."""
    header, data = parted(content)
    text = json.dumps(header).encode()
    deep = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    others = (deep, text[:-1], b"[]", b"null", b'""', b"{}", b"\xff" + text, text[1:], b"[" * 5000)
    return joined(draw.choice(others), data)


def array_shape(content: bytes, draw: Random) -> bytes:
    """Announce another shape of an array."""

    def change(entry: Header) -> None:
        shape = entry["shape"]
        others = (
            [], [*shape, 1], [*shape, 2], [*shape, 0], shape[::-1], [1 << 40], [1 << 33, 1 << 33],
            [-1], [1.5], ["4"], None,
        )  # fmt: skip
        entry["shape"] = draw.choice([one for one in others if one != shape])

    return _with_one_changed(content, draw, change)


def array_place(content: bytes, draw: Random) -> bytes:
    """Announce another place of an array: within another, beyond the end, backwards."""

    def change(entry: Header) -> None:
        start, end = entry["data_offsets"]
        entry["data_offsets"] = draw.choice((
            [start + 4, end + 4], [end, start - 1], [start, end + 4], [1 << 62, (1 << 62) + 4],
            [-4, end - start - 4], [start], [start, end, end], [start, start + 3], None,
        ))  # fmt: skip

    return _with_one_changed(content, draw, change)


def array_type(content: bytes, draw: Random) -> bytes:
    """Announce numbers of another type."""
    types = ("F64", "F16", "BF16", "I32", "I8", "U8", "BOOL", "F8_E4M3", "I64", "X", "", None, 7)

    def change(entry: Header) -> None:
        entry["dtype"] = draw.choice([one for one in types if one != entry["dtype"]])

    return _with_one_changed(content, draw, change)


def array_more_or_fewer(content: bytes, draw: Random) -> bytes:
    """Leave an array out, have one more, or call it otherwise."""
    header, data = parted(content)
    name = draw.choice([name for name in header if name != "__metadata__"])
    what = draw.choice(("fewer", "more", "other", "deeper"))
    if what == "more":
        more = {"dtype": "F32", "shape": [1], "data_offsets": [len(data), len(data) + 4]}
        return joined({**header, "more/kernel": more}, data + bytes(4))
    entry = header.pop(name)
    if what != "fewer":
        header[name + "x" if what == "other" else "a/" + name] = entry
    return joined(header, data)


def name_twice(content: bytes, draw: Random) -> bytes:
    """Have an array twice in the header."""
    header, data = parted(content)
    name = draw.choice([name for name in header if name != "__metadata__"])
    text = json.dumps(header)[:-1] + f", {json.dumps(name)}: {json.dumps(header[name])}}}"
    return joined(text.encode(), data)


def data_more_or_fewer(content: bytes, draw: Random) -> bytes:
    """Have a number more or less than the header says."""
    header, data = parted(content)
    return joined(header, draw.choice((data + bytes(4), data[:-4], b"", data * 2)))


def _with_one_changed(content: bytes, draw: Random, change: Callable[[Header], None]) -> bytes:
    header, data = parted(content)
    change(header[draw.choice([name for name in header if name != "__metadata__"])])
    return joined(header, data)


TENSOR_WAYS: Mapping[str, Callable[[bytes, Random], bytes]] = {
    way.__name__: way
    for way in (
        header_length, header_oversized, header_no_json, array_shape, array_place, array_type,
        array_more_or_fewer, name_twice, data_more_or_fewer,
    )
}  # fmt: skip
