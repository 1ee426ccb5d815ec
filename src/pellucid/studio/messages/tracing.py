"""What happens to one example on its way through the network."""

from __future__ import annotations

from dataclasses import dataclass

from pellucid.studio.messages.examples import Example
from pellucid.studio.messages.values import Json


@dataclass(frozen=True)
class Summary:
    """An array of numbers in short.

    Of at most 1,024 numbers ``values`` are all of them, exact. Of more, ``strip`` holds whole
    numbers from -127 to 127, of which each times ``scale`` is the largest, by its size, of so many
    neighbours; exact ones come as frames.
    """

    shape: list[int]
    values: list[float] | None
    strip: list[int] | None
    scale: float
    lowest: float
    highest: float
    mean: float
    zeros: float


@dataclass(frozen=True)
class Connection:
    """What a dense layer's ``unit`` gets from one of its inputs: ``product``, input · weight."""

    input: int
    unit: int
    product: float


@dataclass(frozen=True)
class LayerTrace:
    """What one layer did with an example.

    ``details`` are gates, attention and the like; ``connections`` the 40 largest products of a
    dense layer, by their size, in the order of its kernel, none of 0.
    """

    name: str
    pre_activations: Summary
    activations: Summary
    details: dict[str, Summary]
    connections: list[Connection]


@dataclass(frozen=True)
class TraceRequest:
    """Ask what happens to an example on its way through the network."""

    example: str


@dataclass(frozen=True)
class Trace:
    """An example's way through the network.

    ``words`` are those that the network reads of each text, by column, one for each of the steps
    that they fill, where it reads word by word; ``loss`` stands where the truth is known.
    """

    example: Example
    words: dict[str, list[str]]
    encoded: Summary
    layers: list[LayerTrace]
    loss: float | None


@dataclass(frozen=True)
class PredictRequest:
    """A row to be tried: by column, in the person's values; images as rows of pixels."""

    values: dict[str, Json]


@dataclass(frozen=True)
class Decoded:
    """A picture or a sound that was sent, in numbers as `PredictRequest` takes them."""

    column: str
    numbers: Json


@dataclass(frozen=True)
class Prediction(Trace):
    """The way of a row that was tried, which from now on is an example by its id.

    ``notes`` tell of values that were taken for others, such as unknown categories.
    """

    notes: list[str]
