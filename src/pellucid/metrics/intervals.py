"""How far chance may have moved a test score: confidence intervals.

Shares of rows get Wilson's interval. Other scores are functions of means over rows (of squared
errors, of hits in each class), so that one product of a matrix gives them for a thousand
bootstrap samples at once.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from pellucid.errors import DataError
from pellucid.metrics.checking import Numbers, check_rows

LEVEL = 0.95
RESAMPLES = 1000
# Of more rows, so many are resampled, and the interval is drawn together accordingly.
MOST_ROWS = 1000
_SEED = 0
_DRAWN_AT_ONCE = 500_000


class Interval(NamedTuple):
    """Where a score may lie: ``low`` to ``high``."""

    low: float
    high: float


def wilson(share: float, n_rows: int, level: float = LEVEL) -> Interval:
    """Return Wilson's interval of a share of rows, such as an accuracy.

    It holds the true share in about ``level`` of all tests, also near 0 and 1 and for few rows,
    where share ± 1.96 · standard error does not (Wilson 1927; Brown, Cai & DasGupta 2001).

    Parameters
    ----------
    share
        What was measured, 0 to 1.
    n_rows
        On how many rows, at least 1.
    level
        How sure the interval is to be, above 0 and below 1.

    Raises
    ------
    DataError
        For no rows.

    Examples
    --------
    >>> low, high = wilson(0.9, 100)
    >>> round(low, 4), round(high, 4)
    (0.8256, 0.9448)
    """
    check_rows(n_rows)
    z = statistics.NormalDist().inv_cdf((1 + level) / 2)
    middle = (share + z**2 / (2 * n_rows)) / (1 + z**2 / n_rows)
    spread = share * (1 - share) / n_rows + z**2 / (4 * n_rows**2)
    half = z * math.sqrt(spread) / (1 + z**2 / n_rows)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def bootstrap(
    columns: ArrayLike,
    scores: Callable[[Numbers], Numbers],
    level: float = LEVEL,
    *,
    resamples: int = RESAMPLES,
) -> list[Interval]:
    """Return intervals of scores that are functions of means over rows, by the bootstrap.

    Rows are drawn again with replacement, the scores computed anew, and their quantiles are the
    interval (the percentile method; Efron & Tibshirani 1993, chapter 13). Of more than 1,000
    rows, 1,000 stand for all, and the quantiles are brought closer to the score by the root of
    their share. The draws are the same each time.

    Parameters
    ----------
    columns
        What the means are taken of, (n, k).
    scores
        From means (samples, k) to scores (samples, m).
    level
        How sure each interval is to be.
    resamples
        How many samples are drawn.

    Raises
    ------
    DataError
        For no rows.

    Examples
    --------
    >>> squared_errors = np.array([[1.0], [4.0], [9.0], [16.0]] * 25)
    >>> (rmse,) = bootstrap(squared_errors, np.sqrt)
    >>> rmse.low < math.sqrt(7.5) < rmse.high
    True
    """
    rows = np.asarray(columns, dtype=np.float64)
    if rows.ndim != 2:
        raise DataError(f"The columns have the shape {rows.shape}.", expected="(rows, columns)")
    n_rows = len(rows)
    check_rows(n_rows)
    measured = scores(rows.mean(axis=0)[None])[0]
    draw = np.random.default_rng(_SEED)
    if n_rows > MOST_ROWS:
        rows = rows[draw.choice(n_rows, MOST_ROWS, replace=False)]
    n = len(rows)
    middle = scores(rows.mean(axis=0)[None])[0]
    means = np.empty((resamples, rows.shape[1]))
    step = max(1, _DRAWN_AT_ONCE // n)
    for start in range(0, resamples, step):
        many = min(step, resamples - start)
        drawn = draw.integers(n, size=(many, n), dtype=np.int32)
        # How often each row was drawn, for some samples by one count.
        places = (drawn + np.arange(many, dtype=np.int32)[:, None] * n).ravel()
        counts = np.bincount(places, minlength=many * n).reshape(many, n)
        means[start : start + many] = counts.astype(np.float64) @ rows / n
    tails = np.nanquantile(scores(means), [(1 - level) / 2, (1 + level) / 2], axis=0)
    around = measured + (tails - middle) * math.sqrt(n / n_rows)
    return [Interval(float(low), float(high)) for low, high in around.T]
