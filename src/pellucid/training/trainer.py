"""Epochs, validation, early stopping, time: what surrounds the compiled steps.

The trainer sees measurements, never samples. It hands the compiled program some steps of an
epoch at a time, about half a second's worth, so that a person can stop it and a bar can move;
how the steps are cut changes no bit of the result.
"""

from __future__ import annotations

import functools
import hashlib
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid import backend, optimizers
from pellucid.data import epoch_order
from pellucid.data.batches import steps_of_epoch
from pellucid.data.matrices import hash_of
from pellucid.model.forward import Forward
from pellucid.nn import Params
from pellucid.optimizers import OptimizerSettings
from pellucid.training.checkpoints import Checkpoint, Progress
from pellucid.training.diagnosis.probe import Probe
from pellucid.training.divergence import Divergence, locate
from pellucid.training.events import (
    Callback,
    EpochDone,
    Estimated,
    Note,
    PhaseStarted,
    StepsDone,
    StopTraining,
    tell_nobody,
)
from pellucid.training.feeding import feed_of
from pellucid.training.pace import UNHURRIED, Pace
from pellucid.training.step import (
    Examples,
    Objective,
    StepsResult,
    TrainingState,
    copied,
    steps_program,
)

_FIRST_DISPATCH_STEPS = 16
# A step as short as this is measured by some of them, one that takes longer alone.
_SHORT_STEP_SECONDS = 0.02


@dataclass(frozen=True)
class Plan:
    """How long, in which portions, and how a training goes on.

    Attributes
    ----------
    optimizer
        The optimizer's settings, learning rate and schedule among them.
    batch_size, epochs
        Examples a step; passes over the data, at most.
    patience
        Stop when so many epochs brought nothing better on the validation data; 0: never.
    seed
        Decides the first weights, the order of the data and all randomness of the steps.
    time_limit
        Seconds from the trainer's making; epochs are cut to fit. None: no limit.
    """

    optimizer: OptimizerSettings
    batch_size: int
    epochs: int
    patience: int = 0
    seed: int = 0
    time_limit: float | None = None


class Diverged(Exception):  # noqa: N818 -- caught by the run, which words the error
    """The training left the finite numbers; the trainer holds the last good state."""

    def __init__(self, divergence: Divergence) -> None:
        super().__init__(f"diverged at step {divergence.step}")
        self.divergence = divergence


