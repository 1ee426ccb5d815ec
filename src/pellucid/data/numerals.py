"""Numbers as people write them: currencies, percentages, units, thousands, decimal commas.

A column's format is found from the whole column, once, and kept: each cell alone could often be
read in two ways. What does not fit the column's one unit and one way of writing is never
converted or merged; the finding then says what is mixed, with the rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Self

import polars as pl

from pellucid.data import parsing
from pellucid.data.different import Different
from pellucid.data.rows import name_rows

# A format is looked for where at least this share of the texts are numbers of some form.
NUMERAL_SHARE = 0.9
# More units than this are words that happen to follow numbers, as in addresses.
MOST_UNITS = 4
# So many different texts decide whether a column is worth a closer look.
SAMPLED = 200
SPACED = 2_000

CURRENCY_CODES = (
    "USD|EUR|GBP|JPY|CNY|INR|CHF|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|RON|RUB|UAH|TRY|BRL|MXN|ZAR|"
    "KRW|SGD|HKD|THB|IDR|MYR|PHP|ILS|AED|SAR|Rs\\.?|kr\\.?|Fr\\.?"
)
CURRENCY = rf"(?:[A-Za-z]{{0,3}}\p{{Sc}}|(?:{CURRENCY_CODES}))"
# One word without digits, apart from squares and cubes of lengths.
SUFFIX = r"(?:(?:[kcdm]?m|ft|in|yd)[23]|[^\d\s.,;:'’()+\-−][^\d\s,;:()+\-−]{0,11})"
SPACES = "\u00a0\u202f\u2009"
SIGN = r"[+\-−]?"
NUMERAL = (
    rf"^(?:{SIGN}|\()\s*(?P<prefix>{CURRENCY})?\s*{SIGN}\s*"
    rf"(?P<core>\d|[\d.,][\d.,'’ ]*\d\.?)\s*(?P<suffix>{SUFFIX})?\)?$"
)
ANY_NUMBER = r"\d"
# 1st, 2nd and 5 pm are ranks and times; these words are no units.
NO_UNITS = ("st", "nd", "rd", "th", "am", "pm", "a.m.", "p.m.")


@dataclass(frozen=True)
class NumberFormat:
    """How a column writes its numbers.

    Attributes
    ----------
    decimal
        What separates the fraction: ``"."`` or ``","``.
    prefix, suffix
        The unit that stands before or after every number, such as ``"$"``, ``"%"``, ``"kg"``.

    Examples
    --------
    >>> read_numbers(pl.Series(["(1.234,50 €)", "7 €"]), NumberFormat(",", suffix="€")).to_list()
    [-1234.5, 7.0]
    """

    decimal: str = "."
    prefix: str = ""
    suffix: str = ""

    @property
    def unit(self) -> str | None:
        """The unit as a person would name it, None where there is none."""
        return f"{self.prefix}{self.suffix}" or None

    @property
    def is_plain(self) -> bool:
        """Whether numbers are written as Python would, but for separated thousands."""
        return (self.decimal, self.prefix, self.suffix) == (".", "", "")

    def to_dict(self) -> dict[str, Any]:
        """Return the three texts."""
        return asdict(self)

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the format again."""
        return cls(**saved)


PLAIN_FORMAT = NumberFormat()


@dataclass(frozen=True)
class Numerals:
    """What was found about the numbers in a column of text.

    Attributes
    ----------
    format
        How to read them; the plain format where nothing else was found.
    mixed
        What is mixed in this column, with the rows, or None; such a column is not read as numbers.
    assumption
        How an ambiguous format was read, a sentence without the column, or None.
    """

    format: NumberFormat = PLAIN_FORMAT
    mixed: str | None = None
    assumption: str | None = None


PLAIN = Numerals()


