"""Embeddings, recurrent layers, attention and positions against their papers' formulas."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import nn
from pellucid.errors import DataError, SettingError

RNG = np.random.default_rng(0)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    exponentials = np.exp(z - z.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def drawn(layer, in_shape):
    """Return parameters off their first values, as float64 arrays of NumPy and of JAX."""
    params = layer.init(jax.random.key(0), in_shape, jnp.float64)
    own = {leaf: RNG.normal(size=array.shape) * 0.7 for leaf, array in params.items()}
    return own, {leaf: jnp.asarray(array) for leaf, array in own.items()}


def gru_by_hand(p, steps, units):
    h = np.zeros(units)
    states = []
    w = np.split(p["kernel"], 3, axis=1)
    u = np.split(p["recurrent_kernel"], 3, axis=1)
    b = np.split(p["bias"], 3)
    for x in steps:
        r = sigmoid(x @ w[0] + h @ u[0] + b[0])
        z = sigmoid(x @ w[1] + h @ u[1] + b[1])
        n = np.tanh(x @ w[2] + b[2] + r * (h @ u[2] + p["recurrent_bias"]))
        h = (1 - z) * n + z * h
        states.append(h)
    return np.array(states)


def lstm_by_hand(p, steps, units):
    h, c = np.zeros(units), np.zeros(units)
    states = []
    for x in steps:
        i, f, g, o = np.split(x @ p["kernel"] + h @ p["recurrent_kernel"] + p["bias"], 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        states.append(h)
    return np.array(states)


KINDS = {"gru": (nn.GRU, gru_by_hand), "lstm": (nn.LSTM, lstm_by_hand)}
each_kind = pytest.mark.parametrize("kind", KINDS)


@each_kind
def test_a_recurrent_layer_is_its_formulas_step_by_step(kind):
    make, by_hand = KINDS[kind]
    with jax.enable_x64(True):
        layer = make(4, sequence=True)
        own, params = drawn(layer, (6, 3))
        steps = RNG.normal(size=(2, 6, 3))
        outputs = layer.apply(params, jnp.asarray(steps))
        for one, found in zip(steps, outputs, strict=True):
            np.testing.assert_allclose(found, by_hand(own, one, 4), rtol=1e-10, atol=1e-12)
        last = make(4).apply(params, jnp.asarray(steps))
        np.testing.assert_array_equal(last, outputs[:, -1])


@each_kind
def test_backward_reads_from_the_end_and_both_lay_the_two_side_by_side(kind):
    make, by_hand = KINDS[kind]
    with jax.enable_x64(True):
        layer = make(4, sequence=True, direction="both")
        own, params = drawn(layer, (6, 3))
        steps = RNG.normal(size=(1, 6, 3))
        (found,) = layer.apply(params, jnp.asarray(steps))
        ahead = {k.removeprefix("forward."): v for k, v in own.items() if "forward" in k}
        back = {k.removeprefix("backward."): v for k, v in own.items() if "backward" in k}
        np.testing.assert_allclose(found[:, :4], by_hand(ahead, steps[0], 4), rtol=1e-9)
        np.testing.assert_allclose(found[::-1, 4:], by_hand(back, steps[0][::-1], 4), rtol=1e-9)
        (ends,) = make(4, direction="both").apply(params, jnp.asarray(steps))
        np.testing.assert_array_equal(ends, np.concatenate([found[-1, :4], found[0, 4:]]))


@each_kind
@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_padding_changes_nothing_of_what_comes_out(kind, direction):
    make, _ = KINDS[kind]
    with jax.enable_x64(True):
        layer = make(4, direction=direction, padded=True)
        _, params = drawn(layer, (6, 3))
        steps = jnp.asarray(RNG.normal(size=(1, 4, 3)))
        filled = jnp.concatenate([steps, jnp.zeros((1, 5, 3))], axis=1)
        np.testing.assert_allclose(
            layer.apply(params, filled), layer.apply(params, steps), rtol=1e-12
        )
        whole = make(4, sequence=True, direction=direction, padded=True).apply(params, filled)
        assert not whole[:, 4:].any()


def test_the_gates_can_be_seen():
    layer = nn.LSTM(2)
    params = layer.init(jax.random.key(0), (5, 3), "float32")
    (step,) = nn.Network([layer]).trace({"lstm_1": params}, np.zeros((1, 5, 3), np.float32))
    gates = ["input_gate", "forget_gate", "candidate", "output_gate"]
    assert list(step.details) == ["state", "cell", *gates]
    # Inputs and state are 0: the forget gate is sigmoid(1), the others sigmoid(0) and tanh(0).
    np.testing.assert_allclose(step.details["forget_gate"], sigmoid(1.0), rtol=1e-6)
    np.testing.assert_allclose(step.details["input_gate"], 0.5)


@each_kind
def test_what_is_carried_along_can_be_seen_where_only_the_last_comes_out(kind):
    make, by_hand = KINDS[kind]
    with jax.enable_x64(True):
        layer = make(4, direction="backward")
        own, params = drawn(layer, (6, 3))
        steps = RNG.normal(size=(1, 6, 3))
        found = layer.details(params, jnp.asarray(steps))
        np.testing.assert_allclose(
            found["state"][0, ::-1], by_hand(own, steps[0, ::-1], 4), rtol=1e-9
        )
        if kind == "lstm":  # h = o·tanh(c)
            made = found["output_gate"] * np.tanh(found["cell"])
            np.testing.assert_allclose(found["state"], made, rtol=1e-12)


def attention_by_hand(p, x, heads, causal):
    q, k, v = (x @ p[f"{n}_kernel"] + p[f"{n}_bias"] for n in ("query", "key", "value"))
    width = x.shape[1] // heads
    mixed, weights = [], []
    for head in range(heads):
        own = slice(head * width, (head + 1) * width)
        scores = q[:, own] @ k[:, own].T / np.sqrt(width)
        if causal:
            scores = np.where(np.tril(np.ones_like(scores)) > 0, scores, -np.inf)
        weights.append(softmax(scores))
        mixed.append(weights[-1] @ v[:, own])
    return np.concatenate(mixed, axis=1) @ p["output_kernel"] + p["output_bias"], np.array(weights)


@pytest.mark.parametrize("causal", [False, True])
def test_attention_is_its_formula_head_by_head(causal):
    with jax.enable_x64(True):
        layer = nn.SelfAttention(heads=2, causal=causal)
        own, params = drawn(layer, (5, 6))
        steps = RNG.normal(size=(3, 5, 6))
        outputs = layer.apply(params, jnp.asarray(steps))
        shown = layer.details(params, jnp.asarray(steps))["attention"]
        for one, found, weights in zip(steps, outputs, shown, strict=True):
            expected, expected_weights = attention_by_hand(own, one, 2, causal)
            np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
            np.testing.assert_allclose(weights, expected_weights, rtol=1e-9, atol=1e-12)


def test_nobody_looks_at_padding():
    with jax.enable_x64(True):
        layer = nn.SelfAttention(heads=2, padded=True)
        _, params = drawn(layer, (5, 6))
        steps = jnp.asarray(RNG.normal(size=(1, 5, 6)))
        filled = jnp.concatenate([steps, jnp.zeros((1, 3, 6))], axis=1)
        outputs = layer.apply(params, filled)
        np.testing.assert_allclose(outputs[:, :5], layer.apply(params, steps), rtol=1e-10)
        assert not outputs[:, 5:].any()
        nothing = layer.apply(params, jnp.zeros((1, 4, 6)))
        assert not nothing.any()


def test_positions_are_the_waves_of_the_paper():
    # PE(pos, 2i) = sin(pos / 10000^(2i/d)), PE(pos, 2i+1) = cos(the same), section 3.5.
    (found,) = nn.Positions().apply({}, jnp.zeros((1, 7, 6)))
    for pos in range(7):
        for i in range(3):
            angle = pos / 10_000 ** (2 * i / 6)
            assert found[pos, 2 * i] == pytest.approx(np.sin(angle), abs=1e-6)
            assert found[pos, 2 * i + 1] == pytest.approx(np.cos(angle), abs=1e-6)


def test_an_embedding_is_a_row_of_its_table():
    table = jnp.arange(8.0).reshape(4, 2)
    layer = nn.Embedding(4, 2, padded=True)
    found = layer.apply({"table": table}, jnp.array([[3.0, 1.0, 0.0]]))
    assert found.tolist() == [[[6.0, 7.0], [2.0, 3.0], [0.0, 0.0]]]


@pytest.mark.parametrize("how", ["average", "sum"])
@pytest.mark.parametrize("padded", [False, True])
def test_a_bag_is_the_embedding_pooled(how, padded):
    numbers = jnp.array([[1, 2, 2, 0], [3, 0, 0, 0]])
    table = jnp.asarray(RNG.normal(size=(4, 3)).astype(np.float32))
    vectors = np.asarray(nn.Embedding(4, 3, padded=padded).apply({"table": table}, numbers))
    expected = vectors.sum(axis=1)
    if how == "average":
        counts = (np.asarray(numbers) != 0).sum(axis=1) if padded else np.array([4, 4])
        expected = expected / counts[:, None]
    bag = nn.EmbeddingBag(4, 3, how=how, padded=padded)
    np.testing.assert_allclose(bag.apply({"table": table}, numbers), expected, rtol=1e-6)


def test_an_empty_bag_is_zero():
    bag = nn.EmbeddingBag(4, 3, padded=True)
    params = bag.init(jax.random.key(0), (2,), "float32")
    assert bag.apply(params, jnp.zeros((1, 2))).tolist() == [[0.0, 0.0, 0.0]]


def test_a_transformer_of_residual_blocks_does_not_see_what_follows():
    block = [
        nn.Residual([nn.LayerNormalization(), nn.SelfAttention(2, causal=True)]),
        nn.Residual([nn.LayerNormalization(), nn.Dense(16, "gelu"), nn.Dense(8)]),
    ]
    network = nn.Network([nn.Embedding(20, 8), nn.Positions(), *block])
    params = network.init(0, in_features=6)
    before = network.apply(params, jnp.array([[1, 2, 3, 4, 5, 6]]))
    after = network.apply(params, jnp.array([[1, 2, 3, 9, 9, 9]]))
    np.testing.assert_allclose(before[:, :3], after[:, :3], atol=1e-6)
    assert np.abs(before[:, 3:] - after[:, 3:]).max() > 1e-3


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: nn.GRU(0), "units must be a positive whole number"),
        (lambda: nn.LSTM(2, direction="up"), "'forward', 'backward' or 'both'"),
        (lambda: nn.SelfAttention(3).out_shape((5, 8)), "8 features cannot be divided among 3"),
        (lambda: nn.Positions("random"), "'sinusoidal' or 'learned'"),
        (lambda: nn.EmbeddingBag(4, 3, how="max"), "'average' or 'sum'"),
    ],
)
def test_settings_that_cannot_be_are_refused(make, words):
    with pytest.raises(SettingError, match=words):
        make()


def test_rows_of_numbers_are_no_sequences():
    with pytest.raises(DataError, match=r"\(steps, channels\)"):
        nn.GRU(2).out_shape((5,))
    with pytest.raises(DataError, match="row of whole numbers"):
        nn.EmbeddingBag(4, 3).out_shape((5, 2))
