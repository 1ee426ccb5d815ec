"""The session, and what goes wrong in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Problem:
    """What went wrong, and what to do."""

    message: str
    where: str | None
    expected: str | None
    remedy: str | None


@dataclass(frozen=True)
class Refusal:
    """The body of every answer that is no success."""

    error: Problem


@dataclass(frozen=True)
class Opened:
    """A model that the studio can show."""

    id: str
    name: str
    kind: Literal["model", "run"]


@dataclass(frozen=True)
class Session:
    """What the page needs first."""

    version: str
    opened: list[Opened]
    page: Literal["data", "inside", "guide"]
