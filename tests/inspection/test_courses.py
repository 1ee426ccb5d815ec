"""Series and sounds are explained in their own moments, channel by channel."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pellucid
from pellucid.data.resampling import Ragged, resample
from pellucid.inspection.courses import share_out

RNG = np.random.default_rng(0)


def of_two_channels(n: int = 40) -> pl.DataFrame:
    """Return lines of series whose lengths differ; only "pulse" tells the label."""
    rows = [
        (i, moment, RNG.normal() + 3 * (i % 2), RNG.normal(), ("calm", "wild")[i % 2])
        for i in range(n)
        for moment in range(6 + 4 * (i % 3))
    ]
    return pl.DataFrame(rows, schema=["id", "time", "pulse", "noise", "label"], orient="row")


@pytest.fixture(scope="module")
def model() -> pellucid.Model:
    settings = {"hidden": (8,), "epochs": 200, "calibration": "none"}
    return pellucid.train(LINES, target="label", **settings)


LINES = of_two_channels()


@given(st.integers(1, 30), st.integers(1, 30))
def test_what_is_shared_out_keeps_its_sum(n_steps, length):
    contributions = np.random.default_rng(n_steps).normal(size=n_steps)
    shared = share_out(contributions, length)
    assert shared.shape == (length,)
    assert shared.sum() == pytest.approx(contributions.sum(), abs=1e-12)


def test_a_step_takes_as_much_as_it_weighs():
    # Dot products with the network's steps are the same in the series' own (by hand: W transposed).
    for length in (3, 5, 12):
        series = RNG.normal(size=length)
        weights = RNG.normal(size=6)
        seen = resample(Ragged(series, np.array([length])), 6)[0]
        own = share_out(weights, length)
        assert own @ series == pytest.approx(weights @ seen, abs=1e-12)


def test_steps_are_the_rows_own_with_their_values(model):
    for row, length in ((1, 6), (2, 10), (3, 14)):
        part = model.explain(LINES, row)["series"]
        lines = LINES.filter(pl.col("id") == row - 1)
        assert part.array.shape == (length, 2)
        np.testing.assert_allclose(part.value, lines.select("pulse", "noise").to_numpy())
        total = part.array.sum() + part.further.sum()
        assert total == pytest.approx(part.contribution, abs=1e-12)
        names = [detail.name for detail in part.details()]
        assert names[:2] == ["[t=1,pulse]", "[t=1,noise]"]
        assert names[2 * length - 1] == f"[t={length},noise]"
        values = [detail.value for detail in part.details()]
        assert values[0] == pytest.approx(lines["pulse"][0])


def test_channels_are_told_apart(model):
    course = model.explain(LINES, 2)["series"].course
    assert course is not None
    by_channel = course.by_channel
    assert abs(by_channel["pulse"]) > 2 * abs(by_channel["noise"])
    assert sum(by_channel.values()) == pytest.approx(course.moments.sum())


def test_the_json_of_a_series_holds_its_values_and_channels(model):
    found = json.loads(json.dumps(model.explain(LINES, 1).to_dict()))["columns"][0]
    assert found["shape"] == [6, 2]
    assert np.shape(found["value"]) == np.shape(found["contributions"]) == (6, 2)
    assert list(found["channels"]) == ["pulse", "noise"]
    assert found["further"].keys() == {"length"}


def test_a_gap_has_no_value_and_a_series_that_is_missing_no_steps():
    walks = [[1.0, 2.0, None, 4.0], [4.0, 3.0, 2.0, 1.0], None] * 8
    frame = pl.DataFrame({"walk": walks, "y": ["up", "down", "none"] * 8})
    model = pellucid.train(frame, target="y", hidden=(4,), epochs=3, test_fraction=0.0)
    part = model.explain(frame, 1)["walk"]
    assert [detail.value for detail in part.details()][:4] == [1.0, 2.0, None, 4.0]
    assert model.explain(frame, 1).to_dict()["columns"][0]["value"] == [[1.0], [2.0], [None], [4.0]]
    missing = model.explain(frame, 3)
    assert missing["walk"].course is None
    total = missing.baseline + missing.contributions["contribution"].sum()
    assert total == pytest.approx(missing.output, abs=1e-12)


def test_longer_series_than_the_network_sees_are_told_by_their_own_steps():
    rows = [RNG.normal(size=40 if i == 0 else 8).tolist() for i in range(60)]
    frame = pl.DataFrame({"walk": rows, "y": ["a", "b"] * 30})
    model = pellucid.train(frame, target="y", hidden=(4,), epochs=2)
    part = model.explain(frame, 1)["walk"]
    assert part.array.shape == (40, 1)
    assert part.names[39] == "[t=40]"
    np.testing.assert_allclose(np.asarray(part.value)[:, 0], rows[0])


def test_the_importance_of_a_series_is_by_moment_and_channel(model):
    found = model.importance(LINES, label="wild")
    inside = found.inside[0]
    assert (inside.channels, inside.mean.shape[1]) == (("pulse", "noise"), 2)
    pulse, noise = np.abs(inside.mean).sum(axis=0)
    assert pulse > 2 * noise
    assert found.is_one_question
