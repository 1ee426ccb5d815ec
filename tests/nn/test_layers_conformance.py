"""What holds for every layer family; a new family adds its examples to ``EXAMPLES``."""

from __future__ import annotations

import functools
import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jax.test_util import check_grads

from pellucid import nn

IN_FEATURES = 5
# The shape of one example that each family takes; the others take a row of numbers.
SERIES, IMAGE = (7, 4), (6, 5, 2)
IN_SHAPES = {
    "pooling": IMAGE,
    "global_pooling": IMAGE,
    "gru": SERIES,
    "lstm": SERIES,
    "self_attention": SERIES,
    "positions": SERIES,
    "centring": SERIES,
}
EXAMPLES = {
    "dense": [
        nn.Dense(3),
        nn.Dense(1, activation="tanh", bias=False),
        nn.Dense(4, activation="softmax", initializer="lecun_uniform"),
        nn.Dense(2, initializer=np.arange(10.0).reshape(5, 2), bias_initializer=[1.0, 2.0]),
    ],
    "dropout": [
        nn.Dropout(0.0),
        nn.Dropout(0.4, name="rest"),
        nn.Dropout(0.4, what="channels"),
        nn.Dropout(0.4, what="examples"),
    ],
    "batch_normalization": [
        nn.BatchNormalization(),
        nn.BatchNormalization(momentum=0.5, epsilon=1e-3, activation="elu"),
    ],
    "layer_normalization": [
        nn.LayerNormalization(),
        nn.LayerNormalization(epsilon=1e-3, activation="silu"),
        nn.LayerNormalization(padded=True),
    ],
    "convolution": [
        nn.Convolution(3, size=(3,), activation="tanh"),
        nn.Convolution(4, size=4, stride=2, dilation=2, groups=2, padding="valid", bias=False),
        nn.Convolution(4, size=(3, 2), stride=(2, 1), activation="gelu"),
        nn.Convolution(2, size=(2, 2), groups=2, dilation=2, initializer="lecun_normal"),
        nn.Convolution(5, size=(1, 1), padding="valid"),
    ],
    "pooling": [
        nn.Pooling((2, 2)),
        nn.Pooling((3, 2), how="average", stride=(2, 1), padding="same"),
        nn.Pooling((2, 3), stride=2, padding="same"),
    ],
    "global_pooling": [
        nn.GlobalPooling(),
        nn.GlobalPooling("max"),
        nn.GlobalPooling("average", padded=True),
        nn.GlobalPooling("max", padded=True),
    ],
    "reshape": [nn.Reshape((5, 1)), nn.Reshape((-1,))],
    "embedding": [nn.Embedding(4, 3), nn.Embedding(3, 2, padded=True, deviation=1.0)],
    "embedding_bag": [nn.EmbeddingBag(4, 3), nn.EmbeddingBag(3, 2, how="sum", padded=True)],
    "gru": [
        nn.GRU(3),
        nn.GRU(2, sequence=True, direction="both", padded=True),
        nn.GRU(2, direction="backward"),
    ],
    "lstm": [
        nn.LSTM(3),
        nn.LSTM(2, sequence=True, direction="both"),
        nn.LSTM(2, direction="backward", padded=True),
    ],
    "self_attention": [
        nn.SelfAttention(2),
        nn.SelfAttention(1, causal=True),
        nn.SelfAttention(4, causal=True, padded=True),
    ],
    "periodic_embedding": [
        nn.PeriodicEmbedding(bend="tanh"),
        nn.PeriodicEmbedding(columns=[3, 1], size=2, frequencies=3, bend="linear"),
    ],
    "positions": [nn.Positions(), nn.Positions("learned", padded=True)],
    "forecaster": [
        nn.Forecaster(window=5, horizon=3),
        nn.Forecaster(window=2, horizon=1, channels=1, others=1, context=1, name="sales"),
        nn.Forecaster(window=2, horizon=1, known=(1,), hidden=(3,), hidden_activation="tanh"),
        nn.Forecaster(window=1, horizon=1, channels=3, known=(1,), hidden=(2,), dropout=0.3),
    ],
    "centring": [nn.Centring(), nn.Centring(name="loudness")],
    "centres": [nn.Centres(3), nn.Centres(1, name="clusters")],
    "residual": [
        nn.Residual([nn.Dense(5, "tanh"), nn.BatchNormalization(), nn.Dense(5)]),
        nn.Residual(
            [nn.Dense(3, "tanh"), nn.Dropout(0.3, what="examples")],
            shortcut=[nn.Dense(3, bias=False, name="project")],
            activation="silu",
            name="block",
        ),
        nn.Residual([nn.Residual([nn.LayerNormalization(), nn.Dense(5)])], padded=True),
    ],
    "branches": [
        nn.Branches([nn.Branch("two", 1, 3, [nn.Dense(3, "tanh"), nn.Dropout(0.3)])]),
        nn.Branches(
            [
                nn.Branch("later", 3, 4, [nn.BatchNormalization()]),
                nn.Branch(
                    "steps",
                    0,
                    3,
                    [nn.Reshape((3, 1)), nn.Residual([nn.Convolution(2, 2)], [nn.Dense(2)])],
                ),
            ],
            name="columns",
        ),
    ],
    "ensemble": [
        nn.Ensemble([nn.Dense(4, "tanh"), nn.Dropout(0.3), nn.Dense(2)], members=3),
        nn.Ensemble([nn.BatchNormalization(), nn.Dense(2, bias=False)], members=1),
    ],
}
ALL = [layer for layers in EXAMPLES.values() for layer in layers]
SMOOTH = [layer for layer in ALL if not isinstance(getattr(layer, "initializer", ""), tuple)]


