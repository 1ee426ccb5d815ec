"""Descriptions of models with a few values changed, in files that are signed anew.

Random bytes never get behind the hashes of a model file. So the fuzzer's bytes say which places
of a true description get which odd values, and the file around it is made to fit.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

from reliability.damage.bases import GOLDEN
from reliability.damage.signing import MODEL, Members, opened, signed

_REMOVED = object()
ODD: tuple[object, ...] = (
    _REMOVED, None, True, False, 0, 1, -1, 2, 7, 1.5, -0.0, 1e308, 1e-320, 1 << 31, 1 << 40,
    1 << 63, 10**30, "", "x", "a/b", "output", "hidden_1", "../x", "\0", "é" * 50, "classification",
    "regression", "number", "dense", "relu", "2024-01-01", "UTC", "AAAA", [], [0], [[1, 2], [3]],
    [None], ["a", "a"], {}, {"a": 1},
)  # fmt: skip
Place = tuple[str | int, ...]


def patched(content: bytes) -> bytes:
    """Return a model file; of each three bytes two choose a place, the third what stands there."""
    members, text, places = _base(content[-1] if content else 0)
    description = json.loads(text)
    for start in range(0, len(content) - 2, 3):
        place = places[int.from_bytes(content[start : start + 2], "big") % len(places)]
        _put(description, place, ODD[content[start + 2] % len(ODD)])
    return signed({**members, MODEL: json.dumps(description).encode()})


@cache
def _bases() -> list[tuple[Members, bytes, list[Place]]]:
    bases = []
    for path in sorted(GOLDEN.glob("*.pellucid")):
        members, _ = opened(path.read_bytes())
        description = json.loads(members[MODEL])
        # Two epochs stand for thirty, which would take most of the time.
        description["made"]["history"] = description["made"]["history"][:2]
        text = json.dumps(description).encode()
        bases.append((members, text, list(_places(description))))
    return bases


def _base(number: int) -> tuple[Members, bytes, list[Place]]:
    bases = _bases()
    return bases[number % len(bases)]


def _places(value: Any, above: Place = ()) -> Iterator[Place]:
    """Yield the way to each value; of the history only one, as nothing is computed by it."""
    entries: Any = value.items() if isinstance(value, dict) else enumerate(value)
    for name, entry in entries:
        yield (*above, name)
        if isinstance(entry, dict | list) and (*above, name)[:2] != ("made", "history"):
            yield from _places(entry, (*above, name))


def _put(value: Any, place: Place, odd: object) -> None:
    """Put a value at a place, unless an earlier change took the place away."""
    *above, last = place
    try:
        for name in above:
            value = value[name]
        if odd is _REMOVED:
            del value[last]
        else:
            value[last] = deepcopy(odd)  # a later change may change it, or put it into itself
    except (LookupError, TypeError):
        return
