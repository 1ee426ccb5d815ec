"""The time of a table's rows: which column tells it, the step from row to row, and gaps.

A moment is a number: microseconds since 1970 for dates, else what the column holds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pellucid.data.date_texts import DAY
from pellucid.data.dates import find_dates
from pellucid.data.profile import clean_scalars, numbers_of
from pellucid.data.rows import name_rows
from pellucid.data.table import Array, Table, Values
from pellucid.errors import DataError

# Text is taken for dates where so large a share of it reads as such.
_DATE_SHARE = 0.9
_SAMPLE = 200
# Numbers are dates only where all lie after 1980.
_EARLIEST = 10 * 365 * DAY
# Where more than this share of the steps differs from the usual one, there is no usual one.
_MOST_UNUSUAL = 0.1
_UNITS = (
    (7 * DAY, "week"), (DAY, "day"), (DAY // 24, "hour"), (DAY // 1440, "minute"),
    (1_000_000, "second"), (1_000, "millisecond"), (1, "microsecond"),
)  # fmt: skip


@dataclass(frozen=True)
class Moments:
    """When each row was.

    Attributes
    ----------
    values
        int64 microseconds since 1970 for dates, else float64; shape ``(n,)``.
    is_date
        Whether they are dates.
    zone
        The time zone of a column that has one, or None.
    """

    values: Array
    is_date: bool
    zone: str | None = None

    def written(self) -> pl.Series:
        """Return them as a person reads them: dates, dates with times, or numbers."""
        if not self.is_date:
            whole = bool((self.values == np.rint(self.values)).all())
            return pl.Series(self.values).cast(pl.Int64 if whole else pl.Float64)
        series = pl.Series(self.values.astype(np.int64)).cast(pl.Datetime("us"))
        if self.zone is not None:
            return series.dt.replace_time_zone("UTC").dt.convert_time_zone(self.zone)
        return series.cast(pl.Date) if (self.values % DAY == 0).all() else series


def read_moments(name: str, values: Values) -> Moments:
    """Read a column as times.

    Raises
    ------
    DataError
        Where a value is missing or says no time, with the rows.

    Examples
    --------
    >>> read_moments("day", pl.Series(["1970-01-01", "1970-01-02"])).values.tolist()
    [0, 86400000000]
    """
    moments, zone, is_date = _moments_of(values)
    lost = moments.is_null()
    if lost.any():
        raise DataError(
            f"The time column {name!r} holds values that are missing or say no time.",
            where=name_rows(lost.arg_true()),
            expected="a date, a date with a time, or a number in every row",
            remedy="correct or remove these rows, or name another column with --time",
        )
    return Moments(moments.to_numpy(), is_date, zone)


def _moments_of(values: Values) -> tuple[pl.Series, str | None, bool]:
    """Return moments (null where there is none), the time zone, and whether they are dates."""
    if not isinstance(values, pl.Series):
        return pl.Series([None] * len(values), dtype=pl.Float64), None, False
    scalars = clean_scalars(values)
    if isinstance(scalars.dtype, pl.Datetime):
        # By UTC, since in autumn a clock shows one hour twice.
        return scalars.dt.cast_time_unit("us").to_physical(), scalars.dtype.time_zone, True
    dates = find_dates(scalars)
    if dates is not None and not dates.format.is_time and dates.share >= _DATE_SHARE:
        first = dates.clock.min()
        # Rows numbered 1, 2, 3 are no seconds since 1970.
        if not scalars.dtype.is_numeric() or (isinstance(first, int) and first > _EARLIEST):
            return dates.clock, None, True
    return numbers_of(scalars), None, False


def find_time(table: Table) -> tuple[str | None, str]:
    """Find the column that tells the time, with the reason; None where no column does.

    A column of dates that all differ, else one of numbers that rise from row to row.
    """
    dates = [name for name in table if is_date_like(table[name])]
    for name in dates:
        moments, _, _ = _moments_of(table[name])
        if moments.null_count() == 0 and moments.n_unique() == len(moments):
            return name, "its dates all differ"
    for name in table:
        values = table[name]
        if isinstance(values, pl.Series) and values.dtype.is_numeric() and not values.null_count():
            steps = np.diff(values.to_numpy())
            if len(steps) and (steps > 0).all():
                return name, "it rises from row to row"
    if dates:
        return (
            None,
            f"{dates[0]!r} holds a date several times, so the rows are taken in their order",
        )
    return None, "no column tells the time, so the rows are taken in their order"


def is_date_like(values: Values) -> bool:
    """Tell whether a column holds dates, by its type or, looking at its start, in text."""
    if not isinstance(values, pl.Series):
        return False
    if isinstance(values.dtype, pl.Datetime) or values.dtype == pl.Date:
        return True
    if values.dtype != pl.String:
        return False
    dates = find_dates(clean_scalars(values.head(_SAMPLE)))
    return dates is not None and not dates.format.is_time and dates.share >= _DATE_SHARE


@dataclass(frozen=True)
class Step:
    """The usual distance from one row to the next.

    Attributes
    ----------
    size
        In microseconds for dates, else in the column's own unit.
    months
        Where the step is of whole calendar months: how many; else 0.
    is_date
        Whether the time is a date.
    is_regular
        Whether most rows keep the step; otherwise each row counts as one step.

    Examples
    --------
    >>> day = pl.Series(["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"])
    >>> step = Step.of(read_moments("day", day))
    >>> str(step)
    '1 month'
    """

    size: float
    months: int
    is_date: bool
    is_regular: bool

    @classmethod
    def of(cls, moments: Moments) -> Step:
        """Find the step of moments in ascending order."""
        distances = np.diff(moments.values)
        if not len(distances):
            return cls(1.0, 0, moments.is_date, is_regular=False)
        size = float(np.median(distances))
        months = 0
        if moments.is_date and size >= 28 * DAY:
            turns = np.diff(_months(moments.values))
            usual = int(np.median(turns))
            # Months differ by at most three days; half a week more is some other step.
            same = np.abs(size - usual * 30.437 * DAY) < 3.5 * DAY * max(1, usual / 12)
            months = usual if same and (turns == usual).mean() >= 1 - _MOST_UNUSUAL else 0
        step = cls(size, months, moments.is_date, is_regular=True)
        unusual = np.abs(step.between(moments) - 1.0) > 0.5
        return cls(size, months, moments.is_date, bool(unusual.mean() <= _MOST_UNUSUAL))

    def between(self, moments: Moments) -> Array:
        """Return how many steps lie between each row and the next, float64 ``(n - 1,)``."""
        if self.months:
            return np.diff(_months(moments.values)) / self.months
        return np.asarray(np.diff(moments.values) / self.size)

    def gaps(self, moments: Moments) -> Array:
        """Return the rows (from 0) after which rows are missing, int64 ``(m,)``."""
        if not self.is_regular:
            return np.zeros(0, dtype=np.int64)
        return np.flatnonzero(self.between(moments) > 1.5)

    def continued(self, moments: Moments, n: int) -> Moments:
        """Return the moments with ``n`` more that follow the last one."""
        last, count = moments.values[-1], np.arange(1, n + 1)
        if self.months:
            series = pl.Series([last]).cast(pl.Datetime("us"))
            is_end = bool((series.dt.month_end() == series)[0])
            further = [series.dt.offset_by(f"{self.months * int(k)}mo") for k in count]
            further = [one.dt.month_end() if is_end else one for one in further]
            more = np.array([one.to_physical()[0] for one in further], dtype=np.int64)
        else:
            more = last + count * self.size
        values = np.concatenate([moments.values, more.astype(moments.values.dtype)])
        return Moments(values, moments.is_date, moments.zone)

    def __str__(self) -> str:
        if self.months:
            return f"{self.months} month{'' if self.months == 1 else 's'}"
        if not self.is_date:
            return f"{self.size:g}"
        for size, unit in _UNITS:
            if self.size % size == 0 and self.size >= size:
                number = int(self.size // size)
                return f"{number:,} {unit}{'' if number == 1 else 's'}"
        return f"{self.size / 1e6:g} seconds"


def calendar_parts(moments: Moments, step: Step) -> tuple[str, ...]:
    """Return which parts of the calendar vary from row to row: month, weekday, hour."""
    if not step.is_date:
        return ()
    longest = {"month": 200 * DAY, "weekday": 1.5 * DAY, "hour": DAY / 2}
    written = moments.written()
    return tuple(
        part
        for part, size in longest.items()
        if step.size <= size and calendar_part(written, part).n_unique() > 1
    )


def calendar_part(times: pl.Series, part: str) -> pl.Series:
    """Return the month (1 to 12), weekday (Monday is 1) or hour (0 to 23) of each time."""
    clock = times.cast(pl.Datetime("us")) if times.dtype == pl.Date else times
    number = {"month": clock.dt.month, "weekday": clock.dt.weekday, "hour": clock.dt.hour}[part]()
    return number.cast(pl.Int64)


def _months(microseconds: Array) -> Array:
    return microseconds.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)
