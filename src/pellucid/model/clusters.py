"""How good clusters are: apart from each other, and beside labels that were not learned from."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid import metrics
from pellucid.data.matrices import Matrix, dense_rows
from pellucid.metrics import Interval, wilson
from pellucid.model.forward import Forward
from pellucid.nn import Network, Params
from pellucid.tasks import Clustering
from pellucid.tasks.clustering import agreement

# So many rows tell a silhouette well enough; it is a mean over all pairs.
_ROWS_LOOKED_AT = 3_000


def embedded(network: Network, params: Params, inputs: Matrix) -> np.ndarray:
    """Return the embedding of encoded rows: what the last layer but one says, float32 (n, d)."""
    encoder = Network(network.layers[:-1])
    width = encoder.out_shape(int(inputs.shape[1]))[0]
    return Forward(encoder, Clustering(width)).outputs(params, inputs)


def measure_clusters(
    task: Clustering,
    inputs: Matrix,
    clusters: np.ndarray,
    labels: np.ndarray | None,
    others: np.ndarray | None = None,
) -> dict[str, Any]:
    """Measure a grouping of encoded rows.

    Parameters
    ----------
    task
        What it was found for.
    inputs
        Encoded rows, ``(n, in_features)``.
    clusters
        Each row's, from 0, ``(n,)``.
    labels
        The numbers of the rows' classes, ``(n,)``; None where there are none.
    others
        What another method says of them, to be measured beside; None: that all are alike, which has
        no silhouette.

    Returns
    -------
    dict
        ``n``, ``metrics`` (``silhouette`` by the rows' distances where there are two clusters;
        with labels ``accuracy``, ``nmi`` and ``ari``), the same of the other grouping as
        ``baseline``, ``confusions`` and ``intervals``.
    """
    intervals: dict[str, Interval] = {}
    measured, baseline = _silhouette(inputs, clusters), {}
    if others is not None:
        baseline = _silhouette(inputs, others)
    if labels is not None:
        measured |= agreement(labels, clusters)
        baseline |= agreement(labels, np.zeros_like(clusters) if others is None else others)
        intervals["accuracy"] = wilson(measured["accuracy"], len(labels))
    answers = np.eye(task.n_clusters, dtype=np.float32)[clusters]
    return {
        "n": len(clusters),
        "metrics": measured,
        "baseline": baseline,
        "confusions": [] if labels is None else task.confusions(answers, labels, most=5),
        "units": {},
        "intervals": {name: list(ends) for name, ends in intervals.items()},
        "calibration": {},
        "coverage": {},
    }


def _silhouette(inputs: Matrix, clusters: np.ndarray) -> dict[str, float]:
    some = np.unique(
        np.linspace(0, len(clusters) - 1, min(len(clusters), _ROWS_LOOKED_AT)).round().astype(int)
    )
    if len(np.unique(clusters[some])) < 2:
        return {}
    return {"silhouette": metrics.silhouette(dense_rows(inputs, some), clusters[some])}
