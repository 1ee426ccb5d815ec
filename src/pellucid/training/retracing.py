"""Going the way that a recorded run went, to any of its steps, bit for bit.

A step is a function of state, batch and rate; the order of the batches is one of seed and epoch. So
the state after any step is computed from any state before it. The nearest one that was recorded is
loaded, and the steps between are done again by the compiled program that did them first.

What a clock decided is read from the run instead: a time limit lays the schedule over fewer epochs
while a training goes on, and the history holds over how many, epoch by epoch.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.errors import ModelFileError
from pellucid.training.checkpoints import Checkpoint, Progress
from pellucid.training.events import Callback, StepsDone, tell_nobody
from pellucid.training.run_folder import RunFolder
from pellucid.training.session import Session
from pellucid.training.step import Examples
from pellucid.training.trainer import Trainer, initial_state

Skipped = Callable[[Path, str], None]


class Retracer(Trainer):
    """A trainer that goes to any step that a recorded run passed through.

    Parameters
    ----------
    session
        Of the run's own settings.
    folder
        The run.
    skipped
        Called with each damaged checkpoint and what is wrong with it.

    Attributes
    ----------
    last
        The newest state that was recorded; None where there is none.

    Raises
    ------
    ModelFileError
        Where data or settings are not those of the run.
    """

    def __init__(self, session: Session, folder: RunFolder, skipped: Skipped) -> None:
        prepared = session.prepared
        super().__init__(
            session.objective, session.plan(), prepared.train, prepared.validation, tell_nobody
        )
        self._checkpoints = folder.checkpoints
        self._skipped = skipped
        self.last = self._checkpoints.newest(self.state, skipped)
        self._start = self.progress
        if self.last is not None:
            if self.last.progress.fingerprint != self.fingerprint():
                raise ModelFileError(
                    "The data or the settings are not those that the run was trained with.",
                    where=str(folder.path),
                    expected="the same data and an unchanged config.yaml",
                )
            recorded = self.last.progress
            self._start = Progress(recorded.steps_per_epoch, recorded.epochs, recorded.fingerprint)
        self._planned = _planned_epochs(self.last)
        self._origin = self._checkpoints.origin(self.state, skipped)
        if self._origin is None and folder.record().parent is not None:
            raise ModelFileError(
                "The state that the branch began with is missing or damaged.",
                where=str(folder.path),
                remedy="open its parent, which run.json names, or branch once more",
            )
        self.begin()

    def tell(self, emit: Callback) -> None:
        """Tell of what is done from now on."""
        self._emit = emit

    @property
    def step(self) -> int:
        """How many steps were done."""
        return int(self.state.step)

    @property
    def last_step(self) -> int:
        """The last step that was recorded."""
        return 0 if self.last is None else int(self.last.state.step)

    @property
    def recorded_steps(self) -> list[int]:
        """The steps whose states lie on the disk."""
        return self._checkpoints.steps()

    @property
    def epochs_done(self) -> int:
        """How many whole epochs were done in the last state that was recorded."""
        return 0 if self.last is None else len(self.last.progress.history)

    @property
    def is_at_end(self) -> bool:
        """Whether all epochs that are planned are done."""
        return len(self.progress.history) >= self.progress.epochs

    def step_of(self, epoch: int) -> int:
        """Return the step after so many whole epochs."""
        if self._origin is None:
            return epoch * self._start.steps_per_epoch
        began = self._origin.progress
        n_steps = (epoch - len(began.history)) * self._start.steps_per_epoch - len(began.losses)
        return self.first_step + n_steps

    @property
    def first_step(self) -> int:
        """The step that the run began with; 0 but for a branch."""
        return 0 if self._origin is None else int(self._origin.state.step)

    @property
    def first_epoch(self) -> int:
        """The first epoch at whose end the run has a state; 0 but for a branch."""
        if self._origin is None:
            return 0
        return len(self._origin.progress.history) + bool(self._origin.progress.losses)

    def batch(self) -> tuple[np.ndarray, Examples, float]:
        """Return the rows of the next step, their examples, and its learning rate."""
        epoch, position = len(self.progress.history), len(self.progress.losses)
        rows = self._order(epoch)[position]
        return rows, self._train.take(rows), float(self._learning_rates(epoch)[position])

    def begin(self) -> None:
        """Go back to before the first step, of a branch to its origin."""
        if self._origin is not None:
            self.restore(copied(self._origin))
            return
        start = self._start
        fresh = Progress(start.steps_per_epoch, start.epochs, start.fingerprint)
        in_features = self._train.inputs.shape[1]
        self.restore(Checkpoint(initial_state(self.objective, self.plan, in_features), None, fresh))

    def go_to(self, step: int, should_stop: Callable[[], bool] = lambda: False) -> bool:
        """Go to a step from the nearest recorded state; return False where it was stopped."""
        if not self.step <= step:
            self.begin()
        nearest = self._checkpoints.newest(self.state, self._skipped, at_most=step)
        if nearest is not None and int(nearest.state.step) > self.step:
            self.restore(nearest)
        return self.advance(step - self.step, should_stop)

    def advance(self, n_steps: int, should_stop: Callable[[], bool] = lambda: False) -> bool:
        """Do so many steps, over the ends of epochs; return False where it was stopped.

        Raises
        ------
        Diverged
            Where a step leaves the finite numbers; ``state`` is the one before it.
        """
        goal, began = self.step + n_steps, time.perf_counter()
        while self.step < goal:
            if should_stop():
                return False
            self.plan_epoch()
            epoch = len(self.progress.history)
            order, rates = self._order(epoch), self._learning_rates(epoch)
            self._some_steps(order, rates, goal - self.step)
            n_done, n_all = len(self.progress.losses), self.progress.steps_per_epoch
            speed = (self._steps_per_second or 0.0) * order.shape[1]
            self._emit(StepsDone(epoch + 1, n_done, n_all, self.progress.losses[-1], speed))
            if n_done == n_all:
                seconds, began = time.perf_counter() - began, time.perf_counter()
                self._finish_epoch(epoch, float(rates[n_all - 1]), seconds)
        return True

    def plan_epoch(self) -> None:
        """Plan so many epochs as were planned when the current one was trained."""
        epoch = len(self.progress.history)
        self.progress.epochs = self._planned.get(epoch, self._start.epochs)

    def _some_steps(self, order: Any, rates: Any, most: int) -> None:
        """Do as many steps of the epoch as one call of the compiled program takes."""
        began, position = time.perf_counter(), len(self.progress.losses)
        n_at_once = self._feed.steps_at_once(order, self._steps_a_dispatch())
        stop = min(self.progress.steps_per_epoch, position + min(most, n_at_once))
        self._dispatch(order, rates, position, stop)
        seconds = time.perf_counter() - began
        self._steps_per_second = (stop - position) / max(seconds, 1e-9)


def copied(checkpoint: Checkpoint) -> Checkpoint:
    """Return a checkpoint with arrays and a progress of its own, which no step takes away."""
    progress = checkpoint.progress
    own = {"losses": list(progress.losses), "history": list(progress.history)}
    state, best = jax.tree.map(jnp.copy, (checkpoint.state, checkpoint.best_params))
    return Checkpoint(state, best, Progress(**{**vars(progress), **own}))


def _planned_epochs(last: Checkpoint | None) -> dict[int, int]:
    """Return over how many epochs the schedule was laid during each epoch, counted from 0."""
    history = [] if last is None else last.progress.history
    return {number: entry["epochs"] for number, entry in enumerate(history)}
