"""Holding back what a library prints from outside Python: what matters is told by its error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def held_back() -> Iterator[None]:
    """Send standard error nowhere while the block runs.

    It is that of the whole process, so the block should be short.
    """
    try:
        kept = os.dup(2)
    except OSError:  # there is no standard error to be silent on
        yield
        return
    if sys.stderr is not None:
        sys.stderr.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
