"""Windows: a table whose rows follow one another in time, made into examples to forecast from.

The network sees the last ``window`` rows before some moment, each column as a time series of its
own. Where numbers are forecast, it answers all of their next ``horizon`` values at once
(:mod:`pellucid.data.steps_ahead`). Where classes or dates are, it answers the value at the horizon:
an example is then a place in time, ``t``, and its window ends ``horizon`` steps earlier.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from pellucid.data.profile import clean_scalars, numbers_of
from pellucid.data.rows import count, name_rows
from pellucid.data.seasons import Season
from pellucid.data.steps_ahead import StepsAhead, windows_over
from pellucid.data.table import Array, Table, Values
from pellucid.data.times import (
    Moments,
    Step,
    calendar_part,
    calendar_parts,
    find_time,
    read_moments,
)
from pellucid.data.windowed import (
    Windowed,
    course_of,
    holds_numbers,
    last_values,
    notes_on_order,
)
from pellucid.errors import DataError, quote_list, suggest

PAST, LAST = "past ", "last "
ROW = "row"
# Seasons and cycles are looked for in so large a part of the rows, the earliest: no test rows.
_EARLY = 0.7


@dataclass(frozen=True)
class Windows:
    """How a table is made into windows; plain data, kept in the contract.

    Attributes
    ----------
    window
        Rows of the past that the network sees.
    horizon
        How many steps after the last of them are answered; without ``steps``, how many steps after
        it the target lies.
    targets
        The columns to be predicted.
    time, time_reason
        The column that orders the rows, and why; None: they are taken in their order.
    step
        The usual distance between rows.
    past
        Columns of numbers: the network sees ``past NAME``, a series of ``window`` values.
    last
        Other columns: the network sees ``last NAME``, the value in the window's last row.
        (``last NAME`` of a target that is a number is no input, but the naive forecast.)
    kept
        Columns that are passed on as they are at the time predicted, such as weights.
    calendar
        What is known of the time predicted: ``"month"``, ``"weekday"``, ``"hour"``, of those that
        vary. The date itself is none of it: it always lies after those of training.
    relative
        Whether the target, and its past, are taken as differences from its last value known: the
        level at which a series stands often was never seen in training (Zeng et al., "Are
        Transformers Effective for Time Series Forecasting?", 2022, NLinear). Files written before
        all steps were forecast say so; networks that forecast them count so themselves.
    steps
        What belongs to a forecast of all steps; None: only the value at the horizon is answered.

    Examples
    --------
    >>> table = Table({"day": pl.Series([1, 2, 3, 4]), "sales": pl.Series([5.0, 6.0, 7.0, 8.0])})
    >>> windows = Windows.plan(table, ["sales"], window=2)
    >>> windows.apply(table).table["past sales"].tolist()
    [[5.0, 6.0], [6.0, 7.0]]
    >>> windows.apply(table, ahead=True).times.to_list()
    [3, 4, 5]
    """

    window: int
    horizon: int
    targets: tuple[str, ...]
    time: str | None
    time_reason: str
    step: Step
    past: tuple[str, ...]
    last: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    calendar: tuple[str, ...] = ()
    relative: bool = False
    steps: StepsAhead | None = None

    @classmethod
    def plan(
        cls,
        table: Table,
        targets: Sequence[str],
        *,
        window: int,
        horizon: int = 1,
        time: str | None = None,
        kinds: Mapping[str, str] | None = None,
        kept: Sequence[str] = (),
    ) -> Windows:
        """Find out how to make windows of a table.

        Parameters
        ----------
        table
            The rows to learn from.
        targets, kept
            Columns to be predicted, and columns to be passed on.
        window, horizon
            Rows that the network sees, and how many steps ahead it answers.
        time
            The column that tells the time; found by default.
        kinds
            Kinds chosen by the person: a column of a kind other than ``series`` is not taken
            for a course of numbers.

        Raises
        ------
        DataError
            Where a column does not exist, the time cannot be read, or rows are too few.
        """
        for name in (*targets, *kept, *([time] if time is not None else [])):
            if name not in table:
                raise DataError(
                    f"There is no column called {name!r}.",
                    expected=f"one of {quote_list(table.names)}",
                    remedy=suggest(name, table.names),
                )
        others = table.without(*targets, *kept)
        found, reason = (time, "you chose it") if time is not None else find_time(others)
        if found in targets:
            raise DataError(
                f"{found!r} is the time, and cannot be predicted.", remedy="name another --time"
            )
        chosen = kinds or {}
        is_course = {
            name: chosen.get(name, "series") == "series" and holds_numbers(name, table[name])
            for name in table
            if name != found and name not in kept
        }
        plan = cls(
            window,
            horizon,
            tuple(targets),
            found,
            reason,
            Step(1.0, 0, is_date=False, is_regular=False),
            past=tuple(name for name, yes in is_course.items() if yes),
            last=tuple(name for name, yes in is_course.items() if not yes),
            kept=tuple(kept),
        )
        _, moments = plan._in_order(table)
        step = Step.of(moments)
        return replace(plan, step=step, calendar=calendar_parts(moments, step))

    def for_all_steps(
        self, table: Table, known: Sequence[str] = (), season: int | None = None
    ) -> Windows:
        """Return the plan by which all steps up to the horizon are forecast.

        Parameters
        ----------
        table
            The rows to learn from. Their earliest part alone decides about seasons and cycles.
        known
            Columns whose future is known.
        season
            After how many rows the targets repeat themselves; found by default.

        Raises
        ------
        DataError
            Where a column known ahead cannot be used.
        """
        order, moments = self._in_order(table)
        early = order[: round(_EARLY * len(order))]
        if season is None:
            series = [course_of(table, name)[early] for name in self.targets]
            found = Season.find(series, self.step)
        else:
            found = Season.chosen(season)
        seen = replace(moments, values=moments.values[: len(early)])
        steps = StepsAhead.plan(
            found, {name: table[name] for name in known}, seen, self.step, self.window
        )
        others = [name for name in self.past if name not in (*self.targets, *known)]
        return replace(
            self,
            past=(*self.targets, *others),
            last=tuple(name for name in self.last if name not in known),
            calendar=() if self.time is None else steps.cycles,
            steps=steps,
        )

    def apply(self, table: Table, *, ahead: bool = False) -> Windowed:
        """Make windows of a table.

        Parameters
        ----------
        table
            Rows with the columns of the plan, in any order.
        ahead
            Whether windows are made as well after which the targets are not known, or not all of
            them. Otherwise the targets are among the columns.

        Raises
        ------
        DataError
            Where columns are missing, the time cannot be read or is there twice, the step is
            another than in training, or no window fits.
        """
        self._refuse_missing(table, ahead=ahead)
        order, moments = self._in_order(table)
        self._refuse_other_step(table.n_rows, moments)
        n, reach = self._n_past(table, order), self.window + self.horizon
        last = n
        if ahead:
            last = table.n_rows if self.steps and self.steps.known else n + self.horizon
        if last < reach or n < self.window:
            raise self._no_window(n, 0, ahead=ahead)
        gaps = self.step.gaps(moments)
        places = np.arange(reach - 1, min(last, n + self.horizon))
        before = np.zeros(table.n_rows, dtype=np.int64)  # gaps up to each row
        before[gaps + 1] = 1
        before = np.cumsum(before)
        whole = before[places - reach + 1] == before[np.minimum(places, table.n_rows - 1)]
        places = places[whole]
        if not len(places):
            raise self._no_window(n, len(gaps), ahead=ahead)
        starts = places - reach + 1
        columns: dict[str, Values] = {}
        for name in self.past:
            numbers = course_of(table, name)[order]
            columns[PAST + name] = windows_over(numbers, self.window, starts)
        times = self._times(moments, table.n_rows)
        if self.steps is None:
            self._add_value(columns, table, order, (places, times.written()), ahead=ahead)
            times = replace(times, values=times.values[places])
        else:
            at = order, starts + self.window - 1, times
            columns |= self.steps.columns(self, table, at, ahead=ahead)
            times = replace(times, values=times.values[starts + self.window])
        for name in self.last:
            columns[LAST + name] = table[name][order[starts + self.window - 1]]
        notes = notes_on_order(self.time, order, gaps, int((~whole).sum()), len(whole))
        return Windowed(Table(columns), times.written().alias(self.time or ROW), notes)

    def following(self, table: Table) -> Windowed:
        """Make the window that ends with the last row whose targets are known.

        Returns
        -------
        Windowed
            One row, and the times of the ``horizon`` steps that follow.

        Raises
        ------
        DataError
            As `apply`; also where columns known ahead are not given for these steps.
        """
        self._refuse_missing(table, ahead=True)
        order, moments = self._in_order(table)
        n = self._n_past(table, order)
        if self.steps is not None:
            self.steps.refuse_unknown_future(table, order[n:], self.horizon)
        first = max(0, n - self.window)
        notes = notes_on_order(self.time, order, np.zeros(0, dtype=np.int64), 0, 0)
        made = self.apply(table.take(order[first:]), ahead=True)
        times = self._times(moments, table.n_rows)
        ahead = replace(times, values=times.values[n : n + self.horizon])
        return Windowed(
            made.table.take(np.array([made.table.n_rows - 1])),
            ahead.written().alias(self.time or ROW),
            (*notes, *made.notes),
        )

    def _add_value(
        self,
        columns: dict[str, Values],
        table: Table,
        order: Array,
        at: tuple[Array, pl.Series],
        *,
        ahead: bool,
    ) -> None:
        """Add what belongs to the value at the horizon, given the places and the time of each."""
        places, times = at
        for name, part in zip(self.calendar_columns, self.calendar, strict=True):
            columns[name] = calendar_part(times[places], part)
        if not ahead:
            kept = [name for name in self.kept if name in table]  # needed in training alone
            for name in (*kept, *self.targets):
                columns[name] = table[name][order[places]]
        for target in self.targets:
            if target not in self.past:
                continue
            level = last_values(columns[PAST + target])
            columns[LAST + target] = pl.Series(level)
            if self.relative:
                columns[PAST + target] = np.asarray(columns[PAST + target]) - level[:, None]
                if not ahead:
                    columns[target] = numbers_of(clean_scalars(columns[target])) - level

    def order_of(self, table: Table) -> Array:
        """Return a table's rows in the order of time, int64 ``(n,)``; raises as `apply`."""
        return self._in_order(table)[0]

    def _n_past(self, table: Table, order: Array) -> int:
        """Return after how many rows, in order, no target of a forecast of steps is known."""
        if self.steps is None:
            return table.n_rows
        known = np.zeros(table.n_rows, dtype=bool)
        for name in self.targets:
            known |= ~np.isnan(course_of(table, name)[order])
        return int(np.flatnonzero(known)[-1]) + 1 if known.any() else 0

    def made(self, table: Table) -> bool:
        """Tell whether a table consists of windows already."""
        made = [*(PAST + name for name in self.past), *(LAST + name for name in self.last)]
        return all(name in table for name in made)

    @property
    def calendar_columns(self) -> tuple[str, ...]:
        """The columns of windows that hold parts of the calendar."""
        return tuple(f"{self.time} {part}" for part in self.calendar)

    @property
    def summary(self) -> str:
        """What is assumed, in a few sentences."""
        steps = "the next row" if self.horizon == 1 else f"{self.horizon} rows ahead"
        seen = quote_list(self.past, limit=8)
        if self.steps is not None:
            return self.steps.summary(self, seen)
        text = (
            f"Windows: from the last {self.window} rows of {seen}, "
            f"{quote_list(self.targets)} is predicted for {steps}."
        )
        if self.relative:
            text += " It is learned as the change from the last value."
        if len(self.targets) == 1 and self.targets[0] in self.past:
            text += " The trivial predictor says that nothing changes."
        if self.last:
            text += f" Of {quote_list(self.last, limit=8)} the last value is seen."
        if self.time is None:
            return f"{text} {self.time_reason[0].upper()}{self.time_reason[1:]}."
        if self.calendar:
            text += f" Seen as well: {' and '.join(self.calendar)} of the time predicted."
        text += f" The time is {self.time!r} ({self.time_reason})"
        return text + (f", in steps of {self.step}." if self.step.is_regular else ".")

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as a dictionary that JSON holds without loss."""
        return asdict(self)

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Windows:
        """Make the plan again."""
        lists = {
            name: tuple(saved[name]) for name in ("targets", "past", "last", "kept", "calendar")
        }
        steps = saved.get("steps")
        made = {
            "step": Step(**saved["step"]),
            "steps": None if steps is None else StepsAhead.from_dict(steps),
        }
        return cls(**{**saved, **lists, **made})

    def _in_order(self, table: Table) -> tuple[Array, Moments]:
        """Return the rows in the order of time, and when they were."""
        if self.time is None:
            rows = np.arange(table.n_rows)
            return rows, Moments(rows.astype(np.float64), is_date=False)
        moments = read_moments(self.time, table[self.time])
        order = np.argsort(moments.values, kind="stable")
        values = moments.values[order]
        twice = np.flatnonzero(np.diff(values) == 0)
        if len(twice):
            rows = np.sort(order[np.union1d(twice, twice + 1)])
            raise DataError(
                f"The time column {self.time!r} holds the same time several times.",
                where=name_rows(rows),
                expected="one row for each time",
                remedy="keep one series in the table, or name a finer column with --time",
            )
        return order, replace(moments, values=values)

    def _times(self, moments: Moments, n: int) -> Moments:
        """Return the times of the ``n`` rows, and of ``horizon`` steps after them."""
        if self.time is None:
            return Moments(np.arange(1, n + self.horizon + 1, dtype=np.float64), is_date=False)
        step = self.step if self.step.is_regular or n < 2 else Step.of(moments)
        return step.continued(moments, self.horizon)

    def _no_window(self, n_rows: int, n_gaps: int, *, ahead: bool) -> DataError:
        """Word that the rows are too few (made here, raised by the caller)."""
        needed = self.window if ahead and self.steps else self.window + self.horizon
        horizon = "" if ahead and self.steps else f", horizon {self.horizon:,}"
        known = " with a target" if self.steps else ""
        return DataError(
            f"No window fits into the {count(n_rows, 'row')}{known} of the table.",
            where=f"{count(n_gaps, 'gap')} in {self.time!r}" if n_gaps else None,
            expected=f"at least {needed:,} rows without a gap (window {self.window:,}{horizon})",
            remedy="give more rows"
            if ahead and self.steps
            else "give a smaller --window or --horizon, or more rows",
        )

    def _refuse_missing(self, table: Table, *, ahead: bool) -> None:
        needed = [*self.past, *self.last, *([self.time] if self.time is not None else [])]
        needed += self.steps.known if self.steps is not None else ()
        needed += [] if ahead else self.targets
        missing = [name for name in dict.fromkeys(needed) if name not in table]
        if missing:
            raise DataError(
                f"The table lacks {count(len(missing), 'column')} that the windows are made of: "
                f"{quote_list(missing)}.",
                where=f"its columns are {quote_list(table.names)}",
                expected="the columns of training, the target's past among them",
                remedy=suggest(missing[0], table.names) or "add these columns",
            )

    def _refuse_other_step(self, n_rows: int, moments: Moments) -> None:
        if not self.step.is_regular or n_rows < 2:
            return
        usual = float(np.median(self.step.between(moments)))
        if not 0.5 <= usual <= 1.5:
            raise DataError(
                f"The rows lie {Step.of(moments)} apart in {self.time!r}.",
                expected=f"steps of {self.step}, as in training",
                remedy="bring the rows to the same step, or train anew",
            )
