"""Delimited text: CSV, TSV and their relatives."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import polars as pl

from pellucid.data import parsing
from pellucid.data.dataset import Dataset
from pellucid.data.rows import count, name_rows
from pellucid.data.sources.encodings import decode_text, not_a_text
from pellucid.data.sources.frames import refuse_duplicates
from pellucid.data.sources.headers import (
    data_note,
    doubt_note,
    is_row_of_numbers,
    judge_header,
    numbered,
)
from pellucid.data.sources.labelled_lines import is_prose, labelled_lines
from pellucid.data.sources.large import is_large, open_large_text
from pellucid.data.sources.packed import (
    ZIP_MAGICS,
    ZLIB_MAGICS,
    ZSTD_MAGIC,
    never_unpacked,
    read_text_file,
)
from pellucid.data.sources.paths import resolve_paths
from pellucid.data.sources.reading import GZIP_MAGIC, refuse_irregular, short_name
from pellucid.data.sources.tidying import (
    named_separator,
    tidied,
    with_even_lines,
    without_blank_rows,
    without_names_again,
    without_remarks,
)
from pellucid.data.sources.ucr import is_ucr, ucr_dataset
from pellucid.data.table import Table
from pellucid.data.text_columns import type_columns
from pellucid.errors import DataError, quote_list

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
# The separator is chosen by so many lines at the start.
SNIFFED_LINES = 50
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Longer than any sensible line: beyond, the file is something else.
SNIFFED_BYTES = 1 << 18

# Of so many columns, names are looked at before any row is.
_MANY_COLUMNS = 500


def open_delimited(path: Path) -> Dataset:
    """Open a text file of lines and values, whose first line names the columns.

    The separator is found among comma, semicolon, tab and vertical bar (``.tsv`` and ``.tab``
    always mean tabs), or is runs of blanks where none of them divides the lines. A first line that
    surely is a row (see `pellucid.data.sources.headers`) is one. Columns whose values are all
    numbers or truth values are read as such; which texts mean "missing" is listed in
    `pellucid.data.parsing`. In files that are not separated by commas, ``1,5`` may be a number.

    Files of other things in lines are known as well: a label before each text, time series in
    the form of the UCR archive, and a ``.txt`` file of running text, which is one row.

    Raises
    ------
    DataError
        Where the file is empty, not text, has no rows below its header, a line with more values
        than columns, or two columns with the same name.
    """
    refuse_irregular(path)
    if is_large(path) and (large := _open_large(path)) is not None:
        return large
    content, notes = decode_text(path, read_text_file(path))
    content, named = named_separator(tidied(path, content))
    endings = {suffix.lower() for suffix in path.suffixes}
    if ".txt" in endings:
        labelled = labelled_lines(path, content, notes)
        if labelled is not None:
            return labelled
    if endings & {".test", ".data"}:
        content = without_remarks(content, b"|", notes)
    if not (".txt" in endings and is_prose(_first_lines(content), _sniff(content))):
        content = without_remarks(content, b"#", notes)
    tabs = bool(endings & {".tsv", ".tab"})
    separator = named or ("\t" if tabs else _sniff(content))
    if separator is None and (spaced := _spaced(content)) is not None:
        content, separator = spaced, "\t"
        notes.append("Its columns are separated by blanks.")
    if ".txt" in endings and is_prose(_first_lines(content), separator):
        notes.append("It is running text, and was read as a single row.")
        text = pl.Series("text", [content.decode().strip()])
        table = Table({"text": text})
        return Dataset(
            short_name(path), str(path), table, notes=tuple(notes), kinds={"text": "text"}
        )
    separator = separator or ","
    columns = _columns(path, content, separator, notes)
    if endings & {".tsv", ".txt"} and is_ucr(path, columns):
        return ucr_dataset(path, columns, notes)
    if ".test" in endings:
        columns = _without_full_stops(columns, notes)
    table = resolve_paths(Table(columns), path.parent)
    return Dataset(short_name(path), str(path), table, notes=tuple(notes))


def _open_large(path: Path) -> Dataset | None:
    """Open a file that is to be read a part at a time, or return None where it is packed."""
    with path.open("rb") as stream:
        head = stream.read(SNIFFED_BYTES)
    packed = (GZIP_MAGIC, ZSTD_MAGIC, *ZIP_MAGICS, *ZLIB_MAGICS)
    if head.startswith((*packed, b"\xff\xfe", b"\xfe\xff")):
        return None
    head = head.removeprefix(BYTE_ORDER_MARK)
    if b"\0" in head:
        raise not_a_text(path)
    tabs = any(suffix.lower() in (".tsv", ".tab") for suffix in path.suffixes)
    separator = "\t" if tabs else _sniff(head) or ","
    cells = _first_cells(path, head, separator)
    # The first lines say whether there are names; the last of them may be cut off.
    lines = head.rpartition(b"\n")[0].decode(errors="replace").encode()
    notes: list[str] = []
    try:
        names = list(_columns(path, lines + b"\n", separator, notes))
    except DataError:  # a value of many lines was cut off
        refuse_duplicates(cells, str(path))
        names = [cell or f"unnamed_{position}" for position, cell in enumerate(cells, start=1)]
    has_header = names != numbered(len(cells)) or cells == names
    told = tuple(note for note in notes if "first line" in note)
    dataset = open_large_text(path, separator, names, told, has_header=has_header)
    return replace(dataset, train=resolve_paths(dataset.train, path.parent))


def _columns(path: Path, content: bytes, separator: str, notes: list[str]) -> dict[str, pl.Series]:
    cells = _first_cells(path, content, separator)
    if len(cells) > _MANY_COLUMNS and parsing.parse_numbers(pl.Series(cells)).is_null().all():
        _refuse_names(path, cells)  # before much time is spent on the rows
    try:
        frame = _read(path, content, separator)
    except DataError:
        mended = with_even_lines(content, separator, notes)
        if mended is None:
            raise
        return _columns(path, mended, separator, notes)
    if frame.width != len(cells):
        # The header has a quotation mark without its partner, read differently by the two.
        raise _malformed(path, content, separator)
    if separator not in (",", "\t"):
        notes.append(f"Its columns are separated by {SEPARATORS[separator]}.")
    notes += _short_lines(content, separator, frame)
    notes += _swallowed_lines(separator, frame)
    frame = without_names_again(without_blank_rows(frame, notes), cells, notes)
    if frame.height == 0 and any("\n" in cell for cell in cells):
        raise _malformed(path, content, separator)
    if frame.height == 0 and not is_row_of_numbers(cells):
        raise DataError(
            "The file has a header but no rows.",
            where=f"{path}: {quote_list(cells)}",
            expected="at least one line below the names of the columns",
            remedy="give a file with rows",
        )
    decimal_comma = separator != ","
    series = type_columns(frame, decimal_comma=decimal_comma)
    typed = {str(position): values for position, values in enumerate(series)}
    verdict = judge_header(cells, typed) if frame.height else "data"
    if verdict == "data":
        notes.append(data_note(cells))
        first = pl.DataFrame({n: [cell] for n, cell in zip(frame.columns, cells, strict=True)})
        frame = pl.concat([first, frame])
        series = type_columns(frame, decimal_comma=decimal_comma)
        return dict(zip(numbered(frame.width), series, strict=True))
    names = [cell or f"unnamed_{position}" for position, cell in enumerate(cells, start=1)]
    refuse_duplicates(names, str(path))
    if verdict == "doubtful":
        notes.append(doubt_note(cells))
    return dict(zip(names, typed.values(), strict=True))


def _without_full_stops(columns: dict[str, pl.Series], notes: list[str]) -> dict[str, pl.Series]:
    """Remove the full stop that ends every line of a test file in C4.5's form."""
    name, last = list(columns.items())[-1]
    if last.dtype != pl.String or not last.drop_nulls().str.ends_with(".").all():
        return columns
    notes.append(f"The full stop after every value of {name!r} was removed.")
    return {**columns, name: last.str.strip_suffix(".")}


