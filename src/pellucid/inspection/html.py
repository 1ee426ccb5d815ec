"""Explanations in notebooks: the answer, bars to both sides, pictures of pixels, words and steps.

Blue speaks for, orange against, and every number has its sign, so that colour is never alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pellucid.inspection.drawing import (
    Bar,
    bars_of,
    closing,
    details_of,
    headline,
    importance_bars,
    importance_head,
    word_bars,
)
from pellucid.inspection.pictures import course_to_html, grid_to_html, legend, part_to_html
from pellucid.inspection.values import signed, written
from pellucid.markup import Markup, element, framed, section

if TYPE_CHECKING:
    from pellucid.inspection.explanation import Explanation
    from pellucid.inspection.overall import Importance, Inside

# So many columns of an importance are opened: a page stays small.
MOST_INSIDE = 2


def explanation_to_html(explanation: Explanation) -> str:
    """Return an explanation as HTML."""
    first, *further = headline(explanation)
    parts = explanation.parts
    pieces = [element("p", element("strong", first), class_="title")]
    pieces += [element("p", line) for line in further]
    if len(parts) > 1:
        pieces.append(_table(bars_of(explanation)))
    drawn = [part_to_html(part) for part in parts]
    for part, picture in zip(parts, drawn, strict=True):
        if picture and len(parts) > 1:
            pieces.append(section(part.column))
        pieces.append(picture)
        if len(parts) == 1 and part.is_listed:
            pieces.append(_table(details_of(part)))
    if not any(drawn):  # what has a picture says what its colours mean
        pieces.append(legend("bars that speak"))
    pieces += [element("p", line, class_="soft small") for line in closing(explanation)]
    return framed(*pieces)


def importance_to_html(importance: Importance) -> str:
    """Return an importance as HTML: the columns, then what of texts, images and courses it was."""
    first, *further = importance_head(importance)
    pieces = [element("p", element("strong", first)), *[element("p", line) for line in further]]
    pieces.append(_table(importance_bars(importance), both_sides=False))
    for inside in importance.inside[:MOST_INSIDE]:
        pieces.append(section(inside.column))
        pieces.append(_inside(inside, importance))
    return framed(*pieces)


def _inside(inside: Inside, importance: Importance) -> Markup:
    both_sides = importance.is_one_question
    if inside.names:
        return _table(word_bars(inside, importance), both_sides=both_sides, has_values=True)
    shown = inside.mean if both_sides else inside.mean_absolute
    if inside.kind == "image":
        return grid_to_html(shown, "mean contribution of each pixel", has_sides=both_sides)
    return course_to_html(shown, inside.channels, inside.seconds, has_sides=both_sides)


def _table(
    bars: Sequence[Bar], *, both_sides: bool = True, has_values: bool | None = None
) -> Markup:
    has_values = both_sides if has_values is None else has_values
    rows = []
    for bar in bars:
        drawn = element("div", style=f"width:{100 * abs(bar.share):.2f}%")
        left, right = (None, drawn) if bar.share >= 0 else (drawn, None)
        number = signed(bar.contribution) if both_sides else written(bar.contribution, 4)
        rows.append(
            element(
                "tr",
                element("td", bar.label),
                element("td", _short(bar.value)) if has_values else None,
                element("td", left, class_="bar against") if both_sides else None,
                element("td", right, class_="bar for"),
                element("td", number, class_="number"),
            )
        )
    return element("table", element("tbody", *rows), class_="wide middle bars")


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
