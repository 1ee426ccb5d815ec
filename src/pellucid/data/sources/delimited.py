"""Delimited text: CSV, TSV and their relatives."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl

from pellucid.data import parsing
from pellucid.data.dataset import Dataset
from pellucid.data.rows import count
from pellucid.data.sources.frames import refuse_duplicates
from pellucid.data.sources.reading import read_file, short_name
from pellucid.data.table import Table
from pellucid.errors import DataError, quote_list

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
# The separator is chosen by so many lines at the start.
SNIFFED_LINES = 50
# Longer than any sensible line: beyond, the file is something else.
SNIFFED_BYTES = 1 << 18


def open_delimited(path: Path) -> Dataset:
    """Open a text file whose first line names the columns.

    The separator is found among comma, semicolon, tab and vertical bar (``.tsv`` and ``.tab``
    always mean tabs). Columns whose values are all numbers or truth values are read as such;
    which texts mean "missing" is listed in `pellucid.data.parsing`. In files that are not
    separated by commas, ``1,5`` may be a number.

    Raises
    ------
    DataError
        Where the file is empty, not text in UTF-8, has no rows below its header, a line with
        more values than columns, or two columns with the same name.
    """
    content, notes = _decoded(path, read_file(path))
    tabs = any(suffix in (".tsv", ".tab") for suffix in path.suffixes)
    separator = "\t" if tabs else _sniff(content)
    names = _header(path, content, separator)
    frame = _read(path, content, separator)
    if frame.width != len(names):
        # The header has a quotation mark without its partner, read differently by the two.
        raise _malformed(path, content, separator)
    if separator not in (",", "\t"):
        notes.append(f"Its columns are separated by {SEPARATORS[separator]}.")
    notes += _short_lines(content, separator, frame)
    blank = frame.select(pl.all_horizontal(pl.all().is_null())).to_series()
    if frame.width > 1 and blank.any():
        blank_lines = count(int(blank.sum()), "blank line")
        notes.append(f"It has {blank_lines}, passed over and not counted as rows.")
        frame = frame.filter(~blank)
    if frame.height == 0:
        raise DataError(
            "The file has a header but no rows.",
            where=f"{path}: {quote_list(names)}",
            expected="at least one line below the names of the columns",
        )
    columns = {
        name: parsing.type_text(series, decimal_comma=separator != ",")
        for name, series in zip(names, frame.get_columns(), strict=True)
    }
    doubt = _header_doubt(names, columns)
    if doubt:
        notes.append(doubt)
    return Dataset(short_name(path), str(path), Table(columns), notes=tuple(notes))


def _decoded(path: Path, content: bytes) -> tuple[bytes, list[str]]:
    """Return the content in UTF-8 without a byte order mark."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16").encode(), ["It was read as UTF-16."]
        except UnicodeDecodeError as error:
            raise _not_text(path, content, error, "UTF-16") from error
    content = content.removeprefix(b"\xef\xbb\xbf")
    if b"\0" in content[:SNIFFED_BYTES]:
        raise DataError(
            "The file is not a text.",
            where=str(path),
            expected="lines of values and separators",
            remedy="save the table as CSV, or give the file the ending of its real kind",
        )
    try:
        content.decode()
    except UnicodeDecodeError as error:
        raise _not_text(path, content, error, "UTF-8") from error
    # Old Macintosh files end their lines with a carriage return alone.
    if b"\n" not in content and b"\r" in content:
        content = content.replace(b"\r", b"\n")
    if not content.strip():
        raise DataError("The file is empty.", where=str(path), expected="a header and rows")
    return content.rstrip(b"\r\n") + b"\n", []


def _not_text(path: Path, content: bytes, error: UnicodeDecodeError, encoding: str) -> DataError:
    line = content.count(b"\n", 0, error.start) + 1
    return DataError(
        f"The file is not text in {encoding}.",
        where=f"{path}, line {line:,}: {content[error.start : error.start + 4]!r}",
        expected="text encoded as UTF-8",
        remedy=f"save it as UTF-8, such as: iconv -f WINDOWS-1252 -t UTF-8 {path.name} > new.csv",
    )


def _sniff(content: bytes) -> str:
    """Find the separator: the one that divides the first lines most evenly."""
    lines = _first_lines(content)
    best, best_score = ",", (0.0, 0)
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


def _header(path: Path, content: bytes, separator: str) -> list[str]:
    text = io.StringIO(content[:SNIFFED_BYTES].decode(errors="ignore"), newline="")
    # Blank lines above the header are passed over.
    try:
        first = next(filter(None, csv.reader(text, delimiter=separator)), [])
    except csv.Error as error:
        raise _malformed(path, content, separator) from error
    names = [name.strip() or f"unnamed_{position}" for position, name in enumerate(first, start=1)]
    refuse_duplicates(names, str(path))
    return names


def _read(path: Path, content: bytes, separator: str) -> pl.DataFrame:
    try:
        return pl.read_csv(content, separator=separator, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise _malformed(path, content, separator) from error


def _short_lines(content: bytes, separator: str, frame: pl.DataFrame) -> list[str]:
    """Word a note where lines have fewer values than there are columns.

    Only files without quotation marks are looked through: in them a line is a row.
    """
    if frame.width < 2 or b'"' in content or not frame.to_series(-1).null_count():
        return []
    lines = pl.Series(content.decode().splitlines())
    filled = lines.str.strip_chars(" \r") != ""
    short = filled & (lines.str.count_matches(separator, literal=True) < frame.width - 1)
    if not short.any():
        return []
    return [
        f"Fewer values than columns in {count(int(short.sum()), 'line')}, the first is line "
        f"{short.arg_true()[0] + 1:,} of the file; what is not there counts as missing."
    ]


def _malformed(path: Path, content: bytes, separator: str) -> DataError:
    """Find the line that could not be read: only now is the file gone through line by line."""
    reader = csv.reader(io.StringIO(content.decode(), newline=""), delimiter=separator)
    try:
        width = len(next(filter(None, reader), []))
        for row in reader:
            if len(row) > width:
                return DataError(
                    f"A line has {len(row)} values, the header names {width} columns.",
                    where=f"{path}, line {reader.line_num:,}",
                    expected=f"{width} values, separated by {SEPARATORS[separator]}",
                    remedy="put values that contain the separator in double quotes",
                )
    except csv.Error:
        pass
    return DataError(
        "The file cannot be divided into lines and values.",
        where=f"{path}, line {max(1, reader.line_num):,} or before",
        expected=f"values separated by {SEPARATORS[separator]}, quotation marks in pairs",
        remedy="look for a quotation mark without its partner",
    )


def _header_doubt(names: list[str], columns: dict[str, pl.Series]) -> str | None:
    """Word a warning where the first line looks like data rather than names."""
    cells = pl.Series(names)
    numbers = parsing.parse_numbers(cells).is_not_null().to_list()
    alike = [
        is_number and columns[name].dtype.is_numeric()
        for name, is_number in zip(names, numbers, strict=True)
    ]
    repeated = [columns[name].dtype == pl.String and columns[name].eq(name).any() for name in names]
    if not any(alike) and sum(repeated) * 2 < len(names):
        return None
    return (
        f"The first line looks like data, not like the names of columns: {quote_list(names, 5)}. "
        "If it is, add a line with names above it."
    )