def marked(layers, tried):
    """Leave all but the first of each family to `make test-all`: so many are tried."""
    quick = [layer for family in EXAMPLES.values() for layer in family[:tried]]
    slow = pytest.mark.slow
    return [
        layer if any(layer is one for one in quick) else pytest.param(layer, marks=slow)
        for layer in layers
    ]


# All tests of a layer one after the other, so that they share its small programs.
every_layer = pytest.mark.parametrize("layer", marked(ALL, 2), ids=str, scope="module")
# What compiles several programs for each layer.
every_family = pytest.mark.parametrize("layer", marked(ALL, 1), ids=str, scope="module")
every_batch = pytest.mark.parametrize("rows", [0, 1, 6])


def in_shape(layer):
    """Return the shape of one example that a layer is tried with."""
    if layer.family == "convolution":
        return SERIES if len(layer.size) == 1 else IMAGE
    return IN_SHAPES.get(layer.family, (IN_FEATURES,))


def training_shape(layer, rows):
    """Return the shape of what comes out while training: of an ensemble, every member's answer."""
    members = (layer.members,) if layer.family == "ensemble" else ()
    return (rows, *members, *layer.out_shape(in_shape(layer)))


def batch(layer, rows, seed=0, dtype=np.float32):
    return np.random.default_rng(seed).normal(size=(rows, *in_shape(layer))).astype(dtype)


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


@every_family
@every_batch
def test_outputs_have_the_shape_that_was_announced(layer, rows):
    network = nn.Network([layer])
    params = network.init(0, in_features=in_shape(layer))
    expected = (rows, *network.out_shape(in_shape(layer)))
    outputs = network.apply(params, batch(layer, rows))
    trained, updated = network.apply_training(params, batch(layer, rows), jax.random.key(1))
    assert outputs.shape == expected
    assert trained.shape == training_shape(layer, rows)
    for values in (outputs, trained):
        assert values.dtype == np.float32
        assert np.isfinite(values).all()
    assert jax.tree.structure(updated) == jax.tree.structure(params)
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(updated))


@every_layer
def test_training_changes_running_statistics_only(layer):
    network = nn.Network([layer])
    params = network.init(0, in_features=in_shape(layer))
    _, updated = network.apply_training(params, batch(layer, 6), jax.random.key(1))
    for name, own in params.items():
        for leaf, value in own.items():
            changed = not np.array_equal(value, updated[name][leaf])
            assert changed != nn.is_trainable(leaf), leaf


@functools.cache
def compiled_value(layer, is_training):
    """Compile a number that depends on all outputs, once for all draws of a layer's test."""
    network = nn.Network([layer])

    def value(trainable, params, inputs, mixing):
        whole = filled(params, trainable)
        if is_training:
            outputs, _ = network.apply_training(whole, inputs, jax.random.key(3))
        else:
            outputs = network.apply(whole, inputs)
        assert outputs.dtype == jnp.float64
        return jnp.sum(outputs * mixing[None])

    return jax.jit(value)


@pytest.mark.parametrize("layer", marked(SMOOTH, 2), ids=str)
@pytest.mark.parametrize("is_training", [False, True], ids=["inference", "training"])
@settings(max_examples=4)
@given(seed=st.integers(0, 2**32 - 1))
def test_gradients_equal_finite_differences_in_float64(layer, is_training, seed):
    rows = 3  # one shape alone, since each compiles anew
    with jax.enable_x64(True):
        network = nn.Network([layer])
        params = shaken(network.init(seed, in_features=in_shape(layer), dtype=jnp.float64), seed)
        inputs = jnp.asarray(batch(layer, rows, seed, np.float64))
        shape = training_shape(layer, rows) if is_training else network.out_shape(in_shape(layer))
        mixing = np.random.default_rng(seed).normal(size=shape[1:] if is_training else shape)

        def value(trainable, inputs):
            return compiled_value(layer, is_training)(trainable, params, inputs, mixing)

        check_grads(
            value, (without_running(params), inputs), 1, ["rev"], atol=1e-7, rtol=1e-5, eps=1e-5
        )


