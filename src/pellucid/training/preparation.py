"""From a source to encoded examples: the road of the data, as one training walks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from pellucid.data import (
    Contract,
    Dataset,
    InputEncoding,
    Table,
    check_table,
    split_rows,
    usable_rows,
)
from pellucid.data.findings.files import in_part
from pellucid.data.kinds import WordSequenceEncoder
from pellucid.data.splits import split_in_time
from pellucid.data.steps_ahead import NEXT
from pellucid.data.target_inference import is_labelled
from pellucid.data.windows import LAST
from pellucid.errors import SettingError
from pellucid.model.forecast_measures import References, references_of
from pellucid.tasks import Task
from pellucid.training.architecture import CONV, choose_network
from pellucid.training.config import Config
from pellucid.training.defaults import test_fraction, validation_fraction
from pellucid.training.forecasting import fit_encoding, settle_contract, windows_of
from pellucid.training.opening import open_data
from pellucid.training.over_time import OVER_TIME
from pellucid.training.sizes import Sizes
from pellucid.training.step import Examples
from pellucid.training.steps_ahead import FORECASTING
from pellucid.training.targets import example_weights, fit_task, require_column
from pellucid.training.test_part import check_test, open_test

_EXAMPLE_ROWS = 8
# More warnings about single columns than this are read by nobody.
_MOST_OF_COLUMNS = 40
_ROW = " row of the source"


@dataclass(frozen=True)
class Parts:
    """The three parts of the data, as tables."""

    train: Table
    validation: Table | None
    test: Table | None

    def without(self, *names: str) -> Parts:
        """Return the parts without some columns."""
        others = (None if p is None else p.without(*names) for p in (self.validation, self.test))
        return Parts(self.train.without(*names), *others)


@dataclass(frozen=True)
class Parted:
    """A source's rows, divided into parts.

    Attributes
    ----------
    dataset, contract
        The source, and what was assumed about it.
    train
        All rows of the source that could be learnt from, before any were held out.
    parts
        The three parts.
    validation_fraction, validation_reason, test_fraction, rows
        As in `Prepared`.
    """

    dataset: Dataset
    contract: Contract
    train: Table
    parts: Parts
    validation_fraction: float
    validation_reason: str
    test_fraction: float
    rows: np.ndarray | None


@dataclass(frozen=True)
class Divided(Parted):
    """Rows divided into parts, and the encoding that is fitted to those that are learnt from."""

    encoding: InputEncoding


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
    levels
        For a forecast of numbers, what it is compared with for each test example; else None.
    rows
        Which rows of the source the training examples are, counted from 0; None where that is not
        known, as of windows and of tables on disk.
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
    levels: np.ndarray | References | None = None
    rows: np.ndarray | None = None


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
    dataset = open_data(config)
    if config.sample_weight is not None:
        require_column(dataset.train, config.sample_weight, "sample_weight")
    return encode_parts(config, divide(config, *settle_contract(dataset, config), note))


def encode_parts(config: Config, divided: Divided) -> Prepared:
    """Encode the parts of the data, and fit the task to the rows that are learnt from.

    Raises
    ------
    DataError
        Where a value cannot be used.
    SettingError
        Where a setting does not fit the data.
    """
    dataset, contract, parts = divided.dataset, divided.contract, divided.parts
    encoding, train, targets = divided.encoding, divided.train, contract.targets
    classes = [column.name for column in contract.target_columns if column.kind == "category"]
    task = fit_task(config, contract, train.looked_at(classes), parts.train.looked_at())

    def encode(table: Table | None, *, weighted: bool = True) -> Examples | None:
        if table is None:
            return None
        weights = None
        if weighted:
            weights = example_weights(config, task, table, parts.train, targets)
        return Examples(encoding.transform(table), task.encode_rows(table, targets), weights)

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
        validation_fraction=divided.validation_fraction,
        validation_reason=divided.validation_reason,
        test_fraction=divided.test_fraction,
        examples=first_rows(parts.test or parts.train, contract),
        levels=None if parts.test is None else references_of(windows_of(contract), parts.test),
        rows=divided.rows,
    )


def divide(
    config: Config, dataset: Dataset, contract: Contract, note: Callable[[str, bool], None]
) -> Divided:
    """Divide a source's rows, and fit the encoding to those that are learnt from; as `part`."""
    parted = part(config, dataset, contract, note)
    contract, encoding = _encoding_for_network(config, parted.contract, parted.parts.train, note)
    return Divided(**{**vars(parted), "contract": contract}, encoding=encoding)


