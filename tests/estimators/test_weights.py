"""What a row counts: weights and repetitions are one thing, class weights come on top."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.sparse import csr_array

from pellucid.errors import SettingError
from tests.estimators.helpers import FLOWERS, LENGTHS, SPECIES, classifier, regressor, same_bits

FEW = np.r_[0:20, 50:70, 100:120]
X, Y, LONG = FLOWERS[FEW], SPECIES[FEW], LENGTHS[FEW]
COUNTS = np.random.default_rng(0).integers(0, 4, len(FEW))
REPEATED = np.random.default_rng(1).permutation(np.repeat(np.arange(len(FEW)), COUNTS))


def text_and_numbers(rows):
    size = pl.Series(X[:, 0])
    kind = pl.Series(np.where(X[:, 1] > 3, "wide", "slim"))
    return pl.DataFrame({"size": size, "kind": kind, "other": X[:, 2]})[rows]


@pytest.mark.parametrize(
    "taken",
    [lambda rows: X[rows], lambda rows: csr_array(X)[rows], text_and_numbers],
    ids=["array", "sparse", "frame"],
)
@pytest.mark.parametrize("parameters", [{}, {"validation_fraction": 0.2}], ids=["all", "some"])
def test_a_weight_of_two_and_a_row_given_twice_are_the_same_bit_for_bit(taken, parameters):
    weighted = classifier(**parameters).fit(taken(np.arange(len(FEW))), Y, sample_weight=COUNTS)
    repeated = classifier(**parameters).fit(taken(REPEATED), Y[REPEATED])
    assert same_bits(weighted, repeated)
    assert not same_bits(weighted, classifier(**parameters).fit(taken(np.arange(len(FEW))), Y))


def test_for_numbers_to_predict_as_well():
    weighted = regressor().fit(X, LONG, sample_weight=COUNTS)
    repeated = regressor().fit(X[REPEATED], LONG[REPEATED])
    assert same_bits(weighted, repeated)
    assert np.array_equal(weighted.predict(X), repeated.predict(X))


def test_a_weight_of_zero_and_a_row_left_out_are_the_same():
    weights = (np.arange(len(FEW)) % 3 > 0).astype(float)
    kept = weights > 0
    assert same_bits(classifier().fit(X, Y, weights), classifier().fit(X[kept], Y[kept]))


def test_equal_weights_are_no_weights_whatever_they_are():
    assert same_bits(classifier().fit(X, Y, np.full(len(FEW), 7.3)), classifier().fit(X, Y))


def test_the_order_of_the_rows_does_not_matter():
    order = np.random.default_rng(2).permutation(len(FEW))
    assert same_bits(classifier().fit(X[order], Y[order]), classifier().fit(X, Y))


def test_equal_rows_never_lie_on_both_sides_of_the_split():
    """Learned by heart from 5 rows with random labels, each given 20 times."""
    rows = np.tile(np.random.default_rng(3).normal(size=(5, 2)), (20, 1))
    labels = np.tile([0, 1, 1, 0, 1], 20)
    fitted = classifier(validation_fraction=0.2).fit(rows, labels)
    report = fitted.model_.report
    assert (report["n_train"], report["n_validation"]) == (4, 1)


def test_rows_that_weigh_more_are_fitted_better():
    """Two groups that contradict each other: the heavier one decides."""
    rows = np.repeat(np.random.default_rng(4).normal(size=(30, 2)), 2, axis=0)
    labels = np.tile([0, 1], 30)
    weights = np.tile([1.0, 9.0], 30)
    fitted = classifier(epochs=40).fit(rows, labels, weights)
    # The best that can be said of each row is its share of the weight, 9 in 10.
    assert np.abs(fitted.predict_proba(rows)[:, 1].mean() - 0.9) < 0.05


def test_class_weights_are_sample_weights():
    """scikit-learn's formula for "balanced": n / (classes · rows of the class)."""
    rows, labels = X[:50], Y[:50]
    counts = np.bincount(labels)
    each = (len(labels) / (len(counts) * counts))[labels]
    by_class = classifier(class_weight="balanced").fit(rows, labels)
    by_row = classifier(class_weight=dict(enumerate(each[np.searchsorted(labels, [0, 1, 2])])))
    assert same_bits(by_class, by_row.fit(rows, labels))
    assert not same_bits(by_class, classifier().fit(rows, labels))


def test_class_weights_multiply_sample_weights():
    balanced = classifier(class_weight="balanced").fit(X, Y, COUNTS)
    repeated = classifier(class_weight="balanced").fit(X[REPEATED], Y[REPEATED])
    assert same_bits(balanced, repeated)


def test_classes_may_be_weighed_by_their_own_names():
    names = np.array(["setosa", "versicolor", "virginica"])[Y]
    heavy = classifier(class_weight={"virginica": 20.0}).fit(X, names)
    assert (heavy.predict(X) == "virginica").sum() > (Y == 2).sum()


def test_class_weights_are_refused_for_sets_of_labels():
    with pytest.raises(SettingError, match="sets of labels"):
        classifier(class_weight="balanced").fit(X, np.eye(3, dtype=int)[Y])


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.zeros(len(FEW)), "at least one non-zero|no row to learn from"),
        (np.full(len(FEW), -1.0), "[Nn]egative"),
        (np.full(len(FEW), np.nan), "NaN"),
        (np.ones(3), "sample_weight.shape"),
    ],
    ids=["nothing", "negative", "missing", "too few"],
)
def test_weights_that_cannot_be_used_are_refused(weights, message):
    with pytest.raises(ValueError, match=message):
        classifier().fit(X, Y, weights)
