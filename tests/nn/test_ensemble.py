"""Ensembles: members with weights of their own, whose mean is the answer."""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
import pytest

from pellucid import nn
from pellucid.data import CategoryTarget
from pellucid.errors import SettingError
from pellucid.nn.augmentation import Augmentation
from pellucid.tasks import Classification
from pellucid.training.step import Examples, Objective

LAYERS = (nn.Dense(4, "relu"), nn.Dense(3))


def member(params, number):
    """Return one member's parameters, as a network of its own has them."""
    own = {leaf: array[number] for leaf, array in params["ensemble_1"].items()}
    return {f"dense_{i}": {leaf: own[f"dense_{i}.{leaf}"] for leaf in ("kernel", "bias")}
            for i in (1, 2)}  # fmt: skip


def test_the_answer_is_the_mean_of_what_the_members_say_alone():
    ensemble, alone = nn.Network([nn.Ensemble(LAYERS, members=3)]), nn.Network(LAYERS)
    params = ensemble.init(0, in_features=2)
    x = np.random.default_rng(0).normal(size=(5, 2)).astype(np.float32)
    each = [np.asarray(alone.apply(member(params, number), x)) for number in range(3)]
    assert not np.allclose(each[0], each[1])
    np.testing.assert_allclose(ensemble.apply(params, x), np.mean(each, axis=0), rtol=1e-5)
    (step,) = ensemble.trace(params, x)
    np.testing.assert_allclose(step.details["members"], np.stack(each, axis=1), rtol=1e-5)
    assert step.details["dense_1.activations"].shape == (5, 3, 4)


def test_each_member_learns_by_its_own_loss():
    """Of members that learn apart, each has the gradient that it would have alone, by 1/members."""
    task = Classification(CategoryTarget.fit(pl.Series(["a", "b", "c"])))
    ensemble, alone = nn.Network([nn.Ensemble(LAYERS, members=3)]), nn.Network(LAYERS)
    params = ensemble.init(0, in_features=2)
    batch = Examples(jnp.asarray([[1.0, 2.0], [-1.0, 0.5]]), jnp.asarray([0, 2]))
    key = jax.random.key(0)
    grads = jax.grad(lambda p: Objective(ensemble, task)(p, batch, key)[0])(params)
    for number in range(3):
        own = jax.grad(lambda p: Objective(alone, task)(p, batch, key)[0])(member(params, number))
        for layer, leaves in member(grads, number).items():
            for leaf, gradient in leaves.items():
                np.testing.assert_allclose(3 * gradient, own[layer][leaf], rtol=1e-4, atol=1e-7)


def test_members_drop_units_of_their_own():
    ensemble = nn.Network([nn.Ensemble([nn.Dropout(0.5)], members=2)])
    outputs, _ = ensemble.apply_training({}, jnp.ones((1, 64)), jax.random.key(0))
    assert not np.array_equal(outputs[0, 0], outputs[0, 1])


def test_its_settings_come_back_from_json():
    network = nn.Network([nn.Dense(3), nn.Ensemble(LAYERS, members=2, name="many")])
    assert nn.Network.from_dict(network.to_dict()) == network
    assert network.members == 2
    assert nn.Network(LAYERS).members is None


def test_nothing_can_follow_members_that_learn_apart():
    with pytest.raises(SettingError, match="nothing can follow it"):
        nn.Network([nn.Ensemble(LAYERS), nn.Dense(1)])
    with pytest.raises(SettingError, match="at least one layer"):
        nn.Ensemble([])
    with pytest.raises(SettingError, match="members must be a positive whole number"):
        nn.Ensemble(LAYERS, members=0)
    with pytest.raises(SettingError, match="same name"):
        nn.Ensemble([nn.Dense(1, name="a"), nn.Dense(1, name="a")])


def test_each_member_sees_changes_of_its_own() -> None:
    ensemble = nn.Ensemble([nn.Dense(2)], members=3)
    params = ensemble.init(jax.random.key(0), (4,), "float32")
    batch, key = jnp.ones((5, 4)), jax.random.key(1)
    shown: list[jax.Array] = []

    def change(inputs: jax.Array, own: jax.Array) -> jax.Array:
        return inputs * jax.random.uniform(own, (len(inputs), 1))

    outputs, _ = ensemble.apply_training(params, batch, key, change)
    kernels, biases = params["dense_1.kernel"], params["dense_1.bias"]
    for member in range(3):
        # The layer is linear and all inputs are 1: what it was shown follows from its outputs.
        sums = kernels[member].sum(axis=0)
        shown.append((outputs[:, member, 0] - biases[member, 0]) / sums[0])
    assert all(bool((one > 0).all() and (one < 1).all()) for one in shown)
    assert len({round(float(one[0]), 6) for one in shown}) == 3
    unchanged, _ = ensemble.apply_training(params, batch, key)
    alone = np.ones((5, 4)) @ np.asarray(kernels[1]) + np.asarray(biases[1])
    np.testing.assert_allclose(unchanged[:, 1], alone, rtol=1e-6)


def test_an_objective_changes_what_each_member_sees_in_another_way() -> None:
    """Sums over a row: a member that is alone sees what it sees beside others, moved in time."""
    moved = Augmentation((), ("shift",), series=((0, (32, 1)),), share=1.0)
    weighing = [nn.Dense(3, bias=False)]
    task = Classification(CategoryTarget.fit(pl.Series(list("abcabc"))))
    both = Objective(nn.Network([nn.Ensemble(weighing, members=2)]), task, augmentation=moved)
    params = both.network.init(0, in_features=32)
    kernel = params["ensemble_1"]["dense_1.kernel"]
    alike = {"ensemble_1": {"dense_1.kernel": jnp.stack([kernel[0]] * 2)}}
    steps = jnp.asarray(np.random.default_rng(0).normal(size=(6, 32)), jnp.float32)
    outputs, _ = both.forward(alike, steps, jax.random.key(3))
    assert not np.allclose(outputs[:, 0], outputs[:, 1])
    assert both.seen(steps, jax.random.key(3)) is steps
    still, _ = replace(both, augmentation=None).forward(alike, steps, jax.random.key(3))
    np.testing.assert_allclose(still[:, 0], still[:, 1], rtol=1e-6)
    np.testing.assert_allclose(still[:, 0], steps @ kernel[0], rtol=1e-4, atol=1e-5)
