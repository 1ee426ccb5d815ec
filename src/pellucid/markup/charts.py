"""Curves over whole numbers as SVG: axes, a legend, a marked place, words for those who see none.

Curves differ by colour and by dashes, and every number can be had without a script: by pointing
at its place. A chart takes up to 8 kB; a sparkline (`pellucid.training.history`) a line of text.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pellucid.markup.axes import Scale, round_steps, scale_for, thinned
from pellucid.markup.elements import Markup, decimals, element, join

# What can be told apart on a chart this wide.
MOST_POINTS = 160
# So many places tell their numbers to whoever points at them.
MOST_PLACES = 32
_DOTTED = 16
_MOST_CROSSES = 24
# An average letter is so wide, measured in the fonts' size.
_LETTER = 0.56
_SIZE = 11.0
# Written into the drawing as well as into the stylesheet, which some pages take away.
_COLOURS = ("#2563eb", "#d86210")
_DASHES = (None, "5 3")


@dataclass(frozen=True)
class Curve:
    """One line of a chart.

    Parameters
    ----------
    name
        What the legend calls it; nothing, where it is the only one.
    numbers
        One for each place on the chart's x axis; those that are not finite are gaps.
    look
        0: blue, unbroken; 1: orange, dashed.
    """

    name: str
    numbers: Sequence[float]
    look: int = 0


@dataclass(frozen=True)
class Chart:
    """Curves over the same whole numbers.

    Parameters
    ----------
    title
        What is drawn; it stands over the y axis.
    x_name, xs
        What the x axis counts, and its numbers, rising.
    curves
        The lines.
    write
        How a number is written for people.
    axis
        How a round number is written beside the y axis.
    may_be_logarithmic
        Whether numbers that differ by more than a factor of thirty get a logarithmic axis.
    mark
        A place that is marked: its index, and what is written there.
    width, height
        In pixels.
    """

    title: str
    x_name: str
    xs: Sequence[int]
    curves: tuple[Curve, ...]
    write: Callable[[float], str] = "{:.4g}".format
    mark: tuple[int, str] | None = None
    axis: Callable[[float], str] = "{:.4g}".format
    may_be_logarithmic: bool = False
    width: float = 300.0
    height: float = 206.0


def chart_to_svg(chart: Chart) -> Markup:
    """Draw a chart."""
    numbers = [number for curve in chart.curves for number in curve.numbers]
    top, bottom = 46.0, chart.height - 34.0
    y = scale_for(numbers, bottom, top, may_be_logarithmic=chart.may_be_logarithmic)
    ticks = [(tick, chart.axis(tick)) for tick in y.ticks()]
    left = 12 + max([_width(label) for _, label in ticks], default=0.0)
    x = _x_scale(chart.xs, left, chart.width - 14)
    name = chart.title + (", log scale" if y.logarithmic else "")
    return element(
        "svg",
        element("title", name),
        element("desc", describe(chart)),
        _axes(x, y, ticks),
        _x_labels(chart, x, bottom),
        element("text", name, x=2, y=14, font_size=_SIZE + 1, font_weight=600, fill="currentColor"),
        _legend(chart) if any(curve.name for curve in chart.curves) else None,
        *[_curve(curve, chart.xs, x, y) for curve in chart.curves],
        _mark(chart, x, y),
        _places(chart, x, y),
        viewBox=f"0 0 {decimals(chart.width)} {decimals(chart.height)}",
        width=chart.width,
        height=chart.height,
        role="img",
        class_="chart",
        font_size=_SIZE,
    )


def describe(chart: Chart) -> str:
    """Say in words what a chart shows: each curve's ends, its extremes, the marked place."""
    if not len(chart.xs):
        return "There is nothing to show yet."
    sentences = []
    for curve in chart.curves:
        finite = [
            (number, x)
            for number, x in zip(curve.numbers, chart.xs, strict=True)
            if math.isfinite(number)
        ]
        n_gaps = len(curve.numbers) - len(finite)
        if finite:
            (first, start), (last, stop) = finite[0], finite[-1]
            (low, low_at), (high, high_at) = min(finite), max(finite)
            sentences.append(
                f"{_named(chart, curve)}: {chart.write(first)} at {chart.x_name} {start}, "
                f"{chart.write(last)} at {stop}; lowest {chart.write(low)} at {low_at}, "
                f"highest {chart.write(high)} at {high_at}."
            )
        if n_gaps:
            sentences.append(f"{_named(chart, curve)}: {n_gaps:,} not finite.")
    if chart.mark is not None:
        sentences.append(f"Marked: {chart.mark[1]}.")
    return " ".join(sentences)


def _named(chart: Chart, curve: Curve) -> str:
    return f"{curve.name} {chart.title}" if curve.name else chart.title


def _width(text: str) -> float:
    return len(text) * _LETTER * _SIZE


def _x_scale(xs: Sequence[int], left: float, right: float) -> Scale:
    if not len(xs):
        return Scale(0.0, 1.0, left, right)
    low, high = float(xs[0]), float(xs[-1])
    if low == high:
        low, high = low - 1, high + 1
    return Scale(low, high, left + 5, right)


