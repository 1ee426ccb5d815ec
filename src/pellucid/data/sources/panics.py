"""Damaged files in words, where the library that reads them would print its own inner failure."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from pellucid.data.sources.reading import damaged


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
        sys.stderr.flush()
        try:
            kept = os.dup(2)
        except OSError:  # there is no standard error to be silent on
            kept = None
        if kept is not None:
            os.dup2(held.fileno(), 2)
        told = True
        try:
            yield
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as e:
            told = False
            raise damaged(path, why) from e
        finally:
            if kept is not None:
                sys.stderr.flush()
                os.dup2(kept, 2)
                os.close(kept)
            held.seek(0)
            if told and (said := held.read()):
                sys.stderr.write(said.decode(errors="replace"))
