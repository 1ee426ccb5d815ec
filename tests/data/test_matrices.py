"""Matrices in memory, on disk and sparse serve alike."""

from __future__ import annotations

import hashlib
import sys
import types

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from pellucid import memory
from pellucid.data import Dataset, InputEncoding, Table, infer_contract, matrices
from pellucid.errors import SettingError

DENSE = (np.arange(12) * (np.arange(12) % 2)).reshape(4, 3).astype(np.float32)


def forms(folder):
    mapped = np.memmap(folder / "m", dtype=np.float32, mode="w+", shape=DENSE.shape)
    mapped[:] = DENSE
    return DENSE, mapped, csr_array(DENSE)


def test_rows_are_the_same_from_every_form(tmp_path):
    for matrix in forms(tmp_path):
        for rows in (np.array([2, 0, 2]), slice(1, 3)):
            np.testing.assert_array_equal(matrices.dense_rows(matrix, rows), DENSE[rows])


def test_only_a_plain_array_is_resident(tmp_path):
    assert [matrices.is_resident(matrix) for matrix in forms(tmp_path)] == [True, False, False]


def test_equal_matrices_have_equal_digests_and_changed_ones_others(tmp_path):
    def digest(matrix):
        hashed = hashlib.sha256()
        matrices.update_digest(hashed.update, matrix)
        return hashed.hexdigest()

    dense, mapped, sparse = forms(tmp_path)
    assert digest(dense) == digest(mapped)
    for matrix in (dense, sparse):
        changed = matrix.copy()
        changed[1, 0] = 99.0
        assert digest(changed) != digest(matrix)


def test_what_does_not_fit_into_memory_lies_in_a_file_and_has_the_same_entries():
    rng = np.random.default_rng(0)
    columns = {f"x{i}": pl.Series(rng.normal(size=5000)) for i in range(6)}
    table = Table({**columns, "y": pl.Series(rng.integers(0, 2, 5000))})
    encoding = InputEncoding.fit(table, infer_contract(Dataset("t", "memory", table), target="y"))
    with memory.limited_to(10**12):
        expected = encoding.transform(table)
    with memory.limited_to(100_000):
        mapped = encoding.transform(table)
    assert isinstance(mapped, np.memmap)
    assert not isinstance(expected, np.memmap)
    np.testing.assert_array_equal(mapped, expected)


def test_a_large_whole_stays_sparse_where_a_part_is(monkeypatch):
    monkeypatch.setattr(matrices, "_DENSE_BYTES", 8)
    whole = matrices.joined([DENSE, csr_array(DENSE)], 4)
    assert matrices.is_sparse(whole)
    np.testing.assert_array_equal(whole.toarray(), np.hstack([DENSE, DENSE]))
    pieces = matrices.stacked(iter([[csr_array(DENSE[:3])], [csr_array(DENSE[3:])]]), 4, 3)
    assert matrices.is_sparse(pieces)
    np.testing.assert_array_equal(pieces.toarray(), DENSE)


def test_a_small_whole_is_dense_even_where_a_part_is_sparse():
    whole = matrices.joined([DENSE, csr_array(DENSE)], 4)
    np.testing.assert_array_equal(whole, np.hstack([DENSE, DENSE]))
    pieces = matrices.stacked(iter([[csr_array(DENSE[:3])], [csr_array(DENSE[3:])]]), 4, 3)
    np.testing.assert_array_equal(pieces, DENSE)


@pytest.mark.parametrize(
    ("text", "size"), [("200MB", 2 * 10**8), ("1.5 gb", 15 * 10**8), ("300000000", 3 * 10**8)]
)
def test_sizes_are_read_in_units_of_ten(text, size):
    assert memory.parse_size(text) == size


@given(st.sampled_from(["", "much", "-1GB", "1MB", "GB", "1 GiB x", "nan", "1e3"]))
def test_what_is_no_size_is_refused(text):
    with pytest.raises(SettingError, match="not a limit"):
        memory.parse_size(text)


def test_a_table_on_disk_reads_its_rows_when_they_are_asked_for(tmp_path):
    images = np.memmap(tmp_path / "i", dtype=np.uint8, mode="w+", shape=(6, 2, 2))
    images[:] = np.arange(6)[:, None, None]
    table = Table({"image": images, "y": pl.Series([0, 1, 2, 3, 4, 5])})
    assert table.on_disk
    taken = table.take(np.array([4, 2, 0])).take(np.array([2, 1]))
    assert taken.n_rows == 2
    assert taken["y"].to_list() == [0, 2]
    assert taken["image"][:, 0, 0].tolist() == [0, 2]
    assert taken.select(["y"]).names == ("y",)
    assert taken.without("y").names == ("image",)
    more = taken.with_column("z", pl.Series([7, 8])).take(np.array([1]))
    assert (more["y"][0], more["z"][0]) == (2, 8)
    assert taken.to_frame().height == 2


def test_a_library_that_another_thread_is_loading_makes_nothing_sparse(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.sparse", types.ModuleType("scipy.sparse"))
    assert not matrices.is_sparse(np.zeros((2, 2)))
