"""Opening the data of a training: what its settings say about series in tables is done here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pellucid.data import Dataset, open_source
from pellucid.data.sources.gathering import NO_ID, Gathering, Wanted, gather_series
from pellucid.data.sources.long_recognition import find_several
from pellucid.data.sources.long_series import require_column
from pellucid.data.sources.paths import refuse_files_of_others
from pellucid.data.table import Table
from pellucid.errors import DataError, SettingError
from pellucid.files import is_upload
from pellucid.training.config import Config


def open_data(config: Config) -> Dataset:
    """Open a training's source; lines or columns that are time series become rows of series.

    With a window, rows are to be forecast from those before them, and stay as they are.

    Raises
    ------
    DataError
        Where the source cannot be opened, or series cannot be gathered as the settings say.
    SettingError
        Where a setting needs an id, or a window, and there is none.
    """
    is_series = config.id not in (None, NO_ID)
    for name in ("id", "values"):
        if config.window is not None and (name != "id" or is_series) and getattr(config, name):
            raise SettingError(
                f"{name} gathers rows into series, and a window forecasts the rows of one.",
                remedy=f"leave out --{name}, or --window; keep one series in a table to forecast",
            )
    if config.window is None and not is_series:
        for name in ("time", "values"):
            if getattr(config, name) is not None:
                needs = "which needs an id" if name == "values" else "which needs a window or an id"
                what = "a series" if name == "values" else "a forecast or a series"
                raise SettingError(
                    f"{name} belongs to {what}, {needs}.",
                    remedy="name the column that says which series a row is of (--id COLUMN)"
                    + ("" if name == "values" else ", or give a window (--window 24)"),
                )
    dataset = open_source(config.source, gather=False)
    _refuse_files_of_others(config, dataset)
    if dataset.gathering is not None and is_series and config.id != gathering_of(dataset).id:
        raise SettingError(
            f"The data was gathered into series before, and not by {config.id!r}.",
            remedy="open it with gather=False, or leave id out",
        )
    try:
        for name in config.drop if config.window is None else ():  # windows have others as well
            require_column(dataset.train, name)
        if config.window is not None and config.id is None and config.time is None:
            _refuse_several(dataset.train.without(*config.drop))
        gathered = gather_series(dataset, _wanted(config, dataset))
    except DataError as error:  # every message names the source
        if dataset.origin not in (error.where or ""):
            error.where = "; ".join(filter(None, (dataset.origin, error.where)))
        raise
    # Other test data takes the place of the source's own.
    return gathered if config.test is None else replace(gathered, test=None)


def _refuse_files_of_others(config: Config, dataset: Dataset) -> None:
    """Raise DataError where data that came from a browser names files of this machine."""
    if not isinstance(config.source, str | Path) or not is_upload(Path(config.source)):
        return
    parts = [part for part in (dataset.train, dataset.valid, dataset.test) if part is not None]
    read = [name for name, kind in config.kinds.items() if kind in ("image", "sound")]
    refuse_files_of_others(parts, Path(config.source), read)


def _refuse_several(table: Table) -> None:
    """Raise DataError where windows would run from one series of a table into the next."""
    found = find_several(table)
    if found is not None:
        raise DataError(
            f"The table holds several series by {found[0]!r}, each with its own {found[1]!r}, and "
            "windows would run from one into the next.",
            expected="the rows of one series, to forecast it",
            remedy=f"keep the rows of one {found[0]!r}, or say --id {NO_ID} to take all rows in "
            "their order",
        )


def gathering_of(dataset: Dataset) -> Gathering:
    """Return how a data set was gathered; nothing where it was not."""
    return Gathering() if dataset.gathering is None else Gathering.from_dict(dataset.gathering)


def _wanted(config: Config, dataset: Dataset) -> Wanted:
    targets = config.target if config.target is not None else dataset.target
    if isinstance(targets, str):
        targets = (targets,)
    return Wanted(
        id=config.id if config.window is None else NO_ID,
        time=config.time if config.window is None else None,
        values=config.values or (),
        targets=targets or (),
        kinds=config.kinds,
        drop=config.drop,
    )
