"""Tables whose files say the types of their columns: Parquet; and what all such readers share."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.sources.large import is_large, open_large_parquet
from pellucid.data.sources.panics import damage_in_words
from pellucid.data.sources.paths import resolve_paths
from pellucid.data.sources.reading import read_bytes, refuse_irregular, short_name
from pellucid.data.table import table_from_frame
from pellucid.errors import DataError, quote_list


def open_parquet(path: Path) -> Dataset:
    """Open a Parquet file; raise DataError where it is damaged or has no rows."""
    refuse_irregular(path)
    if is_large(path):
        return open_large_parquet(path)
    content = read_bytes(path)
    with damage_in_words(path, "it is not a whole Parquet file"):
        # The content, not the path: Polars would read a path with "*" as a pattern.
        frame = pl.read_parquet(content)
    return dataset_of_frame(path, frame, [])


def dataset_of_frame(
    path: Path, frame: pl.DataFrame, notes: Iterable[str], *, part: str | None = None
) -> Dataset:
    """Make a data set of what was read from a file.

    Parameters
    ----------
    path
        The file; relative paths to images and sounds start at its folder.
    frame
        Its rows.
    notes
        What a person must be told about it.
    part
        The sheet or table of the file, where it has several.

    Raises
    ------
    DataError
        Where there are no rows, or a column cannot be used.
    """
    where = str(path) if part is None else f"{path}:{part}"
    if not frame.height or not frame.width:
        raise DataError(
            "The file has no rows.",
            where=f"{where}: {quote_list(frame.columns)}" if frame.width else where,
            expected="at least one row",
            remedy="give a file with data in it",
        )
    nested = [name for name, dtype in frame.schema.items() if _has_objects(dtype)]
    if nested:
        raise DataError(
            f"Some columns hold objects within objects: {quote_list(nested)}.",
            where=where,
            expected="one value, or a list of numbers, in each column",
            remedy="write each of their fields as a column of its own",
        )
    try:
        table = resolve_paths(table_from_frame(frame), path.parent)
    except DataError as error:
        error.where = "; ".join(filter(None, (where, error.where)))
        raise
    return Dataset(short_name(path), where, table, notes=tuple(notes))


def _has_objects(dtype: object) -> bool:
    if isinstance(dtype, (pl.List, pl.Array)):
        return _has_objects(dtype.inner)
    return isinstance(dtype, pl.Struct)
