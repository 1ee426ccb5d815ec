"""Lines over amounts on a logarithmic axis: bands of spread, marks, names at the lines' ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pellucid.markup.axes import Scale
from pellucid.markup.figure import Area, Figure, Path, Shape, Words, mark, width_of_words

_LEFT, _TOP, _BOTTOM, _AFTER = 14.0, 74.0, 52.0, 14.0
_SIZE = 12.0
_LABEL_GAP = 17.0
_BAND, _STRONG_BAND = 0.07, 0.16


@dataclass(frozen=True)
class Line:
    """One line of a plot.

    Attributes
    ----------
    name
        What stands at its end.
    points
        Of each place an amount, a number, and how far it spreads to both sides; rising amounts.
    told
        What pointing at each of them tells.
    look
        Its colour and its mark, from 0 to 4.
    strong
        Whether it is drawn thicker than others, and above them.
    """

    name: str
    points: Sequence[tuple[float, float, float]]
    told: Sequence[str]
    look: int
    strong: bool = False


@dataclass(frozen=True)
class Plot:
    """Lines over amounts.

    Attributes
    ----------
    title, subtitle, x_name
        What is drawn, how it was measured, and what the amounts count.
    lines
        The lines.
    low, high
        The ends of the y axis; numbers beyond it stand at its edge.
    ticks
        Which amounts are written below the x axis, with the words for them.
    level, level_name
        A number that is drawn as a level line, or None, and what it is called.
    axis
        How a round number is written beside the y axis.
    description
        All of it in words.
    width, height
        In pixels.
    """

    title: str
    subtitle: str
    x_name: str
    lines: tuple[Line, ...]
    low: float
    high: float
    ticks: Sequence[tuple[float, str]]
    level: float | None
    level_name: str
    axis: Callable[[float], str]
    description: str
    width: float = 780.0
    height: float = 440.0


def plot_figure(plot: Plot) -> Figure:
    """Put the shapes of a plot together."""
    y = Scale(plot.low, plot.high, plot.height - _BOTTOM, _TOP)
    ticks = [(tick, plot.axis(tick)) for tick in y.ticks(6)]
    left = _LEFT + max((width_of_words(words, _SIZE) for _, words in ticks), default=0.0) + 8
    names = [line.name for line in plot.lines] + [plot.level_name] * (plot.level is not None)
    right = plot.width - max(width_of_words(name, _SIZE) for name in names) - _AFTER - 22
    amounts = [amount for amount, _ in plot.ticks]
    least, most = min(amounts), max(amounts)
    if least == most:
        least, most = least / 2, most * 2
    x = Scale(least, most, left + 10, right, logarithmic=True)
    shapes: list[Shape] = [
        Words(plot.title, _LEFT, 28, size=17, bold=True),
        Words(plot.subtitle, _LEFT, 49, size=_SIZE, faint=0.7),
    ]
    for tick, words in ticks:
        down = y.place(tick)
        shapes.append(Path(((left, down), (right + 6, down)), faint=0.12))
        shapes.append(Words(words, left - 8, down + 4, anchor="end", faint=0.7))
    shapes.append(Path(((left, y.start), (right + 6, y.start)), faint=0.5))
    shapes += _x_axis(plot, x, y.start)
    if plot.level is not None:
        ends = ((left, y.place(plot.level)), (right + 6, y.place(plot.level)))
        shapes.append(Path(ends, width=1.4, dash=(1.5, 4), faint=0.6))
    # The strong one last, so that it lies above the others.
    ordered = sorted(plot.lines, key=lambda line: line.strong)
    shapes += [_band(line, x, y, plot) for line in ordered if len(line.points) > 1]
    for line in ordered:
        shapes += _line(line, x, y, plot)
    shapes += _names(plot, y, right + 18)
    return Figure(plot.width, plot.height, tuple(shapes), plot.title, plot.description)


def _x_axis(plot: Plot, x: Scale, bottom: float) -> list[Shape]:
    """Write the amounts, from the largest on; one that would touch the next is only marked."""
    shapes: list[Shape] = []
    free = plot.width
    for amount, words in reversed(plot.ticks):
        across, half = x.place(amount), width_of_words(words, _SIZE) / 2
        shapes.append(Path(((across, bottom), (across, bottom + 5)), faint=0.5))
        if across + half + 6 < free:
            shapes.append(Words(words, across, bottom + 20, anchor="middle", faint=0.7))
            free = across - half
    middle = (x.start + x.stop) / 2
    shapes.append(Words(plot.x_name, middle, bottom + 40, anchor="middle", faint=0.7))
    return shapes


def _within(plot: Plot, number: float) -> float:
    return min(max(number, plot.low), plot.high)


def _band(line: Line, x: Scale, y: Scale, plot: Plot) -> Area:
    above = [(x.place(a), y.place(_within(plot, n + s))) for a, n, s in line.points]
    below = [(x.place(a), y.place(_within(plot, n - s))) for a, n, s in line.points]
    return Area((*above, *reversed(below)), line.look, faint=_STRONG_BAND if line.strong else _BAND)


def _line(line: Line, x: Scale, y: Scale, plot: Plot) -> list[Shape]:
    places = [(x.place(a), y.place(_within(plot, n))) for a, n, _ in line.points]
    shapes: list[Shape] = [Path(places, line.look, width=2.8 if line.strong else 1.7)]
    size = 5.0 if line.strong else 4.0
    shapes += [
        Area(mark(line.look, *place, size), line.look, told=told)
        for place, told in zip(places, line.told, strict=True)
    ]
    return shapes


def _names(plot: Plot, y: Scale, left: float) -> list[Shape]:
    """Name the lines at their ends; names that would touch move apart."""
    named: list[tuple[float, Line | None]] = [
        (y.place(_within(plot, line.points[-1][1])), line) for line in plot.lines
    ]
    if plot.level is not None:
        named.append((y.place(plot.level), None))
    named.sort(key=lambda pair: pair[0])
    places = spread_out([place for place, _ in named], _LABEL_GAP, _TOP, y.start)
    shapes: list[Shape] = []
    for place, (_, line) in zip(places, named, strict=True):
        if line is None:
            shapes.append(Words(plot.level_name, left + 12, place + 4, faint=0.7))
            continue
        shapes.append(Area(mark(line.look, left + 3, place, 4.0), line.look))
        shapes.append(Words(line.name, left + 12, place + 4, line.look, bold=line.strong))
    return shapes


def spread_out(places: Sequence[float], gap: float, first: float, last: float) -> list[float]:
    """Move rising places apart by at least a gap, as little as may be, within two ends.

    Examples
    --------
    >>> spread_out([5.0, 5.0, 9.8], 1.0, 0.0, 10.0)
    [4.5, 5.5, 9.8]
    >>> spread_out([9.0, 9.0, 9.0], 1.0, 0.0, 9.0)
    [7.0, 8.0, 9.0]
    """
    groups: list[tuple[float, int]] = []  # the middle of places that touch, and their number
    for place in places:
        groups.append((place, 1))
        while len(groups) > 1:
            (one, n), (other, m) = groups[-2:]
            if other - one >= gap * (n + m) / 2 - 1e-9:
                break
            groups[-2:] = [((one * n + other * m) / (n + m), n + m)]
    moved = [middle + gap * (number - (n - 1) / 2) for middle, n in groups for number in range(n)]
    for number in range(len(moved)):
        moved[number] = max(moved[number], first + gap * number)
    for number in reversed(range(len(moved))):
        moved[number] = min(moved[number], last - gap * (len(moved) - 1 - number))
    return moved
