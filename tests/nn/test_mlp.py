"""The multilayer perceptron has the layers it is asked for, in their order."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid import nn
from pellucid.errors import SettingError


def test_hidden_layers_and_an_output_layer():
    assert nn.mlp([128, 64], 10, "tanh").layers == (
        nn.Dense(128, "tanh", name="hidden_1"),
        nn.Dense(64, "tanh", name="hidden_2"),
        nn.Dense(10, name="output"),
    )


def test_without_hidden_layers_it_is_linear():
    assert nn.mlp([], 3).layers == (nn.Dense(3, name="output"),)


def test_normalisation_lies_between_the_weighted_sum_and_the_activation():
    hidden, normal, dropout, _ = nn.mlp([5], 2, "elu", 0.3, normalization="batch").layers
    assert hidden == nn.Dense(5, bias=False, initializer="he_normal", name="hidden_1")
    assert normal == nn.BatchNormalization(activation="elu", name="normalization_1")
    assert dropout == nn.Dropout(0.3, name="dropout_1")
    hidden, normal, _ = nn.mlp([5], 2, normalization="layer").layers
    assert hidden.bias
    assert isinstance(normal, nn.LayerNormalization)


def test_an_initializer_is_for_the_hidden_layers():
    first, second, output = nn.mlp([4, 4], 1, initializer="lecun_normal").layers
    assert first.initializer == second.initializer == "lecun_normal"
    assert output.initializer == "glorot_uniform"


def test_every_combination_runs():
    for normalization in (None, "batch", "layer"):
        for dropout in (0.0, 0.5):
            network = nn.mlp([4, 3], 2, dropout=dropout, normalization=normalization)
            params = network.init(0, in_features=6)
            assert network.apply(params, np.zeros((5, 6))).shape == (5, 2)


def test_settings_that_cannot_be_used_are_refused():
    with pytest.raises(SettingError, match="no normalization called 'group'"):
        nn.mlp([4], 1, normalization="group")
    with pytest.raises(SettingError, match="dropout must be a number from 0"):
        nn.mlp([4], 1, dropout=1.0)
    with pytest.raises(SettingError, match="units must be a positive whole number; received: 0"):
        nn.mlp([4, 0], 1)
