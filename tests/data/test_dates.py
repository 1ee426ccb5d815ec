"""Dates and times; expected values come from Python's datetime and zoneinfo, or by hand."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.data import Dataset, InputEncoding, Table, check_table, infer_contract
from pellucid.data.dates import find_dates
from pellucid.data.kinds import get_kind
from pellucid.data.kinds.date import DateEncoder
from pellucid.data.profile import Profile
from pellucid.errors import DataError

MOMENT = datetime(2024, 3, 25, 14, 30)


def clocks(values: pl.Series) -> list[datetime | None]:
    found = find_dates(values)
    assert found is not None
    return found.clock.cast(pl.Datetime("us")).to_list()


def microseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1)) // timedelta(microseconds=1)


@pytest.mark.parametrize(
    "pattern",
    ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d %H:%M", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M",
     "%m/%d/%Y %I:%M %p", "%d %b %Y %H:%M", "%B %d, %Y %H:%M:%S.%f", "%a, %d %b %Y %H:%M:%S",
     "%Y%m%dT%H%M%S", "%d-%b-%Y, %H:%M"],
)  # fmt: skip
@given(moments=st.lists(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), max_size=9))
def test_what_python_writes_is_read(pattern, moments):
    # One day above 12 settles the order of day and month.
    minutes = [moment.replace(second=0, microsecond=0) for moment in (MOMENT, *moments)]
    texts = [moment.strftime(pattern) for moment in minutes]
    assert clocks(pl.Series(texts)) == minutes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 March 2024", date(2024, 3, 5)),
        ("March 5th, 2024", date(2024, 3, 5)),
        ("5. Sept. 2024", date(2024, 9, 5)),
        ("2024-3-5", date(2024, 3, 5)),
        ("25/3/24", date(2024, 3, 25)),
        ("25.03.99", date(1999, 3, 25)),
        ("20240305", date(2024, 3, 5)),
        ("2024-03", date(2024, 3, 1)),
        ("Mar 2024", date(2024, 3, 1)),
        ("2024-02-29", date(2024, 2, 29)),
    ],
)
def test_a_date_may_be_written_in_many_ways(text, expected):
    assert clocks(pl.Series([text]))[0] == datetime.combine(expected, time())


@pytest.mark.parametrize(
    "text",
    ["2023-02-29", "2024-13-01", "2024-03-05 25:00", "00:60", "2024/03-05", "1.2.10", "5 pm",
     "13 Foo 2024", "2024-00-10", "13:30 pm", "12.5", "1234567"],
)  # fmt: skip
def test_what_no_calendar_has_is_no_date(text):
    found = find_dates(pl.Series([text]))
    assert found is None or found.share == 0


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["03/05/2024", "13/05/2024"], date(2024, 5, 3)),
        (["03/05/2024", "05/13/2024"], date(2024, 3, 5)),
        (["03-05-2024", "05-13-2024"], date(2024, 3, 5)),
        (["05.03.2024", "06.03.2024"], date(2024, 3, 5)),
    ],
)
def test_the_whole_column_decides_the_order_of_day_and_month(texts, expected):
    found = find_dates(pl.Series(texts))
    assert found is not None
    assert found.warnings == ()
    assert clocks(pl.Series(texts))[0] == datetime.combine(expected, time())


def test_an_order_that_nothing_decides_is_assumed_aloud():
    found = find_dates(pl.Series(["03/05/2024", "04/06/2024"]))
    assert found is not None
    assert "assumed: the month comes first, 03/05/2024 is 2024-03-05" in found.warnings[0]
    assert find_dates(pl.Series(["03/03/2024", "04/04/2024"])).warnings == ()


def test_rows_against_the_order_of_the_others_are_named():
    texts = ["25/03/2024"] * 11 + ["03/25/2024"]
    description = get_kind("date").describe(Profile("when", pl.Series(texts)))
    assert "'03/25/2024' in row 12 " in description.warnings[-1]


def test_five_formats_in_one_column_are_read_and_named_with_rows():
    texts = ["2024-03-05", "05.03.2024", "5 Mar 2024", "March 5, 2024", "20240305"] * 3
    assert set(clocks(pl.Series(texts))) == {datetime(2024, 3, 5)}
    (warning,) = get_kind("date").describe(Profile("when", pl.Series(texts))).warnings
    assert "mixes 5 ways of writing dates" in warning
    assert "'March 5, 2024' (row 4, 3 in all)" in warning


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        (["05.03.2024", "31.12.2024"],
         "dates, written as day.month.year, such as 31.12.2024, where 31 can only be the day"),
        (["03/05/2024", "12/31/2024"],
         "dates, written as month/day/year, such as 12/31/2024, where 31 can only be the day"),
        (["03/05/2024", "04/05/2024"],
         "dates, written as month/day/year, such as 03/05/2024, though nothing tells day from "
         "month"),
        (["03.05.24", "04.05.24"],
         "dates, written as day.month.year, such as 03.05.24, as is usual between points"),
        (["5 Mar 2024", "6 Mar 2024"],
         "dates, written as day, name of the month, year, such as 5 Mar 2024"),
        (["2024-03-05", "2024-03-06"], "dates, written as year-month-day"),
        (["10:15", "11:20"], "times of day, such as 10:15"),
    ],
)  # fmt: skip
def test_the_reason_says_how_dates_are_written_and_what_decided_day_and_month(texts, reason):
    proposal = get_kind("date").propose(Profile("when", pl.Series(texts)))
    assert proposal is not None
    assert proposal.reason == reason


def test_words_for_missing_are_missing_and_others_are_named():
    texts = pl.Series("when", ["2024-03-05", "-", "2024-03-06", "soon", *["2024-03-07"] * 9])
    proposal = get_kind("date").propose(Profile("when", texts))
    assert proposal is not None
    assert proposal.score == 0.92
    warnings = get_kind("date").describe(Profile("when", texts)).warnings
    assert "'-' among its dates, read as missing in row 2 " in warnings[0]
    assert "'soon' in row 4 " in warnings[1]
    encoder = DateEncoder.fit(texts)
    assert encoder.transform(texts)[:4, -1].tolist() == [0, 1, 0, 1]


@given(
    st.lists(st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31)), min_size=1),
    st.sampled_from(["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]),
)
def test_the_fast_way_for_plain_dates_reads_what_the_patterns_read(moments, pattern):
    texts = [moment.strftime(pattern) for moment in moments]
    expected = [datetime.strptime(text, pattern) for text in texts]
    assert clocks(pl.Series(texts)) == expected
    # An odd one among them leaves the work to the patterns.
    assert clocks(pl.Series([*texts, "5 Mar 2024"]))[:-1] == expected


@pytest.mark.parametrize("text", ["12024-3-05", "-2024-3-05", "+2024-3-05"])
def test_odd_years_are_no_dates_however_they_are_read(text):
    found = find_dates(pl.Series([text]))
    assert found is None or found.share == 0


# --- features


def test_features_are_position_and_cycles_of_what_varies():
    moments = [datetime(2023, 1, 1, 0), datetime(2024, 7, 2, 6), datetime(2024, 12, 31, 18)]
    values = pl.Series(moments)
    encoder = DateEncoder.fit(values)
    assert encoder.feature_names == [
        " position", " time of year (sine)", " time of year (cosine)", " weekday (sine)",
        " weekday (cosine)", " time of day (sine)", " time of day (cosine)", " is a weekend",
    ]  # fmt: skip
    seconds = np.array([(moment - datetime(1970, 1, 1)).total_seconds() for moment in moments])
    columns = [(seconds - seconds.mean()) / seconds.std()]
    for turns in (
        [0 / 365, 183 / 366, 365 / 366],
        [moment.weekday() / 7 for moment in moments],
        [0, 0.25, 0.75],
    ):
        columns += [np.sin(2 * np.pi * np.array(turns)), np.cos(2 * np.pi * np.array(turns))]
    columns.append(np.array([moment.weekday() >= 5 for moment in moments]))
    np.testing.assert_allclose(encoder.transform(values), np.column_stack(columns), atol=1e-6)


def test_parts_that_do_not_vary_have_no_features():
    mondays = pl.Series([date(2024, 3, 4), date(2024, 3, 11), date(2024, 3, 18)])
    assert DateEncoder.fit(mondays).feature_names == [" position"]
    noon = pl.Series([time(12), time(13)])
    assert DateEncoder.fit(noon).feature_names == [
        " position", " time of day (sine)", " time of day (cosine)"
    ]  # fmt: skip


@given(st.lists(st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)), min_size=1, max_size=30))
def test_moments_come_back_within_the_resolution_stated(moments):
    values = pl.Series(moments, dtype=pl.Datetime("us"))
    encoder = DateEncoder.fit(values)
    restored = encoder.inverse(encoder.transform(values)).cast(pl.Datetime("us")).to_list()
    for moment, again in zip(moments, restored, strict=True):
        assert abs((moment - again).total_seconds()) <= encoder.resolution


@given(st.lists(st.dates() | st.none(), min_size=1))
def test_dates_come_back_exactly(dates):
    values = pl.Series(dates, dtype=pl.Date)
    encoder = DateEncoder.fit(values)
    assert encoder.inverse(encoder.transform(values)).to_list() == dates


# --- zones


def test_the_clock_of_a_zone_is_what_counts():
    berlin = ZoneInfo("Europe/Berlin")
    # 12:00 there, in winter and in summer: 11:00 and 10:00 in UTC.
    moments = [datetime(2024, month, 10, 12, tzinfo=berlin) for month in (1, 7)]
    values = pl.Series(moments).dt.convert_time_zone("Europe/Berlin")
    encoder = DateEncoder.fit(values)
    assert not encoder.day
    assert encoder.inverse(encoder.transform(values)).to_list() == moments
    utc = values.dt.convert_time_zone("UTC")
    np.testing.assert_array_equal(encoder.transform(utc), encoder.transform(values))


def test_offsets_in_texts_are_kept_where_all_are_one():
    texts = pl.Series(["2024-03-05T01:00+02:00", "2024-03-06T01:00+02:00"])
    encoder = DateEncoder.fit(texts)
    assert (encoder.format.zone, encoder.format.offset) == ("UTC", 7200)
    assert clocks(texts)[0] == datetime(2024, 3, 5, 1)
    assert encoder.inverse(encoder.transform(texts))[0] == datetime(2024, 3, 4, 23, tzinfo=UTC)
    same = pl.Series(["2024-03-04T23:00Z", "2024-03-05T23:00Z"])
    np.testing.assert_array_equal(encoder.transform(same), encoder.transform(texts))


def test_several_offsets_become_utc_with_a_warning():
    texts = pl.Series(["2024-03-05T01:00+02:00", "2024-03-05T01:00-05:00"])
    found = find_dates(texts)
    assert found is not None
    assert "all become UTC" in found.warnings[0]
    assert clocks(texts) == [datetime(2024, 3, 4, 23), datetime(2024, 3, 5, 6)]


# --- numbers


def test_numbers_are_dates_only_where_every_one_is_a_day_or_by_choice():
    kind = get_kind("date")
    days = kind.propose(Profile("c", pl.Series([20240305, 20240306, 20231231])))
    assert days is not None
    assert days.score == 0.92
    epoch = kind.propose(Profile("c", pl.Series([1709640000, 1709650000, 1709660000])))
    assert epoch is not None
    assert epoch.score < 0.1


@pytest.mark.parametrize("unit", [1, 1000, 1_000_000])
def test_numbers_since_1970_are_read_when_chosen(unit):
    moment = datetime(2024, 3, 5, 12, tzinfo=UTC)
    values = pl.Series([int(moment.timestamp()) * unit, int(moment.timestamp() + 60) * unit])
    assert clocks(values)[0] == moment.replace(tzinfo=None)


# --- the contract


def daily(n: int) -> Table:
    days = [date(2024, 1, 1) + timedelta(days=i) for i in range(n)]
    return Table({"when": pl.Series([str(day) for day in days]), "y": pl.Series([0, 1] * (n // 2))})


def test_dates_that_all_differ_are_an_input_and_go_all_the_way():
    table = daily(60)
    contract = infer_contract(Dataset("t", "memory", table), target="y")
    (column,) = contract.inputs
    assert (column.kind, column.reason) == ("date", "dates, written as year-month-day")
    assert (column.details["minimum"], column.details["maximum"]) == ("2024-01-01", "2024-02-29")
    json.dumps(column.details)
    encoding = InputEncoding.fit(table, contract)
    assert encoding.inverse(encoding.transform(table))["when"].cast(pl.String).to_list() == (
        table["when"].to_list()
    )


def test_dates_beyond_training_and_unreadable_ones_are_reported_with_rows():
    contract = infer_contract(Dataset("t", "memory", daily(60)), target="y")
    later = Table({"when": pl.Series(["2024-01-05", "2025-01-01", "soon", "2023-01-01"])})
    warnings = check_table(contract, later, need_target=False)
    assert "'soon' in row 3 " in warnings[0]
    assert "later than any in training (2024-02-29)" in warnings[1]
    assert "row 2 " in warnings[1]
    assert "row 4 " in warnings[2]
    with pytest.raises(DataError, match="'when' holds no dates"):
        check_table(contract, Table({"when": pl.Series(["x", "y"])}), need_target=False)


def test_a_date_absurdly_late_stays_within_bounds():
    encoder = DateEncoder.fit(daily(60)["when"])
    assert np.abs(encoder.transform(pl.Series(["9999-12-31"]))).max() == 100