def _axes(x: Scale, y: Scale, ticks: Sequence[tuple[float, str]]) -> Markup:
    lines = [
        element("line", x1=x.start - 5, x2=x.stop, y1=y.place(tick), y2=y.place(tick))
        for tick, _ in ticks
    ]
    labels = [
        element("text", label, x=x.start - 9, y=y.place(tick) + 4, text_anchor="end")
        for tick, label in ticks
    ]
    axis = element("line", x1=x.start - 5, x2=x.stop, y1=y.start, y2=y.start, stroke_opacity=0.6)
    return join(
        [
            element("g", *lines, axis, stroke="#808080", stroke_opacity=0.3),
            element("g", *labels, fill="currentColor", fill_opacity=0.75, class_="y"),
        ]
    )


def _x_labels(chart: Chart, x: Scale, bottom: float) -> Markup:
    ticks = [float(number) for number in chart.xs[:1]]
    if len(chart.xs) > 1:
        # The first is always named; one that would be written over it is not.
        rounded = round_steps(x.low, x.high, 6, whole=True)
        ticks += [tick for tick in rounded if x.place(tick) - x.place(x.low) > 26]
    labels = [
        element("text", f"{int(tick):,}", x=x.place(tick), y=bottom + 15, text_anchor="middle")
        for tick in ticks
    ]
    middle = (x.start + x.stop) / 2
    name = element("text", chart.x_name, x=middle, y=bottom + 30, text_anchor="middle")
    return element("g", *labels, name, fill="currentColor", fill_opacity=0.75, class_="x")


def _stroke(look: int) -> dict[str, str | float | None]:
    return {
        "stroke": _COLOURS[look],
        "stroke_width": 1.8,
        "stroke_dasharray": _DASHES[look],
        "fill": "none",
        "class_": f"curve look-{look}",
    }


def _legend(chart: Chart) -> Markup:
    """Draw the legend, at the right end of the title's line."""
    pieces = []
    right = chart.width - 8
    for curve in reversed(chart.curves):
        left = right - _width(curve.name) - 6
        pieces += [
            element("text", curve.name, x=left + 4, y=14, fill="currentColor"),
            element("line", x1=left - 24, x2=left, y1=10, y2=10, **_stroke(curve.look)),
        ]
        right = left - 36
    return element("g", *reversed(pieces), class_="legend")


def _curve(curve: Curve, xs: Sequence[int], x: Scale, y: Scale) -> Markup:
    """Draw one curve; a point on its own, with gaps on both sides, is a dot."""
    path, dots, crosses = [], [], []
    run = 0
    indices = thinned(curve.numbers, MOST_POINTS)
    for place, index in enumerate(indices):
        number = curve.numbers[index]
        across = x.place(xs[index])
        if not math.isfinite(number):
            crosses.append((across, f"{xs[index]:,}: {number}"))
            run = 0
            continue
        up = y.place(number)
        path.append(f"{'L' if run else 'M'}{decimals(across)},{decimals(up)}")
        run += 1
        after = indices[place + 1 : place + 2]
        alone = run == 1 and not (after and math.isfinite(curve.numbers[after[0]]))
        if alone or len(indices) <= _DOTTED:
            dots.append((across, up))
    colour = _COLOURS[curve.look]
    line = element("path", d=" ".join(path), **_stroke(curve.look)) if path else Markup()
    return join(
        [
            line,
            *[
                element("circle", cx=a, cy=u, r=2.6, fill=colour, class_=f"dot look-{curve.look}")
                for a, u in dots
            ],
            *[
                element(
                    "text", element("title", told), "×", x=a, y=y.stop + 4, fill=colour,
                    text_anchor="middle", font_weight=700, class_=f"gap look-{curve.look}",
                )
                for a, told in crosses[:_MOST_CROSSES]
            ],
        ]
    )  # fmt: skip


def _mark(chart: Chart, x: Scale, y: Scale) -> Markup | None:
    """Draw the marked place: a line, its words above it, a ring on the last curve."""
    if chart.mark is None:
        return None
    index, told = chart.mark
    across = x.place(chart.xs[index])
    half = _width(told) / 2
    words = min(max(across, 2 + half), chart.width - 4 - half)
    number = chart.curves[-1].numbers[index]
    ring = None
    if math.isfinite(number):
        ring = element(
            "circle", cx=across, cy=y.place(number), r=5, fill="none",
            stroke="currentColor", stroke_width=1.5,
        )  # fmt: skip
    return element(
        "g",
        element(
            "line", x1=across, x2=across, y1=y.stop - 6, y2=y.start,
            stroke="currentColor", stroke_opacity=0.5, stroke_dasharray="2 3",
        ),
        element("text", told, x=words, y=y.stop - 11, text_anchor="middle",
                fill="currentColor"),
        ring,
        class_="mark",
    )  # fmt: skip


def _places(chart: Chart, x: Scale, y: Scale) -> Markup:
    """Make strips that tell their numbers when pointed at; browsers show titles by themselves."""
    n = len(chart.xs)
    n_places = min(n, MOST_PLACES)
    strips = []
    for place in range(n_places):
        index = round(place * (n - 1) / max(1, n_places - 1))
        across = x.place(chart.xs[index])
        width = (x.stop - x.start) / max(1, n_places - 1)
        told = [f"{chart.x_name} {chart.xs[index]:,}"]
        told += [
            f"{_named(chart, curve)}: {_told(chart, curve.numbers[index])}"
            for curve in chart.curves
        ]
        strips.append(
            element(
                "rect",
                element("title", "\n".join(told)),
                x=across - width / 2,
                y=y.stop,
                width=width,
                height=y.start - y.stop,
            )
        )
    return element("g", *strips, fill="none", pointer_events="all", class_="places")


def _told(chart: Chart, number: float) -> str:
    return chart.write(number) if math.isfinite(number) else str(number)
