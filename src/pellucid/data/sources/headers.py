"""Whether a text file's first line names the columns, or is a row like the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal

import polars as pl

from pellucid.data import parsing
from pellucid.errors import quote_list

Verdict = Literal["names", "doubtful", "data"]
# With text alone to go by, fewer rows than this prove nothing.
FEWEST_ROWS = 10


def judge_header(cells: Sequence[str], columns: Mapping[str, pl.Series]) -> Verdict:
    """Tell whether the cells of a first line are names, surely data, or neither for sure.

    A text above a column of numbers is a name, and so is a text that never occurs below. A number
    above numbers, or a text that occurs again in its own column, looks like data. It surely is
    where nothing speaks against it and the numbers could not be years, indices or wavelengths, all
    of which rise from left to right.

    Parameters
    ----------
    cells
        The cells of the first line, stripped.
    columns
        The columns below it, typed, in the same order.

    Examples
    --------
    >>> below = {"a": pl.Series([4.9, 4.7]), "b": pl.Series(["setosa", "setosa"])}
    >>> judge_header(["5.1", "setosa"], below)
    'data'
    >>> judge_header(["length", "species"], below)
    'names'
    """
    below = list(columns.values())
    stripped = parsing.strip_missing(pl.Series(list(cells), dtype=pl.String))
    numbers = parsing.parse_numbers(stripped).to_list()
    present = [text is not None for text in stripped]
    alike = [n is not None and c.dtype.is_numeric() for n, c in zip(numbers, below, strict=True)]
    names = [
        there and n is None and column.dtype.is_numeric()
        for there, n, column in zip(present, numbers, below, strict=True)
    ]
    # How often each text occurs again, in columns of text that hold no such number.
    again = [
        int(column.eq(cell).sum() or 0) if column.dtype == pl.String else 0
        for cell, column in zip(cells, below, strict=True)
    ]
    n_repeated = sum(times > 0 for times in again)
    looks_like_data = any(alike) or 2 * n_repeated >= len(cells)
    if not looks_like_data:
        return "names"
    if any(names):
        return "doubtful"
    values = [number for number, is_alike in zip(numbers, alike, strict=True) if is_alike]
    if values and not _rises([value for value in values if value is not None]):
        other = len(cells) - sum(alike) - present.count(False)
        # Numbers among the cells; texts that never occur again must not be the greater part.
        sure = not other or n_repeated > 0 or 2 * sum(alike) >= len(cells)
    else:
        n_rows = len(below[0]) if below else 0
        often = sum(times > 1 for times in again)
        sure = n_rows >= FEWEST_ROWS and 2 * often >= len(cells)
        sure = sure or (bool(values) and 2 * often >= len(cells))
    return "data" if sure else "doubtful"


def is_row_of_numbers(cells: Sequence[str]) -> bool:
    """Tell whether a single line is surely a row: most of it numbers, which do not just rise."""
    numbers = parsing.parse_numbers(parsing.strip_missing(pl.Series(list(cells), dtype=pl.String)))
    values = numbers.drop_nulls().to_list()
    return 2 * len(values) >= max(2, len(cells)) and len(values) > 1 and not _rises(values)


def doubt_note(cells: Sequence[str]) -> str:
    """Word that the first line was taken for names, but may be data."""
    return (
        f"The first line looks like data, not like the names of columns: {quote_list(cells, 5)}. "
        "If it is, add a line with names above it."
    )


def data_note(cells: Sequence[str]) -> str:
    """Word that the first line was taken for data."""
    return (
        f"The first line is data, not the names of columns: {quote_list(cells, 5)}. The columns "
        f"are called column_1 to column_{len(cells)}; to name them, add a line above it."
    )


def numbered(width: int) -> list[str]:
    """Return names for columns that have none: ``column_1`` and so on."""
    return [f"column_{position}" for position in range(1, width + 1)]


def _rises(values: Sequence[float]) -> bool:
    return all(first < second for first, second in pairwise(values))
