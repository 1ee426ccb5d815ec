"""The page that `pellucid data` prints: what is assumed of a source, and all that was found in it.

The lines fit a width; a flag is never folded, and what it overrules stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pellucid.data.contract import Contract
from pellucid.data.finding import Finding
from pellucid.data.page.column_lines import column_lines
from pellucid.data.page.finding_lines import finding_lines
from pellucid.data.page.spans import Line, Span, cut_left, padded, printable, width_of, wrapped
from pellucid.data.rows import count
from pellucid.data.target_inference import UNDECIDED

NARROWEST = 60
_INDENT = "  "


@dataclass(frozen=True)
class Detail:
    """How much of a contract is shown, and how.

    Attributes
    ----------
    width
        The places in a line, at least 60.
    most_columns
        So many lines of columns; the others are counted.
    most_alike
        So many findings of one sort; of the others the columns are named.
    bars
        Whether signs for bars may be used.
    rest
        Where columns and findings that are not shown are to be found.
    """

    width: int = 88
    most_columns: int = 200
    most_alike: int = 6
    bars: bool = True
    rest: str = "--json has them all"


@dataclass(frozen=True)
class Source:
    """What is said of the source itself: a short name, its notes, and how many test rows it has."""

    name: str = ""
    notes: Sequence[str] = ()
    n_test: int = 0


def contract_lines(
    contract: Contract, detail: Detail | None = None, source: Source | None = None
) -> Iterator[Line]:
    """Yield the lines of a contract's page, each a tuple of pieces with a style.

    Examples
    --------
    >>> from pellucid.data.page import plain
    >>> contract = Contract("toys.csv", 9, (), None, "clustering", "there is no target")
    >>> [plain(line) for line in contract_lines(contract)][:3]
    ['toys.csv', '9 rows to learn from, 0 columns', '']
    """
    detail, source = detail or Detail(), source or Source()
    detail = replace(detail, width=max(NARROWEST, detail.width))
    yield from _head(contract, detail.width, source)
    yield ()
    yield from _task(contract, detail.width)
    yield ()
    yield from column_lines(
        contract, detail.width, detail.most_columns, bars=detail.bars, rest=detail.rest
    )
    if contract.inputs:
        yield ()
        text = "To read a column otherwise: --kind COLUMN=KIND; to leave it out: --drop COLUMN."
        for line in wrapped(text, detail.width):
            yield (Span(line, "soft"),)
    notes = [Finding(f"source-{i}", "note", text) for i, text in enumerate(source.notes)]
    findings = [*_told(contract), *notes]
    yield ()
    if not findings:
        else_ = " else" if contract.findings else ""
        yield (Span(f"Nothing{else_} looks wrong.", "soft"),)
    yield from finding_lines(findings, detail.width, detail.most_alike)


def _head(contract: Contract, width: int, source: Source) -> Iterator[Line]:
    origin = printable(contract.source)
    if source.name and source.name != origin:
        name = printable(source.name)
        yield (
            Span(name, "title"),
            Span(f"  {cut_left(origin, width - width_of(name) - 2)}", "soft"),
        )
    else:
        yield (Span(cut_left(origin, width), "title"),)
    sizes = [f"{count(contract.n_rows, 'row')} to learn from"]
    sizes += [f"{source.n_test:,} to test"] if source.n_test else []
    yield (Span(", ".join([*sizes, count(len(contract.columns), "column")])),)


def _task(contract: Contract, width: int) -> Iterator[Line]:
    if contract.task == UNDECIDED:
        yield (Span("No target was chosen, so every column is shown as an input.", "title"),)
        if contract.candidates:
            yield (Span("To be predicted could be:"),)
        flags = max((width_of(printable(one.flag)) for one in contract.candidates), default=0)
        for one in contract.candidates:
            flag = padded(printable(one.flag), flags + 2)
            why = ", ".join(filter(None, (one.task, one.reason)))
            yield (Span(_INDENT), Span(flag, "target"), Span(why, "soft"))
        return
    targets = printable(", ".join(contract.targets))
    what = f"{contract.task} of {targets}" if targets else contract.task
    lines = list(wrapped(f"{what}: {printable(contract.task_reason)}", width))
    first = lines[0].removeprefix(what) if lines[0].startswith(what) else None
    yield (Span(lines[0], "title"),) if first is None else (Span(what, "title"), Span(first))
    for line in lines[1:]:
        yield (Span(line),)
    if contract.task_alternative:
        yield (Span(f"otherwise: {contract.task_alternative}", "soft"),)


def _told(contract: Contract) -> list[Finding]:
    """Return what the table does not say itself; also what no finding says."""
    # Why columns are left out, and what could be a target, stands with the columns.
    said = {text for finding in contract.findings for text in (finding.text, finding.sentence)}
    sentences = [*contract.warnings, *(w for column in contract.columns for w in column.warnings)]
    further = [text for text in dict.fromkeys(sentences) if text not in said]
    findings = [
        finding
        for finding in contract.findings
        if finding.code != "no-target" and not finding.code.startswith("left-out-")
    ]
    return [*findings, *(Finding("", "warning", text) for text in further)]
