"""Metrics of classes equal scikit-learn's, and hand arithmetic where they are defined here."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as reference

from pellucid import metrics
from pellucid.errors import DataError

N_CLASSES = 4


@st.composite
def answers(draw):
    rows = draw(st.integers(1, 30))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    occurring = draw(st.integers(1, N_CLASSES))
    right, predicted = rng.integers(occurring, size=(2, rows))
    return right, predicted, rng.uniform(0.1, 3.0, size=rows)


@given(answers())
def test_accuracy(given_answers):
    right, predicted, weights = given_answers
    assert metrics.accuracy(right, predicted) == pytest.approx(
        reference.accuracy_score(right, predicted)
    )
    assert metrics.accuracy(right, predicted, weights) == pytest.approx(
        reference.accuracy_score(right, predicted, sample_weight=weights)
    )


@given(answers())
def test_balanced_accuracy_is_the_mean_recall_of_the_classes_in_the_labels(given_answers):
    right, predicted, _ = given_answers
    recalls = [np.mean(predicted[right == label] == label) for label in np.unique(right)]
    assert metrics.balanced_accuracy(right, predicted) == pytest.approx(np.mean(recalls))


def test_balanced_accuracy_equals_scikit_learns():
    right, predicted = np.random.default_rng(0).integers(3, size=(2, 100))
    assert metrics.balanced_accuracy(right, predicted) == pytest.approx(
        reference.balanced_accuracy_score(right, predicted)
    )


@given(answers())
def test_confusion_matrix_and_the_scores_of_each_class(given_answers):
    right, predicted, _ = given_answers
    classes = range(N_CLASSES)
    np.testing.assert_array_equal(
        metrics.confusion_matrix(right, predicted, N_CLASSES),
        reference.confusion_matrix(right, predicted, labels=classes),
    )
    expected = reference.precision_recall_fscore_support(
        right, predicted, labels=classes, zero_division=0
    )
    for ours, theirs in zip(
        metrics.class_scores(right, predicted, N_CLASSES), expected, strict=True
    ):
        np.testing.assert_allclose(ours, theirs)


@given(answers())
def test_macro_averages(given_answers):
    right, predicted, _ = given_answers
    for ours, theirs in (
        (metrics.precision, reference.precision_score),
        (metrics.recall, reference.recall_score),
        (metrics.f1, reference.f1_score),
    ):
        expected = theirs(right, predicted, average="macro", zero_division=0)
        assert ours(right, predicted) == pytest.approx(expected)


@given(answers(), st.sampled_from([np.float32, np.float64]))
def test_log_loss(given_answers, dtype):
    right, _, weights = given_answers
    rng = np.random.default_rng(len(right))
    probabilities = rng.dirichlet(np.full(N_CLASSES, 0.5), size=len(right)).astype(dtype)
    for sample_weights in (None, weights):
        expected = reference.log_loss(
            right, probabilities, labels=range(N_CLASSES), sample_weight=sample_weights
        )
        ours = metrics.log_loss(right, probabilities, sample_weights)
        assert ours == pytest.approx(expected, rel=1e-5)


def test_log_loss_of_an_impossible_class_is_finite():
    assert metrics.log_loss([0], [[0, 1]]) == pytest.approx(-np.log(np.finfo(np.float64).eps))


@given(
    labels=st.lists(st.integers(0, 1), min_size=2, max_size=40).filter(lambda y: len(set(y)) == 2),
    seed=st.integers(0, 2**32 - 1),
    n_scores=st.integers(1, 20),
)
def test_roc_auc_with_and_without_ties(labels, seed, n_scores):
    scores = np.random.default_rng(seed).integers(n_scores, size=len(labels))
    assert metrics.roc_auc(labels, scores) == pytest.approx(reference.roc_auc_score(labels, scores))


def test_roc_auc_of_one_class_is_not_defined():
    assert np.isnan(metrics.roc_auc([1, 1], [0.2, 0.4]))


def test_what_cannot_be_measured_is_refused():
    with pytest.raises(DataError, match="no rows to measure"):
        metrics.accuracy([], [])
    with pytest.raises(DataError, match="no rows to measure"):
        metrics.log_loss([], np.zeros((0, 2)))
    with pytest.raises(DataError, match=r"the predicted ones \(3,\)"):
        metrics.f1([0, 1], [0, 1, 1])
    with pytest.raises(DataError, match="The classes reach from 0 to 2"):
        metrics.confusion_matrix([0, 2], [0, 1], n_classes=2)
    with pytest.raises(DataError, match="The labels reach from 0 to 2"):
        metrics.log_loss([0, 2], [[0.5, 0.5], [0.5, 0.5]])
    with pytest.raises(DataError, match=r"the probabilities \(2,\)"):
        metrics.log_loss([0, 1], [0.5, 0.5])
    with pytest.raises(DataError, match="two classes"):
        metrics.roc_auc([0, 2], [0.1, 0.2])
    with pytest.raises(DataError, match=r"the scores \(1,\)"):
        metrics.roc_auc([0, 1], [0.1])
    for weights in ([1.0], [1.0, -1.0], [1.0, np.inf]):
        with pytest.raises(DataError, match="cannot be used"):
            metrics.accuracy([0, 1], [0, 1], weights)
    with pytest.raises(DataError, match="no row counts"):
        metrics.accuracy([0, 1], [0, 1], [0.0, 0.0])


def test_every_exported_name_exists():
    assert all(hasattr(metrics, name) for name in metrics.__all__)
