"""Dates and times written as text: which ways of writing are known, and what each text says.

A text gives the clock that it shows (microseconds since 1970-01-01T00:00 on that clock, by the
Gregorian calendar), and how far that clock is ahead of UTC where it says so.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from pellucid.data.table import Array

DAY = 86_400_000_000  # microseconds

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_ZONE = r"(?P<zone>z|utc|gmt|[+-]\d{2}(?::?\d{2})?)?"
_TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:\s*(?P<half>[ap])\.?m\.?)?"
)
_TAIL = rf"(?:(?:t|,?\s+){_TIME}\s*{_ZONE})?$"

ISO = "year-month-day"
PARTS = "day and month as numbers, year"
SHORT = "day and month as numbers, year of two digits"
DOTTED = "day, month and year of two digits each"
NAMED_DAY_FIRST = "day, name of the month, year"
NAMED_MONTH_FIRST = "name of the month, day, year"
COMPACT = "eight digits"
MONTH_ONLY = "year and month"
NAMED_MONTH_ONLY = "name of the month, year"
TIME = "time of day"

# What comes first here is tried first. Years of two digits only where little else is written
# so: 1.2.10 is a version.
STYLES = {
    ISO: rf"(?i)^(?P<year>\d{{4}})(?P<mark>[-/.])(?P<month>\d{{1,2}})(?P<mark2>[-/.])"
    rf"(?P<day>\d{{1,2}}){_TAIL}",
    PARTS: rf"(?i)^(?P<first>\d{{1,2}})(?P<mark>[-/.])(?P<other>\d{{1,2}})(?P<mark2>[-/.])"
    rf"(?P<year>\d{{4}}){_TAIL}",
    SHORT: rf"(?i)^(?P<first>\d{{1,2}})(?P<mark>/)(?P<other>\d{{1,2}})/(?P<year>\d\d){_TAIL}",
    DOTTED: rf"(?i)^(?P<first>\d\d)(?P<mark>\.)(?P<other>\d\d)\.(?P<year>\d\d){_TAIL}",
    NAMED_DAY_FIRST: rf"(?i)^{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.?(?:\s+|-){_MONTH},?"
    rf"(?:\s+|-)(?P<year>\d{{4}}){_TAIL}",
    NAMED_MONTH_FIRST: rf"(?i)^{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+"
    rf"(?P<year>\d{{4}}){_TAIL}",
    COMPACT: r"(?i)^(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
    rf"(?:t(?P<hour>\d{{2}})(?P<minute>\d{{2}})(?P<second>\d{{2}})?{_ZONE})?$",
    MONTH_ONLY: r"^(?P<year>\d{4})[-/](?P<month>\d{1,2})$",
    NAMED_MONTH_ONLY: rf"(?i)^{_MONTH},?\s+(?P<year>\d{{4}})$",
    TIME: rf"(?i)^{_TIME}$",
}
STYLE_NAMES = tuple(STYLES)
WITH_TWO_DIGITS = (STYLE_NAMES.index(SHORT), STYLE_NAMES.index(DOTTED))
TIME_STYLE = STYLE_NAMES.index(TIME)
_NUMBERS = ("year", "month", "day", "first", "other", "hour", "minute", "second")
_TEXTS = ("mark", "mark2", "name", "fraction", "half", "zone")
_SCHEMA = pl.Schema(
    {"row": pl.Int64(), "style": pl.Int64()}
    | dict.fromkeys(_NUMBERS, pl.Int64())
    | dict.fromkeys(_TEXTS, pl.String())
)


def looks_like_dates(sample: pl.Series) -> float:
    """Return the share of texts that have the form of a date or a time of day."""
    if sample.is_empty():
        return 0.0
    hits = np.zeros(len(sample), dtype=bool)
    for pattern in STYLES.values():
        hits |= sample.str.contains(pattern).to_numpy()
    return float(hits.mean())


def take_apart(text: pl.Series) -> pl.DataFrame:
    """Find each text's way of writing and its parts.

    Parameters
    ----------
    text
        Stripped text, null where missing.

    Returns
    -------
    polars.DataFrame
        One row a text: ``style`` (a position in `STYLE_NAMES`, null where none fits), the numbers
        ``year``, ``month``, ``day``, ``first``, ``other``, ``hour``, ``minute``, ``second``, and
        the texts ``mark``, ``name``, ``fraction``, ``half``, ``zone``; null where there is none.
    """
    unique = text.unique(maintain_order=True)
    if 0 < 2 * len(unique) <= len(text):
        found = take_apart(unique).with_columns(text=unique)
        rows = pl.DataFrame({"text": text})
        joined = rows.join(found, on="text", how="left", maintain_order="left", nulls_equal=True)
        return joined.drop("text")
    left = pl.DataFrame({"row": np.arange(len(text)), "text": text}).drop_nulls("text")
    parts = [_SCHEMA.to_frame()]
    for position, pattern in enumerate(STYLES.values()):
        found = left.filter(pl.col("text").str.contains(pattern))
        if found.is_empty():
            continue
        groups = found.select(pl.col("text").str.extract_groups(pattern)).unnest("text")
        part = pl.DataFrame(
            {
                name: groups[name].cast(dtype)
                if name in groups.columns
                else pl.repeat(None, len(found), dtype=dtype, eager=True)
                for name, dtype in _SCHEMA.items()
                if name not in ("row", "style")
            }
        ).with_columns(row=found["row"], style=pl.lit(position, dtype=pl.Int64))
        parts.append(
            part.filter(
                pl.col("mark").eq_missing(pl.col("mark2")) | pl.col("mark2").is_null()
            ).select(_SCHEMA.names())
        )
        left = left.filter(~pl.col("row").is_in(parts[-1]["row"].implode()))
    rows = pl.DataFrame({"row": np.arange(len(text))})
    return rows.join(pl.concat(parts), on="row", how="left", maintain_order="left").drop("row")


def clocks_of(parts: pl.DataFrame, day_first: str) -> pl.Series:
    """Return the clock that each text shows, Int64 microseconds since 1970 or midnight.

    Parameters
    ----------
    parts
        What `take_apart` returned.
    day_first
        The marks between numbers that stand for day before month, such as ``"./"``.

    Returns
    -------
    polars.Series
        Null where a text is no date, or one that no calendar has, such as 30 February.
    """
    first, other = _numbers(parts, "first"), _numbers(parts, "other")
    leads = parts["mark"].is_in(list(day_first)).fill_null(value=False).to_numpy()
    day = np.where(first >= 0, np.where(leads, first, other), _numbers(parts, "day"))
    month = np.where(first >= 0, np.where(leads, other, first), _numbers(parts, "month"))
    names = parts["name"].str.to_lowercase().str.slice(0, 3)
    named = names.replace_strict(MONTHS, range(1, 13), default=-1, return_dtype=pl.Int64)
    month = np.where(month >= 0, month, named.fill_null(-1).to_numpy())
    year = _numbers(parts, "year")
    short = parts["style"].is_in(WITH_TWO_DIGITS).fill_null(value=False).to_numpy()
    year = np.where(short, np.where(year >= 69, year + 1900, year + 2000), year)
    # Only months: their first day.
    day = np.where((day < 0) & (month >= 0), 1, day)
    is_time = (parts["style"] == TIME_STYLE).fill_null(value=False).to_numpy()
    days, is_day = days_of(year, month, day)
    clock, is_clock = _time_of_day(parts)
    valid = (is_day | is_time) & is_clock & parts["style"].is_not_null().to_numpy()
    shown = np.where(is_time, 0, days) * DAY + clock
    return pl.Series(np.where(valid, shown, 0)).set(pl.Series(~valid), None)


def offsets_of(parts: pl.DataFrame) -> pl.Series:
    """Return how many seconds each text's clock is ahead of UTC; null where it does not say."""
    zone = parts["zone"].str.to_lowercase()
    sign = zone.str.slice(0, 1).replace_strict({"+": 1, "-": -1}, default=0, return_dtype=pl.Int64)
    digits = zone.str.replace_all(r"\D", "").str.pad_end(4, "0")
    hours = digits.str.slice(0, 2).cast(pl.Int64, strict=False)
    minutes = digits.str.slice(2, 2).cast(pl.Int64, strict=False)
    return sign * (hours * 3600 + minutes * 60)


