"""Dates as a target: read and written in the person's own form."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.data import Dataset, DateTarget, Table, infer_contract
from pellucid.errors import DataError

days = st.lists(st.dates(date(1900, 1, 1), date(2100, 1, 1)), min_size=2)


@given(days)
def test_dates_come_back_to_the_day_and_json_keeps_every_bit(dates):
    values = pl.Series(dates)
    target = DateTarget.fit(values)
    assert target.inverse(target.transform(values)).to_list() == dates
    assert DateTarget.from_dict(json.loads(json.dumps(target.to_dict()))) == target


@pytest.mark.parametrize(
    "pattern",
    ["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d %B %Y", "%Y-%m-%d %H:%M", "%b %d, %Y"],
)
def test_text_is_answered_in_the_form_it_was_written_in(pattern):
    moments = [datetime(2024, 1 + n % 12, 13 + n % 15, 6 * (n % 4), 30) for n in range(40)]
    values = pl.Series([moment.strftime(pattern) for moment in moments])
    target = DateTarget.fit(values)
    assert target.form == pattern
    assert target.inverse(target.transform(values)).to_list() == values.to_list()


def test_times_of_a_zone_stay_in_it():
    values = pl.Series([datetime(2024, 1, 1, 12, tzinfo=UTC), datetime(2024, 7, 1, tzinfo=UTC)])
    there = values.dt.convert_time_zone("Europe/Rome")
    target = DateTarget.fit(there)
    back = target.inverse(target.transform(there))
    assert back.dtype == there.dtype
    assert (back - there).abs().max().total_seconds() < 10  # float32 of a spread of 91 days


def test_errors_are_counted_in_days():
    target = DateTarget.fit(pl.Series([date(2024, 1, 1), date(2024, 1, 11)]))
    assert target.numbers(np.array([[1.0], [-1.0]])).tolist() == [19733.0, 19723.0]
    # date(2024, 1, 1).toordinal() - date(1970, 1, 1).toordinal() == 19723


def test_the_contract_takes_dates_for_a_regression_in_days():
    table = Table(
        {"x": pl.Series([1.0, 2.0, 3.0]), "due": pl.Series(["1/13/24", "2/3/24", "3/4/24"])}
    )
    contract = infer_contract(Dataset("bills", "bills.csv", table), target="due")
    assert (contract.task, contract.units) == ("regression", {"due": "days"})
    assert contract.target_column is not None
    assert contract.target_column.kind == "date"


def test_a_text_that_is_no_date_is_named_with_its_row():
    texts = [f"2024-01-{day:02}" for day in range(1, 29)] + ["soon"]
    table = Table({"x": pl.Series(np.arange(29.0)), "due": pl.Series(texts)})
    with pytest.raises(DataError, match="no dates: 'soon'") as caught:
        infer_contract(Dataset("bills", "bills.csv", table), target="due")
    assert "row 29" in str(caught.value)
    assert "bills.csv" in str(caught.value)
    target = DateTarget.fit(pl.Series(texts[:-1]))
    with pytest.raises(DataError, match="'soon'"):
        target.transform(pl.Series("due", texts))
