"""The steps of a clustering: neighbours, diffusion, the choice of a number, what is taught."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.datasets import make_blobs
from sklearn.neighbors import NearestNeighbors

from pellucid.training.clustering import neighbours
from pellucid.training.clustering.choosing import choose_clusters
from pellucid.training.clustering.diffusion import diffuse, shared_neighbours
from pellucid.training.clustering.learning import soft_targets
from pellucid.training.clustering.neighbours import nearest, reduced

CORNERS = 9 * np.eye(5, 4)
POINTS, _ = make_blobs(300, centers=CORNERS, cluster_std=0.7, random_state=1)


def test_the_nearest_rows_are_those_of_scikit_learn():
    expected = NearestNeighbors(n_neighbors=7).fit(POINTS).kneighbors(POINTS)[1][:, 1:]
    np.testing.assert_array_equal(nearest(POINTS, 6, seed=0), expected)


def test_looking_into_the_nearest_cells_alone_misses_next_to_nothing(monkeypatch):
    points = np.random.default_rng(0).normal(size=(3_000, 6)).astype(np.float32)
    exact = nearest(points, 5, seed=0)
    monkeypatch.setattr(neighbours, "_FEW_ROWS", 100)
    found = nearest(points, 5, seed=0)
    shared = [len(set(a) & set(b)) / 5 for a, b in zip(exact, found, strict=True)]
    assert np.mean(shared) > 0.95
    assert not (found == np.arange(len(points))[:, None]).any()


def test_wide_and_sparse_rows_are_brought_into_fifty_dimensions():
    wide = np.random.default_rng(0).normal(size=(80, 200)).astype(np.float32)
    assert reduced(wide, 0).shape == (80, 50)
    assert reduced(csr_array(np.maximum(wide, 1)), 0).shape == (80, 50)
    np.testing.assert_array_equal(reduced(POINTS.astype(np.float32), 0), POINTS.astype(np.float32))


def test_rows_are_joined_by_the_neighbours_they_share():
    # By hand: 0 and 1 have {0, 1, 2} in common with each other alone; of 2 and 3, 2 of 4.
    joined = shared_neighbours(np.array([[1, 2], [0, 2], [1, 3], [2, 1]])).toarray()
    assert joined[0, 1] == pytest.approx(3 / 3)
    assert joined[2, 3] == pytest.approx(3 / 3)
    assert joined[0, 2] == pytest.approx(2 / 4)
    assert joined[0, 3] == 0.0
    np.testing.assert_allclose(joined, joined.T)


def test_many_rows_have_the_same_waves_as_few():
    # More than a thousand rows are solved iteratively; scipy's full solver is the reference.
    points, _ = make_blobs(1_100, centers=3, n_features=3, cluster_std=2.0, random_state=0)
    near = nearest(points, 10, seed=0)
    found = diffuse(near, 5, seed=0)
    joined = shared_neighbours(near).toarray()
    scale = 1 / np.sqrt(joined.sum(axis=1))
    expected = np.linalg.eigvalsh(scale[:, None] * joined * scale)[::-1][:5]
    np.testing.assert_allclose(found.rates, np.minimum(expected, 1), atol=5e-3)


def test_the_number_with_the_best_silhouette_is_chosen_with_a_runner_up():
    diffusion = diffuse(nearest(POINTS, 10, seed=0), 45, seed=0)
    choice = choose_clusters(POINTS, diffusion, seed=0)
    assert choice.n_clusters == 5
    assert choice.runner_up in {4, 6}
    assert f"{choice.runner_up} came second" in choice.to_dict()["reason"]


def test_a_row_is_taught_what_its_neighbours_say_and_odd_ones_are_outvoted():
    said = np.array([[0.9, 0.1], [0.9, 0.1], [0.4, 0.6], [0.1, 0.9]])
    taught = soft_targets(said, np.array([[1, 2], [0, 2], [0, 1], [2, 2]]))
    np.testing.assert_allclose(taught.sum(axis=1), 1.0, rtol=1e-6)
    assert taught[2].argmax() == 0
    assert taught[3].argmax() == 1
