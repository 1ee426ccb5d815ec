"""The rows that a model learned from, and those held out: found again where its data still lies.

A model file holds a few rows; the others stay where they came from. The settings say how they were
divided, and that depends on the seed alone, so the same parts come out. Cost: the data is opened
once more.
"""

from __future__ import annotations

from dataclasses import dataclass

from pellucid import memory
from pellucid.data import Contract, Dataset, Table
from pellucid.errors import DataError, PellucidError, SettingError
from pellucid.model import TrainedModel
from pellucid.tasks import Clustering
from pellucid.training.config import IN_MEMORY, Config
from pellucid.training.forecasting import settle_contract
from pellucid.training.opening import open_data
from pellucid.training.preparation import part

_IN_MEMORY = {IN_MEMORY, "given in memory"}


@dataclass(frozen=True)
class KnownRows:
    """The parts of a model's data.

    Attributes
    ----------
    train
        The rows that it learned from.
    test
        Those held out; None where there are none.
    """

    train: Table
    test: Table | None


def find_rows(trained: TrainedModel) -> KnownRows:
    """Open a model's data again, and divide it as its training did.

    Raises
    ------
    DataError
        Where the data was given in memory, is not there any more, or has changed.

    Examples
    --------
    >>> import pellucid
    >>> model = pellucid.train("iris", hidden=(8,), epochs=5)
    >>> rows = find_rows(model.trained)
    >>> rows.train.n_rows, rows.test.n_rows
    (120, 30)
    """
    settings, report = trained.made.get("settings", {}), trained.made.get("report", {})
    where = str(settings.get("source", "the model's data"))
    if "source" not in settings or _IN_MEMORY & {where, str(settings.get("test"))}:
        raise DataError(
            "The rows of the model's data cannot be looked up: it was given in memory.",
            expected="a model that was trained on a file, a folder or a built-in set",
        )
    try:
        config = Config.make(**settings)
        if isinstance(trained.task, Clustering):  # of which nothing is held out unless asked for
            held_out = config.test_fraction or 0.0
            config = config.replace(
                task="clustering", test_fraction=held_out, validation_fraction=0.0
            )
        with memory.limited_to(config.memory):
            parted = part(config, *_settled(trained, config), _say_nothing)
    except SettingError as error:
        raise _changed(where) from error
    except PellucidError as error:
        raise DataError(
            f"The model's data cannot be opened: {error.what}",
            where=error.where or where,
            remedy="bring it back to where it was when the model was trained",
        ) from error
    train, test = parted.parts.train, parted.parts.test
    found = train.n_rows, 0 if test is None else test.n_rows
    if found != (report.get("n_train", found[0]), report.get("n_test", found[1])):
        raise _changed(where)
    return KnownRows(train, test)


def _settled(trained: TrainedModel, config: Config) -> tuple[Dataset, Contract]:
    """Open the data; return it with the contract that it is read by: where it can be, the model's.

    A series becomes windows anew; what a clustering groups by may not be all that it was given.

    Raises
    ------
    SettingError
        Where a column that the model reads is not there any more.
    """
    dataset, contract = open_data(config), trained.contract
    if config.window is not None or isinstance(trained.task, Clustering):
        return settle_contract(dataset, config)
    if any(one.name not in dataset.train for one in contract.columns if one.role != "dropped"):
        raise SettingError("A column that the model reads is not there any more.")
    return dataset, contract


def _changed(where: str) -> DataError:
    return DataError(
        "The model's data has changed since it was trained.",
        where=where,
        remedy="train again",
    )


def _say_nothing(text: str, warning: bool) -> None:
    """Hear what a preparation says; the model's contract holds it."""
