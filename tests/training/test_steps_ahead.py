"""Forecasts of all steps ahead: from the settings to answers beyond a table's end."""

from __future__ import annotations

import shlex
from datetime import date, datetime, timedelta
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

import pellucid
from pellucid import api
from pellucid.data import Contract
from pellucid.errors import DataError, SettingError
from pellucid.training.config import Config
from pellucid.training.preparation import prepare

N = 240
QUICK = {"epochs": 200, "hidden": (), "learning_rate": 0.01}


def season(n: int = N) -> pl.DataFrame:
    """Return two series with a week's season on a slope, and a text."""
    day = np.arange(n)
    week = 10 * np.sin(2 * np.pi * day / 7)
    return pl.DataFrame(
        {
            "date": [date(2024, 1, 1) + timedelta(days=int(i)) for i in day],
            "sky": np.where(day % 3 == 0, "rain", "clear"),
            "visits": 50.0 + 0.2 * day + week,
            "sales": 900.0 - 0.5 * day + 20 * week,
        }
    )


@pytest.fixture(scope="module")
def model() -> pellucid.Model:
    return pellucid.train(season(), window=14, horizon=5, **QUICK)


def nothing(text: str, warning: bool) -> None:
    """Take a note."""


def test_all_columns_of_numbers_are_forecast_where_no_target_is_named(model):
    assert model.contract.targets == ("visits", "sales")
    assert model.contract.task == model.report["task"] == "forecasting"
    reasons = {column.name: column.reason for column in model.contract.target_columns}
    assert "no --target" in reasons["visits"]
    assert {column.name for column in model.contract.inputs} >= {"past visits", "past sales"}


def test_the_parts_follow_one_another_in_time_and_share_no_value_to_forecast():
    config = Config.make(
        source=season(), target="visits", window=7, horizon=5, validation_fraction=0.2
    )
    prepared = prepare(config, nothing)
    task = prepared.task
    known = [
        set(task.in_units(task.scaled(part.targets)).round(3).ravel())
        for part in (prepared.train, prepared.validation, prepared.test)
    ]
    last = [max(season()["visits"].round(3).to_list().index(v) for v in own) for own in known]
    first = [min(season()["visits"].round(3).to_list().index(v) for v in own) for own in known]
    assert all(end < start for end, start in pairwise(np.ravel([first, last], order="F").tolist()))


def test_series_are_standardised_by_the_rows_to_learn_from():
    frame = season()
    config = Config.make(source=frame, target="visits", window=7, horizon=5)
    prepared = prepare(config, nothing)
    # The test part's windows come after a gap of horizon - 1; the last to learn from ends before.
    n_rows = 7 + prepared.train.n + 5 - 1
    assert prepared.task.targets[0].mean == pytest.approx(frame["visits"][:n_rows].mean())
    assert prepared.task.targets[0].scale == pytest.approx(frame["visits"][:n_rows].std(ddof=0))


def test_naive_and_seasonal_naive_stand_beside_the_forecast(model):
    report, frame = model.report, season()
    forecast = report["forecast"]
    assert forecast["season"] == 7
    visits, n = frame["visits"].to_numpy(), report["n_test"]
    origins = np.arange(N - 5 - n, N - 5)
    steps = np.arange(1, 6)
    known = visits[origins[:, None] + steps]
    naive = np.abs(visits[origins][:, None] - known)
    seasonal = np.abs(visits[origins[:, None] + steps - 7] - known)
    assert report["baseline"]["visits.mae"] == pytest.approx(naive.mean(), rel=1e-5)
    assert forecast["seasonal_naive"]["visits.mae"] == pytest.approx(seasonal.mean(), rel=1e-5)
    # A season ago is 7 · 0.2 too low on the training rows too: MASE divides by 1.4.
    assert report["baseline"]["visits.mase"] == pytest.approx(naive.mean() / 1.4, rel=1e-4)
    assert forecast["by_step"]["naive"]["mase"][0] < forecast["by_step"]["naive"]["mase"][2]
    assert len(forecast["by_step"]["network"]["scaled_mse"]) == 5
    assert report["metrics"]["mase"] < 0.5


