"""Normalisation against its papers' formulas, worked in NumPy."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import nn
from pellucid.errors import SettingError

X = np.random.default_rng(0).normal(loc=3.0, scale=2.0, size=(8, 4))


def started(layer, features=4):
    return layer.init(jax.random.key(0), (features,), "float32")


def test_batch_normalization_gives_every_feature_mean_zero_and_variance_one():
    layer = nn.BatchNormalization()
    outputs, _ = layer.apply_training(started(layer), jnp.asarray(X), jax.random.key(0))
    expected = (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + 1e-5)  # algorithm 1
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)


def test_running_averages_move_by_the_momentum_and_serve_at_inference():
    layer = nn.BatchNormalization(momentum=0.75)
    params = started(layer) | {"scale": jnp.full(4, 2.0), "shift": jnp.full(4, -1.0)}
    mean, variance = np.zeros(4), np.ones(4)
    for rows in (X[:4], X[4:]):
        _, params = layer.apply_training(params, jnp.asarray(rows), jax.random.key(0))
        mean = 0.75 * mean + 0.25 * rows.mean(axis=0)
        variance = 0.75 * variance + 0.25 * rows.var(axis=0, ddof=1)  # algorithm 2, step 10
    np.testing.assert_allclose(params["running_mean"], mean, rtol=1e-5)
    np.testing.assert_allclose(params["running_variance"], variance, rtol=1e-5)
    expected = 2 * (X - mean) / np.sqrt(variance + 1e-5) - 1
    np.testing.assert_allclose(layer.apply(params, jnp.asarray(X)), expected, rtol=1e-4, atol=1e-5)


def test_a_batch_of_one_has_the_shift_as_its_output():
    layer = nn.BatchNormalization()
    params = started(layer) | {"shift": jnp.full(4, 7.0)}
    outputs, updated = layer.apply_training(params, jnp.asarray(X[:1]), jax.random.key(0))
    np.testing.assert_allclose(outputs, np.full((1, 4), 7.0))
    np.testing.assert_allclose(updated["running_variance"], np.full(4, 0.9))


def test_layer_normalization_gives_every_example_mean_zero_and_variance_one():
    layer = nn.LayerNormalization()
    centred = X - X.mean(axis=1, keepdims=True)
    expected = centred / np.sqrt(X.var(axis=1, keepdims=True) + 1e-5)
    outputs = layer.apply(started(layer), jnp.asarray(X))
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("layer", [nn.BatchNormalization(), nn.LayerNormalization()], ids=str)
def test_several_axes_in_front_of_the_features_are_normalised_as_rows(layer):
    blocks = jnp.asarray(X.reshape(2, 4, 4))
    flat, _ = layer.apply_training(started(layer), jnp.asarray(X), jax.random.key(0))
    deep, _ = layer.apply_training(started(layer), blocks, jax.random.key(0))
    np.testing.assert_allclose(deep.reshape(8, 4), flat, rtol=1e-4, atol=1e-5)


def test_settings_out_of_their_limits_are_refused():
    with pytest.raises(SettingError, match="momentum must be a number from 0"):
        nn.BatchNormalization(momentum=1.0)
    with pytest.raises(SettingError, match="epsilon must be a number above 0; received: 0"):
        nn.LayerNormalization(epsilon=0)
    with pytest.raises(SettingError, match=r"did you mean 'tanh'\?"):
        nn.BatchNormalization(activation="tahn")
