"""Rows on a plane: principal components beside scikit-learn's, neighbours kept by t-SNE."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness

import pellucid
from pellucid.data.table import Array
from pellucid.errors import DataError, SettingError
from pellucid.inspection.projection import layer_features, principal_components, t_sne


@pytest.fixture(scope="module")
def digits() -> tuple[Array, Array]:
    found = load_digits()
    return found.data[:300], found.target[:300]


def test_components_and_shares_are_those_of_scikit_learn(digits: tuple[Array, Array]) -> None:
    features, _ = digits
    reference = PCA(n_components=2, svd_solver="full").fit(features)
    found = principal_components(features)
    assert found.shares == pytest.approx(reference.explained_variance_ratio_, rel=1e-10)
    wanted = reference.transform(features)
    for axis in range(2):
        sign = np.sign(found.points[:, axis] @ wanted[:, axis])
        np.testing.assert_allclose(found.points[:, axis], sign * wanted[:, axis], atol=1e-9)


def test_the_feature_with_the_largest_weight_counts_positively() -> None:
    features = np.array([[0.0, 9.0], [1.0, 6.0], [2.0, 0.0]])
    found = principal_components(features)
    assert np.corrcoef(found.points[:, 0], features[:, 1])[0, 1] > 0.99


def test_a_line_leaves_nothing_for_the_second_axis() -> None:
    found = principal_components(np.array([[1.0], [3.0], [5.0]]))
    assert found.points.tolist() == [[-2.0, 0.0], [0.0, 0.0], [2.0, 0.0]]
    assert found.shares == (1.0, 0.0)


def test_rows_that_are_all_alike_lie_on_one_place() -> None:
    found = principal_components(np.ones((4, 3)))
    assert not found.points.any()
    assert found.shares == (0.0, 0.0)


def test_t_sne_keeps_neighbours_and_does_not_depend_on_chance(
    digits: tuple[Array, Array],
) -> None:
    features = digits[0][:120]
    found = t_sne(features)
    assert found.shares is None
    # Venna & Kaski 2001: 1 where all neighbours on the plane are neighbours in truth, about 0.5
    # where they are any.
    assert trustworthiness(features, found.points, n_neighbors=5) > 0.95
    assert np.array_equal(found.points, t_sne(features).points)


def test_what_cannot_be_projected_is_refused() -> None:
    with pytest.raises(DataError, match="4 rows"):
        t_sne(np.arange(8.0).reshape(4, 2))
    with pytest.raises(DataError, match="All rows are alike"):
        t_sne(np.ones((10, 3)))
    with pytest.raises(DataError, match="not finite"):
        principal_components(np.array([[1.0], [np.nan]]))
    with pytest.raises(DataError, match="no rows"):
        principal_components(np.zeros((0, 3)))


def test_features_are_the_inputs_or_what_a_layer_lets_out() -> None:
    model = pellucid.train("iris", hidden=(4,), activation="relu", epochs=1, seed=1)
    inputs = model.encode("iris")[:10]
    assert np.array_equal(layer_features(model.trained, "inputs", inputs), inputs)
    own = model.params["hidden_1"]
    by_hand = np.maximum(0.0, inputs @ np.asarray(own["kernel"]) + np.asarray(own["bias"]))
    found = layer_features(model.trained, "hidden_1", inputs)
    np.testing.assert_allclose(found, by_hand, rtol=1e-5, atol=1e-6)
    with pytest.raises(SettingError, match="hidden_2"):
        layer_features(model.trained, "hidden_2", inputs)
