"""A forecast is explained from the last value known, and adds up to what is predicted."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import pellucid


@pytest.fixture(scope="module")
def frame() -> pl.DataFrame:
    rng = np.random.default_rng(0)
    start = pl.datetime(2024, 1, 1)
    time = pl.datetime_range(start, start.dt.offset_by("299h"), "1h", eager=True)
    return pl.DataFrame({"time": time, "y": 100 + np.cumsum(rng.normal(size=300))})


@pytest.mark.filterwarnings("ignore::pellucid.api.UnlikeTrainingWarning")
def test_contributions_to_a_forecast_add_up_to_the_prediction(frame):
    model = pellucid.train(frame, target="y", window=6, epochs=2)
    predictions = model.predict(frame)["prediction"]
    for row in (1, 7, len(predictions)):  # the last one lies beyond the table
        why = model.explain(frame, row=row)
        total = why.baseline + why.contributions["contribution"].sum()
        assert total == pytest.approx(why.prediction, abs=1e-9)
        assert why.prediction == pytest.approx(predictions[row - 1], abs=1e-4)
    last_known = frame["y"][6 + 7 - 2]
    assert f"the last value known ({last_known:g})" in model.explain(frame, row=7).compared_with
    assert "past y" in model.importance(frame).columns["column"].to_list()
