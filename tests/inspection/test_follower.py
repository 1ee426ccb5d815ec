"""What is shown of an example is what the network computes, and gradients are its slopes."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid import nn
from pellucid.data.targets import CategoryTarget
from pellucid.inspection.activations import layer_activations
from pellucid.inspection.follower import Follower
from pellucid.tasks import Classification

TASK = Classification(CategoryTarget("text", ("a", "b")), "cross_entropy")
NETWORK = nn.Network([nn.Dense(3, "relu", name="hidden"), nn.Dense(2, name="output")])
INPUTS = np.array([[1.0, -2.0], [0.5, 3.0], [-1.0, 0.25]], np.float32)
TARGETS = np.array([0, 1, 1], np.int32)


def by_hand(params, inputs):
    z = inputs @ params["hidden"]["kernel"] + params["hidden"]["bias"]
    h = np.maximum(z, 0.0)
    return z, h, h @ params["output"]["kernel"] + params["output"]["bias"]


@pytest.fixture(scope="module")
def params():
    random = np.random.default_rng(2)
    shapes = NETWORK.parameter_shapes(2)
    return {
        layer: {leaf: random.normal(size=shape) for leaf, shape in own.items()}
        for layer, own in shapes.items()
    }


@pytest.fixture(scope="module")
def follower(params):
    single = {n: {k: a.astype(np.float32) for k, a in own.items()} for n, own in params.items()}
    return Follower(NETWORK, single, TASK)


def test_a_trace_is_what_numpy_computes(params, follower) -> None:
    hidden, output = follower.trace(INPUTS[0])
    z, h, logits = by_hand(params, INPUTS[0].astype(np.float64))
    assert hidden.inputs.tolist() == INPUTS[0].tolist()
    assert hidden.pre_activations == pytest.approx(z, abs=1e-6)
    assert hidden.activations == pytest.approx(h, abs=1e-6)
    assert output.activations == pytest.approx(logits, abs=1e-6)


def test_gradients_are_finite_differences_of_the_loss(params, follower) -> None:
    def loss(moved) -> float:
        logits = by_hand(moved, INPUTS.astype(np.float64))[2]
        shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        return float(-np.log(shares[np.arange(3), TARGETS]).mean())

    found = follower.gradients(INPUTS, TARGETS)
    assert follower.loss(by_hand(params, INPUTS)[2], TARGETS) == pytest.approx(loss(params))
    for layer, own in params.items():
        for leaf, array in own.items():
            for index in np.ndindex(array.shape):
                before = array[index]
                array[index] = before + 1e-6
                up = loss(params)
                array[index] = before - 1e-6
                down = loss(params)
                array[index] = before
                slope = (up - down) / 2e-6
                assert found[layer][leaf][index] == pytest.approx(slope, abs=1e-5)


@pytest.mark.parametrize("n", [0, 1, 3, 300])
def test_activations_of_many_rows_are_those_of_each(params, n: int) -> None:
    single = {m: {k: a.astype(np.float32) for k, a in own.items()} for m, own in params.items()}
    rows = np.random.default_rng(1).normal(size=(n, 2)).astype(np.float32)
    found = layer_activations(NETWORK, single, "hidden", rows)
    assert found.shape == (n, 3)
    assert found == pytest.approx(by_hand(params, rows.astype(np.float64))[1], abs=1e-5)
