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
    ".csv": lambda frame, stream: as_cells(frame).write_csv(stream),
    ".tsv": lambda frame, stream: as_cells(frame).write_csv(stream, separator="\t"),
    ".json": lambda frame, stream: frame.write_json(stream),
    ".jsonl": lambda frame, stream: frame.write_ndjson(stream),
    ".ndjson": lambda frame, stream: frame.write_ndjson(stream),
    ".parquet": lambda frame, stream: frame.write_parquet(stream),
    ".arrow": lambda frame, stream: frame.write_ipc(stream),
    ".feather": lambda frame, stream: frame.write_ipc(stream),
}


# What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection"), unless it is a
# number or stands alone, as the labels + and - do.
_FORMULA = r"(?s)^[=+\-@\t\r\n＝＋－＠]."
_NUMBER = r"^[+-](\d+([.,' ]\d+)*|[.,]\d+)([eE][+-]?\d+)?\s*%?$"


def as_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a table as a file of delimited text can hold it.

    Lists (labels, classes) are text between semicolons. Text of the person's data that a
    spreadsheet would run as a formula gets a ``'`` before it, with which a spreadsheet takes it for
    text.

    Examples
    --------
    >>> as_cells(pl.DataFrame({"id": ["=1+1", "-1"]}))["id"].to_list()
    ["'=1+1", '-1']
    """
    kinds = frame.schema.items()
    lists = [name for name, dtype in kinds if isinstance(dtype, pl.List)]
    texts = [
        name for name, dtype in kinds if isinstance(dtype, pl.String | pl.Categorical | pl.Enum)
    ]
    flat = frame.with_columns(
        *(pl.col(name).cast(pl.List(pl.String)).list.join("; ") for name in lists),
        *(pl.col(name).cast(pl.String) for name in texts),
    )
    flat = flat.with_columns(_harmless(pl.col(name)) for name in [*lists, *texts])
    names = pl.Series(frame.columns, dtype=pl.String).to_frame("name")
    flat.columns = names.select(_harmless(pl.col("name")))["name"].to_list()
    return flat


def _harmless(text: pl.Expr) -> pl.Expr:
    is_formula = text.str.contains(_FORMULA) & ~text.str.contains(_NUMBER)
    return pl.when(is_formula).then("'" + text).otherwise(text).name.keep()


def check_output(
    path: Path,
    *,
    force: bool,
    what: str = "Predictions",
    also: tuple[str, ...] = (),
    tables: bool = True,
) -> None:
    """Refuse a file that cannot be written, before any work is done.

    Parameters
    ----------
    path, force
        The file, and whether an existing one is replaced.
    what
        What is to be written, for the message.
    also
        Further endings that the command itself can write.
    tables
        Whether it is a table, which can be written in many forms.

    Raises
    ------
    SettingError
        For a kind of file that is not known.
    OutputError
        Where the folder is missing, or the file exists and ``force`` is not given.
    """
    known = (*(_WRITERS if tables else ()), *also)
    if path.suffix.lower() not in known:
        raise SettingError(
            f"{what} cannot be written as {path.suffix or path.name!r}.",
            expected=f"a name that ends in {', '.join(known)}",
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
