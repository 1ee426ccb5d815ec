"""The dense layer's arithmetic and its refusals."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid import nn
from pellucid.errors import DataError, SettingError


def test_two_neurons_and_three_are_joined_by_a_matrix_of_two_rows_and_three_columns():
    rows = [[0.11, 0.12, 0.13], [0.21, 0.22, 0.23]]
    network = nn.Network([nn.Dense(3, initializer=rows)])
    params = network.init(0, in_features=2)
    assert params["dense_1"]["kernel"].shape == (2, 3)
    for i in (1, 2):
        for j in (1, 2, 3):
            expected = i / 10 + j / 100  # w11 = 0.11 … w23 = 0.23
            assert nn.weight(params, "dense_1", i, j) == pytest.approx(expected)


def test_z_is_x_times_w_plus_b():
    layer = nn.Dense(2, "relu", initializer=[[1.0, 2.0], [3.0, 4.0]], bias_initializer=[0.5, -50])
    network = nn.Network([layer])
    (step,) = network.trace(network.init(0, in_features=2), [10.0, 1.0])
    assert step.pre_activations.tolist() == [13.5, -26.0]  # 10·1 + 1·3 + ½; 10·2 + 1·4 − 50
    assert step.activations.tolist() == [13.5, 0.0]


def test_without_bias_there_is_none():
    network = nn.Network([nn.Dense(4, bias=False)])
    assert set(network.init(0, in_features=3)["dense_1"]) == {"kernel"}


def test_axes_in_front_of_the_features_are_kept():
    network = nn.Network([nn.Dense(4)])
    params = network.init(0, in_features=(7, 3))
    inputs = np.random.default_rng(0).normal(size=(2, 7, 3)).astype(np.float32)
    outputs = network.apply(params, inputs)
    assert outputs.shape == (2, 7, 4)
    assert network.out_shape((7, 3)) == (7, 4)
    np.testing.assert_allclose(outputs[1], network.apply(params, inputs[1]), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("units", [0, -1, 2.5, True, "3", None])
def test_units_that_cannot_be_are_refused(units):
    with pytest.raises(SettingError) as caught:
        nn.Dense(units)
    assert str(caught.value) == f"units must be a positive whole number; received: {units!r}"


def test_other_settings_that_cannot_be_are_refused():
    with pytest.raises(SettingError, match="bias must be True or False; received: 1"):
        nn.Dense(1, bias=1)
    with pytest.raises(SettingError, match=r"did you mean 'relu'\?"):
        nn.Dense(1, activation="rleu")
    with pytest.raises(SettingError, match="letters, digits and underscores"):
        nn.Dense(1, name="my layer")


def test_inputs_of_another_width_are_refused_with_the_layers_name():
    network = nn.Network([nn.Dense(3, name="first")])
    with pytest.raises(DataError) as caught:
        network.apply(network.init(0, in_features=2), np.zeros((1, 5)))
    assert caught.value.what == "The inputs have 5 features."
    assert caught.value.where == "layer 'first'"
    assert "2 features" in caught.value.expected
