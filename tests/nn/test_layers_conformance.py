"""What holds for every layer family; a new family adds its examples to ``EXAMPLES``."""

from __future__ import annotations

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jax.test_util import check_grads

from pellucid import nn

EXAMPLES = {
    "dense": [
        nn.Dense(3),
        nn.Dense(1, activation="tanh", bias=False),
        nn.Dense(4, activation="softmax", initializer="lecun_uniform"),
        nn.Dense(2, initializer=np.arange(10.0).reshape(5, 2), bias_initializer=[1.0, 2.0]),
    ],
    "dropout": [nn.Dropout(0.0), nn.Dropout(0.4, name="rest")],
    "batch_normalization": [
        nn.BatchNormalization(),
        nn.BatchNormalization(momentum=0.5, epsilon=1e-3, activation="elu"),
    ],
    "layer_normalization": [
        nn.LayerNormalization(),
        nn.LayerNormalization(epsilon=1e-3, activation="silu"),
    ],
}
IN_FEATURES = 5
ALL = [layer for layers in EXAMPLES.values() for layer in layers]
OF_ANY_SHAPE = [layer for layer in ALL if not isinstance(getattr(layer, "initializer", ""), tuple)]
every_layer = pytest.mark.parametrize("layer", ALL, ids=str)
every_batch = pytest.mark.parametrize("rows", [0, 1, 6])


def batch(rows, features=IN_FEATURES, seed=0, dtype=np.float32):
    return np.random.default_rng(seed).normal(size=(rows, features)).astype(dtype)


def without_running(params):
    return {
        name: {leaf: value for leaf, value in own.items() if nn.is_trainable(leaf)}
        for name, own in params.items()
    }


def filled(params, trainable):
    return {name: own | trainable[name] for name, own in params.items()}


def shaken(params, seed):
    """Move all parameters off their first values, so that no gradient is 0 by symmetry."""
    rng = np.random.default_rng(seed)
    return jax.tree.map(lambda leaf: leaf + rng.uniform(0.1, 0.5, leaf.shape), params)


def test_every_registered_family_has_examples():
    assert set(EXAMPLES) == set(nn.LAYERS)
    for family, layers in EXAMPLES.items():
        assert all(type(layer) is nn.LAYERS[family] for layer in layers)


@every_layer
@every_batch
def test_outputs_have_the_shape_that_was_announced(layer, rows):
    network = nn.Network([layer])
    params = network.init(0, in_features=IN_FEATURES)
    expected = (rows, network.out_features(IN_FEATURES))
    outputs = network.apply(params, batch(rows))
    trained, updated = network.apply_training(params, batch(rows), jax.random.key(1))
    for values in (outputs, trained):
        assert values.shape == expected
        assert values.dtype == np.float32
        assert np.isfinite(values).all()
    assert jax.tree.structure(updated) == jax.tree.structure(params)
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(updated))


@every_layer
def test_training_changes_running_statistics_only(layer):
    network = nn.Network([layer])
    params = network.init(0, in_features=IN_FEATURES)
    _, updated = network.apply_training(params, batch(6), jax.random.key(1))
    for name, own in params.items():
        for leaf, value in own.items():
            changed = not np.array_equal(value, updated[name][leaf])
            assert changed == leaf.startswith("running_"), leaf


@pytest.mark.parametrize("layer", OF_ANY_SHAPE, ids=str)
@pytest.mark.parametrize("is_training", [False, True], ids=["inference", "training"])
@settings(max_examples=4)
@given(
    # Few shapes, since each compiles anew; many values.
    shape=st.sampled_from([(2, 3), (5, 4)]),
    seed=st.integers(0, 2**32 - 1),
)
def test_gradients_equal_finite_differences_in_float64(layer, is_training, shape, seed):
    rows, features = shape
    with jax.enable_x64(True):
        network = nn.Network([layer])
        params = shaken(network.init(seed, in_features=features, dtype=jnp.float64), seed)
        inputs = jnp.asarray(batch(rows, features, seed, np.float64))
        mixing = np.random.default_rng(seed).normal(size=network.out_features(features))

        def value(trainable, inputs):
            whole = filled(params, trainable)
            if is_training:
                outputs, _ = network.apply_training(whole, inputs, jax.random.key(3))
            else:
                outputs = network.apply(whole, inputs)
            assert outputs.dtype == jnp.float64
            return jnp.sum(outputs * mixing[None, :])

        check_grads(
            value, (without_running(params), inputs), 1, ["rev"], atol=1e-7, rtol=1e-5, eps=1e-5
        )


