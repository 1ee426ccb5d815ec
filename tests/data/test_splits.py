"""Splitting rows."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.data import split_rows, splits
from pellucid.errors import DataError, SettingError


@given(
    st.integers(2, 120),
    st.floats(0.01, 0.99),
    st.integers(0, 2**63),
    st.none() | st.integers(1, 6),
)
def test_every_row_is_in_one_part(n, fraction, seed, n_classes):
    labels = None if n_classes is None else np.arange(n) % n_classes
    kept, held_out = split_rows(n, fraction, seed, labels)
    assert sorted([*kept.tolist(), *held_out.tolist()]) == list(range(n))
    assert len(kept) >= 1
    assert len(held_out) >= 1
    assert (np.diff(kept) > 0).all()


@given(st.integers(0, 100), st.lists(st.integers(4, 60), min_size=1, max_size=5))
def test_every_class_is_held_out_by_the_same_fraction_to_within_one_row(seed, counts):
    labels = np.repeat(np.arange(len(counts)), counts)
    _, held_out = split_rows(len(labels), 0.25, seed, labels)
    held = np.bincount(labels[held_out], minlength=len(counts))
    assert (np.abs(held - 0.25 * np.array(counts)) <= 1).all()
    assert len(held_out) == round(0.25 * len(labels))


def test_the_same_seed_splits_alike_and_another_does_not():
    first = split_rows(50, 0.3, seed=5)
    assert first.held_out.tolist() == split_rows(50, 0.3, seed=5).held_out.tolist()
    assert first.held_out.tolist() != split_rows(50, 0.3, seed=6).held_out.tolist()


@pytest.mark.parametrize("at_once", [7, 1 << 20])
@given(n=st.integers(2, 60), fraction=st.floats(0.05, 0.95), seed=st.integers(0, 2**63))
def test_without_classes_the_rows_of_the_smallest_draws_are_held_out(at_once, n, fraction, seed):
    # The raw stream of NumPy's Philox, sorted by Python.
    draws = np.random.Philox(key=np.array([seed, 0], dtype=np.uint64)).random_raw(n).tolist()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(splits, "_AT_ONCE", at_once)
        held_out = split_rows(n, fraction, seed).held_out.tolist()
    expected = sorted(sorted(range(n), key=lambda row: draws[row])[: len(held_out)])
    assert held_out == expected


def test_a_class_with_one_row_is_kept_and_said():
    labels = pl.Series(["a"] * 10 + ["b"] * 10 + ["c"])
    split = split_rows(21, 0.2, seed=0, labels=labels)
    assert 20 in split.kept
    assert split.note is not None
    assert "1 class has a single row" in split.note


def test_what_cannot_be_split_is_refused():
    with pytest.raises(DataError, match="cannot be split"):
        split_rows(1, 0.5, 0)
    with pytest.raises(SettingError, match="fraction"):
        split_rows(10, 1.0, 0)
