"""All steps ahead at once: what a window's example holds besides the past.

An example is a window of rows up to some origin, and its targets are all of the next ``horizon``
values. Beside them stands what is known of these moments: parts of the calendar, as cycles, and
columns that the person says are known ahead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import polars as pl

from pellucid.data.date_texts import DAY
from pellucid.data.profile import clean_scalars, numbers_of
from pellucid.data.rows import name_rows
from pellucid.data.seasons import Season
from pellucid.data.table import Array, Table, Values
from pellucid.data.times import Moments, Step
from pellucid.data.windowed import course_of
from pellucid.errors import DataError, quote_list

if TYPE_CHECKING:  # the plan that these steps are part of imports them
    from pellucid.data.windows import Windows

NEXT, SEASON, KNOWN = "next ", "season ", "known "
# A cycle must have come so often before it can be told from a trend.
_LEAST_CYCLES = 2
# A window that holds so many of a cycle shows it by itself.
_SHOWN_BY_WINDOW = 2
# A column known ahead is told apart by so many values at most.
_MOST_CATEGORIES = 50
_YEAR = 365.25


@dataclass(frozen=True)
class Cycle:
    """A part of the calendar that comes again.

    Attributes
    ----------
    name
        As people call it.
    days
        How long it is.
    longest_step
        In days: rows further apart than this do not tell its parts apart.
    harmonics
        How many waves of sine and cosine describe it.
    """

    name: str
    days: float
    longest_step: float
    harmonics: int


CYCLES = {
    cycle.name: cycle
    for cycle in (
        Cycle("hour", 1.0, 0.5, 2),
        Cycle("weekday", 7.0, 1.5, 3),
        Cycle("day of year", _YEAR, 200.0, 2),
    )
}


@dataclass(frozen=True)
class StepsAhead:
    """What is added to a plan of windows where all steps ahead are forecast; plain data.

    Attributes
    ----------
    season, season_reason
        After how many rows the targets repeat themselves, and why so.
    known
        The columns whose future is known when a forecast is made.
    categories
        Of those that are no numbers, the values that are told apart.
    cycles
        Which parts of the calendar of the moments forecast are seen, by the names of `CYCLES`.
    """

    season: int
    season_reason: str
    known: tuple[str, ...] = ()
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cycles: tuple[str, ...] = ()

    @classmethod
    def plan(
        cls,
        season: Season,
        known: Mapping[str, Values],
        moments: Moments,
        step: Step,
        window: int,
    ) -> Self:
        """Settle what is known ahead.

        Parameters
        ----------
        season
            Of the targets.
        known
            The columns known ahead, all rows to learn from.
        moments
            The earliest of these rows, in the order of time: what cycles they show.
        step
            The rows' distance.
        window
            How many rows the network sees.

        Raises
        ------
        DataError
            Where a column has too many different values that are no numbers.
        """
        categories = {}
        for name, values in known.items():
            if not is_numbers(values):
                found = _keys(values).drop_nulls().unique().sort().to_list()
                if len(found) > _MOST_CATEGORIES:
                    raise DataError(
                        f"The column {name!r} holds {len(found):,} different values.",
                        expected=f"numbers, or at most {_MOST_CATEGORIES} values, in a column that "
                        "is known ahead",
                        remedy="leave it out of --known, or bring its values into groups",
                    )
                categories[name] = tuple(found)
        cycles = _cycles_in(moments, step, window)
        return cls(season.rows, season.reason, tuple(known), categories, cycles)

    def known_numbers(self, name: str, values: Values) -> Array:
        """Return what a column known ahead says of each row, float64 ``(n, numbers)``."""
        if name not in self.categories:
            return numbers_of(clean_scalars(values)).fill_null(np.nan).to_numpy()[:, None]
        keys = _keys(values)
        each = [(keys == key).fill_null(value=False).to_numpy() for key in self.categories[name]]
        return np.stack(each, axis=1).astype(np.float64)

    def channel_names(self, name: str) -> tuple[str, ...]:
        """Return what the numbers of a block are called: waves of a cycle, values of a column."""
        if name in CYCLES:
            waves = range(1, CYCLES[name].harmonics + 1)
            return tuple(f"{wave} {number}" for number in waves for wave in ("sine", "cosine"))
        return tuple(f"={key}" for key in self.categories.get(name, ())) or ("value",)

    def refuse_unknown_future(self, table: Table, rows: Array, horizon: int) -> None:
        """Raise DataError where columns known ahead are not given for all steps.

        Parameters
        ----------
        table
            The rows.
        rows
            The rows after the last one whose targets are known, in the order of time.
        horizon
            How many are needed.
        """
        if not self.known:
            return
        names = " and ".join(map(repr, self.known))
        if len(rows) < horizon:
            raise DataError(
                f"The columns known ahead ({names}) are given for {len(rows):,} of the "
                f"{horizon:,} steps after the last row with a target.",
                expected=f"{horizon:,} more rows, whose targets are empty",
                remedy="append the rows of these moments, with what is known of them",
            )
        for name in self.known:
            given = table[name][rows[:horizon]]
            lost = clean_scalars(given).is_null().arg_true().to_numpy()
            if len(lost):
                raise DataError(
                    f"The column {name!r} is known ahead, and is empty in rows to be forecast.",
                    where=name_rows(rows[lost]),
                    expected="a value in each of them",
                )

    def columns(
        self, plan: Windows, table: Table, at: tuple[Array, Array, Moments], *, ahead: bool
    ) -> dict[str, Values]:
        """Return what windows hold besides the past.

        Parameters
        ----------
        plan
            The windows.
        table
            The rows.
        at
            The rows in the order of time; in that order the last row of each window; and the
            times of all rows and of ``horizon`` steps after them.
        ahead
            Whether targets need not be known, and so are left out.
        """
        order, origins, times = at
        made: dict[str, Values] = {}
        first, reach = origins - plan.window + 1, plan.window + plan.horizon
        for name in self.known:
            numbers = self.known_numbers(name, table[name])[order]
            made[KNOWN + name] = windows_over(numbers, reach, first)
        for name, part in zip(plan.calendar_columns, self.cycles, strict=True):
            made[name] = windows_over(cycle_waves(times, part), reach, first)
        if ahead:
            return made
        for name in plan.kept:
            if name in table:  # needed in training alone
                made[name] = table[name][order[origins + 1]]
        for name in plan.targets:
            course = course_of(table, name)[order]
            following = windows_over(course, plan.horizon, origins + 1)
            made[NEXT + name] = following
            made[name] = pl.Series(first_known(following)).fill_nan(None)
            if self.season > 1:
                padded = np.concatenate([np.full(self.season, np.nan), course])
                made[SEASON + name] = windows_over(padded, self.season, origins + 1)
        return made

    def summary(self, plan: Windows, seen: str) -> str:
        """Say what is assumed, in a few sentences, given the names of the columns seen."""
        one = plan.horizon == 1
        rows = "the next row" if one else f"each of the next {plan.horizon:,} rows"
        targets = quote_list(plan.targets, limit=8)
        text = f"Windows: from the last {plan.window:,} rows of {seen}, {rows} of {targets} "
        text += "is forecast." if one else "are forecast."
        if plan.last:
            text += f" Of {quote_list(plan.last, limit=8)} the last value is seen."
        ahead = [*(f"{name} of the time" for name in self.cycles), *map(repr, self.known)]
        if ahead:
            text += f" Known ahead: {', '.join(ahead)}."
        if self.season > 1:
            text += f" The season is {self.season:,} rows ({self.season_reason})."
        else:
            text += f" No season is compared with ({self.season_reason})."
        if plan.time is None:
            return f"{text} {plan.time_reason[0].upper()}{plan.time_reason[1:]}."
        text += f" The time is {plan.time!r} ({plan.time_reason})"
        return text + (f", in steps of {plan.step}." if plan.step.is_regular else ".")

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make it again from what JSON holds."""
        lists = {name: tuple(saved[name]) for name in ("known", "cycles")}
        categories = {name: tuple(keys) for name, keys in saved["categories"].items()}
        return cls(**{**saved, **lists, "categories": categories})


