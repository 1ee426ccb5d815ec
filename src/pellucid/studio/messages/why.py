"""Why a prediction came out as it did."""

from __future__ import annotations

from dataclasses import dataclass

from pellucid.studio.messages.values import Json


@dataclass(frozen=True)
class WhyRequest:
    """Ask what contributed to a prediction; left out, the predicted class and the first target."""

    example: str
    label: str | None = None
    against: str | None = None
    of: str | None = None


@dataclass(frozen=True)
class ColumnPart:
    """What a column contributed; ``detail`` is what it is made of, by feature or position.

    ``grid`` are contributions in the column's shape, of pixels for instance; ``marked`` is a text
    in stretches, each with its contribution.
    """

    column: str
    kind: str
    value: Json
    contribution: float
    details: list[tuple[str, float]]
    grid: Json
    marked: list[tuple[str, float]]


@dataclass(frozen=True)
class Why:
    """Contributions: ``baseline`` and all columns' add up to ``output``, but for ``error``."""

    example: str
    target: str
    prediction: Json
    label: str | None
    against: str | None
    meaning: str
    output: float
    baseline: float
    output_written: str
    baseline_written: str
    error: float
    probability: float | None
    baseline_probability: float | None
    compared_with: str
    columns: list[ColumnPart]
