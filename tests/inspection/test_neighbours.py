"""Rows near in the last hidden layer, beside scikit-learn's nearest neighbours."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

import pellucid
from pellucid.inspection.members import member_of
from pellucid.inspection.neighbours import hidden_features, nearest


def test_the_nearest_are_those_of_scikit_learn_in_features_by_hand() -> None:
    model = pellucid.train("iris", hidden=(9, 5), activation="tanh", epochs=3)
    inputs = np.asarray(model.encode("iris"))
    signal = inputs.astype(np.float64)
    for name in ("hidden_1", "hidden_2"):
        own = model.params[name]
        signal = np.tanh(signal @ np.asarray(own["kernel"]) + np.asarray(own["bias"]))
    features = hidden_features(model.trained, inputs)
    assert features == pytest.approx(signal, abs=1e-5)
    expected = NearestNeighbors(n_neighbors=7).fit(features).kneighbors(features[[20]])
    found = nearest(features, features[20], 7)
    assert found.distances == pytest.approx(expected[0][0], abs=1e-6)
    assert found.places[0] == 20


def test_without_a_hidden_layer_the_inputs_themselves_are_compared() -> None:
    model = pellucid.train("iris", hidden=(), epochs=1)
    inputs = model.encode("iris")
    assert np.array_equal(hidden_features(model.trained, inputs), inputs)


def test_of_an_ensemble_all_members_are_looked_at() -> None:
    model = pellucid.train("iris", hidden=(4,), members=3, epochs=1)
    inputs = model.encode("iris")
    features = hidden_features(model.trained, inputs)
    assert features.shape == (150, 12)
    third = hidden_features(member_of(model.trained, 2), inputs)
    assert np.array_equal(features[:, 8:], third)
