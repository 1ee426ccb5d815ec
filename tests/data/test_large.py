"""Large tables are read from disk with the values that small ones have."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from pellucid import memory
from pellucid.data import open_source
from pellucid.data.sources import large
from pellucid.errors import DataError

ROWS = 5000


@pytest.fixture(autouse=True)
def _everything_is_large(monkeypatch, tmp_path):
    monkeypatch.setattr(large, "READ_WHOLE", 100)
    monkeypatch.setenv("PELLUCID_HOME", str(tmp_path / "home"))


def frame() -> pl.DataFrame:
    rng = np.random.default_rng(0)
    return pl.DataFrame(
        {
            "size": rng.normal(size=ROWS).round(4),
            "n": rng.integers(0, 100, ROWS),
            "name": rng.choice(["a, b", 'say "c"', "d\ne", ""], ROWS),
            "ok": rng.random(ROWS) < 0.5,
        }
    )


def write(path, text: str):
    path.write_text(text, encoding="utf-8")
    return path


def test_a_large_csv_has_the_values_written_to_it(tmp_path):
    path = tmp_path / "t.csv"
    frame().write_csv(path)
    dataset = open_source(str(path))
    assert dataset.train.on_disk
    assert dataset.train.n_rows == ROWS
    read = dataset.train.to_frame()
    expected = frame().with_columns(pl.col("name").replace("", None))
    assert read.equals(expected)
    assert "read from disk" in dataset.notes[-1]


def test_a_header_may_begin_as_a_compressed_stream_does(tmp_path):
    """Polars would unpack what begins with the two bytes of RFC 1950, and fail."""
    path = write(tmp_path / "t.csv", "x^2,y\n" + "1,2\n" * 100)
    assert open_source(str(path)).train.to_frame().sum().rows() == [(100, 200)]


def test_a_second_opening_reads_the_file_of_columns(tmp_path, monkeypatch):
    path = tmp_path / "t.csv"
    frame().write_csv(path)
    first = open_source(str(path)).train.to_frame()
    monkeypatch.setattr(large, "_convert_text", None)  # would fail if it were called
    assert open_source(str(path)).train.to_frame().equals(first)


def test_a_changed_file_is_read_anew(tmp_path):
    path = tmp_path / "t.csv"
    frame().write_csv(path)
    open_source(str(path))
    frame().head(200).write_csv(path)
    assert open_source(str(path)).train.n_rows == 200


@pytest.mark.parametrize(
    ("late", "dtype"), [("1.5", pl.Float64), ("many", pl.String), ("N/A", pl.Int64)]
)
def test_a_late_value_widens_its_column_alone(tmp_path, late, dtype):
    lines = [f"{i},{i}" for i in range(ROWS)]
    lines[3777] = f"{late},7"  # between the places that are looked at
    path = write(tmp_path / "t.csv", "\n".join(["a,b", *lines]) + "\n")
    read = open_source(str(path)).train.to_frame()
    assert read.schema == {"a": dtype, "b": pl.Int64}
    assert read["b"].sum() == sum(range(ROWS)) - 3777 + 7
    assert str(read["a"][3777]) == (late if late != "N/A" else "None")


def test_semicolons_and_decimal_commas_are_read(tmp_path):
    lines = [f"{i},5;x{i % 3}" for i in range(ROWS)]
    path = write(tmp_path / "t.csv", "\n".join(["a;b", *lines]) + "\n")
    read = open_source(str(path)).train.to_frame()
    assert read["a"].to_list()[:3] == [0.5, 1.5, 2.5]
    assert read["b"].to_list()[:3] == ["x0", "x1", "x2"]


def test_a_line_with_too_many_values_is_named(tmp_path):
    lines = [f"{i},{i}" for i in range(ROWS)]
    lines[2500] = "1,2,3"
    path = write(tmp_path / "t.csv", "\n".join(["a,b", *lines]) + "\n")
    with pytest.raises(DataError, match=r"3 values, the header names 2") as caught:
        open_source(str(path))
    assert "line 2,502" in str(caught.value)


def test_bytes_that_are_no_utf8_are_named(tmp_path):
    lines = [f"{i},Zo\xeb" for i in range(ROWS)]
    path = tmp_path / "t.csv"
    path.write_bytes("\n".join(["a,b", *lines]).encode("latin-1"))
    with pytest.raises(DataError, match="not text in UTF-8"):
        open_source(str(path))


def test_a_large_parquet_file_has_the_values_written_to_it(tmp_path):
    path = tmp_path / "t.parquet"
    written = frame().with_columns(kind=frame()["name"].cast(pl.Categorical))
    written.write_parquet(path)
    read = open_source(str(path)).train
    assert read.on_disk
    assert read.to_frame().equals(written.with_columns(pl.col("kind").cast(pl.String)))


def test_rows_are_read_in_the_order_asked_for(tmp_path):
    path = tmp_path / "t.csv"
    frame().write_csv(path)
    table = open_source(str(path)).train
    rows = np.random.default_rng(1).permutation(ROWS)[:300]
    assert table.take(rows)["size"].to_list() == frame()["size"].gather(rows).to_list()
    few, which = table.spread(7)
    assert which[[0, -1]].tolist() == [0, ROWS - 1]
    assert few["n"].to_list() == frame()["n"].gather(which).to_list()
    assert table.take(np.arange(0))["n"].to_list() == []


def test_tables_used_least_recently_make_room(tmp_path, monkeypatch):
    paths = [tmp_path / f"t{i}.csv" for i in range(3)]
    for path in paths:
        frame().write_csv(path)
    open_source(str(paths[0]))
    size = next((tmp_path / "home" / "tables").glob("*.arrow")).stat().st_size
    monkeypatch.setenv("PELLUCID_CACHE_LIMIT", str(int(2.5 * size)))
    for path in paths[1:]:
        open_source(str(path))
    kept = sum(1 for _ in (tmp_path / "home" / "tables").glob("*.arrow"))
    assert kept == 2
    monkeypatch.setattr(large, "_convert_text", None)
    assert open_source(str(paths[2])).train.n_rows == ROWS


@pytest.mark.parametrize("text", ["NA", "null", "?", "(null)", ""])
@pytest.mark.parametrize("often", [True, False], ids=["often", "once, late"])
def test_what_means_missing_among_numbers_is_read_as_missing(tmp_path, text, often):
    lines = [f"{i},{i / 2}" for i in range(ROWS)]
    rows = range(0, ROWS, 10) if often else [3777]  # between the places that are looked at
    for row in rows:
        lines[row] = f'"{text}",{row / 2}' if not text else f"{text},{row / 2}"
    path = write(tmp_path / "t.csv", "\n".join(["a,b", *lines]) + "\n")
    read = open_source(str(path)).train.to_frame()
    expected = [None if row in rows else row for row in range(ROWS)]
    assert read["a"].to_list() == expected
    assert read["b"].to_list() == [row / 2 for row in range(ROWS)]


def test_a_parquet_file_is_kept_some_columns_at_a_time_where_memory_is_short(tmp_path):
    path = tmp_path / "t.parquet"
    written = frame().with_columns(twice=pl.col("n") * 2)
    written.write_parquet(path)
    with memory.limited_to(memory.SHARE * large._DECODED_COLUMN * 2):
        dataset = open_source(str(path))
        assert dataset.train.to_frame().equals(written)
        rows = np.array([4999, 17, 17])
        assert dataset.train.take(rows).to_frame().equals(written[rows])
    kept = sorted((tmp_path / "home" / "tables").iterdir())
    assert [pl.read_ipc(file).columns for file in kept] == [
        ["size", "n"],
        ["name", "ok"],
        ["twice"],
    ]


def test_the_parts_of_one_table_stay_beyond_the_caches_limit(tmp_path, monkeypatch):
    monkeypatch.setenv("PELLUCID_CACHE_LIMIT", "1")
    frame().write_csv(tmp_path / "old.csv")
    open_source(str(tmp_path / "old.csv"))
    frame().write_parquet(tmp_path / "t.parquet")
    with memory.limited_to(memory.SHARE * large._DECODED_COLUMN):
        assert open_source(str(tmp_path / "t.parquet")).train.to_frame().equals(frame())
    assert len(list((tmp_path / "home" / "tables").iterdir())) == frame().width
