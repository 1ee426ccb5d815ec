"""Data: what can be learned from, and what would be made of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pellucid.studio.messages.values import Json


@dataclass(frozen=True)
class Source:
    """Something to learn from; ``rows`` and ``columns`` of built-in sets."""

    id: str
    name: str
    where: Literal["builtin", "given", "upload"]
    kind: str
    rows: int | None
    columns: int | None
    summary: str


@dataclass(frozen=True)
class Sources:
    """All that can be learned from; ``endings`` and ``most_bytes`` of files that are taken."""

    sources: list[Source]
    endings: list[str]
    most_bytes: int


@dataclass(frozen=True)
class DataRequest:
    """A source, and what the person says of it; ``row`` is the example's, counted from 0."""

    source: str
    settings: dict[str, Json] = field(default_factory=dict)
    row: int = 0


@dataclass(frozen=True)
class Column:
    """What was assumed about a column, why, and what else it could be."""

    name: str
    role: Literal["input", "target", "dropped"]
    kind: str
    reason: str
    alternative: str | None
    alternative_reason: str | None
    n_missing: int
    n_distinct: int | None
    examples: list[Json]
    lowest: float | None
    highest: float | None
    mean: float | None
    deviation: float | None
    histogram: list[int]


@dataclass(frozen=True)
class Found:
    """Something that looks wrong, or should be known; rows are counted from 1."""

    code: str
    severity: Literal["serious", "warning", "note"]
    text: str
    columns: list[str]
    rows: list[int]
    n_rows: int
    remedy: str


@dataclass(frozen=True)
class Candidate:
    """A column that could be meant to be predicted."""

    column: str
    task: str
    reason: str


@dataclass(frozen=True)
class PartOfRows:
    """The rows of one part, and why there are so many."""

    part: Literal["train", "validation", "test"]
    n_rows: int
    reason: str


@dataclass(frozen=True)
class Share:
    """How many of the rows to be learned from have a value of the target."""

    value: str
    n_rows: int


@dataclass(frozen=True)
class Piece:
    """What one column of the example becomes; of very many numbers, the first.

    ``picture`` has the numbers of an image, from 0 to 1, row by row, in ``shape`` (height, width,
    channels).
    """

    column: str
    kind: str
    value: Json
    names: list[str]
    numbers: list[float]
    n_numbers: int
    shape: list[int]
    picture: list[float] | None


@dataclass(frozen=True)
class Data:
    """A source as a training would take it.

    ``task`` is ``undecided`` where no target is named; ``candidates`` then says what it could be.
    ``kinds`` are all that a column can be read as. ``notes`` are what whoever opened the source
    should know, such as what stands in for it.
    """

    source: str
    name: str
    origin: str
    notes: list[str]
    n_rows: int
    n_features: int | None
    targets: list[str]
    task: str
    task_reason: str
    candidates: list[Candidate]
    columns: list[Column]
    findings: list[Found]
    parts: list[PartOfRows]
    balance: list[Share]
    kinds: list[str]
    row: int
    pieces: list[Piece]


@dataclass(frozen=True)
class PlanRequest:
    """Settings of a training; with ``measure``, its seconds are measured on a few steps."""

    source: str
    settings: dict[str, Json] = field(default_factory=dict)
    measure: bool = False


@dataclass(frozen=True)
class PlannedLayer:
    """A layer that would be made: its shape for one example, and its parameters' number."""

    name: str
    layer: str
    out_shape: list[int]
    n_parameters: int
    arithmetic: str


@dataclass(frozen=True)
class Choice:
    """A setting that the page offers, and what it may be."""

    name: str
    help: str
    group: str
    kind: str
    choices: list[str]


@dataclass(frozen=True)
class Plan:
    """What would be trained, and why so; ``bytes`` of parameters, gradients, memory and data."""

    name: str
    task: str
    in_features: int
    layers: list[PlannedLayer]
    n_parameters: int
    n_train: int
    n_validation: int
    n_test: int
    epochs: int
    steps_per_epoch: int
    settings: dict[str, Json]
    reasons: dict[str, str]
    bytes: int
    seconds: float | None
    command: str
    python: str
    choices: list[Choice]
