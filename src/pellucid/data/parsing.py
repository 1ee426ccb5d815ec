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
DECIMAL_COMMA_PATTERN = r"^[+-]?\d+(,\d+)?([eE][+-]?\d+)?$"


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


def type_text(text: pl.Series, *, decimal_comma: bool = False) -> pl.Series:
    """Give a file's column of text the type that all its values have.

    Integers, floats and truth values are recognised where every value present is one;
    everything else stays text. Codes with leading zeros stay text.

    Parameters
    ----------
    text
        A column as it was read.
    decimal_comma
        Whether ``1,5`` is to be read as one and a half (in files not separated by commas).

    Returns
    -------
    polars.Series
        Int64, Float64, Boolean or String; null where a value is missing.

    Examples
    --------
    >>> type_text(pl.Series(["1", "?", " 3"])).to_list()
    [1, None, 3]
    >>> type_text(pl.Series(["007", "123"])).to_list()
    ['007', '123']
    """
    values = strip_missing(text)
    n_missing = values.null_count()
    if n_missing == len(values):
        return values
    if decimal_comma and _all(values, DECIMAL_COMMA_PATTERN) and values.str.contains(",").any():
        values = values.str.replace(",", ".", literal=True)
    floats = parse_numbers(values)
    if floats.null_count() == n_missing:
        if has_codes(values):
            return values
        integers = values.cast(pl.Int64, strict=False)
        return integers if integers.null_count() == n_missing else floats
    folded = values.str.to_lowercase()
    if folded.drop_nulls().is_in(["true", "false"]).all():
        return folded == "true"
    return values


def _all(values: pl.Series, pattern: str) -> bool:
    return bool(values.drop_nulls().str.contains(pattern).all())
