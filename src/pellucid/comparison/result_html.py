"""A comparison in notebooks: who wins where, the curves, the numbers as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.comparison.drawing import figure_of
from pellucid.comparison.wording import (
    measure_words,
    measured_words,
    score_words,
    seconds_words,
    title,
    trivial_words,
)
from pellucid.markup import Markup, element, framed

if TYPE_CHECKING:
    from pellucid.comparison.result import Cell, ComparisonResult


def result_to_html(result: ComparisonResult) -> str:
    """Return a comparison as HTML."""
    measured = f"{measured_words(result)}; {trivial_words(result)}"
    left_out = [
        element("li", f"Left out: {left.contender} from {left.amount:,} rows; {left.reason}.")
        for left in result.left_out
    ]
    return framed(
        element("p", element("strong", title(result)), class_="title"),
        element("p", measured, class_="soft"),
        *[element("p", sentence) for sentence in result.verdict],
        figure_of(result).to_svg() if len(result.amounts) > 1 else None,
        _table(result),
        element("ul", *left_out, class_="soft") if left_out else None,
    )


def _table(result: ComparisonResult) -> Markup:
    head = [element("th", "rows", class_="number")]
    head += [element("th", name, class_="number") for name in result.contenders]
    rows = [
        element(
            "tr",
            element("th", f"{amount:,}", class_="number"),
            *[_cell(result, result.cells.get((name, amount))) for name in result.contenders],
        )
        for amount in result.amounts
    ]
    last = [result.cells.get((name, result.amounts[-1])) for name in result.contenders]
    times = [
        element("td", "—" if cell is None else seconds_words(cell.learn_seconds), class_="number")
        for cell in last
    ]
    rows.append(element("tr", element("th", "learns in", class_="number"), *times, class_="soft"))
    rows += [
        element(
            "tr",
            element("th", measure_words(name), class_="number"),
            *[
                _cell(other, other.cells.get((contender, result.amounts[-1])))
                for contender in result.contenders
            ],
        )
        for name, other in result.further.items()
    ]
    told = "≈ cannot be told from the best: the difference is within twice its standard error. "
    told += "± is the standard deviation over repeats; seconds, and what stands below, are of the "
    told += "most rows."
    table = element(
        "table", element("thead", element("tr", *head)), element("tbody", *rows), class_="lined"
    )
    return element("div", table, element("p", told, class_="soft small"))


def _cell(result: ComparisonResult, cell: Cell | None) -> Markup:
    if cell is None:
        return element("td", "—", class_="number soft")
    words = score_words(result, cell.mean)
    number = element("strong", words) if cell.place == "best" else words
    spread = None
    if cell.spread is not None:
        spread = f" ± {score_words(result, cell.spread, unit=False)}"
    tie = " ≈" if cell.place == "tie" else None
    return element("td", number, spread, tie, class_="number")
