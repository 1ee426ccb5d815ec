"""Numbers lie where they belong, ticks are round, and thinned curves keep their peaks."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.markup.axes import round_steps, scale_for, thinned

FINITE = st.floats(allow_nan=False, allow_infinity=False)
ANY = st.floats()


def test_a_logarithmic_scale_is_for_what_differs_widely_and_only_where_it_may():
    assert scale_for([0.1, 100.0], 0, 100, may_be_logarithmic=True).logarithmic
    assert not scale_for([0.1, 100.0], 0, 100).logarithmic
    assert not scale_for([0.0, 100.0], 0, 100, may_be_logarithmic=True).logarithmic
    assert not scale_for([1.0, 29.0], 0, 100, may_be_logarithmic=True).logarithmic


@given(st.lists(ANY, max_size=20), st.booleans())
def test_any_numbers_get_a_scale_that_shows_all_that_are_finite(numbers, logarithmic):
    scale = scale_for(numbers, 200.0, 20.0, may_be_logarithmic=logarithmic)
    for number in numbers:
        if math.isfinite(number):
            assert 20.0 - 1e-6 <= scale.place(number) <= 200.0 + 1e-6
    for tick in scale.ticks():
        assert 20.0 - 1e-3 <= scale.place(tick) <= 200.0 + 1e-3


def test_the_smallest_and_the_largest_numbers_there_are_have_places():
    scale = scale_for([5e-324, 1.7e308], 0.0, 100.0, may_be_logarithmic=True)
    assert 0.0 <= scale.place(5e-324) < 1.0
    assert 99.0 < scale.place(1.7e308) <= 100.0
    assert scale.ticks()


def test_losses_that_are_not_negative_get_no_axis_below_zero():
    assert scale_for([0.0, 3.0], 0, 1).low == 0.0


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.0, 1.0, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0.0, 3.2, [0.0, 1.0, 2.0, 3.0]),
        (-1.0, 1.0, [-1.0, -0.5, 0.0, 0.5, 1.0]),
        (994.0, 1006.0, [995.0, 997.5, 1000.0, 1002.5, 1005.0]),
    ],
)
def test_ticks_are_round_numbers_within_the_ends(low, high, ticks):
    assert round_steps(low, high, 5) == ticks


def test_epochs_are_counted_in_whole_numbers():
    assert round_steps(1, 4, 6, whole=True) == [1.0, 2.0, 3.0, 4.0]


@given(st.lists(ANY, min_size=1, max_size=600), st.integers(min_value=4, max_value=100))
def test_a_thinned_curve_keeps_its_ends_and_its_peaks_and_says_so_where_it_breaks(numbers, most):
    kept = thinned(numbers, most)
    assert kept == sorted(set(kept))
    assert {0, len(numbers) - 1} <= set(kept)
    finite = [number for number in numbers if math.isfinite(number)]
    if finite:
        seen = [numbers[index] for index in kept if math.isfinite(numbers[index])]
        assert (min(seen), max(seen)) == (min(finite), max(finite))
    broken = any(not math.isfinite(number) for number in numbers)
    assert broken == any(not math.isfinite(numbers[index]) for index in kept)
    # Two a stretch, one more for a break, and the two ends.
    assert len(kept) <= max(most, 3 * (most // 2) + 2)
