"""Learning curves: a score over amounts on a logarithmic axis, in the terminal and as SVG."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from pellucid.comparison.contenders import NETWORK
from pellucid.comparison.wording import measured_words, score_words, seconds_words, title
from pellucid.data.page import Line, Span, plain
from pellucid.data.page.spans import padded
from pellucid.markup.axes import Scale
from pellucid.markup.figure import Figure
from pellucid.markup.plots import Line as Curve
from pellucid.markup.plots import Plot, plot_figure, spread_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pellucid.comparison.result import Cell, ComparisonResult

MARKS = "●■▲◆▼"
"""What stands at a contender's points, in the order of contenders."""

BRAILLE = "".join(chr(0x2800 + bits) for bits in range(256))
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_HEIGHT, _LEAST_WIDTH, _MOST_WIDTH = 14, 16, 64
# Below the trivial predictor only so much of the range is drawn: a contender that has hardly
# begun may lie anywhere.
_BELOW, _NEAR = 0.15, 1.0
_ROOM = 0.04
_LAST_BIT = 1e-9


@dataclass(frozen=True)
class Range:
    """From where to where scores are drawn; those below stand at the lower edge.

    Attributes
    ----------
    low, high
        The ends.
    with_trivial
        Whether the trivial predictor lies between them: far below all others, it would leave no
        room for what tells them apart.
    """

    low: float
    high: float
    with_trivial: bool

    @classmethod
    def of(cls, result: ComparisonResult) -> Range:
        """Return the range for all scores and, if it is near, the trivial predictor's."""
        trivial = result.baseline[result.metric]
        scores = [cell.mean for cell in result.cells.values()]
        low, high = min(scores), max(*scores, trivial)
        with_trivial = low - trivial <= _NEAR * (high - low)
        if with_trivial:
            low = max(min(low, trivial), trivial - _BELOW * (high - trivial))
        room = _ROOM * ((high - low) or abs(high) or 1.0)
        return cls(low - room, min(high + room, 1.0 + room / 2), with_trivial)


