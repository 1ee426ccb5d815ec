"""Answers turned into metrics, by one function for every contender, and into a share a row.

A main metric is the mean of one number for each row that is judged by
(:mod:`pellucid.comparison.row_shares`); of several targets, the mean of theirs. So two contenders
can be held against each other row by row (:mod:`pellucid.comparison.judging`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from pellucid import metrics
from pellucid.comparison.row_shares import ari_rows, micro_f1_rows, nmi_rows, r2_rows
from pellucid.data.matrices import Matrix, dense_rows
from pellucid.tasks import Classification, MultiLabel, Task
from pellucid.tasks.clustering import agreement

# So many rows tell a silhouette well enough; it is a mean over all pairs.
_ROWS_LOOKED_AT = 3_000


@dataclass(frozen=True)
class Scores:
    """How good answers are.

    Attributes
    ----------
    metrics
        The task's metrics, without the loss.
    rows
        What each row gives to the main metric, which is their mean; float64 ``(n,)``.
    parts
        The same of further metrics by name: of each target's main metric, where there are
        several; of each measure of a clustering that has labels.
    """

    metrics: dict[str, float]
    rows: np.ndarray
    parts: Mapping[str, np.ndarray] = field(default_factory=dict)


def score(task: Task, outputs: np.ndarray, targets: np.ndarray) -> Scores:
    """Measure outputs as a network gives them, ``(n, out_features)``, by encoded targets."""
    parts = {
        f"{name}.{part.main_metric}": _rows(part, own, wanted)
        for name, part, own, wanted in task.apart(outputs, targets)
    }
    rows = np.mean(list(parts.values()), axis=0)
    return Scores(task.metrics(outputs, targets), rows, parts if len(parts) > 1 else {})


def _rows(task: Task, outputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
    if isinstance(task, Classification):
        right: np.ndarray = task.probabilities(outputs).argmax(axis=1) == targets
        return right.astype(np.float64)
    if isinstance(task, MultiLabel):
        return micro_f1_rows(targets, outputs > 0)
    numbers = task.target  # type: ignore[attr-defined]  # of regression; others are refused
    return r2_rows(numbers.numbers(targets), numbers.numbers(outputs))


def score_clusters(inputs: Matrix, clusters: np.ndarray, labels: np.ndarray | None) -> Scores:
    """Measure a grouping of encoded rows: by labels where there are some, else by silhouette.

    Parameters
    ----------
    inputs
        Encoded rows, ``(n, in_features)``.
    clusters
        The cluster of each, whole numbers from 0, ``(n,)``.
    labels
        The class of each, ``(n,)``; or None.
    """
    n_looked_at = min(len(clusters), _ROWS_LOOKED_AT)
    some = np.unique(np.linspace(0, len(clusters) - 1, n_looked_at).round().astype(int))
    near = np.zeros(len(some))  # what is all in one cluster sets nothing apart
    if len(np.unique(clusters[some])) > 1:
        near = metrics.silhouettes(dense_rows(inputs, some), clusters[some])
    silhouette = {"silhouette": float(near.mean())}
    if labels is None:
        return Scores(silhouette, near)
    stands_for = metrics.match_clusters(labels, clusters)
    agrees = np.array([stands_for.get(int(cluster), -1) for cluster in clusters]) == labels
    parts = {
        "nmi": nmi_rows(labels, clusters),
        "ari": ari_rows(labels, clusters),
        "accuracy": agrees.astype(np.float64),
        "silhouette": near,
    }
    return Scores({**agreement(labels, clusters), **silhouette}, parts["nmi"], parts)
