"""Sources: whatever a person has data in, opened as a `Dataset`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.data.dataset import Dataset
from pellucid.data.media.suffixes import IMAGE_SUFFIXES, SOUND_SUFFIXES
from pellucid.data.sources.arrays import dataset_from_pair, table_of_inputs
from pellucid.data.sources.arrow import open_arrow
from pellucid.data.sources.builtin import BuiltinInfo, is_builtin, list_builtin, open_builtin
from pellucid.data.sources.contents import (
    content_of,
    first_bytes,
    refuse_other_content,
    renamed,
)
from pellucid.data.sources.delimited import open_delimited
from pellucid.data.sources.excel import open_excel
from pellucid.data.sources.folders import open_folder
from pellucid.data.sources.frames import dataset_from_frame, is_frame, is_series
from pellucid.data.sources.gathering import gather_series
from pellucid.data.sources.idx import is_idx_name, open_idx_file
from pellucid.data.sources.json_objects import open_json, open_json_lines
from pellucid.data.sources.media_files import open_media_files
from pellucid.data.sources.npz import open_npz
from pellucid.data.sources.pairs import with_partner
from pellucid.data.sources.reading import refuse_irregular
from pellucid.data.sources.sqlite import open_sqlite
from pellucid.data.sources.ts import open_ts
from pellucid.data.sources.typed import open_parquet
from pellucid.data.table import Table
from pellucid.errors import DataError, SourceNotFoundError, quote, quote_list, suggest

# How a file is opened, by the end of its name (before .gz or .zst, which text files may have).
READERS: dict[str, Callable[[Path], Dataset]] = {
    ".csv": open_delimited,
    ".tsv": open_delimited,
    ".tab": open_delimited,
    ".txt": open_delimited,
    ".data": open_delimited,
    ".test": open_delimited,
    ".ts": open_ts,
    ".jsonl": open_json_lines,
    ".ndjson": open_json_lines,
    ".json": open_json,
    ".parquet": open_parquet,
    ".arrow": open_arrow,
    ".feather": open_arrow,
    ".ipc": open_arrow,
    ".npz": open_npz,
}
# What the name of a file says it is, and the endings of the contents that its reader can read.
_TABLE = ("a text table", (".csv",))
_JSON = ("JSON", (".json", ".jsonl", ".csv"))
_ARROW = ("an Arrow IPC file", (".arrow",))
_WORKBOOK = ("a workbook", (".xlsx", ".xls", ".ods", ".zip"))
_SQLITE = ("a SQLite database", (".db",))
FORMS: dict[str, tuple[str, tuple[str, ...]]] = {
    **dict.fromkeys((".csv", ".tsv", ".tab", ".txt", ".data", ".test"), _TABLE),
    ".ts": ("a file of time series", (".csv",)),
    **dict.fromkeys((".jsonl", ".ndjson", ".json"), _JSON),
    ".parquet": ("a Parquet file", (".parquet",)),
    **dict.fromkeys((".arrow", ".feather", ".ipc"), _ARROW),
    ".npz": ("an .npz archive", (".npz", ".zip")),
    **dict.fromkeys((".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"), _WORKBOOK),
    **dict.fromkeys((".sqlite", ".sqlite3", ".db"), _SQLITE),
}
# Files of several sheets or tables, one of which may be named after a colon.
PARTED_READERS: dict[str, Callable[[Path, str | None], Dataset]] = {
    ".xlsx": open_excel,
    ".xlsm": open_excel,
    ".xlsb": open_excel,
    ".xls": open_excel,
    ".ods": open_excel,
    ".sqlite": open_sqlite,
    ".sqlite3": open_sqlite,
    ".db": open_sqlite,
}
PARTED_NAME = re.compile(
    rf"^(?P<file>.+?({'|'.join(map(re.escape, PARTED_READERS))})):(?P<part>[^/\\\\]+)$", re.I
)
# What a text file may be packed with.
PACKED = (".gz", ".zst", ".zip")
ARCHIVES = {
    ".zip": "unzip {name} -d {stem}",
    ".tar": "tar -xf {name}",
    ".tgz": "tar -xf {name}",
    ".tbz": "tar -xf {name}",
    ".txz": "tar -xf {name}",
    ".7z": "7z x {name}",
    ".rar": "unrar x {name}",
}

__all__ = ["BuiltinInfo", "list_builtin", "open_source"]


def open_source(source: Any, *, quick: bool = False, gather: bool = True) -> Dataset:
    """Open whatever holds the data.

    Parameters
    ----------
    source
        A built-in name (see `list_builtin`); the path of a file (a table of any form, time
        series, a picture, a sound, a text), with ``:NAME`` for one sheet or table of several; the
        path of a folder (a sub-folder for each class, a table of files, parts called ``train``
        and ``test``, IDX files); a frame of Polars, pandas or PyArrow; an array of inputs, a pair
        ``(X, y)``, a `Table`, or a `Dataset`, which is returned as it is.
    quick
        Never to use the network; ``digits`` then are the small ones unless MNIST is here.
    gather
        Whether a long table that surely holds time series becomes a row for each of them
        (`pellucid.data.sources.gathering`).

    Returns
    -------
    Dataset
        Its tables and what is known about them.

    Raises
    ------
    SourceNotFoundError
        Where there is neither such a file nor such a name.
    DataError
        Where the data cannot be read.

    Examples
    --------
    >>> dataset = open_source("iris")
    >>> dataset.train.n_rows, dataset.target, dataset.train.names[0]
    (150, 'species', 'sepal length (cm)')
    >>> open_source((np.zeros((4, 3)), [0, 1, 0, 1])).train.names
    ('x', 'y')
    """
    if isinstance(source, Dataset):
        return source
    if isinstance(source, Table):
        return Dataset("table", "memory", source)
    if isinstance(source, (str, Path)):
        try:
            dataset = _open_named(source, quick=quick)
            return gather_series(dataset) if gather else dataset
        except DataError as error:  # every message names the source
            if error.where is None and str(source) not in error.what:
                error.where = str(source)
            raise
    if isinstance(source, tuple) and len(source) == 2:
        return dataset_from_pair(*source)
    if is_frame(source):
        dataset = dataset_from_frame(source)
        return gather_series(dataset) if gather else dataset
    if isinstance(source, np.ndarray):
        return Dataset("arrays", "memory", table_of_inputs(source))
    raise DataError(
        f"A {type(source).__name__} is not a source of data.",
        expected="a built-in name, a path, a frame, an array, or a pair (X, y)",
        remedy="make a frame of it: series.to_frame()" if is_series(source) else None,
    )


def _open_named(source: str | Path, *, quick: bool) -> Dataset:
    if isinstance(source, str) and is_builtin(source):
        return open_builtin(source, quick=quick)
    if isinstance(source, str) and not source.strip():
        raise SourceNotFoundError(
            "The source is an empty text.",
            expected="a built-in name, or the path of a file or folder ('.' for this one)",
            remedy="name the source; was a variable not set?",
        )
    path = Path(source).expanduser()
    try:
        is_folder, exists = path.is_dir(), path.exists()
    except (OSError, ValueError):
        is_folder, exists = False, False  # a name that no file can have
    if is_folder:
        return open_folder(path, open_file)
    if exists:
        return open_file(path)
    parted = PARTED_NAME.match(str(path))
    if parted and Path(parted["file"]).is_file():
        path = Path(parted["file"])
        return PARTED_READERS[path.suffix.lower()](path, parted["part"])
    raise not_found(source, path)


def open_file(path: Path) -> Dataset:
    """Open a file by the end of its name; raise DataError where it cannot be read."""
    refuse_irregular(path)
    if is_idx_name(path.name):
        return open_idx_file(path)
    suffixes = [suffix.lower() for suffix in path.suffixes]
    suffix = suffixes[-1] if suffixes else ""
    if suffix in PACKED and len(suffixes) > 1 and suffixes[-2] in READERS:
        suffix = suffixes[-2]
    if suffix in FORMS and suffixes[-1] not in PACKED:
        refuse_other_content(path, *FORMS[suffix])
    if suffix in PARTED_READERS:
        return PARTED_READERS[suffix](path, None)
    if suffix in READERS:
        return with_partner(path, READERS[suffix](path), READERS[suffix])
    if suffix in (*IMAGE_SUFFIXES, *SOUND_SUFFIXES):
        return open_media_files(path, [path])
    unpack = next((ARCHIVES[end] for end in reversed(suffixes) if end in ARCHIVES), None)
    if unpack is not None:
        raise DataError(
            "This is an archive, and archives are not opened.",
            where=str(path),
            expected="a file or folder with the data itself",
            remedy=f"unpack it first: {unpack.format(name=path.name, stem=path.stem)}",
        )
    content = content_of(first_bytes(path))
    remedy = "save it as a CSV file with the columns' names in its first line"
    if content is not None:
        remedy = f"it holds {content.name}: {content.remedy or renamed(path, content)}"
    raise DataError(
        f"Files that end in {suffix!r} are not known." if suffix else "The file has no ending.",
        where=str(path),
        expected=f"one of {quote_list([*READERS, *PARTED_READERS], limit=40)}, a picture, a sound, "
        "or IDX files",
        remedy=remedy,
    )


def not_found(source: str | Path, path: Path) -> SourceNotFoundError:
    """Word that there is no such source, with what is like it (made here, raised by the caller)."""
    try:
        beside = {entry.name: entry for entry in path.parent.iterdir()}
    except (OSError, ValueError):
        beside = {}
    if "://" in str(source):
        return SourceNotFoundError(
            f"{quote(str(source), most=200)} is an address, and only files on this machine are "
            "opened.",
            expected="the path of a file or folder, or a built-in name",
            remedy="download it, and give the file",
        )
    builtin = [info.name for info in list_builtin()]
    known = list(beside)
    if path.parent == Path():
        known += builtin
    return SourceNotFoundError(
        f"There is no file or built-in data set called {quote(str(source), most=200)}.",
        where=f"looked in {path.parent.absolute()}",
        expected=f"the path of a file or folder, or one of {quote_list(builtin)}",
        remedy=suggest(path.name, known),
    )