def plot_lines(result: ComparisonResult, width: int) -> list[Line]:
    """Draw the curves with dots of Braille, each named at its end.

    Parameters
    ----------
    result
        With at least two amounts.
    width
        The places in a line.
    """
    ticks_width = 8
    bounds = Range.of(result)
    y = Scale(bounds.low, bounds.high, 4.0 * _HEIGHT - 1, 0.0)
    labels = _end_labels(result, y, bounds)
    longest = max(len(plain(tuple(spans))) for spans in labels.values())
    across = max(_LEAST_WIDTH, min(_MOST_WIDTH, width - ticks_width - longest))
    x = Scale(result.amounts[0], result.amounts[-1], 2.0, 2.0 * across - 3, logarithmic=True)
    canvas = _Canvas(across, _HEIGHT)
    if bounds.with_trivial:
        for place in range(0, 2 * across, 4):
            canvas.dot(place, y.place(result.baseline[result.metric]), "soft")
    # The network comes last, so that its line lies above the others.
    for number, name in reversed(list(enumerate(result.contenders))):
        points = [
            (x.place(cell.amount), y.place(max(cell.mean, bounds.low)))
            for amount in result.amounts
            if (cell := result.cells.get((name, amount))) is not None
        ]
        canvas.curve(points, MARKS[number], f"look-{number}")
    ticks = {int(y.place(tick) // 4): _tick(result, tick) for tick in y.ticks()}
    lines: list[Line] = []
    for row in range(_HEIGHT):
        edge = Span(padded(ticks.get(row, ""), ticks_width - 2, right=True) + " ┤", "soft")
        if row not in ticks:
            edge = Span(" " * (ticks_width - 1) + "│", "soft")
        lines.append((edge, *canvas.line(row), *labels.get(row, ())))
    lines.append((Span(" " * (ticks_width - 1) + "└" + _axis(result, x, across), "soft"),))
    lines.append((Span(" " * ticks_width + _x_labels(result, x, across), "soft"),))
    return lines


class _Canvas:
    """Places of a terminal, each with two by four dots."""

    def __init__(self, width: int, height: int) -> None:
        self._width, self._height = width, height
        self._bits = [[0] * width for _ in range(height)]
        self._signs: list[list[str]] = [[""] * width for _ in range(height)]
        self._styles = [[""] * width for _ in range(height)]

    def dot(self, across: float, down: float, style: str) -> None:
        column, row = round(across), min(round(down), 4 * self._height - 1)
        if 0 <= column < 2 * self._width and row >= 0:
            self._bits[row // 4][column // 2] |= _DOTS[row % 4][column % 2]
            self._styles[row // 4][column // 2] = style

    def curve(self, points: list[tuple[float, float]], mark: str, style: str) -> None:
        for (x0, y0), (x1, y1) in pairwise(points):
            steps = max(1, math.ceil(max(abs(x1 - x0), abs(y1 - y0))))
            for step in range(steps + 1):
                share = step / steps
                self.dot(x0 + share * (x1 - x0), y0 + share * (y1 - y0), style)
        for across, down in points:
            row = min(round(down) // 4, self._height - 1)
            self._signs[row][round(across) // 2] = mark
            self._styles[row][round(across) // 2] = style

    def line(self, row: int) -> list[Span]:
        """Return a row, neighbours of one style together."""
        spans: list[Span] = []
        for bits, sign, style in zip(
            self._bits[row], self._signs[row], self._styles[row], strict=True
        ):
            text = sign or (BRAILLE[bits] if bits else " ")
            if spans and spans[-1].style == style:
                spans[-1] = Span(spans[-1].text + text, style)
            else:
                spans.append(Span(text, style))
        return spans


def last_cells(result: ComparisonResult) -> list[tuple[int, Cell]]:
    """Return each contender's number and its score from the most rows, the highest first."""
    found = []
    for number, name in enumerate(result.contenders):
        own = [result.cells[name, a] for a in result.amounts if (name, a) in result.cells]
        if own:
            found.append((number, own[-1]))
    return sorted(found, key=lambda pair: (-pair[1].mean, pair[0]))


def _end_labels(result: ComparisonResult, y: Scale, bounds: Range) -> dict[int, list[Span]]:
    """Name each curve at its end; names that would share a line move apart."""
    named = [
        (cell.mean, f" {MARKS[number]} {cell.contender}", f"look-{number}", _early(result, cell))
        for number, cell in last_cells(result)
    ]
    if bounds.with_trivial:
        known = "one cluster" if result.is_clustering else "trivial"
        named.append((result.baseline[result.metric], f" ⠂ {known}", "soft", ""))
    named.sort(key=lambda entry: -entry[0])
    wanted = [min(max(0.0, y.place(score) // 4), _HEIGHT - 1.0) for score, *_ in named]
    rows = spread_out(wanted, 1.0, 0.0, _HEIGHT - 1.0)
    # Names a line apart stay so: Python's own rounding would bring 1.5 and 2.5 together, and the
    # last bit of a float as well.
    lines = [math.floor(row + 0.5 + number * _LAST_BIT) for number, row in enumerate(rows)]
    return {
        line: [Span(f"{words} {score_words(result, score)}{early}", style)]
        for line, (score, words, style, early) in zip(lines, named, strict=True)
    }


def _early(result: ComparisonResult, cell: Cell) -> str:
    """Say where a curve ends that does not go to the end."""
    return "" if cell.amount == result.amounts[-1] else f" ({cell.amount:,} rows)"


def _tick(result: ComparisonResult, tick: float) -> str:
    return f"{100 * tick:.4g} %" if result.is_share else f"{tick:.4g}"


def _axis(result: ComparisonResult, x: Scale, across: int) -> str:
    columns = {round(x.place(amount)) // 2 for amount in result.amounts}
    return "".join("┬" if column in columns else "─" for column in range(across))


def _x_labels(result: ComparisonResult, x: Scale, across: int) -> str:
    """Write the amounts below their places, from the right; one that has no room is left out."""
    signs = [" "] * (across + 12)
    free = len(signs) + 1
    for amount in reversed(result.amounts):
        words = f"{amount:,}" + (" rows" if amount == result.amounts[-1] else "")
        start = max(0, round(x.place(amount)) // 2 - len(f"{amount:,}") // 2)
        if start + len(words) < free:
            signs[start : start + len(words)] = words
            free = start
    return "".join(signs).rstrip()


def figure_of(result: ComparisonResult) -> Figure:
    """Draw the curves: a figure for SVG and PNG."""
    bounds = Range.of(result)
    several = any(cell.spread is not None for cell in result.cells.values())
    subtitle = measured_words(result)
    subtitle += "; bands: one standard deviation over repeats to each side" if several else ""
    trivial = result.baseline[result.metric]
    known = "one cluster" if result.is_clustering else "trivial predictor"
    if not bounds.with_trivial:
        subtitle += f"; {known}: {score_words(result, trivial)}"
    return plot_figure(
        Plot(
            title=title(result),
            subtitle=subtitle,
            x_name=f"rows to {'group' if result.is_clustering else 'learn from'} (log scale)",
            lines=tuple(_curves(result)),
            low=bounds.low,
            high=bounds.high,
            ticks=[(amount, f"{amount:,}") for amount in result.amounts],
            level=trivial if bounds.with_trivial else None,
            level_name=f"{known} {score_words(result, trivial)}",
            axis=lambda number: _tick(result, number),
            description=" ".join(result.verdict),
        )
    )


def _curves(result: ComparisonResult) -> Iterator[Curve]:
    for number, cell in last_cells(result):
        name = result.contenders[number]
        cells = [result.cells[name, a] for a in result.amounts if (name, a) in result.cells]
        yield Curve(
            f"{name} {score_words(result, cell.mean)}{_early(result, cell)}",
            [(cell.amount, cell.mean, cell.spread or 0.0) for cell in cells],
            [_told(result, cell) for cell in cells],
            number,
            strong=name == NETWORK,
        )


def _told(result: ComparisonResult, cell: Cell) -> str:
    words = f"{cell.contender}, {cell.amount:,} rows: {score_words(result, cell.mean)}"
    if cell.spread is not None:
        words += f" ± {score_words(result, cell.spread, unit=False)} ({cell.n} repeats)"
    did = "grouped" if result.is_clustering else "learned"
    return f"{words}; {did} in {seconds_words(cell.learn_seconds)}"
