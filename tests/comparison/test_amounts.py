"""Amounts grow to all rows; a larger one holds every row of a smaller one, and all classes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.comparison.amounts import (
    N_AMOUNTS,
    ROWS_A_CLASS,
    default_amounts,
    nesting_order,
    repeats_of,
    settle_amounts,
)
from pellucid.comparison.options import Options
from pellucid.errors import SettingError

CLASS_SIZES = st.lists(st.integers(1, 60), min_size=2, max_size=6)
SEEDS = st.integers(0, 2**32 - 1)


@given(n_rows=st.integers(2, 10**7), n_classes=st.integers(0, 200))
def test_default_amounts_rise_to_all_rows(n_rows, n_classes):
    amounts = default_amounts(n_rows, n_classes)
    assert 1 <= len(amounts) <= N_AMOUNTS
    assert list(amounts) == sorted(set(amounts))
    assert amounts[-1] == n_rows
    assert amounts[0] >= min(n_rows, ROWS_A_CLASS * n_classes, 50 * ROWS_A_CLASS)


def test_default_amounts_grow_by_equal_factors():
    """60,000 / 50 = 1,200, whose fourth root is 5.886: 50 × 5.886, and so on."""
    factor = 1200**0.25
    assert default_amounts(60_000) == tuple(round(50 * factor**step) for step in range(5))


@given(sizes=CLASS_SIZES, seed=SEEDS, repeat=st.integers(0, 9))
def test_an_order_holds_every_row_once_and_depends_on_seed_and_repeat_alone(sizes, seed, repeat):
    labels = np.repeat(np.arange(len(sizes)), sizes)
    order = nesting_order(len(labels), seed, repeat, labels)
    assert sorted(order.tolist()) == list(range(len(labels)))
    assert order.tolist() == nesting_order(len(labels), seed, repeat, labels).tolist()


@given(sizes=CLASS_SIZES, seed=SEEDS, share=st.floats(0.0, 1.0))
def test_every_beginning_has_the_shares_of_all_rows(sizes, seed, share):
    """Classes with room are rounded shares (Webster's method): half a row off, and what that moves.

    The rounding of K classes moves the sum by at most K/2 rows, of which a class gets its share.
    """
    labels = np.repeat(np.arange(len(sizes)), sizes)
    n_rows, n_classes = len(labels), len(sizes)
    amount = round(share * n_rows)
    counts = np.bincount(
        labels[nesting_order(n_rows, seed, 0, labels)[:amount]], minlength=n_classes
    )
    wanted = np.array(sizes) * amount / n_rows
    if amount >= ROWS_A_CLASS * n_classes:
        assert (counts >= np.minimum(sizes, ROWS_A_CLASS)).all()
    above = np.maximum(ROWS_A_CLASS, wanted + 0.5 + n_classes * np.array(sizes) / (2 * n_rows))
    assert (counts <= above).all()


def test_the_first_rows_are_one_of_each_class_then_another():
    labels = np.array([0] * 50 + [1] * 3 + [2] * 2)
    order = nesting_order(len(labels), 7, 0, labels)
    assert sorted(labels[order[:3]]) == [0, 1, 2]
    assert sorted(labels[order[:6]]) == [0, 0, 1, 1, 2, 2]


def test_repeats_and_seeds_draw_other_rows():
    orders = [nesting_order(200, seed, repeat) for seed in (0, 1) for repeat in (0, 1)]
    for place, one in enumerate(orders):
        for other in orders[:place]:
            # Of two independent orders, about one row in 200 stands at the same place.
            assert (one == other).sum() < 10


@given(st.integers(2, 10**6), st.integers(1, 20))
def test_repeats_are_at_least_one_and_at_most_what_was_asked_for(n_rows, most):
    repeats = [repeats_of(amount, n_rows, most) for amount in default_amounts(n_rows)]
    assert all(1 <= number <= most for number in repeats)
    assert repeats == sorted(repeats, reverse=True)


@pytest.mark.parametrize(
    ("wanted", "n_classes", "words"),
    [
        ([1000], 2, "1,000 rows"),
        ([1], 0, "from 2 to 120"),
        ([3, 50], 5, "from 5, one of each of the 5 classes"),
    ],
)
def test_amounts_that_cannot_be_are_refused(wanted, n_classes, words):
    with pytest.raises(SettingError, match=words):
        settle_amounts(wanted, 120, n_classes)


@pytest.mark.parametrize("wanted", ["", "many", "1.5", "-3", "0", "10,,20", [], [True], [2.5]])
def test_what_is_no_amount_is_refused_by_the_flag(wanted):
    with pytest.raises(SettingError, match="--amounts"):
        Options.make(wanted)


@pytest.mark.parametrize("wanted", [0, -1, 1.5, "many", 1000])
def test_what_is_no_number_of_repeats_is_refused_by_the_flag(wanted):
    with pytest.raises(SettingError, match="--repeats"):
        Options.make(None, wanted)


def test_amounts_are_put_in_order_and_all_is_all():
    assert settle_amounts(Options.make("all, 30,30").amounts, 120) == (30, 120)
    assert settle_amounts(Options.make(60).amounts, 120) == (60,)
