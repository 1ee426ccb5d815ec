"""Explanations as plain text: bars to both sides of a middle line.

The command line draws the same with colours (`pellucid.cli.explain`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pellucid.inspection.parts import Part
from pellucid.inspection.values import as_text, signed, written

if TYPE_CHECKING:
    from pellucid.inspection.explanation import Explanation
    from pellucid.inspection.overall import Importance, Inside

HALF_BAR = 14
MOST_COLUMNS = 12
MOST_WORDS = 20
_EIGHTHS = " ▏▎▍▌▋▊▉█"


@dataclass(frozen=True)
class Bar:
    """One line: what it is, the person's value, and the contribution.

    ``share`` is the contribution beside the largest one shown, from -1 to 1.
    """

    label: str
    value: str
    contribution: float
    share: float
    is_detail: bool = False


def bars_of(explanation: Explanation, most: int = MOST_COLUMNS) -> list[Bar]:
    """Return a line for each column, the largest first, then one for all that are left out."""
    parts = explanation.sorted_parts()
    shown = parts if len(parts) <= most + 1 else parts[:most]
    entries = [(part.column, value_of(part), part.contribution) for part in shown]
    if rest := parts[len(shown) :]:
        entries.append((f"{len(rest)} others", "", sum(part.contribution for part in rest)))
    return _scaled(entries)


def details_of(part: Part, most: int = MOST_COLUMNS) -> list[Bar]:
    """Return a line for each feature of a column, the largest first, then one for the rest."""
    details = sorted(part.details(), key=lambda detail: -abs(detail.contribution))
    shown = details if len(details) <= most + 1 else details[:most]
    entries = [
        (
            detail.name.strip() or part.column,
            "" if part.entries is None or detail.value is None else _text(detail.value),
            detail.contribution,
        )
        for detail in shown
    ]
    if rest := details[len(shown) :]:
        entries.append((f"{len(rest)} others", "", sum(d.contribution for d in rest)))
    return _scaled(entries)


def _scaled(entries: Sequence[tuple[str, str, float]]) -> list[Bar]:
    largest = max((abs(contribution) for *_, contribution in entries), default=0.0) or 1.0
    return [Bar(label, value, c, c / largest) for label, value, c in entries]


def value_of(part: Part) -> str:
    """Write a column's value: the person's own, or what kind of thing it is."""
    if part.course is not None and part.course.values is not None:
        steps, channels = part.course.values.shape
        return f"{steps} steps" + (f" × {channels} channels" if channels > 1 else "")
    if part.value is not None:
        return _text(part.value)
    if part.entries is None:
        return "missing"
    return f"{part.kind}, " + "×".join(str(size) for size in part.entries.shape)


def half_bars(share: float, width: int = HALF_BAR) -> tuple[str, str]:
    """Draw a share from -1 to 1 as what stands left and right of the middle, each ``width``."""
    eighths = round(abs(share) * width * 8)
    if eighths == 0 and share:
        eighths = 1
    full, part = divmod(eighths, 8)
    bar = "█" * full + (_EIGHTHS[part] if part else "")
    if share >= 0:
        return " " * width, bar.ljust(width)
    # Eighth blocks fill from the left; to the left of the middle only whole and half ones fit.
    left = "█" * full + ("▐" if part else "")
    return left[::-1].rjust(width), " " * width


def headline(explanation: Explanation) -> list[str]:
    """Return the first lines: the answer, and how far the number and the probability moved."""
    where = "" if explanation.row is None else f"row {explanation.row}: "
    quantity = explanation.quantity
    lines = [f"{where}{explanation.target} = {quantity.answer(explanation.prediction)}"]
    moved = quantity.change(explanation.output - explanation.baseline)
    moved = f", {moved}" if quantity.dates is not None else ""
    lines.append(
        f"{explanation.meaning}: {quantity.write(explanation.baseline)} → "
        f"{quantity.write(explanation.output)}{moved}"
    )
    if explanation.probability is not None and explanation.baseline_probability is not None:
        before, after = explanation.baseline_probability, explanation.probability
        lines.append(f"probability of {explanation.label}: {percent(before)} → {percent(after)}")
    return lines


def closing(explanation: Explanation) -> list[str]:
    """Return the last lines: the sum with its error, and what it is measured from."""
    total = sum(part.contribution for part in explanation.parts)
    quantity = explanation.quantity
    return [
        f"{quantity.write(explanation.baseline)} {quantity.change(total)} = "
        f"{quantity.write(explanation.output)} (the sum misses by {_error(explanation.error)})",
        f"compared with {explanation.compared_with}",
    ]


def percent(share: float) -> str:
    """Write a probability so that it is 0 % or 100 % only where it is.

    Examples
    --------
    >>> percent(0.25), percent(0.9999995), percent(0.0001), percent(1.0)
    ('25.0 %', '> 99.9 %', '< 0.1 %', '100.0 %')
    """
    text = f"{100 * share:.1f} %"
    if text == "100.0 %" and share < 1.0:
        return "> 99.9 %"
    return "< 0.1 %" if text == "0.0 %" and share > 0.0 else text


def draw_plain(explanation: Explanation) -> str:
    """Draw an explanation as text, at most 80 columns wide for ordinary names."""
    parts = explanation.parts
    bars = details_of(parts[0]) if len(parts) == 1 else bars_of(explanation)
    return "\n".join([*headline(explanation), "", *_lines(bars), "", *closing(explanation)])


def draw_importance(importance: Importance) -> str:
    """Draw an importance as text, with the words of texts that mattered most."""
    drawn = [*importance_head(importance), ""]
    drawn += _lines(importance_bars(importance), both_sides=False)
    for inside in importance.inside:
        if inside.names:
            bars = word_bars(inside, importance)
            drawn += ["", inside.column, *_lines(bars, both_sides=importance.is_one_question)]
    return "\n".join(drawn)


def importance_head(importance: Importance) -> list[str]:
    """Return the lines that say what an importance is about."""
    rows = f"{importance.n_rows:,}"
    if importance.n_rows_of > importance.n_rows:
        rows += f" of {importance.n_rows_of:,}"
    unit = f" in {importance.unit}" if importance.unit else ""
    error = _error(importance.error)
    return [
        f"mean absolute contribution{unit} to {importance.meaning}, over {rows} rows",
        f"compared with {importance.compared_with}; largest error of a sum {error}",
    ]


def importance_bars(importance: Importance, most: int = 20) -> list[Bar]:
    """Return a line for each column, the one that moved predictions most first."""
    frame = importance.columns.head(most)
    return _scaled(
        [
            (column, "", size)
            for column, size in frame.select("column", "mean_absolute_contribution").iter_rows()
        ]
    )


def word_bars(inside: Inside, importance: Importance, most: int = MOST_WORDS) -> list[Bar]:
    """Return a line for each word of a text that moved predictions most, and in how many rows.

    Where all rows were asked about the same class or number, it stands on the side of its sign.
    """
    shown = inside.words.head(most)
    sizes = "mean_contribution" if importance.is_one_question else "mean_absolute_contribution"
    return _scaled(
        [
            (word.replace("▁", " ").strip('"'), f"{count:,} row{'' if count == 1 else 's'}", size)
            for word, count, size in shown.select("detail", "rows", sizes).iter_rows()
        ]
    )


def _lines(bars: Sequence[Bar], *, both_sides: bool = True) -> list[str]:
    labels = max((len(_cut(bar.label, 24)) for bar in bars), default=0)
    values = max((len(_cut(bar.value, 16)) for bar in bars), default=0)
    lines = []
    for bar in bars:
        left, right = half_bars(bar.share)
        sides = f"{left}│{right}" if both_sides else right
        number = signed(bar.contribution) if both_sides else written(bar.contribution, 4)
        value = f"  {_cut(bar.value, 16).ljust(values)}" if values else ""
        lines.append(f"{_cut(bar.label, 24).ljust(labels)}{value}  {sides} {number}")
    return lines


def _error(error: float) -> str:
    return f"{abs(error):.1e}" if error else "0"


def _cut(text: str, width: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1] + "…"


def _text(value: object) -> str:
    return as_text(value) or "missing"
