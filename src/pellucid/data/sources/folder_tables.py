"""A folder with a table that names the files beside it: ``metadata.csv``.

The name and the column ``file_name`` are the convention of Hugging Face's image and audio folders
(https://huggingface.co/docs/datasets/image_dataset).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from pellucid.data import parsing
from pellucid.data.dataset import Dataset
from pellucid.data.rows import count, name_rows
from pellucid.data.sources.delimited import open_delimited
from pellucid.data.sources.json_objects import open_json_lines
from pellucid.data.sources.media_files import (
    FILE,
    NAMES_FILES,
    PLURALS,
    media_column,
    media_of,
)
from pellucid.data.sources.paths import absolute_paths
from pellucid.data.sources.reading import short_name
from pellucid.data.sources.typed import open_parquet
from pellucid.data.table import Array, Table
from pellucid.errors import DataError, quote_list, suggest

NAMES = ("metadata.csv", "metadata.tsv", "metadata.jsonl", "metadata.parquet")
COLUMN = "file_name"
USUAL_LABELS = ("label", "class", "target")


def metadata_of(files: Sequence[Path]) -> Path | None:
    """Return the table among a folder's files that names the others, if there is one."""
    by_name = {path.name.lower(): path for path in files}
    return next((by_name[name] for name in NAMES if name in by_name), None)


def open_metadata(folder: Path, path: Path, open_file: Callable[[Path], Dataset] | None) -> Dataset:
    """Open a table that names files: they become a column, and its other columns stay.

    Parameters
    ----------
    folder
        Where the files lie that it names.
    path
        The table.
    open_file
        Opens the table; by default by its ending.

    Raises
    ------
    DataError
        Where it has no column ``file_name``, or names none of the files.
    """
    named = read_metadata(folder, path, open_file)
    return named.open(folder, np.arange(len(named.names)))


@dataclass(frozen=True)
class NamedFiles:
    """A table with a file for each row.

    Attributes
    ----------
    dataset
        The table as it was opened.
    path
        The table's own file.
    names
        The absolute path of each row's file, null where it names none.
    medium
        What most of the files are: "image", "sound" or "text".
    """

    dataset: Dataset
    path: Path
    names: pl.Series
    medium: str

    def open(self, folder: Path, rows: Array) -> Dataset:
        """Return some of the rows as the data of a folder.

        A picture or sound that is not named is a missing value, and one that is not there cannot
        be read, as its kind will say. A text is read here: where it cannot be, the row is left out
        with a note.
        """
        notes: list[str] = []
        medium, table = self.medium, self.dataset.train
        names = self.names.gather(rows)
        if medium == "text":
            values, kept = _texts(names, rows, self.path, notes)
        else:
            values, kept = names.alias(medium), np.arange(len(rows))
        column = medium if medium not in table else COLUMN
        others = table.without(COLUMN).take(rows[kept])
        labels = [name for name in USUAL_LABELS if name in others]
        columns = {column: values, **{name: others[name] for name in others}}
        if medium == "text" and FILE not in others:
            columns[FILE] = names.gather(kept).alias(FILE)
        return replace(
            self.dataset,
            name=short_name(folder.resolve()),
            origin=str(folder),
            train=Table(columns),
            target=labels[0] if labels else None,
            notes=(*self.dataset.notes, *notes),
            kinds={column: medium},
            identifiers=NAMES_FILES if medium == "text" and FILE not in others else {},
        )

    def open_parts(self, parts: Mapping[str, Path], notes: list[str]) -> dict[str, Dataset]:
        """Return the rows of each part whose files lie in the part's folder.

        Parameters
        ----------
        parts
            The folders below that of the table, by part.
        notes
            Is told of rows that lie in none.
        """
        left = np.ones(len(self.names), dtype=bool)
        found = {}
        for part, folder in parts.items():
            inside = os.path.abspath(folder) + os.sep  # noqa: PTH100 -- links stay links
            mine = self.names.str.starts_with(inside).fill_null(value=False).to_numpy() & left
            left &= ~mine
            if mine.any():
                found[part] = self.open(folder, np.flatnonzero(mine))
        if found and left.any():
            rows = np.flatnonzero(left)
            folders = quote_list([folder.name for folder in parts.values()])
            notes.append(
                f"{count(len(rows), 'row')} of {self.path.name} {_of_none(len(rows))} of the "
                f"folders {folders}, and {'is' if len(rows) == 1 else 'are'} left out: "
                f"{name_rows(rows)}."
            )
        return found


