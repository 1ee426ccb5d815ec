"""Ctrl-C while libraries load: held back, since a library that is half loaded cannot be left."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def interrupts_held_back() -> Iterator[None]:
    """Hold Ctrl-C back until the block ends, when it arrives.

    Raised within the loading of a compiled library it would make that library fail in ways of
    its own: an ImportError, or the end of the process. Threads that are started within hold it
    back for good, so that it is the main thread that hears of it.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


@contextmanager
def interrupts_held_back_until_begun() -> Iterator[None]:
    """Hold Ctrl-C back until the command in the block has loaded its libraries.

    Flags are read by a compiled library, which prints an interrupt that is raised within it, and
    goes on.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
