"""What the page asks, read and checked: the body's fields, the parameters of an address."""

from __future__ import annotations

import dataclasses
import json
import math
import types
import typing
from collections.abc import Sequence
from typing import Any, Literal, TypeVar

from pellucid.errors import SettingError, quote, quote_list, suggest

Question = TypeVar("Question")
_DEEPEST = 32
_LARGEST_WHOLE = 1 << 53  # up to which a double holds every whole number
_WORDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def read(kind: type[Question], body: bytes) -> Question:
    """Read the body of a request.

    Raises
    ------
    SettingError
        Where it is no such message: not JSON, fields unknown, missing or of another type.

    Examples
    --------
    >>> from pellucid.studio.messages.tracing import TraceRequest
    >>> read(TraceRequest, b'{"example": "test:3"}')
    TraceRequest(example='test:3')
    """
    try:
        text = body.decode("utf-8")
        told = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise SettingError(
            "The body of the request is not JSON.", where=str(error)[:200]
        ) from error
    return made(kind, told)


def made(kind: type[Question], told: Any) -> Question:
    """Make a message of plain values; raises as `read`."""
    if not isinstance(told, dict):
        raise SettingError(f"The request is {_shown(told)}.", expected="an object with fields")
    hints = typing.get_type_hints(kind)
    fields = {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    for name in told:
        if name not in fields:
            raise SettingError(
                f"The request has no field {quote(name)}.",
                expected=f"fields among {quote_list(fields)}",
                remedy=suggest(name, fields),
            )
    values = {}
    for name, field in fields.items():
        if name in told:
            values[name] = _checked(hints[name], told[name], name)
        elif field.default is field.default_factory is dataclasses.MISSING:
            raise SettingError(f"The request needs the field {name!r}.")
    return kind(**values)


def _checked(kind: Any, value: Any, where: str) -> Any:
    """Return a value where it is of the type that its field has."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in {types.UnionType, typing.Union}:
        if value is None:
            return None
        (kind,) = (own for own in arguments if own is not type(None))
        return _checked(kind, value, where)
    if kind is Any:
        _refuse_depth(value, where)
    elif origin is Literal and value not in arguments:
        raise SettingError(
            f"{where} is {_shown(value)}.", expected=f"one of {quote_list(arguments)}"
        )
    elif origin is list and isinstance(value, list):
        value = [_checked(arguments[0], entry, f"{where}[{i}]") for i, entry in enumerate(value)]
    elif origin is dict and isinstance(value, dict):
        value = {key: _checked(arguments[1], own, f"{where}.{key}") for key, own in value.items()}
    elif isinstance(kind, type) and dataclasses.is_dataclass(kind):
        value = made(kind, value)
    elif origin is not Literal:
        value = _simple(kind, value, where)
    return value


def _simple(kind: Any, value: Any, where: str) -> Any:
    if kind is float and type(value) is int and abs(value) < _LARGEST_WHOLE:
        return float(value)
    if type(value) is not kind:
        expected = _WORDS.get(kind, "a list or an object, as the field needs")
        raise SettingError(f"{where} is {_shown(value)}.", expected=expected)
    return value


def _refuse_depth(value: Any, where: str, depth: int = 0) -> None:
    if depth > _DEEPEST:
        raise SettingError(f"{where} is nested more than {_DEEPEST} deep.")
    inner = value.values() if isinstance(value, dict) else value
    for entry in inner if isinstance(value, dict | list) else ():
        _refuse_depth(entry, where, depth + 1)


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:40]} is larger than any number here")
    return value


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return json.dumps(value)[:80]


class Query:
    """The parameters of an address, each taken as what it must be.

    Parameters
    ----------
    pairs
        Names and values; a name may come once.
    """

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._values: dict[str, str] = {}
        for name, value in pairs:
            if name in self._values:
                raise SettingError(f"The parameter {quote(name)} comes twice.")
            self._values[name] = value

    def only(self, *names: str) -> None:
        """Raise SettingError for parameters of other names."""
        for name in self._values:
            if name not in names:
                raise SettingError(
                    f"There is no parameter {quote(name)} here.",
                    expected=f"parameters among {quote_list(names)}" if names else "none",
                    remedy=suggest(name, names),
                )

    def text(self, name: str) -> str | None:
        """Return a parameter's text, or None where it was left out."""
        return self._values.get(name)

    def needed(self, name: str) -> str:
        """Return a parameter's text; raises SettingError where it was left out."""
        if name not in self._values:
            raise SettingError(f"The parameter {name!r} is missing.")
        return self._values[name]

    def choice(self, name: str, choices: Sequence[str], default: str) -> str:
        """Return one of several words."""
        value = self._values.get(name, default)
        if value not in choices:
            raise SettingError(
                f"{name} is {quote(value)}.",
                expected=f"one of {quote_list(choices)}",
                remedy=suggest(value, choices),
            )
        return value

    def whole(self, name: str, default: int, lowest: int, highest: int) -> int:
        """Return a whole number between two."""
        text = self._values.get(name)
        return default if text is None else whole(text, name, lowest, highest)

    def span(self, name: str, length: int) -> slice:
        """Return ``a:b``, a ≤ i < b, of an axis of this length; left out, all of it."""
        text = self._values.get(name)
        if text is None:
            return slice(0, length)
        first, colon, last = text.partition(":")
        if not colon:
            raise SettingError(f"{name} is {quote(text)}.", expected="a:b, such as 0:64")
        start = whole(first or "0", name, 0, length)
        return slice(start, whole(last or str(length), name, start, length))


def whole(text: str, name: str, lowest: int, highest: int) -> int:
    """Read a whole number between two; raises SettingError for anything else."""
    is_digits = text.isascii() and text.isdigit() and len(text) <= 18
    if not is_digits or not lowest <= int(text) <= highest:
        raise SettingError(
            f"{name} is {quote(text)}.",
            expected=f"a whole number from {lowest:,} to {highest:,}",
        )
    return int(text)
