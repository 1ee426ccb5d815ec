"""Columns of dates and times: how a whole column is to be read, and the clock of each row.

Day before month or month before day is decided by the whole column: a number above 12 can only be a
day. What one column cannot settle is assumed, and the assumption is worded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
import polars as pl

from pellucid.data import parsing
from pellucid.data.date_styles import word_styles
from pellucid.data.date_texts import (
    DAY,
    ISO,
    TIME_STYLE,
    WITH_TWO_DIGITS,
    clocks_of,
    days_of,
    looks_like_dates,
    offsets_of,
    take_apart,
)
from pellucid.data.different import Different
from pellucid.data.rows import name_rows
from pellucid.errors import quote_list

# So many texts at the start decide whether a column is worth a closer look.
SAMPLED = 100
# Whole numbers of eight digits are dates where all lie between these years.
COMPACT_YEARS = (1900, 2100)
SECONDS, MILLISECONDS, MICROSECONDS, COMPACT = "s", "ms", "us", "yyyymmdd"
PER_NUMBER = {SECONDS: 1e6, MILLISECONDS: 1e3, MICROSECONDS: 1.0}
# By length; "_" is the mark between date and time.
PLAIN_WAYS = {10: "%Y-%m-%d", 16: "%Y-%m-%d_%H:%M", 19: "%Y-%m-%d_%H:%M:%S"}
# Numbers beyond the year 9999 are no points in time.
LAST_CLOCK = 253_402_300_800_000_000
WAYS_OF_DATES = "ways of writing dates"
"""In every warning that dates are written in several ways."""


@dataclass(frozen=True)
class DateFormat:
    """How a column is read as dates and times.

    Attributes
    ----------
    day_first
        The marks between numbers that mean day before month, such as ``"."`` in 05.03.2024.
    numbers
        What numbers are: seconds (``"s"``), ``"ms"`` or ``"us"`` since 1970, or ``"yyyymmdd"``.
    zone
        The time zone whose clock is looked at; None where values name none.
    offset
        Seconds by which the column's clock is ahead of ``zone``: texts may name a fixed offset.
    is_time
        Whether values are times of day without a date.
    """

    day_first: str = ".-"
    numbers: str = SECONDS
    zone: str | None = None
    offset: int = 0
    is_time: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the settings by name."""
        return asdict(self)

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the format again."""
        return cls(**saved)


@dataclass(frozen=True)
class Dates:
    """What was found about a column of dates.

    Attributes
    ----------
    format
        How it is read.
    clock
        Int64 microseconds since 1970 (for times: since midnight) on the column's own clock; null
        where missing or unreadable.
    unreadable
        Which values present are no dates, Boolean.
    styles
        The ways of writing in words, the most frequent first.
    warnings
        What is assumed or mixed, each the end of a sentence that begins with the column's name.
    """

    format: DateFormat
    clock: pl.Series
    unreadable: pl.Series
    styles: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """The share of the values present that are dates."""
        present = len(self.clock) - self.clock.null_count() + int(self.unreadable.sum())
        return 1.0 - int(self.unreadable.sum()) / present if present else 0.0


def find_dates(scalars: pl.Series) -> Dates | None:
    """Read a column as dates and times; return None where it holds none.

    Parameters
    ----------
    scalars
        Cleaned values of any type, null where missing.

    Examples
    --------
    >>> find_dates(pl.Series(["13/05/2024", "03/05/2024"])).format.day_first
    './-'
    >>> find_dates(pl.Series(["5 pm", "many"])) is None
    True
    """
    if scalars.dtype == pl.String:
        return _find_in_text(scalars)
    if scalars.dtype.is_numeric():
        return _find_in_numbers(scalars)
    if not scalars.dtype.is_temporal() or scalars.dtype == pl.Duration:
        return None
    zone = scalars.dtype.time_zone if isinstance(scalars.dtype, pl.Datetime) else None
    format = DateFormat(zone=zone, is_time=scalars.dtype == pl.Time)
    return Dates(format, *_split(scalars, read_clock(scalars, format)))


def read_clock(scalars: pl.Series, format: DateFormat) -> pl.Series:
    """Read values as they were read in training, each row for itself.

    Returns
    -------
    polars.Series
        Int64 microseconds, as in `Dates`; null where missing or unreadable.
    """
    dtype = scalars.dtype
    if dtype == pl.String:
        return _clock_of_text(scalars, format)
    if isinstance(dtype, pl.Datetime) and not format.is_time:
        if dtype.time_zone is not None and format.zone is not None:
            scalars = scalars.dt.convert_time_zone(format.zone)
        wall = scalars.dt.replace_time_zone(None).cast(pl.Datetime("us")).cast(pl.Int64)
        moved = dtype.time_zone is not None and format.zone is not None
        return wall + format.offset * 1_000_000 if moved else wall
    if dtype == pl.Date and not format.is_time:
        return scalars.cast(pl.Int64) * DAY
    if dtype == pl.Time and format.is_time:
        return scalars.cast(pl.Int64) // 1000
    if dtype.is_numeric() and not format.is_time:
        return _clock_of_numbers(scalars.cast(pl.Float64), format.numbers)
    return pl.repeat(None, len(scalars), dtype=pl.Int64, eager=True)


def _clock_of_text(text: pl.Series, format: DateFormat) -> pl.Series:
    plain = None if format.is_time else _plain_clock(text)
    if plain is not None:
        return plain
    parts = take_apart(text)
    return _on_clock(clocks_of(parts, format.day_first), offsets_of(parts), parts, format)


def _split(scalars: pl.Series, clock: pl.Series) -> tuple[pl.Series, pl.Series]:
    unreadable = clock.is_null() & scalars.is_not_null()
    if scalars.dtype == pl.String:
        unreadable &= ~parsing.is_weakly_missing(scalars).fill_null(value=False)
    return clock, unreadable


def _find_in_text(text: pl.Series) -> Dates | None:
    present = text.drop_nulls()
    sample = present.filter(~parsing.is_weakly_missing(present)).head(SAMPLED)
    if looks_like_dates(sample) < 0.5:
        return None
    plain = _plain_clock(text)
    if plain is not None:
        return Dates(DateFormat(), *_split(text, plain), styles=(ISO,))
    parts = take_apart(text)
    counts = parts["style"].drop_nulls().value_counts(sort=True)
    if counts.is_empty():
        return None
    day_first, warnings = _settle_order(parts)
    is_time = bool(counts["style"][0] == TIME_STYLE)
    offsets = offsets_of(parts)
    known = offsets.drop_nulls().unique()
    zone = "UTC" if len(known) else None
    offset = int(known[0]) if len(known) == 1 else 0
    format = DateFormat(day_first, zone=zone, offset=offset, is_time=is_time)
    clock = _on_clock(clocks_of(parts, day_first), offsets, parts, format)
    read = Dates(format, *_split(text, clock))
    read_parts = parts.with_row_index("row").filter(clock.is_not_null())
    styles = word_styles(text, read_parts, day_first)
    warnings += _mixtures(text, read_parts, offsets.filter(clock.is_not_null()))
    return Dates(format, read.clock, read.unreadable, styles, tuple(warnings))


def _plain_clock(text: pl.Series) -> pl.Series | None:
    """Read text that is all written in one plain way, eight times as fast; None for other text."""
    lengths = text.str.len_bytes().drop_nulls()
    if lengths.is_empty() or lengths.min() != lengths.max() or lengths[0] not in PLAIN_WAYS:
        return None
    mark = text[text.is_not_null().arg_max() or 0][10:11]
    pattern = PLAIN_WAYS[lengths[0]].replace("_", mark)
    moments = Different(text).each(
        lambda texts: texts.str.to_datetime(pattern, strict=False, time_unit="us")
    )
    years = moments.dt.year().drop_nulls()
    # Signs and years of five digits are left to the patterns that know what a date is.
    if moments.null_count() > text.null_count() or not years.is_between(1000, 9999).all():
        return None
    return moments.cast(pl.Int64)


def _on_clock(
    clock: pl.Series, offsets: pl.Series, parts: pl.DataFrame, format: DateFormat
) -> pl.Series:
    """Bring what texts show to the column's own clock."""
    is_time = (parts["style"] == TIME_STYLE).fill_null(value=False)
    clock = clock.set(is_time != format.is_time, None)
    if format.zone is None or offsets.null_count() == len(offsets):
        return clock
    utc = (clock - offsets * 1_000_000).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    there = utc.dt.convert_time_zone(format.zone).dt.replace_time_zone(None).cast(pl.Int64)
    # A text without an offset shows the column's clock.
    return (there + format.offset * 1_000_000).fill_null(clock)


