"""A unit's weighted sum is what NumPy, by hand, makes of the same inputs and weights."""

from __future__ import annotations

import itertools
from fractions import Fraction

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid import nn
from pellucid.errors import SettingError
from pellucid.inspection.sums import weighted_sum


def drawn(layer: nn.Layer, in_shape: tuple[int, ...], seed: int = 3):
    """Return a layer's parameters and one example's inputs, float32."""
    params = layer.init(jax.random.key(seed), in_shape, "float32")
    random = np.random.default_rng(seed)
    params = {name: random.normal(size=a.shape).astype(np.float32) for name, a in params.items()}
    return params, random.normal(size=in_shape).astype(np.float32)


def test_the_contributions_of_a_dense_unit_are_exact() -> None:
    params, inputs = drawn(nn.Dense(5), (40,))
    found = weighted_sum(nn.Dense(5), params, inputs, (3,))
    # Rational arithmetic knows no rounding.
    exact = Fraction(float(params["bias"][3]))
    for one, weight in zip(inputs, params["kernel"][:, 3], strict=True):
        exact += Fraction(float(one)) * Fraction(float(weight))
    assert [Fraction(p) for p in found.products.tolist()] == [
        Fraction(float(one)) * Fraction(float(weight))
        for one, weight in zip(inputs, params["kernel"][:, 3], strict=True)
    ]
    assert found.total == float(exact)


@given(most=st.integers(0, 45))
def test_the_largest_contributions_the_rest_and_the_bias_add_up(most: int) -> None:
    params, inputs = drawn(nn.Dense(2), (40,))
    found = weighted_sum(nn.Dense(2), params, inputs, (1,))
    largest, rest = found.largest(most)
    assert len(largest) == min(most, 40)
    sizes = np.abs(found.products)
    assert sizes[largest].min(initial=np.inf) >= np.delete(sizes, largest).max(initial=0.0)
    together = found.bias + found.products[largest].sum() + rest
    assert together == pytest.approx(found.total, rel=1e-14)


@pytest.mark.parametrize(
    ("layer", "in_shape"),
    [
        (nn.Dense(3), (7,)),
        (nn.Dense(3, bias=False), (7,)),
        (nn.Dense(3), (4, 5)),
        (nn.Convolution(3, (3,)), (9, 2)),
        (nn.Convolution(4, (3, 3)), (6, 5, 2)),
        (nn.Convolution(4, (3, 2), stride=2, padding="valid"), (7, 6, 2)),
        (nn.Convolution(4, (3, 3), dilation=2, bias=False), (8, 8, 1)),
        (nn.Convolution(4, (4, 4), stride=(3, 2)), (8, 7, 2)),
        (nn.Convolution(4, (3,), groups=2), (9, 4)),
    ],
    ids=str,
)
def test_every_unit_is_the_sum_that_the_layer_computes(
    layer: nn.Layer, in_shape: tuple[int, ...]
) -> None:
    params, inputs = drawn(layer, in_shape)
    z = np.asarray(layer.trace(params, jnp.asarray(inputs[None]))[0])[0]
    for unit in itertools.product(*map(range, z.shape)):
        found = weighted_sum(layer, params, inputs, unit)
        assert found.total == pytest.approx(float(z[unit]), abs=2e-5)
        kernel = params["kernel"]
        for place in range(len(found.inputs)):
            assert found.inputs[place] == inputs[tuple(found.positions[place])]
            assert found.weights[place] == kernel[tuple(found.weight_indices[place])]


def test_a_layer_without_weighted_sums_says_so() -> None:
    with pytest.raises(SettingError, match="no weighted sum"):
        weighted_sum(nn.Dropout(0.5), {}, np.zeros(3), (0,))