@every_layer
def test_running_statistics_have_a_gradient_of_zero(layer):
    network = nn.Network([layer])
    params = network.init(0, in_features=IN_FEATURES)

    def trained(params):
        outputs, updated = network.apply_training(params, batch(6), jax.random.key(1))
        return jnp.sum(outputs**2), updated

    at_inference = jax.grad(lambda params: jnp.sum(network.apply(params, batch(6)) ** 2))(params)
    while_training, _ = jax.grad(trained, has_aux=True)(params)
    for grads in (at_inference, while_training):
        for own in grads.values():
            assert all(nn.is_trainable(leaf) or not grad.any() for leaf, grad in own.items())


@every_layer
@every_batch
def test_the_trace_ends_in_what_apply_returns(layer, rows):
    network = nn.Network([layer])
    params = network.init(0, in_features=IN_FEATURES)
    inputs = batch(rows)
    (step,) = network.trace(params, inputs)
    assert step.layer is layer
    np.testing.assert_array_equal(step.inputs, inputs)
    np.testing.assert_array_equal(step.activations, network.apply(params, inputs))
    sigma = nn.ACTIVATIONS[getattr(layer, "activation", "linear")]
    np.testing.assert_array_equal(step.activations, sigma(step.pre_activations))


@every_layer
def test_the_trace_of_one_example_is_its_row_in_the_trace_of_a_batch(layer):
    network = nn.Network([layer])
    params = network.init(0, in_features=IN_FEATURES)
    inputs = batch(4)
    (whole,) = network.trace(params, inputs)
    (single,) = network.trace(params, inputs[2])
    for part in ("inputs", "pre_activations", "activations"):
        np.testing.assert_allclose(getattr(single, part), getattr(whole, part)[2], rtol=1e-6)


@every_layer
def test_a_layer_survives_json(layer):
    network = nn.Network([layer, nn.Dense(2)])
    assert nn.Network.from_dict(json.loads(json.dumps(network.to_dict()))) == network


@every_layer
def test_the_description_counts_the_parameters_that_init_draws(layer):
    network = nn.Network([layer])
    (row,) = network.describe(IN_FEATURES)
    params = network.init(0, in_features=IN_FEATURES)
    assert row.n_parameters == network.n_parameters(params)
    terms = [term.split(" × ") for term in row.arithmetic.split(" + ")]
    assert sum(int(np.prod([int(factor) for factor in term])) for term in terms) == row.n_parameters


@every_layer
def test_compiled_and_eager_agree(layer):
    network = nn.Network([layer])
    params, inputs = network.init(0, in_features=IN_FEATURES), batch(6)
    np.testing.assert_allclose(
        jax.jit(network.apply)(params, inputs), network.apply(params, inputs), rtol=2e-6, atol=1e-6
    )
    eager, eager_params = network.apply_training(params, inputs, jax.random.key(5))
    compiled, compiled_params = jax.jit(network.apply_training)(params, inputs, jax.random.key(5))
    np.testing.assert_allclose(compiled, eager, rtol=2e-6, atol=1e-6)
    jax.tree.map(
        lambda a, b: np.testing.assert_allclose(a, b, rtol=2e-6, atol=1e-6),
        compiled_params,
        eager_params,
    )
    (traced,) = jax.jit(network.trace)(params, inputs)
    assert traced.layer == layer


@every_layer
def test_float64_and_float32_agree(layer):
    network = nn.Network([layer])
    params = network.init(0, in_features=IN_FEATURES)
    single = network.apply(params, batch(6))
    with jax.enable_x64(True):
        wide = jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float64), params)
        double = network.apply(wide, batch(6, dtype=np.float64))
        assert double.dtype == jnp.float64
        np.testing.assert_allclose(single, double, rtol=1e-4, atol=1e-5)
        drawn = network.init(0, in_features=IN_FEATURES, dtype=jnp.float64)
        assert all(leaf.dtype == jnp.float64 for leaf in jax.tree.leaves(drawn))
