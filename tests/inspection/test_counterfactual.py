"""What would change the answer: each change found does change it, and a smaller one does not."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import polars as pl
import pytest

import pellucid
from pellucid import nn
from pellucid.data import Table
from pellucid.errors import SettingError
from pellucid.inspection.counterfactual import Counterfactual, Search
from pellucid.model import TrainedModel


@pytest.fixture(scope="module")
def trained() -> TrainedModel:
    """Return a network made by hand: "yes" where age > 40, or fare > 100 in Rome, else "no"."""
    random = np.random.default_rng(0)
    frame = pl.DataFrame(
        {
            "age": random.integers(10, 90, 400),
            "fare": random.uniform(0, 200, 400).round(2),
            "town": random.choice(["Rome", "Oslo"], 400),
            "y": random.choice(["no", "yes"], 400),
        }
    )
    model = pellucid.train(frame, target="y", hidden=(2,), activation="relu", epochs=1)
    encoding = model.trained.encoding
    names = {name: place for place, name in enumerate(encoding.feature_names)}
    (_, age), (_, fare), _ = encoding.encoders
    kernel, bias = np.zeros((len(names), 2), np.float32), np.zeros(2, np.float32)
    # Unit 1: (age − 40) in deviations, large; unit 2: (fare − 100) + (Rome ? 0 : −∞).
    kernel[names["age"], 0] = 100 * age.scale
    bias[0] = 100 * (age.mean - 40)
    kernel[names["fare"], 1] = 100 * fare.scale
    bias[1] = 100 * (fare.mean - 100)
    kernel[names["town=Oslo"], 1] = -1e6
    params = {
        "hidden_1": {"kernel": kernel, "bias": bias},
        "output": {
            "kernel": np.array([[-1.0, 1.0], [-1.0, 1.0]], np.float32),
            "bias": np.array([0.001, 0.0], np.float32),
        },
    }
    network = nn.Network([nn.Dense(2, "relu", name="hidden_1"), nn.Dense(2, name="output")])
    return dataclasses.replace(model.trained, network=network, params=params)


def row(**values: Any) -> Table:
    return Table({name: pl.Series([value]) for name, value in values.items()})


def seen() -> Table:
    return Table(
        {
            "age": pl.Series(list(range(10, 90))),
            "fare": pl.Series(np.linspace(0, 200, 80)),
            "town": pl.Series(["Rome", "Oslo"] * 40),
        }
    )


def find(trained: TrainedModel, one: Table, **more: Any) -> list[Counterfactual]:
    return Search(trained, one, seen(), **more).find()


def told(found: Counterfactual) -> dict[str, Any]:
    return {change.column: change.after for change in found.changes}


def test_the_smallest_change_of_one_column_is_found(trained: TrainedModel) -> None:
    first, *_ = find(trained, row(age=35, fare=90.0, town="Oslo"))
    assert told(first) == {"age": 41}  # whole numbers stay whole
    assert first.changes[0].before == 35
    assert first.prediction == "yes"
    deviation = trained.encoding.encoders[0][1].scale
    assert first.size == pytest.approx(6 / deviation)


def test_numbers_are_brought_back_to_where_the_answer_changes(trained: TrainedModel) -> None:
    found = find(trained, row(age=35, fare=90.0, town="Rome"), fixed=["age"])
    assert [told(one) for one in found] == [{"fare": 101.0}]  # 100.001 by few digits


def test_two_columns_are_changed_where_one_does_not_suffice(trained: TrainedModel) -> None:
    found = find(trained, row(age=35, fare=150.0, town="Oslo"), fixed=["age"])
    assert told(found[0]) == {"town": "Rome"}
    for one in find(trained, row(age=35, fare=90.0, town="Oslo"), fixed=["age"]):
        assert set(told(one)) == {"fare", "town"}


def test_every_change_that_is_told_changes_the_answer(trained: TrainedModel) -> None:
    random = np.random.default_rng(1)
    for _ in range(10):
        values = {
            "age": int(random.integers(10, 90)),
            "fare": float(random.uniform(0, 200)),
            "town": str(random.choice(["Rome", "Oslo"])),
        }
        before = trained.predict(row(**values))["prediction"][0]
        for one in find(trained, row(**values)):
            after = trained.predict(row(**{**values, **told(one)}))
            assert after["prediction"][0] == one.prediction != before
            shares = after[f"probability_{one.prediction}"][0]
            assert shares == pytest.approx(one.probability, abs=1e-6)


def test_what_cannot_be_looked_for_is_refused(trained: TrainedModel) -> None:
    one = row(age=35, fare=90.0, town="Oslo")
    with pytest.raises(SettingError, match="no input column called 'ages'"):
        Search(trained, one, seen(), fixed=["ages"])
    with pytest.raises(SettingError, match="None of the row's columns"):
        Search(trained, one, seen(), fixed=["age", "fare", "town"])
    with pytest.raises(SettingError, match="no class called 'maybe'"):
        Search(trained, one, seen()).find("maybe")
    with pytest.raises(SettingError, match="'no' is what the network answers already"):
        Search(trained, one, seen()).find("no")
    numbers = pellucid.train("diabetes", hidden=(4,), epochs=1).trained
    with pytest.raises(SettingError, match="regression has no class"):
        Search(numbers, one, seen())
