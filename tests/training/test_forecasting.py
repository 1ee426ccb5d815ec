"""Forecasts of a table with a time column: of one step, of classes, and as older files hold them.

Forecasts of all steps have a file of their own, ``test_steps_ahead.py``.
"""

from __future__ import annotations

import json
import shlex
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import pellucid
from pellucid import api
from pellucid.data import Contract
from pellucid.errors import DataError, SettingError

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


OLD = Path(__file__).parent / "older"


def test_a_file_written_before_all_steps_were_forecast_answers_as_it_did():
    told = json.loads((OLD / "forecast_of_one_step.json").read_text())
    model = pellucid.load(OLD / "forecast_of_one_step.pellucid")
    frame = pl.DataFrame(told["rows"])
    answers = model.predict(frame, coverage=0.8)
    assert answers["date"].cast(pl.String).to_list() == told["answers"]["date"]
    for name in ("prediction", "prediction_low", "prediction_high"):
        np.testing.assert_allclose(answers[name], told["answers"][name], rtol=1e-5)
    assert set(model.evaluate(frame)) == {"r2", "rmse", "mae", "loss"}


def test_its_forecasts_are_explained_from_the_last_value_known():
    told = json.loads((OLD / "forecast_of_one_step.json").read_text())
    model = pellucid.load(OLD / "forecast_of_one_step.pellucid")
    assert model.trained.windows is not None
    assert model.trained.windows.relative
    frame = pl.DataFrame(told["rows"])
    for row in (1, 15):  # the last one lies beyond the table
        why = model.explain(frame, row=row)
        total = why.baseline + why.contributions["contribution"].sum()
        assert total == pytest.approx(why.prediction, abs=1e-9)
        assert why.prediction == pytest.approx(told["answers"]["prediction"][row - 1], abs=1e-4)
    last_known = frame["visits"][6 - 1]
    assert f"the last value known ({last_known:g})" in model.explain(frame, row=1).compared_with


@pytest.fixture(scope="module")
def model() -> pellucid.Model:
    return pellucid.train(season(), target="sky", window=6, epochs=30)


def test_classes_are_forecast_at_the_horizon_for_each_place_in_time(model: pellucid.Model):
    assert model.report["task"] == "classification"
    frame = season(20)
    answers = model.predict(frame)
    assert answers.columns[:2] == ["date", "prediction"]
    assert len(answers) == 20 - 6 + 1
    assert answers["date"].to_list()[0] == frame["date"][6]
    assert answers["date"].to_list()[-1] == frame["date"][-1] + timedelta(days=1)


def test_the_target_and_other_columns_may_not_be_missing(model: pellucid.Model):
    for name in ("sky", "visits"):
        with pytest.raises(DataError, match="lacks 1 column"):
            model.predict(season().drop(name))


def test_the_contract_says_what_is_assumed():
    dataset, contract = api.contract(season(), target="sky", window=14)
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


@pytest.mark.slow
def test_separate_test_rows_are_windows_of_their_own():
    for target in ("sky", "visits"):
        model = pellucid.train(season(), target=target, window=7, epochs=2, test=season(50))
        assert model.report["n_test"] == 50 - 7


def test_horizon_and_time_need_a_window():
    for name, value in (("horizon", 2), ("time", "date")):
        with pytest.raises(SettingError, match="needs a window"):
            pellucid.train(season(), target="visits", **{name: value})


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        ({"drop": ("past warmth",)}, {"past visits", "last sky"}),
        ({"drop": ("warmth",)}, {"past visits", "last sky"}),
        pytest.param(
            {"drop": ("last sky",)},
            {"past visits", "past warmth", "date weekday"},
            marks=pytest.mark.slow,
        ),
        pytest.param(
            {"drop": ("date weekday", "sky")},
            {"past visits", "past warmth"},
            marks=pytest.mark.slow,
        ),
    ],
)
def test_columns_are_left_out_by_the_names_that_the_contract_shows(settings, left):
    warmth = [float(day % 17) for day in range(len(season()))]
    frame = season().with_columns(warmth=pl.Series(warmth))
    model = pellucid.train(frame, target="visits", window=7, epochs=2, **settings)
    always = set() if "date weekday" in settings["drop"] else {"date weekday"}
    assert {column.name for column in model.contract.inputs} == left | always
    assert model.predict(frame).height == 1


def test_every_flag_that_a_forecasts_contract_prints_can_be_used():
    contract = api.contract(season(), target="sky", window=7)[1]
    flags = [shlex.split(column.override) for column in contract.inputs]
    assert len(flags) == 4
    for flag, value in flags:
        settings = {flag.removeprefix("--").replace("kind", "kinds"): [value]}
        again = api.contract(season(), target="sky", window=7, **settings)[1]
        assert again.columns != contract.columns


def test_a_column_that_is_in_neither_rows_nor_windows_is_named():
    with pytest.raises(DataError, match="no column called 'past vists'") as caught:
        pellucid.train(season(), target="visits", window=7, drop=["past vists"])
    assert "did you mean 'past visits'?" in str(caught.value)
