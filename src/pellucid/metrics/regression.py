"""How good predicted numbers are, in the unit of the target.

Targets and predictions are (n,) or (n, k); for several outputs each is measured alone and the
mean is returned.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pellucid.metrics.checking import as_numbers, as_weights


def r2(
    targets: ArrayLike, predictions: ArrayLike, sample_weights: ArrayLike | None = None
) -> float:
    """Return R², the share of the targets' variance that the predictions explain.

    1 is perfect, 0 is as good as always saying the mean, below 0 is worse. A constant target
    has no variance to explain: R² is then 1 for perfect predictions and 0 for all others; so
    it is for a single row.

    Parameters
    ----------
    targets, predictions
        The right and the predicted numbers, (n,) or (n, k).
    sample_weights
        How much each row counts, (n,). Default: all alike.

    Raises
    ------
    DataError
        For no rows, different shapes, or weights that cannot be used.

    Examples
    --------
    >>> r2([1.0, 2.0, 3.0], [1.0, 2.0, 4.0])
    0.5
    >>> r2([7.0, 7.0], [7.0, 7.0]), r2([7.0, 7.0], [7.0, 8.0])
    (1.0, 0.0)
    """
    right, guessed = as_numbers(targets, predictions)
    weights = as_weights(sample_weights, len(right))
    right, guessed, _ = _scaled(right, guessed)
    unexplained = np.average((right - guessed) ** 2, axis=0, weights=weights)
    mean = np.average(right, axis=0, weights=weights)
    # A constant's variance is 0 in arithmetic but not always in floating point.
    is_constant = np.ptp(right[weights > 0], axis=0) == 0
    variance = np.average((right - mean) ** 2, axis=0, weights=weights)
    of_constant = np.where(unexplained == 0, 1.0, 0.0)
    share = 1.0 - unexplained / np.where(is_constant, 1.0, variance)
    return float(np.mean(np.where(is_constant, of_constant, share)))


def rmse(
    targets: ArrayLike, predictions: ArrayLike, sample_weights: ArrayLike | None = None
) -> float:
    """Return the root of the mean squared error, in the unit of the target.

    Parameters and errors are those of ``r2``.

    Examples
    --------
    >>> rmse([0.0, 0.0], [3.0, -3.0])
    3.0
    """
    right, guessed = as_numbers(targets, predictions)
    weights = as_weights(sample_weights, len(right))
    right, guessed, exponent = _scaled(right, guessed)
    roots = np.sqrt(np.average((right - guessed) ** 2, axis=0, weights=weights))
    return float(np.mean(np.ldexp(roots, exponent)))


def mae(
    targets: ArrayLike, predictions: ArrayLike, sample_weights: ArrayLike | None = None
) -> float:
    """Return the mean absolute error, in the unit of the target.

    Parameters and errors are those of ``r2``.

    Examples
    --------
    >>> mae([0.0, 0.0], [3.0, -1.0])
    2.0
    """
    right, guessed = as_numbers(targets, predictions)
    weights = as_weights(sample_weights, len(right))
    return float(np.mean(np.average(np.abs(right - guessed), axis=0, weights=weights)))


def median_absolute_error(targets: ArrayLike, predictions: ArrayLike) -> float:
    """Return the median absolute error: half of the predictions are closer than this.

    Parameters
    ----------
    targets, predictions
        The right and the predicted numbers, (n,) or (n, k).

    Raises
    ------
    DataError
        For no rows, or different shapes.

    Examples
    --------
    >>> median_absolute_error([0.0, 0.0, 0.0], [1.0, 2.0, 90.0])
    2.0
    """
    right, guessed = as_numbers(targets, predictions)
    return float(np.mean(np.median(np.abs(right - guessed), axis=0)))


def _scaled(
    right: NDArray[np.float64], guessed: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int32]]:
    """Bring each output below 1 by a power of two, so that no square overflows.

    A power of two changes no digit: for ordinary numbers the result has the same bits. Returned
    are both arrays and the exponents, which ``np.ldexp`` gives back.
    """
    largest = np.maximum(np.abs(right).max(axis=0), np.abs(guessed).max(axis=0))
    exponent = np.frexp(largest)[1]
    return np.ldexp(right, -exponent), np.ldexp(guessed, -exponent), exponent
