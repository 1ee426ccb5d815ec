"""Convolutional networks: their size by hand, what they cannot see, and that they learn."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from pellucid import nn
from pellucid.errors import SettingError


def n_parameters(network: nn.Network, grid: nn.Shape) -> int:
    return sum(row.n_parameters for row in network.describe(int(np.prod(grid))))


def test_the_parameters_of_the_residual_network_are_those_counted_by_hand():
    stem = 4 * 4 * 3 * 16 + 2 * 16
    block_1 = 2 * 9 * 16 * 16 + 2 * 2 * 16
    block_2 = 9 * 16 * 32 + 9 * 32 * 32 + 16 * 32 + 3 * 2 * 32
    block_3 = 9 * 32 * 64 + 9 * 64 * 64 + 32 * 64 + 3 * 2 * 64
    expected = stem + block_1 + block_2 + block_3 + 64 * 10 + 10
    network = nn.convolutional((32, 32, 3), 10, filters=(16, 32, 64))
    assert n_parameters(network, (32, 32, 3)) == expected


def test_the_parameters_for_series_are_those_of_wang_yan_and_oates():
    # Section 2.2: kernels of 8, 5 and 3 steps, 128, 256 and 128 filters, the bias in the shift.
    kernels = 8 * 1 * 128 + 5 * 128 * 256 + 3 * 256 * 128
    expected = kernels + 2 * (128 + 256 + 128) + 128 * 5 + 5
    assert n_parameters(nn.convolutional((96, 1), 5), (96, 1)) == expected


def test_images_are_halved_from_stage_to_stage():
    network = nn.convolutional((28, 28, 1), 10, filters=(16, 32, 64), stride=1)
    assert [row.out_shape for row in network.describe(784)] == [
        (28, 28, 1), (28, 28, 16), (28, 28, 16), (28, 28, 16), (14, 14, 32), (7, 7, 64), (64,),
        (10,),
    ]  # fmt: skip


def test_large_images_and_long_series_are_seen_at_about_as_many_places_as_small_ones():
    def places(grid: nn.Shape) -> nn.Shape:
        return nn.convolutional(grid, 2).describe(int(np.prod(grid)))[1].out_shape[:-1]

    assert places((8, 8, 1)) == (8, 8)
    assert places((28, 28, 1)) == (14, 14)
    assert places((224, 160, 3)) == (16, 16)
    assert places((96, 1)) == (96,)
    assert places((5120, 2)) == (512,)


def test_where_a_shape_lies_makes_no_difference():
    network = nn.convolutional((48, 48, 1), 3, filters=(4, 8, 8), stride=1)
    params = network.init(jax.random.key(0), 48 * 48)
    image = np.zeros((48, 48), np.float32)  # so large that no edge is seen
    image[18:23, 18:22] = np.random.default_rng(0).normal(size=(5, 4))
    moves = ((0, 0), (4, 0), (0, 8), (4, 4))  # by whole strides of all stages
    images = np.stack([np.roll(image, move, axis=(0, 1)) for move in moves])
    outputs = np.asarray(jax.jit(network.apply)(params, images.reshape(4, -1)))
    np.testing.assert_allclose(outputs, outputs[[0, 0, 0, 0]], rtol=1e-5, atol=1e-6)


def examples(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Make images of a bar, upright or lying, anywhere in noise."""
    random = np.random.default_rng(seed)
    images = random.normal(scale=0.3, size=(n, 12, 12)).astype(np.float32)
    labels = random.integers(0, 2, n)
    for image, label in zip(images, labels, strict=True):
        row, column = random.integers(0, 8, 2)
        bar = image[row : row + 4, column] if label else image[row, column : column + 4]
        bar += 1.5
    return images.reshape(n, -1), labels


@pytest.mark.slow
def test_a_shape_is_learned_wherever_it_lies():
    network = nn.convolutional((12, 12, 1), 2, filters=(8, 8))
    params = network.init(jax.random.key(0), 144)
    inputs, labels = examples(256, seed=0)
    optimizer = optax.adam(0.01)

    @jax.jit
    def step(params, state, key):
        def loss(params):
            outputs, updated = network.apply_training(params, inputs, key)
            return optax.softmax_cross_entropy_with_integer_labels(outputs, labels).mean(), updated

        grads, updated = jax.grad(loss, has_aux=True)(params)
        changes, state = optimizer.update(grads, state)
        return jax.tree.map(jnp.add, updated, changes), state

    state = optimizer.init(params)
    for number in range(60):
        params, state = step(params, state, jax.random.key(number))
    new, truth = examples(400, seed=1)
    assert np.mean(np.argmax(network.apply(params, new), axis=1) == truth) > 0.95


@pytest.mark.parametrize(
    ("grid", "settings", "message"),
    [
        ((784,), {}, "cannot be laid over"),
        ((28, 28, 1), {"filters": ()}, "at least one stage"),
        ((28, 28, 1), {"filters": (0,)}, "filters"),
        ((96, 1), {"dropout": 1.0}, "dropout"),
    ],
)
def test_what_cannot_be_built_is_refused(grid, settings, message):
    with pytest.raises(SettingError, match=message):
        nn.convolutional(grid, 2, **settings)
