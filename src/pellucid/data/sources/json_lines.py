"""JSON Lines: one object a line, as a frame."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from pellucid.data.sources.packed import never_unpacked
from pellucid.errors import DataError


def lines_frame(path: Path, content: bytes) -> pl.DataFrame:
    """Read one JSON object a line; raise DataError with the first line that is none."""
    try:
        return pl.read_ndjson(never_unpacked(content, b"\n"), infer_schema_length=None)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise _malformed(path, content) from error


def _malformed(path: Path, content: bytes) -> DataError:
    """Find the line that is no JSON object: only now is the file gone through line by line."""
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            is_object = isinstance(json.loads(line), dict)
        except (ValueError, RecursionError):
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
