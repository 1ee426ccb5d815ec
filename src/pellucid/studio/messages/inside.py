"""One unit, one weight, the vectors of words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pellucid.studio.messages.examples import Example


@dataclass(frozen=True)
class Contribution:
    """What one input adds to a unit's weighted sum: ``input`` × ``weight``."""

    index: list[int]
    name: str
    input: float
    weight: float
    product: float


@dataclass(frozen=True)
class Exciting:
    """An example that makes a unit large."""

    example: Example
    activation: float


@dataclass(frozen=True)
class Unit:
    """One unit and an example.

    ``bias`` plus the products of ``contributions`` plus ``rest`` (of ``n_rest`` further inputs) is
    ``total``, computed in 64 bits from the 32-bit numbers; ``z`` is the network's own sum, which
    ``rounding`` = ``z`` - ``total`` says how exactly it was computed in 32 bits. ``picture`` are
    the weights of image inputs, in the image's shape. What is not known is null.
    """

    layer: str
    index: list[int]
    name: str
    bias: float | None
    contributions: list[Contribution]
    rest: float
    n_rest: int
    total: float | None
    z: float | None
    rounding: float | None
    activation: float | None
    function: str
    exciting: list[Exciting]
    picture: list[list[float]] | None


@dataclass(frozen=True)
class WeightRequest:
    """Ask for the loss as a function of one weight.

    ``on``: one example, a batch of the training's size, or all rows that are there (at most
    10,000). Left out, ``learning_rate`` is the training's, and the ends are chosen.
    """

    layer: str
    name: str
    index: list[int]
    on: Literal["example", "batch", "all"] = "batch"
    example: str | None = None
    learning_rate: float | None = None
    lowest: float | None = None
    highest: float | None = None


@dataclass(frozen=True)
class Point:
    """A weight's value, and the loss there."""

    weight: float
    loss: float


@dataclass(frozen=True)
class Weight:
    """The loss as a function of one weight, all others as they are, in 64 bits.

    The tangent at ``now`` has the slope ``slope``; one step of plain gradient descent, ``now`` -
    ``learning_rate`` × ``slope``, leads to ``step``. ``lowest`` is the best point of the curve.
    """

    layer: str
    name: str
    index: list[int]
    now: Point
    curve: list[Point]
    slope: float
    learning_rate: float
    step: Point
    lowest: Point
    rows: str
    n_rows: int


@dataclass(frozen=True)
class Held:
    """A word, category or number that an example holds, and how much of it."""

    entry: int
    name: str
    amount: float


@dataclass(frozen=True)
class AlikeEntry:
    """An entry whose vector points in a similar direction."""

    entry: int
    name: str
    cosine: float


@dataclass(frozen=True)
class Vectors:
    """What a layer holds vectors of; ``entry`` is looked at, with those most like it.

    ``array`` names the layer's array that they are rows of; ``row`` is the entry's row in it.
    ``held`` are at most 60 entries of the example. Without an example and an entry, nothing is
    looked at, and ``entry`` is null.
    """

    layer: str
    array: str
    n_entries: int
    n_features: int
    held: list[Held]
    entry: int | None
    row: int | None
    name: str
    vector: list[float]
    nearest: list[AlikeEntry]
