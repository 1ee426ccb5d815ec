"""Losses at points worked by hand, and how a loss is asked for."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import losses
from pellucid.errors import SettingError

LN2, LN3 = math.log(2), math.log(3)


def one(loss, outputs, targets):
    return float(loss(jnp.array([outputs]), jnp.array([targets]))[0])


def test_regression_losses_of_two_outputs_by_hand():
    outputs, targets = [10.0, 1.0], [6.0, 1.5]  # errors 4 and −½
    assert one(losses.Quadratic(), outputs, targets) == 8.125  # ½·16 + ½·¼: the sum
    assert one(losses.MeanSquaredError(), outputs, targets) == 8.125  # (16 + ¼) / 2: the mean
    assert one(losses.MeanAbsoluteError(), outputs, targets) == 2.25  # (4 + ½) / 2
    assert one(losses.Huber(), outputs, targets) == 1.8125  # (1·(4 − ½) + ½·¼) / 2
    assert one(losses.Huber(delta=2.0), outputs, targets) == 3.0625  # (2·(4 − 1) + ⅛) / 2


def test_without_the_half_the_slope_is_twice_as_much():
    y, label = jnp.array([[10.0]]), jnp.array([[6.0]])
    slopes = [
        float(jax.grad(lambda y, loss=loss: loss(y, label)[0])(y)[0, 0])
        for loss in (losses.Quadratic(), losses.MeanSquaredError())
    ]
    assert slopes == [4.0, 8.0]


def test_cross_entropy_by_hand():
    logits = [0.0, LN2, LN3]  # probabilities 1/6, 2/6, 3/6
    assert one(losses.CrossEntropy(), logits, 2) == pytest.approx(LN2)
    assert one(losses.CrossEntropy(), logits, 0) == pytest.approx(math.log(6))
    # α = 0.3: 0.7·ln 2 + 0.1·(ln 6 + ln 3 + ln 2)
    smoothed = 0.7 * LN2 + 0.1 * math.log(36)
    assert one(losses.CrossEntropy(label_smoothing=0.3), logits, 2) == pytest.approx(smoothed)


def test_the_slope_of_cross_entropy_is_probability_minus_label():
    slope = jax.grad(lambda z: losses.CrossEntropy()(z, jnp.array([2]))[0])
    np.testing.assert_allclose(
        slope(jnp.array([[0.0, LN2, LN3]])), [[1 / 6, 2 / 6, 3 / 6 - 1]], rtol=1e-5
    )


def test_binary_cross_entropy_by_hand():
    # σ(ln 3) = ¾
    assert one(losses.BinaryCrossEntropy(), [LN3], 1) == pytest.approx(math.log(4 / 3))
    assert one(losses.BinaryCrossEntropy(), [LN3], 0) == pytest.approx(math.log(4))
    mean = (math.log(4 / 3) + math.log(4)) / 2
    assert one(losses.BinaryCrossEntropy(), [LN3, LN3], [1, 0]) == pytest.approx(mean)
    smoothed = 0.9 * math.log(4 / 3) + 0.1 * math.log(4)  # α = 0.2
    assert one(losses.BinaryCrossEntropy(0.2), [LN3], [1]) == pytest.approx(smoothed)


def test_huge_logits_cost_their_distance():
    assert one(losses.CrossEntropy(), [-1e4, 1e4], 0) == 2e4
    assert one(losses.BinaryCrossEntropy(), [-1e4], 1) == 1e4
    assert one(losses.BinaryCrossEntropy(), [1e4], 1) == 0.0


def test_losses_are_found_by_name_and_short_name():
    assert losses.get("huber", delta=0.5) == losses.Huber(0.5)
    assert losses.get("mae") == losses.MeanAbsoluteError()
    assert losses.names("classification") == ("cross_entropy", "binary_cross_entropy")
    assert "mean_squared_error" in losses.names("regression")
    assert losses.names("dancing") == ()


def test_what_cannot_be_asked_for_is_refused():
    with pytest.raises(SettingError, match=r"did you mean 'cross_entropy'\?"):
        losses.get("crossentropy")
    with pytest.raises(SettingError, match="quadratic has no setting 'delta'"):
        losses.get("quadratic", delta=1.0)
    with pytest.raises(SettingError, match="delta must be a number above 0; received: 0"):
        losses.Huber(0)
    with pytest.raises(SettingError, match="label_smoothing must be a number from 0"):
        losses.CrossEntropy(1.0)


def test_every_exported_name_exists():
    assert all(hasattr(losses, name) for name in losses.__all__)
