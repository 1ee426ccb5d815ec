"""The expected calibration error, by hand arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid import metrics
from pellucid.errors import DataError


def test_the_error_is_the_mean_gap_of_fifteen_bins():
    # Bins of 1/15: 0.62 and 0.65 lie in (9/15, 10/15], 0.95 and 0.99 in (14/15, 1].
    confidence = np.array([0.62, 0.65, 0.95, 0.99])
    probabilities = np.stack([confidence, 1 - confidence], axis=1)
    labels = [0, 1, 0, 0]
    first = abs(0.5 - (0.62 + 0.65) / 2)
    second = abs(1.0 - (0.95 + 0.99) / 2)
    expected = 2 / 4 * first + 2 / 4 * second
    found = metrics.expected_calibration_error(labels, probabilities)
    assert found == pytest.approx(expected)


def test_a_confidence_on_a_border_lies_in_the_bin_below_it():
    bins = metrics.reliability([0.5, 0.5001, 0.0, 1.0], [1, 1, 0, 1], n_bins=2)
    assert bins.counts.tolist() == [2, 2]
    assert bins.right.tolist() == [0.5, 1.0]


def test_who_is_as_often_right_as_sure_has_no_error():
    labels = np.repeat([0, 1], [70, 30])
    shares = np.tile([0.7, 0.3], (100, 1))
    assert metrics.expected_calibration_error(labels, shares) == pytest.approx(0.0, abs=1e-12)


def test_labels_of_sets_are_answers_of_their_own():
    # Confidences 0.9 (there, right), 0.6 (not there, wrong): gaps 0.1 and 0.6 in bins of their own.
    found = metrics.calibration_error_of_sets([[1, 1]], [[0.9, 0.4]])
    assert found == pytest.approx((0.1 + 0.6) / 2)


@given(st.integers(1, 60), st.integers(2, 5), st.integers(0, 999))
def test_the_error_lies_between_0_and_1(n, n_classes, seed):
    draw = np.random.default_rng(seed)
    shares = draw.dirichlet(np.ones(n_classes), n)
    error = metrics.expected_calibration_error(draw.integers(0, n_classes, n), shares)
    assert 0 <= error <= 1


@pytest.mark.parametrize(
    ("confidence", "hits"), [([], []), ([0.5], [True, False]), ([1.5], [True]), ([np.nan], [True])]
)
def test_what_are_no_probabilities_of_answers_is_refused(confidence, hits):
    with pytest.raises(DataError):
        metrics.reliability(confidence, hits)
