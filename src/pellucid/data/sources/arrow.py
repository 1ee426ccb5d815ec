"""Arrow IPC files, also called Feather: the file form and the stream form."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.sources.panics import damage_in_words
from pellucid.data.sources.reading import damaged, read_bytes
from pellucid.data.sources.typed import dataset_of_frame
from pellucid.errors import DataError

FILE_MAGIC = b"ARROW1"
OLD_FEATHER_MAGIC = b"FEA1"


def open_arrow(path: Path) -> Dataset:
    """Open an Arrow IPC file; raise DataError where it is damaged or has no rows."""
    content = read_bytes(path)
    if content.startswith(OLD_FEATHER_MAGIC):
        raise DataError(
            "The file is in the first version of Feather, which is no longer read.",
            where=str(path),
            expected="an Arrow IPC file (Feather, version 2)",
            remedy="read it with pandas 2 or PyArrow, and write it again",
        )
    why = "it is not a whole Arrow IPC file"
    is_file = content.startswith(FILE_MAGIC)
    if is_file and not content.endswith(FILE_MAGIC):
        raise damaged(path, why)
    with damage_in_words(path, why):
        frame = pl.read_ipc(content) if is_file else pl.read_ipc_stream(content)
    return dataset_of_frame(path, frame, [])
