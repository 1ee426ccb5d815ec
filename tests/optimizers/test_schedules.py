"""Learning rates over the steps, by the formulas of the schedules."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pellucid.errors import SettingError
from pellucid.optimizers import SCHEDULES, OptimizerSettings, learning_rate_at, learning_rates


def rates(schedule, total_steps, warmup=0.0, rate=0.5):
    options = OptimizerSettings(learning_rate=rate, schedule=schedule, warmup=warmup)
    return learning_rates(options, total_steps)


def test_constant_stays():
    np.testing.assert_array_equal(rates("constant", 5), np.full(5, 0.5))


def test_step_falls_to_a_tenth_after_a_half_and_again_after_three_quarters():
    np.testing.assert_allclose(rates("step", 8), [0.5] * 4 + [0.05] * 2 + [0.005] * 2, rtol=1e-6)


def test_cosine_falls_along_half_a_cosine():
    expected = [0.5 * (1 + math.cos(math.pi * step / 40)) / 2 for step in range(40)]
    np.testing.assert_allclose(rates("cosine", 40), expected, rtol=1e-5, atol=1e-7)


def test_one_cycle_rises_for_three_tenths_and_falls_to_almost_nothing():
    cycle = rates("one_cycle", 100)
    assert cycle[0] == pytest.approx(0.5 / 25)
    assert np.argmax(cycle) == 30
    assert cycle[30] == pytest.approx(0.5)
    assert cycle[65] == pytest.approx(0.25, rel=1e-4)  # halfway down
    assert cycle[-1] < 0.5 / 1000
    assert (np.diff(cycle[:31]) > 0).all()
    assert (np.diff(cycle[30:]) < 0).all()


def test_warm_up_rises_in_equal_parts_before_the_schedule():
    np.testing.assert_allclose(
        rates("constant", 10, warmup=0.4), [0.125, 0.25, 0.375] + [0.5] * 7, rtol=1e-6
    )
    np.testing.assert_allclose(rates("cosine", 10, warmup=0.2)[2:], rates("cosine", 8), rtol=1e-6)


@settings(max_examples=10)
@given(
    schedule=st.sampled_from(SCHEDULES),
    total_steps=st.sampled_from([1, 2, 7, 40]),  # few, since each compiles anew
    warmup=st.sampled_from([0.0, 0.05, 0.3, 0.99]),
)
def test_rates_are_above_zero_and_never_above_the_largest(schedule, total_steps, warmup):
    values = rates(schedule, total_steps, warmup)
    assert values.shape == (total_steps,)
    assert values.dtype == np.float32
    assert (values > 0).all()
    assert (values <= 0.5).all()


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_one_steps_rate_is_that_of_the_whole(schedule):
    options = OptimizerSettings(learning_rate=0.5, schedule=schedule, warmup=0.1)
    whole = learning_rates(options, 20)
    for step in (0, 1, 2, 7, 19):
        assert learning_rate_at(options, 20, step) == pytest.approx(whole[step], rel=1e-5)


def test_a_training_without_steps_is_refused():
    with pytest.raises(SettingError, match="total_steps must be a positive whole number"):
        rates("constant", 0)


def test_more_steps_than_can_be_counted_are_refused():
    with pytest.raises(SettingError, match=r"at most 2,147,479,551 steps"):
        rates("constant", 2**31)


@pytest.mark.parametrize("name", ["constant", "step", "cosine", "one_cycle"])
def test_a_part_of_the_rates_is_that_part_of_all(name: str):
    options = OptimizerSettings(learning_rate=0.3, schedule=name, warmup=0.1)
    whole = learning_rates(options, 10_000)
    for start, stop in ((0, 1), (4000, 4200), (9990, 20_000), (4096, 8192)):
        np.testing.assert_array_equal(
            learning_rates(options, 10_000, start, stop), whole[start:stop]
        )


def test_a_training_without_an_end_needs_no_memory_for_its_rates():
    options = OptimizerSettings(learning_rate=0.3, schedule="constant", warmup=0.0)
    assert learning_rates(options, 2 * 10**9, 10**9, 10**9 + 5).tolist() == [np.float32(0.3)] * 5
