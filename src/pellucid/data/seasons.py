"""The season of a series: after how many rows it repeats itself, found from its earliest part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pellucid.data.date_texts import DAY
from pellucid.data.table import Array
from pellucid.data.times import Step

# A season must have come so often among the rows looked at.
_LEAST_SEASONS = 2
# Weaker likeness to one season ago is nothing to forecast by.
_LEAST_LIKENESS = 0.2
# A longer season is taken where it is so much more alike: a week instead of a day.
_MARKEDLY = 0.05
_SPANS = (
    (DAY // 24, "an hour"), (DAY, "a day"), (7 * DAY, "a week"), (365.25 * DAY, "a year"),
)  # fmt: skip


@dataclass(frozen=True)
class Season:
    """After how many rows series repeat themselves.

    Attributes
    ----------
    rows
        The length; 1 where no season was found, and a season ago is then the row before.
    reason
        Why, for people.

    Examples
    --------
    >>> week = np.tile([5.0, 3.0, 1.0, 2.0, 4.0, 9.0, 8.0], 20)
    >>> Season.find([week], Step(DAY, 0, is_date=True, is_regular=True)).rows
    7
    """

    rows: int
    reason: str

    @classmethod
    def chosen(cls, rows: int) -> Season:
        """Return a season that the person gave."""
        return cls(rows, "you chose it")

    @classmethod
    def find(cls, series: Sequence[Array], step: Step) -> Season:
        """Find the season that series have in common.

        The calendar proposes lengths (of hourly rows a day, a week and a year), and the
        autocorrelation decides: how alike the series, without its straight trend, is to itself so
        many rows ago, averaged over the series. Without dates all lengths are looked at, and one
        counts only where the likeness has a peak.

        Parameters
        ----------
        series
            float64 ``(n,)`` each, NaN where a value is missing, in the order of time.
        step
            The distance of their rows.
        """
        likeness = _likeness(series)
        longest = len(likeness) - 1
        if longest < 2:
            return cls(1, "the rows are few, or a straight line, and show none")
        names = _calendar_lengths(step)
        fitting = {length: name for length, name in names.items() if length <= longest}
        if names and not fitting:
            needed = min(names)
            text = f"{_LEAST_SEASONS * needed:,} rows would be needed to show one of {needed:,}"
            return cls(1, f"{text} ({names[needed]})")
        if fitting:
            best = 0
            for length in sorted(fitting):
                if not best or likeness[length] > likeness[best] + _MARKEDLY:
                    best = length
            what = " and ".join(f"{length:,} ({name})" for length, name in fitting.items())
            if likeness[best] >= _LEAST_LIKENESS:
                told = f"{fitting[best]}; the likeness to a season before is {likeness[best]:.2f}"
                return cls(best, told)
            return cls(1, f"the rows are little like those a season before; looked at: {what}")
        inner = likeness[2:-1]
        peaks = 2 + np.flatnonzero(
            (inner > likeness[1:-2]) & (inner >= likeness[3:]) & (inner >= _LEAST_LIKENESS)
        )
        if not len(peaks):
            return cls(1, "the rows are like no rows some way before them")
        # The first of those that are all but as good: two seasons are as alike as one.
        high = peaks[likeness[peaks] >= likeness[peaks].max() - _MARKEDLY]
        best = int(high[0])
        return cls(best, f"the likeness to so many rows before is {likeness[best]:.2f}, a peak")


def _likeness(series: Sequence[Array]) -> Array:
    """Return the mean autocorrelation of series at lags 0, 1, … up to half their length."""
    found = [one for one in map(_autocorrelation, series) if one is not None]
    if not found:
        return np.zeros(1)
    shortest = min(map(len, found))
    return np.asarray(np.mean([one[:shortest] for one in found], axis=0))


def _autocorrelation(values: Array) -> Array | None:
    """Return the autocorrelation of a series without its straight trend; None for a constant.

    Each lag is divided by the number of pairs that it has, so that long lags are not belittled.
    """
    known = ~np.isnan(values)
    n = len(values)
    if known.sum() < 3 * _LEAST_SEASONS:
        return None
    time = np.linspace(-1.0, 1.0, n)
    unit = values / max(np.abs(values[known]).max(), np.finfo(float).tiny)
    line = np.polyfit(time[known], unit[known], 1)
    rest = np.where(known, unit - np.polyval(line, time), 0.0)
    size = 1 << (2 * n - 1).bit_length()

    def products(array: Array) -> Array:
        return np.asarray(np.fft.irfft(np.abs(np.fft.rfft(array, size)) ** 2, size)[:n])

    pairs = np.maximum(np.rint(products(known.astype(np.float64))), 1.0)
    covariance = products(rest) / pairs
    if not covariance[0] > 1e-12:
        return None
    return np.asarray(covariance[: n // _LEAST_SEASONS + 1] / covariance[0])


def _calendar_lengths(step: Step) -> dict[int, str]:
    """Return the seasons of the calendar in rows, with their names; none without dates."""
    if not (step.is_date and step.is_regular):
        return {}
    if step.months:
        return {12 // step.months: "a year"} if 12 % step.months == 0 and step.months < 12 else {}
    found: dict[int, str] = {}
    for span, name in _SPANS:
        length = span / step.size
        if round(length) >= 2 and abs(length - round(length)) < 0.3:
            found.setdefault(round(length), name)
    return found
