"""Rows told apart by what they hold."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from pellucid.data import Table
from pellucid.estimators.rows import distinct_rows, keys_of

NUMBERS = np.array([[1.0, 2.0], [2.0, 1.0], [1.0, 2.0], [0.0, np.nan], [-0.0, np.nan]])


def targets_of(n):
    return np.zeros((n, 1))


def test_equal_rows_become_one_with_the_sum_of_their_weights():
    found = distinct_rows(NUMBERS, targets_of(5), np.array([1.0, 2.0, 3.0, 4.0, 5.0]))
    weights = {tuple(np.nan_to_num(NUMBERS[row], nan=-1)): weight
               for row, weight in zip(found.rows, found.weights, strict=True)}  # fmt: skip
    assert weights == {(1, 2): 4.0, (2, 1): 2.0, (0, -1): 9.0}


def test_rows_with_different_targets_are_different():
    found = distinct_rows(np.ones((3, 2)), np.array([[0.0], [1.0], [0.0]]), np.ones(3))
    assert sorted(found.weights) == [1.0, 2.0]


def test_rows_without_weight_are_left_out():
    found = distinct_rows(np.array([[1.0], [2.0]]), targets_of(2), np.array([0.0, 1.0]))
    assert found.rows.tolist() == [1]


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=30),
    st.randoms(use_true_random=False),
)
def test_weights_and_repetitions_are_the_same_in_any_order(rows, random):
    """The rows that stand for the others, in their order, and the weights: all are equal."""
    counted = {row: rows.count(row) for row in rows}
    few = np.array(list(counted), dtype=float)
    weights = np.array(list(counted.values()), dtype=float)
    many = rows.copy()
    random.shuffle(many)
    many = np.array(many, dtype=float)
    of_few = distinct_rows(few, targets_of(len(few)), weights)
    of_many = distinct_rows(many, targets_of(len(many)), np.ones(len(many)))
    assert np.array_equal(few[of_few.rows], many[of_many.rows])
    assert np.array_equal(of_few.weights, of_many.weights)


@pytest.mark.parametrize(
    "form", [csr_array, lambda x: x.astype(np.float32), lambda x: x.astype(int)]
)
def test_keys_depend_on_the_values_and_not_on_how_they_are_held(form):
    numbers = np.array([[0, 3, -2], [5, 0, 0], [0, 0, 0]], dtype=float)
    assert np.array_equal(keys_of(form(numbers)), keys_of(numbers))


def test_a_number_in_another_column_is_another_row():
    assert len(set(keys_of(np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]])))) == 4


def test_rows_of_a_table_are_told_apart_by_text_numbers_and_arrays():
    table = Table(
        {
            "text": pl.Series(["a", "b", "a", "a", "a", None]),
            "number": pl.Series([1, 1, 1, 2, 1, 1]),
            "block": np.array([[1.0, 2], [1, 2], [1, 2], [1, 2], [1, 3], [1, 2]]),
        }
    )
    found = distinct_rows(table, targets_of(6), np.ones(6))
    assert sorted(found.rows) == [0, 1, 3, 4, 5]
    assert sorted(found.weights) == [1.0, 1.0, 1.0, 1.0, 2.0]


def test_columns_of_a_table_cannot_be_exchanged():
    one = Table({"a": pl.Series(["x", "y"]), "b": pl.Series(["y", "x"])})
    assert len(set(keys_of(one))) == 2


def sizes_of(weights):
    numbers = np.arange(len(weights), dtype=float)[:, None]
    found = distinct_rows(numbers, targets_of(len(weights)), np.array(weights, dtype=float))
    copies = np.empty(len(weights), dtype=int)
    copies[found.rows] = found.copies()
    return found.size, copies.tolist()


def test_a_row_is_taken_as_often_as_it_came():
    assert sizes_of([1, 1, 1, 3]) == (6, [1, 1, 1, 3])
    assert sizes_of([2, 3, 3, 4]) == (12, [2, 3, 3, 4])


def test_all_rows_given_twice_are_all_rows():
    assert sizes_of([2, 2, 2, 6]) == sizes_of([1, 1, 1, 3])


def test_weights_that_are_no_counts_repeat_only_what_weighs_much():
    assert sizes_of([0.9, 1.07, 1.2, 0.6, 5.13]) == (5, [1, 1, 1, 1, 3])


def test_no_weight_however_large_makes_an_epoch_endless():
    size, copies = sizes_of([1, 1, 1, 1e9])
    assert size == 40
    assert sum(copies) <= 44


@given(st.integers(1, 1000), st.floats(1e-3, 1e3))
def test_the_scale_of_the_weights_does_not_matter(times, scale):
    assert sizes_of(np.array([1, 2, 5, 1]) * times) == sizes_of([1, 2, 5, 1])
    assert sizes_of(np.array([1, 2, 5, 1]) * scale) == sizes_of([1, 2, 5, 1])
