"""How the work on a run speaks: phases and their seconds, notes, and whether to stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from pellucid.errors import InterruptedTrainingError
from pellucid.files import cannot_write
from pellucid.training.events import (
    Callback,
    Event,
    Finished,
    Note,
    PhaseStarted,
    StopTraining,
    tell_nobody,
)
from pellucid.training.pace import UNHURRIED, Pace
from pellucid.training.run_folder import RunFolder


@dataclass(frozen=True)
class Faces:
    """How a run speaks with whoever started it.

    Attributes
    ----------
    emit
        Receives the events.
    should_stop
        Asked between calls of the compiled program.
    began
        When the person started to wait, on ``time.perf_counter``'s clock; None: now.
    pace
        What may hold the training up between calls of the compiled program.
    """

    emit: Callback = tell_nobody
    should_stop: Callable[[], bool] = lambda: False
    began: float | None = None
    pace: Pace = UNHURRIED


class Telling:
    """The base of a session: it tells what it does, and hears whether to stop.

    The first phase, ``start``, counts from when the person started to wait.

    Parameters
    ----------
    faces
        Who is told, and who may stop it.
    """

    def __init__(self, faces: Faces) -> None:
        self._began = time.perf_counter() if faces.began is None else faces.began
        self._faces = faces
        self._seconds: dict[str, float] = {}
        self._notes: list[str] = []
        self._phase: tuple[str, float] | None = None
        self._folder: RunFolder | None = None
        self._told_to_stop = False
        self._lags_behind = False
        self._emit(PhaseStarted("start"))
        self._phase = ("start", self._began)

    def _note(self, text: str, warning: bool = False) -> None:
        self._notes.append(text)
        self._emit(Note(text, warning))

    def _emit(self, event: Event) -> None:
        if isinstance(event, PhaseStarted):
            self._end_phase()
            if self._folder is None and self._faces.should_stop():
                raise InterruptedTrainingError("Interrupted before training; nothing was written.")
            self._phase = (event.phase, time.perf_counter())
        try:
            self._faces.emit(event)
        except StopTraining:
            self._told_to_stop = True
        if self._folder is not None:
            self._keep(event, self._folder)

    def _keep(self, event: Event, folder: RunFolder) -> None:
        """Write an event down. On a full disk the training goes on; its end cannot be without."""
        try:
            folder.log.append(event)
        except OSError as error:
            problem = cannot_write(folder.log.path, error)
            if isinstance(event, Finished):
                problem.remedy = f"{problem.remedy}; then pellucid train --resume {folder.path}"
                raise problem from error
            if not self._lags_behind:
                self._lags_behind = True
                self._note(f"{problem.what} The training goes on.", True)

    def _should_stop(self) -> bool:
        return self._told_to_stop or self._faces.should_stop()

    def _end_phase(self) -> None:
        if self._phase is not None:
            phase, began = self._phase
            self._seconds[phase] = self._seconds.get(phase, 0.0) + time.perf_counter() - began
            self._phase = None
