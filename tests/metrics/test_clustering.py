"""Metrics of clusterings. Expected values: scikit-learn, scipy's linear_sum_assignment, by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st

from pellucid import metrics
from pellucid.errors import DataError

pairs = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5)), min_size=1, max_size=40).map(
    lambda rows: np.array(rows).T
)


@given(pairs)
def test_agreement_with_labels_is_scikit_learns(rows):
    labels, clusters = rows
    expected = sklearn.metrics.normalized_mutual_info_score(labels, clusters)
    assert metrics.nmi(labels, clusters) == pytest.approx(expected, abs=1e-9)
    expected = sklearn.metrics.adjusted_rand_score(labels, clusters)
    assert metrics.ari(labels, clusters) == pytest.approx(expected, abs=1e-9)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30))
def test_the_accuracy_is_that_of_the_best_of_all_matchings(rows):
    labels, clusters = np.array(rows).T
    best = max(
        np.mean(np.array(names)[clusters] == labels) for names in itertools.permutations(range(4))
    )
    assert metrics.clustering_accuracy(labels, clusters) == pytest.approx(best)


def test_more_clusters_than_classes_leave_some_without_one():
    assert metrics.match_clusters([0, 0, 1], [0, 1, 2]).keys() < {0, 1, 2}
    assert metrics.clustering_accuracy([0, 0, 0, 1], [0, 1, 1, 2]) == 0.75


@given(st.integers(0, 50), st.integers(2, 5))
def test_the_silhouette_is_scikit_learns(seed, k):
    draw = np.random.default_rng(seed)
    points, clusters = draw.normal(size=(30, 3)), np.arange(30) % k
    clusters[0] = k  # a cluster of one row
    expected = sklearn.metrics.silhouette_score(points, clusters)
    assert metrics.silhouette(points, clusters) == pytest.approx(expected, abs=1e-9)


def test_a_silhouette_by_hand_and_of_equal_rows():
    # Rows 0 and 1 against 10: a = 1 and b = 10 or 9; a row alone counts 0.
    assert metrics.silhouette([[0.0], [1.0], [10.0]], [0, 0, 1]) == pytest.approx(
        (0.9 + 8 / 9 + 0) / 3
    )
    assert metrics.silhouette(np.zeros((4, 2)), [0, 0, 1, 1]) == 0.0


def test_what_cannot_be_measured_is_refused():
    with pytest.raises(DataError, match="one cluster"):
        metrics.silhouette([[0.0], [1.0]], [0, 0])
    with pytest.raises(DataError, match="no rows"):
        metrics.nmi([], [])
