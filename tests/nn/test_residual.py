"""Residual blocks, reshaping, and dropout of whole channels and examples."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import nn
from pellucid.errors import DataError, SettingError


def test_a_block_adds_what_its_layers_say_to_what_came_in():
    block = nn.Residual([nn.Dense(2, "relu"), nn.Dense(2)], activation="tanh")
    params = block.init(jax.random.key(0), (2,), "float32")
    x = np.random.default_rng(0).normal(size=(4, 2)).astype(np.float32)
    own = {name: np.asarray(array) for name, array in params.items()}
    hidden = np.maximum(x @ own["dense_1.kernel"] + own["dense_1.bias"], 0)
    z = x + hidden @ own["dense_2.kernel"] + own["dense_2.bias"]
    np.testing.assert_allclose(block.trace(params, x)[0], z, rtol=1e-5)
    np.testing.assert_allclose(block.apply(params, x), np.tanh(z), rtol=1e-5)


def test_a_block_whose_last_kernel_is_zero_lets_everything_through():
    block = nn.Residual([nn.Dense(8, "relu"), nn.Dense(3, initializer="zeros")])
    params = block.init(jax.random.key(0), (3,), "float32")
    x = jnp.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(block.apply(params, x), x)


def test_a_shortcut_changes_the_shape_as_the_layers_do():
    block = nn.Residual(
        [nn.Convolution(8, size=(3, 3), stride=2), nn.Convolution(8, size=(3, 3))],
        shortcut=[nn.Convolution(8, size=(1, 1), stride=2, bias=False)],
    )
    assert block.out_shape((9, 9, 4)) == (5, 5, 8)
    assert "shortcut_convolution_1.kernel" in block.init(jax.random.key(0), (9, 9, 4), "float32")
    with pytest.raises(DataError, match=r"adds \(4,\), after its layers, to \(3,\)"):
        nn.Residual([nn.Dense(4)]).out_shape((3,))


def test_statistics_inside_a_block_move_and_are_no_weights():
    network = nn.Network([nn.Residual([nn.BatchNormalization(momentum=0.5)])])
    params = network.init(0, in_features=1)
    _, moved = network.apply_training(params, [[3.0], [5.0]], jax.random.key(0))
    assert moved["residual_1"]["batch_normalization_1.running_mean"].tolist() == [2.0]
    assert network.n_parameters(params) == 2  # scale and shift


def test_inner_layers_can_be_seen():
    block = nn.Residual([nn.LayerNormalization(), nn.SelfAttention(2, name="look")])
    params = block.init(jax.random.key(0), (5, 4), "float32")
    shown = block.details(params, jnp.ones((1, 5, 4)))
    assert shown["look.attention"].shape == (1, 2, 5, 5)
    assert shown["layer_normalization_1.activations"].shape == (1, 5, 4)


def test_blocks_without_layers_or_with_things_that_are_none_are_refused():
    with pytest.raises(SettingError, match="at least one layer"):
        nn.Residual([])
    with pytest.raises(SettingError, match="3 is not a layer"):
        nn.Residual([3])
    with pytest.raises(SettingError, match="called 'a'"):
        nn.Residual([nn.Dense(2, name="a"), nn.Dense(2, name="a")])


def test_whole_channels_and_whole_examples_fall_silent():
    ones = jnp.ones((40, 3, 4, 10))
    for what, axes in (("channels", (1, 2)), ("examples", (1, 2, 3))):
        outputs, _ = nn.Dropout(0.5, what=what).apply_training({}, ones, jax.random.key(0))
        assert set(np.unique(outputs)) == {0.0, 2.0}
        assert np.all(outputs.min(axis=axes) == outputs.max(axis=axes))
        assert 0.8 < float(outputs.mean()) < 1.2
    with pytest.raises(SettingError, match="'units', 'channels' or 'examples'"):
        nn.Dropout(0.5, what="steps")


def test_numbers_are_laid_out_in_order():
    x = jnp.arange(12.0).reshape(2, 6)
    image = nn.Reshape((3, -1)).apply({}, x)
    np.testing.assert_array_equal(image, np.arange(12.0).reshape(2, 3, 2))
    with pytest.raises(DataError, match="7 numbers"):
        nn.Reshape((3, -1)).out_shape((7,))
    with pytest.raises(SettingError, match="at most once"):
        nn.Reshape((-1, -1))
