"""How good predicted sets of labels are.

Sets are tables of 0 and 1, (n, labels): 1 where a row has a label. Scores speak for a label,
such as probabilities or logits, (n, labels).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pellucid.errors import DataError
from pellucid.metrics.checking import Numbers, check_rows

Sets = NDArray[np.bool_]


def subset_accuracy(right: ArrayLike, predicted: ArrayLike) -> float:
    """Return the share of rows whose whole set is predicted right, 0 to 1.

    Parameters
    ----------
    right, predicted
        The right and the predicted sets, 0 or 1, (n, labels).

    Raises
    ------
    DataError
        For no rows, no labels, different shapes, or other numbers than 0 and 1.

    Examples
    --------
    >>> subset_accuracy([[1, 0], [1, 1]], [[1, 0], [0, 1]])
    0.5
    """
    true, guessed = _as_sets(right, predicted)
    return float(np.mean((true == guessed).all(axis=1)))


def hamming_loss(right: ArrayLike, predicted: ArrayLike) -> float:
    """Return the share of single decisions, a label in a row, that are wrong: 0 is best.

    Parameters and errors are those of ``subset_accuracy``.

    Examples
    --------
    >>> hamming_loss([[1, 0], [1, 1]], [[1, 0], [0, 1]])
    0.25
    """
    true, guessed = _as_sets(right, predicted)
    return float(np.mean(true != guessed))


def micro_f1(right: ArrayLike, predicted: ArrayLike) -> float:
    """Return F1 over all decisions at once, so that frequent labels count most; 0 to 1.

    Where no label is there and none is predicted, it is 0. Parameters and errors are those of
    ``subset_accuracy``.

    Examples
    --------
    >>> micro_f1([[1, 0], [1, 1]], [[1, 0], [0, 1]])  # 2 hits; 3 there, 2 said: 2·2 / 5
    0.8
    """
    true, guessed = _as_sets(right, predicted)
    return float(2 * np.sum(true & guessed) / max(1, true.sum() + guessed.sum()))


def macro_f1(right: ArrayLike, predicted: ArrayLike) -> float:
    """Return the mean of the labels' F1, so that rare labels count as much as others; 0 to 1.

    A label that no row has and that is never predicted counts 0. Parameters and errors are those
    of ``subset_accuracy``.

    Examples
    --------
    >>> macro_f1([[1, 0], [1, 1]], [[1, 0], [1, 0]])
    0.5
    """
    true, guessed = _as_sets(right, predicted)
    said_or_there = np.maximum(true.sum(axis=0) + guessed.sum(axis=0), 1)
    return float(np.mean(2 * (true & guessed).sum(axis=0) / said_or_there))


def average_precision(right: ArrayLike, scores: ArrayLike) -> float:
    """Return the mean over the labels of the area under precision and recall, 0 to 1.

    For a label, rows are put in order of its score; precision is averaged over the places
    where recall rises, without interpolation, equal scores together (Manning et al. 2008,
    section 8.4). Labels that no row has are passed over.

    Parameters
    ----------
    right
        The right sets, 0 or 1, (n, labels).
    scores
        What speaks for each label, (n, labels): probabilities or logits.

    Returns
    -------
    float
        The mean; NaN where no row has any label.

    Raises
    ------
    DataError
        As ``subset_accuracy``.

    Examples
    --------
    >>> round(average_precision([[0], [0], [1], [1]], [[0.1], [0.4], [0.35], [0.8]]), 4)
    0.8333
    """
    numbers = np.asarray(scores, dtype=np.float64)
    true, _ = _as_sets(right, np.zeros(numbers.shape))
    areas = [_area(true[:, k], numbers[:, k]) for k in np.flatnonzero(true.any(axis=0))]
    return float(np.mean(areas)) if areas else float("nan")


def _area(true: Sets, scores: Numbers) -> float:
    order = np.argsort(-scores, kind="stable")
    last_of_equals = np.append(np.diff(scores[order]) != 0, True)
    hits = np.cumsum(true[order])[last_of_equals]
    said = np.flatnonzero(last_of_equals) + 1
    rises = np.diff(hits, prepend=0) / hits[-1]
    return float(np.sum(rises * hits / said))


def _as_sets(right: ArrayLike, predicted: ArrayLike) -> tuple[Sets, Sets]:
    true, guessed = np.asarray(right), np.asarray(predicted)
    if true.ndim != 2 or true.shape != guessed.shape or true.shape[1] == 0:
        raise DataError(
            f"The sets have the shape {true.shape}, the predicted ones {guessed.shape}.",
            expected="one row for each example and one column for each label in both",
        )
    check_rows(len(true))
    for sets in (true, guessed):
        if not ((sets == 0) | (sets == 1)).all():
            raise DataError("Sets of labels are tables of 0 and 1.", expected="only 0 and 1")
    return true == 1, guessed == 1
