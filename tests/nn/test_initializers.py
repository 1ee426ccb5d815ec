"""First values have the spread that the papers ask for."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from pellucid import nn
from pellucid.errors import SettingError
from pellucid.nn import initializers

FAN_IN, FAN_OUT = 300, 200

# (name, variance), by the papers' formulas with fan_in 300 and fan_out 200.
VARIANCES = [
    ("he_normal", 2 / 300),
    ("he_uniform", 2 / 300),
    ("glorot_normal", 2 / 500),
    ("glorot_uniform", 2 / 500),
    ("lecun_normal", 1 / 300),
    ("lecun_uniform", 1 / 300),
]


@pytest.mark.parametrize(("name", "variance"), VARIANCES)
def test_the_spread_is_the_papers(name, variance):
    kernel = initializers.draw(name, jax.random.key(0), (FAN_IN, FAN_OUT), "float32")
    # 60,000 draws: the sample variance is within 2.5 % at over four standard deviations.
    assert np.var(kernel) == pytest.approx(variance, rel=0.025)
    assert abs(np.mean(kernel)) < 4 * np.sqrt(variance / 60_000)
    limit = np.sqrt(3 * variance)  # a uniform spread ends here; a normal one goes on
    assert (np.abs(kernel).max() <= limit * 1.0001) == name.endswith("uniform")


def test_zeros_are_zeros():
    assert not initializers.draw("zeros", jax.random.key(0), (3, 2), "float32").any()


def test_every_named_initializer_is_tested_here():
    assert {name for name, _ in VARIANCES} | {"zeros"} == set(nn.INITIALIZERS)


@pytest.mark.parametrize(
    ("activation", "expected"),
    [("relu", "he_normal"), ("gelu", "he_normal"), ("tanh", "glorot_uniform"),
     ("sigmoid", "glorot_uniform"), ("linear", "glorot_uniform")],
)  # fmt: skip
def test_a_layer_takes_the_initializer_that_suits_its_activation(activation, expected):
    assert nn.Dense(2, activation=activation).initializer == expected


def test_given_values_are_taken_as_they_are():
    layer = nn.Dense(2, initializer=np.array([[1, 2], [3, 4]]), bias_initializer=[5, 6])
    params = nn.Network([layer]).init(0, in_features=2)["dense_1"]
    assert params["kernel"].tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert params["bias"].tolist() == [5.0, 6.0]
    assert hash(layer) == hash(nn.Dense(2, initializer=[[1, 2], [3, 4]], bias_initializer=(5, 6)))


def test_given_values_of_the_wrong_shape_name_the_layer():
    network = nn.Network([nn.Dense(2, initializer=[[1.0, 2.0]])])
    with pytest.raises(SettingError) as caught:
        network.init(0, in_features=3)
    assert "(1, 2)" in caught.value.what
    assert caught.value.expected == "the shape (3, 2)"
    assert caught.value.where == "layer 'dense_1'"


@pytest.mark.parametrize("bad", [[[1.0], [1.0, 2.0]], [[float("nan")]], [["a"]], 3.0, {}])
def test_what_is_no_block_of_numbers_is_refused(bad):
    with pytest.raises(SettingError, match="initializer must be the name of an initializer"):
        nn.Dense(1, initializer=bad)


def test_an_unknown_name_gets_a_guess():
    with pytest.raises(SettingError, match=r"did you mean 'he_normal'\?"):
        nn.Dense(1, initializer="he_norml")
    with pytest.raises(SettingError, match="bias_initializer must be 'zeros' or 1 numbers"):
        nn.Dense(1, bias_initializer="he_normal")
