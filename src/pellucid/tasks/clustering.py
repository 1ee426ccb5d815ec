"""Clustering: rows grouped by likeness; a target, where there is one, only judges the groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl

from pellucid import metrics
from pellucid.data import CategoryTarget, Values
from pellucid.errors import DataError
from pellucid.tasks.task import Task


@dataclass(frozen=True)
class Clustering(Task):
    """Grouping rows into clusters, which people know as 1 … k.

    Parameters
    ----------
    n_clusters
        How many there are.
    target
        The classes that groups are judged by, or None. Nothing is learned from them.

    Examples
    --------
    >>> Clustering(2).decode(np.array([[0.0, -50.0]], np.float32)).to_dicts()
    [{'prediction': 1, 'probability_1': 1.0, 'probability_2': 1.9287498479639178e-22}]
    """

    name: ClassVar[str] = "clustering"
    main_metric: ClassVar[str] = "nmi"
    losses: ClassVar[tuple[str, ...]] = ("self_teaching",)

    n_clusters: int
    target: CategoryTarget | None = None
    loss_name: str = "self_teaching"

    @property
    def out_features(self) -> int:
        """One output for each cluster."""
        return self.n_clusters

    @property
    def output_names(self) -> list[str]:
        """The clusters' numbers, from 1."""
        return [str(number) for number in range(1, self.n_clusters + 1)]

    def encode(self, values: Values) -> np.ndarray:
        """Turn labels to judge by into the numbers of their classes, int32 (n,)."""
        if self.target is None:
            raise DataError(
                "The clusters were found without a target, so there is nothing to judge them by.",
                remedy="name the column of the labels when training: --target COLUMN",
            )
        return self.target.transform(values)

    def for_evaluation(self) -> Task:
        """Return the task without the person's classes, so that models share their programs."""
        return Clustering(self.n_clusters)

    def example_losses(self, outputs: jax.Array, targets: jax.Array) -> jax.Array:
        """Return the cross-entropy of each row, (batch,).

        Parameters
        ----------
        outputs
            Logits of the clusters, (batch, k).
        targets
            The probability that each is to have, (batch, k); or the right one's number, (batch,).
        """
        if targets.ndim == 1:
            targets = jax.nn.one_hot(targets, self.n_clusters)
        losses: jax.Array = -jnp.sum(targets * jax.nn.log_softmax(outputs, axis=1), axis=1)
        return losses

    def probabilities(self, outputs: np.ndarray) -> np.ndarray:
        """Return the probability of each cluster, float64 (n, k), of outputs as large."""
        logits = outputs.astype(np.float64)
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))

    def trivial_outputs(self, train_targets: np.ndarray) -> np.ndarray:
        """Return the logarithms of the shares of classes, or of soft targets (n, k), as (k,)."""
        if train_targets.ndim == 1:
            counts = np.bincount(train_targets, minlength=self.n_clusters)
        else:
            counts = train_targets.sum(axis=0, dtype=np.float64)
        with np.errstate(divide="ignore"):
            logits: np.ndarray = np.log(counts / counts.sum())
        return logits

    def decode(self, outputs: np.ndarray) -> pl.DataFrame:
        """Return ``prediction``, the cluster's number from 1, and each one's probability."""
        shares = self.probabilities(outputs)
        columns = [pl.Series("prediction", shares.argmax(axis=1) + 1)]
        for number, share in zip(self.output_names, shares.T, strict=True):
            columns.append(pl.Series(f"probability_{number}", np.ascontiguousarray(share)))
        return pl.DataFrame(columns)

    def metrics(self, outputs: np.ndarray, targets: np.ndarray) -> dict[str, float]:
        """Return how well the clusters agree with classes, by their numbers."""
        return agreement(targets, outputs.argmax(axis=1))

    def baseline(self, train_targets: np.ndarray, test_targets: np.ndarray) -> dict[str, float]:
        """Measure all rows in one cluster."""
        return agreement(test_targets, np.zeros(len(test_targets), dtype=np.int64))

    def confusions(
        self, outputs: np.ndarray, targets: np.ndarray, most: int
    ) -> list[dict[str, Any]]:
        """List the classes found most often in a cluster that stands for another class."""
        if self.target is None:
            return []
        found = outputs.argmax(axis=1)
        table = metrics.contingency(targets, found)
        stands_for = metrics.match_clusters(targets, found)
        for cluster, label in stands_for.items():
            table[label, cluster] = 0
        order = np.argsort(-table.ravel(), kind="stable")[:most]
        return [
            {
                "actual": str(self.target.classes[label]),
                "predicted": f"cluster {cluster + 1}",
                "count": int(table[label, cluster]),
            }
            for label, cluster in (np.unravel_index(place, table.shape) for place in order)
            if table[label, cluster]
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the task as JSON-ready data."""
        target = None if self.target is None else self.target.to_dict()
        return {"name": self.name, "n_clusters": self.n_clusters, "target": target}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the task again from what ``to_dict`` returned."""
        target = saved["target"]
        return cls(saved["n_clusters"], target and CategoryTarget.from_dict(target))


def agreement(classes: np.ndarray, clusters: np.ndarray) -> dict[str, float]:
    """Return accuracy by the best matching, NMI and ARI of clusters against classes."""
    return {
        "accuracy": metrics.clustering_accuracy(classes, clusters),
        "nmi": metrics.nmi(classes, clusters),
        "ari": metrics.ari(classes, clusters),
    }
