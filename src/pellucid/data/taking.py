"""Which rows of a source are answered for, and what says which row an answer is of."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from pellucid.data.contract import TEXTS, Contract
from pellucid.data.dataset import Dataset
from pellucid.data.media.suffixes import IMAGE_SUFFIXES, SOUND_SUFFIXES
from pellucid.data.numerals import PLAIN_FORMAT
from pellucid.data.profile import clean_scalars, numbers_of
from pellucid.data.sources import open_source
from pellucid.data.sources.arrays import checked_rows
from pellucid.data.sources.folder_tables import with_named_files
from pellucid.data.sources.gathering import gathered_rows
from pellucid.data.sources.long_recognition import find_long
from pellucid.data.sources.media_files import FILE
from pellucid.data.sources.pairs import PAIRED, PARTS
from pellucid.data.sources.text_files import is_text_file, open_texts
from pellucid.data.table import Table

_OF_FILES = ("image", "sound")


@dataclass(frozen=True)
class Taken:
    """Rows taken from a source, in the form that a model was trained on.

    Attributes
    ----------
    table
        The rows.
    names
        What says which row is which, where the source has it: names of files, relative to the
        source; ids of series; columns left out as identifiers. A row for each of the table's, and
        perhaps no columns.
    part
        ``"test"`` where the source is divided and only that part was taken, else None.
    notes
        What a person should be told of it, each a sentence.
    """

    table: Table
    names: pl.DataFrame
    part: str | None = None
    notes: tuple[str, ...] = ()

    def names_of(self, row: int) -> dict[str, Any]:
        """Return what says which row a row is, counted from 1; nothing where nothing does."""
        rows = self.names.height
        return self.names.row(row - 1, named=True) if 1 <= row <= rows else {}

    def named(self, answers: pl.DataFrame) -> pl.DataFrame:
        """Return answers with what says which row each is of before them."""
        names = [column for column in self.names.get_columns() if column.name not in answers]
        return pl.DataFrame([*names, *answers.get_columns()])


def take_rows(source: Any, contract: Contract) -> Taken:
    """Open a source for a trained model: its test rows where it has some, else all its rows.

    Time series that lie in several lines or columns are gathered as the contract says; files named
    in a column ``file_name`` are the model's pictures, sounds or texts. Where text is all that it
    sees, a ``.txt`` file is a text in each line, or a whole one where it learned from files. A bare
    array takes the place of the only input column.

    Parameters
    ----------
    source
        Anything that can be opened (`pellucid.data.open_source`).
    contract
        What the model assumes.

    Raises
    ------
    DataError
        Where the source cannot be opened, or its series cannot be gathered.
    """
    if isinstance(source, np.ndarray) and len(contract.inputs) == 1:
        table = Table({contract.inputs[0].name: checked_rows(source)})
        return Taken(table, pl.DataFrame())
    dataset = _open(source, contract)
    rows = dataset.train if dataset.test is None else dataset.test
    needed = {column.name: column.kind for column in contract.inputs}
    table = with_named_files(as_trained(rows, contract), needed, _folder_of(source))
    table = _with_blocks(table, contract)
    names = pl.DataFrame(_names(source, table, contract, dataset))
    known = {column.name for column in contract.columns}
    table = table.without(*(name for name in dataset.identifiers if name not in known))
    if isinstance(source, (str, Path)):
        table = table.from_place(dataset.origin)
    if dataset.test is None:
        return Taken(table, names, notes=dataset.notes)
    parts = (dataset.train, dataset.valid, dataset.test)
    total = sum(part.n_rows for part in parts if part is not None)
    others = _train_part(source)
    what = "rows" if table.n_rows == rows.n_rows else f"lines ({table.n_rows:,} series)"
    note = (
        f"Only the test part of {dataset.origin} was taken, {rows.n_rows:,} of {total:,} {what}"
        + (f"; give {others} for those to learn from." if others else ".")
    )
    return Taken(table, names, "test", (*dataset.notes, note))


def _open(source: Any, contract: Contract) -> Dataset:
    """Open a source; a file of texts as the model's own texts came."""
    kinds = [column.kind for column in contract.inputs]
    if isinstance(source, (str, Path)) and len(kinds) == 1 and kinds[0] in TEXTS:
        path = Path(source).expanduser()
        if is_text_file(path):
            whole = FILE in contract.identifiers
            texts = open_texts(path, contract.inputs[0].name, whole=whole)
            if texts is not None:
                return texts
    return open_source(source, gather=False)


