"""Folders: what the names and the files in them say about the data.

In this order: IDX files; ``train`` (and ``valid``, ``test``) as sub-folders, with a table that
names files (``metadata.csv``) in or above them; such a table alone; a sub-folder for each class;
tables called ``train`` and ``test``; one class for each ending (``reviews.pos``, ``reviews.neg``);
and files alone, which are rows without labels, for prediction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pellucid.data.dataset import Dataset
from pellucid.data.sources.class_folders import class_table
from pellucid.data.sources.folder_tables import (
    NamedFiles,
    metadata_of,
    open_metadata,
    read_metadata,
)
from pellucid.data.sources.idx import idx_files, open_idx_folder
from pellucid.data.sources.media_files import (
    NAMES_FILES,
    of_medium,
    open_media_files,
    usual_medium,
)
from pellucid.data.sources.pairs import PARTS, open_ending_classes, open_parts, parts_of
from pellucid.data.sources.reading import short_name
from pellucid.data.sources.walking import Walk, cannot_read_folder
from pellucid.data.table import Table
from pellucid.errors import DataError, SourceNotFoundError, quote_list

# The tables that a folder may hold, of which one is then suggested.
TABLES = (
    ".csv", ".tsv", ".tab", ".data", ".jsonl", ".ndjson", ".json", ".parquet", ".arrow",
    ".feather", ".ipc", ".npz", ".xlsx", ".xls", ".ods", ".sqlite", ".sqlite3", ".db", ".ts",
    ".txt",
)  # fmt: skip
Opener = Callable[[Path], Dataset]
EXPECTED = (
    "a sub-folder for each class with pictures, sounds or texts in it, a metadata.csv that names "
    "files, tables called train.csv and test.csv, IDX files such as train-images-idx3-ubyte, or "
    "pictures, sounds or texts alone"
)


def open_folder(folder: Path, open_file: Opener) -> Dataset:
    """Open a folder.

    Parameters
    ----------
    folder
        An existing folder.
    open_file
        Opens a file by its ending; raises DataError for one it does not know.

    Raises
    ------
    SourceNotFoundError
        Where nothing in it can be understood as data.
    DataError
        Where it cannot be listed, or what is in it cannot be used.
    """
    try:
        is_idx = bool(idx_files(folder))
    except OSError as error:
        raise cannot_read_folder(folder, error) from error
    if is_idx:
        return open_idx_folder(folder)
    walk = Walk(folder)
    folders, files = walk.entries(folder)
    parts = _part_folders(folders)
    if "train" in parts:
        named = _named_above_parts(folder, files, parts, open_file)
        return _open_part_folders(folder, parts, folders, walk, named)
    metadata = metadata_of(files)
    if metadata is not None:
        return open_metadata(folder, metadata, open_file)
    if folders:
        return _open_classes(folder, folders, files, walk, open_file)
    return _open_files(folder, files, walk, open_file)


def _open_files(folder: Path, files: list[Path], walk: Walk, open_file: Opener) -> Dataset:
    by_part = parts_of(files)
    if by_part is not None:
        return open_parts(folder, by_part, open_file)
    classes = open_ending_classes(folder, files)
    if classes is not None:
        return classes
    if usual_medium(files) is not None and not _is_only_tables(files):
        return open_media_files(folder, files, walk.notes())
    tables = [path for path in files if path.suffix.lower() in TABLES[:-1]]
    if len(tables) == 1:
        opened = open_file(tables[0])
        told = f"The data is that of its only table, {tables[0].name!r}."
        return replace(opened, notes=(told, *opened.notes))
    raise _nothing(folder, [], files, walk)


def _part_folders(folders: list[Path]) -> dict[str, Path]:
    """Return the sub-folders that are parts of the data, by the part's usual name."""
    found: dict[str, Path] = {}
    for path in folders:
        part = PARTS.get(path.name.lower())
        if part is not None:
            found.setdefault(part, path)
    return found


def _named_above_parts(
    folder: Path, files: list[Path], parts: dict[str, Path], open_file: Opener
) -> NamedFiles | str | None:
    """Read a table above the parts' folders, or word why it is passed over."""
    path = metadata_of(files)
    if path is None:
        return None
    try:
        return read_metadata(folder, path, open_file)
    except DataError as error:
        below, _ = Walk(folder).entries(parts["train"])
        if not below:  # without classes, the table is all that says anything
            raise
        return f"{path.name} was passed over: {error.what}"


