"""What was found, a paragraph each: the most serious first, and nothing left unsaid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pellucid.data.finding import Finding
from pellucid.data.page.spans import Line, Span, padded, printable, wrapped
from pellucid.data.rows import COUNTING
from pellucid.errors import quote_list

_LABEL = len("warning: ")
_NAMED = 8


def finding_lines(findings: Sequence[Finding], width: int, most_alike: int) -> Iterator[Line]:
    """Yield the lines of findings.

    Parameters
    ----------
    findings
        In the order in which they are to be told.
    width
        The places in a line.
    most_alike
        Of more findings of one sort, the columns alone are named.
    """
    of_sort: dict[tuple[str, str], list[Finding]] = {}
    counts_rows = False
    for finding in findings:
        of_sort.setdefault((finding.severity, finding.code), []).append(finding)
    told: Counter[tuple[str, str]] = Counter()
    for finding in findings:
        sort = finding.severity, finding.code
        alike = of_sort[sort]
        told[sort] += 1
        text = finding.sentence
        if len(alike) > most_alike + 1 and told[sort] > most_alike:
            if told[sort] > most_alike + 1:
                continue
            text = _others(alike[most_alike:])
        shown = text.replace(f" ({COUNTING})", "")
        counts_rows |= shown != text
        yield from _paragraph(finding.severity, shown, width)
    if counts_rows:
        text = f"Rows are {COUNTING}."
        yield (Span(" " * _LABEL), Span(text, "soft"))


def _others(alike: Sequence[Finding]) -> str:
    names = [name for finding in alike for name in finding.columns[:1]]
    return f"{len(alike):,} more of this sort: {quote_list(names, limit=_NAMED)}."


def _paragraph(severity: str, text: str, width: int) -> Iterator[Line]:
    style = "soft" if severity == "note" else ""
    for number, line in enumerate(wrapped(printable(text), width - _LABEL)):
        label = f"{severity}: " if number == 0 else ""
        yield (Span(padded(label, _LABEL), severity), Span(line, style))
