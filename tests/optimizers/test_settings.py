"""Settings of optimizers are checked, by limits that are data."""

from __future__ import annotations

import math

import pytest

from pellucid import optimizers
from pellucid.errors import SettingError
from pellucid.optimizers import OptimizerSettings


@pytest.mark.parametrize(
    ("setting", "value", "limit"),
    [
        ("learning_rate", 0, "a number above 0"),
        ("learning_rate", math.inf, "a number above 0"),
        ("learning_rate", math.nan, "a number above 0"),
        ("learning_rate", "0.1", "a number above 0"),
        ("learning_rate", None, "a number above 0"),
        ("warmup", 1.0, "a number from 0 up to, but not including, 1"),
        ("momentum", -0.1, "a number from 0 up to, but not including, 1"),
        ("beta2", True, "a number from 0 up to, but not including, 1"),
        ("weight_decay", -1, "a number from 0 upwards"),
        ("clip_norm", 0.0, "a number above 0, or None"),
    ],
)
def test_a_number_out_of_its_limits_is_refused(setting, value, limit):
    with pytest.raises(SettingError) as caught:
        OptimizerSettings(**{setting: value})
    assert str(caught.value) == f"{setting} must be {limit}; received: {value!r}"


def test_unknown_names_get_a_guess():
    with pytest.raises(SettingError, match=r"did you mean 'adam'\?"):
        OptimizerSettings("adm")
    with pytest.raises(SettingError, match=r"did you mean 'cosine'\?"):
        OptimizerSettings(schedule="cosin")


def test_weight_decay_is_refused_where_it_would_do_nothing():
    with pytest.raises(SettingError, match="'sgd' has none"):
        OptimizerSettings("sgd", weight_decay=0.1)
    assert OptimizerSettings("adamw", weight_decay=0.1).weight_decay == 0.1


def test_every_exported_name_exists():
    assert all(hasattr(optimizers, name) for name in optimizers.__all__)
