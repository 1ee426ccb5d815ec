"""A column's values in a few places of a line: how they are spread, from where to where."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from pellucid.data.contract import ColumnContract
from pellucid.data.histograms import N_RANGES
from pellucid.data.page.spans import cut, cut_left, printable, width_of

BARS = "▁▂▃▄▅▆▇█"
_PATHS = ("image", "sound")
# So many places are left for the number of categories that are not named.
_ROOM = 8


def spark(counts: Sequence[int]) -> str:
    """Draw counts as bars, the largest full; nothing where there is nothing.

    Examples
    --------
    >>> spark([4, 0, 1, 8])
    '▄ ▁█'
    """
    largest = max(counts, default=0)
    return "".join(BARS[max(0, math.ceil(8 * n / largest) - 1)] if n else " " for n in counts)


def number(value: Any) -> str:
    """Write a number with four digits, a whole one with all.

    Examples
    --------
    >>> number(13.402999999999999), number(1234567.0), number(0.000012)
    ('13.4', '1,234,567', '1.2e-05')
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return printable(str(value))
    if math.isfinite(value) and value == round(value) and abs(value) < 1e15:
        return f"{value:,.0f}"
    return f"{value:,.0f}" if 1e4 <= abs(value) < 1e15 else f"{value:.4g}"


def share(count: int, total: int) -> str:
    """Write a share in per cent; never 0 or 100 where it is not quite.

    Examples
    --------
    >>> share(1, 3), share(1, 90), share(1, 100_000), share(99_999, 100_000), share(5, 5)
    ('33 %', '1.1 %', '< 0.1 %', '> 99.9 %', '100 %')
    """
    part = 100 * count / total if total else 0.0
    if 0 < part < 0.1:
        return "< 0.1 %"
    if 99.9 < part < 100:
        return "> 99.9 %"
    return f"{part:.1f} %" if 0 < part < 9.95 and part != round(part) else f"{part:.0f} %"


def values_of(column: ColumnContract, width: int, *, bars: bool = True) -> str:
    """Say what values a column has, in so many places at most.

    Parameters
    ----------
    column
        Its entry in the contract.
    width
        The places there are.
    bars
        Whether signs for bars may be used.
    """
    details = column.details
    if "counts" in details and "categories" in details:
        total = sum(details["counts"])
        names = [_label(name) for name in details["categories"]]
        if any(name[-1:].isdigit() for name in names):
            names = [f"{name}:" for name in names]  # "3: 10 %" rather than "3 10 %"
        order = sorted(range(len(names)), key=lambda place: -details["counts"][place])
        shares = [f"{names[place]} {share(details['counts'][place], total)}" for place in order]
        return _as_many(shares, details.get("n_categories", len(names)), width)
    if column.kind in _PATHS and column.examples:
        return _of_files(column, width)
    if column.kind == "number":
        return _of_numbers(column, width, bars=bars)
    said = [*_forms(details), _such_as(column)]
    return next(
        (words for words in said if words and width_of(words) <= width), cut(said[0], width)
    )


def _of_numbers(column: ColumnContract, width: int, *, bars: bool) -> str:
    unit = column.details.get("unit")
    behind = f" {printable(unit)}" if unit else ""
    listed = ", ".join(number(value) for value in column.examples)
    all_listed = bool(column.examples) and len(column.examples) == column.n_distinct
    words = [listed]
    if {"minimum", "maximum"} <= column.details.keys():
        words = [listed, _range(column.details)] if all_listed else [_range(column.details)]
    drawn = [spark(counts) + " " for counts in _coarser(column.histogram)] if bars else []
    # The values themselves matter more than how many bars there are.
    for line in (f"{picture}{said}{behind}" for said in words for picture in [*drawn, ""]):
        if width_of(line) <= width:
            return line
    return cut(f"{words[-1]}{behind}", width)


def _coarser(counts: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield a histogram, and of ten ranges one with five as well."""
    if counts:
        yield counts
    if len(counts) == N_RANGES:
        yield [a + b for a, b in zip(counts[::2], counts[1::2], strict=True)]


def _of_files(column: ColumnContract, width: int) -> str:
    form = " × ".join(map(str, column.details.get("shape", ())))
    left = width - width_of(form) - 2
    path = cut_left(printable(str(column.examples[0])), left)
    return cut(f"{form}, {path}" if form else path, width)


def _forms(details: dict[str, Any]) -> list[str]:
    """Say what arrays, series and dates look like, at length and shorter."""
    if "shape" in details:
        form = " × ".join(map(str, details["shape"]))
        if len(details["shape"]) == 1:
            form += " numbers"
    elif "longest" in details:
        low, high, channels = (details[name] for name in ("shortest", "longest", "channels"))
        form = f"{low:,} steps" if low == high else f"{low:,} … {high:,} steps"
        form += f" × {channels}" if channels > 1 else ""
    elif isinstance(details.get("minimum"), str):
        return [_range(details)]
    else:
        return []
    return [f"{form}, {_range(details)}", form] if "minimum" in details else [form]


def _range(details: dict[str, Any]) -> str:
    least, most = number(details["minimum"]), number(details["maximum"])
    return least if least == most else f"{least} … {most}"


def _such_as(column: ColumnContract) -> str:
    return ", ".join(_label(value) for value in column.examples)


def _label(value: Any) -> str:
    text = number(value) if isinstance(value, int | float) else printable(str(value))
    return f"“{text}”" if " " in text.strip() else text


def _as_many(words: list[str], n_all: int, width: int) -> str:
    """Join as many shares as there is room for, and count the others; ``%`` once, at the end."""
    kept: list[str] = []
    for place, word in enumerate(words):
        last = place + 1 == n_all
        joined = ", ".join([*(one.removesuffix(" %") for one in kept), word])
        if kept and width_of(joined) > (width if last else width - _ROOM):
            break
        kept.append(word)
    behind = f", +{n_all - len(kept):,}" if len(kept) < n_all else ""
    line = ", ".join([*(one.removesuffix(" %") for one in kept[:-1]), *kept[-1:]])
    return cut(line, width - len(behind)) + behind
