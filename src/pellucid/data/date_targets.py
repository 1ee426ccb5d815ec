"""Dates as a target: learned as numbers, answered as dates in the person's own form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
import polars as pl

from pellucid.data.date_texts import DAY
from pellucid.data.dates import DateFormat, find_dates, read_clock
from pellucid.data.moments import mean_and_scale, restore, standardise
from pellucid.data.profile import clean_scalars
from pellucid.data.rows import name_rows
from pellucid.data.table import Array, Values
from pellucid.errors import DataError, quote_list

DATE, DATETIME = "date", "datetime"
# Dates are written back by the pattern that writes most of the training texts as they were.
_DATES = (
    "%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y", "%m-%d-%Y", "%Y%m%d",
    "%-d.%-m.%Y", "%-d/%-m/%Y", "%-m/%-d/%Y", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y",
    "%d %B %Y", "%-d %B %Y", "%d %b %Y", "%-d %b %Y", "%B %d, %Y", "%B %-d, %Y", "%b %d, %Y",
    "%b %-d, %Y",
)  # fmt: skip
_TIMES = ("", " %H:%M", " %H:%M:%S", "T%H:%M", "T%H:%M:%S", "T%H:%M:%SZ", " %I:%M %p", " %-I:%M %p")
_SAMPLED = 100
# The years 1 to 9999, which is what a date can hold, in days since 1970.
_FIRST_DAY, _LAST_DAY = -719_162.0, 2_932_896.0


@dataclass(frozen=True)
class DateTarget:
    """Points in time as standardised numbers; errors are counted in days.

    Attributes
    ----------
    mean, scale
        The training values' mean and population standard deviation, in days since 1970.
    format
        How values are read.
    form
        How answers are written: ``"date"`` or ``"datetime"`` for columns of that type, else the
        pattern of text, such as ``"%d.%m.%Y"``.

    Examples
    --------
    >>> target = DateTarget.fit(pl.Series(["13/01/2024", "15/01/2024"]))
    >>> target.transform(pl.Series(["15/01/2024"])).tolist()
    [[1.0]]
    >>> target.inverse(np.array([[0.0]])).to_list()
    ['14/01/2024']
    """

    mean: float
    scale: float
    format: DateFormat
    form: str

    @classmethod
    def fit(cls, values: Values, format: DateFormat | None = None) -> Self:
        """Learn mean, scale and form.

        Parameters
        ----------
        values
            Dates, dates with a time, or text.
        format
            How to read them; by default it is found from these values.

        Raises
        ------
        DataError
            Where the values are no dates.
        """
        scalars = clean_scalars(values)
        if format is None:
            found = find_dates(scalars)
            format = DateFormat() if found is None else found.format
        clock = _clock(scalars, format)
        days = clock.cast(pl.Float64) / DAY
        mean, scale = mean_and_scale(days.fill_null(np.nan).to_numpy()[:, None])
        return cls(float(mean[0]), float(scale[0]), format, _form_of(scalars, clock))

    def transform(self, values: Values) -> Array:
        """Return standardised days, float32, shape ``(n, 1)``.

        Raises
        ------
        DataError
            Where a value is missing or no date.
        """
        scalars = clean_scalars(values)
        clock = _clock(scalars, self.format)
        if clock.null_count():
            raise DataError(
                f"The target {scalars.name!r} is missing.",
                where=name_rows(clock.is_null().arg_true()),
                expected="a date in every row",
            )
        block = (clock.cast(pl.Float64) / DAY).to_numpy()[:, None]
        return standardise(block, np.array([self.mean]), np.array([self.scale]))

    def numbers(self, array: Array) -> Array:
        """Return days since 1970, float64 ``(n,)``, from shape ``(n, 1)`` or ``(n,)``."""
        return restore(np.asarray(array).reshape(-1), np.array(self.mean), np.array(self.scale))

    def inverse(self, array: Array, to_day: Callable[[Array], Array] = np.rint) -> pl.Series:
        """Return dates in the person's own form; without a time of day, to the nearest day.

        ``to_day`` rounds days where answers have no time of day: ``np.floor`` to the day before.
        """
        days = np.clip(self.numbers(array), _FIRST_DAY, _LAST_DAY)
        if not (self.form == DATETIME or any(f"%{sign}" in self.form for sign in ("H", "I", "-I"))):
            days = to_day(days)
        seconds = np.rint(days * DAY / 1e6).astype(np.int64)
        shown = pl.Series(seconds * 1_000_000).cast(pl.Datetime("us"))
        if self.form == DATE:
            return shown.dt.date()
        if self.form != DATETIME:
            return shown.dt.strftime(self.form)
        if self.format.zone is None:
            return shown
        return shown.dt.replace_time_zone(
            self.format.zone, ambiguous="earliest", non_existent="null"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return mean, scale, format and form."""
        return asdict(self)

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the target again."""
        return cls(**{**saved, "format": DateFormat.from_dict(saved["format"])})


def refuse_no_dates(name: str, scalars: pl.Series, clock: pl.Series) -> None:
    """Raise DataError with texts and rows where values are no dates."""
    stray = clock.is_null() & scalars.is_not_null()
    if stray.any():
        texts = scalars.filter(stray).cast(pl.String).unique(maintain_order=True)
        raise DataError(
            f"The target {name!r} holds values that are no dates: {quote_list(texts, limit=5)}.",
            where=name_rows(stray.arg_true()),
            expected="dates, as in the other rows",
            remedy="correct these cells, or predict classes: --task classification",
        )


def _clock(scalars: pl.Series, format: DateFormat) -> pl.Series:
    clock = read_clock(scalars, format)
    refuse_no_dates(scalars.name, scalars, clock)
    return clock


def _form_of(scalars: pl.Series, clock: pl.Series) -> str:
    if scalars.dtype == pl.Date:
        return DATE
    if scalars.dtype != pl.String:
        return DATETIME
    known = clock.is_not_null()
    texts = scalars.filter(known).head(_SAMPLED)
    moments = clock.filter(known).head(_SAMPLED).cast(pl.Datetime("us"))
    patterns = [day + time for time in _TIMES for day in _DATES]
    scores = [int((moments.dt.strftime(pattern) == texts).sum()) for pattern in patterns]
    best = int(np.argmax(scores))
    if scores[best]:
        return patterns[best]
    timed = bool((clock.drop_nulls() % DAY != 0).any())
    return "%Y-%m-%d %H:%M:%S" if timed else "%Y-%m-%d"
