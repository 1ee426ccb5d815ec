"""What holds for every loss; a new loss adds its examples to ``EXAMPLES``."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jax.test_util import check_grads

from pellucid import losses
from pellucid.errors import DataError

EXAMPLES = {
    "quadratic": [losses.Quadratic()],
    "mean_squared_error": [losses.MeanSquaredError()],
    "mean_absolute_error": [losses.MeanAbsoluteError()],
    "huber": [losses.Huber(), losses.Huber(delta=0.3)],
    "cross_entropy": [losses.CrossEntropy(), losses.CrossEntropy(label_smoothing=0.2)],
    "binary_cross_entropy": [
        losses.BinaryCrossEntropy(),
        losses.BinaryCrossEntropy(label_smoothing=0.2),
    ],
}
every_loss = pytest.mark.parametrize(
    "loss", [loss for examples in EXAMPLES.values() for loss in examples], ids=str
)

# Few shapes, since each compiles anew; many values.
seeds = st.integers(0, 2**32 - 1)


def drawn(loss, rows, k, seed=0, dtype=np.float32):
    """Draw outputs (rows, k) and targets that fit the loss."""
    rng = np.random.default_rng(seed)
    outputs = rng.normal(scale=2.0, size=(rows, k)).astype(dtype)
    if loss.name == "cross_entropy":
        return outputs, rng.integers(k, size=rows)
    if loss.name == "binary_cross_entropy":
        return outputs, rng.integers(2, size=(rows, k))
    return outputs, rng.normal(scale=2.0, size=(rows, k)).astype(dtype)


def perfect(loss, targets, k):
    """Make the outputs that say exactly what the targets say."""
    if loss.name == "cross_entropy":
        return np.float32(1e3) * np.eye(k, dtype=np.float32)[targets]
    if loss.name == "binary_cross_entropy":
        return np.float32(1e3) * (2 * targets - 1)
    return targets


def test_every_registered_loss_has_examples_and_a_task():
    assert set(EXAMPLES) == set(losses.LOSSES)
    for name, loss_type in losses.LOSSES.items():
        assert losses.get(name) == loss_type()
        assert set(loss_type.tasks) <= {"classification", "regression", "multilabel"}
        assert all(name in losses.names(task) for task in loss_type.tasks)


@every_loss
@settings(max_examples=8)
@given(shape=st.sampled_from([(0, 3), (1, 1), (5, 4)]), seed=seeds)
def test_there_is_one_loss_for_each_example_and_none_is_negative(loss, shape, seed):
    rows, k = shape
    outputs, targets = drawn(loss, rows, k, seed)
    values = loss(jnp.asarray(outputs), jnp.asarray(targets))
    assert values.shape == (rows,)
    assert values.dtype == jnp.float32
    assert (np.asarray(values) >= 0).all()


@every_loss
def test_a_perfect_prediction_costs_nothing_unless_labels_are_smoothed(loss):
    _, targets = drawn(loss, 6, 3)
    values = loss(jnp.asarray(perfect(loss, targets, 3)), jnp.asarray(targets))
    if getattr(loss, "label_smoothing", 0) > 0:
        assert (np.asarray(values) > 0).all()
    else:
        np.testing.assert_array_equal(values, np.zeros(6))


@every_loss
@settings(max_examples=6)
@given(shape=st.sampled_from([(1, 1), (1, 3), (5, 4)]), seed=seeds)
def test_gradients_equal_finite_differences_in_float64(loss, shape, seed):
    with jax.enable_x64(True):
        outputs, targets = map(jnp.asarray, drawn(loss, *shape, seed, np.float64))
        assert loss(outputs, targets).dtype == jnp.float64
        check_grads(
            lambda outputs: loss(outputs, targets), (outputs,), 1, ["rev"], 1e-8, 1e-5, 1e-6
        )


@every_loss
@pytest.mark.parametrize("size", [-1e4, 1e4])
def test_huge_outputs_give_finite_losses_and_gradients(loss, size):
    outputs, targets = drawn(loss, 4, 3)
    huge = jnp.asarray(np.sign(outputs) * size)
    values, back = jax.vjp(lambda outputs: loss(outputs, jnp.asarray(targets)), huge)
    (grads,) = back(jnp.ones(4))
    assert np.isfinite(values).all()
    assert np.isfinite(grads).all()


@every_loss
def test_an_example_costs_the_same_alone_and_in_company(loss):
    outputs, targets = map(jnp.asarray, drawn(loss, 5, 3))
    together = loss(outputs, targets)
    for row in range(5):
        alone = loss(outputs[row : row + 1], targets[row : row + 1])
        np.testing.assert_allclose(alone, together[row : row + 1], rtol=1e-6)


@every_loss
def test_compiled_and_eager_agree(loss):
    outputs, targets = map(jnp.asarray, drawn(loss, 5, 3))
    np.testing.assert_allclose(
        jax.jit(loss)(outputs, targets), loss(outputs, targets), rtol=1e-6, atol=1e-7
    )


@every_loss
def test_targets_that_do_not_lie_beside_the_outputs_are_refused(loss):
    with pytest.raises(DataError, match=r"targets have the shape \(4, 2\)"):
        loss(jnp.zeros((4, 3)), jnp.zeros((4, 2)))
