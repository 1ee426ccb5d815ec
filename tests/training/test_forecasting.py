"""Forecasts: a table with a time column, from the settings to answers beyond its end."""

from __future__ import annotations

import shlex
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

import pellucid
from pellucid import api
from pellucid.api import UnlikeTrainingWarning
from pellucid.data import Contract
from pellucid.errors import DataError, SettingError
from pellucid.training.config import Config
from pellucid.training.preparation import prepare

N = 200


def season(n: int = N) -> pl.DataFrame:
    """Return a season of a week on a slope, and a text."""
    day = np.arange(n)
    return pl.DataFrame(
        {
            "date": [date(2024, 1, 1) + timedelta(days=int(i)) for i in day],
            "sky": np.where(day % 3 == 0, "rain", "clear"),
            "visits": 50.0 + 0.2 * day + 10 * np.sin(2 * np.pi * day / 7),
        }
    )


@pytest.fixture(scope="module")
def model() -> pellucid.Model:
    return pellucid.train(season(), target="visits", window=14, epochs=40)


def nothing(text: str, warning: bool) -> None:
    """Take a note."""


def test_the_parts_follow_one_another_in_time_with_a_gap_before_the_test():
    config = Config.make(source=season(), target="visits", window=7, horizon=3)
    prepared = prepare(config, nothing)
    n_windows = N - 7 - 3 + 1
    assert prepared.test is not None
    assert prepared.test.n == round(0.2 * n_windows)
    assert prepared.train.n == n_windows - prepared.test.n - 2
    # The last value known for a test row is that of three days before, by the formula above.
    first = N - prepared.test.n - 3
    expected = season()["visits"][first]
    assert prepared.levels is not None
    assert prepared.levels[0] == pytest.approx(expected)


def test_the_forecast_does_better_than_saying_that_nothing_changes(model: pellucid.Model):
    report = model.report
    visits = season()["visits"].to_numpy()
    n_test = report["n_test"]
    naive = np.abs(visits[-n_test:] - visits[-n_test - 1 : -1]).mean()
    assert report["baseline"]["mae"] == pytest.approx(naive, rel=1e-5)
    assert report["metrics"]["mae"] < naive / 2


def test_predictions_go_beyond_the_last_row(model: pellucid.Model):
    frame = season(60)
    answers = model.predict(frame)
    assert answers.columns[:2] == ["date", "prediction"]
    assert len(answers) == 60 - 14 + 1
    assert answers["date"].to_list()[0] == frame["date"][14]
    assert answers["date"].to_list()[-1] == frame["date"][-1] + timedelta(days=1)
    following = season(61)["visits"][-1]
    assert answers["prediction"][-1] == pytest.approx(following, abs=4)


def test_the_target_and_other_columns_may_not_be_missing(model: pellucid.Model):
    with pytest.raises(DataError, match="lacks 1 column"):
        model.predict(season().drop("visits"))


def test_a_saved_model_forecasts_the_same(model: pellucid.Model, tmp_path):
    again = pellucid.load(model.save(tmp_path / "visits"))
    assert again.predict(season()).equals(model.predict(season()))
    with pytest.warns(UnlikeTrainingWarning, match=r"154 of these 186 rows \(83%\)\. What"):
        assert again.evaluate(season()) == model.evaluate(season())
    assert model.examples is not None
    # The examples are windows already: the first of the test.
    first = model.predict(season())["prediction"][-model.report["n_test"] - 1]
    shown = again.trained.predict(model.examples)["prediction"][0]
    assert shown == pytest.approx(first, rel=1e-6)


def test_the_contract_says_what_is_assumed():
    dataset, contract = api.contract(season(), target="visits", window=14)
    kinds = {column.name: column.kind for column in contract.inputs}
    assert kinds == {
        "past visits": "series",
        "last sky": "category",
        "date month": "category",
        "date weekday": "category",
    }
    assert Contract.from_dict(contract.to_dict()) == contract
    (summary,) = (text for text in dataset.notes if text.startswith("Windows"))
    assert "in steps of 1 day" in summary


def test_separate_test_rows_are_windows_of_their_own():
    model = pellucid.train(season(), target="visits", window=7, epochs=2, test=season(50))
    assert model.report["n_test"] == 50 - 7


def test_classes_can_be_forecast():
    model = pellucid.train(season(), target="sky", window=6, epochs=30)
    assert model.report["task"] == "classification"
    assert model.predict(season(20)).columns[:2] == ["date", "prediction"]


def test_horizon_and_time_need_a_window():
    for name, value in (("horizon", 2), ("time", "date")):
        with pytest.raises(SettingError, match="needs a window"):
            pellucid.train(season(), target="visits", **{name: value})


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        ({"drop": ("past warmth",)}, {"past visits", "last sky", "date month", "date weekday"}),
        ({"drop": ("warmth",)}, {"past visits", "last sky", "date month", "date weekday"}),
        ({"drop": ("last sky",)}, {"past visits", "past warmth", "date month", "date weekday"}),
        ({"drop": ("past visits",)}, {"past warmth", "last sky", "date month", "date weekday"}),
        ({"drop": ("date month", "sky")}, {"past visits", "past warmth", "date weekday"}),
    ],
)
def test_columns_are_left_out_by_the_names_that_the_contract_shows(settings, left):
    warmth = [float(day % 17) for day in range(len(season()))]
    frame = season().with_columns(warmth=pl.Series(warmth))
    model = pellucid.train(frame, target="visits", window=7, epochs=2, **settings)
    assert {column.name for column in model.contract.inputs} == left
    assert model.predict(frame).height == len(frame) - 7 + 1


def test_every_flag_that_a_forecasts_contract_prints_can_be_used():
    contract = api.contract(season(), target="visits", window=7)[1]
    flags = [shlex.split(column.override) for column in contract.inputs]
    assert len(flags) == 4
    for flag, value in flags:
        settings = {flag.removeprefix("--").replace("kind", "kinds"): [value]}
        again = api.contract(season(), target="visits", window=7, **settings)[1]
        assert again.columns != contract.columns


def test_a_column_that_is_in_neither_rows_nor_windows_is_named():
    with pytest.raises(DataError, match="no column called 'past vists'") as caught:
        pellucid.train(season(), target="visits", window=7, drop=["past vists"])
    assert "did you mean 'past visits'?" in str(caught.value)
