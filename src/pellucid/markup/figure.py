"""A drawing as shapes, written as SVG or painted as PNG.

Shapes know where they are and what they look like, in pixels from the upper left corner; a look is
one of five colours that are told apart by people who confuse red and green, or none: the page's
own ink. What is drawn is put together elsewhere (`pellucid.markup.plots`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pellucid.markup.elements import Markup, decimals, element, join

Point: TypeAlias = tuple[float, float]
Anchor: TypeAlias = Literal["start", "middle", "end"]

LOOKS = ("#2563eb", "#d86210", "#0b8a5e", "#9333c8", "#c2185b")
"""Colours on a light ground, by look."""

DARK_LOOKS = ("#6ea0ff", "#f0883e", "#3fbf8f", "#c58af9", "#ff7eb0")
"""The same on a dark ground."""

INK, PAPER = "#1f2328", "#ffffff"
FONT = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"
# An average letter is so wide, measured in the font's size.
LETTER = 0.54


@dataclass(frozen=True)
class Path:
    """A line through points; ``faint`` from 0 to 1 is how much of it is seen."""

    points: Sequence[Point]
    look: int | None = None
    width: float = 1.0
    dash: tuple[float, float] | None = None
    faint: float = 1.0


@dataclass(frozen=True)
class Area:
    """A filled shape; with a ``told``, pointing at it shows these words."""

    points: Sequence[Point]
    look: int | None = None
    faint: float = 1.0
    told: str = ""


@dataclass(frozen=True)
class Words:
    """Text, its base line at ``y``."""

    text: str
    x: float
    y: float
    look: int | None = None
    size: float = 12.0
    anchor: Anchor = "start"
    bold: bool = False
    faint: float = 1.0


Shape: TypeAlias = Path | Area | Words


@dataclass(frozen=True)
class Figure:
    """Shapes on a sheet, drawn in their order.

    Attributes
    ----------
    width, height
        The sheet's, in pixels.
    shapes
        What is on it.
    title, description
        What it is, and what it shows, for people who cannot see it.

    Examples
    --------
    >>> figure = Figure(20, 10, (Path(((0, 5), (20, 5)), look=0),), "a line", "It is level.")
    >>> figure.to_svg().count("<path")
    1
    >>> figure.to_png()[1:4]
    b'PNG'
    """

    width: float
    height: float
    shapes: tuple[Shape, ...]
    title: str
    description: str

    def to_svg(self) -> Markup:
        """Return it as an element for a page, whose colours it takes."""
        return self._svg(map(_svg_shape, self.shapes), fill="currentColor", class_="chart")

    def to_svg_file(self) -> str:
        """Return it as the text of a file of its own, on a white ground."""
        ground = element("rect", width=self.width, height=self.height, fill=PAPER)
        shapes = [ground, *map(_svg_shape, self.shapes)]
        return self._svg(
            shapes, xmlns="http://www.w3.org/2000/svg", color=INK, fill=INK, font_family=FONT
        )

    def to_png(self, scale: int = 2) -> bytes:
        """Paint it on a white ground, each pixel of the sheet as ``scale`` by ``scale``."""
        from pellucid.markup.painting import paint

        return paint(self, scale)

    def _svg(self, shapes: object, **attributes: str) -> Markup:
        assert not isinstance(shapes, str)  # noqa: S101 -- pieces, not one text
        return element(
            "svg",
            element("title", self.title),
            element("desc", self.description),
            *shapes,  # type: ignore[misc]
            viewBox=f"0 0 {decimals(self.width)} {decimals(self.height)}",
            width=self.width,
            height=self.height,
            role="img",
            **attributes,
        )


def mark(number: int, x: float, y: float, size: float = 4.2) -> tuple[Point, ...]:
    """Return the outline of a mark: circle, square, triangle, diamond, triangle upside down.

    Parameters
    ----------
    number
        Which of the five.
    x, y, size
        Its middle, and about half its width.
    """
    if number % 5 == 0:
        corners = 20
        circle = [_on_circle(corner / corners) for corner in range(corners)]
        return tuple((x + size * across, y + size * down) for across, down in circle)
    side, tall = 0.88 * size, 1.25 * size
    outline: Sequence[Point] = {
        1: ((-side, -side), (side, -side), (side, side), (-side, side)),
        2: ((0, -tall), (1.1 * size, 0.8 * size), (-1.1 * size, 0.8 * size)),
        3: ((0, -tall), (tall, 0), (0, tall), (-tall, 0)),
        4: ((0, tall), (1.1 * size, -0.8 * size), (-1.1 * size, -0.8 * size)),
    }[number % 5]
    return tuple((x + across, y + down) for across, down in outline)


def width_of_words(text: str, size: float) -> float:
    """Return about how wide a text is, in pixels."""
    return len(text) * LETTER * size


def _on_circle(share: float) -> Point:
    from math import cos, pi, sin

    return cos(2 * pi * share), sin(2 * pi * share)


def _svg_shape(shape: Shape) -> Markup:
    colour = "currentColor" if shape.look is None else LOOKS[shape.look]
    opacity = None if shape.faint == 1.0 else f"{shape.faint:g}"
    looks = None if shape.look is None else f"look-{shape.look}"
    if isinstance(shape, Words):
        return element(
            "text", shape.text, x=shape.x, y=shape.y, font_size=shape.size,
            text_anchor=None if shape.anchor == "start" else shape.anchor,
            font_weight=600 if shape.bold else None, fill=colour, fill_opacity=opacity,
            class_=looks,
        )  # fmt: skip
    way = "M" + " L".join(f"{decimals(x)},{decimals(y)}" for x, y in shape.points)
    if isinstance(shape, Area):
        told = element("title", shape.told) if shape.told else None
        solid = "solid" if looks is None else f"solid {looks}"
        return element("path", told, d=f"{way} Z", fill=colour, fill_opacity=opacity, class_=solid)
    dash = None if shape.dash is None else join([f"{length:g}" for length in shape.dash], " ")
    return element(
        "path", d=way, fill="none", stroke=colour, stroke_width=shape.width, class_=looks,
        stroke_dasharray=dash, stroke_opacity=opacity, stroke_linejoin="round",
        stroke_linecap="round" if shape.dash is None else None,
    )  # fmt: skip
