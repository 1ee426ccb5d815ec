"""Checkpoints whose headers are false, with and without a hash that fits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from random import Random

from reliability.damage.tensors import TENSOR_WAYS, joined, parted

Way = Callable[[bytes, Random], bytes]
_FIELD = b'"sha256":"'
_METADATA = "__metadata__"


def resigned(content: bytes) -> bytes:
    """Return a checkpoint with the hash that fits, where there is a place for it."""
    place = content.find(_FIELD) + len(_FIELD)
    blank = content[:place] + b"0" * 64 + content[place + 64 :]
    digest = hashlib.sha256(blank).hexdigest().encode()
    return blank[:place] + digest + blank[place + 64 :] if place >= len(_FIELD) else content


def header_written_otherwise(content: bytes, draw: Random) -> bytes:
    """Say the same in other bytes: blanks, another order, escaped letters."""
    header, data = parted(content)
    how = draw.choice(("blanks", "end", "order", "escapes", "more"))
    if how == "order":
        names = list(header)
        draw.shuffle(names)
        header = {name: header[name] for name in names}
    if how == "more":
        header[_METADATA]["remark"] = "nothing"
    text = json.dumps(header, separators=(", ", ":") if how == "blanks" else (",", ":"))
    if how == "escapes":
        text = text.replace("params", "\\u0070arams", 1)
    if how == "end":
        text += " " * draw.choice((1, 8, 1 << 20))
    return joined(text.encode(), data)


def metadata_changed(content: bytes, draw: Random) -> bytes:
    """Lack the format, the progress or the hash, or have another; the hash fits."""
    header, data = parted(content)
    name = draw.choice(list(header[_METADATA]))
    if draw.random() < 0.4:
        del header[_METADATA][name]
    else:
        others = ("", "x", "0", "1", "3", "999999999999", "-1", "[" * 100_000, "{}", '{"a": 1}')
        header[_METADATA][name] = draw.choice(others)
    if draw.random() < 0.1:
        header.pop(_METADATA)
    return resigned(joined(json.dumps(header, separators=(",", ":")).encode(), data))


def _signed(way: Way) -> Way:
    def damage(content: bytes, draw: Random) -> bytes:
        made = way(content, draw)
        for name in (b"sha256", b"format"):  # as a checkpoint has them, without a blank between
            made = made.replace(b'"%b": "' % name, b'"%b":"' % name, 1)
        return resigned(made)

    return damage


CHECKPOINT_WAYS: Mapping[str, Way] = {
    "header_written_otherwise": header_written_otherwise,
    "metadata_changed": metadata_changed,
    **TENSOR_WAYS,
    **{f"signed: {name}": _signed(way) for name, way in TENSOR_WAYS.items()},
}
