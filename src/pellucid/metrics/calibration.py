"""Whether probabilities say how often they are right: the expected calibration error.

A network that is 80 % sure of a hundred answers should be right in eighty of them. Answers are
sorted into bins by their confidence; in each, the mean confidence stands beside the share that
is right.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pellucid.errors import DataError
from pellucid.metrics.checking import Numbers, check_rows

BINS = 15


class Reliability(NamedTuple):
    """Confidence beside what came true, bin by bin; all are (bins,).

    Parameters
    ----------
    counts
        How many answers fall into each bin.
    confidence
        Their mean confidence; 0 in an empty bin.
    right
        The share of them that is right; 0 in an empty bin.
    """

    counts: NDArray[np.int64]
    confidence: Numbers
    right: Numbers

    @property
    def error(self) -> float:
        """The expected calibration error: Σ count / n · |right − confidence|."""
        gaps = np.abs(self.right - self.confidence)
        return float(np.sum(self.counts * gaps) / self.counts.sum())


def reliability(confidence: ArrayLike, hits: ArrayLike, n_bins: int = BINS) -> Reliability:
    """Sort answers into bins of equal width by their confidence.

    Parameters
    ----------
    confidence
        The probability of each answer, 0 to 1, (n,).
    hits
        Whether each answer is right, (n,).
    n_bins
        How many bins. Bin i, counted from 1, holds the confidences above (i − 1) / n_bins, up to
        and with i / n_bins; 0 falls into the first.

    Raises
    ------
    DataError
        For no answers, different shapes, or numbers that are no probabilities.

    Examples
    --------
    >>> bins = reliability([0.55, 0.65, 0.95, 0.95], [True, False, True, True], n_bins=2)
    >>> bins.counts.tolist(), bins.right.tolist()
    ([0, 4], [0.0, 0.75])
    """
    sure, right = np.asarray(confidence, dtype=np.float64), np.asarray(hits, dtype=np.float64)
    if sure.ndim != 1 or sure.shape != right.shape:
        raise DataError(
            f"The confidences have the shape {sure.shape}, the hits {right.shape}.",
            expected="one of each for every answer",
        )
    check_rows(len(sure))
    if not ((sure >= 0) & (sure <= 1 + 1e-9)).all():
        raise DataError(
            f"The confidences reach from {sure.min():g} to {sure.max():g}.",
            expected="probabilities from 0 to 1",
        )
    place = np.clip(np.ceil(sure * n_bins).astype(np.int64) - 1, 0, n_bins - 1)
    counts = np.bincount(place, minlength=n_bins)
    many = np.maximum(counts, 1)
    return Reliability(
        counts,
        np.bincount(place, sure, minlength=n_bins) / many,
        np.bincount(place, right, minlength=n_bins) / many,
    )


def expected_calibration_error(
    labels: ArrayLike, probabilities: ArrayLike, n_bins: int = BINS
) -> float:
    """Return how far confidence and accuracy are apart on average, 0 (best) to 1.

    The answer is the most probable class, its probability the confidence; the error is the mean
    over the answers of |share that is right − mean confidence| of their bin. With bins of equal
    width, 15 of them, it is that of Guo et al. 2017 ("On Calibration of Modern Neural Networks",
    section 2). It is never 0 by chance alone: of 100 rows, a perfectly calibrated network has
    about 0.05.

    Parameters
    ----------
    labels
        The right classes, (n,).
    probabilities
        Those predicted for each class, (n, classes).
    n_bins
        As for ``reliability``.

    Raises
    ------
    DataError
        As ``reliability``.

    Examples
    --------
    >>> error = expected_calibration_error([0, 1], [[0.9, 0.1], [0.9, 0.1]])
    >>> round(error, 6)  # sure by 0.9, right in a half
    0.4
    """
    right, shares = np.asarray(labels), np.asarray(probabilities, dtype=np.float64)
    if shares.ndim != 2 or right.shape != shares.shape[:1]:
        raise DataError(
            f"The labels have the shape {right.shape}, the probabilities {shares.shape}.",
            expected="(rows,) and (rows, classes)",
        )
    check_rows(len(right))
    return reliability(shares.max(axis=1), shares.argmax(axis=1) == right, n_bins).error


def calibration_error_of_sets(
    right: ArrayLike, probabilities: ArrayLike, n_bins: int = BINS
) -> float:
    """Return the expected calibration error of sets of labels, over all single decisions.

    Each label of each row is an answer: that it is there where its probability p is above one
    half, otherwise that it is not; its confidence is the greater of p and 1 − p.

    Parameters
    ----------
    right
        The right sets, 0 or 1, (n, labels).
    probabilities
        Those predicted for each label, (n, labels).
    n_bins
        As for ``reliability``.

    Examples
    --------
    >>> round(calibration_error_of_sets([[1, 0]], [[0.8, 0.2]]), 6)  # sure by 0.8, both right
    0.2
    """
    there = np.asarray(right, dtype=np.float64) > 0
    shares = np.asarray(probabilities, dtype=np.float64)
    if shares.ndim != 2 or there.shape != shares.shape:
        raise DataError(
            f"The sets have the shape {there.shape}, the probabilities {shares.shape}.",
            expected="(rows, labels) for both",
        )
    confidence = np.maximum(shares, 1.0 - shares)
    return reliability(confidence.ravel(), ((shares > 0.5) == there).ravel(), n_bins).error
