"""Confidence intervals: Wilson's against SciPy, the bootstrap against one that draws rows."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pellucid import metrics
from pellucid.errors import DataError


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (10, 10), (29, 30), (9853, 10_000), (1, 1)])
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_wilsons_interval_is_that_of_scipy(hits, n, level):
    expected = stats.binomtest(hits, n).proportion_ci(level, method="wilson")
    assert metrics.wilson(hits / n, n, level) == pytest.approx((expected.low, expected.high))


def resampled(score, *arrays, level=0.95, times=1500):
    """Draw rows with replacement, one sample after another, and score each anew."""
    draw = np.random.default_rng(7)
    n = len(arrays[0])
    found = []
    for _ in range(times):
        rows = draw.integers(n, size=n)
        found.append(score(*(array[rows] for array in arrays)))
    return np.quantile(found, [(1 - level) / 2, (1 + level) / 2])


def two_classes(n=400):
    draw = np.random.default_rng(0)
    labels = draw.integers(0, 2, n)
    of_one = 1 / (1 + np.exp(-draw.normal(labels * 1.2 - 0.8, 1.0)))
    return labels, np.stack([1 - of_one, of_one], axis=1)


def test_intervals_of_classes_are_those_of_resampled_rows():
    labels, shares = two_classes()
    found = metrics.intervals_of_classes(labels, shares)
    answers = shares.argmax(axis=1)
    for name in ("balanced_accuracy", "f1"):
        expected = resampled(getattr(metrics, name), labels, answers)
        assert found[name] == pytest.approx(expected, abs=0.01), name
    expected = resampled(metrics.roc_auc, labels, shares[:, 1])
    assert found["roc_auc"] == pytest.approx(expected, abs=0.01)
    share = metrics.accuracy(labels, answers)
    assert found["accuracy"] == metrics.wilson(share, len(labels))


def test_intervals_of_numbers_are_those_of_resampled_rows():
    draw = np.random.default_rng(1)
    right = draw.normal(1e6, 50.0, 300)
    guessed = right + draw.normal(0, 20.0, 300)
    found = metrics.intervals_of_numbers(right, guessed)
    for name, tolerance in (("r2", 0.01), ("rmse", 0.4), ("mae", 0.4)):
        expected = resampled(getattr(metrics, name), right, guessed)
        assert found[name] == pytest.approx(expected, abs=tolerance), name


def test_intervals_of_sets_are_those_of_resampled_rows():
    draw = np.random.default_rng(2)
    right = draw.random((300, 3)) < [0.5, 0.3, 0.2]
    guessed = np.where(draw.random((300, 3)) < 0.15, ~right, right)
    found = metrics.intervals_of_sets(right, guessed)
    for name in ("micro_f1", "macro_f1", "hamming_loss"):
        expected = resampled(getattr(metrics, name), right, guessed)
        assert found[name] == pytest.approx(expected, abs=0.012), name


def test_of_many_rows_the_interval_of_a_mean_is_that_of_the_normal_distribution():
    values = np.random.default_rng(3).exponential(size=40_000)
    low, high = metrics.interval_of_mean(values)
    half = 1.96 * values.std() / np.sqrt(len(values))
    assert (high - low) / 2 == pytest.approx(half, rel=0.15)
    assert low < values.mean() < high


def test_one_row_and_equal_numbers_have_intervals_without_width():
    assert metrics.intervals_of_numbers([3.0], [4.0])["mae"] == (1.0, 1.0)
    found = metrics.intervals_of_numbers([7.0] * 5, [7.0] * 5)
    assert (found["rmse"], found["mae"]) == ((0.0, 0.0), (0.0, 0.0))
    assert all(np.isfinite(ends).all() for ends in found.values())


def test_a_class_that_a_sample_may_lack_leaves_a_number():
    labels, shares = np.array([0] * 29 + [1]), np.tile([0.8, 0.2], (30, 1))
    found = metrics.intervals_of_classes(labels, shares)
    assert all(np.isfinite(ends).all() for ends in found.values())
    assert set(found) == {"accuracy", "balanced_accuracy", "f1", "roc_auc"}


def test_nothing_has_no_interval():
    with pytest.raises(DataError):
        metrics.wilson(0.5, 0)
    with pytest.raises(DataError):
        metrics.bootstrap(np.zeros((0, 1)), lambda means: means)
