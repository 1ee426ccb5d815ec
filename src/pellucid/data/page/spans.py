"""Lines of text with styles, cut and wrapped to a width; a flag is never folded.

A style is a word ("soft", "warning" …) that a face turns into colours, or drops.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

# A flag with its value is one word: folded, nobody could copy it.
_FLAG = r"--[a-z][a-z-]*(?:[ =](?:\"[^\"]*\"|'[^']*'|[^\s\"'(])+)?"
_WORDS = re.compile(rf"\S*?{_FLAG}\S*|\S+")


class Span(NamedTuple):
    """A piece of a line in one style; "" is the plain one."""

    text: str
    style: str = ""


Line = tuple[Span, ...]


def plain(line: Line) -> str:
    """Return a line without its styles."""
    return "".join(span.text for span in line).rstrip()


def printable(text: str) -> str:
    r"""Return text as one line: what would move a terminal's cursor is written as in Python.

    Examples
    --------
    >>> printable("two\nlines")
    'two\\nlines'
    """
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def width_of(text: str) -> int:
    """Return how many places of a terminal a text takes.

    Examples
    --------
    >>> width_of("age"), width_of("年齢"), width_of("e\u0301")
    (3, 4, 1)
    """
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(sign) else 1 + (unicodedata.east_asian_width(sign) in "WF")
        for sign in text
    )


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Fill a text up with blanks, behind it or before it."""
    blanks = " " * (width - width_of(text))
    return blanks + text if right else text + blanks


def cut(text: str, width: int) -> str:
    """Leave out the end of what is too long.

    Examples
    --------
    >>> cut("Southampton", 6)
    'South…'
    """
    if width_of(text) <= width:
        return text
    return _head(text, width - 1) + "…" if width > 0 else ""


def cut_middle(text: str, width: int) -> str:
    """Leave out the middle of what is too long.

    Examples
    --------
    >>> cut_middle("worst fractal dimension", 15)
    'worst f…mension'
    """
    if width_of(text) <= width:
        return text
    head = _head(text, width // 2)
    return f"{head}…{_tail(text, width - width_of(head) - 1)}" if width > 1 else cut(text, width)


def cut_left(text: str, width: int) -> str:
    """Leave out the beginning of what is too long, such as the folders of a path.

    Examples
    --------
    >>> cut_left("/data/pictures/p0.png", 12)
    '…/p0.png'
    """
    if width_of(text) <= width:
        return text
    tail = _tail(text, width - 1)
    place = re.search(r"[/\\]", tail)
    # Whole names of folders are left, where there is one.
    return "…" + (tail[place.start() :] if place else tail)


def wrapped(text: str, width: int) -> Iterator[str]:
    """Divide a text into lines between its words; flags, and words too long, are never divided.

    Examples
    --------
    >>> list(wrapped('Leave it out (--drop "home town").', 16))
    ['Leave it out', '(--drop "home town").']
    """
    line = ""
    for word in _WORDS.findall(text):
        joined = f"{line} {word}" if line else word
        if line and width_of(joined) > width:
            yield line
            line = word
        else:
            line = joined
    if line:
        yield line


def _head(text: str, width: int) -> str:
    taken, used = 0, 0
    while taken < len(text) and used + width_of(text[taken]) <= width:
        used += width_of(text[taken])
        taken += 1
    return text[:taken]


def _tail(text: str, width: int) -> str:
    return _head(text[::-1], width)[::-1]
