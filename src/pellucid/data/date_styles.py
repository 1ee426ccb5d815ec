"""A column's ways of writing dates in words: with an example, and what decided day or month."""

from __future__ import annotations

import polars as pl

from pellucid.data.date_texts import DOTTED, ISO, PARTS, SHORT, STYLE_NAMES, TIME

# A text may hold a time as well; an example of a date is no longer than this.
_LONGEST = 40


def word_styles(text: pl.Series, parts: pl.DataFrame, day_first: str) -> tuple[str, ...]:
    """Word the ways in which a column's dates are written, the most frequent first.

    Parameters
    ----------
    text
        The column.
    parts
        The rows that could be read, as `pellucid.data.date_texts.take_apart` returns them, with
        the index of each in ``row``.
    day_first
        The marks between numbers that stand for day before month.

    Examples
    --------
    >>> from pellucid.data.date_texts import take_apart
    >>> text = pl.Series(["03/05/2024", "31/12/2024"])
    >>> word_styles(text, take_apart(text).with_row_index("row"), "/.-")
    ('day/month/year, such as 31/12/2024, where 31 can only be the day',)
    """
    counts = parts["style"].drop_nulls().value_counts(sort=True)
    return tuple(
        _worded(STYLE_NAMES[style], text, parts.filter(pl.col("style") == style), day_first)
        for style in counts["style"]
    )


def _worded(style: str, text: pl.Series, rows: pl.DataFrame, day_first: str) -> str:
    if style == ISO:  # nothing to be doubted in it
        return style
    if style not in (PARTS, SHORT, DOTTED):
        example = _example(text, rows)
        return f"such as {example}" if style == TIME else f"{style}, such as {example}"
    mark = rows["mark"].value_counts(sort=True)["mark"][0]
    rows = rows.filter(pl.col("mark") == mark)
    leads = mark in day_first
    order = mark.join(("day", "month", "year") if leads else ("month", "day", "year"))
    day = "first" if leads else "other"
    telling = rows.filter(pl.col(day) > 12)
    if len(telling):
        why = f"where {telling[day][0]} can only be the day"
        return f"{order}, such as {_example(text, telling)}, {why}"
    why = "as is usual between points" if mark == "." else "though nothing tells day from month"
    return f"{order}, such as {_example(text, rows)}, {why}"


def _example(text: pl.Series, rows: pl.DataFrame) -> str:
    return str(text[rows["row"][0]])[:_LONGEST]