def _folder_of(source: Any) -> Path:
    """Return where the paths in a source start."""
    path = Path(source).expanduser() if isinstance(source, (str, Path)) else Path()
    return path if path.is_dir() else path.parent


def with_units(answers: pl.DataFrame, units: Mapping[str, str]) -> pl.DataFrame:
    """Return answers with a column that says the unit behind each prediction that has one.

    Parameters
    ----------
    answers
        Predictions, with ``prediction`` or, of several targets, ``prediction_<target>``.
    units
        The units, by target.

    Examples
    --------
    >>> with_units(pl.DataFrame({"prediction": [4.5, 9.0]}), {"price": "€"}).columns
    ['prediction', 'unit']
    """
    columns: list[pl.Series] = []
    for column in answers.get_columns():
        columns.append(column)
        for target, unit in units.items():
            is_only = column.name == "prediction"
            if is_only or column.name == f"prediction_{target}":
                name = "unit" if is_only else f"unit_{target}"
                if name not in answers:
                    columns.append(pl.Series(name, [unit] * answers.height, dtype=pl.String))
    return pl.DataFrame(columns)


def as_trained(table: Table, contract: Contract) -> Table:
    """Return rows in the form of those that a contract is about: with their series gathered.

    Raises
    ------
    DataError
        Where columns that series are made of are missing, or cannot be used.
    """
    table = gathered_rows(contract.gathering, table)
    lacks_series = any(c.kind == "series" and c.name not in table for c in contract.inputs)
    if contract.gathering is None and contract.windows is None and lacks_series:
        # Trained on series that came whole; these may lie in lines.
        long = find_long(table)
        table = table if long is None else long.apply(table)
    return table


def _with_blocks(table: Table, contract: Contract) -> Table:
    """Lay columns of numbers side by side where the model saw them as one block."""
    for column in contract.inputs:
        names = column.details.get("columns")
        if names and column.name not in table and all(name in table for name in names):
            numbers = [numbers_of(clean_scalars(table[name]), PLAIN_FORMAT) for name in names]
            block = np.column_stack([values.to_numpy() for values in numbers])
            table = table.without(*names).with_column(column.name, block)
    return table


def _names(source: Any, table: Table, contract: Contract, dataset: Dataset) -> list[pl.Series]:
    """Return the columns that say which row is which."""
    if contract.windows is not None:
        return []  # answers of a forecast have a time of their own
    found: dict[str, pl.Series] = {}
    is_path = isinstance(source, (str, Path))
    path = Path(source).expanduser() if is_path else Path()
    is_files = is_path and (
        path.is_dir() or path.suffix.lower() in (*IMAGE_SUFFIXES, *SOUND_SUFFIXES)
    )
    for column in contract.inputs:
        if column.kind not in _OF_FILES or column.name not in table:
            continue
        values = table[column.name]
        if not isinstance(values, pl.Series):
            continue
        is_whole = is_files and column.name in dataset.kinds and FILE not in found
        name = FILE if is_whole else column.name
        found[name] = _relative(values, path).alias(name)
    for name in dict.fromkeys([*dataset.identifiers, *contract.identifiers]):
        if name in table and name not in found:
            values = table[name]
            if name == FILE and isinstance(values, pl.Series) and values.dtype == pl.String:
                found[name] = _relative(values, path).alias(name)
            elif isinstance(values, pl.Series) and not values.dtype.is_nested():
                found[name] = values.alias(name)
    return list(found.values())


def _relative(paths: pl.Series, source: Path) -> pl.Series:
    """Return paths relative to a source, or to its folder; those that lie elsewhere stay."""
    base = os.path.abspath(source if source.is_dir() else source.parent)  # noqa: PTH100 -- links stay
    texts = paths.cast(pl.String)
    prefix = base.rstrip(os.sep) + os.sep
    return texts.str.strip_prefix(prefix)


def _train_part(source: Any) -> str | None:
    """Return what in a folder holds the rows to learn from, where that can be given alone."""
    path = Path(source).expanduser() if isinstance(source, (str, Path)) else None
    if path is None or not path.is_dir():
        return None
    try:
        entries = sorted(path.iterdir())
    except OSError:
        return None
    parts = [
        entry
        for entry in entries
        if PARTS.get(entry.name.lower().split(".")[0]) == "train"
        and entry.suffix.lower() not in PAIRED  # these find their test part by themselves
    ]
    return str(parts[0]) if len(parts) == 1 else None
