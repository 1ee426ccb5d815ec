"""Plain values as the text of a Python program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

WIDTH = 96
"""As long lines may be."""


class Name(str):
    """What a program calls something: written without quotation marks."""

    __slots__ = ()


def written(value: Any, indent: int = 0) -> str:
    """Write a value, over several lines where one is too short.

    Parameters
    ----------
    value
        Nested lists, tuples and dicts of texts, names, numbers, truth values and None.
    indent
        How many blanks stand before what the value ends on.

    Examples
    --------
    >>> print(written({"activation": Name("relu"), "size": [3, 3], "name": "it's"}))
    {"activation": relu, "size": [3, 3], "name": "it's"}
    >>> print(written(["a" * 50, "b" * 50]))
    [
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
    ]
    """
    flat = _flat(value)
    if isinstance(value, str) and not isinstance(value, Name) and len(value) > WIDTH:
        size = max(8, WIDTH - indent - 8)
        pieces = [_flat(value[first : first + size]) for first in range(0, len(value), size)]
        return _enclosed("()", pieces, indent)
    if indent + len(flat) <= WIDTH or not isinstance(value, list | tuple | dict) or not value:
        return flat
    if isinstance(value, Mapping):
        lines = [f"{_flat(key)}: {written(one, indent + 4)}," for key, one in value.items()]
    elif any(isinstance(one, list | tuple | dict) for one in value):
        lines = [f"{written(one, indent + 4)}," for one in value]
    else:
        lines = _filled([f"{_flat(one)}," for one in value], WIDTH - indent - 4)
    brackets = "{}" if isinstance(value, Mapping) else "[]" if isinstance(value, list) else "()"
    return _enclosed(brackets, lines, indent)


def _enclosed(brackets: str, lines: Sequence[str], indent: int) -> str:
    inside = "".join(f"{' ' * (indent + 4)}{line}\n" for line in lines)
    return f"{brackets[0]}\n{inside}{' ' * indent}{brackets[1]}"


def _flat(value: Any) -> str:
    if isinstance(value, Name):
        return str(value)
    if isinstance(value, str):
        text = repr(value)
        return f'"{text[1:-1]}"' if text[0] == "'" and '"' not in text else text
    if isinstance(value, Mapping):
        pairs = (f"{_flat(key)}: {_flat(one)}" for key, one in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flat, value))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(_flat, value))}{',' if len(value) == 1 else ''})"
    return repr(value)


def _filled(words: Sequence[str], width: int) -> list[str]:
    """Put as many words into each line as fit."""
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
