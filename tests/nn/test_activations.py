"""Activation functions at points where their values are known."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid import nn
from pellucid.errors import SettingError
from pellucid.nn import activations

LN2 = math.log(2)

# (name, z, h, dh/dz), each by hand from the formula in the function's docstring.
POINTS = [
    ("linear", -1.5, -1.5, 1.0),
    ("tanh", 0.0, 0.0, 1.0),
    ("tanh", LN2, 0.6, 0.64),  # (2 − ½)/(2 + ½); 1 − 0.6²
    ("sigmoid", 0.0, 0.5, 0.25),
    ("sigmoid", math.log(4), 0.8, 0.16),  # 4/5; 0.8·0.2
    ("sigmoid", -math.log(4), 0.2, 0.16),
    ("relu", -2.0, 0.0, 0.0),
    ("relu", 0.0, 0.0, 0.0),
    ("relu", 3.0, 3.0, 1.0),
    ("leaky_relu", -2.0, -0.02, 0.01),
    ("leaky_relu", 3.0, 3.0, 1.0),
    ("elu", -LN2, -0.5, 0.5),
    ("elu", 3.0, 3.0, 1.0),
    ("gelu", 0.0, 0.0, 0.5),
    ("gelu", 1.0, 0.841344746, 1.083315471),  # Φ(1); Φ(1) + φ(1), from a table of the normal
    ("silu", 0.0, 0.0, 0.5),
    ("silu", math.log(4), 0.8 * math.log(4), 0.8 + 0.16 * math.log(4)),
    ("softplus", 0.0, LN2, 0.5),
    ("softplus", math.log(3), math.log(4), 0.75),
]


@pytest.mark.parametrize(("name", "z", "h", "slope"), POINTS)
def test_values_and_slopes_are_those_of_hand_arithmetic(name, z, h, slope):
    with jax.enable_x64(True):
        function = nn.ACTIVATIONS[name]
        assert float(function(jnp.float64(z))) == pytest.approx(h, rel=1e-8, abs=1e-12)
        assert float(jax.grad(function)(jnp.float64(z))) == pytest.approx(
            slope, rel=1e-8, abs=1e-12
        )


@pytest.mark.parametrize("name", nn.ACTIVATIONS)
@given(seed=st.integers(0, 2**32 - 1))
def test_slopes_equal_finite_differences(name, seed):
    with jax.enable_x64(True):
        rng = np.random.default_rng(seed)
        z, mixing = rng.normal(scale=3.0, size=(2, 9))
        step = 1e-6

        def value(z):
            return jnp.sum(nn.ACTIVATIONS[name](z) * mixing)

        nudges = step * np.eye(9)
        expected = [(value(z + nudge) - value(z - nudge)) / (2 * step) for nudge in nudges]
        np.testing.assert_allclose(jax.grad(value)(z), expected, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("name", nn.ACTIVATIONS)
def test_large_numbers_stay_finite_and_keep_their_dtype(name):
    z = jnp.array([-1e4, -100.0, 0.0, 100.0, 1e4], jnp.float32)
    slopes = jax.grad(lambda z: jnp.sum(nn.ACTIVATIONS[name](z)))(z)
    for values in (nn.ACTIVATIONS[name](z), slopes):
        assert values.dtype == jnp.float32
        assert np.isfinite(values).all()


def test_softmax_gives_probabilities_in_proportion_to_the_exponentials():
    shares = activations.softmax(jnp.log(jnp.array([[1.0, 3.0, 4.0], [1e-3, 1e-3, 1e-3]])))
    np.testing.assert_allclose(shares, [[1 / 8, 3 / 8, 4 / 8], [1 / 3, 1 / 3, 1 / 3]], rtol=1e-6)


def test_an_unknown_name_gets_a_guess():
    with pytest.raises(SettingError, match=r"did you mean 'sigmoid'\?"):
        activations.get("sigmiod")
    with pytest.raises(SettingError, match="no activation called 'None'"):
        activations.get(None)
