"""Files of pictures, sounds and texts, each an example, as columns of a table."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.media.suffixes import IMAGE_SUFFIXES, SOUND_SUFFIXES
from pellucid.data.rows import count
from pellucid.data.sources.encodings import decode_text
from pellucid.data.sources.reading import read_file, short_name
from pellucid.data.table import Table
from pellucid.errors import DataError, quote_list

PLURALS = {"image": "pictures", "sound": "sounds", "text": "texts"}
# So many unreadable files are named.
NAMED = 5
# What the column is called that says which file a text came from, and why it is no input.
FILE = "file"
NAMES_FILES = {FILE: "it names the file that a row is of"}


def media_of(name: str) -> str | None:
    """Return "image", "sound" or "text" by a file's name, or None where it is none of them.

    A name without an ending, or with a number as its ending, is taken for a text, as in
    collections of mails and news.

    Examples
    --------
    >>> media_of("cat.JPG"), media_of("51121"), media_of("notes.pdf")
    ('image', 'text', None)
    """
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122 -- for many thousand names
    if suffix in IMAGE_SUFFIXES:
        return "image"
    if suffix in SOUND_SUFFIXES:
        return "sound"
    if suffix in ("", ".txt", ".text") or suffix[1:].isdigit():
        return "text"
    return None


def usual_medium(files: Iterable[Path]) -> str | None:
    """Return what most files are, or None where none is a picture, a sound or a text.

    Names without an ending count only where nothing else is there: a README is no example.
    """
    counts: Counter[str] = Counter()
    bare = False
    for path in files:
        medium = media_of(path.name)
        if medium == "text" and path.suffix.lower() not in (".txt", ".text"):
            bare = True
        elif medium is not None:
            counts[medium] += 1
    if counts:
        return counts.most_common(1)[0][0]
    return "text" if bare else None


def of_medium(files: Sequence[Path], medium: str) -> tuple[list[Path], list[Path]]:
    """Divide files into those of a medium and all others."""
    chosen: list[Path] = []
    others: list[Path] = []
    for path in files:
        (chosen if media_of(path.name) == medium else others).append(path)
    return chosen, others


def note_others(others: Sequence[Path], medium: str) -> list[str]:
    """Say which files were passed over because they are something else."""
    if not others:
        return []
    return [
        f"{count(len(others), 'file')} among the {PLURALS[medium]} passed over, being something "
        f"else: {quote_list([path.name for path in others], NAMED)}."
    ]


def media_column(
    files: Sequence[Path], medium: str, notes: list[str]
) -> tuple[pl.Series, list[int]]:
    """Make the column of an example's files.

    Parameters
    ----------
    files
        The files, one for each row.
    medium
        "image" or "sound" for a column of absolute paths, "text" for one of contents.
    notes
        Is told which files could not be read.

    Returns
    -------
    values, rows
        The column, and the indices of the files that are in it, from 0.
    """
    if medium != "text":
        paths = [os.path.abspath(path) for path in files]  # noqa: PTH100 -- links stay links
        return pl.Series(medium, paths, dtype=pl.String), list(range(len(files)))
    texts: list[str] = []
    rows: list[int] = []
    unreadable: list[str] = []
    recoded: list[str] = []
    for row, path in enumerate(files):
        name = f"{path.parent.name}/{path.name}"
        try:
            content, said = decode_text(path, read_file(path))
        except DataError as error:
            unreadable.append(f"{name} ({_reason(error)})")
            continue
        text = content.decode().strip()
        if not text:
            unreadable.append(f"{name} (nothing but blanks)")
            continue
        if said:
            recoded.append(name)
        texts.append(text)
        rows.append(row)
    if unreadable:
        notes.append(
            f"{count(len(unreadable), 'text')} of {len(files):,} could not be read and left out: "
            f"{_listed(unreadable)}."
        )
    if recoded:
        notes.append(
            f"{count(len(recoded), 'text')} of {len(files):,} not in UTF-8, read as Windows-1252 "
            f"or UTF-16: {_listed(recoded)}."
        )
    return pl.Series("text", texts, dtype=pl.String), rows


def _listed(names: Sequence[str]) -> str:
    more = f" … and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"


def file_names(files: Sequence[Path], rows: Sequence[int], medium: str) -> dict[str, pl.Series]:
    """Return the column that says which file each text came from; other media are paths already.

    Parameters
    ----------
    files
        All files.
    rows
        The indices of those that are in the table, from 0.
    medium
        What they are.
    """
    if medium != "text":
        return {}
    paths = [os.path.abspath(files[row]) for row in rows]  # noqa: PTH100 -- links stay links
    return {FILE: pl.Series(FILE, paths, dtype=pl.String)}


def open_media_files(origin: Path, files: Sequence[Path], notes: Iterable[str] = ()) -> Dataset:
    """Open files of one medium as rows without labels, for prediction.

    Raises
    ------
    DataError
        Where there is none, or no text can be read.
    """
    medium = usual_medium(files)
    if medium is None:
        raise DataError(
            "There are no pictures, sounds or texts.",
            where=str(origin),
            expected="files such as a.png, a.wav or a.txt",
            remedy="give another folder",
        )
    chosen, others = of_medium(files, medium)
    told = [*notes, *note_others(others, medium)]
    values, rows = media_column(chosen, medium, told)
    if not len(values):
        raise no_text(origin, told)
    name = short_name(origin if origin.is_file() else origin.resolve())
    return Dataset(
        name,
        str(origin),
        Table({medium: values, **file_names(chosen, rows, medium)}),
        notes=tuple(told),
        kinds={medium: medium},
        identifiers=NAMES_FILES,
    )


def no_text(origin: Path, notes: Sequence[str]) -> DataError:
    """Word that none of a folder's texts can be read (made here, raised by the caller)."""
    return DataError(
        "None of the texts can be read.",
        where=f"{origin}: {' '.join(notes)}",
        expected="files of text",
        remedy="check their permissions and what is in them",
    )


def _reason(error: DataError) -> str:
    return error.what.rstrip(".").rpartition(": ")[2].removeprefix("The file is ").lower()