def read_numbers(text: pl.Series, format: NumberFormat) -> pl.Series:
    """Read each text as a number in this format, each row for itself.

    Parameters
    ----------
    text
        Stripped text, null where missing.
    format
        What `find_numerals` found in the training values.

    Returns
    -------
    polars.Series
        Float64; null where missing, and where a text has another unit or another form.
        ``(1,200)`` and ``−1,200`` are negative; a percentage stays as written (``12 %`` is 12).
    """
    plain = parsing.parse_numbers(text) if format.is_plain else None
    if plain is not None and plain.null_count() == text.null_count():
        return plain
    read = Different(text).each(partial(_read_written, format=format))
    return read if plain is None else plain.fill_null(read)


def written_pattern(format: NumberFormat) -> str:
    """Return what numbers in this format look like, with any spaces as plain ones.

    The groups are called ``sign``, ``open``, ``inner``, ``core`` (digits, thousands, fraction) and
    ``close``.
    """
    return (
        rf"^(?P<sign>{SIGN})(?P<open>\(?)\s*{re.escape(format.prefix)}\s*(?P<inner>{SIGN})\s*"
        rf"(?P<core>{_core(format.decimal)})\s*{re.escape(format.suffix)}\s*(?P<close>\)?)$"
    )


def _read_written(text: pl.Series, format: NumberFormat) -> pl.Series:
    """Read numbers with units, separated thousands, or marks of accountants."""
    spaced = _plain_spaces(text)
    parts = spaced.str.extract_groups(written_pattern(format)).struct
    core = parts.field("core").str.replace_all("[ '’]", "")
    core = core.str.replace_all("." if format.decimal == "," else ",", "", literal=True)
    core = core.str.replace(format.decimal, ".", literal=True)
    numbers = core.cast(pl.Float64, strict=False)
    outer, inner = parts.field("sign"), parts.field("inner")
    opened, closed = parts.field("open") == "(", parts.field("close") == ")"
    marks = (outer != "").cast(pl.Int8) + (inner != "").cast(pl.Int8) + opened.cast(pl.Int8)
    usable = (opened == closed) & (marks <= 1)
    negative = opened | outer.is_in(["-", "−"]) | inner.is_in(["-", "−"])
    frame = pl.DataFrame({"x": numbers, "negative": negative, "usable": usable})
    return frame.select(
        pl.when(pl.col("usable"))
        .then(pl.when(pl.col("negative")).then(-pl.col("x")).otherwise(pl.col("x")))
        .alias(text.name)
    ).to_series()


def find_numerals(text: pl.Series) -> Numerals:
    """Find how a column of text writes its numbers.

    Parameters
    ----------
    text
        A whole column: stripped text, null where missing.

    Examples
    --------
    >>> find_numerals(pl.Series(["$1,200", "$5"])).format
    NumberFormat(decimal='.', prefix='$', suffix='')
    >>> find_numerals(pl.Series(["1.234,5", "0,75"])).format.decimal
    ','
    >>> find_numerals(pl.Series(["12 kg", "300 g", "5 kg"])).mixed
    "units 'kg' and 'g': 'g' in row 2 (counted from 1, a header line not counted)"
    """
    if not _may_be_numerals(text.drop_nulls()):
        return PLAIN
    parts = _parts(text)
    weak = parsing.is_weakly_missing(text).fill_null(value=False)
    parts = parts.filter(~weak & text.is_not_null())
    numerals = parts.filter(
        pl.col("core").is_not_null()
        & ~pl.col("suffix").str.to_lowercase().is_in(NO_UNITS)
        & (pl.col("point") | pl.col("comma"))
    )
    if len(numerals) < NUMERAL_SHARE * len(parts):
        return PLAIN
    units = numerals.group_by("prefix", "suffix").len().sort("len", "prefix", "suffix")
    if len(units) > MOST_UNITS:
        return PLAIN
    if len(units) > 1:
        return Numerals(mixed=_mixed_units(numerals, units))
    prefix, suffix, _ = units.row(0)
    return _with_decimal(numerals, prefix, suffix)


