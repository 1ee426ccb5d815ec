"""One fit: from encoded examples to a trained network, by the engine's own trainer."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid import backend
from pellucid.api import Model
from pellucid.estimators.road import Road
from pellucid.estimators.settling import Settled, settled
from pellucid.model import TrainedModel
from pellucid.training.building import objective_of, optimizer_of
from pellucid.training.calibration import Calibrated, Trained
from pellucid.training.config import Config
from pellucid.training.events import EpochDone, Event
from pellucid.training.finder import find_learning_rate
from pellucid.training.step import Examples, Objective
from pellucid.training.trainer import Diverged, Plan, Trainer

_SEEDS = 2**32


@dataclass(frozen=True)
class Lesson:
    """What is learned from, and how.

    Attributes
    ----------
    config
        The settings, as the parameters give them.
    reasons
        Of those that were settled before.
    road
        How rows become examples.
    train, validation
        Encoded examples.
    validation_counts
        How often each validation row was given, or its ``sample_weight``, (n,); class weights are
        left out, as they would make probabilities of other classes than there are.
    stream
        Whether they are one batch of a stream: a single epoch at a constant rate.
    verbose
        Whether each epoch is printed.
    """

    config: Config
    reasons: dict[str, str]
    road: Road
    train: Examples
    validation: Examples | None
    validation_counts: np.ndarray | None
    stream: bool
    verbose: bool


@dataclass(frozen=True)
class Memory:
    """What goes on from one batch of a stream to the next: NumPy arrays, which pickle.

    Attributes
    ----------
    optimizer_state
        What the optimizer remembers; None begins anew.
    step
        How many steps were done.
    """

    optimizer_state: Any = None
    step: int = 0


@dataclass(frozen=True)
class Learned:
    """What a fit gives, and what a later one needs to go on from it.

    Attributes
    ----------
    model
        The trained network.
    road
        How rows become examples.
    config
        The settings it was trained with, none of them open.
    history
        One entry an epoch, or a batch of the stream.
    best_epoch
        The one whose weights were kept, counted from 1.
    memory
        What a stream goes on from.
    """

    model: Model
    road: Road
    config: Config
    history: list[dict[str, Any]]
    best_epoch: int
    memory: Memory = field(repr=False)


def learn(lesson: Lesson, before: Learned | None = None) -> Learned:
    """Train.

    Parameters
    ----------
    lesson
        What and how.
    before
        What an earlier fit learned, to go on from; None draws new weights.

    Raises
    ------
    DivergedError
        Where training left the finite numbers.
    SettingError
        Where settings do not fit each other, the data, or the network to go on with.
    """
    backend.prepare()
    # A stream is one long training; a fit that only begins with known weights is a new one.
    past = before if lesson.stream else None
    chosen = _settled(lesson, before)
    config = chosen.config
    answers = lesson.road.answers
    objective = objective_of(config, answers.bare_task(config.loss, config.label_smoothing or 0.0))
    config = _with_measured_rate(chosen, objective, lesson.train)
    trainer = Trainer(
        objective,
        _plan(config, n_done=len(past.history) if past else 0),
        lesson.train,
        lesson.validation,
        _print_epoch if lesson.verbose else _tell_nobody,
    )
    # The programs are those of any task of these sizes; metrics are in the person's own units.
    task = answers.task(config.loss, config.label_smoothing or 0.0)
    trainer.objective = replace(objective, task=task)
    if before is not None:
        _go_on(trainer, before, past.memory if past else Memory())
    try:
        ended = trainer.run()
    except Diverged as diverged:
        raise diverged.divergence.error("nothing was kept") from None
    calibrated = _calibrated(lesson, trainer)
    history = _appended(past.history if past else [], trainer.progress.history)
    about = {
        "settings": _plain(config.set_values()),
        "reasons": lesson.reasons | chosen.reasons,
        "report": _report(lesson, trainer, ended) | {"calibrated_by": calibrated.told},
        "history": history,
        "notes": list(lesson.road.inputs.contract.warnings),
    }
    state = trainer.state
    optimizer_state = jax.tree.map(np.asarray, state.optimizer_state) if lesson.stream else None
    return Learned(
        _model(lesson.road, trainer, calibrated, about),
        lesson.road,
        config,
        history,
        trainer.progress.best_epoch or len(history),
        Memory(optimizer_state, int(state.step)),
    )


def outputs_of(model: Model, inputs: Any) -> np.ndarray:
    """Return the network's outputs (n, out_features) for encoded inputs."""
    trained = model.trained
    # Once on the device instead of once a block.
    return trained.forward.outputs(_on_device(trained.params), inputs)


