"""Few rows with default settings: what is clean is learned, what is noise is not.

The bounds come from how the data was made: a rule without noise leaves nothing unexplained.
"""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, make_moons
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import train_test_split

import pellucid

_N_TRAIN, _N_TEST = 200, 500


def _score(metric, X, y, **settings):
    train, test = slice(_N_TRAIN), slice(_N_TRAIN, None)
    model = pellucid.train((X[train], y[train]), test=(X[test], y[test]), **settings)
    return model.metrics[metric]


def test_a_straight_rule_is_learned_almost_exactly():
    X = np.random.default_rng(0).normal(size=(_N_TRAIN + _N_TEST, 2))
    assert _score("r2", X, 30 * X[:, 0] - 20 * X[:, 1] + 5) > 0.99


def test_a_wave_is_learned_almost_exactly():
    X = np.random.default_rng(0).uniform(-1, 1, size=(_N_TRAIN + _N_TEST, 1))
    assert _score("r2", X, np.sin(4 * X[:, 0])) > 0.98


@pytest.mark.slow
def test_two_moons_are_told_apart():
    X, y = make_moons(_N_TRAIN + _N_TEST, noise=0.1, random_state=0)
    assert _score("accuracy", X, y) > 0.98


@pytest.mark.slow
def test_the_border_of_exclusive_or_is_found():
    X = np.random.default_rng(0).uniform(-1, 1, size=(_N_TRAIN + _N_TEST, 2))
    assert _score("accuracy", X, (X[:, 0] * X[:, 1] > 0).astype(int)) > 0.95


@pytest.mark.slow
def test_noisy_numbers_are_predicted_about_as_well_as_by_ridge_regression():
    """Diabetes: chosen by cross-validation, ridge is about the best there is on its 442 rows."""
    X, y = load_diabetes(return_X_y=True)
    ours, ridge = [], []
    for seed in range(3):
        X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=seed)
        model = pellucid.train((X_train, y_train), test=(X_test, y_test), seed=seed)
        ours.append(model.metrics["r2"])
        line = RidgeCV(np.logspace(-4, 2, 13)).fit(X_train, y_train)
        ridge.append(line.score(X_test, y_test))
    assert np.mean(ours) > np.mean(ridge) - 0.03
