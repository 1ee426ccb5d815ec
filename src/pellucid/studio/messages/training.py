"""Trainings: what is known of one, what is ordered, what is new since a page last heard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from pellucid.studio.messages.examples import Answer, Example
from pellucid.studio.messages.session import Problem
from pellucid.studio.messages.values import Json

State: TypeAlias = Literal[
    "starting", "training", "paused", "finished", "interrupted", "diverged", "failed", "damaged"
]
"""``interrupted`` runs can go on; ``failed`` ones never began."""


@dataclass(frozen=True)
class Operation:
    """What is known of a step after one of its operations, of its first examples.

    ``outputs`` and ``losses`` have a row for each of ``rows``; ``gradients`` and ``changes`` are
    the lengths of each layer's arrays taken together.
    """

    operation: Literal["forward", "loss", "backward", "update"]
    step: int
    n_rows: int
    rows: list[int]
    outputs: list[list[float]] | None
    losses: list[list[float]] | None
    loss: float | None
    learning_rate: float | None
    gradients: dict[str, float] | None
    changes: dict[str, float] | None


@dataclass(frozen=True)
class Standing:
    """The state that is looked at, while a training stands still.

    ``step`` steps were done, ``position`` of them in the unfinished epoch after ``epoch`` whole
    ones. ``head`` is the newest step of the run. ``layers`` has what the probe measures of the
    state, by layer.
    """

    step: int
    head: int
    epoch: int
    position: int
    steps_per_epoch: int
    epochs: int
    next_operation: Literal["forward", "loss", "backward", "update"]
    operation: Operation | None
    layers: dict[str, dict[str, float]]


@dataclass(frozen=True)
class Run:
    """A run, as far as it has come.

    ``phase_done`` is the part of the phase that is done, 0 to 1, where it can be told.
    ``is_open`` says that a process holds it, which trains it or shows its states. ``seconds`` is
    how long the rest was expected to take when it began. ``model`` is the finished run's id among
    the opened models.
    """

    id: str
    state: State
    is_open: bool
    phase: str | None
    phase_done: float | None
    problem: Problem | None
    step: int
    epoch: int
    position: int
    steps_per_epoch: int | None
    epochs: int | None
    examples_per_second: float | None
    seconds: float | None
    standing: Standing | None
    model: str | None


@dataclass(frozen=True)
class RunUpdate:
    """What is new of a run; with ``fresh``, all lists begin anew.

    ``losses`` are pairs of a step and the mean loss of the ``steps_each`` steps from it on. The
    first update has ``planned``: what is trained, and why so.
    """

    version: int
    run: Run
    fresh: bool
    steps_each: int
    losses: list[tuple[int, float]]
    epochs: list[dict[str, Json]]
    diagnoses: list[dict[str, Json]]
    notes: list[dict[str, Json]]
    planned: dict[str, Json] | None


@dataclass(frozen=True)
class Watch:
    """What a page says on the live line: the array that it wants to see; null: none."""

    layer: str | None
    name: str | None


@dataclass(frozen=True)
class RunRequest:
    """Settings of a training that is to begin; ``source`` is a source's id."""

    source: str
    settings: dict[str, Json]


@dataclass(frozen=True)
class Command:
    """An order to a training.

    ``go_on`` also resumes a run that no process holds, and ``step`` or ``rewind`` open it first.
    """

    command: Literal["pause", "go_on", "step", "rewind", "finish", "stop"]
    unit: Literal["operation", "batch", "epoch"] | None = None
    step: int | None = None


@dataclass(frozen=True)
class BranchRequest:
    """Go on from a step with other settings, into a new run."""

    step: int
    settings: dict[str, Json]


@dataclass(frozen=True)
class RunEntry:
    """A run in the list of all: its summary, and how deep it lies below what it branched from."""

    run: Run
    name: str
    depth: int
    parent: str | None
    parent_step: int | None
    source: str | None
    target: str | None
    task: str | None
    began: str | None
    score: str


@dataclass(frozen=True)
class Runs:
    """All runs of the working folder, each below the one that it was branched from."""

    runs: list[RunEntry]


@dataclass(frozen=True)
class Mark:
    """A step from which other settings hold: a branch; values before and after by name."""

    step: int
    epoch: int
    parent: str
    changes: dict[str, list[Json]]


@dataclass(frozen=True)
class Timeline:
    """A run's steps; those between the recorded ones are computed from them."""

    first_step: int
    last_step: int
    steps_per_epoch: int | None
    recorded: list[int]
    marks: list[Mark]
    branches: list[Mark]
    changeable: list[str]
    settings: dict[str, Json]


@dataclass(frozen=True)
class Disagreement:
    """A row that two runs answer unlike; the example has the answers of the first."""

    example: Example
    other: list[Answer]


@dataclass(frozen=True)
class Comparison:
    """Two runs beside each other; pairs are of the first and the second.

    ``epochs`` are their histories. ``n_disagree`` of ``n_rows`` held-out rows are answered unlike,
    the clearest of them in ``disagreements``; without them, ``why_no_rows`` says why.
    """

    a: str
    b: str
    settings: dict[str, list[Json]]
    conditions: dict[str, list[Json]]
    metrics: dict[str, list[float]]
    same_weights: bool | None
    notes: list[str]
    epochs: list[list[dict[str, Json]]]
    n_rows: int
    n_disagree: int
    disagreements: list[Disagreement]
    why_no_rows: str | None


@dataclass(frozen=True)
class LayerHistogram:
    """A layer's numbers after so many steps: how many lie in each of equal bins between two."""

    step: int
    lowest: float
    highest: float
    counts: list[int]


@dataclass(frozen=True)
class LayerHistograms:
    """How a layer's numbers were distributed on the way, in at most 120 states of a run.

    ``of`` says which: its weights, their gradients in the step that follows, or what that step
    added to them. ``layers`` are those with weights; ``layer`` is null where there are none yet.
    """

    of: Literal["weights", "gradients", "updates"]
    layer: str | None
    layers: list[str]
    states: list[LayerHistogram]
