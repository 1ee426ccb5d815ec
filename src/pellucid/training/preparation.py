"""From a source to encoded examples: the road of the data, as one training walks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from pellucid import losses
from pellucid.data import (
    CategoryTarget,
    Contract,
    Dataset,
    InputEncoding,
    NumberTarget,
    Table,
    check_table,
    infer_contract,
    labelled_rows,
    open_source,
    split_rows,
)
from pellucid.errors import DataError, SettingError, suggest
from pellucid.tasks import Classification, Regression, Task
from pellucid.training.config import Config
from pellucid.training.defaults import validation_fraction
from pellucid.training.step import Examples

_EXAMPLE_ROWS = 8


@dataclass(frozen=True)
class Parts:
    """The three parts of the data, as tables."""

    train: Table
    validation: Table | None
    test: Table | None


@dataclass(frozen=True)
class Prepared:
    """Data ready for training.

    Attributes
    ----------
    dataset, contract
        The source, and what was assumed about it.
    encoding, task
        Fitted to the training rows alone.
    train, validation, test
        Encoded examples; the last two may be missing.
    validation_fraction, validation_reason
        The part held back, and why so much.
    test_fraction
        The part held out for the test; 0 where the test data came separately.
    examples
        A few rows as they came, to be shown beside the model.
    """

    dataset: Dataset
    contract: Contract
    encoding: InputEncoding
    task: Task
    train: Examples
    validation: Examples | None
    test: Examples | None
    validation_fraction: float
    validation_reason: str
    test_fraction: float
    examples: Table


def prepare(config: Config, note: Callable[[str, bool], None]) -> Prepared:
    """Open the source, settle the contract, split, and encode.

    Parameters
    ----------
    config
        The settings; those about data are used.
    note
        Receives sentences for people, and whether each is a warning.

    Raises
    ------
    DataError
        Where the data cannot be used.
    SettingError
        Where a setting does not fit the data.
    """
    if config.source is None:
        raise SettingError(
            "No source was given.",
            expected="a built-in name such as digits, a file or a folder",
            remedy="pellucid data --list shows the built-in names",
        )
    dataset = open_source(config.source)
    for text in dataset.notes:
        note(text, False)
    drop = list(config.drop)
    if config.sample_weight is not None:
        _require_column(dataset.train, config.sample_weight, "sample_weight")
        drop.append(config.sample_weight)
    contract = infer_contract(
        dataset, target=config.target, task=config.task, kinds=config.kinds, drop=drop
    )
    for text in contract.warnings:
        note(text, True)
    for column in contract.columns:
        for text in column.warnings:
            note(text, True)
    assert contract.target is not None  # noqa: S101 -- both tasks of today have a target
    target = contract.target
    test = _separate_test(config, dataset, contract, note)
    train = _labelled(dataset.train, target)
    parts, held_back, held_back_reason, held_out = _split(
        config, contract, dataset, train, test, note
    )
    encoding = InputEncoding.fit(parts.train, contract)
    if contract.task == "classification":  # a class may have all its rows in one part
        task = task_of(config, CategoryTarget.fit(train[target]))
    else:
        task = task_of(config, NumberTarget.fit(parts.train[target]))

    def encode(table: Table | None, *, weighted: bool = True) -> Examples | None:
        if table is None:
            return None
        weights = _weights(config, task, table, parts.train, target) if weighted else None
        return Examples(encoding.transform(table), task.encode(table[target]), weights)

    encoded = encode(parts.train)
    assert encoded is not None  # noqa: S101 -- the training part is never missing
    return Prepared(
        dataset=dataset,
        contract=contract,
        encoding=encoding,
        task=task,
        train=encoded,
        validation=encode(parts.validation),
        test=encode(parts.test, weighted=False),
        validation_fraction=held_back,
        validation_reason=held_back_reason,
        test_fraction=held_out,
        examples=_first_rows(parts.test or parts.train, contract),
    )


def _first_rows(table: Table, contract: Contract) -> Table:
    """Return a few rows to be shown beside the model; columns that nobody uses are left out."""
    used = [column.name for column in contract.columns if column.role != "dropped"]
    return table.select(used).take(np.arange(min(_EXAMPLE_ROWS, table.n_rows)))


def _labelled(table: Table, target: str) -> Table:
    """Return the rows whose target is known; rows without one teach nothing."""
    rows = labelled_rows(table, target)
    return table if len(rows) == table.n_rows else table.take(rows)


def _separate_test(
    config: Config, dataset: Dataset, contract: Contract, note: Callable[[str, bool], None]
) -> Table | None:
    """Return the test rows that came separately, checked against the contract."""
    if config.test is not None:
        opened = open_source(config.test)
        origin = opened.origin
        test: Table | None = opened.test if opened.test is not None else opened.train
    else:
        test, origin = dataset.test, dataset.origin
    if test is not None and contract.target is not None:
        try:
            warnings = check_table(contract, test, need_target=True)
        except DataError as error:
            error.where = "; ".join(filter(None, (f"the test data, {origin}", error.where)))
            raise
        for text in warnings:
            note(f"In the test data: {text}", True)
        test = _labelled(test, contract.target)
    return test


def _split(
    config: Config,
    contract: Contract,
    dataset: Dataset,
    train: Table,
    test: Table | None,
    note: Callable[[str, bool], None],
) -> tuple[Parts, float, str, float]:
    """Hold out a test part where none came, and hold back a validation part."""
    held_out = 0.0
    if test is None:
        held_out = 0.2 if config.test_fraction is None else config.test_fraction
        if held_out:
            train, test = _hold_out(train, held_out, config.seed, contract, note)
    elif config.test_fraction:
        raise SettingError(
            "The data has a test part of its own, so none is held out of the training rows.",
            remedy="leave --test-fraction out",
        )
    held_back, reason = validation_fraction(config, train.n_rows)
    if dataset.valid is not None and contract.target is not None:
        if config.validation_fraction:
            raise SettingError(
                "The data has a validation part of its own, so none is held back.",
                remedy="leave --validation-fraction out",
            )
        for text in check_table(contract, dataset.valid, need_target=True):
            note(f"In the validation data: {text}", True)
        validation: Table | None = _labelled(dataset.valid, contract.target)
        held_back, reason = 0.0, "the data has a validation part of its own"
    elif held_back:
        train, validation = _hold_out(train, held_back, config.seed + 1, contract, note)
    else:
        validation = None
    return Parts(train, validation, test), held_back, reason, held_out


def _hold_out(
    table: Table,
    fraction: float,
    seed: int,
    contract: Contract,
    note: Callable[[str, bool], None],
) -> tuple[Table, Table]:
    labels = None
    if contract.task == "classification" and contract.target is not None:
        values = table[contract.target]
        labels = values if isinstance(values, pl.Series) else None
    split = split_rows(table.n_rows, fraction, seed, labels)
    if split.note:
        note(split.note, True)
    return table.take(split.kept), table.take(split.held_out)


def task_of(config: Config, target: CategoryTarget | NumberTarget) -> Task:
    """Return the task that the settings describe, for this target.

    Raises
    ------
    SettingError
        Where a setting needs classes and the target has none.
    """
    if isinstance(target, NumberTarget):
        for name in ("class_weight", "label_smoothing"):
            if getattr(config, name):
                raise SettingError(
                    f"{name} needs classes; the task is regression.",
                    remedy=f"leave --{name.replace('_', '-')} out, or set --task classification",
                )
        return Regression(target, config.loss or Regression.losses[0])
    loss = config.loss or Classification.losses[0]
    return Classification(target, loss, config.label_smoothing or 0.0)


def _weights(
    config: Config, task: Task, table: Table, train: Table, target: str
) -> np.ndarray | None:
    """Return the weight of each example, scaled to mean 1 over the training rows; or None."""
    if config.sample_weight is None and config.class_weight is None:
        return None

    def raw(rows: Table) -> np.ndarray:
        weights = np.ones(rows.n_rows)
        if config.sample_weight is not None:
            weights *= _sample_weights(rows, config.sample_weight)
        if config.class_weight is not None and isinstance(task, Classification):
            weights *= _class_weights(config.class_weight, task, train, target)[
                task.encode(rows[target])
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


def _sample_weights(table: Table, column: str) -> np.ndarray:
    _require_column(table, column, "sample_weight")
    values = table[column]
    numbers = values.cast(pl.Float64, strict=False) if isinstance(values, pl.Series) else None
    if numbers is None or numbers.is_null().any() or not numbers.is_finite().all():
        raise DataError("Sample weights must be finite numbers.", where=f"column {column!r}")
    if (numbers < 0).any():
        raise DataError("Sample weights must not be negative.", where=f"column {column!r}")
    return numbers.to_numpy()


def _class_weights(wanted: Any, task: Classification, train: Table, target: str) -> np.ndarray:
    classes = task.target.classes
    if isinstance(wanted, dict):
        by_text = {str(label): position for position, label in enumerate(classes)}
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
                raise SettingError(
                    f"The weight of class {label!r} is {weight!r}.", expected="a number ≥ 0"
                ) from None
        wanted = given
    return losses.class_weights(wanted, task.encode(train[target]), len(classes))


def _require_column(table: Table, column: str, setting: str) -> None:
    if column not in table:
        raise SettingError(
            f"{setting} names column {column!r}, which does not exist.",
            expected=f"one of {', '.join(table.names)}",
            remedy=suggest(column, table.names),
        )
