"""Diffusion coordinates: rows that many short paths between neighbours join lie together.

Rows are joined to their nearest neighbours, the more strongly the more neighbours both have in
common (Jarvis & Patrick 1973). A walk that takes random steps along such edges soon is anywhere
within a group, and late in another one: the coordinates of Coifman & Lafon (*Diffusion maps*,
2006) are the slowest waves of that walk. Groups of any shape lie apart in them, where k-means,
which knows balls alone, can tell them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pellucid.data.table import Array

# The walk's length; from 10 to 50 steps, digits are grouped alike.
STEPS = 20
WAVES_A_CLUSTER = 2
_FEW_ROWS = 1_000


@dataclass(frozen=True)
class Diffusion:
    """The slowest waves of a random walk among neighbours, slowest first.

    Attributes
    ----------
    rates
        What is left of each wave after a step, float64 ``(c,)``, at most 1.
    waves
        Their heights at each row, orthonormal columns, float64 ``(n, c)``.
    """

    rates: Array
    waves: Array

    def coordinates(self, n_clusters: int) -> Array:
        """Return each row's place after `STEPS` steps, of length 1, float64 ``(n, ≤ 2k)``.

        Twice as many waves as clusters, each as strong as it is by then: with just as many,
        a few odd rows that take a wave for themselves leave none for a large group.
        """
        kept = min(WAVES_A_CLUSTER * n_clusters, len(self.rates))
        places = self.waves[:, :kept] * np.maximum(self.rates[:kept], 0.0) ** STEPS
        lengths = np.linalg.norm(places, axis=1, keepdims=True)
        return np.asarray(places / np.where(lengths > 0, lengths, 1.0))


def shared_neighbours(neighbours: Array) -> Any:
    """Return how strongly rows are joined: shared neighbours by all neighbours of two (Jaccard).

    Parameters
    ----------
    neighbours
        The nearest rows of each row, ``(n, k)``.

    Returns
    -------
    scipy.sparse.csr_array
        Symmetric, ``(n, n)``, above 0 where one of two rows is a neighbour of the other.
    """
    from scipy.sparse import csr_array, eye_array

    n_rows, k = neighbours.shape
    ends = np.repeat(np.arange(n_rows), k)
    near = csr_array((np.ones(n_rows * k), (ends, neighbours.ravel())), shape=(n_rows, n_rows))
    near.data[:] = 1.0  # the same neighbour twice, where a row has too few
    own = (near + eye_array(n_rows, format="csr")).astype(bool).astype(np.float64)
    common = (own @ own.T).multiply(near.maximum(near.T) > 0).tocsr()
    sizes = own.sum(axis=1)
    rows, columns = common.nonzero()
    values = np.asarray(common[rows, columns]).ravel()
    weights = values / (sizes[rows] + sizes[columns] - values)
    return csr_array((weights, (rows, columns)), shape=(n_rows, n_rows))


def diffuse(neighbours: Array, n_waves: int, seed: int) -> Diffusion:
    """Find the slowest waves of the walk among neighbours.

    Parameters
    ----------
    neighbours
        The nearest rows of each row, ``(n, k)``.
    n_waves
        How many; of fewer rows, as many as these.
    seed
        Of the search's first direction.
    """
    from scipy.sparse import diags_array, eye_array

    joined = shared_neighbours(neighbours)
    n_rows = joined.shape[0]
    strength = np.asarray(joined.sum(axis=1)).ravel()
    scale = diags_array(1 / np.sqrt(np.where(strength > 0, strength, 1.0)))
    walk = scale @ joined @ scale
    n_waves = min(n_waves, n_rows - 1)
    if n_rows <= _FEW_ROWS:
        from scipy.linalg import eigh

        rates, waves = eigh(walk.toarray(), subset_by_index=[n_rows - n_waves, n_rows - 1])
    else:
        from scipy.sparse.linalg import eigsh

        start = np.random.default_rng(seed).normal(size=n_rows)
        # Shifted by 1, so that the largest are the largest in size as well.
        shifted = (walk + eye_array(n_rows)).tocsr()
        width = min(n_rows - 1, 3 * n_waves)
        rates, waves = eigsh(shifted, n_waves, which="LA", v0=start, tol=1e-3, ncv=width)
        rates = rates - 1
    order = np.argsort(-rates, kind="stable")
    return Diffusion(np.minimum(rates[order], 1.0), waves[:, order])
