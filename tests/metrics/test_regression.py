"""Metrics of numbers equal scikit-learn's; R² of a constant is as documented."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as reference

from pellucid import metrics
from pellucid.errors import DataError

PAIRS = [
    (metrics.r2, reference.r2_score),
    (metrics.rmse, reference.root_mean_squared_error),
    (metrics.mae, reference.mean_absolute_error),
    (metrics.median_absolute_error, reference.median_absolute_error),
]
WEIGHTED = [pair for pair in PAIRS if pair[0] is not metrics.median_absolute_error]


@st.composite
def numbers(draw):
    rows, outputs = draw(st.integers(2, 30)), draw(st.sampled_from([None, 1, 3]))
    shape = (rows,) if outputs is None else (rows, outputs)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    scale = 10.0 ** draw(st.integers(-3, 6))
    targets, errors = scale * rng.normal(size=(2, *shape))
    return targets, targets + errors, rng.uniform(0.1, 3.0, size=rows)


@given(numbers())
def test_metrics_equal_scikit_learns(given_numbers):
    targets, predictions, weights = given_numbers
    for ours, theirs in PAIRS:
        assert ours(targets, predictions) == pytest.approx(theirs(targets, predictions))
    for ours, theirs in WEIGHTED:
        expected = theirs(targets, predictions, sample_weight=weights)
        assert ours(targets, predictions, weights) == pytest.approx(expected)


@given(constant=st.floats(-1e9, 1e9), rows=st.integers(1, 7))
def test_r2_of_a_constant_target_is_one_if_perfect_and_zero_otherwise(constant, rows):
    targets = np.full(rows, constant)
    predictions = targets.copy()
    assert metrics.r2(targets, predictions) == 1.0
    predictions[0] += 1.0
    assert metrics.r2(targets, predictions) == 0.0


def test_a_row_of_weight_zero_does_not_count():
    assert metrics.r2([1.0, 1.0, 9.0], [1.0, 1.0, 0.0], [1, 1, 0]) == 1.0
    assert metrics.mae([1.0, 9.0], [2.0, 0.0], [1, 0]) == 1.0


def test_what_cannot_be_measured_is_refused():
    with pytest.raises(DataError, match="no rows to measure"):
        metrics.r2([], [])
    with pytest.raises(DataError, match=r"the predictions \(2, 1\)"):
        metrics.mae([1.0, 2.0], [[1.0], [2.0]])
    with pytest.raises(DataError, match="cannot be used"):
        metrics.rmse([1.0, 2.0], [1.0, 2.0], [1.0])


@given(numbers(), st.sampled_from([-900, -300, 300, 900]))
def test_the_unit_may_be_of_any_size(given_numbers, exponent):
    """A power of two changes no digit, so R² is the same and the root grows with the unit."""
    targets, predictions, weights = given_numbers
    scaled = np.ldexp(targets, exponent), np.ldexp(predictions, exponent)
    assert metrics.r2(*scaled, weights) == metrics.r2(targets, predictions, weights)
    expected = np.ldexp(metrics.rmse(targets, predictions, weights), exponent)
    assert metrics.rmse(*scaled, weights) == expected
