"""From the contract's targets and the settings to a task, and how much each example counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from pellucid import losses
from pellucid.data import (
    CategoryTarget,
    ColumnContract,
    Contract,
    DateTarget,
    MultiLabelTarget,
    NumberTarget,
    Table,
)
from pellucid.data.dates import DateFormat
from pellucid.data.forecast_encoding import season_error, values_once
from pellucid.data.windows import Windows
from pellucid.errors import DataError, SettingError, suggest
from pellucid.tasks import (
    Classification,
    Forecasting,
    MultiLabel,
    Regression,
    Several,
    Task,
)
from pellucid.tasks.multilabel import balanced_label_weights
from pellucid.training.config import Config
from pellucid.training.forecasting import windows_of

_WITH_CLASSES = {"category", "labels"}


def fit_task(config: Config, contract: Contract, rows: Table, train: Table) -> Task:
    """Return the task of a contract's targets, under the settings.

    Parameters
    ----------
    config
        The settings; those of targets and losses are used.
    contract
        Says what is predicted, and of which kind it is.
    rows
        All rows that were given to learn from: a class may have all of its own in one part.
    train
        The rows that are learned from, to which everything else is fitted.

    Raises
    ------
    DataError
        Where a target cannot be predicted.
    SettingError
        Where a setting does not fit the targets.
    """
    windows = windows_of(contract)
    columns = contract.target_columns
    _refuse_unfit(config, columns)
    if windows is not None and windows.steps is not None:
        return with_settings(config, _fit_forecast(windows, windows.steps.season, train))
    parts = {
        column.name: with_settings(config, _fit_part(config, column, rows, train))
        for column in columns
    }
    if len(parts) == 1:
        (name, task), *_ = parts.items()
        if isinstance(task, MultiLabel) and config.class_weight is not None:
            return _with_weights(config, task, task.encode(train[name]))
        return task
    parts = {name: _several_loss(config, part) for name, part in parts.items()}
    encoded = {name: part.encode(train[name]) for name, part in parts.items()}
    several = Several.scaled(parts, encoded)
    if config.class_weight is None:
        return several
    return several.with_parts([_with_weights(config, p, encoded[n]) for n, p in parts.items()])


def with_settings(config: Config, task: Task) -> Task:
    """Return a task with the loss and the label smoothing that the settings name."""
    if isinstance(task, Several):
        parts = (with_settings(config, part) for part in task.parts)
        return task.with_parts([_several_loss(config, part) for part in parts])
    loss = config.loss if config.loss in task.losses else task.losses[0]
    if isinstance(task, Classification | MultiLabel):
        return replace(task, loss_name=loss, label_smoothing=config.label_smoothing or 0.0)
    if isinstance(task, Regression | Forecasting):
        return replace(task, loss_name=loss)
    return task


def example_weights(
    config: Config, task: Task, table: Table, train: Table, targets: tuple[str, ...]
) -> np.ndarray | None:
    """Return the weight of each example, scaled to mean 1 over the training rows; or None.

    Raises
    ------
    DataError
        Where weights are missing, negative or not finite, or all are 0.
    SettingError
        Where a class is named that does not exist.
    """
    # Of several targets and of labels, classes are weighted within the loss.
    by_class = config.class_weight is not None and isinstance(task, Classification)
    if config.sample_weight is None and not by_class:
        return None

    def raw(rows: Table) -> np.ndarray:
        weights = np.ones(rows.n_rows)
        if config.sample_weight is not None:
            weights *= _sample_weights(rows, config.sample_weight)
        if by_class and isinstance(task, Classification):
            encoded = task.encode(train[targets[0]])
            weights *= _class_weights(config.class_weight, task, encoded)[
                task.encode(rows[targets[0]])
            ]
        return weights

    mean, own = raw(train).mean(), raw(table)
    if not (mean > 0 and own.sum() > 0):
        raise DataError(
            "All weights of a part of the data are 0, so it says nothing.",
            expected="some rows with a weight above 0 among those to learn from and to validate on",
        )
    scaled: np.ndarray = (own / mean).astype(np.float32)
    return scaled


def require_column(table: Table, column: str, setting: str) -> None:
    """Raise a SettingError where a setting names a column that does not exist."""
    if column not in table:
        raise SettingError(
            f"{setting} names column {column!r}, which does not exist.",
            expected=f"one of {', '.join(table.names)}",
            remedy=suggest(column, table.names),
        )


def _fit_forecast(windows: Windows, season: int, train: Table) -> Forecasting:
    """Bring each series to mean 0 and deviation 1 over the training rows, each taken once."""
    values = {name: values_once(train, name) for name in windows.targets}
    targets = [
        NumberTarget.fit(pl.Series(name, own).fill_nan(None)) for name, own in values.items()
    ]
    errors = [season_error(own, season) for own in values.values()]
    return Forecasting(windows.targets, tuple(targets), windows.horizon, season, tuple(errors))


def _fit_part(config: Config, column: ColumnContract, rows: Table, train: Table) -> Task:
    name = column.name
    if column.kind == "category":
        return Classification(CategoryTarget.fit(rows[name]))
    if column.kind == "labels":
        return MultiLabel(MultiLabelTarget.fit(rows[name]))
    if column.kind == "date":
        # Day or month first is settled by all rows, as the contract was.
        format = DateFormat.from_dict(column.details["format"])
        return Regression(DateTarget.fit(train[name], format))
    return Regression(NumberTarget.fit(train[name], config.target_scale or "standard"))


def _refuse_unfit(config: Config, columns: tuple[ColumnContract, ...]) -> None:
    kinds = {column.kind for column in columns}
    for name in ("class_weight", "label_smoothing"):
        if getattr(config, name) and not kinds & _WITH_CLASSES:
            raise SettingError(
                f"{name} needs classes; the task is regression.",
                remedy=f"leave --{name.replace('_', '-')} out, or set --task classification",
            )
    if isinstance(config.class_weight, dict) and len(columns) > 1:
        raise SettingError(
            "Weights by name are for one target; there are several.",
            expected="--class-weight balanced",
        )
    if config.target_scale == "log" and "number" not in kinds:
        raise SettingError(
            "target_scale log needs a number to predict; there is none.",
            remedy="leave --target-scale out",
        )


def _several_loss(config: Config, part: Task) -> Task:
    """Keep the binary loss from targets with more classes, as it is meant for the others."""
    if isinstance(part, Classification | MultiLabel | Regression) and (
        config.loss is None or config.loss not in part.losses
    ):
        return replace(part, loss_name=part.losses[0])
    return part


def _with_weights(config: Config, part: Task, encoded: np.ndarray) -> Task:
    """Put class weights into a task's loss."""
    if isinstance(part, Classification):
        weights = _class_weights(config.class_weight, part, encoded)
        return replace(part, class_weights=tuple(float(weight) for weight in weights))
    if not isinstance(part, MultiLabel):
        return part
    if config.class_weight == "balanced":
        return replace(part, label_weights=balanced_label_weights(encoded))
    given = _named_weights(config.class_weight, part.target.labels)
    return replace(
        part,
        label_weights=tuple((1.0, given.get(k, 1.0)) for k in range(len(part.target.labels))),
    )


