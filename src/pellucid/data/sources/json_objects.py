"""JSON files: a list of objects, an object with a list for each column, or an object a line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.sources.encodings import decode_text
from pellucid.data.sources.frames import series_from_objects
from pellucid.data.sources.json_lines import lines_frame
from pellucid.data.sources.reading import read_file
from pellucid.data.sources.typed import dataset_of_frame
from pellucid.errors import DataError, quote_list

EXPECTED = 'a list of objects, [{"age": 22, "sex": "male"}, …], or {"age": [22, …], …}'


def open_json(path: Path) -> Dataset:
    """Open a JSON file.

    A list of objects is read as rows, an object of equally long lists as columns, an object of
    objects as columns by row name (what pandas writes), and an object in which a single entry is
    a list of objects by that entry. Lines of one object each are read as JSON Lines.

    Raises
    ------
    DataError
        Where the file is no JSON, is nested too deeply, or holds something else.
    """
    content, notes = decode_text(path, read_file(path))
    try:
        value = json.loads(content, object_pairs_hook=_object)
    except RecursionError as error:
        raise DataError(
            "The JSON is nested too deeply to be a table.", where=str(path), expected=EXPECTED
        ) from error
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and content.lstrip()[:1] == b"{":
            notes.append("It holds one JSON object a line, and was read as JSON Lines.")
            return dataset_of_frame(path, lines_frame(path, content), notes)
        raise DataError(
            f"The file is not JSON: {error.msg[:1].lower()}{error.msg[1:]}.",
            where=f"{path}, line {error.lineno:,}, character {error.colno:,}",
            expected=EXPECTED,
            remedy="correct that line, or write the file again",
        ) from error
    except ValueError as error:  # a name that occurs twice, or a number with thousands of digits
        raise DataError(
            f"The JSON cannot be used: {error}.",
            where=str(path),
            expected=EXPECTED,
            remedy="correct this, or write the file again",
        ) from error
    return dataset_of_frame(path, _frame(path, value, notes), notes)


def open_json_lines(path: Path) -> Dataset:
    """Open a file with one JSON object a line; raise DataError where one is none.

    A file that begins with a list is read as ordinary JSON, whatever it is called.
    """
    content, notes = decode_text(path, read_file(path))
    if content.lstrip()[:1] == b"[":
        return open_json(path)
    return dataset_of_frame(path, lines_frame(path, content), notes)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object, and refuse one that names something twice: one value would be lost."""
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"an object has several entries called {twice!r}")
    return made


def _frame(path: Path, value: Any, notes: list[str]) -> pl.DataFrame:
    if isinstance(value, list):
        return _from_rows(path, value)
    if isinstance(value, dict) and value:
        if all(isinstance(column, list) for column in value.values()):
            if not _is_rows(value):
                return _from_columns(path, value)
        elif all(isinstance(column, dict) for column in value.values()):
            return _from_named_rows(value)
        rows = [name for name, entry in value.items() if _is_list_of_objects(entry)]
        if len(rows) == 1:
            passed = [name for name in value if name not in rows]
            also = f"; {quote_list(passed, 5)} passed over" if passed else ""
            notes.append(f"Its rows are the list called {rows[0]!r}{also}.")
            return _from_rows(path, value[rows[0]])
    raise DataError(
        f"The JSON holds {_described(value)}, which is no table.",
        where=str(path),
        expected=EXPECTED,
        remedy="write one object for each row",
    )


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _is_rows(value: dict[str, Any]) -> bool:
    """Tell whether an object only wraps its rows: ``{"data": [{…}, …]}``."""
    return len(value) == 1 and _is_list_of_objects(next(iter(value.values())))


def _from_rows(path: Path, rows: list[Any]) -> pl.DataFrame:
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise DataError(
                f"An entry of the list is {_described(row)}, not an object.",
                where=f"{path}, entry {number:,} (counted from 1)",
                expected=EXPECTED,
                remedy="give each row as an object whose names are the columns",
            )
    names = dict.fromkeys(name for row in rows for name in row)
    return pl.DataFrame(
        [series_from_objects(name, [row.get(name) for row in rows]) for name in names]
    )


def _from_columns(path: Path, columns: dict[str, list[Any]]) -> pl.DataFrame:
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        shown = [f"{name!r}: {length:,}" for name, length in list(lengths.items())[:12]]
        raise DataError(
            "The lists have different lengths.",
            where=f"{path}: {', '.join(shown)}",
            expected="one value in every list for every row",
            remedy="write null where a value is missing",
        )
    return pl.DataFrame([series_from_objects(name, column) for name, column in columns.items()])


def _from_named_rows(columns: dict[str, dict[str, Any]]) -> pl.DataFrame:
    rows = dict.fromkeys(row for column in columns.values() for row in column)
    return pl.DataFrame(
        [
            series_from_objects(name, [column.get(row) for row in rows])
            for name, column in columns.items()
        ]
    )


def _described(value: Any) -> str:
    if isinstance(value, dict):
        return f"an object with {quote_list(value, 5)}" if value else "an empty object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        return "one text"
    return "nothing (null)" if value is None else f"the single value {json.dumps(value)[:30]}"
