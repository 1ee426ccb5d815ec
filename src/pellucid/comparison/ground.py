"""The rows that all contenders learn from and are tested on, divided once, as training does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from pellucid import memory
from pellucid.data import Contract, InputEncoding, Table
from pellucid.data.matrices import FLOAT32
from pellucid.errors import SettingError
from pellucid.tasks import Classification, Task
from pellucid.training.config import Config
from pellucid.training.forecasting import settle_contract
from pellucid.training.opening import open_data
from pellucid.training.preparation import (
    Divided,
    Parts,
    Prepared,
    divide,
    encode_parts,
    hold_back,
)
from pellucid.training.targets import fit_task

# Texts give sparse vectors where they are many; they take little room however wide they are.
_SPARSE_KINDS = {"text", "subwords"}
# Beside the encoded rows there are those of the test, and an estimator's own copy of them.
_COPIES = 3


@dataclass(frozen=True)
class Ground:
    """What is the same for all contenders.

    Attributes
    ----------
    divided
        The source's rows: `Divided.parts` holds all rows to learn from, and those of the test.
    task
        The task, fitted to all rows to learn from.
    labels
        The class of each row to learn from, int32 ``(n_train,)``; of several targets, that of the
        first one with classes; None where there is none.
    most
        How many of these rows are learned from at most: all that the memory holds as vectors.
    """

    divided: Divided
    task: Task
    labels: np.ndarray | None
    most: int

    @property
    def contract(self) -> Contract:
        """What was assumed about the data."""
        return self.divided.contract

    @property
    def train(self) -> Table:
        """All rows to learn from."""
        return self.divided.parts.train

    @property
    def n_test(self) -> int:
        """The number of rows of the test."""
        return 0 if self.divided.parts.test is None else self.divided.parts.test.n_rows

    @property
    def n_classes(self) -> int:
        """The number of classes among the rows to learn from; 0 for numbers."""
        return 0 if self.labels is None else len(np.unique(self.labels))

    @property
    def has_sequences(self) -> bool:
        """Whether the network reads texts word by word, which no other contender does."""
        return any(block.entries for block in self.divided.encoding.blocks)

    def prepare(
        self,
        rows: np.ndarray,
        config: Config,
        note: Callable[[str, bool], None],
        *,
        as_bags: bool = False,
    ) -> Prepared:
        """Encode some rows to learn from, and all of the test; fitted to the former alone.

        Parameters
        ----------
        rows
            Indices of rows to learn from, in ascending order. The network holds back some of them
            where a training on so many would.
        config
            The settings.
        note
            As for `pellucid.training.preparation.prepare`.
        as_bags
            Whether texts are bags of words, though the network reads them word by word.
        """
        contract = self.contract.read_as_bags() if as_bags else self.contract
        table = self.train if len(rows) == self.train.n_rows else self.train.take(rows)
        rest, validation, held_back, reason = hold_back(config, self.contract, table, note)
        divided = replace(
            self.divided,
            contract=contract,
            parts=Parts(rest, validation, self.divided.parts.test),
            encoding=InputEncoding.fit(rest, contract),
            validation_fraction=held_back,
            validation_reason=reason,
        )
        return encode_parts(config, divided)


def find_ground(config: Config, note: Callable[[str, bool], None]) -> Ground:
    """Open a source, settle what it is, and divide it.

    A validation part of the source's own counts among the rows to learn from: so the network
    holds rows back of those that the others learn from as well, whatever their amount.

    Raises
    ------
    DataError
        Where the data cannot be used.
    SettingError
        Where a setting does not fit the data, or no rows are held out to test on.
    """
    dataset, contract = settle_contract(open_data(config), config)
    divided = divide(_without_validation(config), dataset, contract, note)
    train, valid, test = divided.parts.train, divided.parts.validation, divided.parts.test
    if test is None or not test.n_rows:
        raise SettingError(
            "A comparison needs rows to test on, and none are held out.",
            remedy="give --test SOURCE, or a --test-fraction above 0",
        )
    if valid is not None and valid.n_rows:
        train = Table.concat([train, valid])
    divided = replace(
        divided,
        dataset=replace(divided.dataset, valid=None),
        parts=Parts(train, None, test),
        train=train if valid is not None else divided.train,
    )
    task = fit_task(config, divided.contract, divided.train, train.looked_at())
    labels = None
    if any(column.kind == "category" for column in divided.contract.target_columns):
        encoded = task.encode_rows(train, divided.contract.targets)
        parts = task.apart(np.empty((0, task.out_features)), encoded)
        labels = next(own for _, part, _, own in parts if isinstance(part, Classification))
    return Ground(divided, task, labels, most_rows(divided, note))


def _without_validation(config: Config) -> Config:
    return config.replace(validation_fraction=0.0)


def most_rows(divided: Divided, note: Callable[[str, bool], None]) -> int:
    """Return how many rows' vectors the classic contenders can hold in memory.

    Parameters
    ----------
    divided
        The source's rows, divided.
    note
        Receives a sentence where it is not all of them, and that it is a warning.
    """
    n_rows, encoding = divided.parts.train.n_rows, divided.encoding
    row_bytes = max(1, encoding.in_features) * FLOAT32
    is_sparse = any(block.kind in _SPARSE_KINDS for block in encoding.blocks)
    if is_sparse or memory.fits(_COPIES * n_rows * row_bytes):
        return n_rows
    most = max(1, memory.limit() // (memory.SHARE * _COPIES * row_bytes))
    note(
        f"Classic machine learning holds all vectors in memory: of {n_rows:,} rows to learn from, "
        f"the comparison goes up to {most:,}.",
        True,
    )
    return most
