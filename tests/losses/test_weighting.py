"""Penalties by hand, and class weights against scikit-learn."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils.class_weight import compute_class_weight

from pellucid import losses
from pellucid.errors import SettingError

PARAMS = {
    "hidden_1": {"kernel": jnp.array([[1.0, -2.0]]), "bias": jnp.array([100.0, 100.0])},
    "normalization_1": {"scale": jnp.array([100.0]), "running_mean": jnp.array([100.0])},
    "output": {"kernel": jnp.array([[3.0], [0.0]])},
}


def test_penalties_are_over_kernels_only():
    assert float(losses.penalty(PARAMS, l1=0.5)) == 3.0  # ½·(1 + 2 + 3)
    assert float(losses.penalty(PARAMS, l2=0.5)) == 3.5  # ½·½·(1 + 4 + 9)
    assert float(losses.penalty(PARAMS, l1=0.5, l2=0.5)) == 6.5
    assert float(losses.penalty(PARAMS)) == 0.0
    assert float(losses.penalty({}, l2=1.0)) == 0.0


def test_the_slope_of_the_l2_penalty_is_the_weight_times_its_strength():
    slopes = jax.grad(lambda params: losses.penalty(params, l2=0.5))(PARAMS)
    assert slopes["hidden_1"]["kernel"].tolist() == [[0.5, -1.0]]
    assert not slopes["hidden_1"]["bias"].any()


def test_penalties_keep_float64():
    with jax.enable_x64(True):
        params = {"dense_1": {"kernel": jnp.array([[1e-9]], jnp.float64)}}
        value = losses.penalty(params, l1=1.0, l2=1.0)
        assert value.dtype == jnp.float64
        assert float(value) == 1e-9 + 0.5e-18


def test_a_negative_strength_is_refused():
    with pytest.raises(SettingError, match="l1 must be a number, at least 0; received: -1"):
        losses.penalty(PARAMS, l1=-1)


@given(labels=st.lists(st.integers(0, 4), min_size=1, max_size=40))
def test_balanced_weights_are_those_of_scikit_learn(labels):
    present = np.unique(labels)
    weights = losses.class_weights("balanced", labels, n_classes=5)
    expected = compute_class_weight("balanced", classes=present, y=labels)
    np.testing.assert_allclose(weights[present], expected, rtol=1e-6)
    assert (np.delete(weights, present) == 1).all()
    assert weights[labels].mean() == pytest.approx(1.0, rel=1e-6)


def test_given_weights_are_taken_in_order_or_by_class():
    assert losses.class_weights([1, 0, 2.5], [0, 1], n_classes=3).tolist() == [1.0, 0.0, 2.5]
    assert losses.class_weights({2: 3.0}, [0, 1], n_classes=3).tolist() == [1.0, 1.0, 3.0]


def test_weights_that_cannot_be_used_are_refused():
    with pytest.raises(SettingError, match=r"did you mean 'balanced'\?"):
        losses.class_weights("balance", [0], n_classes=1)
    for bad in ([1.0], [1.0, -1.0], [1.0, float("nan")]):
        with pytest.raises(SettingError, match="class weights must be 2 finite numbers"):
            losses.class_weights(bad, [0, 1], n_classes=2)
    with pytest.raises(SettingError, match=r"do not exist: \[7\]"):
        losses.class_weights({7: 1.0}, [0, 1], n_classes=2)
