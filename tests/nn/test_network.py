"""Networks: names, keys, passes through the layers, and what they refuse."""

from __future__ import annotations

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import nn
from pellucid.errors import DataError, SettingError


def assert_equal_trees(left, right):
    assert jax.tree.structure(left) == jax.tree.structure(right)
    jax.tree.map(np.testing.assert_array_equal, left, right)


def test_a_five_layer_network_is_four_matrices_applied_by_hand():
    sizes, sigmas = [4, 6, 5, 3, 2], ["tanh", "sigmoid", "relu", "linear"]
    by_hand = {
        "tanh": np.tanh,
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "relu": lambda z: np.maximum(z, 0),
        "linear": lambda z: z,
    }
    network = nn.Network(
        [nn.Dense(units, sigma) for units, sigma in zip(sizes[1:], sigmas, strict=True)]
    )
    with jax.enable_x64(True):
        params = network.init(0, in_features=4, dtype=jnp.float64)
        matrices = [np.asarray(params[name]["kernel"]) for name in network.names]  # W1 … W4
        assert [w.shape for w in matrices] == [(4, 6), (6, 5), (5, 3), (3, 2)]
        x = np.random.default_rng(0).normal(size=(10, 4))
        h = x
        for w, sigma, step in zip(matrices, sigmas, network.trace(params, x), strict=True):
            np.testing.assert_allclose(step.inputs, h, rtol=1e-12)
            z = h @ w
            np.testing.assert_allclose(step.pre_activations, z, rtol=1e-10)
            h = by_hand[sigma](z)
            np.testing.assert_allclose(step.activations, h, rtol=1e-10)
        np.testing.assert_allclose(network.apply(params, x), h, rtol=1e-10)


def test_names_are_the_family_and_a_count_unless_given():
    network = nn.Network([nn.Dense(2), nn.Dropout(0.1), nn.Dense(2, name="out"), nn.Dense(1)])
    assert network.names == ("dense_1", "dropout_1", "out", "dense_3")
    assert list(network.init(0, in_features=1)) == ["dense_1", "out", "dense_3"]


def test_a_layer_added_at_the_end_leaves_the_first_values_before_it():
    layers = [nn.Dense(4, "relu"), nn.BatchNormalization(), nn.Dense(3)]
    short = nn.Network(layers).init(7, in_features=5)
    long = nn.Network([*layers, nn.Dense(2)]).init(7, in_features=5)
    assert_equal_trees(short, {name: long[name] for name in short})


def test_a_whole_number_is_as_good_as_the_key_made_from_it():
    network = nn.Network([nn.Dense(3)])
    assert_equal_trees(network.init(5, in_features=2), network.init(jax.random.key(5), 2))
    different = network.init(6, in_features=2)["dense_1"]["kernel"]
    assert (network.init(5, in_features=2)["dense_1"]["kernel"] != different).all()


def test_training_without_random_or_batch_layers_is_inference():
    network = nn.mlp([6, 5], 3)
    params = network.init(0, in_features=4)
    x = np.random.default_rng(0).normal(size=(7, 4))
    outputs, updated = network.apply_training(params, x, jax.random.key(1))
    np.testing.assert_array_equal(outputs, network.apply(params, x))
    assert_equal_trees(updated, params)


def test_training_leaves_the_parameters_passed_in_as_they_were():
    network = nn.Network([nn.BatchNormalization()])
    params = network.init(0, in_features=2)
    network.apply_training(params, np.ones((3, 2)), jax.random.key(1))
    assert_equal_trees(params, network.init(0, in_features=2))


def test_whole_numbers_and_float64_arrays_are_fit_inputs():
    network = nn.Network([nn.Dense(1, initializer=[[2.0], [1.0]])])
    params = network.init(0, in_features=2)
    for dtype in (np.uint8, np.int64, np.float64):
        outputs = network.apply(params, np.array([[3, 4]], dtype=dtype))
        assert outputs.tolist() == [[10.0]]
        assert outputs.dtype == np.float32


def test_the_description_shows_the_arithmetic_of_the_parameters():
    rows = nn.mlp([128], 10, dropout=0.5, normalization="batch").describe(784)
    assert [(row.name, row.layer, row.out_shape, row.arithmetic) for row in rows] == [
        ("hidden_1", "dense, linear", (128,), "784 × 128"),
        ("normalization_1", "batch normalization, relu", (128,), "128 + 128"),
        ("dropout_1", "dropout", (128,), "0"),
        ("output", "dense, linear", (10,), "128 × 10 + 10"),
    ]
    assert [row.n_parameters for row in rows] == [100_352, 256, 0, 1290]


def test_a_network_survives_json_and_hashes():
    network = nn.mlp([8, 4], 2, "gelu", dropout=0.1, normalization="layer")
    again = nn.Network.from_dict(json.loads(json.dumps(network.to_dict())))
    assert again == network
    assert hash(again) == hash(network)


def test_settings_missing_from_a_file_take_their_defaults():
    network = nn.Network.from_dict({"layers": [{"family": "dense", "units": 3}]})
    assert network.layers == (nn.Dense(3),)


@pytest.mark.parametrize(
    ("description", "message"),
    [
        ({}, "no list of layers"),
        ({"layers": []}, "at least one layer"),
        ({"layers": [{"family": "dnse", "units": 1}]}, "did you mean 'dense'"),
        ({"layers": [{"units": 1}]}, "no layer family called 'None'"),
        ({"layers": [{"family": "dense"}]}, "needs the setting 'units'"),
        ({"layers": [{"family": "dense", "units": 1, "size": 2}]}, "has no setting 'size'"),
        ({"layers": [{"family": "dense", "units": -1}]}, "units must be a positive whole number"),
    ],
)
def test_a_description_that_makes_no_network_is_refused(description, message):
    with pytest.raises(SettingError, match=message):
        nn.Network.from_dict(description)


def test_layers_of_the_same_name_and_things_that_are_no_layers_are_refused():
    with pytest.raises(SettingError, match="same name: 'dense_2'"):
        nn.Network([nn.Dense(1, name="dense_2"), nn.Dense(1)])
    with pytest.raises(SettingError, match="128 is not a layer"):
        nn.Network([128])


@pytest.mark.parametrize("in_features", [0, -3, 2.0, (4, 0)])
def test_lengths_of_examples_that_cannot_be_are_refused(in_features):
    with pytest.raises(SettingError, match="in_features must be a positive whole number"):
        nn.Network([nn.Dense(1)]).init(0, in_features=in_features)


def test_one_example_is_no_batch():
    network = nn.Network([nn.Dense(1)])
    with pytest.raises(DataError, match=r"\(2,\)"):
        network.apply(network.init(0, in_features=2), np.zeros(2))


def test_weights_are_counted_from_one():
    params = nn.Network([nn.Dense(2), nn.LayerNormalization()]).init(0, in_features=3)
    kernel = params["dense_1"]["kernel"]
    assert nn.weight(params, "dense_1", 3, 2) == float(kernel[2, 1])
    with pytest.raises(SettingError, match=r"i must be a whole number from 1 to 3 .* received: 0"):
        nn.weight(params, "dense_1", 0, 1)
    with pytest.raises(SettingError, match="j must be a whole number from 1 to 2"):
        nn.weight(params, "dense_1", 1, 3)
    with pytest.raises(SettingError, match=r"did you mean 'dense_1'\?"):
        nn.weight(params, "dense", 1, 1)
    with pytest.raises(SettingError, match="has no weight matrix"):
        nn.weight(params, "layer_normalization_1", 1, 1)


def test_every_exported_name_exists():
    assert all(hasattr(nn, name) for name in nn.__all__)
