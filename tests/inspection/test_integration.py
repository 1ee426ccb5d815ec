"""Contributions add up, and are what independent ways of reckoning give."""

from __future__ import annotations

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad_vec

from pellucid import nn
from pellucid.inspection import Number, Slopes, integrate
from pellucid.inspection.slopes import in_64_bits

IN_FEATURES, OUT = 6, 3
FIRST = Number(np.array([1.0, 0.0, 0.0]))
SETTINGS = [(a, n) for a in nn.ACTIVATIONS for n in (None, "batch", "layer")]


@functools.cache
def network_of(activation: str, normalization: str | None) -> nn.Network:
    return nn.mlp([8, 5], OUT, activation=activation, normalization=normalization, dropout=0.3)


def shaken(network: nn.Network, seed: int) -> nn.Params:
    """Return parameters off every symmetry; variances stay positive."""
    rng = np.random.default_rng(seed)
    params = network.init(seed, IN_FEATURES)
    return jax.tree.map(lambda leaf: leaf + rng.uniform(0.05, 0.5, leaf.shape), params)


@functools.cache
def slopes_of(activation: str, normalization: str | None, seed: int) -> Slopes:
    network = network_of(activation, normalization)
    return Slopes(network, shaken(network, seed))


def in_float64(network: nn.Network, params: nn.Params, inputs: np.ndarray) -> np.ndarray:
    """Compute outputs by the network's own ``apply`` in 64 bits."""
    with in_64_bits():
        wide = jax.tree.map(lambda leaf: jnp.asarray(np.asarray(leaf), jnp.float64), params)
        return np.asarray(network.apply(wide, jnp.asarray(inputs, jnp.float64)))


def gradient_in_float64(network, params, inputs):
    """Return the gradient of the first output by JAX, without what is under test."""
    with in_64_bits():
        wide = jax.tree.map(lambda leaf: jnp.asarray(np.asarray(leaf), jnp.float64), params)
        gradient = jax.grad(lambda x: network.apply(wide, x[None])[0, 0])
        return np.asarray(gradient(jnp.asarray(inputs, jnp.float64)))


@pytest.mark.parametrize(("activation", "normalization"), SETTINGS)
def test_contributions_add_up_to_the_output(activation, normalization):
    slopes = slopes_of(activation, normalization, 1)
    rng = np.random.default_rng(7)
    for _ in range(3):
        baseline, inputs = rng.normal(size=(2, IN_FEATURES)) * 2
        found = integrate(slopes, baseline, inputs, Number(rng.normal(size=OUT)))
        size = np.abs(found.values).sum() + abs(found.output) + abs(found.baseline)
        assert abs(found.error) <= 1e-11 * size
        assert found.baseline + found.values.sum() == pytest.approx(found.output, rel=1e-9)


@given(seed=st.integers(0, 2**32 - 1), spread=st.sampled_from([1e-3, 1.0, 30.0]))
def test_contributions_add_up_wherever_the_line_lies(seed, spread):
    rng = np.random.default_rng(seed)
    setting = [("relu", None), ("relu", "layer"), ("tanh", "batch"), ("elu", None)][seed % 4]
    baseline, inputs = rng.normal(size=(2, IN_FEATURES)) * spread
    found = integrate(slopes_of(*setting, 1), baseline, inputs, FIRST)
    size = np.abs(found.values).sum() + abs(found.output) + abs(found.baseline)
    assert abs(found.error) <= 1e-11 * size


@pytest.mark.parametrize(("activation", "normalization"), SETTINGS[:6])
def test_outputs_in_64_bits_are_the_networks_own(activation, normalization):
    network = network_of(activation, normalization)
    params = shaken(network, 1)
    slopes = slopes_of(activation, normalization, 1)
    inputs = np.random.default_rng(3).normal(size=(4, IN_FEATURES))
    outputs = slopes.outputs(slopes.sums(inputs, np.arange(IN_FEATURES)))
    np.testing.assert_allclose(outputs, in_float64(network, params, inputs), rtol=1e-13)
    narrow = np.asarray(network.apply(params, inputs.astype(np.float32)))
    np.testing.assert_allclose(outputs, narrow, rtol=1e-4, atol=1e-5)


def test_a_linear_networks_contributions_are_the_hand_products():
    network = nn.mlp([], 2)
    params = network.init(0, IN_FEATURES)
    inputs = np.random.default_rng(0).normal(size=IN_FEATURES)
    kernel = np.asarray(params["output"]["kernel"], dtype=np.float64)
    found = integrate(
        Slopes(network, params), np.zeros(IN_FEATURES), inputs, Number(np.array([1.0, 0.0]))
    )
    np.testing.assert_allclose(found.values, inputs * kernel[:, 0], rtol=1e-15)


