"""Shares of rows: their mean is scikit-learn's score, and each is how much its row moves it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sklearn_metrics

from pellucid.comparison.row_shares import ari_rows, micro_f1_rows, nmi_rows, r2_rows

Score = Callable[[np.ndarray, np.ndarray], float]
TIMES = 2_000


def micro_f1(there: np.ndarray, said: np.ndarray) -> float:
    return float(sklearn_metrics.f1_score(there, said, average="micro", zero_division=0))


def influence(score: Score, one: np.ndarray, other: np.ndarray, row: int) -> float:
    """Return how a score moves where a row counts a little more: a finite difference.

    All rows are taken 2,000 times, and one of them once more (Hampel 1974, eq. 2.1).
    """
    many = np.tile(np.arange(len(one)), TIMES)
    more = np.append(many, row)
    moved = score(one[more], other[more]) - score(one[many], other[many])
    return float(moved * len(more))


def groupings(seed: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    return generator.integers(0, 3, 9), generator.integers(0, 4, 9)


def sets(seed: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    return generator.integers(0, 2, (9, 3)), generator.integers(0, 2, (9, 3))


CASES = [
    (nmi_rows, sklearn_metrics.normalized_mutual_info_score, groupings),
    (ari_rows, sklearn_metrics.adjusted_rand_score, groupings),
    (micro_f1_rows, micro_f1, sets),
]


@pytest.mark.parametrize(("shares", "score", "drawn"), CASES, ids=["NMI", "ARI", "micro F1"])
@given(seed=st.integers(0, 10_000))
def test_the_mean_of_the_shares_is_the_score(shares, score, drawn, seed: int):
    one, other = drawn(seed)
    assert shares(one, other).mean() == pytest.approx(score(one, other), abs=1e-9)


@pytest.mark.parametrize(("shares", "score", "drawn"), CASES, ids=["NMI", "ARI", "micro F1"])
def test_a_share_is_the_score_and_how_the_row_moves_it(shares, score, drawn):
    one, other = drawn(3)
    found = shares(one, other)
    expected = [influence(score, one, other, row) for row in range(len(one))]
    np.testing.assert_allclose(found - found.mean(), expected, atol=5e-3)


@pytest.mark.parametrize("shares", [nmi_rows, ari_rows])
def test_one_group_alone_has_shares_that_are_finite(shares):
    one = np.zeros(5, dtype=int)
    assert shares(one, one).tolist() == [1.0] * 5
    assert shares(one, np.arange(5)).mean() == pytest.approx(0.0)


def test_where_no_label_is_there_or_said_shares_are_0():
    assert micro_f1_rows(np.zeros((4, 2)), np.zeros((4, 2))).tolist() == [0.0] * 4


@given(seed=st.integers(0, 10_000))
def test_the_mean_of_squared_shares_is_r2(seed: int):
    targets, answers = np.random.default_rng(seed).normal(size=(2, 12))
    expected = sklearn_metrics.r2_score(targets, answers)
    assert r2_rows(targets, answers).mean() == pytest.approx(expected)


def test_a_constant_target_is_answered_right_or_not():
    assert r2_rows(np.full(3, 2.0), np.array([2.0, 2.0, 1.0])).tolist() == [1.0, 1.0, 0.0]
