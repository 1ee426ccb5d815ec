"""Time series that a table spreads over lines or columns, gathered into a column of series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from pellucid.data.dataset import Dataset
from pellucid.data.rows import count
from pellucid.data.sources.long_recognition import channels_of, find_long, is_clock, is_time_like
from pellucid.data.sources.long_series import (
    LongForm,
    constant_columns,
    require_column,
    scalars_of,
)
from pellucid.data.sources.wide_series import WideForm, choose_wide, is_pattern, matching
from pellucid.data.table import Table
from pellucid.errors import DataError, quote_list

# What a person says as an id where lines are to stay as they are.
NO_ID = "none"


@dataclass(frozen=True)
class Gathering:
    """What is gathered of a table; plain data, kept in the contract.

    Attributes
    ----------
    long
        How lines become a row for each series; None: they are rows already.
    wide
        How columns become series, each by itself.
    """

    long: LongForm | None = None
    wide: tuple[WideForm, ...] = ()

    def made(self, table: Table) -> bool:
        """Tell whether a table has its series already."""
        return (self.long is None or self.long.made(table)) and all(
            form.made(table) for form in self.wide
        )

    def apply(self, table: Table) -> Table:
        """Return the table with its series gathered; raises DataError where that cannot be."""
        if self.made(table):
            return table
        if self.long is not None:
            table = self.long.apply(table)
        for form in self.wide:
            table = form.apply(table)
        return table

    @property
    def id(self) -> str | None:
        """The column that says which series a line is of, where lines are gathered."""
        return None if self.long is None else self.long.id

    @property
    def settings(self) -> dict[str, Any]:
        """The settings with which lines are gathered in the same way again."""
        if self.long is None:
            return {}
        named = {"id": self.long.id, "time": self.long.time, "values": self.long.values}
        return {name: value for name, value in named.items() if value is not None}

    @property
    def columns(self) -> dict[str, str]:
        """The columns of series that are made, and of what, in words."""
        made = {form.column: form.words for form in self.wide}
        if self.long is not None:
            how = f"by {self.long.id!r}" + (f" and {self.long.time!r}" if self.long.time else "")
            made[self.long.column] = f"gathered from {quote_list(self.long.values, 6)}, {how}"
        return made

    @property
    def overrides(self) -> dict[str, str]:
        """The flag that keeps each column of series from being made."""
        made = {form.column: form.override for form in self.wide}
        return made if self.long is None else {**made, self.long.column: f"--id {NO_ID}"}

    @property
    def channels(self) -> dict[str, tuple[str, ...]]:
        """The names of the channels, by the column of series."""
        return {} if self.long is None else {self.long.column: self.long.values}

    def to_dict(self) -> dict[str, Any]:
        """Return it as a dictionary that JSON holds."""
        return {
            "long": None if self.long is None else self.long.to_dict(),
            "wide": [form.to_dict() for form in self.wide],
        }

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make it again."""
        long = None if saved["long"] is None else LongForm.from_dict(saved["long"])
        return cls(long, tuple(WideForm.from_dict(form) for form in saved["wide"]))


@dataclass(frozen=True)
class Wanted:
    """What a person says about series in a table.

    Attributes
    ----------
    id, time, values
        The columns of a long table; an id of ``"none"`` keeps lines as they are, None leaves it
        to the table. Of values, names between commas are several.
    targets
        The columns to be predicted, as far as they are known.
    kinds
        Kinds of columns; ``{"t*": "series"}`` makes a series of the columns t1, t2, ….
    drop
        Columns to be left out.
    """

    id: str | None = None
    time: str | None = None
    values: tuple[str, ...] = ()
    targets: tuple[str, ...] | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    drop: tuple[str, ...] = ()


def gather_series(dataset: Dataset, wanted: Wanted | None = None) -> Dataset:
    """Return a data set whose series, spread over lines or columns, are gathered into rows.

    What a person wants is done; else only what can hardly be anything else
    (`pellucid.data.sources.long_recognition`, `pellucid.data.sources.wide_series`). A note says
    what was done and how to overrule it. A data set that was gathered before stays as it is.

    Parameters
    ----------
    dataset
        Tables as their source holds them.
    wanted
        What a person says; by default nothing.

    Raises
    ------
    DataError
        Where what is wanted cannot be.
    """
    wanted = wanted or Wanted()
    if dataset.gathering is not None:
        return dataset
    long, notes = _plan_long(dataset, wanted)
    made = dataset if long is None else _applied(dataset, Gathering(long))
    wide, further = choose_wide(made.train, wanted.targets, wanted.kinds)
    notes += further
    if wide:
        made = _applied(made, Gathering(wide=wide))
    if long is None and not wide:
        return replace(dataset, notes=(*dataset.notes, *notes))
    gathering = Gathering(long, wide)
    kinds = {name: kind for name, kind in dataset.kinds.items() if name in made.train}
    identifiers = dict(dataset.identifiers)
    if long is not None:
        identifiers[long.id] = "it says which series a row is"
        notes.insert(0, _note(dataset.train, made.train, long))
    return replace(
        made,
        notes=(*dataset.notes, *notes),
        kinds={**kinds, **dict.fromkeys(gathering.columns, "series")},
        identifiers=identifiers,
        gathering=gathering.to_dict(),
    )