def _settle_order(parts: pl.DataFrame) -> tuple[str, list[str]]:
    """Decide for each mark between numbers whether the day comes first."""
    day_first, warnings = "", []
    for mark in "./-":
        rows = parts.filter((pl.col("mark") == mark) & pl.col("first").is_not_null())
        if rows.is_empty():
            day_first += mark if mark != "/" else ""
            continue
        n_day, n_month = int((rows["first"] > 12).sum()), int((rows["other"] > 12).sum())
        leads = n_day > n_month if n_day or n_month else mark != "/"
        day_first += mark if leads else ""
        # Nobody writes the month first between points.
        if not n_day and not n_month and mark != "." and (rows["first"] != rows["other"]).any():
            row = rows.filter(pl.col("first") != pl.col("other")).row(0, named=True)
            text = f"{row['first']:02}{mark}{row['other']:02}{mark}{row['year']}"
            day, month = (row["first"], row["other"]) if leads else (row["other"], row["first"])
            warnings.append(
                f"could be day before month or month before day in every row; assumed: the "
                f"{'day' if leads else 'month'} comes first, {text} is {row['year']}-{month:02}-"
                f"{day:02}. If that is wrong, write dates as year-month-day"
            )
    return day_first, warnings


def _mixtures(text: pl.Series, parts: pl.DataFrame, offsets: pl.Series) -> list[str]:
    """Word what is mixed among the rows that could be read."""
    warnings = []
    firsts = parts.group_by("style").agg(pl.len(), pl.col("row").min()).sort("row")
    if len(firsts) > 1:
        examples = [f"{text[row]!r} (row {row + 1:,}, {n:,} in all)" for _, n, row in firsts.rows()]
        warnings.append(
            f"mixes {len(firsts)} {WAYS_OF_DATES}, each read by its own rule: {', '.join(examples)}"
        )
    if parts["style"].is_in(WITH_TWO_DIGITS).any():
        warnings.append("has years of two digits; 69 to 99 are read as 1969 to 1999, others as 20…")
    if 0 < offsets.null_count() < len(offsets):
        rows = parts["row"].filter(offsets.is_null())
        warnings.append(
            f"names a time zone in some rows only; the others ({name_rows(rows)}) are taken as "
            "they stand"
        )
    several = offsets.drop_nulls().unique().sort()
    if len(several) > 1:
        hours = quote_list([f"{seconds / 3600:+g} h" for seconds in several], limit=4)
        warnings.append(f"holds times of several distances from UTC ({hours}); all become UTC")
    return warnings