def is_numbers(values: Values) -> bool:
    """Tell whether a column of scalars holds numbers or truth values."""
    return isinstance(values, pl.Series) and (
        values.dtype.is_numeric() or values.dtype == pl.Boolean
    )


def cycle_waves(moments: Moments, name: str) -> Array:
    """Return the waves of a part of the calendar at each moment, float64 ``(n, 2 · harmonics)``.

    Examples
    --------
    >>> noon = Moments(np.array([DAY // 2]), is_date=True)
    >>> cycle_waves(noon, "hour").round(12).tolist()  # half a turn, and a whole one
    [[0.0, -1.0, -0.0, 1.0]]
    """
    cycle = CYCLES[name]
    clock = moments.values
    if moments.zone is not None:  # as clocks there show it
        local = moments.written().dt.replace_time_zone(None)
        clock = local.dt.cast_time_unit("us").to_physical().to_numpy()
    days = np.asarray(clock, dtype=np.float64) / DAY
    angles = 2 * np.pi * (days % cycle.days) / cycle.days
    waves = [wave(number * angles) for number in range(1, cycle.harmonics + 1)
             for wave in (np.sin, np.cos)]  # fmt: skip
    return np.stack(waves, axis=1)


def season_ago(last: Array, horizon: int) -> Array:
    """Return the seasonal naive forecast: each step is what was a whole number of seasons before.

    Parameters
    ----------
    last
        The last season known, ``(n, season)``.

    Examples
    --------
    >>> season_ago(np.array([[5.0, 6.0, 7.0]]), 4).tolist()
    [[5.0, 6.0, 7.0, 5.0]]
    """
    return last[:, np.arange(horizon) % last.shape[1]]


def first_known(block: Array) -> Array:
    """Return the first number of each row that is not missing, NaN where all are; ``(n,)``."""
    known = ~np.isnan(block)
    return np.asarray(block[np.arange(len(block)), known.argmax(axis=1)])


def _cycles_in(moments: Moments, step: Step, window: int) -> tuple[str, ...]:
    """Return the cycles that the rows show, and a window does not show by itself."""
    if not step.is_date or len(moments.values) < 2:
        return ()
    span = float(moments.values[-1] - moments.values[0]) / DAY
    return tuple(
        cycle.name
        for cycle in CYCLES.values()
        if step.size / DAY <= cycle.longest_step
        and span >= _LEAST_CYCLES * cycle.days
        and window * step.size / DAY < _SHOWN_BY_WINDOW * cycle.days
    )


def _keys(values: Values) -> pl.Series:
    if not isinstance(values, pl.Series):
        raise DataError("A column known ahead holds blocks of numbers.", expected="one value a row")
    return clean_scalars(values).cast(pl.String)


def windows_over(values: Array, size: int, starts: Array) -> Array:
    """Return a window of ``size`` rows from each start on, ``(n, size, …)``.

    Where the starts follow one another it is a view, which takes no memory.

    Parameters
    ----------
    values
        ``(rows, …)``.
    """
    views = np.moveaxis(np.lib.stride_tricks.sliding_window_view(values, size, axis=0), -1, 1)
    if len(starts) and starts[-1] - starts[0] + 1 == len(starts):
        return views[starts[0] : starts[-1] + 1]
    return views[starts]
