"""How many clusters there are, where nobody says: the evidence, and what came second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pellucid import metrics
from pellucid.data.table import Array
from pellucid.training.clustering.centres import k_means
from pellucid.training.clustering.diffusion import Diffusion

MOST_CLUSTERS = 15
# So many rows say which number is best; a silhouette is a sum over all pairs of rows.
_ROWS_LOOKED_AT = 3_000


@dataclass(frozen=True)
class Choice:
    """The number of clusters, and the evidence for it.

    Attributes
    ----------
    n_clusters
        The number with the best silhouette, or the one that was given.
    silhouettes
        The silhouette of each number that was tried; nothing where the number was given.
    """

    n_clusters: int
    silhouettes: Mapping[int, float] = field(default_factory=dict)

    @property
    def runner_up(self) -> int | None:
        """The number that came second, or None where there was no choice."""
        others = {k: value for k, value in self.silhouettes.items() if k != self.n_clusters}
        return max(others, key=lambda k: others[k]) if others else None

    @property
    def reason(self) -> str:
        """Why this number.

        Examples
        --------
        >>> Choice(3, {2: 0.4, 3: 0.52, 4: 0.5}).reason
        'the best silhouette of 2 to 4: 0.520; 4 came second with 0.500'
        """
        if not self.silhouettes:
            return "as you set it"
        best = f"{self.silhouettes[self.n_clusters]:.3f}"
        if self.runner_up is None:
            return f"the rows allow no other; silhouette {best}"
        second = f"{self.silhouettes[self.runner_up]:.3f}"
        tried = f"{min(self.silhouettes)} to {max(self.silhouettes)}"
        return f"the best silhouette of {tried}: {best}; {self.runner_up} came second with {second}"

    def to_dict(self) -> dict[str, Any]:
        """Return the choice as JSON-ready data."""
        return {
            "n_clusters": self.n_clusters,
            "runner_up": self.runner_up,
            "silhouettes": {str(k): round(v, 6) for k, v in self.silhouettes.items()},
            "reason": self.reason,
        }


def most_clusters(n_rows: int) -> int:
    """Return the largest number of clusters that is tried for so many different rows.

    Examples
    --------
    >>> most_clusters(3), most_clusters(50), most_clusters(10_000)
    (2, 7, 15)
    """
    return max(2, min(MOST_CLUSTERS, int(np.sqrt(n_rows)), n_rows - 1))


def choose_clusters(points: Array, diffusion: Diffusion, seed: int) -> Choice:
    """Choose the number whose clusters have the best silhouette.

    Clusters are found in the diffusion coordinates, and judged where nothing is chosen to
    suit them: by the rows' own distances.

    Parameters
    ----------
    points
        The rows, ``(n, d)``.
    diffusion
        Of the same rows.
    seed
        Of k-means, and of the rows looked at.
    """
    n_rows = len(points)
    some = np.sort(np.random.default_rng(seed).permutation(n_rows)[:_ROWS_LOOKED_AT])
    found: dict[int, float] = {}
    for k in range(2, most_clusters(n_rows) + 1):
        labels = k_means(diffusion.coordinates(k), k, seed, starts=3).labels[some]
        if len(np.unique(labels)) > 1:
            found[k] = metrics.silhouette(points[some], labels)
    best = max(found, key=lambda k: found[k]) if found else 2
    return Choice(best, found or {2: 0.0})
