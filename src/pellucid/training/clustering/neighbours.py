"""Which rows are most alike: the nearest neighbours of every row.

Rows are first brought into at most fifty dimensions by principal components, where distances say
next to the same. Of many rows, each is then compared with those of its nearest cells alone
(inverted lists; Jégou, Douze & Schmid, *Product quantization for nearest neighbor search*,
2011): 70,000 images take seconds instead of minutes, and the few neighbours missed change nothing
that was measured.
"""

from __future__ import annotations

import numpy as np

from pellucid.data.matrices import Matrix, dense_rows, is_sparse
from pellucid.data.moments import chunks
from pellucid.data.table import Array

MOST_DIMENSIONS = 50
# With fewer rows, all are compared with all.
_FEW_ROWS = 5_000
_ROWS_A_CELL = 270
_CELLS_LOOKED_INTO = 12
_ROWS_FOR_CELLS = 12_000
_ROWS_FOR_COMPONENTS = 20_000


def reduced(matrix: Matrix, seed: int) -> Array:
    """Return rows in at most `MOST_DIMENSIONS` dimensions, float32 ``(n, d)``.

    Parameters
    ----------
    matrix
        Encoded rows, ``(n, in_features)``.
    seed
        Of the random projection that finds the components.
    """
    n_rows, width = matrix.shape
    if width <= MOST_DIMENSIONS:
        return np.asarray(dense_rows(matrix, slice(None)), dtype=np.float32)
    from sklearn.utils.extmath import randomized_svd

    some = np.random.default_rng(seed).permutation(n_rows)[:_ROWS_FOR_COMPONENTS]
    sample = matrix[np.sort(some)] if is_sparse(matrix) else dense_rows(matrix, np.sort(some))
    # Of what is mostly 0 the mean is left where it is, so that it stays so.
    mean = np.zeros(width, np.float32) if is_sparse(matrix) else sample.mean(axis=0)
    wanted = min(MOST_DIMENSIONS, *sample.shape)
    sample = sample if is_sparse(matrix) else sample - mean
    *_, components = randomized_svd(sample, wanted, random_state=seed)
    points = np.empty((n_rows, wanted), dtype=np.float32)
    for part in chunks(n_rows, width):
        points[part] = (dense_rows(matrix, part) - mean) @ components.T
    return points


def nearest(points: Array, k: int, seed: int) -> Array:
    """Return the ``k`` nearest other rows of each row, nearest first, int64 ``(n, k)``.

    Parameters
    ----------
    points
        Rows that differ, ``(n, d)`` with n > k.
    k
        How many.
    seed
        Of the cells, where there are many rows.

    Examples
    --------
    >>> nearest(np.array([[0.0], [1.0], [3.0]]), 1, seed=0).ravel().tolist()
    [1, 0, 1]
    """
    points = np.ascontiguousarray(points, dtype=np.float64)
    n_rows = len(points)
    if n_rows < _FEW_ROWS:
        return _without_self(*_among(points, np.arange(n_rows), np.arange(n_rows), k + 1), k)
    cells, looked_into = _cells(points, seed)
    distances = np.full((n_rows, k + 1), np.inf)
    found = np.full((n_rows, k + 1), -1, dtype=np.int64)
    for cell in range(int(cells.max()) + 1):
        members = np.flatnonzero(cells == cell)
        rows = np.flatnonzero((looked_into == cell).any(axis=1))
        if not len(members) or not len(rows):
            continue
        near, which = _among(points, rows, members, k + 1)
        all_distances = np.concatenate([distances[rows], near], axis=1)
        all_found = np.concatenate([found[rows], which], axis=1)
        order = np.argsort(all_distances, axis=1, kind="stable")[:, : k + 1]
        distances[rows] = np.take_along_axis(all_distances, order, axis=1)
        found[rows] = np.take_along_axis(all_found, order, axis=1)
    return _without_self(distances, found, k)


def _cells(points: Array, seed: int) -> tuple[Array, Array]:
    """Return the cell of each row, (n,), and the cells to look into for it, (n, few)."""
    from pellucid.training.clustering.centres import k_means

    n_cells = max(2, len(points) // _ROWS_A_CELL)
    some = np.random.default_rng(seed).permutation(len(points))[:_ROWS_FOR_CELLS]
    n_cells = min(n_cells, len(some) // 10)
    centres = k_means(points[some], n_cells, seed, starts=1, rounds=10).centres
    few = min(_CELLS_LOOKED_INTO, n_cells)
    distances = np.square(centres).sum(axis=1) - 2 * points @ centres.T
    looked_into = np.argpartition(distances, few - 1, axis=1)[:, :few]
    return distances.argmin(axis=1), looked_into


def _among(points: Array, rows: Array, members: Array, k: int) -> tuple[Array, Array]:
    """Return squared distances and indices of the nearest members, sorted, (rows, ≤ k)."""
    k = min(k, len(members))
    near, which = np.empty((len(rows), k)), np.empty((len(rows), k), dtype=np.int64)
    squares = np.square(points[members]).sum(axis=1)
    for part in chunks(len(rows), len(members)):
        own = points[rows[part]]
        distances = squares - 2 * own @ points[members].T + np.square(own).sum(axis=1)[:, None]
        chosen = np.argpartition(distances, k - 1, axis=1)[:, :k]
        order = np.argsort(np.take_along_axis(distances, chosen, axis=1), axis=1, kind="stable")
        chosen = np.take_along_axis(chosen, order, axis=1)
        near[part] = np.take_along_axis(distances, chosen, axis=1)
        which[part] = members[chosen]
    return near, which


def _without_self(distances: Array, found: Array, k: int) -> Array:
    """Leave each row itself out, which rounding need not put first; fill what is missing."""
    own = np.arange(len(found))[:, None]
    distances = np.where((found == own) | (found < 0), np.inf, distances)
    order = np.argsort(distances, axis=1, kind="stable")[:, :k]
    kept = np.take_along_axis(found, order, axis=1)
    missing = ~np.isfinite(np.take_along_axis(distances, order, axis=1))
    # A row in a cell of next to nothing: its nearest one stands for those that it lacks.
    return np.where(missing, np.where(missing[:, :1], own, kept[:, :1]), kept)