def gathered_rows(gathering: Mapping[str, Any] | None, table: Table) -> Table:
    """Return a later table with its series gathered as a contract says.

    Raises
    ------
    DataError
        Where the columns of which they are made are missing, or cannot be used.
    """
    return table if gathering is None else Gathering.from_dict(gathering).apply(table)


def plain_kinds(
    table: Table, kinds: Mapping[str, str], gathering: Gathering | None = None
) -> dict[str, str]:
    """Return the kinds by column of a table: a pattern stands for each of its columns.

    Those of columns that were gathered into series are gone with them.

    Examples
    --------
    >>> import polars as pl
    >>> table = Table({name: pl.Series([0]) for name in ("q1", "q2", "age")})
    >>> plain_kinds(table, {"q*": "category", "q2": "number"})
    {'q1': 'category', 'q2': 'number'}
    """
    gathering = gathering or Gathering()
    gone = {form.pattern for form in gathering.wide}
    if gathering.long is not None:
        gone |= set(gathering.long.values)
    plain: dict[str, str] = {}
    for name, kind in kinds.items():
        if name not in table and name not in gone:
            names = matching(table, name) if is_pattern(table, name) else []
            plain |= dict.fromkeys(names or [name], kind)
    return plain | {name: kind for name, kind in kinds.items() if name in table}


def _plan_long(dataset: Dataset, wanted: Wanted) -> tuple[LongForm | None, list[str]]:
    table = dataset.train.without(*wanted.drop)
    if wanted.id == NO_ID and NO_ID not in table:
        return None, []
    if wanted.id is not None:
        return _as_wanted(table, wanted.id, wanted)
    form = find_long(table, wanted.targets, wanted.kinds)
    if form is None:
        return None, []
    others = [part for part in (dataset.valid, dataset.test) if part is not None]
    if any(find_long(part, wanted.targets, wanted.kinds) is None for part in others):
        return None, []
    return form, []


def _as_wanted(table: Table, id: str, wanted: Wanted) -> tuple[LongForm, list[str]]:
    for name in (id, *([] if wanted.time is None else [wanted.time])):
        require_column(table, name)
    frame = scalars_of(table)
    notes: list[str] = []
    time = wanted.time
    if time is None:
        time = _find_time(frame, id)
        if time is None:
            notes.append(
                "No column surely tells the time within a series, so its lines count in the order "
                "in which they stand; --time COLUMN names one."
            )
    targets = wanted.targets or ()
    values = _named_values(table, wanted.values)
    if both := [name for name in values if name in targets]:
        raise DataError(
            f"The target and a value of the series cannot be both {both[0]!r}.",
            remedy="name other --values, or another --target",
        )
    if not values:
        constant = constant_columns(frame, id)
        without = [*constant, *targets, *([] if time is None else [time])]
        values = channels_of(frame, id, without, wanted.kinds)
    if not values:
        raise DataError(
            f"No column of numbers changes within the series that {id!r} tells apart.",
            expected="columns with the values of the series",
            remedy="name them: --values COLUMN,COLUMN; or another --id",
        )
    form = LongForm.plan(table, id, time, values)
    for name in targets:
        if name in table and name not in (id, *form.kept):
            raise DataError(
                f"The target {name!r} changes within a series (column {id!r}), so it has no one "
                "value for each.",
                expected="one value for each series",
                remedy=f"leave --id out, or say --id {NO_ID}; to forecast {name!r}, keep one "
                "series in the table and give a --window",
            )
    return form, notes


def _named_values(table: Table, values: Sequence[str]) -> list[str]:
    """Return the columns meant: an entry that is none by itself is several between commas."""
    names: list[str] = []
    for entry in values:
        parts = [part.strip() for part in entry.split(",")]
        names += [entry] if entry in table or len(parts) == 1 else parts
    for name in names:
        require_column(table, name)
    return list(dict.fromkeys(names))


def _find_time(frame: Any, id: str) -> str | None:
    """Return the first column that is like a time and rises within every series."""
    for name in frame.columns:
        is_like = name != id and is_time_like(name, frame[name])
        if is_like and is_clock(frame, id, name):
            return str(name)
    return None


def _applied(dataset: Dataset, gathering: Gathering) -> Dataset:
    tables: dict[str, Table | None] = {}
    for part in ("train", "valid", "test"):
        table = getattr(dataset, part)
        try:
            tables[part] = None if table is None else gathering.apply(table)
        except DataError as error:
            if part != "train":
                where = f"the {part} part"
                error.where = "; ".join(filter(None, (where, error.where)))
            raise
    train = tables["train"]
    if train is None:
        raise TypeError("a data set always has training rows")
    return replace(dataset, train=train, valid=tables["valid"], test=tables["test"])


def _note(lines: Table, made: Table, form: LongForm) -> str:
    by = f"{form.id!r}" + (f" and {form.time!r}" if form.time is not None else "")
    what = f"{form.values[0]!r}"
    if len(form.values) > 1:
        what = f"{len(form.values)} channels ({quote_list(form.values, 8)})"
    used = (form.id, form.time, *form.values, *form.kept)
    left = [name for name in lines if name not in used]
    return (
        f"Its {count(lines.n_rows, 'line')} were gathered into {made.n_rows:,} time series of "
        f"{what}, a row each, by {by}."
        + (f" Left out, since they change within a series: {quote_list(left, 8)}." if left else "")
        + f" Otherwise: --id {NO_ID} keeps the lines as they are; --id, --time and --values name "
        "other columns."
    )
