"""A sub-folder for each class: its name is the label of all files in it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import polars as pl

from pellucid.data.rows import count
from pellucid.data.sources.media_files import (
    PLURALS,
    file_names,
    media_column,
    no_text,
    note_others,
    of_medium,
    usual_medium,
)
from pellucid.data.sources.walking import Walk
from pellucid.data.table import Table
from pellucid.data.text_columns import type_text
from pellucid.errors import SourceNotFoundError, quote_list


def class_table(
    folder: Path, folders: Sequence[Path], files: Sequence[Path], walk: Walk, notes: list[str]
) -> tuple[Table, str]:
    """Make a table of the files in a folder's sub-folders.

    Parameters
    ----------
    folder
        The folder above those of the classes.
    folders, files
        What is in it, in natural order; folders within a class's folder belong to the class.
    walk
        Remembers which folders were seen and what could not be read.
    notes
        Is told what was passed over.

    Returns
    -------
    table, medium
        The column ``image`` or ``sound`` of absolute paths, or ``text`` of contents and ``file``
        of their paths; and ``label`` (whole numbers where all names are). Then which of the three
        it is.

    Raises
    ------
    SourceNotFoundError
        Where no sub-folder holds a picture, a sound or a text.
    DataError
        Where no text can be read.
    """
    found = {path.name: list(walk.files(path)) for path in folders}
    medium = usual_medium(chain.from_iterable(found.values()))
    n_files = sum(map(len, found.values()))
    n_chosen = sum(len(of_medium(below, medium or "")[0]) for below in found.values())
    # Where most files are something else, the texts are descriptions of it.
    if medium is None or (medium == "text" and 2 * n_chosen < n_files):
        raise SourceNotFoundError("No sub-folder holds pictures, sounds or texts.")
    paths: list[Path] = []
    labels: list[str] = []
    others: list[Path] = []
    empty: list[str] = []
    for name, below in found.items():
        chosen, strange = of_medium(below, medium)
        paths += chosen
        labels += [name] * len(chosen)
        others += strange
        if not chosen:
            empty.append(name)
    values, rows = media_column(paths, medium, notes)
    if not rows:
        raise no_text(folder, notes)
    if empty:
        notes.append(
            f"{count(len(empty), 'sub-folder')} without {PLURALS[medium]}, so no class: "
            f"{quote_list(empty, 5)}."
        )
    notes += note_others(others, medium)
    beside = [path.name for path in files if of_medium([path], medium)[0]]
    if beside and medium != "text":
        notes.append(
            f"{count(len(beside), 'file')} beside the classes' folders passed over, having no "
            f"class: {quote_list(beside, 5)}."
        )
    label = pl.Series("label", labels, dtype=pl.String)
    typed = type_text(label)
    if typed.dtype == pl.Int64:  # so that class 10 comes after class 2 everywhere
        label = typed
    columns = {medium: values, "label": label.gather(rows), **file_names(paths, rows, medium)}
    return Table(columns), medium
