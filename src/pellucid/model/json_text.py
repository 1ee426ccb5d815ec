"""JSON as a model file holds it: UTF-8, finite numbers, every name once in its object.

Python's reader is more generous: it takes ``NaN``, and of two values of one name the last. Another
reader would refuse the first and might take the other value; so neither is read here, and neither
is ever written: what is no finite number becomes null.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn


def to_json(value: Any, indent: int | None = None) -> bytes:
    """Write plain data as JSON.

    Examples
    --------
    >>> to_json({"loss": [0.5, float("nan")]})
    b'{"loss": [0.5, null]}'
    """
    try:
        text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)
    except ValueError:
        text = json.dumps(_finite_only(value), ensure_ascii=False, indent=indent, allow_nan=False)
    return text.encode()


def from_json(content: bytes) -> Any:
    """Read JSON; raise ValueError for anything that `to_json` would not write.

    Examples
    --------
    >>> from_json(b'{"mean": 1e999}')
    Traceback (most recent call last):
    ValueError: 1e999 is no finite number
    """
    return json.loads(
        content.decode(),
        parse_constant=_refuse_number,
        parse_float=_finite,
        object_pairs_hook=_with_names_once,
    )


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse_number(text)


def _refuse_number(text: str) -> NoReturn:
    raise ValueError(f"{text[:40]} is no finite number")


def _with_names_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    if len(named) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return named


def _finite_only(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: _finite_only(entry) for name, entry in value.items()}
    return [_finite_only(entry) for entry in value] if isinstance(value, list | tuple) else value