def _may_be_numerals(present: pl.Series) -> bool:
    """Tell whether a closer look is worth its time: there are numbers, and not only plain ones."""
    # Evenly spaced, because files are often sorted: most columns of words are told by these.
    spaced = present.gather_every(max(1, len(present) // SPACED))
    spaced = spaced.filter(~parsing.is_weakly_missing(spaced))
    if 2 * int(spaced.str.contains(ANY_NUMBER).sum()) < max(1, len(spaced)):
        return False
    present = present.filter(~parsing.is_weakly_missing(present))
    others = present.filter(parsing.parse_numbers(present).is_null()).unique(maintain_order=True)
    if others.is_empty() or parsing.has_codes(present):
        return False
    sample = _plain_spaces(others.head(SAMPLED))
    return int(sample.str.contains(NUMERAL).sum()) >= NUMERAL_SHARE / 2 * len(sample)


def _parts(text: pl.Series) -> pl.DataFrame:
    """Divide texts into unit and digits, and tell with which decimal sign these can be read."""
    groups = _plain_spaces(text).str.extract_groups(NUMERAL).struct.unnest()
    return groups.select(
        pl.int_range(pl.len()).alias("row"),
        pl.col("prefix").fill_null(""),
        pl.col("suffix").fill_null(""),
        pl.col("core"),
        pl.col("core").str.contains(rf"^(?:{_core('.')})$").alias("point"),
        pl.col("core").str.contains(rf"^(?:{_core(',')})$").alias("comma"),
    )


def _core(decimal: str) -> str:
    """Return the pattern of digits with this decimal sign, thousands separated or not."""
    point, other = re.escape(decimal), re.escape("," if decimal == "." else ".")
    thousands = "|".join(rf"[1-9]\d{{0,2}}(?:{mark}\d{{3}})+" for mark in (other, " ", "['’]"))
    # Lakhs and crores: 12,34,567.
    indian = r"|[1-9]\d?(?:,\d{2})+,\d{3}" if decimal == "." else ""
    return rf"(?:\d+|{thousands}{indian})(?:{point}\d*)?|{point}\d+"


def _with_decimal(numerals: pl.DataFrame, prefix: str, suffix: str) -> Numerals:
    """Settle the decimal sign of a column with one unit."""
    only_point = numerals.filter(pl.col("point") & ~pl.col("comma"))
    only_comma = numerals.filter(pl.col("comma") & ~pl.col("point"))
    if len(only_point) and len(only_comma):
        fewer = min(only_point, only_comma, key=len)
        words = "decimal points and decimal commas"
        sign = "point" if fewer is only_point else "comma"
        return Numerals(mixed=f"{words}: decimal {sign} in {name_rows(fewer['row'])}")
    if len(only_point) or len(only_comma):
        return Numerals(NumberFormat("." if len(only_point) else ",", prefix, suffix))
    # Every separator can be read in both ways, as in 1,234: three digits follow each one.
    doubtful = numerals.filter(pl.col("core").str.contains("[.,]"))
    is_money = bool(re.fullmatch(CURRENCY.replace(r"\p{Sc}", "[$€£¥₹₽₩₺₴₪฿]"), prefix or suffix))
    dotted = len(doubtful) > 0 and doubtful["core"].str.contains(".", literal=True).all()
    if doubtful.is_empty():
        return Numerals(NumberFormat(".", prefix, suffix))
    thousands = not dotted or is_money
    decimal = "," if dotted and thousands else "."
    example = doubtful["core"][0]
    reading = "separates thousands" if thousands else "marks the decimals"
    return Numerals(
        NumberFormat(decimal, prefix, suffix),
        assumption=f"the {'point' if dotted else 'comma'} in {example!r} {reading}",
    )


def _mixed_units(numerals: pl.DataFrame, units: pl.DataFrame) -> str:
    named = [f"{prefix}{suffix}" for prefix, suffix, _ in reversed(units.rows())]
    words = [repr(unit) if unit else "none" for unit in named]
    rare = numerals.filter(pl.concat_str("prefix", "suffix") != named[0])
    where = name_rows(rare["row"])
    others = words[1] if len(words) == 2 else "others"
    listed = f"{', '.join(words[:-1])} and {words[-1]}"
    return f"units {listed}: {others} in {where}"


def _plain_spaces(text: pl.Series) -> pl.Series:
    """Return the text with every kind of space that separates thousands as a plain one."""
    return text.str.replace_all(f"[{SPACES}]", " ")
