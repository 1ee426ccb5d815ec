"""After the training: how sure the network may be, found by rows that it did not learn from.

Rows that were held back chose the best epoch, but no weight was learned from them. Where rows are
few, none are held back: further networks then learn without some of the rows and answer these
(:mod:`pellucid.training.out_of_fold`), as many as it takes to have 250 answers, at most five.

Those networks know less than the one that is kept, and so are more often wrong when they are sure:
of few rows, a temperature fitted to their answers makes the kept one too little sure (measured,
docs/honest-numbers.md). They decide it only where there are a thousand rows, or where smoothed
labels make every network far too little sure.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from pellucid.data.matrices import Matrix
from pellucid.data.table import Array
from pellucid.model.conformal import Conformal
from pellucid.model.forecast_intervals import ForecastIntervals
from pellucid.model.forward import Forward
from pellucid.nn import Params
from pellucid.tasks import Classification, Forecasting, MultiLabel, Regression, Task
from pellucid.training.defaults import LEAST_TO_CALIBRATE
from pellucid.training.events import Callback, FurtherEpochDone, tell_nobody
from pellucid.training.out_of_fold import FOLDS, Stopped, later_in_time, out_of_fold
from pellucid.training.preparation import Prepared
from pellucid.training.sizes import FEW_ROWS
from pellucid.training.step import Examples, Objective
from pellucid.training.trainer import Trainer

OUT_OF_FOLD = "out of fold"
ENOUGH_OUT_OF_FOLD = 250
# So many rows tell a temperature, or the usual error, to more digits than anybody needs.
_MOST_ROWS = 50_000


__all__ = ["Calibrated", "Stopped", "calibrate", "n_further"]


@dataclass(frozen=True)
class Calibrated:
    """What is known of how sure a network may be.

    Attributes
    ----------
    task
        With its temperatures.
    conformal
        What intervals and sets are made of; None where there are no rows for it.
    told
        ``rows``: ``"validation"``, ``"out of fold"`` or ``"none"``; ``n``, how many.
    note
        Why nothing was calibrated, though it was to be.
    answered
        Training rows that networks answered which had not learned from them, (m,), and the outputs
        (m, out_features); None where there are none.
    """

    task: Task
    conformal: Conformal | ForecastIntervals | None = None
    told: dict[str, Any] = field(default_factory=lambda: {"rows": "none", "n": 0})
    note: str | None = None
    answered: tuple[Array, Array] | None = None


@dataclass(frozen=True)
class Trained:
    """A trained network, and what it learned from.

    Attributes
    ----------
    objective, params
        The network with its task, and its weights.
    train
        The examples that it learned from.
    names
        What its targets are called.
    """

    objective: Objective
    params: Params
    train: Examples
    names: tuple[str, ...]

    def outputs(self, inputs: Matrix) -> Array:
        """Return the network's outputs, (n, out_features)."""
        return Forward(self.objective.network, self.objective.task).outputs(self.params, inputs)

    def calibrated_by(
        self, outputs: Array, targets: Array, rows: str, counts: Array | None = None
    ) -> Calibrated:
        """Fit temperatures and score rows that were not learned from.

        Parameters
        ----------
        outputs, targets
            Of these rows, (n, out_features), and encoded. Fewer than 50 fit no temperature.
        rows
            What they are, as in `Calibrated`.
        counts
            How often each was given; None: once. Rows that count differently have no scores, as
            nothing can then be said of how many new rows are covered.
        """
        n, task = len(outputs), self.objective.task
        if isinstance(task, Forecasting):
            found = ForecastIntervals.of(task, (outputs, targets), rows)
            return Calibrated(task, found, {"rows": rows, "n": n})
        parts = [part for _, part, _, _ in task.apart(outputs[:0], targets[:0])]
        note = None
        know_less = rows == OUT_OF_FOLD and self.train.n < FEW_ROWS and not _smoothed(parts)
        if n >= LEAST_TO_CALIBRATE and not know_less:
            some = _evenly(n)
            task = task.calibrated(
                outputs[some], targets[some], None if counts is None else counts[some]
            )
        elif n < LEAST_TO_CALIBRATE and any(
            isinstance(part, Classification | MultiLabel) for part in parts
        ):
            note = f"{n:,} rows held back are too few to calibrate probabilities by."
        conformal: Conformal | None = None
        if n and (counts is None or bool(np.all(counts == counts[0]))):
            learned = outputs[:0], targets[:0]
            if any(isinstance(part, Regression) for part in parts):
                train = self.train.take(_evenly(self.train.n))
                learned = self.outputs(train.inputs), np.asarray(train.targets)
            conformal = Conformal.of(task, self.names, (outputs, targets), learned, rows)
        return Calibrated(task, conformal, {"rows": rows, "n": n}, note)


