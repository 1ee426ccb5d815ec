"""Text that stands for something else: missing values, numbers, truth values.

Files hold text. Which texts mean "no value here" and which columns of text are numbers is
decided here, once, for files and frames alike.
"""

from __future__ import annotations

import polars as pl

MISSING_TEXTS = (
    "",
    "?",
    "NA",
    "N/A",
    "n/a",
    "#N/A",
    "#NA",
    "N.A.",
    "n.a.",
    "<NA>",
    "<null>",
    "(null)",
    "\\N",
    "NaT",
    "#DIV/0!",
    "#VALUE!",
    "#REF!",
    "#NAME?",
    "#NUM!",
    "#NULL!",
    "NaN",
    "nan",
    "NAN",
    "null",
    "NULL",
    "Null",
    "None",
)
# Between numbers or dates, these mean "missing" as well; in other columns they may be answers.
# Compared in lower case.
WEAK_MISSING_TEXTS = (
    "-",
    "--",
    "---",
    "–",
    "—",
    ".",
    "..",
    "...",
    "…",
    "*",
    "na",
    "n/a.",
    "none",
    "nil",
    "nothing",
    "missing",
    "unknown",
    "not available",
    "not applicable",
    "no data",
    "undefined",
)
# A leading zero marks a code (a postcode, "007"), whose zeros would be lost in a number.
CODE_PATTERN = r"^[+-]?0\d"


def strip_missing(text: pl.Series) -> pl.Series:
    """Strip blanks around each text, and make those that mean "missing" null.

    Examples
    --------
    >>> strip_missing(pl.Series([" a", "?", "", None, "NA"])).to_list()
    ['a', None, None, None, None]
    """
    stripped = text.str.strip_chars()
    # Both operations are skipped where they would change nothing: most columns are clean.
    missing = stripped.is_in(MISSING_TEXTS)
    if missing.any():
        return stripped.set(missing.fill_null(value=False), None)
    return stripped


def is_weakly_missing(text: pl.Series) -> pl.Series:
    """Tell which texts mean "missing" among numbers or dates; null where there is no text.

    Examples
    --------
    >>> is_weakly_missing(pl.Series(["-", "None", "5"])).to_list()
    [True, True, False]
    """
    return text.str.to_lowercase().is_in(WEAK_MISSING_TEXTS)


def parse_numbers(text: pl.Series) -> pl.Series:
    """Read each text as a number; null where it is missing or no number.

    Parameters
    ----------
    text
        Stripped text, as `strip_missing` returns it.

    Returns
    -------
    polars.Series
        Float64. ``inf`` is a number here; ``1,5`` and ``1_000`` are not.

    Examples
    --------
    >>> parse_numbers(pl.Series(["1.5", "-3", "1e3", "many"])).to_list()
    [1.5, -3.0, 1000.0, None]
    """
    return text.cast(pl.Float64, strict=False)


def has_codes(text: pl.Series) -> bool:
    """Tell whether some text has a leading zero, as postcodes and other codes do."""
    return bool(text.str.contains(CODE_PATTERN).any())
