"""Confidence intervals of every score that a task reports, by the score's name.

Shares of rows that are right have Wilson's interval, all others the bootstrap's
(:mod:`pellucid.metrics.intervals`). ``level`` is how sure each interval is to be.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pellucid.metrics.checking import Numbers, as_numbers
from pellucid.metrics.intervals import LEVEL, Interval, bootstrap, wilson

# With more classes, most have too few rows for their share of the mean to say anything.
_MOST_CLASSES = 200


def intervals_of_classes(
    labels: ArrayLike, probabilities: ArrayLike, level: float = LEVEL
) -> dict[str, Interval]:
    """Return intervals of accuracy, balanced accuracy, F1 and, for two classes, ROC AUC.

    Of more than 200 classes, only the accuracy's.

    Parameters
    ----------
    labels
        The right classes, (n,).
    probabilities
        Those predicted for each class, (n, classes).

    Examples
    --------
    >>> found = intervals_of_classes([0, 1] * 50, [[0.9, 0.1]] * 100)
    >>> [round(end, 3) for end in found["accuracy"]]
    [0.404, 0.596]
    """
    right, shares = np.asarray(labels, dtype=np.int64), np.asarray(probabilities)
    guessed = shares.argmax(axis=1)
    found = {"accuracy": wilson(float(np.mean(right == guessed)), len(right), level)}
    n_classes = shares.shape[1]
    if n_classes > _MOST_CLASSES:
        return found
    there, said = np.eye(n_classes)[right], np.eye(n_classes)[guessed]
    columns = np.hstack([there * said, said, there])
    found["balanced_accuracy"], found["f1"] = bootstrap(columns, _of_classes, level)
    if n_classes == 2 and len(np.unique(right)) == 2:
        found["roc_auc"] = _interval_of_area(right == 1, shares[:, 1], level)
    return found


def intervals_of_sets(
    right: ArrayLike, predicted: ArrayLike, level: float = LEVEL
) -> dict[str, Interval]:
    """Return intervals of micro and macro F1, subset accuracy and Hamming loss.

    Parameters
    ----------
    right, predicted
        The right and the predicted sets, 0 or 1, (n, labels).
    """
    there = np.asarray(right, dtype=np.float64)
    said = np.asarray(predicted, dtype=np.float64)
    whole = float(np.mean((there == said).all(axis=1)))
    found = {"subset_accuracy": wilson(whole, len(there), level)}
    names = ("micro_f1", "macro_f1", "hamming_loss")
    columns = np.hstack([there * said, said, there])
    return found | dict(zip(names, bootstrap(columns, _of_sets, level), strict=True))


def intervals_of_numbers(
    targets: ArrayLike, predictions: ArrayLike, level: float = LEVEL
) -> dict[str, Interval]:
    """Return intervals of R², RMSE and MAE; of several outputs, of their means.

    Parameters
    ----------
    targets, predictions
        The right and the predicted numbers, (n,) or (n, k).

    Examples
    --------
    >>> right = np.arange(50.0)
    >>> found = intervals_of_numbers(right, right + 1.0)
    >>> [round(end, 9) for end in found["mae"]]
    [1.0, 1.0]
    """
    right, guessed = as_numbers(targets, predictions)
    # Brought near 1, so that no square overflows and none of a mean far from 0 cancels.
    middle = right.mean(axis=0)
    unit = np.maximum(np.abs(right - middle).max(axis=0), np.abs(right - guessed).max(axis=0))
    unit = np.where(unit > 0, unit, 1.0)
    errors, away = (right - guessed) / unit, (right - middle) / unit
    k = errors.shape[1]

    def scores(means: Numbers) -> Numbers:
        squares, sizes, first, second = (means[:, i * k : (i + 1) * k] for i in range(4))
        variance = np.maximum(second - first**2, 0.0)
        share = np.where(variance > 0, 1.0 - squares / np.where(variance > 0, variance, 1.0), 0.0)
        columns = (share, np.sqrt(squares) * unit, sizes * unit)
        return np.stack([column.mean(axis=1) for column in columns], axis=1)

    columns = np.hstack([errors**2, np.abs(errors), away, away**2])
    return dict(zip(("r2", "rmse", "mae"), bootstrap(columns, scores, level), strict=True))


def interval_of_mean(values: ArrayLike, level: float = LEVEL) -> Interval:
    """Return the interval of a mean over rows, (n,), such as the loss."""
    column = np.asarray(values, dtype=np.float64)[:, None]
    return bootstrap(column, lambda means: means, level)[0]


def _of_classes(means: Numbers) -> Numbers:
    hits, said, there = np.split(means, 3, axis=1)
    recall = _mean_of_those(hits, there)
    return np.stack([recall, _mean_of_those(2 * hits, said + there)], axis=1)


def _of_sets(means: Numbers) -> Numbers:
    hits, said, there = np.split(means, 3, axis=1)
    either = said + there
    micro = 2 * hits.sum(axis=1) / np.maximum(either.sum(axis=1), np.finfo(np.float64).tiny)
    macro = np.mean(2 * hits / np.where(either > 0, either, 1.0), axis=1)
    return np.stack([micro, macro, np.mean(either - 2 * hits, axis=1)], axis=1)


def _mean_of_those(parts: Numbers, wholes: Numbers) -> Numbers:
    """Average part / whole over the columns whose whole is above 0."""
    some = wholes > 0
    shares = np.where(some, parts / np.where(some, wholes, 1.0), 0.0)
    return np.asarray(shares.sum(axis=1) / some.sum(axis=1))


def _interval_of_area(is_one: NDArray[np.bool_], scores: Numbers, level: float) -> Interval:
    """Return the interval of the area under the ROC curve.

    To first order, a sample's area is the mean, over its rows of each class, of the share of the
    other class's rows that a row is on the right side of (DeLong, DeLong & Clarke-Pearson 1988).
    """
    ones, zeros = np.sort(scores[is_one]), np.sort(scores[~is_one])
    n_ones, n_zeros = len(ones), len(zeros)
    below = np.searchsorted(zeros, scores) + np.searchsorted(zeros, scores, side="right")
    above = 2 * n_ones - np.searchsorted(ones, scores) - np.searchsorted(ones, scores, "right")
    share = np.where(is_one, below / (2 * n_zeros), above / (2 * n_ones))
    area = share[is_one].mean()
    one, zero = is_one.astype(np.float64), (~is_one).astype(np.float64)

    def areas(means: Numbers) -> Numbers:
        parts, wholes = means[:, :2], means[:, 2:]
        some = (wholes > 0).all(axis=1, keepdims=True)
        shares = np.where(some, parts / np.where(some, wholes, 1.0), np.nan)
        return np.asarray(np.clip(shares.sum(axis=1, keepdims=True) - area, 0.0, 1.0))

    columns = np.stack([share * one, share * zero, one, zero], axis=1)
    return bootstrap(columns, areas, level)[0]
