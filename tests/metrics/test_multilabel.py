"""Metrics of sets of labels equal scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as reference

from pellucid import metrics
from pellucid.errors import DataError


@st.composite
def sets_and_scores(draw):
    rows, labels = draw(st.integers(1, 25)), draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    right = (rng.random((rows, labels)) < draw(st.floats(0, 1))).astype(int)
    scores = rng.integers(draw(st.integers(1, 9)), size=right.shape).astype(float)  # with ties
    return right, scores


@given(sets_and_scores())
def test_metrics_equal_scikit_learns(given_sets):
    right, scores = given_sets
    guessed = (scores > scores.mean()).astype(int)
    if right.shape[1] > 1:  # one column is two classes to scikit-learn
        assert metrics.subset_accuracy(right, guessed) == pytest.approx(
            reference.accuracy_score(right, guessed)
        )
        for ours, average in ((metrics.micro_f1, "micro"), (metrics.macro_f1, "macro")):
            theirs = reference.f1_score(right, guessed, average=average, zero_division=0)
            assert ours(right, guessed) == pytest.approx(theirs)
    assert metrics.hamming_loss(right, guessed) == pytest.approx(
        reference.hamming_loss(right, guessed)
    )


@given(sets_and_scores())
def test_average_precision_equals_scikit_learns_over_the_labels_that_occur(given_sets):
    right, scores = given_sets
    occurring = np.flatnonzero(right.any(axis=0))
    ours = metrics.average_precision(right, scores)
    if not len(occurring):
        assert np.isnan(ours)
        return
    theirs = [reference.average_precision_score(right[:, k], scores[:, k]) for k in occurring]
    assert ours == pytest.approx(np.mean(theirs))


def test_what_cannot_be_measured_is_refused():
    with pytest.raises(DataError, match="no rows"):
        metrics.micro_f1(np.zeros((0, 2)), np.zeros((0, 2)))
    with pytest.raises(DataError, match=r"shape \(2, 2\), the predicted ones \(2, 3\)"):
        metrics.hamming_loss(np.zeros((2, 2)), np.zeros((2, 3)))
    with pytest.raises(DataError, match="tables of 0 and 1"):
        metrics.subset_accuracy([[2, 0]], [[1, 0]])
