"""Model files whose hashes fit, and whose contents no model has."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any

import numpy as np

from reliability.damage.signing import (
    EXAMPLES,
    MODEL,
    WEIGHTS,
    described,
    opened,
    sha256,
    signed,
    signed_with,
)
from reliability.damage.tensors import TENSOR_WAYS, joined, parted

Way = Callable[[bytes, Random], bytes]
_DEEP = b"[" * 100_000 + b"]" * 100_000
_SMALL_TABLE = b'{"age": {"dtype": "Int64", "values": [1, 2]}}'
_NEEDED = ("format_version", "contract", "encoding", "task", "network", "in_features", "sha256")
_NO_VALUES = (None, [], {}, "", "x", 0, -1, 1e300, True, [[]], {"": None}, 1 << 70, math.nan)
_BAD_TYPES = ("V1000000000", "U100000000", "O", "S2000000000", "float999", "", None, 5, "List(")


def description_no_json(content: bytes, draw: Random) -> bytes:
    """Have something else for a description: too deep, in another encoding, with a name twice."""
    members, _ = opened(content)
    text = members[MODEL]
    others = (
        b"", b"null", b"[]", b"7", b'""', _DEEP, b'{"format_version": ' + _DEEP + b"}", text[:-1],
        text + b"x", text + text, b"\xef\xbb\xbf" + text, text.decode().encode("utf-16"),
        text.replace(b'"format_version"', b'"format_version": 1, "format_version"', 1),
        text.replace(b'"contract"', b'"contract": {}, "contract"', 1), b"\0" + text,
    )  # fmt: skip
    return signed({**members, MODEL: draw.choice(others)})


def description_number(content: bytes, draw: Random) -> bytes:
    """Have a number that is none, or that no program holds, in place of one."""
    members, _ = opened(content)
    description = described(members)
    holder, name = draw.choice(list(_numbers_in(description)))
    holder[name] = "\0here"
    number = draw.choice((b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e9999", b"9" * 5000))
    text = json.dumps(description).encode().replace(b'"\\u0000here"', number)
    return signed({**members, MODEL: text})


def description_field(content: bytes, draw: Random) -> bytes:
    """Leave out what is needed, or have it of another type."""
    members, _ = opened(content)
    description = described(members)
    name = draw.choice(_NEEDED)
    if draw.random() < 0.3:
        del description[name]
    else:
        description[name] = draw.choice([one for one in _NO_VALUES if one != description[name]])
    return signed({**members, MODEL: json.dumps(description).encode()})


def description_network(content: bytes, draw: Random) -> bytes:
    """Describe layers that are unknown, repeated, gone, or larger than any memory."""
    members, _ = opened(content)
    description = described(members)
    layers = description["network"]["layers"]
    with_arrays = {name.split("/")[0] for name in parted(members[WEIGHTS])[0]}
    layer = draw.choice([one for one in layers if one["name"] in with_arrays])
    what = draw.choice(("family", "name", "twice", "gone", "large", "setting", "features"))
    if what == "family":
        layer["family"] = draw.choice(("unknown", "", None, 7, [], "Dense", "os.system"))
    elif what == "name":
        layer["name"] = draw.choice(("", "a/b", "../x", 7, [], "output_2", "a" * 300))
    elif what == "twice":
        layers.append(dict(layer))
    elif what == "gone":
        layers.remove(layer)
    elif what == "large":
        grown = {"family": "dense", "units": 1 << draw.choice((31, 40, 62)), "name": "large"}
        layers.insert(draw.randint(0, len(layers)), grown)
    elif what == "setting":
        layer["a setting"] = 1
    else:
        description["in_features"] = draw.choice((description["in_features"] + 1, 1 << 40, 1 << 70))
    return signed({**members, MODEL: json.dumps(description).encode()})


def wrong_hash(content: bytes, draw: Random) -> bytes:
    """State a member's hash wrongly, or not at all, in a description whose own hash fits."""
    members, _ = opened(content)
    description = described(members)
    hashes = description["sha256"]
    name = draw.choice(list(hashes))
    hashes[name] = draw.choice((
        sha256(b""), hashes[name].upper(), hashes[name][:-1], "", None, 7, hashes[name] + " ",
    ))  # fmt: skip
    if draw.random() < 0.2:
        del hashes[name]
    if draw.random() < 0.2:
        hashes["more.bin"] = sha256(b"")
    return signed({**members, MODEL: json.dumps(description).encode()})


def weights_not_finite(content: bytes, draw: Random) -> bytes:
    """Have weights that are no numbers."""
    members, _ = opened(content)
    header, data = parted(members[WEIGHTS])
    numbers = np.frombuffer(data, dtype="<f4").copy()
    numbers[draw.randrange(len(numbers))] = draw.choice((math.nan, math.inf, -math.inf))
    return signed_with(members, WEIGHTS, joined(header, numbers.tobytes()))


def examples_no_table(content: bytes, draw: Random) -> bytes:
    """Have example rows of unknown types, of no type, or of different lengths."""
    members, _ = opened(content)
    examples = json.loads(members.get(EXAMPLES, _SMALL_TABLE))
    name = draw.choice(list(examples))
    column = dict(examples[name])
    values = column.get("values", column.get("array"))
    what = draw.choice(("type", "array type", "length", "deep", "values", "table"))
    if what == "type":
        examples[name] = {"dtype": draw.choice(_BAD_TYPES), "values": values}
    elif what == "array type":
        examples[name] = {"dtype": draw.choice(_BAD_TYPES), "array": values}
    elif what == "length":
        examples["one more"] = {"dtype": "String", "values": ["a"] * (len(values) + 1)}
    elif what == "values":
        examples[name] = draw.choice((None, [], {}, 7, {"dtype": "Int64"}, {"array": [[1], 2]}))
    elif what == "table":
        examples = draw.choice((None, [], 7, "x", [examples]))
    text = _DEEP if what == "deep" else json.dumps(examples).encode()
    return signed_with(members, EXAMPLES, text)


def _numbers_in(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each object or list that holds a number, and its name or place there."""
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for name, entry in entries:
        if isinstance(entry, int | float) and not isinstance(entry, bool):
            yield value, name
        elif isinstance(entry, dict | list):
            yield from _numbers_in(entry)


def _on_weights(way: Way) -> Way:
    def damage(content: bytes, draw: Random) -> bytes:
        members, _ = opened(content)
        return signed_with(members, WEIGHTS, way(members[WEIGHTS], draw))

    return damage


CONTENT_WAYS: Mapping[str, Way] = {
    **{
        way.__name__: way
        for way in (
            description_no_json, description_number, description_field, description_network,
            wrong_hash, weights_not_finite, examples_no_table,
        )
    },
    **{f"weights: {name}": _on_weights(way) for name, way in TENSOR_WAYS.items()},
}  # fmt: skip
