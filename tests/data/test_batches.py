"""The order of an epoch, and splits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.data import batches, epoch_order
from pellucid.errors import DataError, SettingError


@given(st.integers(1, 200), st.integers(1, 250), st.integers(0, 2**63), st.integers(0, 1000))
def test_every_row_comes_in_full_batches(n_rows, batch_size, seed, epoch):
    order = epoch_order(n_rows, batch_size, seed, epoch)
    capped = min(batch_size, n_rows)
    assert order.dtype == np.int32
    assert order.shape == (-(-n_rows // capped), capped)
    flat = order.ravel()
    assert sorted(flat[:n_rows].tolist()) == list(range(n_rows))
    np.testing.assert_array_equal(flat[n_rows:], flat[: len(flat) - n_rows])


def test_the_order_depends_on_seed_and_epoch_alone():
    first = epoch_order(100, 10, seed=1, epoch=2)
    np.testing.assert_array_equal(first, epoch_order(100, 10, seed=1, epoch=2))
    assert (first != epoch_order(100, 10, seed=2, epoch=1)).any()
    assert (first != epoch_order(100, 10, seed=1, epoch=3)).any()
    # Another batch size cuts the same permutation elsewhere.
    np.testing.assert_array_equal(first.ravel(), epoch_order(100, 7, seed=1, epoch=2).ravel()[:100])


def test_the_order_sorts_philox_draws():
    # Philox4x64-10 is checked against its authors' vectors in NumPy's own tests; here it is
    # called directly, and sorted by Python.
    draws = np.random.Philox(key=np.array([3, 4], dtype=np.uint64)).random_raw(20).tolist()
    expected = sorted(range(20), key=lambda row: draws[row])
    assert epoch_order(20, 20, seed=3, epoch=4)[0].tolist() == expected


@pytest.mark.parametrize("batch_size", [1, 7, 60, 64, 100])
def test_many_rows_are_ordered_as_few_are(monkeypatch, batch_size):
    expected = epoch_order(64, batch_size, seed=3, epoch=4)
    monkeypatch.setattr(batches, "_AT_ONCE", 5)
    np.testing.assert_array_equal(epoch_order(64, batch_size, seed=3, epoch=4), expected)


def test_rows_come_in_all_places_alike():
    # The place of row 0 over many epochs is uniform: mean 49.5, standard error 28.9/√500 = 1.3.
    places = [int(np.flatnonzero(epoch_order(100, 100, 0, e)[0] == 0)[0]) for e in range(500)]
    assert abs(np.mean(places) - 49.5) < 5


def test_no_rows_and_no_batch_are_refused():
    with pytest.raises(DataError, match="no rows"):
        epoch_order(0, 1, 0, 0)
    with pytest.raises(SettingError, match="batch size is 0"):
        epoch_order(1, 0, 0, 0)
