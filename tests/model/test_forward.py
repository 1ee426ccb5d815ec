"""Forward propagation in blocks gives what the network gives, for any number of examples."""

from __future__ import annotations

import jax
import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pellucid import nn
from pellucid.data import CategoryTarget
from pellucid.model.forward import BLOCK_ROWS, FEW_ROWS, Forward
from pellucid.tasks import Classification

NETWORK = nn.mlp([5], 3)
PARAMS = NETWORK.init(jax.random.key(0), in_features=4)
TASK = Classification(CategoryTarget.fit(pl.Series(["a", "b", "c"])))
FORWARD = Forward(NETWORK, TASK)


@given(n=st.integers(0, 2 * BLOCK_ROWS + 1), block_rows=st.sampled_from([BLOCK_ROWS, FEW_ROWS]))
def test_blocks_give_the_networks_outputs(n: int, block_rows: int) -> None:
    inputs = np.random.default_rng(n).normal(size=(n, 4)).astype(np.float32)
    outputs = FORWARD.outputs(PARAMS, inputs, block_rows)
    assert outputs.shape == (n, 3)
    if n:
        np.testing.assert_allclose(outputs, NETWORK.apply(PARAMS, inputs), rtol=1e-5, atol=1e-6)


def test_an_example_gets_the_same_bits_alone_and_in_company() -> None:
    inputs = np.random.default_rng(0).normal(size=(700, 4)).astype(np.float32)
    together = FORWARD.outputs(PARAMS, inputs)
    alone = np.concatenate([FORWARD.outputs(PARAMS, inputs[i : i + 1]) for i in (0, 3, 699)])
    assert np.array_equal(together[[0, 3, 699]], alone)


def test_losses_are_of_the_examples_alone_not_of_the_filling() -> None:
    inputs = np.zeros((3, 4), np.float32)
    outputs, losses = FORWARD.evaluate(PARAMS, inputs, np.array([0, 1, 2], np.int32))
    shifted = outputs - outputs.max(axis=1, keepdims=True)
    expected = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(3), [0, 1, 2]]
    assert losses.shape == (3,)
    np.testing.assert_allclose(losses, expected, rtol=1e-6)