def calibrate(
    way: str,
    trainer: Trainer,
    prepared: Prepared,
    ended: str,
    should_stop: Callable[[], bool],
    emit: Callback = tell_nobody,
) -> Calibrated:
    """Find rows that were not learned from, fit temperatures and score them.

    Parameters
    ----------
    way
        ``"validation"``, ``"out_of_fold"`` or ``"none"``.
    trainer
        After its training.
    prepared
        The encoded data.
    ended
        Why the training ended; what was cut short is not trained again.
    should_stop
        Asked after each epoch.
    emit
        Hears of each epoch of the networks that learn without some rows.

    Raises
    ------
    Stopped
        Where ``should_stop`` said so.
    """
    objective, names = trainer.objective, prepared.contract.targets
    trained = Trained(objective, trainer.params, prepared.train, names)
    if way == "validation" and prepared.validation is not None:
        outputs = trained.outputs(prepared.validation.inputs)
        return trained.calibrated_by(outputs, prepared.validation.targets, "validation")
    nothing = Calibrated(objective.task)
    if way != "out_of_fold":
        return nothing
    if ended != "finished":
        return replace(nothing, note=f"Not calibrated, since the training ended by {ended}.")
    n_folds = _folds_in_time(trainer, prepared.train.n)
    if not n_folds:
        return replace(nothing, note="Not calibrated: the time limit leaves no room for it.")
    plan, done = trainer.plan, itertools.count(1)
    n_epochs = plan.epochs * (1 if isinstance(objective.task, Forecasting) else n_folds)

    def after_epoch() -> bool:
        emit(FurtherEpochDone(next(done), n_epochs))
        return should_stop()

    if isinstance(objective.task, Forecasting):
        gap = objective.task.horizon - 1
        answered = later_in_time(objective, plan, prepared.train, gap, after_epoch)
    else:
        blocks = prepared.encoding.blocks
        answered = out_of_fold(objective, plan, prepared.train, n_folds, after_epoch, blocks)
    if answered is None:
        return replace(nothing, note="Not calibrated: a training without some rows diverged.")
    rows, outputs = answered
    calibrated = trained.calibrated_by(outputs, prepared.train.targets[rows], OUT_OF_FOLD)
    return replace(calibrated, answered=answered)


def n_further(way: str, n_rows: int, *, in_steps: bool) -> int:
    """Return how many networks are trained besides the one that is kept, to calibrate it.

    Parameters
    ----------
    way
        As for `calibrate`.
    n_rows
        How many rows there are to learn from.
    in_steps
        Whether they are windows, of which all steps after them are forecast.

    Examples
    --------
    >>> [n_further("out_of_fold", n_rows, in_steps=False) for n_rows in (120, 400, 5_000)]
    [5, 4, 1]
    """
    if way != "out_of_fold":
        return 0
    if in_steps:
        return 1
    return min(FOLDS, -(-ENOUGH_OUT_OF_FOLD * FOLDS // n_rows), n_rows)


def _smoothed(parts: Sequence[Task]) -> bool:
    return any(getattr(part, "label_smoothing", 0.0) > 0 for part in parts)


def _folds_in_time(trainer: Trainer, n_rows: int) -> int:
    """Return how many networks are to answer; 0 where the time limit leaves too little."""
    in_steps = isinstance(trainer.objective.task, Forecasting)
    wanted = n_further("out_of_fold", n_rows, in_steps=in_steps)
    left = trainer.seconds_left(time.perf_counter())
    if left is None:
        return wanted
    fitting = max(0, min(wanted, int(left / max(trainer.progress.seconds, 1e-9))))
    if in_steps:
        return fitting
    return fitting if fitting * n_rows // FOLDS >= min(LEAST_TO_CALIBRATE, n_rows) else 0


def _evenly(n: int) -> Array:
    """Return so many of n rows as are enough, evenly spaced."""
    return np.unique(np.linspace(0, n - 1, min(n, _MOST_ROWS)).round().astype(np.int64))
