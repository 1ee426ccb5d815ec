"""Rows: as the person knows them, and what the network answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pellucid.studio.messages.values import Json, Part


@dataclass(frozen=True)
class Media:
    """A value that is seen: where to fetch it, a PNG, and its height and width in pixels.

    An address that begins with ``data:`` holds a small picture itself.

    ``sound`` is where to fetch what can be heard, a WAV; null where the sound itself is not there.
    """

    url: str
    kind: Literal["image", "spectrogram"]
    height: int
    width: int
    sound: str | None = None


@dataclass(frozen=True)
class Probability:
    """How probable the network holds one answer."""

    label: str
    probability: float


@dataclass(frozen=True)
class Answer:
    """What the network answers for one target; ``probabilities`` in the order of the classes."""

    target: str
    prediction: Json
    probabilities: list[Probability]


@dataclass(frozen=True)
class Example:
    """One row. ``id`` names it everywhere: ``test:17`` is the 18th held-out row.

    ``truth`` and ``correct`` are by target, and empty where nothing is known.
    """

    id: str
    values: dict[str, Json]
    media: dict[str, Media]
    truth: dict[str, Json]
    answers: list[Answer]
    correct: dict[str, bool]


@dataclass(frozen=True)
class Examples:
    """Rows of one part, from ``start`` on, of ``total``."""

    part: Part
    start: int
    total: int
    examples: list[Example]