def test_one_relu_unit_is_reckoned_by_hand():
    """From x = -1 to x = 3, 2·relu(x) rises by 6, over the last three quarters of the way."""
    network = nn.Network([nn.Dense(1, "relu", initializer=[[1.0]]), nn.Dense(1)])
    params = network.init(0, 1)
    params["dense_2"]["kernel"] = jnp.array([[2.0]])
    found = integrate(
        Slopes(network, params), np.array([-1.0]), np.array([3.0]), Number(np.ones(1))
    )
    assert (found.baseline, found.output) == (0.0, 6.0)
    assert found.values[0] == pytest.approx(6.0, rel=1e-15)


@pytest.mark.parametrize("setting", [("relu", None), ("leaky_relu", "batch"), ("relu", "layer")])
def test_corners_are_found_as_many_small_steps_see_them(setting):
    """A sum over 200,000 equal steps (equation 3 of the paper) comes as close as steps allow."""
    slopes = slopes_of(*setting, 1)
    baseline, inputs = np.random.default_rng(5).normal(size=(2, IN_FEATURES)) * 3
    found = integrate(slopes, baseline, inputs, FIRST)
    ends = slopes.sums(np.stack([baseline, inputs]), np.arange(IN_FEATURES))
    n, total = 200_000, 0.0
    for part in np.split((np.arange(n) + 0.5) / n, 10):
        total = total + slopes.gradients(ends[0] + part[:, None] * (ends[1] - ends[0]), FIRST).sum(
            0
        )
    steps = (inputs - baseline) * slopes.to_inputs(total / n, np.arange(IN_FEATURES))
    np.testing.assert_allclose(found.values, steps, atol=2e-5 * np.abs(steps).max())


@pytest.mark.parametrize(
    "setting",
    [
        ("softplus", "batch"),
        pytest.param(("tanh", None), marks=pytest.mark.slow),
        pytest.param(("gelu", "layer"), marks=pytest.mark.slow),
    ],
)
def test_each_contribution_is_what_scipy_integrates(setting):
    network, slopes = network_of(*setting), slopes_of(*setting, 1)
    params = shaken(network, 1)
    baseline, inputs = np.random.default_rng(6).normal(size=(2, IN_FEATURES))
    way = inputs - baseline
    expected, _ = quad_vec(
        lambda t: way * gradient_in_float64(network, params, baseline + t * way),
        0.0, 1.0, epsabs=1e-9, quadrature="gk15",
    )  # fmt: skip
    found = integrate(slopes, baseline, inputs, FIRST)
    np.testing.assert_allclose(found.values, expected, atol=1e-9)


def test_slopes_are_finite_differences():
    slopes = slopes_of("silu", "layer", 1)
    sums = slopes.sums(np.random.default_rng(2).normal(size=(1, IN_FEATURES)), np.arange(6))
    slope = slopes.gradients(sums, FIRST)[0]
    step = 1e-5
    for unit in range(sums.shape[1]):
        moved = np.repeat(sums, 2, axis=0)
        moved[0, unit] += step
        moved[1, unit] -= step
        high, low = slopes.outputs(moved)[:, 0]
        assert slope[unit] == pytest.approx((high - low) / (2 * step), abs=1e-8)


def test_numbers_on_a_logarithmic_scale_add_up_in_their_own_unit():
    found = integrate(
        slopes_of("relu", None, 1),
        np.zeros(IN_FEATURES),
        np.full(IN_FEATURES, 0.3),
        Number(np.array([0.4, 0.0, 0.0]), 0.5, (20.0, 3.0)),
    )
    assert abs(found.error) < 1e-9 * abs(found.output)
    assert found.baseline + found.values.sum() == pytest.approx(found.output, rel=1e-12)


def test_an_input_that_does_not_move_contributes_nothing():
    baseline = np.random.default_rng(8).normal(size=IN_FEATURES)
    inputs = baseline.copy()
    inputs[2] += 1.0
    found = integrate(slopes_of("relu", "batch", 1), baseline, inputs, FIRST)
    assert np.flatnonzero(found.values).tolist() in ([2], [])


def test_a_network_whose_first_layer_is_not_dense_is_explained_too():
    network = nn.Network([nn.LayerNormalization(), nn.Dense(4, "relu"), nn.Dense(1)])
    params = network.init(3, IN_FEATURES)
    baseline, inputs = np.random.default_rng(9).normal(size=(2, IN_FEATURES))
    found = integrate(Slopes(network, params), baseline, inputs, Number(np.ones(1)))
    assert abs(found.error) < 1e-11
