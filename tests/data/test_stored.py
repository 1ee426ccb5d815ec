"""Columns in an Arrow file: rows in any order, columns several at a time."""

from __future__ import annotations

import threading

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid import memory
from pellucid.data import stored
from pellucid.data.stored import StoredColumn, in_threads
from pellucid.data.table import Table

N = 200
# A limit for the memory under which one row is read at a time.
SMALLEST = memory.SHARE * stored._CELL_BYTES
VALUES = {"number": list(range(N)), "text": [f"row {i}" for i in range(N)]}


@pytest.fixture(scope="module")
def columns(tmp_path_factory) -> dict[str, StoredColumn]:
    path = tmp_path_factory.mktemp("stored") / "columns.arrow"
    pl.DataFrame(VALUES).write_ipc(path)
    return {name: StoredColumn(path, name, N) for name in VALUES}


@pytest.mark.parametrize("at_once", [1, 7, 1000])
@pytest.mark.parametrize("name", VALUES)
@given(rows=st.lists(st.integers(0, N - 1), max_size=60), ascending=st.booleans())
def test_rows_are_those_asked_for_in_their_order(columns, name, at_once, rows, ascending):
    rows = sorted(rows) if ascending else rows
    with memory.limited_to(SMALLEST * at_once):
        taken = columns[name][np.array(rows, dtype=np.int64)]
    assert taken.to_list() == [VALUES[name][row] for row in rows]


def test_no_more_rows_than_allowed_are_read_at_once(columns, monkeypatch):
    spans = []
    read = StoredColumn.read

    def watched(column: StoredColumn, start: int, stop: int) -> pl.Series:
        spans.append(stop - start)
        return read(column, start, stop)

    monkeypatch.setattr(StoredColumn, "read", watched)
    with memory.limited_to(SMALLEST * 50):
        columns["number"][np.arange(0, N, 3)]
    assert max(spans) <= 50


def test_a_table_read_into_memory_holds_the_same_rows(columns):
    rows = np.array([5, 3, 3, 199])
    table = Table(columns).take(rows)
    held = table.in_memory()
    assert table.on_disk
    assert not held.on_disk
    assert held.to_frame().equals(table.to_frame())
    assert held["text"].to_list() == ["row 5", "row 3", "row 3", "row 199"]


def test_threads_keep_the_order_and_know_the_limit_of_the_memory():
    with memory.limited_to(345_000_000):
        found = in_threads(lambda item: (item, memory.limit()), range(20))
    assert found == [(item, 345_000_000) for item in range(20)]


def test_an_error_in_a_thread_is_raised():
    def fail(item: int) -> int:
        if item:
            raise ValueError(f"item {item}")
        return item

    with pytest.raises(ValueError, match="item 1"):
        in_threads(fail, range(3))
    assert not [t for t in threading.enumerate() if t.name.startswith("pellucid-columns")]