def test_predictions_are_the_steps_after_the_last_row_with_their_dates(model):
    frame = season(60)
    answers = model.predict(frame)
    assert answers.columns == ["date", "prediction_visits", "prediction_sales"]
    assert answers["date"].to_list() == [frame["date"][-1] + timedelta(days=k) for k in range(1, 6)]
    following = season(65).tail(5)
    assert answers["prediction_visits"].to_list() == pytest.approx(
        following["visits"].to_list(), abs=3
    )
    with pytest.warns(api.UnlikeTrainingWarning, match="sorted by it"):
        assert model.predict(frame.sample(fraction=1, shuffle=True, seed=1)).equals(answers)


def test_rows_without_a_target_at_the_end_are_those_to_forecast(model):
    frame = season(60)
    ahead = pl.concat([frame, season(63).tail(3).with_columns(visits=None, sales=None)])
    assert model.predict(ahead).equals(model.predict(frame))


def test_intervals_hold_the_values_about_as_often_as_asked():
    rng = np.random.default_rng(0)
    noisy = season(1500).with_columns(pl.col("visits") + pl.Series(rng.normal(size=1500)))
    model = pellucid.train(noisy, target="visits", window=14, horizon=4, **QUICK)
    covered = model.report["coverage"]["visits"]
    assert 0.85 < covered["covered"] < 0.95
    assert len(covered["by_step"]) == 4
    narrow, wide = (model.predict(noisy, coverage=share) for share in (0.5, 0.95))
    assert narrow.columns == ["date", "prediction", "prediction_low", "prediction_high"]
    assert (narrow["prediction_low"] < narrow["prediction"]).all()
    assert (wide["prediction_high"] > narrow["prediction_high"]).all()
    with pytest.raises(SettingError, match=r"0\.9999 cannot be promised"):
        model.predict(noisy, coverage=0.9999)


def test_a_saved_model_forecasts_the_same_with_its_intervals(model, tmp_path):
    again = pellucid.load(model.save(tmp_path / "visits"))
    assert again.predict(season(), coverage=0.8).equals(model.predict(season(), coverage=0.8))
    measured = again.trained.evaluate(api.take_rows(season(), again.contract).table)
    assert measured["forecast"]["season"] == 7
    assert Contract.from_dict(model.contract.to_dict()) == model.contract
    assert model.examples is not None
    assert again.trained.predict(model.examples).columns[0] == "step"


def test_a_known_column_tells_what_the_past_cannot():
    rng = np.random.default_rng(1)
    n = 400
    holiday = rng.random(n + 3) < 0.2
    visits = 50 + 3 * rng.normal(size=n + 3) + np.where(holiday, -30, 0)
    frame = pl.DataFrame({"day": np.arange(n + 3), "visits": visits, "holiday": holiday})
    settings = {"target": "visits", "window": 8, "horizon": 3, **QUICK}
    known = pellucid.train(frame[:n], known=["holiday"], **settings)
    unknown = pellucid.train(frame[:n], **settings)
    assert known.metrics["mae"] < 0.6 * unknown.metrics["mae"]
    ahead = frame.with_columns(
        pl.when(pl.col("day") < n).then("visits").otherwise(None).alias("visits")
    )
    answers = known.predict(ahead)["prediction"].to_numpy()
    assert answers == pytest.approx(visits[n:], abs=12)
    with pytest.raises(DataError, match="are given for 0 of the 3 steps"):
        known.predict(frame[:n])
    given = pl.when(pl.col("day") != n + 1).then("holiday")
    with pytest.raises(DataError, match="is empty in rows to be forecast"):
        known.predict(ahead.with_columns(given.alias("holiday")))


@pytest.mark.slow
def test_a_known_column_of_words_is_told_apart_by_its_values():
    n = 300
    word = np.where(np.arange(n) % 5 == 0, "promo", "plain")
    sales = np.where(word == "promo", 80.0, 20.0) + np.arange(n) % 3
    frame = pl.DataFrame({"sales": sales, "kind": word})
    model = pellucid.train(frame, target="sales", window=2, horizon=2, known=["kind"], **QUICK)
    assert model.metrics["r2"] > 0.9


def test_the_calendar_is_seen_where_the_window_does_not_show_it():
    hours = [datetime(2024, 1, 1) + timedelta(hours=i) for i in range(24 * 60)]
    values = 10 + np.array([5.0 * (9 <= hour.hour < 17) for hour in hours])
    frame = pl.DataFrame({"time": hours, "load": values})
    seen = {
        window: [
            column.name
            for column in api.contract(frame, window=window, horizon=6)[1].inputs
            if column.name.startswith("time")
        ]
        for window in (6, 60, 400)
    }
    assert seen == {6: ["time hour", "time weekday"], 60: ["time weekday"], 400: []}


