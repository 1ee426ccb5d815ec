"""Scores as means of one number for each row, so that two contenders can be held row by row.

Some scores are such means. Others are smooth functions of several means, as F1 is of hits and of
labels said and there: to each row then belongs the score plus the row's influence on it (Hampel,
*The influence curve and its role in robust estimation*, JASA 69, 1974). The influences add up to
0, so the mean is the score, and their variance over the number of rows is the variance of the
score, to first order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pellucid import metrics

Numbers = NDArray[np.float64]


def r2_rows(targets: np.ndarray, answers: np.ndarray) -> Numbers:
    """Return one less the squared error, in units of the targets' variance, float64 ``(n,)``.

    Where all targets are the same, R² has no unit: an answer is then right, 1, or not, 0.

    Examples
    --------
    >>> r2_rows(np.array([0.0, 2.0]), np.array([0.0, 1.0])).tolist()
    [1.0, 0.0]
    """
    right, said = np.ravel(targets), np.ravel(answers)
    errors, variance = (right - said) ** 2, float(np.var(right))
    return np.asarray(1 - errors / variance if variance else errors == 0, dtype=np.float64)


def micro_f1_rows(there: np.ndarray, said: np.ndarray) -> Numbers:
    """Return each row's share of micro F1, float64 ``(n,)``.

    Parameters
    ----------
    there, said
        The right and the predicted sets, 0 or 1, ``(n, labels)``.

    Examples
    --------
    >>> micro_f1_rows(np.array([[1, 0], [1, 1]]), np.array([[1, 0], [0, 1]])).round(9).tolist()
    [0.96, 0.64]
    """
    score = metrics.micro_f1(there, said)
    hits = np.logical_and(there, said).sum(axis=1)
    either = (there > 0).sum(axis=1) + (said > 0).sum(axis=1)
    if not either.any():
        return np.zeros(len(either))
    return np.asarray(score + (2 * hits - score * either) / either.mean())


def nmi_rows(labels: np.ndarray, clusters: np.ndarray) -> Numbers:
    """Return each row's share of the normalised mutual information, float64 ``(n,)``.

    Parameters
    ----------
    labels, clusters
        The class and the cluster of each row, whole numbers from 0, ``(n,)``.

    Examples
    --------
    >>> nmi_rows(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0])).round(9).tolist()
    [1.0, 1.0, 1.0, 1.0]
    """
    score = metrics.nmi(labels, clusters)
    joint, of_label, of_cluster = _shares(labels, clusters)
    both, alone = -np.log(joint), -np.log(of_label) - np.log(of_cluster)
    total = float(alone.mean())
    if total == 0:
        return np.full(len(both), score)
    # NMI = 2 − 2 · H(U, V) / (H(U) + H(V)), each entropy the mean of −log of a share.
    return np.asarray(score - 2 * (both - alone * both.mean() / total) / total)


def ari_rows(labels: np.ndarray, clusters: np.ndarray) -> Numbers:
    """Return each row's share of the adjusted Rand index, float64 ``(n,)``.

    Parameters are those of `nmi_rows`.

    Examples
    --------
    >>> ari_rows(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0])).round(9).tolist()
    [1.0, 1.0, 1.0, 1.0]
    """
    score = metrics.ari(labels, clusters)
    shares = _shares(labels, clusters)
    # Of pairs, the share in one group is the mean over rows of the share of its group.
    both, labelled, grouped = (float(share.mean()) for share in shares)
    moved = [2 * (share - share.mean()) for share in shares]
    by_chance = labelled * grouped
    moved_chance = grouped * moved[1] + labelled * moved[2]
    above, most = both - by_chance, (labelled + grouped) / 2 - by_chance
    if most <= 0:
        return np.full(len(moved_chance), score)
    moved_most = (moved[1] + moved[2]) / 2 - moved_chance
    return np.asarray(score + (moved[0] - moved_chance - above / most * moved_most) / most)


def _shares(labels: np.ndarray, clusters: np.ndarray) -> tuple[Numbers, Numbers, Numbers]:
    """Return the share of all rows in each row's class and cluster, class, and cluster, (n,)."""
    table = metrics.contingency(labels, clusters) / len(labels)
    return (
        np.asarray(table[labels, clusters]),
        np.asarray(table.sum(axis=1)[labels]),
        np.asarray(table.sum(axis=0)[clusters]),
    )
