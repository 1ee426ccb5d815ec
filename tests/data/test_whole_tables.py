"""What a sample says of a long table is widened to all its rows, on disk or in memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pellucid import memory
from pellucid.data import stored
from pellucid.data import table as table_module
from pellucid.data.column_inference import input_contract
from pellucid.data.contract import ColumnContract
from pellucid.data.distributions import of_whole
from pellucid.data.findings.evidence import Sample
from pellucid.data.profile import Profile
from pellucid.data.stored import StoredColumn
from pellucid.data.table import Table
from pellucid.data.target_inference import is_labelled

N = 4000
RARE = {17: "once", 3999: "at the end"}


def frame() -> pl.DataFrame:
    random = np.random.default_rng(0)
    words = random.choice(["a", "b", " c "], N).tolist()
    for row, word in RARE.items():
        words[row] = word
    words[5] = "?"
    return pl.DataFrame(
        {
            "word": words,
            "number": [None if i == 7 else float("nan") if i == 8 else float(i) for i in range(N)],
            "whole": random.integers(0, 1000, N),
            "ok": random.random(N) < 0.5,
            "n": random.choice(["x", "y"], N),  # a name that the counting might use itself
        }
    )


@pytest.fixture(params=["in memory", "on disk", "on disk, in parts"])
def table(request, tmp_path: Path, monkeypatch) -> Table:
    if request.param == "on disk, in parts":
        monkeypatch.setattr(stored, "rows_at_once", lambda n_columns=1: 900 // n_columns)
    if request.param == "in memory":
        return Table({series.name: series for series in frame().get_columns()})
    frame().write_ipc(tmp_path / "t.arrow")
    return Table({name: StoredColumn(tmp_path / "t.arrow", name, N) for name in frame().columns})


def widened(table: Table, name: str) -> ColumnContract:
    rows = np.arange(100, 200)
    return of_whole(input_contract(Profile(name, table.take(rows)[name]), None, None), table)


def test_categories_and_missing_values_are_counted_in_all_rows(table):
    entry = widened(table, "word")
    words = frame()["word"].str.strip_chars()
    assert entry.n_missing == 1  # the question mark
    counts = dict(zip(entry.details["categories"], entry.details["counts"], strict=True))
    assert counts == {word: (words == word).sum() for word in ["a", "b", "c", *RARE.values()]}
    assert list(counts.values()) == sorted(counts.values(), reverse=True)
    assert entry.details["n_categories"] == 5


def test_the_range_is_that_of_all_rows(table):
    entry = widened(table, "number")
    assert (entry.details["minimum"], entry.details["maximum"]) == (0.0, N - 1.0)
    assert entry.n_missing == 2


def test_truth_values_are_counted(table):
    entry = widened(table, "ok")
    counts = dict(zip(entry.details["categories"], entry.details["counts"], strict=True))
    assert counts["true"] == frame()["ok"].sum()


def test_a_column_may_be_called_as_counts_are(table):
    assert sum(widened(table, "n").details["counts"]) == N


def test_a_sample_has_a_row_from_each_part_of_the_table(table):
    sample = Sample(table, most=100)
    assert (sample.indices // (N // 100) == np.arange(100)).all()
    assert sample.table["whole"].to_list() == frame()["whole"].gather(sample.indices).to_list()
    assert not sample.table.on_disk
    assert sample.indices.tolist() == Sample(table, most=100).indices.tolist()


def test_every_class_is_among_the_rows_looked_at(tmp_path, monkeypatch):
    frame().write_ipc(tmp_path / "t.arrow")
    table = Table({name: StoredColumn(tmp_path / "t.arrow", name, N) for name in frame().columns})
    monkeypatch.setattr(table_module, "MOST_LOOKED_AT", 60)
    monkeypatch.setattr(table_module, "_DECIDING_ROWS", 50)
    monkeypatch.setattr(stored, "rows_at_once", lambda n_columns=1: 900 // n_columns)
    looked_at = table.looked_at(["word", "ok"])
    assert set(RARE.values()) <= set(looked_at["word"].to_list())
    assert 50 <= looked_at.n_rows <= 60


def test_few_values_are_counted_in_all_parts(tmp_path, monkeypatch):
    expected = frame().group_by("word").len()
    frame().write_ipc(tmp_path / "t.arrow")
    monkeypatch.setattr(stored, "rows_at_once", lambda n_columns=1: 700 // n_columns)
    on_disk = Table({"word": StoredColumn(tmp_path / "t.arrow", "word", N)})
    for table in (on_disk, Table({"word": frame()["word"]})):
        counted = table.few_values("word")
        assert sorted(counted.rows(), key=str) == sorted(expected.rows(), key=str)
    monkeypatch.setattr(stored, "_FEW_VALUES", 2)
    assert Table({"word": frame()["word"]}).few_values("word") is None


def test_missing_values_among_few_are_counted_in_all_rows(tmp_path):
    days = ["2024-01-0" + str(1 + i % 7) for i in range(N)]
    days[17], days[N - 1] = None, "n/a"
    pl.DataFrame({"day": days}).write_ipc(tmp_path / "t.arrow")
    table = Table({"day": StoredColumn(tmp_path / "t.arrow", "day", N)})
    sample = Profile("day", table["day"].slice(100, 200))
    assert of_whole(input_contract(sample, None, None), table).n_missing == 2
    assert np.flatnonzero(~is_labelled(table, "day")).tolist() == [17, N - 1]


def test_of_a_wide_table_on_disk_fewer_rows_are_looked_at_where_memory_is_short(tmp_path):
    n, width = 20_000, 30
    wide = pl.DataFrame({f"c{i}": np.arange(n) for i in range(width)})
    wide.write_ipc(tmp_path / "t.arrow")
    columns = {name: StoredColumn(tmp_path / "t.arrow", name, n) for name in wide.columns}
    with memory.limited_to(4 * 32 * width * 12_000):  # a quarter of it for 12,000 rows
        assert Sample(Table(columns)).table.n_rows == 12_000
    assert Sample(Table(columns)).table.n_rows == n
