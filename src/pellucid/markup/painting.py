"""Shapes painted with Pillow: a figure as PNG, without a browser.

The only font that is surely there is Pillow's own, which has little more than ASCII. What it lacks
is written with what it has: é as e, ² as 2, other scripts as question marks. SVG has them all.
"""

from __future__ import annotations

import functools
import io
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import dist
from typing import TYPE_CHECKING, Any

from pellucid.markup.figure import INK, LOOKS, PAPER, Area, Figure, Path, Point, Shape, Words

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

# Painted so many times larger and made smaller: Pillow's own edges are jagged.
_FINER = 3
# What has no letters to fall back on.
_INSTEAD = {
    "–": "-", "—": "-", "−": "-", "≈": "~", "’": "'", "‘": "'", "“": '"', "”": '"', "ß": "ss",
}  # fmt: skip
_NO_SIGN = "\uffff"
_ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def paint(figure: Figure, scale: int = 2) -> bytes:
    """Paint a figure on a white ground, ``scale`` times as large; PNG."""
    from PIL import Image, ImageDraw

    finer = scale * _FINER
    size = round(figure.width * finer), round(figure.height * finer)
    sheet = Image.new("RGB", size, PAPER)
    brush = ImageDraw.Draw(sheet, "RGBA")
    for shape in figure.shapes:
        _paint(brush, shape, finer)
    small = sheet.resize(
        (round(figure.width * scale), round(figure.height * scale)), Image.Resampling.LANCZOS
    )
    stream = io.BytesIO()
    small.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _paint(brush: ImageDraw, shape: Shape, finer: int) -> None:
    colour = _colour(shape)
    if isinstance(shape, Words):
        font = _font(shape.size * finer)
        brush.text(
            (shape.x * finer, shape.y * finer),
            writable(shape.text),
            fill=colour,
            font=font,
            anchor=_ANCHORS[shape.anchor],
            stroke_width=round(finer * shape.size / 40) if shape.bold else 0,
            stroke_fill=colour,
        )
        return
    points = [(x * finer, y * finer) for x, y in shape.points]
    if isinstance(shape, Area):
        brush.polygon(points, fill=colour)
        return
    width = max(1, round(shape.width * finer))
    for piece in _dashes(points, shape, finer):
        brush.line(piece, fill=colour, width=width, joint="curve")


def _colour(shape: Shape) -> tuple[int, int, int, int]:
    name = INK if shape.look is None else LOOKS[shape.look]
    red, green, blue = (int(name[place : place + 2], 16) for place in (1, 3, 5))
    if not isinstance(shape, Words):
        return red, green, blue, round(255 * shape.faint)
    # Pillow paints letters as if they were not faint: what would be seen of them on white.
    red, green, blue = (round(255 + shape.faint * (c - 255)) for c in (red, green, blue))
    return red, green, blue, 255


def _font(size: float) -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(size)


def writable(text: str) -> str:
    """Return a text in signs that the font has.

    Examples
    --------
    >>> writable("R² of Größe – 年"), writable("81.0 % ± 0.4")
    ('R2 of Grosse - ?', '81.0 % ± 0.4')
    """
    return "".join(map(_writable_sign, text))


@functools.cache
def _writable_sign(sign: str) -> str:
    if sign.isascii() or _has(sign):
        return sign
    if unicodedata.combining(sign):
        return ""
    plain = unicodedata.normalize("NFKD", _INSTEAD.get(sign, sign))
    return "".join(one for one in plain if one.isascii() or _has(one)) or "?"


def _has(sign: str) -> bool:
    """Return whether the font draws a sign as anything but the box for signs that it lacks."""
    mask, missing = (_font(20).getmask(one) for one in (sign, _NO_SIGN))
    return (mask.size, bytes(mask)) != (missing.size, bytes(missing))


def _dashes(points: Sequence[Point], path: Path, finer: int) -> Iterator[list[Point]]:
    """Divide a line into its dashes; one without any stays whole."""
    if path.dash is None:
        yield list(points)
        return
    drawn, gap = (length * finer for length in path.dash)
    for (x0, y0), (x1, y1) in pairwise(points):
        length = dist((x0, y0), (x1, y1)) or 1.0
        start = 0.0
        while start < length:
            stop = min(start + drawn, length)
            ends = (start / length, stop / length)
            yield [(x0 + share * (x1 - x0), y0 + share * (y1 - y0)) for share in ends]
            start = stop + gap
