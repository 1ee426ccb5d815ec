"""Dates and times: the position in time, and the cycles of year, week and day it lies in.

A position alone cannot say "every Sunday" or "at night"; sine and cosine of a cycle can, without a
jump from December to January. Parts in which the training values do not vary have no features.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self

import numpy as np
import polars as pl

from pellucid.data.date_texts import DAY
from pellucid.data.dates import COMPACT, SAMPLED, DateFormat, Dates, find_dates, read_clock
from pellucid.data.kinds.kind import Description, Kind, Proposal
from pellucid.data.moments import mean_and_scale, restore, standardise
from pellucid.data.parsing import is_weakly_missing
from pellucid.data.profile import Profile, clean_scalars
from pellucid.data.rows import name_rows
from pellucid.data.showing import shown
from pellucid.data.table import Array, Values
from pellucid.errors import DataError, quote_list

# Text counts as dates when at least this share of it is one.
DATE_SHARE = 0.9
# Numbers of eight digits are days where there are at least so many different ones.
FEWEST_DAYS = 3
# Positions are cut off so many standard deviations from the training mean.
MOST_DEVIATIONS = 100.0
# What is later or earlier by more than this share of the training values' span is warned of.
MARGIN = 0.01
# Times come back to the unit, in microseconds, in which the training values were given; where
# that is finer than this, to this: 32-bit sine and cosine of a day tell no more.
FINEST = 10_000
UNITS = (DAY, 3_600_000_000, 60_000_000, 1_000_000, FINEST)


@dataclass(frozen=True)
class DateEncoder:
    """One date or time a row: standardised position, then sine and cosine of cycles.

    Attributes
    ----------
    format
        How values are read.
    mean, scale
        Mean and standard deviation of the training values, in days since 1970 or midnight.
    year, week, weekend, day
        Whether the training values vary in the time of year, the weekday, being a weekend or not,
        and the time of day; each then has its features.
    clock
        The time of day of all training values where they do not vary in it, in microseconds.
    unit
        To how many microseconds values come back: 86,400,000,000 for dates.
    has_missing
        Whether training values were missing; the last feature then is 1 where one is.

    Examples
    --------
    >>> encoder = DateEncoder.fit(pl.Series(["2024-03-04", "2024-03-06"]))
    >>> encoder.feature_names
    [' position', ' weekday (sine)', ' weekday (cosine)']
    >>> encoder.transform(pl.Series(["2024-03-04"])).round(3).tolist()
    [[-1.0, 0.0, 1.0]]
    """

    kind: ClassVar[str] = "date"

    format: DateFormat
    mean: float
    scale: float
    year: bool
    week: bool
    weekend: bool
    day: bool
    clock: int
    unit: int
    has_missing: bool

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of features."""
        return (len(self.feature_names),)

    @property
    def feature_names(self) -> list[str]:
        """What follows the column's name: " position", " time of year (sine)" and so on."""
        cycles = [
            name
            for name, used in (
                ("time of year", self.year),
                ("weekday", self.week),
                ("time of day", self.day),
            )
            if used
        ]
        waves = [f" {cycle} ({wave})" for cycle in cycles for wave in ("sine", "cosine")]
        weekend = [" is a weekend"] if self.weekend else []
        missing = [" is missing"] if self.has_missing else []
        return [" position", *waves, *weekend, *missing]

    @classmethod
    def fit(cls, values: Values) -> Self:
        """Learn the format, position and spread, and the parts that vary."""
        dates = _dates_of(clean_scalars(values))
        clock = dates.clock.drop_nulls().to_numpy()
        mean, scale = mean_and_scale((clock / DAY)[:, None])
        days, rest = np.divmod(clock, DAY)
        calendar = not dates.format.is_time
        weekdays = _weekday(days)
        return cls(
            format=dates.format,
            mean=float(mean[0]),
            scale=float(scale[0]),
            year=calendar and _varies(_month(days)),
            week=calendar and _varies(weekdays),
            weekend=calendar and _varies(weekdays >= 5),
            day=_varies(rest),
            clock=int(rest[0]) if len(rest) else 0,
            unit=next((unit for unit in UNITS if not (rest % unit).any()), FINEST),
            has_missing=dates.clock.null_count() > 0,
        )

    @property
    def resolution(self) -> float:
        """To how many seconds `inverse` is exact: a day for dates, at best 0.01."""
        return self.unit / 1e6

    def transform(self, values: Values) -> Array:
        """Encode; what is missing or unreadable is 0 everywhere, marked where training had some.

        The position is at most 100 standard deviations from the mean.
        """
        read = read_clock(clean_scalars(values), self.format)
        missing = read.is_null().to_numpy()
        clock = read.fill_null(0).to_numpy()
        days, rest = np.divmod(clock, DAY)
        position = standardise(
            (clock / DAY)[:, None], np.array([self.mean]), np.array([self.scale])
        )
        parts = [np.clip(position, -MOST_DEVIATIONS, MOST_DEVIATIONS)[:, 0]]
        weekdays = _weekday(days)
        if self.year:
            parts += _waves(_part_of_year(days))
        if self.week:
            parts += _waves(weekdays / 7)
        if self.day:
            parts += _waves(rest / DAY)
        if self.weekend:
            parts.append(weekdays >= 5)
        features = np.column_stack(parts).astype(np.float32)
        features[missing] = 0.0
        if not self.has_missing:
            return features
        return np.column_stack([features, missing.astype(np.float32)])

    def inverse(self, array: Array) -> pl.Series:
        """Return dates, times or both, exact to `resolution`; null where missing.

        The position gives the day, the cycle of the day the time, which is finer.
        """
        position = restore(array[:, 0], np.array(self.mean), np.array(self.scale))
        if self.day:
            at = 1 + 2 * (self.year + self.week)
            turn = np.arctan2(array[:, at].astype(np.float64), array[:, at + 1]) / (2 * np.pi)
            rest = np.rint(turn % 1.0 * DAY / self.unit).astype(np.int64) * self.unit
        else:
            rest = np.full(len(array), self.clock)
        days = np.rint(position - rest / DAY)
        clock = pl.Series(days.astype(np.int64) * DAY + rest)
        if self.has_missing:
            clock = clock.set(pl.Series(array[:, -1] > 0.5), None)
        if self.format.is_time:
            return ((clock % DAY) * 1000).cast(pl.Time)
        if self.unit == DAY and self.format.zone is None:
            return (clock // DAY).cast(pl.Int32).cast(pl.Date)
        shown = (clock - self.format.offset * 1_000_000).cast(pl.Datetime("us"))
        if self.format.zone is None:
            return shown
        return shown.dt.replace_time_zone(
            self.format.zone, ambiguous="earliest", non_existent="null"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return all attributes."""
        return asdict(self)

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the encoder again."""
        return cls(**{**saved, "format": DateFormat.from_dict(saved["format"])})


class DateKind(Kind):
    """Columns of dates and times, by their type or in text."""

    name = "date"
    summary = "a date or time: its position, and the cycles of year, week and day"
    encoder = DateEncoder

    def propose(self, profile: Profile) -> Proposal | None:
        """Fit temporal types, text of dates; numbers of eight digits; others only if chosen."""
        if profile.is_block or profile.is_boolean or not profile.n_distinct:
            return None
        if profile.is_numeric:
            return _proposal_for_numbers(profile)
        dates = find_dates(profile.scalars)
        if dates is None or dates.share == 0:
            return None
        # A column with one value says nothing, whatever it is.
        trust = 1.0 if profile.n_distinct > 1 else 0.5
        what = "times of day" if dates.format.is_time else "dates"
        if not profile.is_text:
            return Proposal(0.98 * trust, f"{what}, by their type")
        return _proposal_for_text(dates, what, trust)

    def describe(self, profile: Profile) -> Description:
        """Keep range and format; warn of what is assumed, mixed or unreadable."""
        dates = _dates_of(profile.scalars)
        warnings = [f"{profile.name!r} {warning}." for warning in dates.warnings]
        if profile.is_text:
            warnings += _weak_warnings(profile)
        if dates.unreadable.any():
            warnings.append(_unreadable_warning(profile.name, profile.scalars, dates.unreadable))
        details: dict[str, Any] = {"format": dates.format.to_dict()}
        details["from_numbers"] = profile.is_numeric
        present = dates.clock.drop_nulls().to_numpy()
        if len(present):
            details["minimum"] = _worded(int(present.min()))
            details["maximum"] = _worded(int(present.max()))
        return Description(details, tuple(warnings))

    def compare(self, name: str, details: Mapping[str, Any], values: Values) -> list[str]:
        """Warn of unreadable dates, and of dates beyond those of training."""
        if not isinstance(values, pl.Series):
            raise DataError(
                f"Column {name!r} holds blocks of shape {values.shape[1:]}.",
                expected="one date or time a row, as in training",
            )
        format = DateFormat.from_dict(details["format"])
        scalars = clean_scalars(values)
        if scalars.dtype.is_numeric() and not details.get("from_numbers", True):
            raise DataError(
                f"Column {name!r} holds numbers, and held dates in training.",
                where=f"such as {shown(scalars)}",
                expected=f"values such as {details.get('minimum', '2024-03-05')}",
                remedy="write them as dates",
            )
        clock = read_clock(scalars, format)
        unreadable = clock.is_null() & scalars.is_not_null()
        if scalars.dtype == pl.String:
            unreadable &= ~is_weakly_missing(scalars).fill_null(value=False)
        warnings = []
        if unreadable.any():
            if clock.null_count() == len(clock):
                raise DataError(
                    f"Column {name!r} holds no {'times' if format.is_time else 'dates'}.",
                    where=f"such as {shown(scalars)}",
                    expected=f"values such as {details.get('minimum', '2024-03-05')}",
                )
            warnings.append(_unreadable_warning(name, scalars, unreadable))
        if "minimum" in details and not format.is_time:
            warnings += _range_warnings(name, clock, details)
        return warnings


def _proposal_for_numbers(profile: Profile) -> Proposal:
    if _are_days(profile):
        return Proposal(0.92, f"every number is a day, such as {profile.present[0]:.0f}")
    return Proposal(0.02, "numbers can be read as seconds since 1970")


def _are_days(profile: Profile) -> bool:
    """Tell whether all numbers are days of eight digits; most columns are told by their first."""
    present = profile.present
    if not len(present) or not 1e7 <= present[0] < 1e8:
        return False
    for values in (present.head(SAMPLED), present):
        dates = find_dates(values)
        if dates is None or dates.format.numbers != COMPACT:
            return False
    return (profile.n_distinct or 0) >= FEWEST_DAYS


def _proposal_for_text(dates: Dates, what: str, trust: float) -> Proposal:
    if dates.share < DATE_SHARE:
        return Proposal(0.1, f"{dates.share:.0%} of its texts are {what}")
    ways = f", {'' if dates.format.is_time else 'written as '}{' and as '.join(dates.styles[:2])}"
    every = "" if dates.share == 1 else f" ({dates.share:.0%} of its texts)"
    return Proposal(0.92 * trust, f"{what}{ways}{every}")


def _dates_of(scalars: pl.Series) -> Dates:
    found = find_dates(scalars)
    if found is not None:
        return found
    format = DateFormat()
    clock = read_clock(scalars, format)
    return Dates(format, clock, clock.is_null() & scalars.is_not_null())


def _unreadable_warning(name: str, scalars: pl.Series, unreadable: pl.Series) -> str:
    texts = scalars.filter(unreadable).unique(maintain_order=True).cast(pl.String)
    return (
        f"{name!r} holds values that are no dates or times, treated as missing: "
        f"{quote_list(texts, limit=5)} in {name_rows(unreadable.arg_true())}."
    )


def _weak_warnings(profile: Profile) -> list[str]:
    weak = is_weakly_missing(profile.scalars).fill_null(value=False)
    if not weak.any():
        return []
    texts = profile.scalars.filter(weak).unique(maintain_order=True)
    return [
        f"{profile.name!r} holds {quote_list(texts, limit=7)} among its dates, read as missing in "
        f"{name_rows(weak.arg_true())}."
    ]


def _range_warnings(name: str, clock: pl.Series, details: Mapping[str, Any]) -> list[str]:
    low, high = (
        int(np.datetime64(details[end], "us").astype(np.int64)) for end in ("minimum", "maximum")
    )
    margin = int(MARGIN * (high - low))
    warnings = []
    for beyond, word, end in (
        (clock > high + margin, "later", details["maximum"]),
        (clock < low - margin, "earlier", details["minimum"]),
    ):
        rows = beyond.fill_null(value=False).arg_true()
        if len(rows):
            warnings.append(
                f"{name!r} holds dates {word} than any in training ({end}), where the network can "
                f"only guess: {name_rows(rows)}."
            )
    return warnings


def _worded(clock: int) -> str:
    """Return an ISO text; of a whole day, the day alone."""
    moment = np.datetime64(clock, "us")
    return str(moment.astype("datetime64[D]") if clock % DAY == 0 else moment)


def _weekday(days: Array) -> Array:
    """Return 0 for Monday to 6 for Sunday; 1970-01-01 was a Thursday."""
    return np.asarray((days + 3) % 7)


def _month(days: Array) -> Array:
    return np.asarray(days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12)


def _part_of_year(days: Array) -> Array:
    """Return the part of its year that had passed when the day began, 0 ≤ part < 1."""
    years = days.astype("datetime64[D]").astype("datetime64[Y]")
    start = years.astype("datetime64[D]").astype(np.int64)
    end = (years + 1).astype("datetime64[D]").astype(np.int64)
    return np.asarray((days - start) / (end - start))


def _waves(turns: Array) -> list[Array]:
    angle = 2 * np.pi * turns
    return [np.sin(angle), np.cos(angle)]


def _varies(values: Array) -> bool:
    return bool(len(values)) and bool((values != values[0]).any())
