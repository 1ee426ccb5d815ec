"""What is assumed where all next values of columns of numbers are forecast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from pellucid.data import ColumnContract, Contract, Dataset, Table, infer_contract
from pellucid.data.profile import clean_scalars, numbers_of
from pellucid.data.row_names import reason_of
from pellucid.data.steps_ahead import KNOWN, NEXT, SEASON
from pellucid.data.target_inference import find_targets
from pellucid.data.times import find_time
from pellucid.data.windowed import holds_numbers
from pellucid.data.windows import LAST, PAST, ROW, Windows
from pellucid.errors import DataError, SettingError, quote_list, suggest
from pellucid.training.config import Config

FORECASTING = "forecasting"
_OF_STEPS = ("regression", FORECASTING)


@dataclass(frozen=True)
class Said:
    """What the person says of columns of a forecast.

    Attributes
    ----------
    drop, kinds
        Columns of the rows to leave out, and the kinds chosen for some.
    later_drop, later_kinds
        The same for columns that are there when windows have been made.
    """

    drop: tuple[str, ...]
    kinds: Mapping[str, str]
    later_drop: tuple[str, ...]
    later_kinds: Mapping[str, str]


def targets_of_forecast(dataset: Dataset, config: Config) -> tuple[str, ...]:
    """Return the columns to be forecast: those named, else all that hold numbers.

    Raises
    ------
    DataError
        Where a column does not exist, or none holds numbers that change.
    """
    table = dataset.train
    if config.target is None and dataset.target is None:
        left = (*config.drop, *config.known, *_named(config.sample_weight, config.time))
        rest = table.without(*(name for name in left if name in table))
        time, why = (None, "") if config.time is not None else find_time(rest)
        found = tuple(
            name
            for name in rest
            if name != time and holds_numbers(name, rest[name]) and _varies(rest, name)
        )
        if not found:
            raise DataError(
                "No column holds numbers that change, so there is nothing to forecast.",
                where=dataset.origin
                if time is None
                else f"{dataset.origin}; {time!r} is taken for the time ({why})",
                expected="a column of numbers beside the time",
                remedy="name what is to be forecast with --target, and the time with --time",
            )
        return found
    if isinstance(config.target, str) or config.target is None:
        return find_targets(dataset, config.target)
    for name in config.target:  # all columns may be forecast: their own past is seen
        find_targets(dataset, name)
    if len(set(config.target)) < len(config.target):
        return find_targets(dataset, config.target)
    return tuple(config.target)


def are_numbers(dataset: Dataset, config: Config) -> bool:
    """Tell whether all targets of a forecast are to be taken for numbers."""
    if config.task not in (None, *_OF_STEPS) or config.target is None:
        return False
    table = dataset.train
    return all(
        config.kinds.get(name, "number") in ("number", "series")
        and holds_numbers(name, table[name])
        and not _is_truth(table, name)
        for name in _named(*config.target)
    )


def refuse_settings_of_steps(config: Config) -> None:
    """Raise SettingError for settings that only a forecast has, where there is none."""
    if config.window is None:
        for name in ("horizon", "known", "season"):
            if getattr(config, name):
                raise SettingError(
                    f"{name} belongs to a forecast, which needs a window.",
                    remedy="give the rows that the network sees, such as --window 24",
                )
    for name in ("known", "season"):
        if getattr(config, name):
            raise SettingError(
                f"{name} belongs to a forecast of numbers; these targets are no numbers alone.",
                remedy=f"leave --{name} out, or name columns of numbers with --target",
            )
    if config.task == FORECASTING:
        raise SettingError(
            "A forecast is of columns of numbers, and needs a window of the past.",
            remedy="give the rows that the network sees, such as --window 24"
            if config.window is None
            else "name columns of numbers with --target, or leave --task out",
        )


def refuse_unfit(config: Config) -> None:
    """Raise SettingError for settings that a forecast of numbers has no use for."""
    if config.target_scale == "log":
        raise SettingError(
            "target_scale log is not for forecasts: each window is counted in its own deviations.",
            remedy="leave --target-scale out",
        )
    if config.normalization not in (None, "none"):
        raise SettingError(
            f"normalization {config.normalization} is not for forecasts, whose windows are each "
            "brought to one scale.",
            remedy="leave --normalization out",
        )
    if config.preset != "fast" or config.embedding == "periodic" or (config.members or 1) > 1:
        name = "preset" if config.preset != "fast" else "members"
        name = "embedding" if config.embedding == "periodic" else name
        raise SettingError(
            f"{name} {getattr(config, name)} is not for forecasts, whose networks are chosen by "
            "trial on the last windows.",
            remedy=f"leave --{name} out",
        )


def plan_windows(dataset: Dataset, config: Config, said: Said) -> Windows:
    """Settle how windows of all steps are made.

    Raises
    ------
    DataError
        Where columns or rows cannot be used.
    """
    table, targets = dataset.train.without(*said.drop), _named(*(config.target or ()))
    weights = _named(config.sample_weight)
    for name in config.known:
        if name not in table:
            raise DataError(
                f"There is no column called {name!r} to be known ahead.",
                expected=f"one of {quote_list(table.names)}",
                remedy=suggest(name, table.names),
            )
        if name in (*targets, *weights, config.time):
            raise DataError(
                f"The column {name!r} cannot be known ahead.",
                expected="a column that is neither a target, nor the time or the weights",
            )
    windows = Windows.plan(
        table,
        targets,
        window=config.window or 1,
        horizon=config.horizon or 1,
        time=config.time,
        kinds={name: kind for name, kind in said.kinds.items() if name not in targets},
        kept=weights,
    )
    if windows.time in config.known:
        raise DataError(f"{windows.time!r} is the time, which is always known ahead.")
    return windows.for_all_steps(table, config.known, config.season)


def contract_of_windows(
    dataset: Dataset, windows: Windows, of_rows: Dataset, config: Config, said: Said
) -> Contract:
    """Infer the contract of windows, of whose columns most are known by their making.

    Parameters
    ----------
    dataset
        The windows.
    windows
        Their plan.
    of_rows
        The rows that they were made of: whose targets say what their units are.
    config, said
        What the person says.

    Raises
    ------
    DataError
        Where a target cannot be forecast, such as one that is always the same.
    """
    own = infer_contract(
        replace(
            of_rows,
            train=_beside_rows(of_rows.train.select(windows.targets)),
            valid=None,
            test=None,
            kinds={},
            identifiers={},
        ),
        target=windows.targets,
        kinds=dict.fromkeys(windows.targets, "number"),
    )
    hidden = [prefix + name for prefix in (NEXT, SEASON) for name in windows.targets]
    hidden = [name for name in (*windows.kept, *hidden) if name in dataset.train]
    kept = {PAST + name for name in windows.targets}  # also where they are all but constant
    chosen = {LAST + name: kind for name, kind in said.kinds.items() if name in windows.last}
    contract = infer_contract(
        dataset,
        target=windows.targets,
        kinds={
            **chosen,
            **said.later_kinds,
            **dict.fromkeys(kept, "series"),
            **dict.fromkeys(windows.targets, "number"),
        },
        drop=tuple(dict.fromkeys((*hidden, *said.later_drop))),
    )
    reasons = _reasons(windows)
    columns = [
        replace(
            column,
            reason=reason_of(column, reasons),
            override="" if column.name in (*kept, *hidden) else _override(column, reasons),
            alternative=None if column.name in reasons else column.alternative,
        )
        for column in contract.columns
        if column.role != "target"
    ]
    by_name = {column.name: column for column in own.target_columns}
    why = "all columns of numbers are forecast, as no --target was given"
    for column in contract.target_columns:
        reason = why if config.target is None else by_name[column.name].reason
        details = {**column.details, **by_name[column.name].details}
        columns.append(replace(column, reason=reason, details=details))
    return replace(
        contract,
        columns=tuple(columns),
        task=FORECASTING,
        task_reason=f"a window is given, and {quote_list(windows.targets, limit=8)} "
        f"hold{'s' if len(windows.targets) == 1 else ''} numbers",
        task_alternative=None,
        windows=windows.to_dict(),
    )


def _reasons(windows: Windows) -> dict[str, str]:
    """Say why each column of windows is there."""
    reasons = {PAST + name: f"the last {windows.window:,} values known" for name in windows.past}
    ahead = "the next row" if windows.horizon == 1 else f"the next {windows.horizon:,} rows"
    for name in windows.targets:
        reasons[NEXT + name] = f"what is forecast: {ahead}"
        reasons[SEASON + name] = "the last season, for the seasonal naive forecast"
    steps = windows.steps
    if steps is not None:
        reasons |= {KNOWN + name: "known ahead, as you said" for name in steps.known}
    told = "what the calendar says of the times forecast"
    return reasons | dict.fromkeys(windows.calendar_columns, told)


def _override(column: ColumnContract, reasons: Mapping[str, str]) -> str:
    if column.name not in reasons or column.role == "dropped":
        return column.override
    quoted = f"'{column.name}'" if " " in column.name else column.name
    return f"--drop {quoted}"


def _beside_rows(table: Table) -> Table:
    """Put the rows' numbers beside columns that may all be targets."""
    name = next(name for name in (ROW, f"{ROW} number", f"{ROW} (2)") if name not in table)
    return table.with_column(name, pl.Series(range(table.n_rows)))


def _varies(table: Table, name: str) -> bool:
    numbers = numbers_of(clean_scalars(table[name])).drop_nulls()
    return numbers.n_unique() > 1


def _is_truth(table: Table, name: str) -> bool:
    values = table[name]
    return isinstance(values, pl.Series) and values.dtype == pl.Boolean


def _named(*names: str | None) -> tuple[str, ...]:
    return tuple(name for name in names if name is not None)


def refuse_own_past(windows: Windows, names: Sequence[str]) -> None:
    """Raise DataError where a target's own past is to be left out."""
    for name in windows.targets:
        if PAST + name in names:
            raise DataError(
                f"{PAST + name!r} cannot be left out or read as another kind: a forecast of "
                f"{name!r} starts from its last value.",
                remedy="leave it in",
            )
