"""Windows: a table whose rows follow one another in time, made into examples to forecast from.

An example is a place in time, ``t``. The network sees the last ``window`` rows that are known
``horizon`` steps earlier, each column as a time series of its own, and answers the target's
value at ``t``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl

from pellucid.data.profile import Profile, clean_scalars, numbers_of
from pellucid.data.rows import count, name_rows
from pellucid.data.table import Array, Table, Values
from pellucid.data.times import (
    Moments,
    Step,
    calendar_part,
    calendar_parts,
    find_time,
    read_moments,
)
from pellucid.errors import DataError, quote_list, suggest

PAST, LAST = "past ", "last "
ROW = "row"
# Whether to learn changes is decided by so large a part of the rows, the earliest.
_EARLY = 0.7


@dataclass(frozen=True)
class Windows:
    """How a table is made into windows; plain data, kept in the contract.

    Attributes
    ----------
    window
        Rows of the past that the network sees.
    horizon
        How many steps after the last of them the target lies.
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
        Transformers Effective for Time Series Forecasting?", 2022, NLinear).

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
            name: chosen.get(name, "series") == "series" and _holds_numbers(name, table[name])
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

    def relative_where_steadier(self, table: Table) -> Windows:
        """Return the plan, relative where changes vary less than the target's values do."""
        if len(self.targets) != 1 or self.targets[0] not in self.past:
            return self
        order, _ = self._in_order(table)
        numbers = numbers_of(clean_scalars(table[self.targets[0]])).gather(order)
        early = numbers.head(round(_EARLY * len(numbers)))
        change, own = (early - early.shift(self.horizon)).std(), early.std()
        is_steadier = isinstance(change, float) and isinstance(own, float) and change < own
        return replace(self, relative=is_steadier)

    def apply(self, table: Table, *, ahead: bool = False) -> Windowed:
        """Make windows of a table.

        Parameters
        ----------
        table
            Rows with the columns of the plan, in any order.
        ahead
            Whether places are answered for whose target is not known: those after the last
            row. Otherwise the targets are among the columns.

        Raises
        ------
        DataError
            Where columns are missing, the time cannot be read or is there twice, the step is
            another than in training, or no window fits.
        """
        self._refuse_missing(table, ahead=ahead)
        order, moments = self._in_order(table)
        self._refuse_other_step(table.n_rows, moments)
        n, reach = table.n_rows, self.window + self.horizon
        if (self.window if ahead else reach) > n:
            raise self._no_window(n, 0)
        gaps = self.step.gaps(moments)
        places = np.arange(reach - 1, n + (self.horizon if ahead else 0))
        before = np.zeros(n, dtype=np.int64)  # gaps up to each row
        before[gaps + 1] = 1
        before = np.cumsum(before)
        whole = before[places - reach + 1] == before[np.minimum(places, n - 1)]
        places = places[whole]
        if not len(places):
            raise self._no_window(n, len(gaps))
        starts = places - reach + 1
        origins = order[places - self.horizon]
        columns: dict[str, Values] = {}
        for name in self.past:
            numbers = numbers_of(clean_scalars(table[name])).fill_null(np.nan).to_numpy()
            views = np.lib.stride_tricks.sliding_window_view(numbers[order], self.window)
            # A slice stays a view; only where gaps leave places out are windows copied.
            slices = whole[whole.argmax() : len(whole) - whole[::-1].argmax()].all()
            columns[PAST + name] = views[starts[0] : starts[-1] + 1] if slices else views[starts]
        for name in self.last:
            columns[LAST + name] = table[name][origins]
        times = self._times(moments, n)[places]
        for name, part in zip(self.calendar_columns, self.calendar, strict=True):
            columns[name] = calendar_part(times, part)
        if not ahead:
            kept = [name for name in self.kept if name in table]  # needed in training alone
            for name in (*kept, *self.targets):
                columns[name] = table[name][order[places]]
        for target in self.targets:
            if target not in self.past:
                continue
            level = _last_values(columns[PAST + target])
            columns[LAST + target] = pl.Series(level)
            if self.relative:
                columns[PAST + target] = np.asarray(columns[PAST + target]) - level[:, None]
                if not ahead:
                    columns[target] = numbers_of(clean_scalars(columns[target])) - level
        notes = _notes(self.time, order, gaps, int((~whole).sum()), len(whole))
        return Windowed(Table(columns), times.alias(self.time or ROW), notes)

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
        return cls(**{**saved, **lists, "step": Step(**saved["step"])})

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

    def _times(self, moments: Moments, n: int) -> pl.Series:
        if self.time is None:
            return pl.Series(ROW, np.arange(1, n + self.horizon + 1))
        step = self.step if self.step.is_regular else Step.of(moments)
        return step.continued(moments, self.horizon).written().alias(self.time)

    def _no_window(self, n_rows: int, n_gaps: int) -> DataError:
        """Word that the rows are too few (made here, raised by the caller)."""
        return DataError(
            f"No window fits into the {count(n_rows, 'row')} of the table.",
            where=f"{count(n_gaps, 'gap')} in {self.time!r}" if n_gaps else None,
            expected=f"at least {self.window + self.horizon:,} rows without a gap (window "
            f"{self.window:,}, horizon {self.horizon:,})",
            remedy="give a smaller --window, or more rows",
        )

    def _refuse_missing(self, table: Table, *, ahead: bool) -> None:
        needed = [*self.past, *self.last, *([self.time] if self.time is not None else [])]
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


@dataclass(frozen=True)
class Windowed:
    """Windows made of a table.

    Attributes
    ----------
    table
        One row for each place in time.
    times
        The time of each place, or its row's number (from 1) in the table; None for a table
        that was no windows.
    notes
        What a person must be told, each a sentence.
    """

    table: Table
    times: pl.Series | None = None
    notes: tuple[str, ...] = field(default=())


def _last_values(views: Values) -> Array:
    """Return the last number of each window that is not missing; 0 where all are."""
    windows = np.asarray(views)
    values = windows[:, -1].copy()
    lost = np.flatnonzero(np.isnan(values))
    known = ~np.isnan(windows[lost, ::-1])
    values[lost] = windows[lost, windows.shape[1] - 1 - known.argmax(axis=1)]
    return np.asarray(np.nan_to_num(values))


def _holds_numbers(name: str, values: Values) -> bool:
    profile = Profile(name, values)
    if profile.is_block:
        return False
    if profile.is_text:
        return not len(profile.stray) and len(profile.present) > 0
    return profile.is_numeric or profile.is_boolean


def _notes(time: str | None, order: Array, gaps: Array, lost: int, n: int) -> tuple[str, ...]:
    notes = []
    if (np.diff(order) < 0).any():
        notes.append(f"The rows are not in the order of {time!r}, and were sorted by it.")
    if len(gaps):
        notes.append(
            f"{count(len(gaps), 'gap')} in {time!r}, after {name_rows(order[gaps])}: windows "
            f"across a gap are left out, {lost:,} of {n:,}."
        )
    return tuple(notes)