class Trainer:
    """Trains one network on encoded examples.

    Parameters
    ----------
    objective
        The network, the task and the penalties.
    plan
        How long and how.
    train, validation
        Encoded examples; without validation the last weights are the result.
    emit
        Receives the events.
    probe
        Measures inside the network after few of the epochs; None: nothing is measured.

    Attributes
    ----------
    state
        The training state now.
    progress
        Epochs done and their measurements.
    best_params
        The weights that did best on the validation data so far, or None.
    pace
        What may hold the training up between calls of the compiled program; by default nothing.
    """

    def __init__(
        self,
        objective: Objective,
        plan: Plan,
        train: Examples,
        validation: Examples | None = None,
        emit: Callback = tell_nobody,
        probe: Probe | None = None,
    ) -> None:
        backend.prepare()
        self.objective = objective
        self.plan = plan
        self.validation = validation
        self._train = train
        self._emit = emit
        self._probe = probe
        self._started = time.perf_counter()
        self._feed = feed_of(train)
        self._run_steps: Callable[..., StepsResult] = steps_program(objective, plan.optimizer)
        self._forward = Forward(objective.network, objective.task)
        self.state = initial_state(objective, plan, train.inputs.shape[1])
        steps_per_epoch = steps_of_epoch(train.n, plan.batch_size)
        self.progress = Progress(steps_per_epoch, plan.epochs, fingerprint="")
        self.best_params: Params | None = None
        self.pace: Pace = UNHURRIED
        self._steps_per_second: float | None = None
        self._epoch_seconds: list[float] = []

    @property
    def params(self) -> Params:
        """The weights that are the result so far: the best ones, else the last ones."""
        return self.state.params if self.best_params is None else self.best_params

    def compile(self) -> None:
        """Make the compiled programs before they are needed, and say how long it will take."""
        self._emit(PhaseStarted("compile"))
        if self.validation is not None:
            one = self.validation.take(np.arange(1))
            self._forward.evaluate(self.state.params, one.inputs, one.targets)
        probe = self._probe
        ahead = None if probe is None else probe.compile_ahead(copied(self.state))
        step_seconds = self._rehearse(ahead)
        self._cut_first_epoch(step_seconds)
        progress = self.progress
        n_steps = progress.steps_per_epoch * (progress.epochs - len(progress.history))
        expected = step_seconds * (n_steps - len(progress.losses))
        whole = step_seconds * progress.steps_per_epoch * progress.epochs
        left = self.seconds_left(time.perf_counter())
        expected = expected if left is None else max(0.0, min(expected, left))
        self._emit(Estimated(expected, whole))

    def _rehearse(self, ahead: Future[Any] | None) -> float:
        """Measure the seconds of a step on a copy of the state, which is then thrown away."""
        order, rates = self._order(0), self._learning_rates(0)

        def seconds_of(n_steps: int) -> float:
            window, state = self._feed.window(order, rates, 0, n_steps), copied(self.state)
            bounds = np.int32(0), np.int32(n_steps)
            began = time.perf_counter()
            result = self._run_steps(
                state, window.examples, window.order, window.learning_rates, *bounds
            )
            jax.block_until_ready(result.losses)
            return (time.perf_counter() - began) / max(1, n_steps)

        seconds_of(0)  # compiles
        if ahead is not None:
            ahead.result()
        alone = min(seconds_of(1), seconds_of(1))  # either may be held up by something else
        some = self._feed.steps_at_once(order, min(_FIRST_DISPATCH_STEPS, len(order)))
        return seconds_of(some) if alone < _SHORT_STEP_SECONDS and some > 1 else alone

    def _cut_first_epoch(self, step_seconds: float) -> None:
        """Plan only a part of the first epoch where the time limit leaves no room for all of it."""
        progress, left = self.progress, self.seconds_left(time.perf_counter())
        if left is None or progress.history or progress.losses:
            return
        fitting, n_steps = max(1, int(left / step_seconds)), progress.steps_per_epoch
        if fitting < n_steps:
            self._emit(
                Note(
                    f"The time limit leaves room for about {fitting:,} of the {n_steps:,} steps of "
                    "one epoch: some rows are not seen."
                )
            )
            progress.steps_per_epoch, progress.epochs = fitting, 1

    def run(
        self,
        should_stop: Callable[[], bool] = lambda: False,
        save: Callable[[], None] = lambda: None,
    ) -> str:
        """Train to the end; return why it ended.

        Parameters
        ----------
        should_stop
            Asked between calls of the compiled program; True ends the training there.
        save
            Called when there is something worth keeping; it decides whether to write.

        Returns
        -------
        str
            ``"finished"``, ``"early stopping"``, ``"time limit"``, ``"callback"`` or
            ``"interrupted"``.

        Raises
        ------
        Diverged
            Where a loss or weight is not finite; ``state`` is then the last good one.
        """
        self._emit(PhaseStarted("train"))
        try:
            while len(self.progress.history) < self.progress.epochs:
                if self._nothing_better():  # also a run that goes on may have ended already
                    return "early stopping"
                reason = self._run_epoch(should_stop, save)
                if reason:
                    return reason
        except StopTraining:
            return "callback"
        whole = steps_of_epoch(self._train.n, self.plan.batch_size)
        cut = self.progress.epochs < self.plan.epochs or self.progress.steps_per_epoch < whole
        return "time limit" if cut else "finished"

    @property
    def train(self) -> Examples:
        """What is learned from, with its present targets."""
        return self._train

    def look(self, learning_rate: float) -> dict[str, Any]:
        """Return what the probe sees in the present state; nothing without one."""
        return {} if self._probe is None else self._probe.look(self.state, learning_rate)

    def retarget(self, targets: np.ndarray) -> None:
        """Go on with other targets for the same inputs, ``(n, …)`` as they were."""
        self._train = self._train._replace(targets=targets)
        self._feed = feed_of(self._train)

    def checkpoint(self) -> Checkpoint:
        """Return what is needed to go on exactly from here."""
        self.progress.fingerprint = self.fingerprint()
        return Checkpoint(self.state, self.best_params, self.progress)

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go on from a checkpoint of the same data and settings."""
        self.state = checkpoint.state
        self.best_params = checkpoint.best_params
        self.progress = checkpoint.progress

    def seconds_left(self, now: float) -> float | None:
        """Return the seconds until the time limit, on ``time.perf_counter``'s clock; None: none."""
        limit = self.plan.time_limit
        return None if limit is None else limit - (now - self._started)

    def fingerprint(self) -> str:
        """Hash the data and everything else that decides the weights."""
        plan = self.plan
        settings = (plan.optimizer, plan.batch_size, plan.seed, plan.epochs, plan.patience)
        return hashlib.sha256(
            repr((self.objective, settings, self._data_hash)).encode()
        ).hexdigest()

    @functools.cached_property
    def _data_hash(self) -> str:
        return hash_of([*self._train, *(self.validation or ())])

    def _run_epoch(self, should_stop: Callable[[], bool], save: Callable[[], None]) -> str | None:
        progress = self.progress
        epoch = len(progress.history)
        order = self._order(epoch)
        n_steps = progress.steps_per_epoch
        began = time.perf_counter()
        rates = self._learning_rates(epoch)
        while (position := len(progress.losses)) < n_steps:
            most, waited = self.pace.held(self)
            began, self._started = began + waited, self._started + waited
            if should_stop():
                return "interrupted"
            if epoch > 0 and self._out_of_time():
                return "time limit"
            started = time.perf_counter()
            n_at_once = self._feed.steps_at_once(order, self._steps_a_dispatch())
            stop = min(n_steps, position + min(n_at_once, most or n_at_once))
            self._dispatch(order, rates, position, stop)
            elapsed = time.perf_counter() - started
            self._steps_per_second = (stop - position) / max(elapsed, 1e-9)
            progress.seconds += elapsed
            self._emit(
                StepsDone(
                    epoch + 1,
                    stop,
                    n_steps,
                    progress.losses[-1],
                    self._steps_per_second * order.shape[1],
                )
            )
            if stop < n_steps:
                save()
        self._finish_epoch(epoch, float(rates[n_steps - 1]), time.perf_counter() - began)
        save()
        self._epoch_seconds.append(time.perf_counter() - began)
        return "time limit" if self._cut_to_time() else None

    def _dispatch(self, order: np.ndarray, rates: np.ndarray, start: int, stop: int) -> None:
        """Run steps start … stop − 1 in one compiled call; raise Diverged with the good state."""
        before = copied(self.state)
        window = self._feed.window(order, rates, start, stop)
        shift = start - window.first

        def run(state: TrainingState, last: int) -> StepsResult:
            bounds = np.int32(window.first), np.int32(last - shift)
            return self._run_steps(
                state, window.examples, window.order, window.learning_rates, *bounds
            )

        result = run(self.state, stop)
        self.state = result.state
        ran_to = int(result.stopped_at) + shift
        losses = np.asarray(result.losses)[window.first : ran_to - shift].tolist()
        if bool(result.finite):
            self.progress.losses += losses
            return
        # The failing step is the first after which a loss or a parameter is not finite. Once
        # one is not, it stays so: halving the range finds the step in a few replays.
        good, bad = start, ran_to
        while bad - good > 1:
            middle = (good + bad) // 2
            if bool(run(copied(before), middle).finite):
                good = middle
            else:
                bad = middle
        after = run(copied(before), bad).state.params
        self.state = run(before, good).state
        self.progress.losses += losses[: good - start]
        batch = self._train.take(order[good])
        raise Diverged(locate(self.objective, self.state, after, batch, float(rates[good])))

    def _finish_epoch(self, epoch: int, rate: float, seconds: float) -> None:
        progress = self.progress
        measured: dict[str, Any] = {}
        if self.validation is not None:
            loss, metrics = self._validate(self.validation)
            # Metrics count all rows alike; where the person weighs them, the loss decides.
            weighted = self.validation.weights is not None
            score = [-loss] if weighted else [self.objective.task.score(metrics), -loss]
            best = progress.best_score is None or score > progress.best_score
            if best:
                progress.best_epoch, progress.best_score = epoch + 1, score
                self.best_params = copied(self.state.params)
            measured = {"validation_loss": loss, "metrics": metrics, "best": best}
        if self._probe is not None and self._probe.is_due(epoch + 1):
            measured["probe"] = self._probe.look(self.state, rate)
        done = EpochDone(
            epoch=epoch + 1,
            epochs=progress.epochs,
            loss=float(np.mean(progress.losses)),
            learning_rate=rate,
            seconds=seconds,
            examples_per_second=self._train.n / max(seconds, 1e-9),
            **measured,
        )
        progress.history.append(done.to_dict())
        progress.losses = []
        self._emit(done)

    def _validate(self, examples: Examples) -> tuple[float, dict[str, float]]:
        outputs, losses = self._forward.evaluate(
            self.state.params, examples.inputs, examples.targets
        )
        loss = float(np.average(losses, weights=examples.weights))
        return loss, self.objective.task.metrics(outputs, examples.targets)

    def _order(self, epoch: int) -> np.ndarray:
        self._feed.before_epoch()
        return epoch_order(self._train.n, self.plan.batch_size, self.plan.seed, epoch)

    def _learning_rates(self, epoch: int) -> np.ndarray:
        n_steps = self.progress.steps_per_epoch
        total, start = n_steps * self.progress.epochs, n_steps * epoch
        rates = optimizers.learning_rates(self.plan.optimizer, total, start, start + n_steps)
        whole = steps_of_epoch(self._train.n, self.plan.batch_size)
        return np.pad(rates, (0, whole - n_steps))  # of one length, so that nothing compiles anew

    def _steps_a_dispatch(self) -> int:
        if self._steps_per_second is None:
            return _FIRST_DISPATCH_STEPS
        return max(1, int(self._steps_per_second * self.pace.seconds))

    def _nothing_better(self) -> bool:
        since_best = len(self.progress.history) - self.progress.best_epoch
        patience = self.plan.patience
        return self.validation is not None and patience > 0 and since_best >= patience

    def _out_of_time(self) -> bool:
        limit = self.plan.time_limit
        return limit is not None and time.perf_counter() - self._started > limit

    def _cut_to_time(self) -> bool:
        """Plan fewer epochs where all do not fit into the time; return whether none is left.

        The schedule is laid over the epochs that fit, so that the learning rate still ends
        where it should.
        """
        progress = self.progress
        done = len(progress.history)
        if self.plan.time_limit is None or done >= progress.epochs:
            return False
        left = self.plan.time_limit - (time.perf_counter() - self._started)
        slowest = max(self._epoch_seconds[-3:])
        fitting = done + max(0, int(left / slowest))
        if fitting < progress.epochs:
            if progress.epochs == self.plan.epochs:
                text = (
                    f"The time limit leaves room for about {fitting} of {progress.epochs} epochs."
                )
                self._emit(Note(text))
            progress.epochs = fitting
        return fitting == done


def initial_state(objective: Objective, plan: Plan, in_features: int) -> TrainingState:
    """Return the state before the first step: weights and all randomness by the plan's seed."""
    root = jax.random.key(plan.seed)
    params = objective.network.init(jax.random.fold_in(root, 0), in_features)
    memory = optimizers.direction(plan.optimizer).init(params)
    return TrainingState(params, memory, jax.random.fold_in(root, 1), jnp.int32(0))
