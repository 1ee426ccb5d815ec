"""Writing a table into a file of the kind that its name says."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from pellucid.errors import OutputError, SettingError
from pellucid.files import write_atomically

_WRITERS: dict[str, Callable[[pl.DataFrame, Any], Any]] = {
    ".csv": lambda frame, stream: frame.write_csv(stream),
    ".tsv": lambda frame, stream: frame.write_csv(stream, separator="\t"),
    ".parquet": lambda frame, stream: frame.write_parquet(stream),
    ".jsonl": lambda frame, stream: frame.write_ndjson(stream),
}


def check_output(path: Path, *, force: bool) -> None:
    """Refuse a file that cannot be written, before any work is done.

    Raises
    ------
    SettingError
        For a kind of file that is not known.
    OutputError
        Where the folder is missing, or the file exists and ``force`` is not given.
    """
    if path.suffix.lower() not in _WRITERS:
        raise SettingError(
            f"Predictions cannot be written as {path.suffix or path.name!r}.",
            expected=f"a name that ends in {', '.join(_WRITERS)}",
        )
    if not path.parent.is_dir():
        raise OutputError(
            f"Cannot write {path}: there is no folder {path.parent}.",
            remedy="make the folder first, or choose another",
        )
    if path.exists() and not force:
        raise OutputError(
            f"{path} exists; nothing was overwritten.",
            remedy="choose another name, or add --force",
        )


def write_frame(frame: pl.DataFrame, path: Path) -> None:
    """Write a table in one step; raises OutputError where that fails."""
    stream = io.BytesIO()
    _WRITERS[path.suffix.lower()](frame, stream)
    write_atomically(path, stream.getvalue())
