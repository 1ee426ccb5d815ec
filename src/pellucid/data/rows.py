"""How row numbers are worded, in one place.

Row 1 is the first row of data: a file's header line is not counted.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from pellucid.data.table import Array

COUNTING = "counted from 1, a header line not counted"


def count(number: int, what: str) -> str:
    """Word a number of things.

    Examples
    --------
    >>> count(1, "row"), count(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def name_rows(rows: Array | pl.Series, limit: int = 5) -> str:
    """Word row indices (from 0) for people (from 1).

    Parameters
    ----------
    rows
        Indices of rows, counted from 0, shape ``(m,)``, at least one.
    limit
        How many are named; the rest is a number.

    Examples
    --------
    >>> name_rows(np.array([1, 4]))
    'rows 2, 5 (counted from 1, a header line not counted)'
    >>> name_rows(np.arange(40), limit=3)
    'rows 1, 2, 3 … and 37 more (counted from 1, a header line not counted)'
    """
    indices = np.asarray(rows)
    shown = ", ".join(str(index + 1) for index in indices[:limit].tolist())
    more = f" … and {len(indices) - limit:,} more" if len(indices) > limit else ""
    return f"{'row' if len(indices) == 1 else 'rows'} {shown}{more} ({COUNTING})"
