"""Tables whose files say the types of their columns: Parquet and JSON Lines."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.sources.reading import damaged, read_file, short_name
from pellucid.data.table import table_from_frame
from pellucid.errors import DataError, quote_list


def open_parquet(path: Path) -> Dataset:
    """Open a Parquet file; raise DataError where it is damaged or has no rows."""
    try:
        # The content, not the path: Polars would read a path with "*" as a pattern.
        frame = pl.read_parquet(path.read_bytes())
    except (pl.exceptions.PolarsError, OSError) as error:
        raise damaged(path, "it is not a whole Parquet file") from error
    return _dataset(path, frame)


def open_json_lines(path: Path) -> Dataset:
    """Open a file with one JSON object a line; raise DataError where one is none."""
    content = read_file(path).removeprefix(b"\xef\xbb\xbf")
    try:
        frame = pl.read_ndjson(content, infer_schema_length=None)
    except pl.exceptions.PolarsError as error:
        raise _malformed(path, content) from error
    return _dataset(path, frame)


def _dataset(path: Path, frame: pl.DataFrame) -> Dataset:
    if not frame.height or not frame.width:
        raise DataError(
            "The file has no rows.",
            where=f"{path}: {quote_list(frame.columns)}" if frame.width else str(path),
            expected="at least one row",
        )
    nested = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Struct)]
    if nested:
        raise DataError(
            f"Some columns hold objects within objects: {quote_list(nested)}.",
            where=str(path),
            expected="one value, or a list of numbers, in each column",
            remedy="write each of their fields as a column of its own",
        )
    return Dataset(short_name(path), str(path), table_from_frame(frame))


def _malformed(path: Path, content: bytes) -> DataError:
    """Find the line that is no JSON object: only now is the file gone through line by line."""
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            is_object = isinstance(json.loads(line), dict)
        except ValueError:
            is_object = False
        if not is_object:
            return DataError(
                "A line is not a JSON object.",
                where=f"{path}, line {number:,}",
                expected='one object a line, such as {"age": 22, "sex": "male"}',
                remedy="write a list of objects as one object a line (JSON Lines)",
            )
    return DataError(
        "The lines' values do not fit together.",
        where=str(path),
        expected="the same type in every line for each name",
    )
