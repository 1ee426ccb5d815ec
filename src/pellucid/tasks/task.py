"""What every task answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Self

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl

from pellucid.data import Table, Values
from pellucid.metrics import Interval

# So many examples tell the trivial predictor's loss well enough.
_ENOUGH_ROWS = 20_000


class Task(ABC):
    """The bridge between a network's outputs and the person's target.

    Targets come in the person's own values; ``encode`` turns them into what the loss takes,
    ``decode`` turns outputs into answers in the person's own values.
    """

    name: ClassVar[str]
    """The task's name, as in ``--task``."""

    main_metric: ClassVar[str]
    """The metric a result is summed up by; `score` says which way is better."""

    losses: ClassVar[tuple[str, ...]]
    """The losses that fit, the default first."""

    loss_name: str
    """The loss that is minimised."""

    @property
    @abstractmethod
    def out_features(self) -> int:
        """How many units the output layer has."""

    @property
    @abstractmethod
    def output_names(self) -> list[str]:
        """What each unit of the output layer speaks for, ``out_features`` names."""

    @abstractmethod
    def encode(self, values: Values) -> np.ndarray:
        """Turn targets into what ``example_losses`` takes: (n,) int32 or (n, k) float32."""

    def encode_table(self, table: Table, targets: Sequence[str]) -> np.ndarray:
        """Encode the targets of a table's rows, given the names of their columns."""
        return self.encode(table[targets[0]])

    def encode_rows(self, table: Table, targets: Sequence[str]) -> np.ndarray:
        """Encode the targets of all rows; those of a table on disk a piece at a time."""
        if not table.on_disk:
            return self.encode_table(table, targets)
        pieces = table.select(targets).pieces()
        return np.concatenate([self.encode_table(piece, targets) for piece in pieces])

    @abstractmethod
    def example_losses(self, outputs: jax.Array, targets: jax.Array) -> jax.Array:
        """Return the loss of each example, (batch,), of outputs (batch, out_features).

        The outputs are taken as they are: temperatures act before, by ``output_factors``.
        """

    def for_evaluation(self) -> Task:
        """Return the task as results are measured: without what only helps training.

        Temperatures are left out as well, so that models that differ in them alone share their
        compiled programs.
        """
        return self

    @property
    def output_factors(self) -> np.ndarray:
        """What outputs are multiplied by before a loss or a probability, (out_features,).

        The inverse of each output's temperature; 1 where nothing was calibrated.
        """
        return np.ones(self.out_features)

    def calibrated(
        self, outputs: np.ndarray, targets: np.ndarray, weights: np.ndarray | None = None
    ) -> Task:
        """Return the task with the temperatures that suit rows that were not learned from.

        Parameters
        ----------
        outputs, targets
            The network's outputs, (n, out_features), and the encoded targets of such rows.
        weights
            How much each row counts, (n,); None: all alike.
        """
        return self

    def uncalibrated(self) -> Task:
        """Return the task with the network's own probabilities."""
        return self

    def temperatures(self) -> Any:
        """Return what logits are divided by, JSON-ready; None where there is nothing to divide."""
        return None

    def calibration_error(self, outputs: np.ndarray, targets: np.ndarray) -> float | None:
        """Return the expected calibration error of the probabilities; None where there are none."""
        return None

    def apart(self, outputs: Any, targets: Any) -> Iterator[tuple[str | None, Task, Any, Any]]:
        """Yield each target's name, task, outputs and encoded targets; one target has no name.

        Parameters
        ----------
        outputs
            Of the network, (n, out_features).
        targets
            Encoded, as many; or None.
        """
        yield None, self, outputs, targets

    def intervals(self, outputs: np.ndarray, targets: np.ndarray) -> dict[str, Interval]:
        """Return 95 % confidence intervals of metrics, by their names; not all have one."""
        return {}

    @abstractmethod
    def trivial_outputs(self, train_targets: np.ndarray) -> np.ndarray:
        """Return the outputs (out_features,) of the trivial predictor for encoded targets."""

    def trivial_loss(self, train_targets: np.ndarray) -> float:
        """Return the mean loss of the trivial predictor on the targets that it knows."""
        targets = train_targets[:: max(1, len(train_targets) // _ENOUGH_ROWS)]
        outputs = np.broadcast_to(
            self.trivial_outputs(train_targets), (len(targets), self.out_features)
        )
        losses = self.for_evaluation().example_losses(
            jnp.asarray(outputs, jnp.float32), jnp.asarray(targets)
        )
        return float(np.asarray(losses).mean(dtype=np.float64))

    def score(self, measured: Mapping[str, float]) -> float:
        """Return what the best epoch is chosen by, of measured metrics: higher is better."""
        return measured[self.main_metric]

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