def read_metadata(
    folder: Path, path: Path, open_file: Callable[[Path], Dataset] | None
) -> NamedFiles:
    """Read a table that names files, and find out what they are; raises as `open_metadata`."""
    dataset = (open_file or _open)(path)
    table = dataset.train
    if COLUMN not in table:
        raise DataError(
            f"The table has no column {COLUMN!r}.",
            where=str(path),
            expected=f"a column {COLUMN!r} with the path of each row's file, beside "
            f"{quote_list(table.names)}",
            remedy=suggest(COLUMN, table.names) or "rename the column that names the files",
        )
    named = table[COLUMN]
    if not isinstance(named, pl.Series) or named.dtype != pl.String:
        raise DataError(f"The column {COLUMN!r} holds no names of files.", where=str(path))
    base = Path(os.path.abspath(folder))  # noqa: PTH100 -- links stay
    names = absolute_paths(parsing.strip_missing(named), base, f"column {COLUMN}")
    media = names.drop_nulls().map_elements(_medium_name, return_dtype=pl.String).value_counts()
    if not len(media):
        raise DataError(
            f"The column {COLUMN!r} names no files.",
            where=str(path),
            expected="a path in every row",
            remedy="fill the column",
        )
    medium = str(media.sort("count", descending=True)[COLUMN][0])
    if medium == "other":
        raise DataError(
            f"The column {COLUMN!r} names no pictures, sounds or texts.",
            where=f"{path}: such as {named.drop_nulls()[0]!r}",
            expected="paths such as a.png, a.wav or a.txt",
            remedy="name such files",
        )
    if not _are_there(names).any():
        raise DataError(
            f"None of the {count(names.len() - names.null_count(), 'file')} that the table names "
            "is there.",
            where=f"{path}, such as {names.drop_nulls()[0]}",
            expected=f"paths from the folder of the table, in the column {COLUMN!r}",
            remedy="correct the paths, or put the files there",
        )
    return NamedFiles(dataset, path, names, medium)


def with_named_files(table: Table, needed: Mapping[str, str], base: Path) -> Table:
    """Return later rows that name their files as a ``metadata.csv`` does in a model's own form.

    A model that learned from such a table calls its column ``image``, ``sound`` or ``text``.

    Parameters
    ----------
    table
        Rows, perhaps with a column ``file_name``; others are returned as they are.
    needed
        The columns that the model needs, and their kinds.
    base
        Where relative paths start.

    Raises
    ------
    DataError
        Where a text cannot be read.
    """
    lacking = [name for name in needed if name in PLURALS and name not in table]
    if COLUMN not in table or COLUMN in needed or len(lacking) != 1:
        return table
    named, column = table[COLUMN], lacking[0]
    if not isinstance(named, pl.Series) or named.dtype != pl.String:
        return table
    names = absolute_paths(parsing.strip_missing(named), base, f"column {COLUMN}")
    if needed[column] in ("image", "sound"):
        return table.without(COLUMN).with_column(column, names.alias(column))
    notes: list[str] = []
    texts, kept = _texts(names, np.arange(len(names)), base, notes)
    if len(kept) < len(names):
        raise DataError(
            f"The texts of {count(len(names) - len(kept), 'row')} cannot be read.",
            where=" ".join(notes),
            expected="the path of a text in every row",
            remedy="correct the paths, or leave these rows out",
        )
    return table.without(COLUMN).with_column(column, texts).with_column(FILE, names.alias(FILE))


def _texts(names: pl.Series, rows: Array, path: Path, notes: list[str]) -> tuple[pl.Series, Array]:
    """Read texts; return them, null where none is named, and the places of those that are left."""
    there = _are_there(names)
    lost = np.flatnonzero(~there & names.is_not_null().to_numpy())
    if len(lost):
        verb, whose = (
            ("names a file that is", "is") if len(lost) == 1 else ("name files that are", "are")
        )
        notes.append(
            f"{count(len(lost), 'row')} of {path.name} {verb} not there, and {whose} left out: "
            f"{name_rows(rows[lost])}."
        )
    places = np.flatnonzero(there)
    read, kept = media_column([Path(name) for name in names.gather(places)], "text", notes)
    texts: dict[int, str | None] = dict.fromkeys(names.is_null().arg_true().to_list())
    texts |= dict(zip(places[kept].tolist(), read.to_list(), strict=True))
    left = sorted(texts)
    column = pl.Series("text", [texts[place] for place in left], dtype=pl.String)
    return column, np.array(left, dtype=np.int64)


def _are_there(names: pl.Series) -> Array:
    """Tell which rows name a file that is there, shape ``(n,)``."""
    there = [name is not None and os.path.isfile(name) for name in names.to_list()]  # noqa: PTH113
    return np.array(there, dtype=bool)


def _of_none(number: int) -> str:
    return "names a file in none" if number == 1 else "name files in none"


def _medium_name(name: str) -> str:
    return media_of(name) or "other"


def _open(path: Path) -> Dataset:
    readers = {".jsonl": open_json_lines, ".parquet": open_parquet}
    return readers.get(path.suffix.lower(), open_delimited)(path)
