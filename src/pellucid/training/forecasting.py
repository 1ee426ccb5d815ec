"""What is assumed about a source under given settings; windows, where it is to be forecast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pellucid.data import Contract, Dataset, InputEncoding, Table, infer_contract
from pellucid.data.forecast_encoding import encode_windows
from pellucid.data.row_names import reason_of
from pellucid.data.sources.gathering import plain_kinds
from pellucid.data.steps_ahead import KNOWN
from pellucid.data.target_inference import find_targets
from pellucid.data.windows import LAST, PAST, Windows
from pellucid.errors import DataError, SettingError, quote_list, suggest
from pellucid.training.config import Config
from pellucid.training.opening import gathering_of
from pellucid.training.steps_ahead import (
    Said,
    are_numbers,
    contract_of_windows,
    plan_windows,
    refuse_own_past,
    refuse_settings_of_steps,
    refuse_unfit,
    targets_of_forecast,
)


def settle_contract(
    dataset: Dataset, config: Config, *, need_target: bool = True
) -> tuple[Dataset, Contract]:
    """Infer the contract under the settings; make windows of the tables where one is asked for.

    Without ``need_target``, nobody need say yet what is to be predicted, unless it is a forecast.

    Raises
    ------
    DataError
        Where the data cannot be used.
    SettingError
        Where a setting needs a window and there is none.
    """
    weights = () if config.sample_weight is None else (config.sample_weight,)
    if config.sample_weight in _as_names(config.target):
        raise SettingError(
            f"sample_weight names {config.sample_weight!r}, which is the target.",
            expected="a column that says how much each row counts",
        )
    gathering = gathering_of(dataset)
    kinds = plain_kinds(dataset.train, config.kinds, gathering)
    # What series were gathered from is there no more; that it was there was seen then.
    drop = [name for name in config.drop if dataset.gathering is None or name in dataset.train]
    later = Later()
    if config.window is not None:
        asked, config = config, config.replace(target=targets_of_forecast(dataset, config))
        later, drop, kinds = _divided(dataset, config, drop, kinds)
        if are_numbers(dataset, config):
            refuse_unfit(config)
            said = Said(tuple(drop), kinds, later.drop, later.kinds)
            try:
                return _settle_steps(dataset, (asked, config), said, later)
            except DataError as error:  # every message names the source
                error.located(dataset.origin)
                raise
    refuse_settings_of_steps(config)
    as_they_are = infer_contract(
        dataset,
        target=config.target,
        task=config.task,
        kinds=kinds,
        drop=(*drop, *weights),
        need_target=need_target or config.window is not None,
    )
    if config.window is None:
        return dataset, as_they_are
    targets = as_they_are.targets
    try:
        dataset = _without(dataset, drop)
        windows = Windows.plan(
            dataset.train,
            targets,
            window=config.window,
            horizon=config.horizon or 1,
            time=config.time,
            kinds=kinds,
            kept=weights,
        )
        dataset = _made_windows(dataset, windows)
    except DataError as error:  # every message names the source
        error.located(dataset.origin)
        raise
    later.check(dataset)
    levels = (LAST + name for name in targets if name in windows.past)
    contract = infer_contract(
        dataset,
        target=targets,
        task=as_they_are.task if len(targets) == 1 else config.task,
        kinds={**_renamed(kinds, windows), **later.kinds},
        drop=tuple(dict.fromkeys((*weights, *levels, *later.drop))),
    )
    return dataset, _seal(contract, windows, as_they_are)


def _settle_steps(
    dataset: Dataset, configs: tuple[Config, Config], said: Said, later: Later
) -> tuple[Dataset, Contract]:
    """Make windows of all steps, given the settings as asked and with the targets in them."""
    asked, config = configs
    windows = plan_windows(dataset, config, said)
    rows = _without(dataset, said.drop)
    made = _made_windows(rows, windows)
    later.check(made)
    refuse_own_past(windows, (*said.later_drop, *said.later_kinds))
    return made, contract_of_windows(made, windows, rows, asked, said)


def _as_names(target: str | Sequence[str] | None) -> tuple[str, ...]:
    return (target,) if isinstance(target, str) else tuple(target or ())


@dataclass(frozen=True)
class Later:
    """What is said of columns that are only there when windows have been made.

    Attributes
    ----------
    drop, kinds
        As `infer_contract` takes them.
    known
        The columns of the rows, which could be meant.
    """

    drop: tuple[str, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    known: tuple[str, ...] = ()

    def check(self, dataset: Dataset) -> None:
        """Raise DataError where the windows have no such column either."""
        for name in (*self.drop, *self.kinds):
            if name not in dataset.train:
                known = (*self.known, *dataset.train.names)
                raise DataError(
                    f"There is no column called {name!r}.",
                    where=dataset.origin,
                    expected=f"one of {quote_list(dict.fromkeys(known))}",
                    remedy=suggest(name, known),
                )


def _divided(
    dataset: Dataset, config: Config, drop: Sequence[str], kinds: Mapping[str, str]
) -> tuple[Later, list[str], dict[str, str]]:
    """Divide what is said of columns into that of the rows and that of the windows.

    The contract of a forecast names columns of windows, and so does who has read it: ``past temp``
    and ``last sky`` are left out with ``temp`` and ``sky``, unless these are to be predicted.
    """
    table, targets = dataset.train, find_targets(dataset, config.target)
    of_rows, later = [], []
    for name in drop:
        column = name if name in table else name.removeprefix(PAST).removeprefix(LAST)
        if column in table and (column == name or column not in targets):
            of_rows.append(column)
        else:
            later.append(name)
    chosen = {name: kind for name, kind in kinds.items() if name not in table}
    rest = {name: kind for name, kind in kinds.items() if name in table}
    return Later(tuple(later), chosen, tuple(table.names)), of_rows, rest


def _made_windows(dataset: Dataset, windows: Windows) -> Dataset:
    """Return the windows of all parts; the kinds of their columns are known."""
    made = {"train": windows.apply(dataset.train)}
    for part in ("valid", "test"):
        table = getattr(dataset, part)
        if table is not None:
            made[part] = windows.apply(table)
    kinds = dict.fromkeys((PAST + name for name in windows.past), "series")
    of_calendar = "category" if windows.steps is None else "series"
    kinds |= dict.fromkeys(windows.calendar_columns, of_calendar)
    if windows.steps is not None:
        kinds |= dict.fromkeys((KNOWN + name for name in windows.steps.known), "series")
    notes = [windows.summary]
    for part, one in made.items():
        where = "" if part == "train" else f"In the {part} part: "
        notes += [where + text for text in one.notes]
    tables = {part: one.table for part, one in made.items()}
    return replace(
        dataset,
        train=tables["train"],
        valid=tables.get("valid"),
        test=tables.get("test"),
        kinds=kinds,
        notes=(*dataset.notes, *notes),
    )


def _seal(contract: Contract, windows: Windows, as_they_are: Contract) -> Contract:
    """Return the contract of windows with the plan in it, and the reasons of their columns.

    Why the targets are what they are is told by the contract of the rows as they are.
    """
    reasons = {PAST + name: f"the last {windows.window} values known" for name in windows.past}
    told = "what the calendar says of the time predicted"
    reasons |= dict.fromkeys(windows.calendar_columns, told)
    reasons |= {LAST + name: "the naive forecast, to compare with" for name in windows.targets}
    columns = [
        replace(column, reason=reason_of(column, reasons))
        for column in contract.columns
        if column.role != "target"
    ]
    for column, own in zip(contract.target_columns, as_they_are.target_columns, strict=True):
        columns.append(
            replace(
                column,
                reason=own.reason,
                alternative=own.alternative,
                alternative_reason=own.alternative_reason,
                override=own.override,
            )
        )
    return replace(
        contract,
        columns=tuple(columns),
        task_reason=as_they_are.task_reason,
        task_alternative=as_they_are.task_alternative,
        windows=windows.to_dict(),
    )


def windows_of(contract: Contract) -> Windows | None:
    """Return how windows are made of a table, or None where nothing is forecast."""
    return None if contract.windows is None else Windows.from_dict(contract.windows)


def fit_encoding(contract: Contract, train: Table) -> InputEncoding:
    """Fit the encoders of the input columns to the rows, or windows, that are learnt from.

    Raises
    ------
    DataError
        As `InputEncoding.fit`.
    """
    windows = windows_of(contract)
    if windows is not None and windows.steps is not None:
        return encode_windows(windows, contract, train)
    return InputEncoding.fit(train, contract)


def _renamed(kinds: dict[str, str], windows: Windows) -> dict[str, str]:
    """Name the columns of windows for which the person chose kinds."""
    new = {name: PAST + name for name in windows.past}
    new |= {name: LAST + name for name in windows.last}
    new |= {name: name for name in windows.targets}  # a target's kind decides its task
    return {new.get(name, name): kind for name, kind in kinds.items()}


def _without(dataset: Dataset, drop: Sequence[str]) -> Dataset:
    return replace(
        dataset,
        train=dataset.train.without(*drop),
        valid=None if dataset.valid is None else dataset.valid.without(*drop),
        test=None if dataset.test is None else dataset.test.without(*drop),
    )
