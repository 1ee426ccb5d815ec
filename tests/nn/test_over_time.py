"""Networks that go step by step, against their formulas; and what padding may not change."""

from __future__ import annotations

from math import erf, sqrt

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tests.nn.test_sequences import attention_by_hand, gru_by_hand

from pellucid import nn
from pellucid.errors import SettingError
from pellucid.nn.over_time import Steps, recurrent_layers, transformer_layers
from pellucid.nn.parameters import flat, nested

RNG = np.random.default_rng(3)
WORDS = Steps((7,), entries=20)
SERIES = Steps((7, 3))


def shaken(network, in_features):
    """Return parameters as a long training could leave them, shifts and biases too, in 64 bits."""
    shapes = flat(network.parameter_shapes(in_features))
    return {name: RNG.normal(size=shape) * 0.4 for name, shape in shapes.items()}


def answer(network, params, rows):
    """Return the outputs, computed by one program, which takes less time than one an operation."""
    in_arrays = jax.tree.map(jnp.asarray, nested(params))
    return np.asarray(jax.jit(network.apply)(in_arrays, jnp.asarray(rows)))


def normalised(own, x):
    mean, variance = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    return (x - mean) / np.sqrt(variance + 1e-5) * own["scale"] + own["shift"]


def gelu(z):
    return z * np.vectorize(lambda one: (1 + erf(one / sqrt(2))) / 2)(z)


def own_of(params, prefix):
    start = prefix + "."
    return {k.removeprefix(start): np.asarray(v) for k, v in params.items() if k.startswith(start)}


def test_a_transformer_is_its_formula_for_the_words_that_are_there():
    with jax.enable_x64(True):
        network = nn.Network(transformer_layers(WORDS, width=6, blocks=1, heads=2))
        params = shaken(network, 7)
        numbers = np.array([4, 11, 4, 0, 0, 0, 0], float)
        (found,) = answer(network, params, numbers[None])
        # By hand, as if the text ended after its third word.
        x = np.asarray(params["words.table"])[numbers[:3].astype(int)]
        x = x + np.asarray(params["positions.table"])[:3]
        own = own_of(params, "attention_1")
        looked = normalised(own_of(own, "normalization"), x)
        x = x + attention_by_hand(own_of(own, "attention"), looked, 2, causal=False)[0]
        own = own_of(params, "feed_forward_1")
        z = normalised(own_of(own, "normalization"), x)
        z = z @ own["hidden.kernel"] + own["hidden.bias"]
        x = x + gelu(z) @ own["output.kernel"] + own["output.bias"]
        expected = normalised(own_of(params, "normalization"), x).mean(axis=0)
        np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_a_recurrent_network_is_its_formula_for_the_words_that_are_there():
    with jax.enable_x64(True):
        network = nn.Network(recurrent_layers(WORDS, units=4, blocks=1))
        params = shaken(network, 7)
        numbers = np.array([4, 11, 5, 0, 0, 0, 0], float)
        (found,) = answer(network, params, numbers[None])
        x = np.asarray(params["words.table"])[numbers[:3].astype(int)]
        ahead = gru_by_hand(own_of(params, "gru_1.forward"), x, 4)
        back = gru_by_hand(own_of(params, "gru_1.backward"), x[::-1], 4)
        np.testing.assert_allclose(found[:4], ahead.mean(axis=0), rtol=1e-9)
        np.testing.assert_allclose(found[4:], back.mean(axis=0), rtol=1e-9)


MAKERS = {
    "transformer": lambda steps: transformer_layers(steps, width=8, blocks=1, heads=4, dropout=0.2),
    "recurrent": lambda steps: recurrent_layers(steps, units=8, blocks=1, dropout=0.2),
}
each_maker = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


@each_maker
def test_padding_changes_nothing_however_far_training_has_gone(make):
    """Shifts and biases that are no longer 0 must not wake the padding."""
    with jax.enable_x64(True):
        network = nn.Network(make(WORDS))
        params = shaken(network, 7)
        text = np.array([4.0, 11, 5])
        filled = np.concatenate([text, np.zeros(4)])
        longer = {
            name: array[:3] if name == "positions.table" else array
            for name, array in params.items()
        }
        short = answer(nn.Network(make(Steps((3,), entries=20))), longer, text[None])
        found = answer(network, params, filled[None])
        np.testing.assert_allclose(found, short, rtol=1e-10, atol=1e-12)


@each_maker
def test_a_text_without_words_gives_zeros(make):
    network = nn.Network(make(WORDS))
    assert not answer(network, shaken(network, 7), np.zeros((1, 7))).any()


@each_maker
def test_the_order_of_the_steps_counts(make):
    for steps, rows in (
        (WORDS, np.array([[3.0, 4, 5, 6, 7, 8, 9]])),
        (SERIES, RNG.normal(size=(1, 21))),
    ):
        network = nn.Network(make(steps))
        turned = rows.reshape(1, 7, -1)[:, ::-1].reshape(rows.shape)
        both = np.concatenate([rows, turned])
        ordered, other = answer(network, shaken(network, rows.shape[1]), both)
        assert np.abs(ordered - other).max() > 1e-4


@each_maker
def test_steps_can_be_drawn_together_and_centred(make):
    network = nn.Network(make(Steps((21, 3), stride=4, size=8, centred=True)))
    rows = RNG.normal(size=(2, 63))
    moved = rows + np.tile([1.0, -2.0, 3.0], 21)  # each feature by itself
    params = shaken(network, 63)
    np.testing.assert_allclose(
        answer(network, params, rows), answer(network, params, moved), rtol=1e-3, atol=1e-4
    )
    assert network.layers[2].out_shape((21, 3))[0] == 6


def test_what_cannot_be_built_is_refused():
    for settings, words in (
        ({"units": 0, "blocks": 1}, "units"),
        ({"units": 4, "blocks": 0}, "blocks"),
        ({"units": 4, "blocks": 1, "dropout": 1.0}, "dropout"),
    ):
        with pytest.raises(SettingError, match=words):
            recurrent_layers(SERIES, **settings)


def test_a_normalised_step_of_zeros_stays_padding_where_it_is_told():
    steps = jnp.array([[[1.0, 3.0], [0.0, 0.0]]])
    params = {"scale": jnp.ones(2), "shift": jnp.array([5.0, 6.0])}
    found = nn.LayerNormalization(padded=True).apply(params, steps)
    # By hand: 1 and 3 lie one deviation from their mean.
    np.testing.assert_allclose(found[0], [[4.0, 7.0], [0.0, 0.0]], rtol=1e-4)
    assert nn.LayerNormalization().apply(params, steps)[0, 1].tolist() == [5.0, 6.0]
