"""What every comparison has in common: who takes part, what they learn from, what is told of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from pellucid.comparison.scoring import Scores
from pellucid.training.config import Config
from pellucid.training.events import Callback


class CannotLearnError(Exception):
    """A contender found while learning that it cannot; the message says why."""


@dataclass(frozen=True)
class Learned:
    """What a contender that learned is worth, and the seconds that it took."""

    scores: Scores
    learn_seconds: float
    answer_seconds: float = 0.0


Learn: TypeAlias = Callable[[], Learned]


@dataclass(frozen=True)
class Entry:
    """A contender before some rows.

    Attributes
    ----------
    contender
        Its name.
    learn
        Lets it learn and be judged; raises CannotLearnError, DivergedError or MemoryError.
    is_random
        Whether the same rows with another seed give another result.
    refusal
        Why it cannot learn from these rows, or None.
    """

    contender: str
    learn: Learn
    is_random: bool = True
    refusal: str | None = None


@dataclass
class Contest(ABC):
    """A source whose rows contenders learn from.

    Attributes
    ----------
    contenders
        All names, the network first.
    n_rows
        All rows that can be learned from.
    most
        How many of them at most: all that the memory holds as vectors.
    n_classes, n_clusters
        How many classes rows have, or clusters they are to have; 0 for numbers.
    labels
        The class of each row, ``(n_rows,)``, by which amounts are drawn evenly; or None.
    baseline
        The metrics of the trivial predictor that learned from the most rows, which are ``n``.
    """

    contenders: tuple[str, ...]
    n_rows: int
    most: int
    n_classes: int = 0
    n_clusters: int = 0
    labels: np.ndarray | None = None
    baseline: dict[str, float] = field(default_factory=dict)

    @abstractmethod
    def entries(self, config: Config, rows: np.ndarray, emit: Callback) -> Iterator[Entry]:
        """Yield the contenders, the network first, before some rows.

        Parameters
        ----------
        config
            The settings, with the seed of the repeat and the seconds that are left.
        rows
            Indices of rows to learn from, in ascending order.
        emit
            Receives the events of the network's training.
        """

    @abstractmethod
    def facts(self) -> Mapping[str, Any]:
        """Return what the result tells of the data: its arguments that are not of single runs."""
