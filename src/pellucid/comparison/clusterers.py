"""Classic methods that group rows: k-means, a mixture of Gaussians, Ward's merging of groups.

k-means is begun ten times, as in a clustering's own report. The mixture has scikit-learn's
defaults; so has Ward's method, which measures all pairs of rows and is left out of many.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pellucid.comparison.contest import CannotLearnError
from pellucid.training.clustering.centres import k_means

# Of 10,000 rows the distances of all pairs take 400 MB.
_MOST_PAIRED = 10_000


@dataclass(frozen=True)
class ClassicClusterer:
    """One classic method.

    Attributes
    ----------
    name
        What it is called in tables.
    group
        Groups points, float64 ``(n, d)``, into k clusters with a seed: the cluster of each, from
        0, ``(n,)``. Raises CannotLearnError where it cannot.
    is_random
        Whether another seed gives another result.
    most
        Of how many rows at most; None: of any number.
    """

    name: str
    group: Callable[[np.ndarray, int, int], np.ndarray]
    is_random: bool = True
    most: int | None = None

    def refuses(self, n_rows: int) -> str | None:
        """Say why it cannot group so many rows, or return None."""
        if self.most is not None and n_rows > self.most:
            return f"it measures all pairs of rows, which are too many from {self.most:,} rows on"
        return None


def _k_means(points: np.ndarray, k: int, seed: int) -> np.ndarray:
    return k_means(points, k, seed).labels


def _mixture(points: np.ndarray, k: int, seed: int) -> np.ndarray:
    from sklearn.mixture import GaussianMixture

    try:
        found = GaussianMixture(k, random_state=seed).fit_predict(points)
    except ValueError as error:  # after the rows were checked: a covariance has no inverse
        raise CannotLearnError("a Gaussian collapsed on too few rows") from error
    return np.asarray(found)


def _ward(points: np.ndarray, k: int, seed: int) -> np.ndarray:
    from sklearn.cluster import AgglomerativeClustering

    return np.asarray(AgglomerativeClustering(k).fit_predict(points))


CLASSIC_CLUSTERERS = (
    ClassicClusterer("k-means", _k_means),
    ClassicClusterer("Gaussian mixture", _mixture),
    ClassicClusterer("Ward's method", _ward, is_random=False, most=_MOST_PAIRED),
)