def _find_in_numbers(scalars: pl.Series) -> Dates | None:
    numbers = scalars.cast(pl.Float64)
    present = numbers.drop_nulls().to_numpy()
    if not len(present) or not np.isfinite(present).all():
        return None
    _, is_compact = _compact_days(present)
    with np.errstate(over="ignore"):  # the mean of two huge numbers is none any more
        middle = float(np.median(np.abs(present)))
    if is_compact.all():
        unit = COMPACT
    elif middle < 1e11:
        unit = SECONDS
    else:
        unit = MILLISECONDS if middle < 1e14 else MICROSECONDS
    format = DateFormat(numbers=unit)
    return Dates(format, *_split(scalars, read_clock(scalars, format)))


def _clock_of_numbers(numbers: pl.Series, unit: str) -> pl.Series:
    values = numbers.fill_null(np.nan).to_numpy()
    if unit == COMPACT:
        days, valid = _compact_days(values)
        clock = days * DAY
    else:
        with np.errstate(over="ignore", invalid="ignore"):
            scaled = np.rint(values * PER_NUMBER[unit])
            valid = np.abs(scaled) < LAST_CLOCK
        clock = np.where(valid, scaled, 0).astype(np.int64)
    return pl.Series(numbers.name, clock).set(pl.Series(~valid), None)


def _compact_days(values: np.ndarray[Any, Any]) -> tuple[Any, Any]:
    low, high = COMPACT_YEARS
    usable = (values >= low * 10_000) & (values < high * 10_000) & (values == np.rint(values))
    whole = np.where(usable, values, 0).astype(np.int64)
    days, valid = days_of(whole // 10_000, whole // 100 % 100, whole % 100)
    return days, valid & usable