def test_a_season_is_overruled():
    model = pellucid.train(season(), target="visits", window=7, season=14, **QUICK)
    assert model.report["forecast"]["season"] == 14


def test_missing_values_are_passed_over_and_no_score_is_nan():
    frame = season().with_columns(
        pl.when(pl.col("visits").is_first_distinct() & (pl.int_range(N) % 11 != 3)).then("visits")
    )
    model = pellucid.train(frame, window=14, horizon=4, **QUICK)
    numbers = [*model.metrics.values(), *model.report["baseline"].values()]
    assert np.isfinite(numbers).all()
    assert model.predict(frame).null_count().sum_horizontal().item() == 0


@pytest.mark.slow
def test_without_validation_rows_the_network_is_chosen_by_the_last_windows():
    model = pellucid.train(season(), target="visits", window=14, horizon=2, epochs=20)
    assert "tried on the last third" in model.reasons["hidden"]
    assert "64 units" in model.reasons["hidden"]
    few = pellucid.train(season(100), target="visits", window=14, horizon=7, epochs=20)
    assert "64 units" not in few.reasons["hidden"]
    named = pellucid.train(season(), target="visits", window=14, horizon=2, epochs=2, hidden=(4,))
    assert "hidden" not in named.reasons


def test_every_flag_that_a_forecasts_contract_prints_can_be_used():
    contract = api.contract(season(), target="visits", window=7)[1]
    flags = [shlex.split(column.override) for column in contract.inputs if column.override]
    assert flags
    for flag, value in flags:
        settings = {flag.removeprefix("--").replace("kind", "kinds"): [value]}
        again = api.contract(season(), target="visits", window=7, **settings)[1]
        assert again.columns != contract.columns


@pytest.mark.parametrize(
    ("frame", "settings", "told"),
    [
        (season(30), {"window": 20, "horizon": 20}, "No window fits into the 30 rows"),
        (season(30), {"window": 5, "horizon": 400}, "No window fits"),
        (season(40), {"window": 10, "horizon": 20}, "cannot be split in time"),
        (season(1), {"window": 1}, "hold"),
        (season().with_columns(visits=3.0), {"target": "visits", "window": 3}, "visits"),
        (season().select("sky"), {"window": 3}, "No column holds numbers that change"),
        (season().with_columns(date=pl.lit(date(2024, 1, 1))), {"window": 3, "time": "date"},
         "the same time several times"),
        (season(), {"window": 3, "known": ["holday"]}, "no column called 'holday'"),
        (season(), {"window": 3, "target": "visits", "known": ["visits"]}, "cannot be known ahead"),
        (season(), {"window": 3, "target": "visits", "drop": ["past visits"]},
         "cannot be left out"),
    ],
)  # fmt: skip
def test_what_cannot_be_forecast_is_refused_in_words(frame, settings, told):
    with pytest.raises(DataError, match=told):
        pellucid.train(frame, **settings, **QUICK)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"season": 7}, "needs a window"),
        ({"known": ["sky"]}, "needs a window"),
        ({"task": "forecasting"}, "needs a window"),
        ({"window": 7, "target": "sky", "season": 7}, "forecast of numbers"),
        ({"window": 7, "target": "visits", "target_scale": "log"}, "not for forecasts"),
        ({"window": 7, "target": "visits", "normalization": "batch"}, "not for forecasts"),
        ({"window": 7, "target": "visits", "preset": "best"}, "preset best is not for forecasts"),
        ({"window": 7, "target": "visits", "members": 2}, "members 2 is not for forecasts"),
    ],
)
def test_settings_that_do_not_fit_are_refused(settings, told):
    with pytest.raises(SettingError, match=told):
        pellucid.train(season(), **{"target": "visits", **settings})


def test_a_step_of_a_series_is_explained_and_adds_up(model):
    answers = model.predict(season())
    row = N - 14 + 1  # the window that ends with the last row
    for of, name, step in (("sales, step 2", "sales", 2), ("visits", "visits", 5)):
        why = model.explain(season(), row=row, of=of)
        total = why.baseline + why.contributions["contribution"].sum()
        assert total == pytest.approx(why.prediction, rel=1e-6)
        assert why.prediction == pytest.approx(answers[f"prediction_{name}"][step - 1], rel=1e-4)
    with pytest.raises(SettingError, match="no target called 'sales, step 9'"):
        model.explain(season(), of="sales, step 9")