def _spaced(content: bytes) -> bytes | None:
    """Return the content with tabs for runs of blanks, where these divide its lines evenly."""
    if b'"' in content or b"\t" in content:
        return None
    widths = [len(line.split()) for line in _first_lines(content) if line.strip()]
    if not widths or widths[0] < 2 or len(set(widths)) > 1:
        return None
    cells = pl.Series([cell for line in _first_lines(content)[1:] for cell in line.split()])
    numbers = parsing.parse_numbers(cells.cast(pl.String)).is_not_null().sum()
    if len(widths) < 2 or 2 * numbers < len(cells):
        return None
    return re.sub(rb" +", b"\t", re.sub(rb"(?m)^ +| +(?=\r?$)", b"", content))


def _sniff(content: bytes) -> str | None:
    """Find the separator: the one that divides the first lines most evenly, if any does."""
    lines = _first_lines(content)
    best: str | None = None
    best_score = (0.0, 0)
    for separator in SEPARATORS:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=separator) if row]
        except csv.Error:
            continue
        usual = max(set(widths), key=widths.count) if widths else 1
        if usual < 2:
            continue
        score = (widths.count(usual) / len(widths), usual)
        if score > best_score:
            best, best_score = separator, score
    return best


def _first_lines(content: bytes) -> list[str]:
    text = content[:SNIFFED_BYTES].decode(errors="ignore")
    lines = text.splitlines(keepends=True)[:SNIFFED_LINES]
    # The last line may be cut off by the limit on bytes.
    return lines if len(lines) < 2 or len(content) <= SNIFFED_BYTES else lines[:-1] or lines


