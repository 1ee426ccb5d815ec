"""How arguments of metrics are brought into one form, and refused."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pellucid.errors import DataError

Numbers = NDArray[np.float64]
Labels = NDArray[np.int64]


def as_labels(labels: ArrayLike, predicted: ArrayLike) -> tuple[Labels, Labels]:
    """Return right and predicted class numbers, both (n,) with n > 0."""
    right = np.asarray(labels, dtype=np.int64)
    guessed = np.asarray(predicted, dtype=np.int64)
    if right.ndim != 1 or right.shape != guessed.shape:
        raise DataError(
            f"The labels have the shape {right.shape}, the predicted ones {guessed.shape}.",
            expected="one class number for each row in both",
        )
    check_rows(len(right))
    return right, guessed


def as_numbers(targets: ArrayLike, predictions: ArrayLike) -> tuple[Numbers, Numbers]:
    """Return right and predicted numbers, both (n, k) in float64 with n > 0."""
    right = np.asarray(targets, dtype=np.float64)
    guessed = np.asarray(predictions, dtype=np.float64)
    if right.ndim not in (1, 2) or right.shape != guessed.shape:
        raise DataError(
            f"The targets have the shape {right.shape}, the predictions {guessed.shape}.",
            expected="the same shape for both, (rows,) or (rows, outputs)",
        )
    check_rows(len(right))
    return right.reshape(len(right), -1), guessed.reshape(len(right), -1)


def as_weights(sample_weights: ArrayLike | None, n_rows: int) -> Numbers:
    """Return how much each row counts, (n,): 1 where nothing is given."""
    if sample_weights is None:
        return np.ones(n_rows)
    weights = np.asarray(sample_weights, dtype=np.float64)
    if weights.shape != (n_rows,) or not (np.isfinite(weights) & (weights >= 0)).all():
        raise DataError(
            f"The sample weights (shape {weights.shape}) cannot be used.",
            expected=f"{n_rows} finite numbers, none below 0",
        )
    if weights.sum() == 0:
        raise DataError("All sample weights are 0: no row counts.")
    return weights


def check_rows(n_rows: int) -> None:
    """Raise a DataError where there is nothing to measure."""
    if n_rows == 0:
        raise DataError("There are no rows to measure.", expected="at least one row")
