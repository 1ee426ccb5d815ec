"""Rows like one, what would change an answer, and the lab."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pellucid.studio.messages.examples import Example
from pellucid.studio.messages.session import Opened, Problem
from pellucid.studio.messages.values import Json, Part


@dataclass(frozen=True)
class NearestRequest:
    """Ask for the training rows most like one; at most 50."""

    example: str
    n: int = 8


@dataclass(frozen=True)
class Near:
    """A row, and its distance in the last hidden layer."""

    example: Example
    distance: float


@dataclass(frozen=True)
class Nearest:
    """The rows most like one, the nearest first, among so many of a part."""

    part: Part
    looked_through: int
    near: list[Near]


@dataclass(frozen=True)
class ChangesRequest:
    """Ask what would change an answer: to a class, or to any other; some columns stay fixed."""

    example: str
    label: str | None = None
    fixed: list[str] | None = None


@dataclass(frozen=True)
class ColumnChange:
    """One column's change; ``size`` in deviations of training, 1 for a category."""

    column: str
    before: Json
    after: Json
    size: float


@dataclass(frozen=True)
class Counterfactual:
    """Changes that lead to another answer."""

    changes: list[ColumnChange]
    prediction: Json
    probability: float


@dataclass(frozen=True)
class Changes:
    """What would change an answer, the smallest changes first; empty where nothing was found."""

    example: str
    found: list[Counterfactual]


@dataclass(frozen=True)
class LabOperation:
    """A change of a copy of the network.

    ``switch_off``: ``units`` of a layer. ``prune``: the weakest share ``amount`` of a layer's
    weights, or of all. ``shift_bias``: of the only one of ``units`` by ``amount``. ``add_noise``:
    of ``amount`` deviations, to a layer or to all, with a ``seed``. ``retrain``: what comes before
    it, learned on for ``amount`` epochs, as was asked for by a `RetrainingRequest`.
    """

    kind: Literal["switch_off", "prune", "shift_bias", "add_noise", "retrain"]
    layer: str | None = None
    units: list[int] | None = None
    amount: float | None = None
    seed: int = 0


@dataclass(frozen=True)
class LabRequest:
    """Ask how good a copy is with these changes, made in this order."""

    operations: list[LabOperation]


@dataclass(frozen=True)
class LabClass:
    """The share of a class's rows that is found, before and after."""

    label: str
    n: int
    before: float
    after: float


@dataclass(frozen=True)
class LabTarget:
    """A target's classes; none where it is a number."""

    target: str
    classes: list[LabClass]


@dataclass(frozen=True)
class LabResult:
    """Scores before and after, on so many rows of a part; how many weights there are, and at 0."""

    part: Part
    n: int
    before: dict[str, float]
    after: dict[str, float]
    targets: list[LabTarget]
    n_weights: int
    n_zeros: int


@dataclass(frozen=True)
class PruningRequest:
    """Ask for scores with more and more of the weakest weights gone, of a layer or of all."""

    layer: str | None = None


@dataclass(frozen=True)
class PruningPoint:
    """Scores with a share of the weights gone."""

    share: float
    n_left: int
    metrics: dict[str, float]


@dataclass(frozen=True)
class PruningCurve:
    """Scores over shares of weights gone; ``main_metric`` sums them up."""

    part: Part
    n: int
    main_metric: str
    points: list[PruningPoint]


@dataclass(frozen=True)
class Saved:
    """A changed copy that was saved: the file, and the model as it can be looked into."""

    file: str
    opened: Opened


@dataclass(frozen=True)
class RetrainingRequest:
    """Let a copy with these changes learn on, its weights that are 0 held at 0."""

    operations: list[LabOperation]
    epochs: int


@dataclass(frozen=True)
class Retraining:
    """How far a copy has come that learns on: epochs done, of how many, the last one's loss.

    ``stopped`` ones are kept as ``finished`` ones are.
    """

    state: Literal["none", "learning", "finished", "stopped", "failed"]
    epoch: int
    epochs: int
    loss: float | None
    problem: Problem | None
