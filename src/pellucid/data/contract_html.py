"""The contract in notebooks: what `pellucid data` prints, with a picture of each column's values.

Everything shown is what the contract itself holds; the data is not looked at again.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from pellucid.data.finding import Finding
from pellucid.markup import Markup, element, framed, join, section, text, within
from pellucid.markup.glyphs import counts_glyph, range_glyph

if TYPE_CHECKING:
    from pellucid.data.contract import ColumnContract, Contract

_MOST_COLUMNS = 40
_MOST_FINDINGS = 25
_MOST_ROWS = 10
# What keeps a page below 60 kB, whatever columns are called and however many there are.
_BYTES_OF_FINDINGS, _BYTES_OF_ROWS, _BYTES_OF_NAMES = 8_000, 36_000, 4_000


def contract_to_html(contract: Contract) -> str:
    """Return a contract as HTML; of very many columns, the targets and the first ones."""
    order = {"target": 0, "input": 1, "dropped": 2}
    columns = sorted(contract.columns, key=lambda column: order[column.role])
    drawn = (_row(column, contract.n_rows) for column in columns[:_MOST_COLUMNS])
    lines = within(drawn, _BYTES_OF_ROWS)
    return framed(
        *_head(contract), _findings(contract), _table(lines), _rest(columns[len(lines) :])
    )


def _head(contract: Contract) -> list[Markup | None]:
    targets = ", ".join(contract.targets)
    title = f"{contract.task} of {targets}" if targets else contract.task
    dropped = len(contract.dropped)
    sizes = [f"{contract.n_rows:,} rows", f"{len(contract.columns):,} columns"]
    sizes += [f"{dropped:,} left out"] if dropped else []
    other = contract.task_alternative
    return [
        element("p", element("strong", _cut(title, 200)), class_="title"),
        element(
            "p", f"contract of {_cut(contract.source, 200)}: {', '.join(sizes)}", class_="soft"
        ),
        element(
            "p", element("strong", contract.task), " because ", _cut(contract.task_reason, 300)
        ),
        element("p", f"otherwise: {_cut(other, 300)}", class_="soft") if other else None,
    ]


def _findings(contract: Contract) -> Markup | None:
    """List what looks wrong, the most serious first; sentences that no finding says come last."""
    said = {words for finding in contract.findings for words in (finding.text, finding.sentence)}
    sentences = [*contract.warnings, *(w for column in contract.columns for w in column.warnings)]
    further = [sentence for sentence in dict.fromkeys(sentences) if sentence not in said]
    items = [finding_to_html(finding) for finding in contract.findings]
    items += [finding_to_html(Finding("", "warning", sentence)) for sentence in further]
    if not items:
        return element("p", "Nothing looks wrong.", class_="soft")
    shown = within(items[:_MOST_FINDINGS], _BYTES_OF_FINDINGS)
    if (left := len(items) - len(shown)) > 0:
        shown.append(element("li", f"and {left:,} more in .findings"))
    return join(
        [
            section("What looks wrong, or should be known"),
            element("ul", *shown, class_="findings"),
        ]
    )


def finding_to_html(finding: Finding) -> Markup:
    """Return a finding as an item of a list, with its rows and what to do."""
    rows = None
    if finding.rows and finding.n_rows:
        listed = ", ".join(f"{row:,}" for row in finding.rows[:_MOST_ROWS])
        more = finding.n_rows - min(len(finding.rows), _MOST_ROWS)
        rows = f" Rows {listed}" + (f" and {more:,} more." if more > 0 else ".")
        # The sentence may have named some of them itself.
        rows = None if ": row" in finding.text else rows
    remedy = (
        element("span", " ", _cut(finding.remedy, 300), class_="soft") if finding.remedy else None
    )
    return element(
        "li",
        element("strong", f"{finding.severity}: "),
        _cut(finding.text, 600),
        rows,
        remedy,
        class_=finding.severity,
    )


def _table(lines: list[Markup]) -> Markup:
    headings = [
        element("th", heading, class_="number" if heading == "missing" else None)
        for heading in ("column", "kind", "values", "missing", "why, and what else it could be")
    ]
    table = element(
        "table",
        element("thead", element("tr", *headings)),
        element("tbody", *lines),
        class_="wide lined",
    )
    return join([section("The columns"), table])


def _row(column: ColumnContract, n_rows: int) -> Markup:
    role = element("span", "target", class_="badge target") if column.role == "target" else None
    name = join([_cut(column.name, 80), " ", role]) if role else _cut(column.name, 80)
    kind = "left out" if column.role == "dropped" else column.kind
    missing = f"{column.n_missing:,} ({_percent(column.n_missing, n_rows)})"
    return element(
        "tr",
        element("th", name),
        element("td", element("span", kind, class_="badge")),
        element("td", _values(column, n_rows)),
        element("td", missing if column.n_missing else "–", class_="number"),
        element("td", _why(column)),
        class_="gone" if column.role == "dropped" else None,
    )


def _why(column: ColumnContract) -> Markup:
    lines: list[Markup | str] = [_cut(column.reason, 300)]
    if column.alternative:
        because = f": {column.alternative_reason}" if column.alternative_reason else ""
        lines.append(element("span", f"or {column.alternative}{_cut(because, 200)}", class_="soft"))
    if column.override and column.override not in lines[-1]:
        lines.append(element("code", _cut(column.override, 200)))
    return join(lines, element("br"))


def _values(column: ColumnContract, n_rows: int) -> Markup:
    """Draw and say how a column's values are distributed, as far as the contract knows."""
    details = column.details
    picture, words = Markup(), ""
    if "counts" in details and "categories" in details:
        labels = [_short(label) for label in details["categories"]]
        counts = list(details["counts"])
        picture = counts_glyph(labels, counts, n_rows)
        words = _counted(labels, counts, details.get("n_categories", len(labels)))
    elif {"minimum", "maximum"} <= details.keys():
        least, most = details["minimum"], details["maximum"]
        words = f"{_short(least)} … {_short(most)}"
        mean, deviation = (column.distribution.get(name) for name in ("mean", "deviation"))
        if column.kind == "number" and _is_number(least) and _is_number(most):
            picture = range_glyph(float(least), float(most), mean, deviation)
            if mean is not None and deviation is not None:
                words += f", mean {_rounded(mean)} ± {_rounded(deviation)}"
    if "shape" in details:
        shape = " × ".join(map(str, details["shape"]))
        words = f"{shape}: {words}" if words else shape
    examples = _examples(column.examples) if "counts" not in details else ""
    lines: list[Markup | str] = [line for line in (picture, words) if line]
    if examples:
        lines.append(element("span", f"such as {examples}", class_="soft"))
    return element("span", join(lines, element("br")), class_="small")


def _counted(labels: list[str], counts: list[int], n_categories: int) -> str:
    named = [f"{label}: {count:,}" for label, count in zip(labels[:4], counts, strict=False)]
    rest = n_categories - len(named)
    return ", ".join(named) + (f" and {rest:,} more" if rest > 0 else "")


def _examples(values: list[Any]) -> str:
    return ", ".join(_short(value) for value in values[:4])


def _rest(columns: list[ColumnContract]) -> Markup | None:
    if not columns:
        return None
    names = within((text(f"{_short(c.name)} ({c.kind})") for c in columns), _BYTES_OF_NAMES)
    left = len(columns) - len(names)
    return element(
        "details",
        element("summary", f"{len(columns):,} further columns"),
        element("p", join(names, ", "), f" and {left:,} more" if left > 0 else None),
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _percent(count: int, n_rows: int) -> str:
    return f"{100 * count / n_rows:.1f} %" if n_rows else "none"


def _rounded(number: float) -> str:
    return f"{number:,.0f}" if 1e3 <= abs(number) < 1e15 else f"{number:.4g}"


def _short(value: Any) -> str:
    return _cut(f"{value:.6g}" if isinstance(value, float) else str(value), 24)


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"
