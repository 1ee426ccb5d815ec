"""Excel and OpenDocument workbooks, one sheet of them, read by fastexcel."""

from __future__ import annotations

import importlib.util
from datetime import time
from pathlib import Path
from typing import Any

import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.sources.frames import refuse_duplicates
from pellucid.data.sources.reading import damaged, read_bytes
from pellucid.data.sources.typed import dataset_of_frame
from pellucid.data.sources.zipped import check_zip, locked
from pellucid.errors import DataError, quote_list, suggest

# What Microsoft's compound files begin with: old .xls files, and encrypted .xlsx files.
COMPOUND_MAGIC = b"\xd0\xcf\x11\xe0"
ZIP_MAGIC = b"PK"
# A workbook holds days as moments at midnight.
MIDNIGHT = time(0)


def open_excel(path: Path, part: str | None = None) -> Dataset:
    """Open a sheet of a workbook: ``.xlsx``, ``.xlsm``, ``.xlsb``, ``.xls`` or ``.ods``.

    Parameters
    ----------
    path
        The workbook; its formulas are not computed, the values last saved are taken.
    part
        The sheet, given as ``file.xlsx:Sheet``; by default the first one that is not empty.

    Raises
    ------
    DataError
        Where the file is damaged, protected by a password, or made to fill the memory, where it
        has no such sheet, where two columns have the same name, or where fastexcel, which reads
        workbooks, is not installed.
    """
    content = _check(path)
    if importlib.util.find_spec("fastexcel") is None:
        raise DataError(
            "Reading workbooks needs the package fastexcel, which is not installed.",
            where=str(path),
            remedy='pip install "pellucid[excel]", or save the sheet as a CSV file',
        )
    import fastexcel

    try:
        # By its content where its name says an older kind: people rename workbooks.
        is_renamed = path.suffix.lower() == ".xls" and content.startswith(ZIP_MAGIC)
        book = fastexcel.read_excel(content if is_renamed else str(path))
        sheets = [name for name in book.sheet_names if part in (None, name)]
        if not sheets:
            raise DataError(
                f"The workbook has no sheet called {part!r}.",
                where=str(path),
                expected=f"one of {quote_list(book.sheet_names)}",
                remedy=suggest(str(part), book.sheet_names),
            )
        name, frame = next(
            ((sheet, frame) for sheet in sheets if (frame := _sheet(book, sheet, path)).width),
            (sheets[0], pl.DataFrame()),
        )
    except fastexcel.FastExcelError as error:
        if "password" in str(error).lower() or "encrypt" in str(error).lower():
            raise locked(path) from error
        raise damaged(path, "it is not a whole workbook") from error
    except pl.exceptions.PanicException as error:
        raise damaged(path, "it is not a whole workbook") from error
    notes = []
    others = [sheet for sheet in book.sheet_names if sheet != name]
    if part is None and others:
        notes.append(
            f"Its sheet {name!r} was taken; it also has {quote_list(others)}, to be chosen as "
            f"{path.name}:{others[0]}."
        )
    unnamed = [column for column in frame.columns if column.startswith("unnamed_")]
    if 2 * len(unnamed) > frame.width:
        notes.append(
            f"Only {frame.width - len(unnamed)} of {frame.width} columns have a name in the "
            "sheet's first line; if the names stand further below, remove the lines above them."
        )
    return dataset_of_frame(path, frame, notes, part=name if others else None)


def _check(path: Path) -> bytes:
    """Return a workbook's bytes; refuse what is none, is locked, or would fill the memory."""
    content = read_bytes(path)
    if not content:
        raise DataError("The file is empty.", where=str(path), remedy="give a file with data in it")
    if content.startswith(ZIP_MAGIC):
        names = check_zip(path, "workbook", read=True)
        if not {"[Content_Types].xml", "content.xml"} & set(names):
            raise damaged(path, "it is a zip archive, but not a workbook")
    elif content.startswith(COMPOUND_MAGIC):
        if path.suffix.lower() != ".xls":
            raise locked(path)  # such a file holds nothing but an encrypted workbook
    else:
        raise damaged(path, "it is not a workbook")
    return content


def _sheet(book: Any, name: str, path: Path) -> pl.DataFrame:
    """Return a sheet with the names of its columns as they are written; rows without values go."""
    header = book.load_sheet(name, header_row=None, n_rows=1, dtypes="string").to_polars()
    if not header.width:
        return pl.DataFrame()
    cells = header.row(0) if header.height else ()
    names = [
        str(cell).strip() if cell is not None and str(cell).strip() else f"unnamed_{position}"
        for position, cell in enumerate(cells, start=1)
    ]
    refuse_duplicates(names, f"{path}, sheet {name!r}")
    frame: pl.DataFrame = book.load_sheet(name, schema_sample_rows=None).to_polars()
    if frame.width != len(names):
        raise damaged(path, f"the lines of sheet {name!r} differ in their number of columns")
    frame.columns = names
    # A column without a name or any value is left over from formatting.
    blank = [n for n in names if n.startswith("unnamed_") and frame[n].null_count() == len(frame)]
    frame = frame.drop(blank)
    days = [
        column.cast(pl.Date)
        for column in frame.iter_columns()
        if isinstance(column.dtype, pl.Datetime) and (column.dt.time() == MIDNIGHT).all()
    ]
    frame = frame.with_columns(days)
    return frame.filter(~pl.all_horizontal(pl.all().is_null())) if frame.width else frame
