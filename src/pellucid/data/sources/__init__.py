"""Sources: whatever a person has data in, opened as a `Dataset`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.data.dataset import Dataset
from pellucid.data.sources.arrays import dataset_from_pair, table_of_inputs
from pellucid.data.sources.builtin import BuiltinInfo, is_builtin, list_builtin, open_builtin
from pellucid.data.sources.delimited import open_delimited
from pellucid.data.sources.frames import dataset_from_frame, is_frame
from pellucid.data.sources.idx import idx_files, is_idx_name, open_idx_file, open_idx_folder
from pellucid.data.sources.npz import open_npz
from pellucid.data.sources.typed import open_json_lines, open_parquet
from pellucid.data.table import Table
from pellucid.errors import DataError, SourceNotFoundError, quote_list, suggest

# How a file is opened, by the end of its name (before .gz, which text files may have).
READERS: dict[str, Callable[[Path], Dataset]] = {
    ".csv": open_delimited,
    ".tsv": open_delimited,
    ".tab": open_delimited,
    ".txt": open_delimited,
    ".data": open_delimited,
    ".jsonl": open_json_lines,
    ".ndjson": open_json_lines,
    ".parquet": open_parquet,
    ".npz": open_npz,
}

__all__ = ["BuiltinInfo", "list_builtin", "open_source"]


def open_source(source: Any, *, quick: bool = False) -> Dataset:
    """Open whatever holds the data.

    Parameters
    ----------
    source
        A built-in name (see `list_builtin`), the path of a file (CSV, TSV, Parquet, JSON
        Lines, ``.npz``, IDX) or of a folder of IDX files, a frame of Polars, pandas or PyArrow,
        an array of inputs, a pair ``(X, y)``, a `Table`, or a `Dataset`, which is returned as
        it is.
    quick
        Never to use the network; ``digits`` then are the small ones unless MNIST is here.

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
        return _open_named(source, quick=quick)
    if isinstance(source, tuple) and len(source) == 2:
        return dataset_from_pair(*source)
    if is_frame(source):
        return dataset_from_frame(source)
    if isinstance(source, np.ndarray):
        return Dataset("arrays", "memory", table_of_inputs(source))
    raise DataError(
        f"A {type(source).__name__} is not a source of data.",
        expected="a built-in name, a path, a frame, an array, or a pair (X, y)",
    )


def _open_named(source: str | Path, *, quick: bool) -> Dataset:
    if isinstance(source, str) and is_builtin(source):
        return open_builtin(source, quick=quick)
    path = Path(source).expanduser()
    try:
        is_folder, exists = path.is_dir(), path.exists()
    except (OSError, ValueError):
        is_folder, exists = False, False  # a name that no file can have
    if is_folder:
        return _open_folder(path)
    if not exists:
        raise _not_found(source, path)
    if is_idx_name(path.name):
        return open_idx_file(path)
    suffixes = [suffix.lower() for suffix in path.suffixes]
    suffix = suffixes[-2] if suffixes[-1:] == [".gz"] and len(suffixes) > 1 else path.suffix.lower()
    if suffix not in READERS:
        raise DataError(
            f"Files that end in {suffix!r} are not known." if suffix else "The file has no ending.",
            where=str(path),
            expected=f"one of {quote_list(READERS)}, or IDX files",
            remedy="save it as a CSV file with the columns' names in its first line",
        )
    return READERS[suffix](path)


def _open_folder(folder: Path) -> Dataset:
    try:
        names = idx_files(folder)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise DataError(f"The folder cannot be read: {reason}.", where=str(folder)) from error
    if names:
        return open_idx_folder(folder)
    entries = sorted(path.name for path in folder.iterdir())
    files = [name for name in entries if Path(name).suffix.lower() in READERS]
    raise SourceNotFoundError(
        "The folder has no IDX files." if entries else "The folder is empty.",
        where=str(folder),
        expected="train-images-idx3-ubyte and train-labels-idx1-ubyte, with or without .gz",
        remedy=f"give one of its files: {folder / files[0]}"
        if files
        else "give a file with data in it, such as data.csv",
    )


def _not_found(source: str | Path, path: Path) -> SourceNotFoundError:
    try:
        beside = {entry.name: entry for entry in path.parent.iterdir()}
    except (OSError, ValueError):
        beside = {}
    if "://" in str(source):
        return SourceNotFoundError(
            f"{str(source)!r} is an address, and only files on this machine are opened.",
            expected="the path of a file or folder, or a built-in name",
            remedy="download it, and give the file",
        )
    builtin = [info.name for info in list_builtin()]
    known = list(beside)
    if path.parent == Path():
        known += builtin
    return SourceNotFoundError(
        f"There is no file or built-in data set called {str(source)!r}.",
        where=f"looked in {path.parent.absolute()}",
        expected=f"the path of a file or folder, or one of {quote_list(builtin)}",
        remedy=suggest(path.name, known),
    )
