"""A file of texts for a model that knows what its texts are like: a text a line, or one a file.

Alone, a ``.txt`` file could be anything: a table, running text, lines with labels. A model whose
only input is text needs no guess. It takes a text from each line, or the whole file where it
learned from files.
"""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.rows import count
from pellucid.data.sources.encodings import decode_text
from pellucid.data.sources.labelled_lines import labelled_lines
from pellucid.data.sources.packed import read_text_file
from pellucid.data.sources.reading import refuse_irregular, short_name
from pellucid.data.table import Table
from pellucid.errors import DataError

SUFFIXES = (".txt", ".text")


def is_text_file(path: Path) -> bool:
    """Tell whether an existing file is text by its name, packed or not."""
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    return any(suffix in SUFFIXES for suffix in suffixes) and os.path.isfile(path)  # noqa: PTH113


def open_texts(path: Path, column: str, *, whole: bool) -> Dataset | None:
    """Open a file as rows of one text each, or return None where it names its columns.

    Parameters
    ----------
    path
        An existing file.
    column
        What the column of texts is called.
    whole
        Whether the file is one text, or each of its lines is one.

    Raises
    ------
    DataError
        Where the file cannot be read, is no text, or holds none.
    """
    refuse_irregular(path)
    content, notes = decode_text(path, read_text_file(path))
    labelled = labelled_lines(path, content, notes)
    if labelled is not None:
        texts, *others = (labelled.train[name] for name in labelled.train)
        names = [column, *labelled.train.names[1:]]
        return Dataset(
            labelled.name,
            labelled.origin,
            Table(dict(zip(names, [texts, *others], strict=True))),
            target=labelled.target,
            notes=labelled.notes,
            kinds={column: "text"},
        )
    text = content.decode()
    lines = [line.strip() for line in text.splitlines()]
    filled = [line for line in lines if line]
    if not filled:
        raise DataError(
            "The file is empty.",
            where=str(path),
            expected="a text in each line" if not whole else "a text",
            remedy="give a file with text in it",
        )
    if len(filled) > 1 and _names(filled[0], column):
        return None
    if whole:
        filled = [text.strip()]
    elif len(filled) > 1 or len(lines) > len(filled):
        blank = len(lines) - len(filled)
        passed = f"; {count(blank, 'blank line')} passed over" if blank else ""
        notes.append(f"Each of its {count(len(filled), 'line')} is a text{passed}.")
    texts = pl.Series(column, filled, dtype=pl.String)
    return Dataset(
        short_name(path),
        str(path),
        Table({column: texts}),
        notes=tuple(notes),
        kinds={column: "text"},
    )


def _names(line: str, column: str) -> bool:
    """Tell whether a first line names the column, alone or among others."""
    cells = line.replace(";", ",").replace("\t", ",").replace("|", ",").split(",")
    return column in [cell.strip().strip('"') for cell in cells]
