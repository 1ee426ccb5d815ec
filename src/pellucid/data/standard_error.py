"""Holding back what a library prints from outside Python: what matters is told by its error."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# It is that of the whole process: of two threads that led it elsewhere, the first to end would
# give back what the other had put there, for good. Again by the same thread is allowed.
_lock = threading.RLock()


@contextmanager
def led_to(file: int) -> Iterator[None]:
    """Lead standard error into an open file while the block runs, which should be short.

    One thread at a time does so; others wait. Where there is no standard error, nothing is done.
    """
    with _lock:
        try:
            kept = os.dup(2)
        except OSError:  # there is none
            yield
            return
        _flush()
        os.dup2(file, 2)
        try:
            yield
        finally:
            _flush()
            os.dup2(kept, 2)
            os.close(kept)


@contextmanager
def held_back() -> Iterator[None]:
    """Send standard error nowhere while the block runs, as `led_to`."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        with led_to(nowhere):
            yield
    finally:
        os.close(nowhere)


def _flush() -> None:
    if sys.stderr is not None:
        sys.stderr.flush()
