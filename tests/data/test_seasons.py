"""The season of a series, found from its autocorrelation and the calendar."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.data.date_texts import DAY
from pellucid.data.seasons import Season
from pellucid.data.times import Step

HOUR = Step(DAY / 24, 0, is_date=True, is_regular=True)
MONTH = Step(30.0 * DAY, 1, is_date=True, is_regular=True)
ROWS = Step(1.0, 0, is_date=False, is_regular=True)


def waves(n: int, *lengths: int) -> np.ndarray:
    return np.sum([np.sin(2 * np.pi * np.arange(n) / length) for length in lengths], axis=0)


def test_hours_of_a_day_and_of_a_week():
    noise = np.random.default_rng(0).normal(size=24 * 60) / 4
    assert Season.find([waves(24 * 60, 24) + noise], HOUR).rows == 24
    # A week's wave beside the day's: a week ago is markedly more alike than a day ago.
    assert Season.find([waves(24 * 60, 24, 168, 84) + noise], HOUR).rows == 168


def test_months_of_a_year_on_a_rising_trend():
    rising = 0.5 * np.arange(96) + 5 * waves(96, 12)
    found = Season.find([rising], MONTH)
    assert found.rows == 12
    assert "a year" in found.reason


@given(st.integers(3, 40), st.integers(0, 100))
def test_without_a_calendar_any_length_is_found(length, seed):
    shape = np.random.default_rng(seed).permutation(length).astype(float)
    assert Season.find([np.tile(shape, 8)], ROWS).rows == length


def test_noise_a_trend_and_a_constant_have_no_season():
    rng = np.random.default_rng(1)
    for values in (rng.normal(size=500), np.arange(500.0), np.full(500, 3.0), np.full(9, np.nan)):
        assert Season.find([values], HOUR).rows == 1


def test_rows_too_few_for_a_season_say_how_many_are_needed():
    found = Season.find([waves(40, 24)], HOUR)
    assert found.rows == 1
    assert "48 rows" in found.reason


def test_missing_values_do_not_hide_a_season():
    values = waves(24 * 30, 24)
    values[np.random.default_rng(2).random(len(values)) < 0.3] = np.nan
    assert Season.find([values], HOUR).rows == 24


def test_a_season_that_was_chosen_says_so():
    assert Season.chosen(7) == Season(7, "you chose it")


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_numbers_of_any_size_are_fit(size):
    assert Season.find([size * (2 + waves(24 * 20, 24))], HOUR).rows == 24
