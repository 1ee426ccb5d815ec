"""A training as it is examined: its course, and afterwards its network."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pellucid.data import Block
from pellucid.data.matrices import dense_rows
from pellucid.tasks import Clustering
from pellucid.training.diagnosis.examination import Examination
from pellucid.training.diagnosis.probe import ROWS, evenly
from pellucid.training.step import Examples, Objective

_SAMPLED = 1000


@dataclass(frozen=True)
class Case:
    """What is known of one training.

    Attributes
    ----------
    objective
        What was minimised.
    settings
        Learning rate, optimizer, epochs and so on, by the names of `Config`; those that are not
        known are missing.
    history
        An entry for each epoch done, as in `History`; some have a ``probe``.
    train
        The examples that are learnt from.
    trivial_loss
        The mean loss of the predictor that knows nothing of the inputs.
    n_steps
        Steps of an epoch.
    blocks
        The columns' places in the inputs.
    known_leaks
        Columns of which the contract already says that they tell the target.
    examination
        What the finished network was asked; None while it is trained.
    scores
        Of the finished network, ``metrics`` and ``baseline`` on rows not learned from.
    rows
        Which rows of the source the examples are, counted from 0; None: that is not known.
    cluster_sizes
        Of a finished clustering, the rows in each cluster, (k,).
    """

    objective: Objective
    settings: Mapping[str, Any]
    history: Sequence[Mapping[str, Any]]
    train: Examples
    trivial_loss: float
    n_steps: int
    blocks: Sequence[Block] = ()
    known_leaks: frozenset[str] = frozenset()
    examination: Examination | None = None
    scores: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    rows: np.ndarray | None = None
    cluster_sizes: np.ndarray | None = None

    @property
    def is_finished(self) -> bool:
        """Whether the training has come to its end."""
        return self.examination is not None or self.cluster_sizes is not None

    @property
    def is_clustering(self) -> bool:
        """Whether rows are grouped; some settings then have no meaning."""
        return isinstance(self.objective.task, Clustering)

    @property
    def epoch(self) -> int | None:
        """The last epoch done, counted from 1, while the training goes on; None afterwards."""
        return None if self.is_finished else len(self.history)

    @property
    def epochs(self) -> int:
        """The epochs planned; of a finished training, those done."""
        done = len(self.history)
        return done if self.is_finished else max(done, self.settings.get("epochs", 0))

    @property
    def is_half_done(self) -> bool:
        """Whether half of the epochs planned are done."""
        return 2 * len(self.history) >= self.epochs

    @functools.cached_property
    def sample(self) -> np.ndarray:
        """The inputs of at most 1,000 training rows, evenly spaced, (m, in_features)."""
        inputs: np.ndarray = dense_rows(self.train.inputs, evenly(self.train.n, _SAMPLED))
        return inputs

    def column_of(self, place: int) -> str | None:
        """Return the column that an input belongs to; None where columns are not known."""
        return next((b.column for b in self.blocks if b.start <= place < b.stop), None)

    def source_rows(self, examples: np.ndarray) -> np.ndarray | None:
        """Return the rows of the source that examples are, counted from 0; None: not known."""
        return None if self.rows is None else self.rows[examples]

    @functools.cached_property
    def looks(self) -> list[dict[str, Any]]:
        """What the probe saw, each with its ``epoch``."""
        return [
            {**entry["probe"], "epoch": entry["epoch"]}
            for entry in self.history
            if entry.get("probe")
        ]

    @property
    def is_looked_at(self) -> bool:
        """Whether the probe saw enough to tell: while a training goes on, two looks."""
        return len(self.looks) >= (1 if self.is_finished else 2)

    @functools.cached_property
    def losses(self) -> np.ndarray:
        """The training loss of each epoch, (epochs,)."""
        return np.array([entry["loss"] for entry in self.history], dtype=np.float64)

    @functools.cached_property
    def validation_losses(self) -> np.ndarray:
        """The validation loss of each epoch, (epochs,); empty without validation rows."""
        found = [entry.get("validation_loss") for entry in self.history]
        return np.array([] if None in found else found, dtype=np.float64)

    @property
    def loss(self) -> float:
        """The newest loss of training rows at inference, without penalties; NaN: none known."""
        if self.examination is not None:
            return self.examination.loss
        return float(self.looks[-1]["loss"]) if self.looks else math.nan

    @property
    def skill(self) -> float:
        """1 − loss / trivial loss: 0 knows nothing, 1 is without a mistake; NaN: not known."""
        return 1 - self.loss / self.trivial_loss if self.trivial_loss > 0 else math.nan

    def of_layers(self, what: str) -> dict[str, np.ndarray]:
        """Return a measurement of each layer that has it in all looks, (looks,).

        A layer that was frozen for a while is not among them.
        """
        seen = [look["layers"] for look in self.looks]
        names = [name for name in seen[0] if all(what in own.get(name, ()) for own in seen)]
        return {name: np.array([own[name][what] for own in seen]) for name in names}


def trivial_loss_of(objective: Objective, train: Examples) -> float:
    """Return the trivial predictor's mean loss on training targets, by their weights."""
    targets = np.asarray(train.targets)
    if train.weights is not None:
        targets = targets[evenly(train.n, max(ROWS, min(train.n, 20_000)), train.weights)]
    return objective.task.trivial_loss(targets)
