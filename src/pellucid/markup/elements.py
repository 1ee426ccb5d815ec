"""Elements of HTML and SVG, escaped by construction.

Text and attributes are always escaped; only what `element` itself returned goes into a page as
it is. Names of columns and classes come from data, and data may hold ``<script>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

# Elements that never have anything in them; browsers want no closing tag for them.
_VOID = frozenset({"br", "col", "hr", "img", "circle", "image", "line", "path", "rect"})
# What XML knows no way to write: control characters but tab and new line, and lone surrogates.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})

Attribute: TypeAlias = str | float | bool | None


class Markup(str):
    """HTML or SVG that is safe to put into a page as it is."""

    __slots__ = ()


def text(value: object) -> Markup:
    """Escape anything to be shown as text; what is markup already stays as it is.

    Examples
    --------
    >>> text("a < b & 'c'")
    'a &lt; b &amp; &#x27;c&#x27;'
    """
    if isinstance(value, Markup):
        return value
    return Markup(_UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", str(value)).translate(_ESCAPES))


def join(pieces: Iterable[str], between: str = "") -> Markup:
    """Put pieces one after the other, each escaped unless it is markup."""
    return Markup(text(between).join(text(piece) for piece in pieces))


def within(pieces: Iterable[Markup], n_bytes: int) -> list[Markup]:
    """Return the first pieces that together take at most so many bytes.

    Names and values may be endless, and a page of a notebook is kept in its file.

    Examples
    --------
    >>> within([Markup("one"), Markup("two"), Markup("three")], 7)
    ['one', 'two']
    """
    kept: list[Markup] = []
    for piece in pieces:
        n_bytes -= len(piece.encode())
        if n_bytes < 0:
            break
        kept.append(piece)
    return kept


def element(name: str, *children: str | None, **attributes: Attribute) -> Markup:
    """Make an element.

    Parameters
    ----------
    name
        Its tag.
    *children
        What is in it, in order; None is nothing.
    **attributes
        Its attributes. Underscores stand for hyphens, and one at the end keeps a name clear of
        Python's words; None and False leave the attribute out, numbers get two decimals.

    Examples
    --------
    >>> element("td", "1 < 2", class_="number")
    '<td class="number">1 &lt; 2</td>'
    >>> element("line", x1=1.0, y1=2.345, stroke_width=2)
    '<line x1="1" y1="2.35" stroke-width="2"/>'
    """
    opening = "".join([name, *(_attribute(key, value) for key, value in attributes.items())])
    if name in _VOID and not children:
        return Markup(f"<{opening}/>")
    inside = join(child for child in children if child is not None)
    return Markup(f"<{opening}>{inside}</{name}>")


def section(heading: str, further: str | None = None) -> Markup:
    """Head a part of a page; not as ``h2``, which Jupyter lists among a notebook's own."""
    soft = None if further is None else element("span", f" {further}", class_="soft")
    return element("p", element("strong", heading), soft, class_="name")


def decimals(number: float) -> str:
    """Write a length for a drawing: at most two decimals, no zeros at the end.

    Examples
    --------
    >>> decimals(12.0), decimals(0.125), decimals(-0.001)
    ('12', '0.12', '0')
    """
    written = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def _attribute(key: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    key = key.rstrip("_").replace("_", "-")
    if value is True:
        value = key  # the form that XML knows as well
    written = decimals(value) if isinstance(value, int | float) else text(value)
    return f' {key}="{written}"'
