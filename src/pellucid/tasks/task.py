"""What every task answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import jax
import numpy as np
import polars as pl

from pellucid.data import CategoryTarget, NumberTarget, Values


class Task(ABC):
    """The bridge between a network's outputs and the person's target.

    Targets come in the person's own values; ``encode`` turns them into what the loss takes,
    ``decode`` turns outputs into answers in the person's own values.
    """

    name: ClassVar[str]
    """The task's name, as in ``--task``."""

    main_metric: ClassVar[str]
    """The metric a result is summed up by; higher is better."""

    losses: ClassVar[tuple[str, ...]]
    """The losses that fit, the default first."""

    loss_name: str
    """The loss that is minimised."""

    target: CategoryTarget | NumberTarget
    """What encodes the person's target."""

    @property
    @abstractmethod
    def out_features(self) -> int:
        """How many units the output layer has."""

    @abstractmethod
    def encode(self, values: Values) -> np.ndarray:
        """Turn targets into what ``example_losses`` takes: (n,) int32 or (n, k) float32."""

    @abstractmethod
    def example_losses(self, outputs: jax.Array, targets: jax.Array) -> jax.Array:
        """Return the loss of each example, (batch,), of outputs (batch, out_features)."""

    def for_evaluation(self) -> Task:
        """Return the task as results are measured: without what only helps training."""
        return self

    @abstractmethod
    def decode(self, outputs: np.ndarray) -> pl.DataFrame:
        """Turn outputs (n, out_features) into a table of answers; ``prediction`` comes first."""

    @abstractmethod
    def metrics(self, outputs: np.ndarray, targets: np.ndarray) -> dict[str, float]:
        """Measure outputs against encoded targets, in the person's units; without the loss."""

    @abstractmethod
    def baseline(self, train_targets: np.ndarray, test_targets: np.ndarray) -> dict[str, float]:
        """Measure the trivial predictor, which knows the training targets and no inputs."""

    @abstractmethod
    def confusions(
        self, outputs: np.ndarray, targets: np.ndarray, most: int
    ) -> list[dict[str, Any]]:
        """List what is most often taken for what, most frequent first; empty for numbers."""

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """Return the task as JSON-ready data, with its ``name``."""

    @classmethod
    @abstractmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the task again from what ``to_dict`` returned."""
