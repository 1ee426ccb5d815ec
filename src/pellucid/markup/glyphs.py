"""Small drawings that stand in a line of a table: a range, counts, two numbers on one scale."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pellucid.markup.axes import Scale
from pellucid.markup.elements import Markup, decimals, element

_BLUE, _GREY = "#2563eb", "#808080"
_WIDTH, _HEIGHT = 120.0, 22.0
MOST_BARS = 12


def range_glyph(
    minimum: float, maximum: float, mean: float | None, deviation: float | None
) -> Markup:
    """Draw a line from the least to the greatest number, and a box of a deviation round the mean.

    Nothing is drawn where numbers are not finite, or all the same.
    """
    known = [number for number in (mean, deviation) if number is not None]
    if not all(map(math.isfinite, [minimum, maximum, *known])) or not maximum > minimum:
        return Markup()
    x = Scale(minimum, maximum, 2.0, _WIDTH - 2)
    middle = _HEIGHT / 2
    drawn = [
        element("line", x1=x.start, x2=x.stop, y1=middle, y2=middle, stroke=_GREY),
        *[
            element("line", x1=end, x2=end, y1=middle - 5, y2=middle + 5, stroke=_GREY)
            for end in (x.start, x.stop)
        ],
    ]
    words = f"from {minimum:.6g} to {maximum:.6g}"
    if mean is not None and deviation is not None and minimum <= mean <= maximum:
        left = x.place(max(minimum, mean - deviation))
        right = x.place(min(maximum, mean + deviation))
        drawn.append(
            element(
                "rect", x=left, width=max(right - left, 1.0), y=middle - 5, height=10,
                rx=2, fill=_BLUE, fill_opacity=0.35, class_="look-0",
            )
        )  # fmt: skip
        at = x.place(mean)
        drawn.append(
            element(
                "line", x1=at, x2=at, y1=middle - 7, y2=middle + 7, stroke=_BLUE,
                stroke_width=2, class_="look-0",
            )
        )  # fmt: skip
        words += f", mean {mean:.4g}, deviation {deviation:.4g}"
    return _small(words, *drawn)


def counts_glyph(labels: Sequence[str], counts: Sequence[int], n_rows: int) -> Markup:
    """Draw a bar for each label, the most frequent of them; each tells its share."""
    shown = min(len(counts), MOST_BARS)
    largest = max(counts[:shown], default=0)
    if not largest:
        return Markup()
    step = min((_WIDTH - 2) / shown, 22.0)
    bars = []
    for place in range(shown):
        height = max(1.0, (_HEIGHT - 2) * counts[place] / largest)
        told = f"{labels[place]}: {counts[place]:,} of {n_rows:,} ({_share(counts[place], n_rows)})"
        bars.append(
            element(
                "rect", element("title", told), x=1 + place * step, y=_HEIGHT - height,
                width=step * 0.82, height=height, rx=1, fill=_BLUE, class_="look-0",
            )
        )  # fmt: skip
    rest = len(counts) - shown
    return _small(f"counts of {shown} values" + (f", {rest} more not drawn" if rest else ""), *bars)


def comparison_glyph(value: float, trivial: float | None, low: float, high: float) -> Markup:
    """Draw two numbers on one scale: a full dot, and a hollow one for the trivial predictor.

    Numbers beyond the ends lie at the ends.
    """
    x = Scale(low, high, 7.0, _WIDTH - 7)
    middle = _HEIGHT / 2
    at = x.place(min(max(value, low), high))
    drawn = [element("line", x1=x.start, x2=x.stop, y1=middle, y2=middle, stroke=_GREY,
                     stroke_opacity=0.5)]  # fmt: skip
    words = f"this network {value:.4g}"
    if trivial is not None and math.isfinite(trivial):
        other = x.place(min(max(trivial, low), high))
        drawn += [
            element("line", x1=other, x2=at, y1=middle, y2=middle, stroke=_BLUE, stroke_width=3,
                    class_="look-0"),
            element("circle", cx=other, cy=middle, r=4, fill="none", stroke="currentColor",
                    stroke_width=1.5),
        ]  # fmt: skip
        words += f", trivial predictor {trivial:.4g}"
    drawn.append(element("circle", cx=at, cy=middle, r=5, fill=_BLUE, class_="look-0"))
    return _small(f"{words}, on a scale from {low:.4g} to {high:.4g}", *drawn)


def _share(count: int, n_rows: int) -> str:
    return f"{100 * count / n_rows:.1f} %" if n_rows else "none"


def _small(words: str, *drawn: Markup) -> Markup:
    return element(
        "svg",
        element("title", words),
        *drawn,
        viewBox=f"0 0 {decimals(_WIDTH)} {decimals(_HEIGHT)}",
        width=_WIDTH,
        height=_HEIGHT,
        role="img",
    )