def _first_cells(path: Path, content: bytes, separator: str) -> list[str]:
    # A line may be longer than what is looked at otherwise: a hundred thousand columns are.
    start = len(content) - len(content.lstrip(b"\r\n"))
    end = max(SNIFFED_BYTES, content.find(b"\n", start) + 1)
    text = io.StringIO(content[:end].decode(errors="ignore"), newline="")
    # Blank lines above the header are passed over.
    try:
        first = next(filter(None, csv.reader(text, delimiter=separator)), [])
    except csv.Error as error:
        raise _malformed(path, content, separator) from error
    # One letter, however it is put together: an é of two characters looks as one of one.
    return [unicodedata.normalize("NFC", cell.strip()) for cell in first]


def _read(path: Path, content: bytes, separator: str) -> pl.DataFrame:
    try:
        plain = never_unpacked(content, BYTE_ORDER_MARK)
        frame = pl.read_csv(plain, separator=separator, infer_schema=False)
        # By their places: Polars would take some names for patterns.
        frame.columns = [str(place) for place in range(frame.width)]
        return frame
    except pl.exceptions.PolarsError as error:
        slowly = _read_by_lines(content, separator)
        if slowly is None:
            raise _malformed(path, content, separator) from error
        return slowly


def _read_by_lines(content: bytes, separator: str) -> pl.DataFrame | None:
    """Read slowly what Polars refuses, such as a mark for inches; None where it is malformed."""
    reader = csv.reader(io.StringIO(content.decode(), newline=""), delimiter=separator, strict=True)
    try:
        header, *rows = filter(None, reader)
    except (csv.Error, ValueError):
        return None
    width = len(header)
    if any(len(row) > width for row in rows):
        return None
    # Empty cells are missing, as Polars reads them.
    columns = [
        pl.Series(
            f"{position}",
            [row[position] or None if position < len(row) else None for row in rows],
            dtype=pl.String,
        )
        for position in range(width)
    ]
    return pl.DataFrame(columns)


def _short_lines(content: bytes, separator: str, frame: pl.DataFrame) -> list[str]:
    """Word a note where lines have fewer values than there are columns.

    Only files without quotation marks are looked through: in them a line is a row.
    """
    if frame.width < 2 or b'"' in content or not frame.to_series(-1).null_count():
        return []
    lines = pl.Series(content.decode().split("\n"))
    filled = lines.str.strip_chars(" \r") != ""
    short = filled & (lines.str.count_matches(separator, literal=True) < frame.width - 1)
    if not short.any():
        return []
    return [
        f"Fewer values than columns in {count(int(short.sum()), 'line')}, the first is line "
        f"{short.arg_true()[0] + 1:,} of the file; what is not there counts as missing."
    ]


def _swallowed_lines(separator: str, frame: pl.DataFrame) -> list[str]:
    """Word a note where a quotation mark may have made one value of several lines.

    Values with tabs and line breaks in them are rare; texts that begin with a quotation mark are
    not, and where it has no partner, the value goes on to the next one.
    """
    if separator != "\t":
        return []
    suspects = frame.select(
        pl.any_horizontal(pl.all().str.contains(r"(?s)\n.*\t|\t.*\n").fill_null(value=False))
    ).to_series()
    if not suspects.any():
        return []
    return [
        "A value runs over several lines, because it begins with a quotation mark, in "
        f"{name_rows(suspects.arg_true())}. If the mark is part of the text, double it there and "
        "put the whole value in quotation marks."
    ]


def _refuse_names(path: Path, cells: list[str]) -> None:
    """Refuse names of very many columns that are the same, or none at all."""
    if not any(cells):
        raise DataError(
            f"The first line holds no names, only {len(cells) - 1:,} separators.",
            where=str(path),
            expected="the names of the columns in the first line",
            remedy="write the file again",
        )
    refuse_duplicates([cell for cell in cells if cell], str(path))


def _malformed(path: Path, content: bytes, separator: str) -> DataError:
    """Find the line that could not be read: only now is the file gone through line by line."""
    reader = csv.reader(io.StringIO(content.decode(), newline=""), delimiter=separator)
    start = end = 0
    try:
        width = len(next(filter(None, reader), []))
        start, end = 0, reader.line_num
        for row in reader:
            start, end = end, reader.line_num
            if len(row) > width:
                return DataError(
                    f"A line has {len(row):,} values, the header names {count(width, 'column')}.",
                    where=f"{path}, line {reader.line_num:,}",
                    expected=f"{count(width, 'value')}, separated by {SEPARATORS[separator]}",
                    remedy="put values that contain the separator in double quotes",
                )
    except csv.Error:
        end = start
    # A mark that nothing closes makes one value of all that follows.
    place = f"line {start + 1:,}" if end > start + 1 else f"line {max(1, end):,} or before"
    return DataError(
        "The file cannot be divided into lines and values.",
        where=f"{path}, {place}",
        expected=f"values separated by {SEPARATORS[separator]}, quotation marks in pairs",
        remedy="look for a quotation mark without its partner",
    )