def _settled(lesson: Lesson, before: Learned | None) -> Settled:
    inputs, answers = lesson.road.inputs, lesson.road.answers
    return settled(
        lesson.config,
        None if before is None else before.config,
        n_train=lesson.train.n,
        in_features=inputs.encoding.in_features,
        answers=answers,
        stream=lesson.stream,
    )


def _with_measured_rate(chosen: Settled, objective: Objective, train: Examples) -> Config:
    config = chosen.config
    if config.learning_rate != "find":
        return config
    any_rate = optimizer_of(config.replace(learning_rate=1.0))
    search = find_learning_rate(objective, any_rate, train, config.batch_size or 1, config.seed)
    chosen.reasons["learning_rate"] = "measured: here the loss falls fastest"
    return config.replace(learning_rate=search.suggestion)


def _plan(config: Config, n_done: int) -> Plan:
    return Plan(
        optimizer_of(config),
        batch_size=config.batch_size or 1,
        epochs=config.epochs or 1,
        patience=config.patience or 0,
        # Each batch of a stream has an order and a randomness of its own.
        seed=(config.seed + n_done) % _SEEDS,
        time_limit=config.time_limit,
    )


def _go_on(trainer: Trainer, before: Learned, memory: Memory) -> None:
    """Put the weights of an earlier fit, and what its optimizer remembers, into a trainer."""
    state = trainer.state
    params = _on_device(before.model.params)
    state = state._replace(params=params, step=jnp.int32(memory.step))
    known = memory.optimizer_state
    # Another optimizer, chosen since, begins without a memory.
    if _structure(known) == _structure(state.optimizer_state):
        state = state._replace(optimizer_state=_on_device(known))
    trainer.state = state


def _appended(past: list[dict[str, Any]], history: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [*past, *({**entry, "epoch": entry["epoch"] + len(past)} for entry in history)]


def _calibrated(lesson: Lesson, trainer: Trainer) -> Calibrated:
    """Calibrate by the rows held back; where there are none, probabilities are as they are."""
    objective, validation = trainer.objective, lesson.validation
    if validation is None:
        return Calibrated(objective.task)
    names = lesson.road.inputs.contract.targets
    trained = Trained(objective, trainer.params, lesson.train, names)
    outputs = trained.outputs(validation.inputs)
    return trained.calibrated_by(
        outputs, validation.targets, "validation", lesson.validation_counts
    )


def _model(road: Road, trainer: Trainer, calibrated: Calibrated, about: Mapping[str, Any]) -> Model:
    objective, inputs = trainer.objective, road.inputs
    params = jax.tree.map(np.array, trainer.params)
    return Model(
        TrainedModel(
            inputs.contract,
            inputs.encoding,
            calibrated.task,
            objective.network,
            params,
            about,
            conformal=calibrated.conformal,
        )
    )


def _report(lesson: Lesson, trainer: Trainer, ended: str) -> dict[str, Any]:
    contract, progress = lesson.road.inputs.contract, trainer.progress
    return {
        "task": trainer.objective.task.name,
        "source": contract.source,
        "origin": "memory",
        "target": contract.target,
        "targets": list(contract.targets),
        "units": contract.units,
        "n_train": lesson.train.n,
        "n_validation": lesson.validation.n if lesson.validation else 0,
        "n_test": 0,
        "n_parameters": trainer.objective.network.n_parameters(trainer.params),
        "epochs": len(progress.history),
        "best_epoch": progress.best_epoch or len(progress.history),
        "ended": ended,
        "metrics": {},
        "baseline": {},
        "confusions": [],
        "intervals": {},
        "calibration": {},
        "coverage": {},
        "seconds": {"train": round(progress.seconds, 3)},
        "conditions": backend.conditions(),
        "run": None,
        "model": None,
    }


def _plain(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in settings.items()
    }


def _structure(tree: Any) -> Any:
    return jax.tree.structure(tree)


def _on_device(tree: Any) -> Any:
    return jax.tree.map(jnp.asarray, tree)


def _print_epoch(event: Event) -> None:
    if isinstance(event, EpochDone):
        measured = {"loss": event.loss}
        if event.validation_loss is not None:
            measured |= {"validation loss": event.validation_loss, **event.metrics}
        words = ", ".join(f"{name} {value:.4g}" for name, value in measured.items())
        sys.stdout.write(f"epoch {event.epoch} of {event.epochs}: {words}\n")


def _tell_nobody(event: Event) -> None:
    """Receive events and do nothing."""
