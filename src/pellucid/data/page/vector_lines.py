"""A row beside the vector that the network receives, a line or a few for each column."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from pellucid.data.page.spans import (
    Line,
    Span,
    cut,
    cut_left,
    cut_middle,
    padded,
    printable,
    width_of,
    wrapped,
)
from pellucid.data.page.values import number
from pellucid.data.vectors import RowVector, VectorPart

# Of more features the middle is left out, or, where most are 0, all that are.
_SHOWN = 8
_FIRST, _LAST = 5, 2
_FILES = ("image", "sound")


def vector_lines(vector: RowVector, title: str, note: str, width: int) -> Iterator[Line]:
    """Yield the lines of a row's vector.

    Parameters
    ----------
    vector
        The row as the network receives it.
    title, note
        What is said above it.
    width
        The places in a line.
    """
    yield (Span(cut(printable(title), width), "title"),)
    for line in wrapped(note, width):
        yield (Span(line, "soft"),)
    yield ()
    names = [printable(part.column) for part in vector.parts]
    name_width = min(max([6, *map(width_of, names)]), width // 3)
    values = [_worded(part) for part in vector.parts]
    value_width = min(max([5, *map(width_of, values)]), max(12, width // 4))
    head = (("column", name_width), ("value", value_width), ("numbers", 7))
    yield tuple(Span(padded(text, room + 2), "soft") for text, room in head)
    room = max(20, width - name_width - value_width - 4)
    for part, name, value in zip(vector.parts, names, values, strict=True):
        short = cut_left(value, value_width) if part.kind in _FILES else cut(value, value_width)
        first = padded(cut_middle(name, name_width), name_width + 2), padded(short, value_width + 2)
        for place, line in enumerate(_filled(_features(part), room)):
            cells = first if place == 0 else (" " * len(first[0]), " " * len(first[1]))
            yield (Span(cells[0], "name"), Span(cells[1]), Span(line))


def _worded(part: VectorPart) -> str:
    """Write a row's value as the person knows it, shortly."""
    value = part.value
    if isinstance(value, list) and value and isinstance(value[0], list):
        shape = np.shape(value) if part.kind != "series" else (len(value), "steps")
        return " × ".join(map(str, shape))
    if isinstance(value, list):
        return f"[{', '.join(map(_short, value[:4]))}{' …' if len(value) > 4 else ''}]"
    return "(missing)" if value is None else _short(value)


def _short(value: Any) -> str:
    return number(value) if isinstance(value, float) else printable(str(value))


def _features(part: VectorPart) -> list[str]:
    """Word a column's features: ``=male 1``; the shortest digits that give the same 32 bits."""
    names = [printable(name.removeprefix(part.column).strip()) for name in part.names]
    words = [f"{name} {_exact(n)}".strip() for name, n in zip(names, part.numbers, strict=True)]
    if len(words) <= _SHOWN:
        return words
    other = np.flatnonzero(part.numbers)
    if 2 * len(other) <= len(words):
        shown = [words[place] for place in other[:_SHOWN]]
        shown += [f"… {len(other) - _SHOWN:,} more"] if len(other) > _SHOWN else []
        zeros = len(words) - len(other)
        return [*shown, f"the {'other ' if len(other) else ''}{zeros:,} are 0"]
    left = len(words) - _FIRST - _LAST
    return [*words[:_FIRST], f"… {left:,} more …", *words[-_LAST:]]


def _exact(value: np.float32) -> str:
    if value == 0 or 1e-4 < abs(value) < 1e6:
        return np.format_float_positional(value, trim="-")
    return str(value)


def _filled(words: list[str], width: int) -> Iterator[str]:
    """Put words between commas into lines; a feature stays with its number."""
    line = ""
    for place, word in enumerate(words):
        text = word + ("," if place + 1 < len(words) else "")
        if line and width_of(f"{line} {text}") > width:
            yield line
            line = text
        else:
            line = f"{line} {text}".strip()
    yield line
