"""Settings: every value is checked by its limits, and written settings read back the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid import losses, nn, optimizers
from pellucid.errors import SettingError
from pellucid.training import config as table
from pellucid.training.config import Config
from pellucid.training.settings import settings_of


def test_the_names_offered_are_the_names_that_exist() -> None:
    assert set(table.ACTIVATIONS) == set(nn.ACTIVATIONS) - {"softmax"}
    assert set(table.INITIALIZERS) == set(nn.INITIALIZERS) - {"zeros"}
    assert set(table.LOSSES) == set(losses.LOSSES)
    assert set(table.OPTIMIZERS) == set(optimizers.NAMES)
    assert set(table.SCHEDULES) == set(optimizers.SCHEDULES)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"hidden": "128,64"}, (128, 64)),
        ({"hidden": [128, 64]}, (128, 64)),
        ({"hidden": 32}, (32,)),
        ({"hidden": "none"}, ()),
        ({"epochs": "20"}, 20),
        ({"time_limit": "90s"}, 90.0),
        ({"time_limit": "5m"}, 300.0),
        ({"time_limit": "1h"}, 3600.0),
        ({"time_limit": 2.5}, 2.5),
        ({"learning_rate": "1e-3"}, 0.001),
        ({"learning_rate": "Find"}, "find"),
        ({"activation": "ReLU"}, "relu"),
        ({"kinds": ["a=b=number"]}, {"a=b": "number"}),
        ({"class_weight": "balanced"}, "balanced"),
        ({"class_weight": {0: 2.0}}, {"0": 2.0}),
        ({"drop": "name"}, ("name",)),
    ],
)
def test_values_are_read_as_people_write_them(given: dict, expected: object) -> None:
    ((name, _),) = given.items()
    assert getattr(Config.make(**given), name) == expected


@pytest.mark.parametrize(
    "given",
    [
        {"epochs": 0},
        {"epochs": -3},
        {"epochs": 2.5},
        {"epochs": "many"},
        {"epochs": True},
        {"hidden": "0"},
        {"hidden": "64,-1"},
        {"hidden": [1.5]},
        {"batch_size": 0},
        {"learning_rate": 0},
        {"learning_rate": float("nan")},
        {"learning_rate": float("inf")},
        {"dropout": 1.0},
        {"dropout": -0.1},
        {"test_fraction": 1},
        {"seed": -1},
        {"seed": 2**32},
        {"time_limit": "0s"},
        {"time_limit": "soon"},
        {"kinds": ["age"]},
        {"activation": "rleu"},
        {"optimizer": 3},
    ],
)
def test_values_out_of_their_limits_are_named_with_what_is_allowed(given: dict) -> None:
    ((name, _),) = given.items()
    with pytest.raises(SettingError) as caught:
        Config.make(**given)
    assert name in caught.value.what
    assert caught.value.expected


def test_misspelt_names_get_a_suggestion() -> None:
    with pytest.raises(SettingError, match="did you mean 'learning_rate'"):
        Config.make(learnig_rate=0.1)
    with pytest.raises(SettingError, match="did you mean 'relu'"):
        Config.make(activation="rleu")


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "source": st.sampled_from(["iris", "a folder/data.csv", "#odd: name.csv"]),
            "target": st.text(min_size=1, max_size=12),
            "hidden": st.lists(st.integers(1, 4096), max_size=4),
            "learning_rate": st.floats(1e-9, 1e3),
            "epochs": st.integers(1, 10**6),
            "dropout": st.floats(0, 0.99),
            "kinds": st.dictionaries(st.text(min_size=1, max_size=8), st.just("number")),
            "drop": st.lists(st.text(min_size=1, max_size=8), max_size=3),
            "seed": st.integers(0, 2**32 - 1),
        },
    )
)
def test_written_settings_read_back_the_same(values: dict) -> None:
    made = Config.make(**values)
    assert Config.from_yaml(made.to_yaml({"epochs": "because: # of rows"})) == made


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("epochs: [", "line 1"),
        ("- epochs", "not a list of settings"),
        ("epoch: 3", "did you mean 'epochs'"),
        ("epochs: 0", "mine.yaml"),
    ],
)
def test_a_bad_configuration_is_named_with_its_place(text: str, said: str) -> None:
    with pytest.raises(SettingError) as caught:
        Config.from_yaml(text, "mine.yaml")
    assert said in str(caught.value)


def test_every_setting_has_help_and_limits_that_can_be_worded() -> None:
    for name, setting in settings_of(Config).items():
        assert setting.help.endswith("."), name
        assert setting.expected(), name