def part(
    config: Config, dataset: Dataset, contract: Contract, note: Callable[[str, bool], None]
) -> Parted:
    """Divide a source's rows into those that are learnt from and those held back and out.

    Parameters
    ----------
    config
        The settings.
    dataset, contract
        As `pellucid.training.forecasting.settle_contract` returns them, with a target.
    note
        As for `prepare`.
    """
    dataset, contract, origin = open_test(config, dataset, contract)
    for text in dataset.notes:
        note(text, False)
    for text in contract.warnings:
        note(text, True)
    _note_columns(contract, note)
    test = None if dataset.test is None else _tested(dataset.test, origin, contract, note)
    train = _labelled(_numbered(dataset.train, contract), contract)
    parts, held_back, held_back_reason, held_out = _split(
        config, contract, dataset, train, test, note
    )
    rows = np.asarray(parts.train[_ROW]) if _ROW in parts.train else None
    train, parts = train.without(_ROW), parts.without(_ROW)
    return Parted(dataset, contract, train, parts, held_back, held_back_reason, held_out, rows)


def _encoding_for_network(
    config: Config, contract: Contract, train: Table, note: Callable[[str, bool], None]
) -> tuple[Contract, InputEncoding]:
    """Fit the encoding as the network wants it.

    Convolutions look for a shape at every step; the preset best reads texts by parts of words, too;
    what goes step by step reads texts word by word.
    """
    if config.network in OVER_TIME:
        return _in_steps(contract, train, note)
    encoding = fit_encoding(contract, train)
    task = "several" if len(contract.targets) > 1 else contract.task
    sizes = Sizes.of(encoding.blocks, train.n_rows, task)
    if config.preset == "best" and sizes.is_wordy:
        contract = contract.with_parts_of_words()
        return contract, fit_encoding(contract, train)
    has_series = any(grid.kind == "series" for grid in sizes.grids)
    if not has_series or choose_network(config, sizes)[0] != CONV:
        return contract, encoding
    contract = contract.scaled_by_channel()
    return contract, fit_encoding(contract, train)


def _in_steps(
    contract: Contract, train: Table, note: Callable[[str, bool], None]
) -> tuple[Contract, InputEncoding]:
    """Fit the encoding for networks that go step by step, and tell how texts are read."""
    contract = contract.scaled_by_channel().read_as_sequences()
    encoding = fit_encoding(contract, train)
    reasons = {
        column: encoder.reason
        for column, encoder in encoding.encoders
        if isinstance(encoder, WordSequenceEncoder)
    }
    for column, reason in reasons.items():
        note(f"{column!r} is {reason}.", False)
    return contract.with_reasons(reasons), encoding


def first_rows(table: Table, contract: Contract) -> Table:
    """Return a few rows to be shown beside the model; columns that nobody uses are left out."""
    windows = windows_of(contract)
    # What a forecast's changes are counted from is no input, but needed for its answers.
    beside = LAST if windows is None or windows.steps is None else NEXT
    kept = () if windows is None else [beside + name for name in windows.targets]
    used = [
        column.name
        for column in contract.columns
        if column.role != "dropped" or column.name in kept
    ]
    return table.select(used).take(np.arange(min(_EXAMPLE_ROWS, table.n_rows)))


