"""The task of forecasting: its encoding, its loss where values are missing, its metrics."""

from __future__ import annotations

import json

import jax.numpy as jnp
import numpy as np
import polars as pl
import pytest

from pellucid.data import NumberTarget, Table
from pellucid.tasks import Forecasting, task_from_dict

TASK = Forecasting(("a", "b"), (NumberTarget(10.0, 2.0), NumberTarget(0.0, 1.0)), 2, 1, (4.0, 0.0))


def test_values_are_standardised_side_by_side_and_come_back_as_columns():
    table = Table(
        {
            "a": pl.Series([12.0]), "b": pl.Series([1.0]),
            "next a": np.array([[12.0, 8.0]]), "next b": np.array([[1.0, np.nan]]),
        }
    )  # fmt: skip
    encoded = TASK.encode_table(table, TASK.names)
    np.testing.assert_equal(encoded, np.float32([[1.0, -1.0, 1.0, np.nan]]))
    outputs = np.array([[1.0, -1.0, 1.0, 3.0, 0.5, 0.7]])
    assert TASK.decode(outputs).to_dict(as_series=False) == {
        "prediction_a": [12.0, 8.0],
        "prediction_b": [1.0, 3.0],
    }
    assert TASK.deviations(outputs).tolist() == [[0.5, 0.7]]
    assert TASK.output_names[1] == "a, step 2"


def test_missing_values_count_for_nothing_and_deviations_are_no_forecast():
    outputs = jnp.array([[1.0, 1.0, 0.0, 0.0, 9.0, 9.0]])
    targets = jnp.array([[0.0, jnp.nan, 3.0, jnp.nan]])
    # Known: errors 1 and 3, so (1 + 9) / 2.
    assert TASK.example_losses(outputs, targets).tolist() == pytest.approx([5.0])
    nothing = jnp.full((1, 4), jnp.nan)
    assert TASK.example_losses(outputs, nothing).tolist() == [0.0]


def test_metrics_by_hand():
    outputs = np.array([[1.0, 0.0, 0.0, 2.0, 1.0, 1.0]])
    targets = np.array([[0.0, 0.0, 1.0, np.nan]])
    found = TASK.metrics(outputs, targets)
    assert found["scaled_mse"] == pytest.approx(2 / 3)
    assert found["scaled_mae"] == pytest.approx(2 / 3)
    assert found["a.mae"] == pytest.approx(1.0)  # half a deviation of 2
    assert found["a.rmse"] == pytest.approx(2**0.5)
    assert found["a.mase"] == found["mase"] == pytest.approx(0.25)
    assert "b.mase" not in found  # a season ago is never wrong
    assert all(np.isfinite(value) for value in found.values())


def test_the_lowest_squared_error_is_best():
    assert TASK.score({"scaled_mse": 0.1}) > TASK.score({"scaled_mse": 0.2})


def test_the_task_comes_back_from_json():
    assert task_from_dict(json.loads(json.dumps(TASK.to_dict()))) == TASK
