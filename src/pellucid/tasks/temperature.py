"""Temperature scaling: one number by which logits are divided, so that probabilities are honest.

Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2. The temperature is
fitted to rows that the weights were not learned from, by the least cross-entropy. It changes no
answer: the order of the classes stays.
"""

from __future__ import annotations

import numpy as np

from pellucid.data.table import Array

# Beyond, probabilities are all alike or all certain, and no number of rows could tell.
LEAST, MOST = 0.05, 20.0
_ROUNDS = 60
_EXACT = 1e-12


def fit_temperature(logits: Array, labels: Array, weights: Array | None = None) -> float:
    """Return the temperature T whose softmax(logits / T) has the least cross-entropy.

    A label counts as (n + 1) / (n + 2) sure, by Laplace's rule of succession, and the other classes
    share the rest (Platt 1999 does so for two): rows that are all answered right, however few,
    would otherwise make every probability 1. With many rows that is next to nothing.

    Parameters
    ----------
    logits
        Of rows that were not learned from, (n, classes) with n > 0.
    labels
        Their classes, from 0, (n,).
    weights
        How much each row counts, (n,); None: all alike.

    Returns
    -------
    float
        Between 0.05 and 20; above 1 the network was too sure, below 1 not sure enough.

    Examples
    --------
    >>> logits = np.array([[2.0, 0.0]] * 100)  # sure by 0.88, and right in three of four
    >>> fit_temperature(logits, np.repeat([0, 1], [75, 25])) > 1.5
    True

    Notes
    -----
    In the inverse temperature the cross-entropy is convex; its derivative's zero is found by
    Newton's steps, with a bisection wherever one would leave what is left of the interval.
    """
    z = np.asarray(logits, dtype=np.float64)
    z = z - z.max(axis=1, keepdims=True)
    n, n_classes = z.shape
    counts = np.ones(n) if weights is None else np.asarray(weights, dtype=np.float64)
    counts = counts / counts.sum()
    of_right = z[np.arange(n), labels]
    of_others = (z.sum(axis=1) - of_right) / (n_classes - 1)
    wanted = ((n + 1) * of_right + of_others) / (n + 2)
    low, high = 1.0 / MOST, 1.0 / LEAST

    def slopes(inverse: float) -> tuple[float, float]:
        """Return the first and the second derivative of the mean cross-entropy."""
        shares = np.exp(inverse * z)
        shares /= shares.sum(axis=1, keepdims=True)
        mean = (shares * z).sum(axis=1)
        spread = (shares * z**2).sum(axis=1) - mean**2
        return float(counts @ (mean - wanted)), float(counts @ spread)

    inverse = 1.0
    for _ in range(_ROUNDS):
        first, second = slopes(inverse)
        low, high = (inverse, high) if first < 0 else (low, inverse)
        step = first / second if second > 0 else np.inf
        following = inverse - step
        if not low < following < high:
            following = (low + high) / 2
        if abs(following - inverse) <= _EXACT * inverse:
            break
        inverse = following
    return float(1.0 / inverse)
