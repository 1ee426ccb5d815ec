"""Messages written as JSON."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np


def to_json(message: Any) -> bytes:
    """Write a message.

    Examples
    --------
    >>> from pellucid.studio.messages.inside import Point
    >>> to_json(Point(np.float32(0.1), float("nan")))
    b'{"weight":0.10000000149011612,"loss":null}'
    """
    try:
        text = _ENCODER.encode(message)
    except (TypeError, ValueError):  # a NaN somewhere, or a name that is no text
        text = _ENCODER.encode(_plain(message))
    return text.encode("utf-8", "replace")


def _opened(value: Any) -> Any:
    """Return what a value is made of, which JSON may hold; text of what it cannot hold."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if dataclasses.is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return dict(value) if isinstance(value, Mapping) else str(value)


_ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_opened
)


def _plain(value: Any) -> Any:
    """Return what JSON can hold; NaN and infinities become null, what it cannot hold text."""
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, Mapping):
        return {str(name): _plain(entry) for name, entry in value.items()}
    return _plain(_opened(value))