def days_of(year: Array, month: Array, day: Array) -> tuple[Array, Array]:
    """Return days since 1970-01-01, and whether there is such a day, shape ``(n,)`` each."""
    valid = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1)
    months = (np.where(valid, year, 1970) - 1970) * 12 + np.where(valid, month, 1) - 1
    starts = months.astype("datetime64[M]")
    start = starts.astype("datetime64[D]").astype(np.int64)
    end = (starts + 1).astype("datetime64[D]").astype(np.int64)
    days = start + np.where(valid, day, 1) - 1
    return days, valid & (days < end)


def _time_of_day(parts: pl.DataFrame) -> tuple[Array, Array]:
    hour, minute = _numbers(parts, "hour"), _numbers(parts, "minute")
    second = np.maximum(_numbers(parts, "second"), 0)
    fraction = parts["fraction"].str.pad_end(6, "0").str.slice(0, 6).cast(pl.Int64)
    half = parts["half"].str.to_lowercase()
    has_half = half.is_not_null().to_numpy()
    afternoon = (half == "p").fill_null(value=False).to_numpy()
    is_half_hour = ~has_half | ((hour >= 1) & (hour <= 12))
    hour = np.where(has_half, hour % 12 + 12 * afternoon, hour)
    valid = (hour <= 23) & (minute <= 59) & (second <= 59) & is_half_hour
    seconds = np.maximum(hour, 0) * 3600 + np.maximum(minute, 0) * 60 + second
    return seconds * 1_000_000 + fraction.fill_null(0).to_numpy(), valid


def _numbers(parts: pl.DataFrame, name: str) -> Array:
    return parts[name].fill_null(-1).to_numpy()
