"""Windows: rows that follow one another in time, made into examples to forecast from."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.data.splits import split_in_time
from pellucid.data.steps_ahead import cycle_waves
from pellucid.data.table import Table
from pellucid.data.times import Step, find_time, read_moments
from pellucid.data.windows import Windows
from pellucid.errors import DataError

SALES = Table({"day": pl.Series([1, 2, 3, 4, 5]), "sales": pl.Series([5.0, 6.0, 8.0, 7.0, 9.0])})


def hours(n: int, without: tuple[int, ...] = ()) -> pl.Series:
    start = datetime(2024, 1, 1)
    return pl.Series([start + timedelta(hours=i) for i in range(n) if i not in without])


def test_windows_and_targets_by_hand():
    plan = Windows.plan(SALES, ["sales"], window=2, horizon=2)
    made = plan.apply(SALES)
    assert plan.time == "day"
    assert np.asarray(made.table["past sales"]).tolist() == [[5.0, 6.0], [6.0, 8.0]]
    assert made.table["sales"].to_list() == [7.0, 9.0]
    assert made.table["last sales"].to_list() == [6.0, 8.0]  # the naive forecast
    assert made.times.to_list() == [4, 5]


def test_ahead_the_windows_lead_beyond_the_last_row():
    ahead = Windows.plan(SALES, ["sales"], window=2, horizon=2).apply(SALES, ahead=True)
    assert ahead.times.to_list() == [4, 5, 6, 7]
    assert np.asarray(ahead.table["past sales"])[-1].tolist() == [7.0, 9.0]
    assert "sales" not in ahead.table


@given(st.integers(1, 6), st.integers(1, 4), st.integers(12, 30))
def test_no_window_holds_its_target_or_what_comes_after(window, horizon, n):
    table = Table({"t": pl.Series(np.arange(n)), "y": pl.Series(np.arange(n) * 1.0)})
    made = Windows.plan(table, ["y"], window=window, horizon=horizon).apply(table)
    past, target = np.asarray(made.table["past y"]), made.table["y"].to_numpy()
    assert (past[:, -1] == target - horizon).all()
    assert (past[:, 0] == target - horizon - window + 1).all()
    assert len(target) == n - window - horizon + 1


def test_relative_windows_of_older_files_count_from_the_last_value():
    plan = Windows.plan(SALES, ["sales"], window=2)
    made = Windows.from_dict({**plan.to_dict(), "relative": True}).apply(SALES).table
    assert np.asarray(made["past sales"]).tolist() == [[-1.0, 0.0], [-2.0, 0.0], [1.0, 0.0]]
    assert made["sales"].to_list() == [2.0, -1.0, 2.0]
    assert made["last sales"].to_list() == [6.0, 8.0, 7.0]


def test_windows_of_a_table_without_gaps_share_its_memory():
    table = Table({"y": pl.Series(np.arange(1000.0))})
    past = np.asarray(Windows.plan(table, ["y"], window=100).apply(table).table["past y"])
    assert past.strides == (8, 8)


def test_unsorted_rows_are_sorted_by_time_and_the_note_says_so():
    shuffled = SALES.take(np.array([3, 0, 4, 1, 2]))
    plan = Windows.plan(shuffled, ["sales"], window=2, time="day")
    made = plan.apply(shuffled)
    assert made.table["sales"].to_list() == [8.0, 7.0, 9.0]
    assert "sorted" in made.notes[0]


def test_windows_across_a_gap_are_left_out():
    table = Table({"t": hours(30, without=(12,)), "y": pl.Series(np.arange(29.0))})
    plan = Windows.plan(table, ["y"], window=3)
    made = plan.apply(table)
    # 12 hours, a gap, 17 hours: 9 and 14 windows of 3 with a next value.
    assert len(made.table) == 9 + 14
    assert "after row 12 " in made.notes[0]
    assert (made.table["y"].to_numpy() - made.table["last y"].to_numpy() == 1).all()


def test_numbers_missing_in_a_window_are_left_to_the_series():
    table = Table({"y": pl.Series([1.0, None, 3.0, 4.0, None, 6.0])})
    made = Windows.plan(table, ["y"], window=2).apply(table).table
    np.testing.assert_equal(
        np.asarray(made["past y"]),
        [[1.0, np.nan], [np.nan, 3.0], [3.0, 4.0], [4.0, np.nan]],
    )
    assert made["last y"].to_list() == [1.0, 3.0, 4.0, 4.0]
    assert made["y"].to_list() == [3.0, 4.0, None, 6.0]


def test_text_is_seen_by_its_last_value_and_the_calendar_of_the_time_predicted():
    table = Table(
        {
            "t": hours(60),
            "sky": pl.Series(["clear", "rain"] * 30),
            "y": pl.Series(np.arange(60.0)),
        }
    )
    plan = Windows.plan(table, ["y"], window=4)
    assert (plan.past, plan.last, plan.calendar) == (("y",), ("sky",), ("weekday", "hour"))
    made = plan.apply(table).table
    assert made["t hour"].to_list()[:2] == [4, 5]
    assert made["last sky"].to_list()[:2] == ["rain", "clear"]


def test_a_plan_comes_back_from_json():
    table = Table({"t": hours(60), "y": pl.Series(np.arange(60.0))})
    plan = Windows.plan(table, ["y"], window=4, horizon=2)
    assert Windows.from_dict(json.loads(json.dumps(plan.to_dict()))) == plan


def test_the_time_is_found():
    dates = pl.Series(["2024-01-01", "2024-01-03", "2024-01-02"])
    rising = pl.Series([1, 5, 6])
    assert find_time(Table({"n": rising, "d": dates}))[0] == "d"
    assert find_time(Table({"n": rising, "v": pl.Series([3, 1, 2])}))[0] == "n"
    assert find_time(Table({"v": pl.Series([3, 1, 2])})) == (
        None,
        "no column tells the time, so the rows are taken in their order",
    )
    assert find_time(Table({"d": pl.Series(["2024-01-01"] * 3)}))[0] is None


def test_row_numbers_are_no_seconds_since_1970():
    assert not read_moments("n", pl.Series([1, 2, 3])).is_date


@pytest.mark.parametrize(
    ("moments", "worded", "following"),
    [
        ([date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)], "1 month", date(2024, 4, 30)),
        ([date(2024, 1, 1), date(2024, 1, 8), date(2024, 1, 15)], "1 week", date(2024, 1, 22)),
        ([date(2021, 1, 1), date(2022, 1, 1), date(2023, 1, 1)], "12 months", date(2024, 1, 1)),
        (
            [datetime(2024, 1, 1, 0, 15 * i) for i in range(4)],
            "15 minutes",
            datetime(2024, 1, 1, 1, 0),
        ),
    ],
)
def test_the_step_is_worded_and_continued(moments, worded, following):
    read = read_moments("t", pl.Series(moments))
    step = Step.of(read)
    assert str(step) == worded
    assert step.continued(read, 1).written().to_list()[-1] == following


def test_what_cannot_be_used_is_refused_with_its_rows():
    twice = Table({"t": pl.Series([1, 2, 2, 3]), "y": pl.Series([1.0, 2.0, 3.0, 4.0])})
    with pytest.raises(DataError, match="several times") as refusal:
        Windows.plan(twice, ["y"], window=1, time="t")
    assert "rows 2, 3" in (refusal.value.where or "")
    lost = Table({"t": pl.Series(["2024-01-01", None]), "y": pl.Series([1.0, 2.0])})
    with pytest.raises(DataError, match="say no time") as refusal:
        Windows.plan(lost, ["y"], window=1, time="t")
    assert "row 2" in (refusal.value.where or "")
    with pytest.raises(DataError, match="No window fits"):
        Windows.plan(SALES, ["sales"], window=9).apply(SALES)
    with pytest.raises(DataError, match="no column called 'dya'") as refusal:
        Windows.plan(SALES, ["sales"], window=1, time="dya")
    assert "day" in (refusal.value.remedy or "")
    plan = Windows.plan(SALES, ["sales"], window=1)
    with pytest.raises(DataError, match="lacks 1 column"):
        plan.apply(SALES.without("day"))


def test_another_step_than_in_training_is_refused():
    hourly = Table({"t": hours(30), "y": pl.Series(np.arange(30.0))})
    daily = Table({"t": hours(300)[::24], "y": pl.Series(np.arange(13.0))})
    plan = Windows.plan(hourly, ["y"], window=2)
    with pytest.raises(DataError, match="1 day apart"):
        plan.apply(daily)


def test_the_last_part_is_held_out_with_a_gap_of_what_was_not_yet_known():
    kept, held_out = split_in_time(10, 0.3, gap=2)
    assert kept.tolist() == [0, 1, 2, 3, 4]
    assert held_out.tolist() == [7, 8, 9]
    with pytest.raises(DataError, match="cannot be split in time"):
        split_in_time(3, 0.5, gap=5)


def test_all_steps_by_hand():
    plan = Windows.plan(SALES, ["sales"], window=2, horizon=2).for_all_steps(SALES, season=3)
    made = plan.apply(SALES)
    assert np.asarray(made.table["past sales"]).tolist() == [[5.0, 6.0], [6.0, 8.0]]
    assert np.asarray(made.table["next sales"]).tolist() == [[8.0, 7.0], [7.0, 9.0]]
    np.testing.assert_equal(
        np.asarray(made.table["season sales"]), [[np.nan, 5.0, 6.0], [5.0, 6.0, 8.0]]
    )
    assert made.times.to_list() == [3, 4]  # of the first step
    following = plan.following(SALES)
    assert np.asarray(following.table["past sales"]).tolist() == [[7.0, 9.0]]
    assert following.times.to_list() == [6, 7]


@given(st.integers(1, 6), st.integers(1, 4), st.integers(14, 30), st.integers(1, 8))
def test_no_window_holds_what_is_to_be_forecast_from_it(window, horizon, n, season):
    table = Table({"t": pl.Series(np.arange(n)), "y": pl.Series(np.arange(n) * 1.0)})
    plan = Windows.plan(table, ["y"], window=window, horizon=horizon)
    made = plan.for_all_steps(table, season=season).apply(table).table
    origin = np.arange(window - 1, n - horizon)
    assert (np.asarray(made["past y"])[:, -1] == origin).all()
    assert (np.asarray(made["next y"]) == origin[:, None] + np.arange(1, horizon + 1)).all()
    if season > 1:
        assert (np.asarray(made["season y"])[:, -1] == origin).all()


def test_columns_known_ahead_are_seen_in_the_window_and_after_it():
    table = Table(
        {
            "y": pl.Series([1.0, 2.0, 3.0, 4.0, None, None]),
            "holiday": pl.Series([False, True, False, False, True, False]),
            "kind": pl.Series(["a", "b", "a", "a", "b", None]),
        }
    )
    plan = Windows.plan(table, ["y"], window=2, horizon=2)
    plan = plan.for_all_steps(table, known=["holiday", "kind"])
    assert plan.past == ("y",)
    made = plan.following(table.with_column("kind", pl.Series(["a", "b", "a", "a", "b", "a"])))
    known = np.asarray(made.table["known holiday"])[0, :, 0]
    assert known.tolist() == [0.0, 0.0, 1.0, 0.0]  # of the window's two rows, and of two ahead
    assert np.asarray(made.table["known kind"])[0, 1:].tolist() == [[1, 0], [0, 1], [1, 0]]
    assert made.times.to_list() == [5, 6]
    with pytest.raises(DataError, match="'kind' is known ahead, and is empty") as refusal:
        plan.following(table)
    assert "row 6" in (refusal.value.where or "")


def test_a_plan_of_all_steps_comes_back_from_json():
    table = Table(
        {"t": hours(120), "y": pl.Series(np.arange(120.0)), "kind": pl.Series(["a", "b"] * 60)}
    )
    plan = Windows.plan(table, ["y"], window=4, horizon=2).for_all_steps(table, known=["kind"])
    assert Windows.from_dict(json.loads(json.dumps(plan.to_dict()))) == plan
    assert "hour" in plan.calendar


def test_the_waves_of_the_calendar_come_again():
    days = [datetime(2024, 1, 1), datetime(2024, 1, 8), datetime(2024, 1, 3)]
    moments = read_moments("t", pl.Series(days))
    waves = cycle_waves(moments, "weekday")
    np.testing.assert_allclose(waves[0], waves[1], atol=1e-9)
    assert np.abs(waves[0] - waves[2]).max() > 0.5
