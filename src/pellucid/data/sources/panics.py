"""Damaged files in words, where the library that reads them would print its own inner failure."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from pellucid.data.sources.reading import damaged
from pellucid.data.standard_error import led_to


@contextmanager
def damage_in_words(path: Path, why: str) -> Iterator[None]:
    """Turn a failure of Polars over a file's bytes into a DataError.

    Some damage makes its threads panic, which prints a trace of the stack for each of them from
    outside Python. What is printed while the block runs is therefore held back, and left out where
    the file is damaged.

    Raises
    ------
    DataError
        Where the block fails because of what is in the file.
    """
    with tempfile.TemporaryFile() as held:
        is_damaged = False
        try:
            with led_to(held.fileno()):
                yield
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as e:
            is_damaged = True
            raise damaged(path, why) from e
        finally:
            held.seek(0)
            if not is_damaged and sys.stderr is not None and (said := held.read()):
                sys.stderr.write(said.decode(errors="replace"))
