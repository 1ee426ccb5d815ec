"""Measures and intervals of forecasts: hand arithmetic, and what Künsch's blocks are for."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

from pellucid.data import NumberTarget, Table
from pellucid.data.forecast_encoding import season_error, values_once
from pellucid.data.windows import Windows
from pellucid.errors import SettingError
from pellucid.model.forecast_intervals import ForecastIntervals
from pellucid.model.forecast_measures import References, intervals_of_forecasts, measure_steps
from pellucid.tasks import Forecasting

ROWS = Table({"y": pl.Series([1.0, 5.0, 2.0, 7.0, 3.0, None, 4.0])})
PLAN = Windows.plan(ROWS, ["y"], window=2, horizon=3).for_all_steps(ROWS, season=3)


def task(horizon: int = 2, error: float = 2.0) -> Forecasting:
    return Forecasting(("y",), (NumberTarget(10.0, 2.0),), horizon, 2, (error,))


def test_the_references_of_windows_by_hand():
    found = References.of(PLAN, PLAN.apply(ROWS).table)
    assert found.naive.tolist() == [[5.0], [2.0], [7.0]]
    # Three rows before the second row there is none, so that the last value known stands there.
    assert found.seasonal is not None
    assert found.seasonal[:, 0].tolist() == [[5.0, 1.0, 5.0], [1.0, 5.0, 2.0], [5.0, 2.0, 7.0]]


def test_rows_that_windows_share_count_once():
    made = PLAN.apply(ROWS).table
    np.testing.assert_equal(values_once(made, "y"), [1.0, 5.0, 2.0, 7.0, 3.0, np.nan, 4.0])


def test_the_error_of_the_seasonal_naive_forecast():
    # Hyndman & Koehler 2006: |2 - 1|, |7 - 5|, |3 - 2|; what is missing has no error.
    values = np.array([1.0, 5.0, 2.0, 7.0, 3.0, np.nan])
    assert season_error(values, 2) == pytest.approx(4 / 3)
    assert season_error(values, 100) == pytest.approx((4 + 3 + 5 + 4) / 4)


def test_measures_by_step_by_hand():
    outputs = np.array([[1.0, 0.0, 1.0], [0.0, 3.0, 1.0]])
    targets = np.array([[0.0, 0.0], [0.0, np.nan]])
    references = References(np.array([[10.0], [12.0]]), np.array([[[10.0, 14.0]], [[10.0, 12.0]]]))
    found = measure_steps(task(), outputs, targets, references)
    steps = found["forecast"]["by_step"]
    assert steps["network"]["mae"] == [1.0, 0.0]  # in deviations of 2: (1 + 0) / 2, 0
    assert steps["network"]["mase"] == [0.5, 0.0]
    assert steps["naive"]["mae"] == [1.0, 0.0]  # 10 and 12 beside 10; 10 beside 10
    assert steps["seasonal_naive"]["rmse"] == [0.0, 4.0]
    assert found["baseline"]["mae"] == pytest.approx(2 / 3)
    assert found["metrics"]["scaled_mse"] == pytest.approx(1 / 3)
    assert steps["network"]["r2"] == [None, None]  # what is known does not vary


def test_intervals_of_scores_take_neighbouring_windows_together():
    rng = np.random.default_rng(0)
    walk = np.cumsum(rng.normal(size=2000))
    windows = np.lib.stride_tricks.sliding_window_view(walk / walk.std(), 10)[:, None]
    zero, one = np.zeros_like(windows), task(10)
    found = intervals_of_forecasts(one, zero, windows)
    measured = one.measure(zero, windows)
    for name in ("mae", "rmse", "mase", "scaled_mse"):
        low, high = found[name]
        assert low < measured[name] < high
    # Single windows, taken for independent, would give an interval of a few percent.
    assert found["mae"].high - found["mae"].low > 0.2 * measured["mae"]
    assert intervals_of_forecasts(one, zero[:50], windows[:50]) == {}


def test_the_threshold_of_each_step_is_a_ranked_score():
    # Nine windows with deviation 2 and errors 1 … 9 at step 1, ten times as large at step 2.
    errors = np.arange(1.0, 10.0)
    outputs = np.stack([errors, 10 * errors, np.full(9, 2.0)], axis=1)
    made = ForecastIntervals.of(task(), (outputs, np.zeros((9, 2))), "validation")
    assert made is not None
    # 80 % of 10 is the 8th of 9 scores: 8 / 2 and 80 / 2, times a deviation of 3, in units of 2.
    columns = made.columns(task(), ("y",), np.array([[0.0, 0.0, 3.0]]), 0.8)
    assert columns["prediction_high"].to_list() == pytest.approx([10 + 24, 10 + 240])
    assert columns["prediction_low"].to_list() == pytest.approx([10 - 24, 10 - 240])
    told = made.measure(task(), ("y",), outputs, np.zeros((9, 2)), 0.8)["y"]
    assert told["by_step"] == pytest.approx([8 / 9, 8 / 9])
    assert made.can(0.9)
    with pytest.raises(SettingError, match=r"0\.95 cannot be promised from 9"):
        made.check(0.95)


def test_intervals_come_back_from_json_with_steps_that_were_never_known():
    rng = np.random.default_rng(1)
    outputs = np.concatenate([rng.normal(size=(500, 2)), np.ones((500, 1))], axis=1)
    targets = np.stack([np.zeros(500), np.full(500, np.nan)], axis=1)
    made = ForecastIntervals.of(task(), (outputs, targets), "validation")
    assert made is not None
    again = ForecastIntervals.from_dict(json.loads(json.dumps(made.to_dict())))
    given = np.array([[0.0, 0.0, 1.0]])
    first, second = (one.columns(task(), ("y",), given, 0.9) for one in (made, again))
    assert first["prediction_high"].equals(second["prediction_high"])
    assert first["prediction_high"][1] == first["prediction_high"][0]  # the widest of its series
    assert ForecastIntervals.of(task(), (outputs, targets * np.nan), "validation") is None
    broken = {**made.to_dict(), "counts": [[400, 0]]}
    with pytest.raises(ValueError, match="do not fit"):
        ForecastIntervals.from_dict(broken)
