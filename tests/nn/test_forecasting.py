"""The forecaster: all steps ahead of several channels, each counted in its window's deviations."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import nn
from pellucid.errors import DataError, SettingError

FULL = nn.Forecaster(window=4, horizon=3, channels=2, others=1, known=(1, 2), context=2)


def drawn(layer: nn.Forecaster, seed: int = 0) -> dict[str, jax.Array]:
    """Return parameters that are all away from 0."""
    params = layer.init(jax.random.key(seed), (layer.in_features,), "float32")
    keys = jax.random.split(jax.random.key(seed + 1), len(params))
    pairs = zip(params.items(), keys, strict=True)
    return {leaf: 0.5 * jax.random.normal(key, array.shape) for (leaf, array), key in pairs}


def test_at_first_nothing_changes_and_the_deviation_is_that_of_the_window():
    layer = nn.Forecaster(window=3, horizon=2, hidden=(4,), least_deviation=0.5)
    params = layer.init(jax.random.key(0), (3,), "float32")
    outputs = layer.apply(params, jnp.array([[1.0, 2.0, 6.0]]))[0]
    assert outputs[:2].tolist() == [6.0, 6.0]
    # The variance of 1, 2, 6 is 14 / 3.
    assert float(outputs[2]) == pytest.approx((14 / 3 + 0.25) ** 0.5)


def test_a_forecast_by_hand():
    layer = nn.Forecaster(window=2, horizon=1, known=(1,), context=1, least_deviation=1e-6)
    params = {
        "kernel": jnp.array([[0.5], [9.0], [2.0]]),  # of both values, and of the context
        "bias": jnp.array([0.25]),
        "known_kernel": jnp.array([[10.0]]),
        "change_kernel": jnp.array([[3.0]]),
    }
    # Known: 0 and 1 in the window, 2 ahead. Without its effect 0, 10 the window 1, 13 is 1, 3:
    # level 3, deviation 1, counted -2, 0.
    outputs = layer.apply(params, jnp.array([[1.0, 13.0, 0.0, 1.0, 2.0, 0.5]]))
    expected = 3 + 1 * (0.5 * -2 + 9 * 0 + 2 * 0.5 + 0.25 + 3 * (2 - 1)) + 10 * 2
    assert outputs[0].tolist() == pytest.approx([expected, 1.0], abs=1e-5)


def test_a_window_twice_as_high_and_wide_has_a_forecast_twice_as_high_and_wide():
    layer = nn.Forecaster(
        window=6, horizon=4, hidden=(5,), hidden_activation="tanh", least_deviation=1e-6
    )
    params = drawn(layer)
    window = np.random.default_rng(0).normal(size=(3, 6))
    once = layer.apply(params, jnp.asarray(window, jnp.float32))
    scaled = layer.apply(params, jnp.asarray(2 * window + 10, jnp.float32))
    np.testing.assert_allclose(scaled[:, :4], 2 * once[:, :4] + 10, rtol=1e-4)


def test_channels_share_the_map_and_do_not_see_one_another():
    params = drawn(FULL)
    rng = np.random.default_rng(1)
    inputs = rng.normal(size=(2, FULL.in_features)).astype(np.float32)
    outputs = FULL.apply(params, jnp.asarray(inputs))
    assert outputs.shape == (2, 2 * (3 + 1))
    other = inputs.copy()
    other[:, 4:8] = rng.normal(size=(2, 4))  # the second channel's window
    changed = FULL.apply(params, jnp.asarray(other))
    assert changed[:, :3].tolist() == outputs[:, :3].tolist()
    assert (changed[:, 3:6] != outputs[:, 3:6]).all()


def test_what_is_known_all_the_time_changes_nothing():
    params = drawn(FULL)
    inputs = np.random.default_rng(2).normal(size=(1, FULL.in_features)).astype(np.float32)
    shifted = inputs.copy()
    shifted[:, 12:-2] += 1.5  # both known columns, in the window and after it
    first, second = (FULL.apply(params, jnp.asarray(one)) for one in (inputs, shifted))
    np.testing.assert_allclose(first, second, atol=1e-5)


def test_a_constant_window_gives_finite_forecasts_and_gradients():
    layer = nn.Forecaster(window=5, horizon=2)
    params = drawn(layer)

    def total(params: dict[str, jax.Array], inputs: jax.Array) -> jax.Array:
        return layer.apply(params, inputs).sum()

    slopes = jax.grad(total, argnums=(0, 1))(params, jnp.full((1, 5), 7.0))
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(slopes))


def test_its_details_are_the_levels_and_the_windows_counted_from_them():
    params = FULL.init(jax.random.key(0), (FULL.in_features,), "float32")
    details = FULL.details(params, jnp.arange(FULL.in_features, dtype=jnp.float32)[None])
    assert details["level"].tolist() == [[3.0, 7.0]]
    assert details["windows"].shape == (1, 2, 4)
    assert details["windows"][0, :, -1].tolist() == [0.0, 0.0]


def test_what_cannot_be_used_is_refused():
    with pytest.raises(SettingError, match="horizon must be a positive whole number"):
        nn.Forecaster(window=3, horizon=0)
    with pytest.raises(SettingError, match="known must be a positive whole number"):
        nn.Forecaster(window=3, horizon=1, known=(0,))
    with pytest.raises(DataError, match="received examples of the shape"):
        nn.Network([nn.Forecaster(window=3, horizon=1)]).init(0, 4)
