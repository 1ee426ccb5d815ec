"""A comparison as lines of text with styles: a table, curves, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pellucid.comparison.drawing import plot_lines
from pellucid.comparison.wording import (
    listed,
    measure_words,
    measured_words,
    score_words,
    seconds_words,
    title,
    trivial_words,
)
from pellucid.data.page import Line, Span, plain
from pellucid.data.page.spans import cut, padded, printable, width_of, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pellucid.comparison.result import ComparisonResult

_MARKS = {"best": "*", "tie": "≈", "behind": " "}
_STYLES = {"best": "best", "tie": "tie", "behind": ""}
_GAP = 2
_MOST_OF_LABEL = 24


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
    yield (Span(printable(title(result)), "title"),)
    unit = " in %" if result.is_share else ""
    told = [f"{measured_words(result)}{unit}; {trivial_words(result)}"]
    if result.is_clustering:
        told.append(f"{result.n_clusters} clusters are given to all: {result.why_clusters}")
    for sentence in told:
        for part in wrapped(printable(sentence), width):
            yield (Span(part),)


def _table(result: ComparisonResult, *, spreads: bool) -> Iterator[Line]:
    most = result.amounts[-1]
    rows: list[tuple[Span, list[Span]]] = [
        (Span(f"{amount:,}"), _cells(result, amount, spreads=spreads)) for amount in result.amounts
    ]
    cells = [result.cells.get((name, most)) for name in result.contenders]
    learn = [_time(None if cell is None else cell.learn_seconds) for cell in cells]
    rows.append((Span("learns", "soft"), learn))
    if not result.is_clustering:
        answer = [_time(None if cell is None else cell.answer_seconds) for cell in cells]
        rows.append((Span("answers", "soft"), answer))
    further = [
        (Span(_measure(name)), _cells(other, most, spreads=spreads))
        for name, other in result.further.items()
    ]
    names = [name.rpartition(" ") for name in result.contenders]
    heads = [[f"{name[place]}  ".lstrip() for name in names] for place in (0, 2)]
    first = max([len("rows"), *(width_of(label.text) for label, _ in (*rows, *further))])
    columns = zip(*(spans for _, spans in (*rows, *further)), strict=True)
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
    for label, spans in rows:
        yield line(label, spans)
    if further:
        yield ()
        for label, spans in further:
            yield line(label, spans)


def _measure(metric: str) -> str:
    unit = ", %" if metric.rpartition(".")[2] == "accuracy" else ""
    return cut(printable(measure_words(metric)), _MOST_OF_LABEL) + unit


def _cells(result: ComparisonResult, amount: int, *, spreads: bool) -> list[Span]:
    return [_cell(result, (name, amount), spreads=spreads) for name in result.contenders]


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
    if result.is_clustering:
        words += f"Seconds: to group {rows}."
    else:
        words += f"Seconds: to learn from {rows}, and to answer for all test rows."
    if result.further:
        words += f"  Below them: other scores from {rows}."
    for part in wrapped(words, width):
        yield (Span(part, "soft"),)


def _left_out(result: ComparisonResult, width: int) -> Iterator[str]:
    """Say what was not done; one sentence for each reason."""
    if result.ended == "interrupted":
        yield "Interrupted: this is what was done by then."
    amounts: dict[tuple[str, str], list[int]] = {}
    for left in result.left_out:
        amounts.setdefault((left.reason, left.contender), []).append(left.amount)
    alike: dict[tuple[str, tuple[int, ...]], list[str]] = {}
    for (reason, contender), own in amounts.items():
        alike.setdefault((reason, tuple(sorted(own))), []).append(contender)
    for (reason, of), contenders in alike.items():
        who = listed(contenders) if len(contenders) < len(result.contenders) else "all"
        where = ", ".join(f"{amount:,}" for amount in of)
        yield from wrapped(f"Left out: {who} from {where} rows; {reason}.", width)
