"""Ctrl-C and SIGTERM as a question that the trainer asks between its steps."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


@contextmanager
def stopping_on_signals() -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C or SIGTERM into a question's answer: "should I stop?".

    The steps being computed are finished and a checkpoint is written; a second Ctrl-C stops
    at once. Outside the main thread, where signals cannot be caught, the answer is never yes.

    To be entered before libraries load: JAX has Python call it where garbage is collected, and an
    interrupt that is raised there is printed and lost.
    """
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return
    before: dict[int, Any] = {}

    def ask(number: int, frame: FrameType | None) -> None:
        asked.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    for caught in (signal.SIGINT, signal.SIGTERM):
        before[caught] = signal.signal(caught, ask)
    try:
        yield asked.is_set
    finally:
        for number, handler in before.items():
            # None: the handler before was not Python's, so it cannot be put back.
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