def keeps_statistics(layer):
    own = jax.eval_shape(lambda: layer.init(jax.random.key(0), in_shape(layer), jnp.float32))
    return not all(map(nn.is_trainable, own))


@pytest.mark.parametrize("layer", [one for one in ALL if keeps_statistics(one)], ids=str)
def test_running_statistics_have_a_gradient_of_zero(layer):
    network = nn.Network([layer])
    params = network.init(0, in_features=in_shape(layer))

    def trained(params):
        outputs, updated = network.apply_training(params, batch(layer, 6), jax.random.key(1))
        return jnp.sum(outputs**2), updated

    at_inference = jax.grad(lambda params: jnp.sum(network.apply(params, batch(layer, 6)) ** 2))(
        params
    )
    while_training, _ = jax.grad(trained, has_aux=True)(params)
    for grads in (at_inference, while_training):
        for own in grads.values():
            assert all(nn.is_trainable(leaf) or not grad.any() for leaf, grad in own.items())


@every_layer
@every_batch
def test_the_trace_ends_in_what_apply_returns(layer, rows):
    network = nn.Network([layer])
    params = network.init(0, in_features=in_shape(layer))
    inputs = batch(layer, rows)
    (step,) = network.trace(params, inputs)
    assert step.layer is layer
    np.testing.assert_array_equal(step.inputs, inputs)
    np.testing.assert_array_equal(step.activations, network.apply(params, inputs))
    sigma = nn.ACTIVATIONS[getattr(layer, "activation", "linear")]
    np.testing.assert_array_equal(step.activations, sigma(step.pre_activations))


@every_family
def test_the_trace_of_one_example_is_its_row_in_the_trace_of_a_batch(layer):
    network = nn.Network([layer])
    params = network.init(0, in_features=in_shape(layer))
    inputs = batch(layer, 4)
    (whole,) = network.trace(params, inputs)
    if len(in_shape(layer)) == 1:
        (single,) = network.trace(params, inputs[2])
        single_shape = in_shape(layer)
    else:  # without a batch, an example of several axes would be taken for one
        (single,) = jax.tree.map(lambda a: a[0], network.trace(params, inputs[2:3]))
        single_shape = in_shape(layer)
    assert single.inputs.shape == single_shape
    assert single.details.keys() == whole.details.keys()
    for part in ("inputs", "pre_activations", "activations"):
        np.testing.assert_allclose(
            getattr(single, part), getattr(whole, part)[2], rtol=1e-5, atol=1e-6
        )
    for name, numbers in whole.details.items():
        np.testing.assert_allclose(single.details[name], numbers[2], rtol=1e-5, atol=1e-6)


@every_layer
def test_a_layer_survives_json(layer):
    network = nn.Network([nn.Dense(5), layer])
    assert nn.Network.from_dict(json.loads(json.dumps(network.to_dict()))) == network


@every_layer
def test_the_description_counts_the_parameters_that_init_draws(layer):
    network = nn.Network([layer])
    (row,) = network.describe(in_shape(layer))
    params = network.init(0, in_features=in_shape(layer))
    assert row.n_parameters == network.n_parameters(params)
    if not row.n_parameters:
        return
    terms = [term.split(" × ") for term in row.arithmetic.split(" + ")]
    assert sum(int(np.prod([int(factor) for factor in term])) for term in terms) == row.n_parameters


@every_family
def test_compiled_and_eager_agree(layer):
    network = nn.Network([layer])
    params, inputs = network.init(0, in_features=in_shape(layer)), batch(layer, 6)
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


@every_family
def test_float64_and_float32_agree(layer):
    network = nn.Network([layer])
    params = network.init(0, in_features=in_shape(layer))
    single = network.apply(params, batch(layer, 6))
    with jax.enable_x64(True):
        wide = jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float64), params)
        double = network.apply(wide, batch(layer, 6, dtype=np.float64))
        assert double.dtype == jnp.float64
        np.testing.assert_allclose(single, double, rtol=1e-4, atol=1e-5)
        drawn = network.init(0, in_features=in_shape(layer), dtype=jnp.float64)
        assert all(leaf.dtype == jnp.float64 for leaf in jax.tree.leaves(drawn))
