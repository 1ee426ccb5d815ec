"""A run as the server knows it while one of its processes, or none, works on it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pellucid.data.rows import count
from pellucid.errors import PellucidError, SettingError
from pellucid.studio.messages.session import Problem
from pellucid.studio.messages.training import Operation, Run, RunUpdate, Standing, State
from pellucid.studio.training.child import Child
from pellucid.studio.training.course import Course
from pellucid.studio.training.line import Message
from pellucid.studio.training.recomputed import Recomputed, What
from pellucid.training.distributions import Distribution, OverTime, recorded
from pellucid.training.run_folder import RunFolder
from pellucid.training.run_leftovers import clear_unbegun

_SECONDS_TO_STOP = 20.0


@dataclass(frozen=True)
class Heard:
    """How far a page has heard of a run."""

    version: int = -1
    generation: tuple[int, int] = (-1, -1)
    n_losses: int = 0
    n_epochs: int = 0
    n_diagnoses: int = 0
    n_notes: int = 0
    planned: bool = False


class LiveRun:
    """A run that a process of the studio works on, or did.

    Parameters
    ----------
    folder
        The run's folder.
    state
        What it is before a process takes it.
    finished
        Called where it has a model; returns the model's id.

    Attributes
    ----------
    version
        Grows with all that is heard.
    """

    def __init__(self, folder: Path, state: State, finished: Callable[[Path], str]) -> None:
        self.folder = folder
        self.version = 0
        self._finished = finished
        self._lock = threading.RLock()
        self._child: Child | None = None
        self._course = Course()
        self._weights = OverTime()
        self._recomputed = Recomputed(folder)
        self._read: set[int] = set()
        self._heard_from: int | None = None
        self._state: State = state
        self._phase: str | None = None
        self._phase_done: float | None = None
        self._problem: Problem | None = None
        self._standing: Standing | None = None
        self._shows = threading.Event()
        self._at: dict[str, Any] = {}
        self._seconds: float | None = None
        self._model: str | None = None
        self._read_folder()

    @property
    def is_open(self) -> bool:
        """Whether a process holds the run."""
        return self._child is not None

    @property
    def state(self) -> State:
        """What the run is."""
        return self._state

    @property
    def is_busy(self) -> bool:
        """Whether a process computes for it, and does not stand still."""
        return self.is_open and self._state in {"starting", "training"}

    @property
    def pid(self) -> int | None:
        """The number of its process."""
        child = self._child
        return None if child is None else child.pid

    def give(self, job: Message) -> None:
        """Start a process that does a job for the run."""
        with self._lock:
            self._problem, self._standing = None, None
            self._shows.clear()
            if job["what"] != "open":
                self._state = "starting"
            self._phase = "start"
            self._child = Child(job, self._hear, self._gone)
            self.version += 1

    def order(self, what: str, **details: object) -> bytes:
        """Order something of the process; raises as `Child.order`, and where there is none."""
        child = self._child
        if child is None:
            raise SettingError("No process works on this run.", remedy="open it, or let it go on")
        return child.order(what, **details)

    def wait_until_shown(self, seconds: float) -> None:
        """Wait until the process shows the run's states; raises SettingError where it does not."""
        if not self._shows.wait(seconds):
            with self._lock:
                said = self._problem
            raise SettingError(
                "The run could not be opened." if said is None else said.message,
                where=str(self.folder),
                remedy=None if said is None else said.remedy,
            )

    def stop(self) -> None:
        """Let the process keep what it has reached, and end."""
        child = self._child
        if child is not None:
            child.stop(_SECONDS_TO_STOP)

    def _read_folder(self) -> None:
        folder = RunFolder(self.folder)
        epochs = folder.epochs()
        self._course.begin(epochs)
        for event in folder.events():
            if event.get("event") == "diagnosed":
                self._course.hear(event)
        with suppress(PellucidError):
            self._at["epochs"] = folder.config().epochs
        self._at["epoch"] = len(epochs)
        steps = folder.checkpoints.steps()
        self._at["step"] = steps[-1] if steps else 0
        if self._state == "finished":
            self._model = self._finished(self.folder)

    def _read_progress(self) -> None:
        """Read where a run stands that no process has told of: only for those that are watched."""
        progress = RunFolder(self.folder).checkpoints.newest_progress()
        if progress is not None:
            self._at |= {
                "epoch": len(progress.history),
                "position": len(progress.losses),
                "steps_per_epoch": progress.steps_per_epoch,
                "epochs": progress.epochs,
            }

    def _hear(self, message: Message) -> None:
        with self._lock:
            getattr(self, f"_hear_{message['kind']}")(message)
            self.version += 1

    def _hear_event(self, message: Message) -> None:
        event = message["event"]
        self._course.hear(event)
        if event["event"] == "phase_started":
            self._phase, self._phase_done = event["phase"], None
        elif event["event"] == "further_epoch_done":
            self._phase_done = event["epoch"] / event["epochs"]
        elif event["event"] == "estimated":
            self._seconds = event["seconds"]
        elif event["event"] == "planned":
            self._at |= {name: event[name] for name in ("steps_per_epoch", "epochs")}
        elif event["event"] == "epoch_done":
            self._at |= {"epoch": event["epoch"], "position": 0, "epochs": event["epochs"]}

    def _hear_weights(self, message: Message) -> None:
        step = message["step"]
        if self._heard_from is None or step < self._heard_from:
            self._heard_from = step
        self._weights.forget_after(step)
        self._weights.add(
            step, {name: Distribution(**one) for name, one in message["layers"].items()}
        )

    def distributions(self, layer: str | None) -> tuple[list[str], list[tuple[int, Distribution]]]:
        """Return the layers with weights, and how a layer's are distributed after which steps.

        States on the disk are read where the process that trained them told of none near them.

        Parameters
        ----------
        layer
            The layer; None: the first one.
        """
        checkpoints = RunFolder(self.folder).checkpoints
        with self._lock:
            first, last = self._heard_from, max(self._weights.steps, default=-1)
            is_over = not self.is_open
            new = [
                step
                for step in checkpoints.steps()
                if step not in self._read
                and (first is None or step < first or (is_over and step > last))
            ]
        found = list(recorded(checkpoints, new))
        with self._lock:
            self._read.update(new)
            for step, layers in found:
                self._weights.add(step, layers)
            names = self._weights.layers
            wanted = layer if layer is not None or not names else names[0]
            return names, [] if wanted is None else self._weights.of(wanted)

    def recomputed(
        self, what: What, layer: str | None
    ) -> tuple[list[str], list[tuple[int, Distribution]]]:
        """Return as `distributions` does, of gradients or updates, which are computed once more.

        Raises
        ------
        SettingError
            While the run trains, which this would slow down.
        SourceNotFoundError, ModelFileError
            As `pellucid.open_run`.
        """
        if self.is_busy:
            raise SettingError(
                f"The {what} are found by doing steps of the run once more, which would slow down "
                "its training.",
                remedy="pause it, or wait for its end",
            )
        return self._recomputed.distributions(what, layer)

    def _hear_steps(self, message: Message) -> None:
        self._course.losses.add(message["first"], message["losses"])
        names = ("epoch", "position", "steps_per_epoch", "examples_per_second")
        self._at |= {name: message[name] for name in names}
        self._at["step"] = message["first"] + len(message["losses"])

    def _hear_state(self, message: Message) -> None:
        if "state" in message:
            self._state = message["state"]
            if self._state == "finished":
                self._phase = None
            if self._state == "training":
                self._standing = None
        if message.get("problem"):
            self._problem = Problem(**message["problem"])
        if (standing := message.get("standing")) is not None:
            done = standing["operation"]
            standing["operation"] = None if done is None else Operation(**done)
            self._standing = Standing(**standing)
            self._at |= {name: standing[name] for name in ("steps_per_epoch", "epochs")}
            if standing["step"] == standing["head"]:
                self._at |= {name: standing[name] for name in ("step", "epoch", "position")}
            self._phase = None
            self._shows.set()
        if self._state == "finished" and self._model is None:
            with suppress(PellucidError):
                self._model = self._finished(self.folder)

    def _gone(self, status: int) -> None:
        with self._lock:
            self._child = None
            self._phase, self._standing = None, None
            if self._state in {"starting", "training", "paused"}:
                self._lost(status)
            if self._state == "failed":
                clear_unbegun(self.folder)
                with suppress(OSError):
                    self.folder.rmdir()  # refuses a folder that holds a run
                if (self.folder / "config.yaml").is_file():
                    diverged = RunFolder(self.folder).record().diverged
                    self._state = "diverged" if diverged else "interrupted"
            self.version += 1
        self._shows.set()

    def _lost(self, status: int) -> None:
        """Say that the process has ended by itself, and what is left."""
        begun = (self.folder / "config.yaml").is_file()
        self._state = "interrupted" if begun else "failed"
        if status == 0 and begun:
            return  # it stood still when it was stopped
        lost = self._go_back_to_what_is_kept() if begun else 0
        by = f"by the signal {signal.Signals(-status).name}" if status < 0 else f"with {status}"
        self._problem = Problem(
            f"The training's process ended unexpectedly, {by}.",
            str(self.folder),
            None,
            "let it go on: "
            + (
                f"it does what lay after its last checkpoint once more, {count(lost, 'step')}"
                if lost
                else "nothing of it is lost"
            )
            if begun
            else "begin anew: it had not begun to learn",
        )

    def _go_back_to_what_is_kept(self) -> int:
        """Stand at the newest state on the disk; return how many steps lay beyond it."""
        told = int(self._at.get("step", 0))
        kept = max(RunFolder(self.folder).checkpoints.steps(), default=0)
        self._at |= {"step": kept, "epoch": 0, "position": 0}
        self._read_progress()
        self._course.forget_after(kept, self._at["epoch"])
        return max(0, told - kept)

    def run(self) -> Run:
        """Return what is known of the run."""
        with self._lock:
            at = self._at
            return Run(
                id=self.folder.name,
                state=self._state,
                is_open=self.is_open,
                phase=self._phase,
                phase_done=self._phase_done if self._phase else None,
                problem=self._problem,
                step=at.get("step", 0),
                epoch=at.get("epoch", 0),
                position=at.get("position", 0),
                steps_per_epoch=at.get("steps_per_epoch"),
                epochs=at.get("epochs"),
                examples_per_second=at.get("examples_per_second"),
                seconds=self._seconds,
                standing=self._standing,
                model=self._model,
            )

    def update(self, heard: Heard) -> tuple[RunUpdate, Heard]:
        """Return what is new since a page last heard, and how far it then has heard."""
        with self._lock:
            if "steps_per_epoch" not in self._at and not self.is_open:
                self._read_progress()
            course, losses = self._course, self._course.losses
            generation = course.generation, losses.generation
            fresh = generation != heard.generation
            known = Heard() if fresh else heard
            update = RunUpdate(
                version=self.version,
                run=self.run(),
                fresh=fresh,
                steps_each=losses.each,
                losses=losses.points[known.n_losses :],
                epochs=course.epochs[known.n_epochs :],
                diagnoses=course.diagnoses[known.n_diagnoses :],
                notes=course.notes[known.n_notes :],
                planned=None if known.planned else course.planned,
            )
            now = Heard(
                self.version,
                generation,
                len(losses.points),
                len(course.epochs),
                len(course.diagnoses),
                len(course.notes),
                course.planned is not None,
            )
            return update, now
