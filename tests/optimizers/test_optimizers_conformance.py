"""What holds for every optimizer; the expected steps are the papers' formulas in NumPy."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pellucid import optimizers
from pellucid.optimizers import OptimizerSettings

RATE, MU, BETA2, DECAY = 0.1, 0.8, 0.95, 0.3


def settings_of(name, **others):
    given_settings = {"learning_rate": RATE, "schedule": "constant", "warmup": 0.0}
    if name == "adamw":
        given_settings["weight_decay"] = DECAY
    return OptimizerSettings(name, momentum=MU, beta2=BETA2, **(given_settings | others))


def sgd(w, gradients):
    for g in gradients:
        w = w - RATE * g
    return w


def momentum(w, gradients):
    v = np.zeros_like(w)
    for g in gradients:
        v = MU * v + g
        w = w - RATE * v
    return w


def nesterov(w, gradients):
    v = np.zeros_like(w)
    for g in gradients:
        v = MU * v + g
        w = w - RATE * (g + MU * v)
    return w


def rmsprop(w, gradients):
    s = np.zeros_like(w)
    for g in gradients:
        s = 0.9 * s + 0.1 * g**2
        w = w - RATE * g / np.sqrt(s + 1e-8)
    return w


def adam(w, gradients, decay=0.0):
    m = s = np.zeros_like(w)
    for t, g in enumerate(gradients, start=1):
        m = MU * m + (1 - MU) * g
        s = BETA2 * s + (1 - BETA2) * g**2
        m_hat, s_hat = m / (1 - MU**t), s / (1 - BETA2**t)
        w = w - RATE * (m_hat / (np.sqrt(s_hat) + 1e-8) + decay * w)
    return w


def adamw(w, gradients):
    return adam(w, gradients, DECAY)


FORMULAS = {
    "sgd": sgd, "momentum": momentum, "nesterov": nesterov, "rmsprop": rmsprop,
    "adam": adam, "adamw": adamw,
}  # fmt: skip
every_optimizer = pytest.mark.parametrize("name", optimizers.NAMES)


def params_of(kernel):
    return {
        "dense_1": {"kernel": jnp.asarray(kernel), "bias": jnp.ones(2)},
        "norm_1": {"scale": jnp.ones(2), "running_mean": jnp.full(2, 5.0)},
    }


def run(optimizer, params, gradients):
    state = optimizer.init(params)
    for g in gradients:
        updates, state = optimizer.update(g, state, params)
        params = optax.apply_updates(params, updates)
    return params


def test_every_optimizer_has_its_formula_here():
    assert set(FORMULAS) == set(optimizers.NAMES)


@every_optimizer
@settings(max_examples=6)
@given(n_steps=st.integers(1, 4), seed=st.integers(0, 2**32 - 1))
def test_steps_are_those_of_the_formula_in_float64(name, n_steps, seed):
    rng = np.random.default_rng(seed)
    kernel, gradients = rng.normal(size=(3, 2)), rng.normal(size=(n_steps, 3, 2))
    with jax.enable_x64(True):
        optimizer = optimizers.build(settings_of(name), total_steps=n_steps)
        params = {"dense_1": {"kernel": jnp.asarray(kernel)}}
        trees = [{"dense_1": {"kernel": jnp.asarray(g)}} for g in gradients]
        moved = run(optimizer, params, trees)["dense_1"]["kernel"]
        assert moved.dtype == jnp.float64
        np.testing.assert_allclose(moved, FORMULAS[name](kernel, gradients), rtol=1e-9, atol=1e-12)


@every_optimizer
def test_running_statistics_do_not_move_whatever_their_gradient(name):
    params = params_of(np.ones((3, 2)))
    gradients = [jax.tree.map(jnp.ones_like, params)] * 3
    moved = run(optimizers.build(settings_of(name, clip_norm=0.5), 3), params, gradients)
    np.testing.assert_array_equal(moved["norm_1"]["running_mean"], np.full(2, 5.0))
    assert (moved["norm_1"]["scale"] != 1.0).all()


@every_optimizer
def test_running_statistics_do_not_shorten_the_gradient_of_the_others(name):
    params = params_of(np.ones((3, 2)))
    small = jax.tree.map(lambda leaf: 0.01 * jnp.ones_like(leaf), params)
    with_running = {**small, "norm_1": small["norm_1"] | {"running_mean": jnp.full(2, 1e6)}}
    optimizer = optimizers.build(settings_of(name, clip_norm=1.0), 1)
    jax.tree.map(
        np.testing.assert_array_equal,
        run(optimizer, params, [with_running]),
        run(optimizer, params, [small]),
    )


@every_optimizer
def test_weight_decay_is_for_kernels_and_adamw_only(name):
    params = params_of(np.ones((3, 2)))
    nothing = jax.tree.map(jnp.zeros_like, params)
    moved = run(optimizers.build(settings_of(name), 1), params, [nothing])
    expected = 1 - RATE * DECAY if name == "adamw" else 1.0
    np.testing.assert_allclose(moved["dense_1"]["kernel"], expected, rtol=1e-6)
    for layer, leaf in (("dense_1", "bias"), ("norm_1", "scale")):
        np.testing.assert_array_equal(moved[layer][leaf], params[layer][leaf])


@every_optimizer
def test_it_descends_into_a_bowl(name):
    steepness = jnp.array([[1.0, 3.0], [0.5, 2.0]])

    def height(params):
        return 0.5 * jnp.sum(steepness * params["dense_1"]["kernel"] ** 2)

    optimizer = optimizers.build(settings_of(name, schedule="cosine", learning_rate=0.05), 200)

    def step(carry, _):
        params, state = carry
        updates, state = optimizer.update(jax.grad(height)(params), state, params)
        return (optax.apply_updates(params, updates), state), height(params)

    params = {"dense_1": {"kernel": jnp.array([[1.0, -1.0], [2.0, 0.5]])}}
    (last, _), heights = jax.lax.scan(step, (params, optimizer.init(params)), length=200)
    assert height(last) < 1e-2 * heights[0]


def test_a_long_gradient_is_shortened_and_a_short_one_is_not():
    optimizer = optimizers.build(settings_of("sgd", clip_norm=5.0), 1)
    params = {"a": {"kernel": jnp.zeros((1, 1)), "bias": jnp.zeros(1)}}
    for gradient, expected in (((30.0, 40.0), (-0.3, -0.4)), ((0.3, 0.4), (-0.03, -0.04))):
        kernel, bias = gradient
        grads = {"a": {"kernel": jnp.array([[kernel]]), "bias": jnp.array([bias])}}
        moved = run(optimizer, params, [grads])["a"]
        np.testing.assert_allclose((moved["kernel"][0, 0], moved["bias"][0]), expected, rtol=1e-6)


@every_optimizer
def test_a_step_is_the_direction_times_the_learning_rate(name):
    options = settings_of(name, schedule="cosine", warmup=0.2)
    params = params_of(np.ones((3, 2)))
    gradients = [
        jax.tree.map(lambda leaf, k=k: jnp.full_like(leaf, 0.1 * k), params) for k in (1, 2, 3)
    ]
    built = run(optimizers.build(options, 10), params, gradients)
    descent, halves = optimizers.direction(options), params
    state = descent.init(params)
    for rate, grads in zip(optimizers.learning_rates(options, 10), gradients, strict=False):
        directions, state = descent.update(grads, state, halves)
        halves = jax.tree.map(lambda w, d, rate=rate: w + rate * d, halves, directions)
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-6), built, halves)
