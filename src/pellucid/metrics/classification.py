"""How good predicted classes and probabilities are.

Classes are whole numbers from 0; labels and predicted classes are (n,), probabilities
(n, classes).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pellucid.errors import DataError
from pellucid.metrics.checking import Labels, Numbers, as_labels, as_weights, check_rows


class ClassScores(NamedTuple):
    """Scores of each class; all are (classes,).

    Parameters
    ----------
    precision
        Of the rows said to be of the class, the share that is.
    recall
        Of the rows of the class, the share that is said to be.
    f1
        The harmonic mean of both.
    support
        How many rows of the class there are.
    """

    precision: Numbers
    recall: Numbers
    f1: Numbers
    support: NDArray[np.int64]


def accuracy(
    labels: ArrayLike, predicted: ArrayLike, sample_weights: ArrayLike | None = None
) -> float:
    """Return the share of rows whose class is predicted right, 0 to 1.

    Parameters
    ----------
    labels, predicted
        The right and the predicted classes, (n,).
    sample_weights
        How much each row counts, (n,). Default: all alike.

    Raises
    ------
    DataError
        For no rows, different shapes, or weights that cannot be used.

    Examples
    --------
    >>> accuracy([0, 1, 1, 2], [0, 1, 2, 2])
    0.75
    """
    right, guessed = as_labels(labels, predicted)
    return float(np.average(right == guessed, weights=as_weights(sample_weights, len(right))))


def balanced_accuracy(labels: ArrayLike, predicted: ArrayLike) -> float:
    """Return the mean recall of the classes that occur in the labels, 0 to 1.

    Examples
    --------
    >>> balanced_accuracy([0, 0, 0, 1], [0, 0, 0, 0])
    0.5
    """
    right, guessed = as_labels(labels, predicted)
    hits = np.bincount(right[right == guessed], minlength=right.max() + 1)
    counts = np.bincount(right)
    return float(np.mean(hits[counts > 0] / counts[counts > 0]))


def log_loss(
    labels: ArrayLike, probabilities: ArrayLike, sample_weights: ArrayLike | None = None
) -> float:
    """Return the cross-entropy of probabilities: the mean of −ln of the right class' one.

    Parameters
    ----------
    labels
        The right classes, (n,).
    probabilities
        Those predicted for each class, (n, classes), each row's sum 1. One that is 0 counts as
        the smallest difference from 1 that its dtype knows, so that the loss stays finite.
    sample_weights
        How much each row counts, (n,). Default: all alike.

    Raises
    ------
    DataError
        For no rows, shapes that do not fit, or weights that cannot be used.

    Examples
    --------
    >>> round(log_loss([0, 1], [[0.5, 0.5], [0.75, 0.25]]), 4)  # (ln 2 + ln 4) / 2
    1.0397
    """
    right = np.asarray(labels, dtype=np.int64)
    shares = np.asarray(probabilities)
    if not np.issubdtype(shares.dtype, np.floating):
        shares = shares.astype(np.float64)
    if shares.ndim != 2 or right.shape != shares.shape[:1]:
        raise DataError(
            f"The labels have the shape {right.shape}, the probabilities {shares.shape}.",
            expected="(rows,) and (rows, classes)",
        )
    check_rows(len(right))
    if right.min() < 0 or right.max() >= shares.shape[1]:
        raise DataError(
            f"The labels reach from {right.min()} to {right.max()}.",
            expected=f"classes from 0 to {shares.shape[1] - 1}, as there are probabilities",
        )
    of_right = shares[np.arange(len(right)), right]
    losses = -np.log(np.clip(of_right, np.finfo(shares.dtype).eps, None).astype(np.float64))
    return float(np.average(losses, weights=as_weights(sample_weights, len(right))))


def confusion_matrix(labels: ArrayLike, predicted: ArrayLike, n_classes: int) -> NDArray[np.int64]:
    """Count how often each class was taken for each.

    Parameters
    ----------
    labels, predicted
        The right and the predicted classes, (n,), from 0 to ``n_classes`` − 1.
    n_classes
        How many classes there are.

    Returns
    -------
    numpy.ndarray
        Counts, (n_classes, n_classes): rows = right class, columns = predicted class.

    Raises
    ------
    DataError
        For no rows, different shapes, or classes out of range.

    Examples
    --------
    >>> confusion_matrix([0, 0, 1], [0, 1, 1], n_classes=2).tolist()
    [[1, 1], [0, 1]]
    """
    right, guessed = _as_classes(labels, predicted, n_classes)
    cells = np.bincount(right * n_classes + guessed, minlength=n_classes**2)
    return cells.reshape(n_classes, n_classes)


def _as_classes(labels: ArrayLike, predicted: ArrayLike, n_classes: int) -> tuple[Labels, Labels]:
    right, guessed = as_labels(labels, predicted)
    low, high = min(right.min(), guessed.min()), max(right.max(), guessed.max())
    if low < 0 or high >= n_classes:
        raise DataError(
            f"The classes reach from {low} to {high}.",
            expected=f"classes from 0 to {n_classes - 1}",
        )
    return right, guessed


def class_scores(labels: ArrayLike, predicted: ArrayLike, n_classes: int) -> ClassScores:
    """Return precision, recall, F1 and support of each class.

    A share of nothing (a class never predicted, or without rows) is 0. Parameters and errors
    are those of ``confusion_matrix``.

    Examples
    --------
    >>> scores = class_scores([0, 0, 1, 1], [0, 1, 1, 1], n_classes=2)
    >>> scores.recall.tolist(), scores.support.tolist()
    ([0.5, 1.0], [2, 2])
    """
    right, guessed = _as_classes(labels, predicted, n_classes)
    # Counted without the matrix, which for thousands of classes is larger than the data.
    hits = np.bincount(right[right == guessed], minlength=n_classes).astype(np.float64)
    said = np.bincount(guessed, minlength=n_classes)
    support = np.bincount(right, minlength=n_classes)
    return ClassScores(
        precision=hits / np.maximum(said, 1),
        recall=hits / np.maximum(support, 1),
        f1=2 * hits / np.maximum(said + support, 1),
        support=support,
    )


def precision(labels: ArrayLike, predicted: ArrayLike) -> float:
    """Return the mean precision of the classes that occur in labels or predictions (macro).

    Examples
    --------
    >>> precision([0, 0, 1], [0, 0, 0])
    0.3333333333333333
    """
    return _macro(labels, predicted).precision


def recall(labels: ArrayLike, predicted: ArrayLike) -> float:
    """Return the mean recall of the classes that occur in labels or predictions (macro).

    Examples
    --------
    >>> recall([0, 0, 1], [0, 0, 0])
    0.5
    """
    return _macro(labels, predicted).recall


def f1(labels: ArrayLike, predicted: ArrayLike) -> float:
    """Return the mean F1 of the classes that occur in labels or predictions (macro).

    Examples
    --------
    >>> f1([0, 0, 1], [0, 0, 0])
    0.4
    """
    return _macro(labels, predicted).f1


def roc_auc(labels: ArrayLike, scores: ArrayLike) -> float:
    """Return the area under the ROC curve of two classes, 0 to 1.

    It is the share of pairs, one row of each class, in which the row of class 1 has the higher
    score; a tie counts half (Hanley & McNeil 1982).

    Parameters
    ----------
    labels
        The right classes, 0 or 1, (n,).
    scores
        What speaks for class 1, (n,): probabilities or logits.

    Returns
    -------
    float
        The area; NaN where only one class occurs, for which it is not defined.

    Raises
    ------
    DataError
        For no rows, different shapes, or other classes than 0 and 1.

    Examples
    --------
    >>> roc_auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    right, score = np.asarray(labels, dtype=np.int64), np.asarray(scores, dtype=np.float64)
    if right.ndim != 1 or right.shape != score.shape:
        raise DataError(
            f"The labels have the shape {right.shape}, the scores {score.shape}.",
            expected="one label and one score for each row",
        )
    check_rows(len(right))
    if not np.isin(right, (0, 1)).all():
        raise DataError("The ROC curve is for two classes.", expected="labels that are 0 or 1")
    n_ones = int(right.sum())
    n_pairs = n_ones * (len(right) - n_ones)
    if n_pairs == 0:
        return float("nan")
    _, place, times = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(times) - (times - 1) / 2)[place]  # equal scores share their mean rank
    return float((ranks[right == 1].sum() - n_ones * (n_ones + 1) / 2) / n_pairs)


class _MacroScores(NamedTuple):
    precision: float
    recall: float
    f1: float


def _macro(labels: ArrayLike, predicted: ArrayLike) -> _MacroScores:
    occurring = np.union1d(*as_labels(labels, predicted))
    scores = class_scores(labels, predicted, int(occurring[-1]) + 1)
    return _MacroScores(*(float(np.mean(score[occurring])) for score in scores[:3]))
