"""Dropout silences the asked share, keeps the expected value, and rests at inference."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import nn
from pellucid.errors import SettingError


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8])
def test_the_asked_share_is_silent_and_the_rest_is_scaled(rate):
    outputs, _ = nn.Dropout(rate).apply_training({}, jnp.ones((200, 500)), jax.random.key(0))
    silent = np.asarray(outputs) == 0
    # 100,000 draws: four standard deviations of a share are at most 0.0064.
    assert silent.mean() == pytest.approx(rate, abs=0.0064)
    np.testing.assert_allclose(np.asarray(outputs)[~silent], 1 / (1 - rate), rtol=1e-6)


def test_the_same_key_drops_the_same_units_and_another_key_others():
    layer, inputs = nn.Dropout(0.5), jnp.ones((10, 50))
    first, _ = layer.apply_training({}, inputs, jax.random.key(1))
    again, _ = layer.apply_training({}, inputs, jax.random.key(1))
    other, _ = layer.apply_training({}, inputs, jax.random.key(2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_two_dropout_layers_draw_apart():
    network = nn.Network([nn.Dropout(0.5), nn.Dropout(0.5)])
    outputs, _ = network.apply_training({}, np.ones((100, 100)), jax.random.key(0))
    # If both dropped the same units, half would be left; apart, a quarter is.
    assert np.mean(np.asarray(outputs) > 0) == pytest.approx(0.25, abs=0.02)


def test_at_inference_nothing_happens():
    inputs = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    np.testing.assert_array_equal(nn.Network([nn.Dropout(0.9)]).apply({}, inputs), inputs)


@pytest.mark.parametrize("rate", [1, -0.1, 1.5, "0.5", None, float("nan"), True])
def test_a_rate_out_of_its_limits_is_refused(rate):
    with pytest.raises(SettingError, match="rate must be a number from 0 up to, but not including"):
        nn.Dropout(rate)
