"""Whether a table's lines are surely the moments of time series, a few lines each.

A wrong guess would be worse than none: what is not sure stays as it is, and the contract then warns
of rows that share their id (`pellucid.data.findings.grouped_rows`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import polars as pl

from pellucid.data.identifiers import is_named_like_id
from pellucid.data.sources.long_series import LongForm, constant_columns, scalars_of
from pellucid.data.table import Table
from pellucid.data.times import is_date_like

# What the columns must be called for a table to be taken for series whatever is to be predicted.
ID_NAMES = ("id", "series", "series_id", "unique_id", "ts_id", "case", "case_id", "sample_id")
TIME_NAMES = ("time", "timestamp", "t", "step", "time_step", "timestep", "ds", "datetime")
VALUE_NAMES = ("value", "values", "y")
# What columns of times are called otherwise, with or without a unit: "hour", "time (s)", "day_no".
TIME_LIKE = re.compile(
    r"^([^ _-]+[ _-])?(date|datetime|time|timestamp|ts|ds|t|step|timestep|year|month|week|day|hour|"
    r"minute|min|second|sec|frame|tick|cycle|epoch)s?([ _-](no|nr|number|index|idx|id|s|ms|us|utc|"
    r"h|min|sec|seconds|step))?( ?[\[(].*)?$",
    re.IGNORECASE,
)
# Fewer lines than this for each series, on average, are measurements, not a course.
FEWEST_VALUES = 4
# Columns chosen as one of these kinds may be channels.
_KINDS_OF_CHANNELS = ("number", "series")


def find_long(
    table: Table, targets: Sequence[str] | None = None, kinds: Mapping[str, str] | None = None
) -> LongForm | None:
    """Return how a table's lines are gathered into series, or None where that is not sure.

    Sure is what can hardly be anything else. Either columns are called as in collections of
    series: one ``id``, one ``time``, one ``value``, and all else is equal within an id. Or it is
    known what is to be predicted, and it is one value for each id: the ids come again and again,
    the times rise within each, none is there twice, and whatever else changes is numbers, which
    are the channels.

    Parameters
    ----------
    table
        Lines; of a table on disk nothing is assumed.
    targets
        The columns to be predicted, where they are known.
    kinds
        Kinds that a person chose: a column of numbers chosen as something else is no channel.

    Examples
    --------
    >>> lines = Table({
    ...     "patient_id": pl.Series([7] * 4 + [9] * 4),
    ...     "hour": pl.Series([0, 1, 2, 3] * 2),
    ...     "pulse": pl.Series(range(8)),
    ...     "ill": pl.Series(["no"] * 4 + ["yes"] * 4),
    ... })
    >>> find_long(lines) is None  # "hour" and "pulse" may be anything
    True
    >>> find_long(lines, ["ill"]).values
    ('pulse',)
    """
    if table.on_disk or not table.n_rows:
        return None
    found = _by_names(table, targets or ())
    if found is None and targets and all(name in table for name in targets):
        found = _by_target(table, targets, kinds or {})
    return found


def find_several(table: Table) -> tuple[str, str] | None:
    """Return the id and the time of a table that holds the moments of several series, or None.

    Its rows follow one another in time within an id alone, so windows must not run across ids.
    """
    if table.on_disk or not table.n_rows:
        return None
    frame = scalars_of(table)
    ids = [name for name in frame.columns if _may_be_id(name, frame[name])]
    times = [n for n in frame.columns if n not in ids and is_time_like(n, frame[n])]
    for id in ids:
        for time in times:
            again = not frame[time].null_count() and frame[time].is_duplicated().any()
            if again and _comes_again(frame, id, time) and rises_within(frame, id, time):
                return id, time
    return None


def is_time_like(name: str, values: pl.Series) -> bool:
    """Tell whether a column is called like a time or holds dates.

    Examples
    --------
    >>> names = ("time", "Time (s)", "sample_time", "day", "t_min", "timeout", "age")
    >>> [is_time_like(name, pl.Series([1, 2])) for name in names]
    [True, True, True, True, True, False, False]
    """
    if values.dtype.is_numeric():
        return bool(TIME_LIKE.match(name))
    return is_date_like(values) or values.dtype == pl.Time


def rises_within(frame: pl.DataFrame, id: str, time: str) -> bool:
    """Tell whether a column rises from line to line of each id, in the table's order."""
    steps = frame.select((pl.col(time) > pl.col(time).shift(1).over(id)).alias("rises"))["rises"]
    return bool(steps.drop_nulls().all())


