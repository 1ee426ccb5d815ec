"""Rows of a single 1, kept by its place; packed matrices have the entries of dense ones."""

from __future__ import annotations

import hashlib

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import OneHotEncoder as Reference

from pellucid import memory
from pellucid.data import Dataset, InputEncoding, Table, infer_contract, matrices
from pellucid.data.kinds.category import CategoryEncoder
from pellucid.data.one_hot import NOWHERE, Layout, OneHot, Packed

N = 3000


def parts(n: int, widths: list[int], seed: int) -> list:
    """Make matrices side by side: numbers of one or two features, and ones at random places."""
    random = np.random.default_rng(seed)
    return [
        OneHot(random.integers(-1, width, n).astype(np.int32), width)
        if width > 2
        else random.normal(size=(n, width)).astype(np.float32)
        for width in widths
    ]


def dense(some: list) -> np.ndarray:
    return np.hstack([part.toarray() if isinstance(part, OneHot) else part for part in some])


def test_rows_are_those_of_scikit_learn():
    values = np.random.default_rng(0).choice(["a", "b", "c"], 50)
    encoder = CategoryEncoder.fit(pl.Series(values))
    reference = Reference(categories=[list(encoder.categories)], sparse_output=False)
    expected = reference.fit_transform(values[:, None])
    np.testing.assert_array_equal(encoder.transform(pl.Series(values)), expected)
    np.testing.assert_array_equal(encoder.places(pl.Series(values)), expected.argmax(axis=1))


def test_a_row_without_a_one_is_zeros():
    assert OneHot(np.array([NOWHERE, 1]), 2).toarray().tolist() == [[0, 0], [0, 1]]


@given(
    st.integers(1, 20),
    st.lists(st.sampled_from([1, 2, 3, 255, 256, 300]), min_size=1, max_size=6),
    st.integers(0, 9),
)
def test_packed_rows_are_those_packed(n, widths, seed):
    some = parts(n, widths, seed)
    layout = Layout.of(some)
    packed = Packed(layout, np.zeros(n, dtype=layout.dtype))
    half = n // 2
    cut = [
        [OneHot(p.places[rows], p.width) if isinstance(p, OneHot) else p[rows] for p in some]
        for rows in (slice(half), slice(half, n))
    ]
    packed.fill(0, cut[0])
    packed.fill(half, cut[1])
    expected = dense(some)
    assert packed.shape == expected.shape
    np.testing.assert_array_equal(np.asarray(packed), expected)
    order = np.random.default_rng(seed).integers(0, n, 7)
    for rows in (order, slice(1, 3)):
        np.testing.assert_array_equal(matrices.dense_rows(packed, rows), expected[rows])


def test_a_place_takes_the_bytes_it_needs():
    sizes = {width: Layout(((width, True),)).dtype.itemsize for width in (3, 255, 256, 65_536)}
    assert sizes == {3: 1, 255: 1, 256: 2, 65_536: 4}


@pytest.fixture(scope="module")
def table() -> Table:
    random = np.random.default_rng(0)
    words = random.choice([f"word {i}" for i in range(60)], N)
    return Table(
        {
            "word": pl.Series(words).set(pl.Series(random.random(N) < 0.1), None),
            "number": pl.Series(random.normal(size=N)),
            "y": pl.Series(random.integers(0, 2, N)),
        }
    )


@pytest.fixture(scope="module")
def encoding(table) -> InputEncoding:
    return InputEncoding.fit(table, infer_contract(Dataset("t", "memory", table), target="y"))


def test_a_table_of_categories_that_does_not_fit_is_packed(table, encoding):
    with memory.limited_to(10**12):
        expected = encoding.transform(table)
    with memory.limited_to(10_000):
        packed = encoding.transform(table)
    assert isinstance(packed, Packed)
    assert isinstance(packed.records, np.memmap)
    assert packed.records.nbytes < expected.nbytes / 10
    np.testing.assert_array_equal(np.asarray(packed), expected)
    assert not matrices.is_resident(packed)


def test_what_fits_into_memory_when_packed_lies_there(table, encoding):
    with memory.limited_to(16 * N * 10):
        packed = encoding.transform(table)
    assert isinstance(packed, Packed)
    assert not isinstance(packed.records, np.memmap)


def test_a_large_table_that_is_hardly_but_categories_is_packed_in_memory(monkeypatch):
    numbers = np.arange(6, dtype=np.float32).reshape(6, 1)
    wide = OneHot(np.array([0, 999, NOWHERE, 5, 5, 1]), 1000)
    assert isinstance(matrices.joined([numbers, wide], 6), np.ndarray)  # as long as it is small
    monkeypatch.setattr(matrices, "_DENSE_BYTES", 6 * 1001 * 4 - 1)
    packed = matrices.joined([numbers, wide], 6)
    assert isinstance(packed, Packed)
    assert not isinstance(packed.records, np.memmap)
    np.testing.assert_array_equal(np.asarray(packed), dense([numbers, wide]))
    few = OneHot(np.array([0, 9, NOWHERE, 5, 5, 1]), 10)
    assert isinstance(matrices.joined([numbers, few], 6), np.ndarray)


def test_equal_packed_matrices_have_equal_digests_and_changed_ones_others(table, encoding):
    def digest(matrix: Packed) -> str:
        hashed = hashlib.sha256()
        matrices.update_digest(hashed.update, matrix)
        return hashed.hexdigest()

    with memory.limited_to(100_000):
        first, second = encoding.transform(table), encoding.transform(table)
    assert digest(first) == digest(second)
    second.records["numbers"][17] += 1.0
    assert digest(first) != digest(second)


def test_beside_texts_categories_become_sparse(monkeypatch):
    from scipy.sparse import csr_array

    monkeypatch.setattr(matrices, "_DENSE_BYTES", 8)
    some = [csr_array(np.eye(4, dtype=np.float32)), OneHot(np.array([1, NOWHERE, 0, 2]), 3)]
    whole = matrices.joined(some, 4)
    assert matrices.is_sparse(whole)
    np.testing.assert_array_equal(whole.toarray(), dense([np.eye(4), some[1]]))
