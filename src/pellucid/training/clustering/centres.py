"""k-means: the centres that clusters begin with, and the method that they are held against."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from pellucid.data.table import Array


@dataclass(frozen=True)
class Means:
    """What k-means found.

    Attributes
    ----------
    labels
        The cluster of each row, int64 ``(n,)`` from 0.
    centres
        The mean of each cluster, float64 ``(k, d)``.
    """

    labels: Array
    centres: Array


def k_means(points: Any, k: int, seed: int, *, starts: int = 10, rounds: int = 300) -> Means:
    """Divide rows into ``k`` clusters, each row with the nearest mean (Lloyd 1982).

    Parameters
    ----------
    points
        Rows, ``(n, d)``; an array or a sparse one.
    k
        How many clusters; at most as many as rows differ.
    seed
        Of the first centres, by k-means++ (Arthur & Vassilvitskii 2007).
    starts
        Of so many beginnings the best is kept.
    rounds
        The most rounds of each.

    Examples
    --------
    >>> means = k_means(np.array([[0.0], [1.0], [9.0]]), 2, seed=0)
    >>> sorted(means.centres.ravel().tolist())
    [0.5, 9.0]
    """
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    # Sums of several threads come in any order, and so with other last bits each time. That fewer
    # places differ than there are clusters is told by who uses them.
    with threadpool_limits(1, user_api="openmp"), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = KMeans(k, n_init=starts, max_iter=rounds, random_state=seed).fit(points)
    return Means(fitted.labels_.astype(np.int64), fitted.cluster_centers_.astype(np.float64))
