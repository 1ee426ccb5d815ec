"""What would be trained: layers, settings and why, how long it takes, how it is written down."""

from __future__ import annotations

from typing import Any

from pellucid import memory
from pellucid.studio.answers.data import chosen
from pellucid.studio.asked import Asked
from pellucid.studio.messages.data import Choice, Plan, PlannedLayer, PlanRequest
from pellucid.studio.reading import read
from pellucid.studio.studio import Studio
from pellucid.training.clustering.session import ClusteringSession
from pellucid.training.config import Config
from pellucid.training.events import Estimated, Event, Planned
from pellucid.training.run import session_of
from pellucid.training.session import Session
from pellucid.training.settings import settings_of
from pellucid.training.step import Examples
from pellucid.training.telling import Faces
from pellucid.training.trainer import Trainer
from pellucid.training.written import as_command, as_python

# Weights, gradients, a copy of both, the best weights; and the optimizer's memory.
_COPIES = 5
_SLOTS = {"sgd": 0, "momentum": 1, "nesterov": 1, "rmsprop": 1, "adam": 2, "adamw": 2}
_BYTES = 4
_OFFERED = (
    "preset", "network", "hidden", "filters", "units", "blocks", "heads", "activation",
    "normalization", "dropout", "members", "optimizer", "learning_rate", "schedule", "batch_size",
    "epochs", "patience", "l2", "weight_decay", "augment", "loss", "time_limit", "seed",
)  # fmt: skip


def plan(studio: Studio, asked: Asked) -> Plan:
    """Answer ``POST /api/plan``."""
    asked.query.only()
    question = read(PlanRequest, asked.body)
    settings = chosen(studio, question.source, question.settings)
    config = Config.make(**settings)
    settings = {name: getattr(config, name) for name in settings}
    told: list[Planned] = []

    def hear(event: Event) -> None:
        if isinstance(event, Planned):
            told.append(event)

    session = session_of(config, Faces(hear))
    session.announce()
    can_measure = question.measure and isinstance(session, Session)
    with memory.limited_to(config.memory):
        seconds = _seconds(session, told[0]) if can_measure else None  # type: ignore[arg-type]  # a Session
    return _plan(session, told[0], settings, seconds)


def _plan(
    session: Session | ClusteringSession,
    planned: Planned,
    settings: dict[str, Any],
    seconds: float | None,
) -> Plan:
    return Plan(
        name=planned.name,
        task=planned.task,
        in_features=_in_features(session),
        layers=[
            PlannedLayer(
                row["name"],
                row["layer"],
                list(row["out_shape"]),
                row["n_parameters"],
                row["arithmetic"],
            )
            for row in planned.layers
        ],
        n_parameters=planned.n_parameters,
        n_train=planned.n_train,
        n_validation=planned.n_validation,
        n_test=planned.n_test,
        epochs=planned.epochs,
        steps_per_epoch=planned.steps_per_epoch,
        settings=planned.settings,
        reasons=planned.reasons,
        bytes=_bytes(session, planned),
        seconds=seconds,
        command=as_command(settings),
        python=as_python(settings),
        choices=_choices(),
    )


def _in_features(session: Session | ClusteringSession) -> int:
    if isinstance(session, ClusteringSession):
        return int(session.ground.inputs.shape[1])
    return session.prepared.encoding.in_features


def _bytes(session: Session | ClusteringSession, planned: Planned) -> int:
    """Return how much memory weights and data take; what a step computes comes on top."""
    copies = _COPIES + _SLOTS.get(session.config.optimizer or "", 2)
    if isinstance(session, ClusteringSession):
        data = int(getattr(session.ground.inputs, "nbytes", 0))
    else:
        prepared = session.prepared
        parts = (prepared.train, prepared.validation, prepared.test)
        data = sum(_size(part) for part in parts if part is not None)
    return planned.n_parameters * _BYTES * copies + data


def _size(part: Examples) -> int:
    return sum(int(getattr(array, "nbytes", 0)) for array in part if array is not None)


def _seconds(session: Session, planned: Planned) -> float | None:
    """Measure a few steps on a copy of the first state, as a training does before it begins.

    The seconds are those of the training, and of calibrating it afterwards.
    """
    found: list[float] = []

    def hear(event: Event) -> None:
        if isinstance(event, Estimated):
            found.append(event.seconds + planned.seconds_to_calibrate(event))

    prepared = session.prepared
    Trainer(session.objective, session.plan(), prepared.train, prepared.validation, hear).compile()
    return found[0] if found else None


def _choices() -> list[Choice]:
    known = settings_of(Config)
    return [
        Choice(name, one.help, one.group, one.kind, list(map(str, one.choices)))
        for name, one in known.items()
        if name in _OFFERED
    ]