def _sample_weights(table: Table, column: str) -> np.ndarray:
    require_column(table, column, "sample_weight")
    values = table[column]
    numbers = values.cast(pl.Float64, strict=False) if isinstance(values, pl.Series) else None
    if numbers is None or numbers.is_null().any() or not numbers.is_finite().all():
        raise DataError("Sample weights must be finite numbers.", where=f"column {column!r}")
    if (numbers < 0).any():
        raise DataError("Sample weights must not be negative.", where=f"column {column!r}")
    return numbers.to_numpy()


def _class_weights(wanted: Any, task: Classification, encoded: np.ndarray) -> np.ndarray:
    classes = task.target.classes
    if isinstance(wanted, dict):
        wanted = _named_weights(wanted, tuple(str(label) for label in classes))
    return losses.class_weights(wanted, encoded, len(classes))


def _named_weights(wanted: dict[str, Any], names: tuple[str, ...]) -> dict[int, float]:
    """Return weights by position, of weights by the names of classes or labels."""
    by_text = {name: position for position, name in enumerate(names)}
    given = {}
    for label, weight in wanted.items():
        if str(label) not in by_text:
            raise SettingError(
                f"class_weight names {label!r}, which is not a class.",
                expected=f"one of {', '.join(by_text)}",
                remedy=suggest(str(label), by_text),
            )
        try:
            given[by_text[str(label)]] = float(weight)
        except (TypeError, ValueError):
            given[by_text[str(label)]] = -1.0
        if not 0 <= given[by_text[str(label)]] < float("inf"):
            raise SettingError(
                f"The class weights hold {weight!r} for {label!r}.", expected="numbers ≥ 0"
            )
    return given
