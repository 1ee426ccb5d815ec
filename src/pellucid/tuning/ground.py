"""The rows that trials learn from and are scored by; the test part is not among them.

A trial is scored as a training chooses its best epoch: on the validation part, where one is held
back. Where rows are too few for that, each is answered by a network that did not learn from it
(five networks, of four fifths of the rows each), and windows of a series by one that learned from
those before them. So what is scored is what will be trained.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import jax.numpy as jnp
import numpy as np

from pellucid.data import Block
from pellucid.data.matrices import update_digest
from pellucid.data.table import Array
from pellucid.errors import SettingError
from pellucid.tasks import Task
from pellucid.training.building import objective_of, optimizer_of, refuse_too_large
from pellucid.training.config import Config
from pellucid.training.events import EpochDone, Estimated, Event, StepsDone, StopTraining
from pellucid.training.forecasting import windows_of
from pellucid.training.out_of_fold import FOLDS, Stopped, fold_by_fold, later_in_time
from pellucid.training.preparation import Prepared
from pellucid.training.step import Examples, Objective
from pellucid.training.targets import with_settings
from pellucid.training.trainer import Diverged, Plan, Trainer

Way: TypeAlias = Literal["validation", "out of fold", "later windows"]
Report: TypeAlias = Callable[[int, float], bool]

# The course of a training is told in so many parts.
_PARTS = 10
# A fifth of fewer rows scores nothing.
LEAST_ROWS = 20


@dataclass(frozen=True)
class Scored:
    """What a trial came to: the score (higher is better), the loss, all metrics.

    ``ended`` is ``"done"``, or ``"stopped"`` where the report said so.
    """

    score: float
    loss: float
    metrics: Mapping[str, float]
    ended: Literal["done", "stopped"] = "done"


@dataclass(frozen=True)
class Ground:
    """What trials learn from and are scored by.

    Attributes
    ----------
    task, blocks
        What is learned, and the columns' places in the inputs.
    train
        The examples to learn from.
    validation
        Those that were held back, or None.
    gap
        In windows: how many before those answered are not learned from, since what they are to
        forecast was not known yet. None where examples are no windows.
    """

    task: Task
    blocks: tuple[Block, ...]
    train: Examples
    validation: Examples | None
    gap: int | None

    @classmethod
    def of(cls, prepared: Prepared) -> Ground:
        """Take what trials may see of the prepared data.

        Raises
        ------
        SettingError
            Where there are too few rows to score by.
        """
        windows = windows_of(prepared.contract)
        gap = None if windows is None else windows.horizon - 1
        blocks = tuple(prepared.encoding.blocks)
        ground = cls(prepared.task, blocks, prepared.train, prepared.validation, gap)
        if ground.validation is None and ground.train.n < LEAST_ROWS:
            what = "windows" if windows is not None else "rows"
            raise SettingError(
                f"{ground.train.n:,} {what} to learn from are too few to tell settings apart.",
                expected=f"at least {LEAST_ROWS}",
                remedy="train with the defaults: pellucid train",
            )
        return ground

    @property
    def way(self) -> Way:
        """Which rows score."""
        if self.validation is not None:
            return "validation"
        return "out of fold" if self.gap is None else "later windows"

    @property
    def n_scored(self) -> int:
        """How many rows score."""
        if self.validation is not None:
            return self.validation.n
        return self.train.n if self.gap is None else max(1, self.train.n // 3)

    @property
    def half(self) -> int:
        """The step of a course from which on a trial may be stopped."""
        return self.parts // 2

    @property
    def parts(self) -> int:
        """The last step of a course."""
        return _PARTS if self.way == "validation" else FOLDS

    @property
    def trainings_a_trial(self) -> int:
        """How many trainings one trial takes."""
        return FOLDS if self.way == "out of fold" else 1

    @property
    def is_weighted(self) -> bool:
        """Whether rows count differently, so that the loss decides."""
        return self.train.weights is not None

    def score_name(self, metrics: Mapping[str, float]) -> str:
        """Return the metric that is the score, of measured ones; its sign may be turned."""
        if not self.is_weighted:
            for name, value in metrics.items():
                with suppress(KeyError):  # it is the one that the task asks for
                    self.task.score({name: value})
                    return name
        return "loss"

    def digest(self, hasher: Any) -> None:
        """Hash what the trials see."""
        for examples in (self.train, self.validation):
            for part in examples or ():
                if part is not None:
                    update_digest(hasher.update, part)

    def expected_seconds(self, config: Config) -> float:
        """Return what one training will take: some of its steps are measured."""
        found: list[float] = []

        def hear(event: Event) -> None:
            if isinstance(event, Estimated):
                found.append(event.seconds)

        objective, plan = self._objective(config), _plan(config)
        Trainer(objective, plan, self.train, self.validation, hear).compile()
        return found[-1]

    def score(
        self,
        config: Config,
        report: Report,
        should_stop: Callable[[], bool],
        hear: Callable[[float], None],
    ) -> Scored | None:
        """Learn with these settings and score them.

        Parameters
        ----------
        config
            The settings, none of them open.
        report
            Told how far a trial is and what it scored; True: stop it.
        should_stop
            Asked now and then, whether to stop everything.
        hear
            Told which share of the trial is done.

        Returns
        -------
        Scored or None
            The score; None where the training left the finite numbers.

        Raises
        ------
        Stopped
            Where ``should_stop`` said so.
        """
        refuse_too_large(config, self.train.inputs.shape[1], self.task.out_features)
        if self.validation is not None:
            return self._by_validation(config, report, should_stop, hear)
        if self.gap is not None:
            return self._by_later(config, self.gap, should_stop)
        return self._by_folds(config, report, should_stop, hear)

    def _objective(self, config: Config) -> Objective:
        return objective_of(config, with_settings(config, self.task), self.blocks)

    def _by_validation(
        self,
        config: Config,
        report: Report,
        should_stop: Callable[[], bool],
        hear: Callable[[float], None],
    ) -> Scored | None:
        best: dict[str, Any] = {}

        def listen(event: Event) -> None:
            if isinstance(event, StepsDone):
                steps = (event.epoch - 1) * event.steps_per_epoch + event.step
                hear(steps / (event.steps_per_epoch * trainer.progress.epochs))
            if not isinstance(event, EpochDone):
                return
            if event.best:
                best.update(loss=event.validation_loss, metrics=event.metrics)
            part, before = (
                _PARTS * epoch // event.epochs for epoch in (event.epoch, event.epoch - 1)
            )
            score = (trainer.progress.best_score or [0.0])[0]
            if part > before and report(part, score) and part < _PARTS:
                raise StopTraining

        objective, plan = self._objective(config), _plan(config)
        trainer = Trainer(objective, plan, self.train, self.validation, listen)
        try:
            ended = trainer.run(should_stop)
        except Diverged:
            return None
        if ended == "interrupted":
            raise Stopped
        score = (trainer.progress.best_score or [np.nan])[0]
        if not np.isfinite(score):
            return None
        return Scored(score, **best, ended="stopped" if ended == "callback" else "done")

    def _by_folds(
        self,
        config: Config,
        report: Report,
        should_stop: Callable[[], bool],
        hear: Callable[[float], None],
    ) -> Scored | None:
        objective, rows, outputs = self._objective(config), [], []
        plan = _plan(config)
        folds = fold_by_fold(objective, plan, self.train, FOLDS, should_stop, self.blocks)
        scored = None
        for fold, answered in enumerate(folds, start=1):
            if answered is None:
                return None
            hear(fold / FOLDS)
            rows.append(answered[0])
            outputs.append(answered[1])
            scored = _measure(objective.task, self.train, np.concatenate(rows), outputs)
            if scored is None:
                return None
            if report(fold, scored.score) and fold < FOLDS:
                return Scored(scored.score, scored.loss, scored.metrics, "stopped")
        return scored

    def _by_later(self, config: Config, gap: int, should_stop: Callable[[], bool]) -> Scored | None:
        objective = self._objective(config)
        answered = later_in_time(objective, _plan(config), self.train, gap, should_stop)
        if answered is None:
            return None
        return _measure(objective.task, self.train, answered[0], [answered[1]])


def fingerprint(*parts: Any, ground: Ground, test: Examples | None) -> str:
    """Hash the data and everything else that a search depends on.

    The test part is hashed as well, since what is told at the end depends on it.
    """
    hasher = hashlib.sha256(repr(parts).encode())
    ground.digest(hasher)
    for part in test or ():
        if part is not None:
            update_digest(hasher.update, part)
    return hasher.hexdigest()


def _plan(config: Config) -> Plan:
    return Plan(
        optimizer_of(config),
        batch_size=config.batch_size or 1,
        epochs=config.epochs or 1,
        patience=config.patience or 0,
        seed=config.seed,
    )


def _measure(task: Task, train: Examples, rows: Array, outputs: list[Array]) -> Scored | None:
    """Score answered rows, as the trainer scores those of a validation part."""
    found = np.concatenate(outputs)
    targets = np.asarray(train.targets)[rows]
    if not np.isfinite(found).all():
        return None
    losses = np.asarray(
        task.for_evaluation().example_losses(jnp.asarray(found), jnp.asarray(targets))
    )
    weights = None if train.weights is None else train.weights[rows]
    loss, metrics = float(np.average(losses, weights=weights)), task.metrics(found, targets)
    score = -loss if weights is not None else task.score(metrics)
    return Scored(float(score), loss, metrics) if np.isfinite([score, loss]).all() else None