def _open_part_folders(
    folder: Path,
    parts: dict[str, Path],
    folders: list[Path],
    walk: Walk,
    named: NamedFiles | str | None,
) -> Dataset:
    notes = [named] if isinstance(named, str) else []
    from_above = named.open_parts(parts, notes) if isinstance(named, NamedFiles) else {}
    opened = {
        part: _open_part(parts[part], walk, from_above.get(part))
        for part in ("train", "valid", "test")
        if part in parts
    }
    train = opened["train"]
    tables: dict[str, Table] = {}
    for part, dataset in opened.items():
        missing = [name for name in train.train if name not in dataset.train]
        if dataset.kinds != train.kinds:
            raise DataError(
                f"The parts hold different things: {quote_list(train.kinds)} in "
                f"{parts['train'].name!r}, {quote_list(dataset.kinds)} in {parts[part].name!r}.",
                where=str(folder),
                expected="the same kind of files in every part",
                remedy="put each kind into a folder of its own",
            )
        if missing:
            notes.append(
                f"{parts[part].name!r} lacks {quote_list(missing, 5)}, which "
                f"{parts['train'].name!r} has, so nothing can be measured on it; it is left out."
            )
            continue
        notes += dataset.notes
        tables[part] = dataset.train
    left = [path.name for path in folders if path not in parts.values()]
    if left:
        notes.append(f"Folders beside {parts['train'].name!r} passed over: {quote_list(left, 5)}.")
    return replace(
        train,
        name=short_name(folder.resolve()),
        origin=str(folder),
        valid=tables.get("valid"),
        test=tables.get("test"),
        notes=tuple(dict.fromkeys([*notes, *walk.notes()])),
    )


def _open_part(folder: Path, walk: Walk, from_above: Dataset | None) -> Dataset:
    """Open the folder of one part: a table of files in or above it, classes, or files alone."""
    folders, files = walk.entries(folder)
    metadata = metadata_of(files)
    if metadata is not None:
        return open_metadata(folder, metadata, None)
    if from_above is not None:
        return from_above
    if not folders:
        return open_media_files(folder, files)
    notes: list[str] = []
    try:
        table, medium = class_table(folder, folders, files, walk, notes)
    except SourceNotFoundError:
        raise _nothing(folder, folders, files, walk) from None
    return Dataset(
        short_name(folder),
        str(folder),
        table,
        target="label",
        task="classification",
        notes=tuple(notes),
        kinds={medium: medium},
        identifiers=NAMES_FILES,
    )


def _open_classes(
    folder: Path, folders: list[Path], files: list[Path], walk: Walk, open_file: Opener
) -> Dataset:
    notes: list[str] = []
    if len(folders) == 1 and usual_medium(files) is None:
        # An archive often unpacks into a folder within a folder.
        below, found = Walk(folders[0]).entries(folders[0])
        if below or (found and usual_medium(found) is None):
            opened = open_folder(folders[0], open_file)
            told = f"The data is that of its only sub-folder, {folders[0].name!r}."
            return replace(opened, notes=(told, *opened.notes))
    try:
        table, medium = class_table(folder, folders, files, walk, notes)
    except SourceNotFoundError:
        by_part = parts_of(files)
        if by_part is not None:
            return open_parts(folder, by_part, open_file)
        raise _nothing(folder, folders, files, walk) from None
    return Dataset(
        short_name(folder.resolve()),
        str(folder),
        table,
        target="label",
        task="classification",
        notes=(*notes, *walk.notes()),
        kinds={medium: medium},
        identifiers=NAMES_FILES,
    )


def _is_only_tables(files: list[Path]) -> bool:
    """Tell whether the only "texts" of a folder are descriptions beside other files."""
    medium = usual_medium(files)
    chosen, others = of_medium(files, medium or "text")
    return medium == "text" and len(others) >= len(chosen)


def _nothing(
    folder: Path, folders: list[Path], files: list[Path], walk: Walk
) -> SourceNotFoundError:
    found = [path.name for path in (*folders, *files)]
    tables = [path for path in files if path.suffix.lower() in TABLES]
    what = f"The folder has no data that is understood: {quote_list(found, 5)}."
    if not found:
        what = "The folder is empty."
    elif folders and not files:
        what = "The folder's sub-folders hold no pictures, sounds or texts."
    return SourceNotFoundError(
        what,
        where=" ".join([str(folder), *walk.notes()]),
        expected=EXPECTED,
        remedy=f"give one of its files: {tables[0]}"
        if tables
        else "give a file with data in it, such as data.csv",
    )
