"""A search as lines of text with styles: scores beside the defaults', settings, what they say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pellucid.data.page import Line, Span
from pellucid.data.page.spans import padded, printable, width_of, wrapped
from pellucid.training.history import worded
from pellucid.training.report import format_metric, interval_text
from pellucid.tuning.wording import (
    counted,
    duration,
    limits_words,
    rows_words,
    score_words,
    value_words,
    verdict,
)

if TYPE_CHECKING:
    from pellucid.tuning.result import TuningResult

_GAP = "   "


def result_lines(result: TuningResult, width: int = 100) -> list[Line]:
    """Lay a search out as lines of text of at most this many places, where words allow."""
    lines = [*_head(result, width), (), *_scores(result), (), *_settings(result), ()]
    for sentence in verdict(result):
        lines += [(Span(part),) for part in wrapped(sentence, width)]
    return lines


def _head(result: TuningResult, width: int) -> Iterator[Line]:
    title = f"{result.source}: {result.task}"
    title += f" of {result.target}" if result.target else ""
    yield (Span(printable(title), "title"),)
    stopped = sum(t.state == "stopped" for t in result.trials)
    diverged = sum(t.state == "diverged" for t in result.trials)
    words = f"{counted(len(result.trials), 'trial')} in {duration(result.seconds)}"
    words += f", {stopped:,} stopped early" if stopped else ""
    words += f", {diverged:,} diverged" if diverged else ""
    words += f"; scored by {worded(result.score_name)} on {rows_words(result.way, result.n_scored)}"
    for part in wrapped(words, width):
        yield (Span(part, "soft"),)


def _scores(result: TuningResult) -> Iterator[Line]:
    name, report = result.score_name, result.report
    searched = (score_words(name, trial.metrics) for trial in (result.best, result.first))
    rows = [[f"{worded(name)} in the search", *searched]]
    both = report, result.defaults or {"metrics": {}}
    if report["metrics"]:
        rows.append([f"on {report['n_test']:,} test rows", "", ""])
    for metric in report["metrics"]:
        values = [
            format_metric(metric, made["metrics"][metric], report.get("units"))
            if metric in made["metrics"]
            else "—"
            for made in both
        ]
        rows.append([f"  {worded(metric)}", *values])
        intervals = [interval_text(metric, made) for made in both]
        if metric == name and any(intervals):
            rows.append(["    95 % interval", *intervals])
    heads = ["", f"trial {result.best_number}", "defaults"]
    if result.best_number == 1:
        rows, heads = [row[:2] for row in rows], ["", "defaults"]
    yield from _table(heads, rows, bold=1)


def _settings(result: TuningResult) -> Iterator[Line]:
    heads = ["setting", f"trial {result.best_number}", "defaults", "searched", "mattered"]
    rows = []
    order = sorted(result.space, key=lambda d: -result.importance.get(d.name, 0.0))
    for dimension in order:
        value = result.best.settings[dimension.name]
        share = result.importance.get(dimension.name)
        rows.append(
            [
                dimension.name,
                value_words(value),
                value_words(dimension.default),
                limits_words(dimension.to_dict()),
                "" if share is None else f"{100 * share:.0f} %",
            ]
        )
    if not result.importance:
        heads, rows = heads[:-1], [row[:-1] for row in rows]
    changed = result.changed
    yield from _table(heads, rows, marked={d for d, row in enumerate(rows) if row[0] in changed})


def _table(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    bold: int | None = None,
    marked: set[int] | None = None,
) -> Iterator[Line]:
    widths = [max(map(width_of, column)) for column in zip(heads, *rows, strict=True)]

    def line(cells: Sequence[str], styles: Sequence[str]) -> Line:
        return tuple(
            Span((_GAP if place else "") + padded(cell, width), style)
            for place, (cell, width, style) in enumerate(zip(cells, widths, styles, strict=True))
        )

    yield line(heads, ["soft"] * len(heads))
    for number, row in enumerate(rows):
        styles = [""] * len(row)
        if bold is not None:
            styles[bold] = "title"
        if number in (marked or ()):
            styles[1] = "best"
        yield line(row, styles)
