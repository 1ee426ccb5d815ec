"""What a training would make of a source, before anything is trained.

It loads without JAX: looking at data needs none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pellucid.data import Contract, Dataset, InputEncoding
from pellucid.data.target_inference import UNDECIDED
from pellucid.data.vectors import RowVector
from pellucid.training.config import Config
from pellucid.training.forecasting import settle_contract
from pellucid.training.given import make_config
from pellucid.training.opening import open_data
from pellucid.training.test_part import open_test, with_checked_test


@dataclass(frozen=True)
class Seen:
    """A row as the network of a training would receive it.

    Attributes
    ----------
    dataset, contract
        The source, and what was assumed about it.
    vector
        The row's vector.
    fitted_to
        How many rows means, deviations and categories are of: those that would be learnt from.
    """

    dataset: Dataset
    contract: Contract
    vector: RowVector
    fitted_to: int


def contract(source: Any, **settings: Any) -> tuple[Dataset, Contract]:
    """Open a source and say what would be assumed about it; settings are those of a training."""
    return look(make_config(source, None, settings))


def seen_row(source: Any, row: int, **settings: Any) -> Seen:
    """Return one row as the network of a training with these settings would receive it."""
    return see_row(make_config(source, None, settings), row)


def look(config: Config) -> tuple[Dataset, Contract]:
    """Open a source and say what would be assumed about it.

    A target need not be named: the contract then offers candidates. Test data that cannot be used
    with it is a finding.
    """
    settled = settle_contract(open_data(config), config, need_target=False)
    dataset, contract, origin = open_test(config, *settled)
    if dataset.test is not None:
        contract = with_checked_test(contract, dataset.test, origin)
    return dataset, contract


def see_row(config: Config, row: int) -> Seen:
    """Return one row of a source, counted from 1, as a training would show it to the network.

    Without a target nothing is held out, and the encoding is fitted to all rows.

    Raises
    ------
    SettingError
        Where there is no such row.
    DataError
        Where the data cannot be used.
    """
    from pellucid.training.preparation import divide

    dataset, contract = settle_contract(open_data(config), config, need_target=False)
    train = dataset.train
    if contract.task == UNDECIDED:
        encoding = InputEncoding.fit(train, contract)
        learnt_from = train.n_rows
    else:
        divided = divide(config, dataset, contract, _say_nothing)
        encoding, learnt_from = divided.encoding, divided.parts.train.n_rows
    return Seen(dataset, contract, RowVector.of(encoding, train, row), learnt_from)


def _say_nothing(text: str, warning: bool) -> None:
    """Hear what a preparation says; the contract holds it."""