def _note_columns(contract: Contract, note: Callable[[str, bool], None]) -> None:
    """Tell what looks wrong in each column; of very many columns, in the first of them."""
    texts = [text for column in contract.columns for text in column.warnings]
    for text in texts[:_MOST_OF_COLUMNS]:
        note(text, True)
    if len(texts) > _MOST_OF_COLUMNS:
        note(
            f"{len(texts) - _MOST_OF_COLUMNS:,} more warnings are of single columns; the contract "
            "lists all of them (pellucid data SOURCE --json).",
            True,
        )


def _numbered(table: Table, contract: Contract) -> Table:
    """Return a table with a further column, its rows' numbers, that goes where its rows go.

    Windows are no rows that a person could look up, and of tables on disk there are too many.
    """
    if contract.windows is not None or table.on_disk or _ROW in table:
        return table
    return table.with_column(_ROW, pl.Series(np.arange(table.n_rows)))


def _labelled(table: Table, contract: Contract) -> Table:
    """Return the rows whose targets are all known and whose files can be read."""
    labelled = is_labelled(table, contract.targets)
    table = table if labelled.all() else table.take(np.flatnonzero(labelled))
    rows = usable_rows(contract, table)
    return table if len(rows) == table.n_rows else table.take(rows)


def _tested(
    test: Table, origin: str, contract: Contract, note: Callable[[str, bool], None]
) -> Table:
    """Return the test rows that came separately, checked against the contract."""
    for text in check_test(contract, test, origin):
        _note_once(text, contract, note)
    return _labelled(test, contract)


def _note_once(text: str, contract: Contract, note: Callable[[str, bool], None]) -> None:
    """Warn of what the contract's own warnings do not say already."""
    if text not in contract.warnings:
        note(text, True)


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
        held_out = test_fraction(config, train.n_rows)
        if held_out:
            train, test = _hold_out(train, held_out, config.seed, contract, note)
    elif config.test_fraction:
        raise SettingError(
            "The data has a test part of its own, so none is held out of the training rows.",
            remedy="leave --test-fraction out",
        )
    if dataset.valid is not None:
        if config.validation_fraction:
            raise SettingError(
                "The data has a validation part of its own, so none is held back.",
                remedy="leave --validation-fraction out",
            )
        for text in check_table(contract, dataset.valid, need_target=True):
            _note_once(in_part("validation", text), contract, note)
        own = _labelled(dataset.valid, contract)
        reason = "the data has a validation part of its own"
        return Parts(train, own, test), 0.0, reason, held_out
    train, validation, held_back, reason = hold_back(config, contract, train, note)
    return Parts(train, validation, test), held_back, reason, held_out


def hold_back(
    config: Config, contract: Contract, train: Table, note: Callable[[str, bool], None]
) -> tuple[Table, Table | None, float, str]:
    """Hold back a validation part of the rows to learn from, where there are enough.

    Returns
    -------
    tuple
        The rest, the part held back or None, its share, and why so much.
    """
    held_back, reason = validation_fraction(
        config,
        train.n_rows,
        of_texts=contract.tells_classes_by_texts,
        in_steps=contract.task == FORECASTING,
    )
    if not held_back:
        return train, None, 0.0, reason
    rest, validation = _hold_out(train, held_back, config.seed + 1, contract, note)
    return rest, validation, held_back, reason


def _hold_out(
    table: Table,
    fraction: float,
    seed: int,
    contract: Contract,
    note: Callable[[str, bool], None],
) -> tuple[Table, Table]:
    labels = None
    # Of several targets, the first one with classes is divided evenly.
    classes = next((c.name for c in contract.target_columns if c.kind == "category"), None)
    # Among very many rows, chance divides the classes evenly as well.
    if classes is not None and not table.on_disk:
        values = table[classes]
        labels = values if isinstance(values, pl.Series) else None
    windows = windows_of(contract)
    if windows is not None:
        before, after = split_in_time(table.n_rows, fraction, gap=windows.horizon - 1)
        return table.take(before), table.take(after)
    split = split_rows(table.n_rows, fraction, seed, labels)
    if split.note:
        note(split.note, True)
    return table.take(split.kept), table.take(split.held_out)
