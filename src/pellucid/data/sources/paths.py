"""Columns of paths to images or sounds: where the files lie is settled when a table is read."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable
from pathlib import Path

import polars as pl

from pellucid.data.media.suffixes import IMAGE_SUFFIXES, SOUND_SUFFIXES
from pellucid.data.table import Table
from pellucid.errors import DataError
from pellucid.files import folder_sent, is_upload

# At least so much of a column must end like files of images or sounds.
LEAST_SHARE = 0.9
# So many values are looked at before the rest of a column is.
LOOKED_AT = 1000
_LIKE_MEDIA = f"(?i)({'|'.join(map(re.escape, (*IMAGE_SUFFIXES, *SOUND_SUFFIXES)))})$"


def resolve_paths(table: Table, folder: Path | None = None) -> Table:
    """Make the paths in a table's columns absolute.

    Parameters
    ----------
    table
        Any table. Only columns of text are changed, and of these only the ones in which nearly
        all values end in the suffix of an image or of a sound.
    folder
        Where relative paths start: the folder of the table's file; by default the current one.
        Absolute paths stay, ``~`` becomes the person's home, and addresses (``https://…``) are
        left alone.

    Raises
    ------
    DataError
        Where a table that came from a browser holds paths: whoever wrote it would decide which
        files of this machine are opened.

    Examples
    --------
    >>> table = Table({"photo": pl.Series(["a.png", "/b/c.jpg", None])})
    >>> resolve_paths(table, Path("/data"))["photo"].to_list()
    ['/data/a.png', '/b/c.jpg', None]
    """
    base = Path.cwd() if folder is None else Path(os.path.abspath(folder))  # noqa: PTH100 -- links stay
    for name in table:
        first = table.first(name, LOOKED_AT)
        if not isinstance(first, pl.Series) or first.dtype != pl.String:
            continue
        if _present(first) and not holds_paths(first):
            continue  # a long column on disk is not read for nothing
        values = pl.Series(table[name])
        if holds_paths(values):
            table = table.with_column(name, absolute_paths(values, base, f"column {name}"))
    return table


def holds_paths(values: pl.Series) -> bool:
    """Tell whether nearly all values present end like an image, or nearly all like a sound."""
    present = _present(values.head(LOOKED_AT)) or values.drop_nulls().to_list()
    return any(
        sum(text.strip().lower().endswith(suffixes) for text in present)
        >= LEAST_SHARE * len(present)
        > 0
        for suffixes in (IMAGE_SUFFIXES, SOUND_SUFFIXES)
    )


def _present(values: pl.Series) -> list[str]:
    """Return the texts that are not blank; of so few, Python is done before Polars has begun."""
    return [text for text in values.to_list() if text and text.strip()]


def absolute_paths(values: pl.Series, base: Path, where: str) -> pl.Series:
    """Return the paths, relative ones joined to a folder; missing values stay missing.

    Raises
    ------
    DataError
        Where what came from a browser names files that did not come with it, in ``where``.
    """
    distinct = values.unique().drop_nulls()
    made = [_absolute(text, base) for text in distinct.to_list()]
    if is_upload(base):
        _refuse_files_of_others([path for path in made if path.strip()], folder_sent(base), where)
    return values.replace_strict(distinct, pl.Series(made, dtype=pl.String), default=None)


def refuse_files_of_others(tables: Iterable[Table], source: Path, read: Collection[str]) -> None:
    """Check that what came from a browser names no files but those that came with it.

    Whoever wrote it would decide which files of this machine are opened. So nothing in it may even
    end like a picture or a sound and lie elsewhere, in however few rows.

    Parameters
    ----------
    tables
        What was read from it.
    source
        Where it lies.
    read
        Columns that the person asks to be read as pictures or sounds, however they end.

    Raises
    ------
    DataError
        Where it names such a file.
    """
    sent = folder_sent(source)
    for table in tables:
        for name in table:
            values = table[name]
            if isinstance(values, pl.Series) and values.dtype == pl.String:
                texts = values.drop_nulls().str.strip_chars().unique()
                named = texts if name in read else texts.filter(texts.str.contains(_LIKE_MEDIA))
                paths = [text for text in named.to_list() if text]
                _refuse_files_of_others(paths, sent, f"column {name}")


def _refuse_files_of_others(paths: list[str], sent: Path | None, where: str) -> None:
    inside = None if sent is None else str(sent) + os.sep
    if all(inside is not None and os.path.normpath(path).startswith(inside) for path in paths):
        return
    raise DataError(
        "What came from a browser cannot name files of this machine.",
        where=where,
        expected="values, or paths to pictures or sounds that were sent in the same folder",
        remedy="name the data where it lies: pellucid studio --data FILE",
    )


def _absolute(text: str, base: Path) -> str:
    stripped = text.strip()
    if not stripped or "://" in stripped:
        return text
    if stripped.startswith("~"):
        try:
            return str(Path(stripped).expanduser())
        except RuntimeError:  # there is no such person
            return stripped
    if os.sep == "/" and "\\" in stripped and "/" not in stripped:
        stripped = stripped.replace("\\", "/")  # the table was written under Windows
    return os.path.normpath(base / stripped)
