"""Metrics of clusterings: against labels that were not learned from, and without any.

Cluster numbers mean nothing by themselves: the first three are the same however clusters are
numbered. All but the silhouettes take whole numbers from 0 for classes and clusters.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pellucid.errors import DataError
from pellucid.metrics.checking import Labels, Numbers, as_labels, check_rows

_DISTANCES_AT_ONCE = 4_000_000


def contingency(labels: ArrayLike, clusters: ArrayLike) -> NDArray[np.int64]:
    """Count the rows of each class in each cluster, ``(classes, clusters)``.

    Examples
    --------
    >>> contingency([0, 0, 1], [1, 1, 0]).tolist()
    [[0, 2], [1, 0]]
    """
    right, found = as_labels(labels, clusters)
    table = np.zeros((int(right.max()) + 1, int(found.max()) + 1), dtype=np.int64)
    np.add.at(table, (right, found), 1)
    return table


def match_clusters(labels: ArrayLike, clusters: ArrayLike) -> dict[int, int]:
    """Give each cluster a class of its own so that most rows agree, by cluster.

    The assignment problem, solved by the Hungarian method (Kuhn 1955). Of more clusters than
    classes, some have none, and are left out.

    Examples
    --------
    >>> match_clusters([0, 0, 1, 1, 1], [1, 1, 0, 0, 1])
    {1: 0, 0: 1}
    """
    from scipy.optimize import linear_sum_assignment

    table = contingency(labels, clusters)
    classes, found = linear_sum_assignment(table, maximize=True)
    return {int(cluster): int(label) for label, cluster in zip(classes, found, strict=True)}


def clustering_accuracy(labels: ArrayLike, clusters: ArrayLike) -> float:
    """Return the share of rows whose cluster stands for their class, by the best matching.

    ``ACC`` of Xie, Girshick & Farhadi, *Unsupervised deep embedding for clustering analysis*
    (ICML 2016), eq. 10.

    Examples
    --------
    >>> clustering_accuracy([0, 0, 1, 1, 1], [1, 1, 0, 0, 1])
    0.8
    """
    table = contingency(labels, clusters)
    agreeing = sum(table[right, found] for found, right in match_clusters(labels, clusters).items())
    return float(agreeing / table.sum())


def nmi(labels: ArrayLike, clusters: ArrayLike) -> float:
    """Return the normalised mutual information, from 0 to 1: 2·I(U, V) / (H(U) + H(V)).

    With the arithmetic mean of the entropies (Vinh, Epps & Bailey 2010, JMLR 11), as
    scikit-learn has it. Where both hold one group alone, it is 1.

    Examples
    --------
    >>> round(nmi([0, 0, 1, 1], [1, 1, 0, 0]), 9), round(nmi([0, 0, 1, 1], [0, 1, 0, 1]), 9)
    (1.0, 0.0)
    """
    table = contingency(labels, clusters) / len(np.asarray(labels))
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    total = _entropy(rows) + _entropy(columns)
    if total == 0:
        return 1.0
    mutual = total - _entropy(table.ravel())
    return float(np.clip(2 * mutual / total, 0.0, 1.0))


def ari(labels: ArrayLike, clusters: ArrayLike) -> float:
    """Return the adjusted Rand index: pairs put together alike; 0 by chance, 1 where all are.

    Hubert & Arabie, *Comparing partitions* (Journal of Classification 2, 1985).

    Examples
    --------
    >>> ari([0, 0, 1, 1], [1, 1, 0, 0]), round(ari([0, 0, 1, 1], [0, 1, 0, 1]), 9)
    (1.0, -0.5)
    """
    table = contingency(labels, clusters).astype(np.float64)
    both = _pairs(table).sum()
    classes, found = _pairs(table.sum(axis=1)).sum(), _pairs(table.sum(axis=0)).sum()
    every = float(_pairs(table.sum()))
    expected = classes * found / every if every else 0.0
    most = (classes + found) / 2
    return 1.0 if most == expected else float((both - expected) / (most - expected))


def silhouette(points: ArrayLike, clusters: ArrayLike) -> float:
    """Return the mean silhouette: how much nearer rows are to their own cluster than the next.

    Parameters and errors are those of `silhouettes`.

    Examples
    --------
    >>> round(silhouette([[0.0], [1.0], [10.0], [11.0]], [0, 0, 1, 1]), 3)
    0.9
    """
    return float(silhouettes(points, clusters).mean())


def silhouettes(points: ArrayLike, clusters: ArrayLike) -> Numbers:
    """Return the silhouette of each row, float64 ``(n,)``, from −1 to 1.

    Rousseeuw, *Silhouettes: a graphical aid to the interpretation and validation of cluster
    analysis* (1987); Euclidean distances. A cluster of one row counts 0.

    Parameters
    ----------
    points
        Rows, ``(n, d)``.
    clusters
        The cluster of each, ``(n,)``; at least two different ones.

    Raises
    ------
    DataError
        Where there are no rows, or they are all in one cluster.

    Examples
    --------
    >>> silhouettes([[0.0], [1.0], [10.0]], [0, 0, 1]).round(3).tolist()
    [0.9, 0.889, 0.0]
    """
    rows = np.asarray(points, dtype=np.float64)
    check_rows(len(rows))
    _, found, sizes = np.unique(np.asarray(clusters), return_inverse=True, return_counts=True)
    if len(sizes) < 2:
        raise DataError("All rows are in one cluster.", expected="at least two clusters")
    values = np.empty(len(rows))
    step = max(1, _DISTANCES_AT_ONCE // len(rows))
    squares = np.square(rows).sum(axis=1)
    membership = np.eye(len(sizes))[found]
    for start in range(0, len(rows), step):
        part = slice(start, start + step)
        values[part] = _silhouettes(rows, squares, membership, found, part)
    return values


def _silhouettes(
    rows: Numbers, squares: Numbers, membership: Numbers, found: Labels, part: slice
) -> Numbers:
    """Return the silhouette of some rows, (k,)."""
    sizes = membership.sum(axis=0)
    distances = squares[part, None] + squares - 2 * rows[part] @ rows.T
    own = np.arange(*part.indices(len(rows)))
    distances[np.arange(len(own)), own] = 0.0  # exactly, whatever rounding says
    sums = np.sqrt(np.maximum(distances, 0.0)) @ membership  # (rows, clusters)
    clusters = found[part]
    places = np.arange(len(clusters))
    inside = sums[places, clusters] / np.maximum(sizes[clusters] - 1, 1)
    means = sums / sizes
    means[places, clusters] = np.inf
    outside = means.min(axis=1)
    larger = np.maximum(inside, outside)
    values = np.divide(outside - inside, larger, out=np.zeros_like(larger), where=larger > 0)
    values[sizes[clusters] == 1] = 0.0
    return np.asarray(values)


def _entropy(shares: Numbers) -> float:
    some = shares[shares > 0]
    return float(-(some * np.log(some)).sum())


def _pairs(counts: Numbers) -> Numbers:
    return np.asarray(counts * (counts - 1) / 2)
