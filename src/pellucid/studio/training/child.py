"""The server's end of a training's process: starting it, ordering, hearing, ending it."""

from __future__ import annotations

import itertools
import logging
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeAlias

from pellucid.errors import SettingError
from pellucid.studio.interpreter import started
from pellucid.studio.training.line import Line, Message

Hear: TypeAlias = Callable[[Message], None]
# An order waits for the end of a step, or of what comes before the first and after the last one.
_PATIENCE_SECONDS = 60.0
_SECONDS_TO_END = 30.0
_log = logging.getLogger("pellucid.studio")


@dataclass
class _Waiting:
    """An order whose answer is waited for."""

    done: threading.Event = field(default_factory=threading.Event)
    problem: Message | None = None
    frame: bytes = b""
    is_gone: bool = False


class Child:
    """A process that does one job.

    Parameters
    ----------
    job
        See `pellucid.studio.training.process`.
    hear
        Receives what it tells, in a thread of its own.
    gone
        Called with the exit status once it has ended; negative: by a signal.
    """

    def __init__(self, job: Message, hear: Hear, gone: Callable[[int], None]) -> None:
        self._hear = hear
        self._gone = gone
        self._waiting: dict[int, _Waiting] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        # Ctrl-C in the terminal is for the server, which then stops its trainings.
        self._process = started("pellucid.studio.training.process", apart=True)
        assert self._process.stdin is not None  # noqa: S101 -- both were asked for
        assert self._process.stdout is not None  # noqa: S101 -- as above
        self._line = Line(self._process.stdout, self._process.stdin)
        self._line.send(job)
        self._listener = threading.Thread(target=self._listen, daemon=True, name="pellucid-run")
        self._listener.start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def order(self, what: str, **details: object) -> bytes:
        """Order something and wait until it is done; return the frame that was asked for.

        Raises
        ------
        SettingError
            What the process found wrong with it; where it has ended, or does not answer.
        """
        waiting = _Waiting()
        with self._lock:
            number = next(self._numbers)
            self._waiting[number] = waiting
        sent = self._line.send({"id": number, "what": what, **details})
        answered = sent and waiting.done.wait(_PATIENCE_SECONDS)
        with self._lock:
            self._waiting.pop(number, None)
        if not sent or waiting.is_gone:
            raise SettingError(
                "The training's process has ended.", remedy="let the run go on, or open it again"
            )
        if not answered:
            raise SettingError(
                f"The training has not answered for {_PATIENCE_SECONDS:.0f} seconds.",
                remedy="wait until the step it computes is done",
            )
        if waiting.problem is not None:
            said = waiting.problem
            raise SettingError(
                said["message"],
                where=said["where"], expected=said["expected"], remedy=said["remedy"],
            )  # fmt: skip
        return waiting.frame

    def stop(self, patience: float) -> None:
        """Let it keep what it has reached, and end; after so many seconds, end it."""
        self._line.send({"id": 0, "what": "stop"})
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._listener.join(patience)

    def _listen(self) -> None:
        while (received := self._line.receive()) is not None:
            message, frame = received
            try:
                if message["kind"] == "answer":
                    self._answered(message, frame)
                else:
                    self._hear(message)
            except Exception:  # what cannot be understood must not make the rest unheard
                _log.exception("A message of the training's process was not understood")
        try:
            status = self._process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:  # it goes on, and can no longer be heard
            self._process.kill()
            status = self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        with self._lock:
            left = list(self._waiting.values())
        for waiting in left:
            waiting.is_gone = True
            waiting.done.set()
        self._gone(status)

    def _answered(self, message: Message, frame: bytes) -> None:
        with self._lock:  # taken away, so that it stays answered though the process ends now
            waiting = self._waiting.pop(message["id"], None)
        if waiting is not None:
            waiting.problem, waiting.frame = message["problem"], frame
            waiting.done.set()
