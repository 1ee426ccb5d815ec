"""`Clusterer`: scikit-learn's checks, none of them excused, and what it promises."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
import sklearn.metrics
from sklearn.datasets import load_wine, make_blobs
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from pellucid import Clusterer
from pellucid.errors import DataError

# Small, since compiling a network for each size of data takes nearly all of the time.
SMALL = Clusterer(n_clusters=2, hidden_layer_sizes=(8,), learning_rate=0.02, epochs=30)
CORNERS = [[0, 0, 0], [9, 0, 0], [0, 9, 0], [0, 0, 9]]
BLOBS, OF_BLOB = make_blobs(120, centers=CORNERS, cluster_std=0.6, random_state=3)


def small(**parameters):
    return Clusterer(
        **{"hidden_layer_sizes": (16,), "epochs": 40, "learning_rate": 0.01, "random_state": 0}
        | parameters
    )


@pytest.fixture(scope="module")
def fitted():
    return small(n_clusters=4).fit(BLOBS)


@parametrize_with_checks([SMALL])
def test_the_checks_of_scikit_learn_pass(estimator, check):
    check(estimator)


@pytest.mark.parametrize(
    "check",
    [
        estimator_checks.check_dataframe_column_names_consistency,
        estimator_checks.check_param_validation,
    ],
    ids=lambda check: check.__name__,
)
def test_so_do_those_that_scikit_learn_asks_of_its_own_estimators_alone(check):
    check("Clusterer", SMALL)


def test_groups_that_lie_apart_are_found_and_so_is_their_number(fitted):
    assert sklearn.metrics.adjusted_rand_score(OF_BLOB, fitted.labels_) == 1.0
    chosen = small().fit(BLOBS)
    assert chosen.n_clusters_ == 4
    assert max(chosen.silhouettes_, key=chosen.silhouettes_.get) == 4


def test_new_rows_get_the_cluster_that_the_probabilities_and_the_nearest_centre_say(fitted):
    new = BLOBS[::7] + 0.01
    shares, embedded = fitted.probabilities(new), fitted.transform(new)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    distances = np.linalg.norm(embedded[:, None] - fitted.cluster_centers_, axis=2)
    np.testing.assert_array_equal(fitted.predict(new), shares.argmax(axis=1))
    np.testing.assert_array_equal(fitted.predict(new), distances.argmin(axis=1))
    np.testing.assert_array_equal(fitted.predict(BLOBS), fitted.labels_)


def test_the_same_seed_gives_the_same_bits_and_a_pickle_answers_alike(fitted):
    again = small(n_clusters=4).fit(BLOBS)
    np.testing.assert_array_equal(again.cluster_centers_, fitted.cluster_centers_)
    kept = pickle.loads(pickle.dumps(fitted))  # noqa: S301 -- our own bytes
    np.testing.assert_array_equal(kept.transform(BLOBS), fitted.transform(BLOBS))


def test_rows_given_twice_change_nothing(fitted):
    twice = small(n_clusters=4).fit(np.concatenate([BLOBS, BLOBS]))
    assert sklearn.metrics.adjusted_rand_score(fitted.labels_, twice.labels_[:120]) == 1.0


def test_frames_with_categories_and_missing_values_are_grouped_as_well():
    frame = pd.DataFrame(BLOBS, columns=["a", "b", "c"])
    frame["colour"] = np.array(["red", "green", "blue", "grey"])[OF_BLOB]
    frame.loc[3, "a"] = np.nan
    found = small(n_clusters=4).fit(frame)
    assert sklearn.metrics.adjusted_rand_score(OF_BLOB, found.labels_) > 0.95
    assert len(make_pipeline(StandardScaler(), small(n_clusters=3)).fit_predict(BLOBS)) == 120


@pytest.mark.parametrize(
    ("X", "words"),
    [
        (np.ones((20, 3)), "All 20 rows are the same"),
        (np.arange(3.0)[:, None], "3 different rows; 5 clusters"),
    ],
)
def test_rows_that_hold_no_such_groups_are_refused_in_plain_words(X, words):
    with pytest.raises(DataError, match=words):
        small(n_clusters=5).fit(X)


@pytest.mark.parametrize(
    "X",
    [
        np.arange(10.0)[:, None],
        np.column_stack([np.ones(30), np.random.default_rng(0).normal(size=30)]),
        np.random.default_rng(0).normal(size=(12, 60)),
    ],
    ids=["one column", "a constant column", "more columns than rows"],
)
def test_odd_but_usable_rows_get_a_sound_answer(X):
    found = small(n_clusters=2, epochs=200).fit(X)
    assert set(found.labels_) == {0, 1}
    assert np.isfinite(found.probabilities(X)).all()


def test_wines_are_three():
    X, y = load_wine(return_X_y=True)
    found = Clusterer(random_state=0).fit(X)
    assert found.n_clusters_ == 3
    assert sklearn.metrics.adjusted_rand_score(y, found.labels_) > 0.75