def _by_names(table: Table, targets: Sequence[str]) -> LongForm | None:
    folded = {name.lower(): name for name in table}
    ids, times, values = (
        [folded[name] for name in names if name in folded]
        for names in (ID_NAMES, TIME_NAMES, VALUE_NAMES)
    )
    if "y" in values and "value" in values:
        values.remove("y")  # then y may be the label of the whole series
    if not (len(ids) == len(times) == len(values) == 1) or (
        "series" in table and ids != ["series"]
    ):
        return None
    id, time, value = ids[0], times[0], values[0]
    frame = scalars_of(table)
    if frame.width < len(table.names) or not frame[value].dtype.is_numeric():
        return None
    if value in targets or not _comes_again(frame, id, time):
        return None
    if frame.select(id, time).is_duplicated().any():
        return None
    others = [name for name in frame.columns if name not in (id, time, value)]
    if constant_columns(frame, id, [time, value]) != others:
        return None
    return LongForm.plan(table, id, time, [value])


def _by_target(table: Table, targets: Sequence[str], kinds: Mapping[str, str]) -> LongForm | None:
    frame = scalars_of(table)
    if frame.width < len(table.names):
        return None
    inputs = [name for name in frame.columns if name not in targets]
    ids = [name for name in inputs if _may_be_id(name, frame[name])]
    times = [name for name in inputs if name not in ids and is_time_like(name, frame[name])]
    found: dict[str, LongForm] = {}
    for id in ids:
        for time in times:
            form = _surely(table, frame, id, time, targets, kinds)
            if form is not None:
                found.setdefault(id, form)
    # Two columns that could both be the id leave it open which one is meant.
    return next(iter(found.values())) if len(found) == 1 else None


def _may_be_id(name: str, values: pl.Series) -> bool:
    named = is_named_like_id(name) or name.lower() in ID_NAMES
    return named and (values.dtype.is_integer() or values.dtype == pl.String)


def _surely(
    table: Table,
    frame: pl.DataFrame,
    id: str,
    time: str,
    targets: Sequence[str],
    kinds: Mapping[str, str],
) -> LongForm | None:
    if not _comes_again(frame, id, time) or not rises_within(frame, id, time):
        return None
    constant = constant_columns(frame, id, [time])
    if not set(targets) <= set(constant) or any(frame[name].n_unique() < 2 for name in targets):
        return None
    channels = channels_of(frame, id, [time, *constant], kinds)
    others = [name for name in frame.columns if name not in (id, time, *constant, *channels)]
    if not channels or any(not is_clock(frame, id, name) for name in others):
        return None
    return LongForm.plan(table, id, time, channels)


def channels_of(
    frame: pl.DataFrame, id: str, without: Sequence[str], kinds: Mapping[str, str]
) -> list[str]:
    """Return the columns of numbers that may be channels: not clocks, not chosen otherwise."""
    return [
        name
        for name in frame.columns
        if name != id
        and name not in without
        and frame[name].dtype.is_numeric()
        and kinds.get(name, "series") in _KINDS_OF_CHANNELS
        and not is_clock(frame, id, name)
    ]


def is_clock(frame: pl.DataFrame, id: str, name: str) -> bool:
    """Tell whether a column only says when, or which line it is: a time, or a number of lines."""
    values = frame[name]
    if not (is_time_like(name, values) or is_named_like_id(name)):
        return False
    return not values.null_count() and rises_within(frame, id, name)


def _comes_again(frame: pl.DataFrame, id: str, time: str) -> bool:
    """Tell whether ids come again and again, and neither an id nor a time is missing."""
    if frame[id].null_count() or frame[time].null_count():
        return False
    n_series = frame[id].n_unique()
    return n_series >= 2 and frame.height >= FEWEST_VALUES * n_series
