"""A comparison as lines of text with styles: a table, curves, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pellucid.comparison.drawing import plot_lines
from pellucid.comparison.wording import score_words, seconds_words
from pellucid.data.page import Line, Span, plain
from pellucid.data.page.spans import padded, printable, width_of, wrapped
from pellucid.training.history import worded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pellucid.comparison.result import ComparisonResult

_MARKS = {"best": "*", "tie": "≈", "behind": " "}
_STYLES = {"best": "best", "tie": "tie", "behind": ""}
_GAP = 2


@dataclass(frozen=True)
class Detail:
    """How much room there is, and whether the curves are drawn."""

    width: int = 100
    plot: bool = True


def result_lines(result: ComparisonResult, detail: Detail | None = None) -> list[Line]:
    """Lay a comparison out as lines of text."""
    detail = detail or Detail()
    table = list(_table(result, spreads=True))
    spreads = max(width_of(plain(line)) for line in table) <= detail.width
    if not spreads:
        table = list(_table(result, spreads=False))
    lines = [*_head(result, detail.width), (), *table, ()]
    lines += _legend(result, detail.width, spreads=spreads)
    if detail.plot and len(result.amounts) > 1:
        lines += [(), *plot_lines(result, detail.width)]
    lines.append(())
    for sentence in result.verdict:
        lines += [(Span(part),) for part in wrapped(sentence, detail.width)]
    return lines + [(Span(part, "soft"),) for part in _left_out(result, detail.width)]


def _head(result: ComparisonResult, width: int) -> Iterator[Line]:
    title = printable(f"{result.source}: {result.task} of {result.target}")
    yield (Span(title, "title"),)
    metric = worded(result.metric)
    unit = " in %" if result.metric == "accuracy" else ""
    trivial = score_words(result, result.baseline[result.metric])
    what = "the most frequent class" if result.task == "classification" else "the mean"
    words = f"{metric} on {result.n_test:,} test rows{unit}; always answering {what}: {trivial}"
    for part in wrapped(words, width):
        yield (Span(part),)


def _table(result: ComparisonResult, *, spreads: bool) -> Iterator[Line]:
    rows = [
        [_cell(result, (name, amount), spreads=spreads) for name in result.contenders]
        for amount in result.amounts
    ]
    cells = [result.cells.get((name, result.amounts[-1])) for name in result.contenders]
    times = {
        "learns": [_time(None if cell is None else cell.learn_seconds) for cell in cells],
        "answers": [_time(None if cell is None else cell.answer_seconds) for cell in cells],
    }
    names = [name.rpartition(" ") for name in result.contenders]
    heads = [[f"{name[place]}  ".lstrip() for name in names] for place in (0, 2)]
    labels = [f"{amount:,}" for amount in result.amounts]
    first = max(map(len, ["answers", "rows", *labels]))
    columns = zip(*rows, *times.values(), strict=True)
    widths = [
        max([width_of(span.text) for span in column] + [width_of(head[place]) for head in heads])
        for place, column in enumerate(columns)
    ]

    def line(label: Span, spans: list[Span]) -> Line:
        cells = (
            Span(" " * _GAP + padded(span.text, width, right=True), span.style)
            for span, width in zip(spans, widths, strict=True)
        )
        return (Span(padded(label.text, first, right=True), label.style), *cells)

    def head(texts: list[str]) -> list[Span]:
        return [Span(text, f"look-{place}") for place, text in enumerate(texts)]

    yield line(Span(""), head(heads[0]))
    yield line(Span("rows", "soft"), head(heads[1]))
    for label, spans in zip(labels, rows, strict=True):
        yield line(Span(label), spans)
    for name, spans in times.items():
        yield line(Span(name, "soft"), spans)


def _cell(result: ComparisonResult, key: tuple[str, int], *, spreads: bool) -> Span:
    cell = result.cells.get(key)
    if cell is None:
        return Span("—  ", "soft")
    words = score_words(result, cell.mean, unit=False)
    if cell.spread is not None and spreads:
        words += f" ± {score_words(result, cell.spread, unit=False)}"
    return Span(f"{words} {_MARKS[cell.place]}", _STYLES[cell.place])


def _time(seconds: float | None) -> Span:
    return Span("—  " if seconds is None else f"{seconds_words(seconds)}  ", "soft")


def _legend(result: ComparisonResult, width: int, *, spreads: bool) -> Iterator[Line]:
    repeats = [
        max((c.n for c in result.cells.values() if c.amount == amount), default=0)
        for amount in result.amounts
    ]
    several = [str(n) for n in repeats]
    words = "* the best of its line.  "
    if any(cell.place == "tie" for cell in result.cells.values()):
        words += "≈ cannot be told from it: the difference is within twice its standard error.  "
    if max(repeats) > 1 and spreads:
        words += f"± standard deviation over repeats ({', '.join(several)} of them).  "
    rows = f"{result.amounts[-1]:,} rows"
    words += f"Seconds: to learn from {rows}, and to answer for all test rows."
    for part in wrapped(words, width):
        yield (Span(part, "soft"),)


def _left_out(result: ComparisonResult, width: int) -> Iterator[str]:
    """Say what was not done; one sentence for each contender and reason."""
    if result.ended == "interrupted":
        yield "Interrupted: this is what was done by then."
    reasons: dict[tuple[str, str], list[int]] = {}
    for left in result.left_out:
        reasons.setdefault((left.contender, left.reason), []).append(left.amount)
    for (contender, reason), amounts in reasons.items():
        where = ", ".join(f"{amount:,}" for amount in sorted(amounts))
        yield from wrapped(f"Left out: {contender} from {where} rows; {reason}.", width)
