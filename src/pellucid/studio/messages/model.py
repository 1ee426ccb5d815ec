"""A model: all of it but its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pellucid.studio.messages.values import Json


@dataclass(frozen=True)
class InputBlock:
    """Where a column's features lie in the network's input; ``names`` of at most 256."""

    column: str
    kind: str
    shape: list[int]
    offset: int
    size: int
    names: list[str] | None


@dataclass(frozen=True)
class Parameter:
    """An array of a layer's parameters; statistics are kept while training, not learned."""

    path: str
    shape: list[int]
    learned: bool


@dataclass(frozen=True)
class Layer:
    """A layer: its shapes for one example, and how its number of parameters comes about.

    ``vectors`` names the array whose rows are vectors of words, categories or numbers, if any.
    """

    name: str
    family: str
    settings: dict[str, Json]
    in_shape: list[int]
    out_shape: list[int]
    n_parameters: int
    parameters: list[Parameter]
    arithmetic: str
    vectors: str | None


@dataclass(frozen=True)
class ModelDescription:
    """All of a model but its numbers.

    ``outputs`` names the units of the output layer; ``classes`` is empty where there are none.
    ``parts`` says how many examples can be asked for, by part; ``why_no_rows`` why those of the
    data cannot. ``members`` is how many networks an ensemble is the mean of: member k is the
    model ``<id>.<k>``, k from 0. ``learning_rate`` is that of its training; by ``temperature``
    logits are divided before they become probabilities.
    """

    id: str
    name: str
    kind: Literal["model", "run"]
    source: str
    task: str
    targets: list[str]
    outputs: list[str]
    classes: list[str]
    metrics: dict[str, float]
    baseline: dict[str, float]
    units: dict[str, str]
    input_blocks: list[InputBlock]
    in_features: int
    n_parameters: int
    layers: list[Layer]
    settings: dict[str, Json]
    reasons: dict[str, str]
    parts: dict[str, int]
    why_no_rows: str | None
    members: int | None
    loss: str
    temperature: float
    learning_rate: float | None
    fields: list[Field]


@dataclass(frozen=True)
class Field:
    """A column to be filled in by a person who tries the model.

    ``choices`` are a category's values; ``lowest`` and ``highest`` those of training; ``shape``
    that of a picture, of which each pixel is a number from ``lowest`` to ``highest``.
    """

    column: str
    kind: str
    choices: list[str]
    lowest: float | None
    highest: float | None
    usual: Json
    shape: list[int]
