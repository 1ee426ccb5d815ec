"""Columns of paths in tables: where the files lie is settled when the table is read."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from pellucid.data import Table, open_source
from pellucid.data.sources.paths import resolve_paths

NAMES = ["a.png", "sub/b.JPG", "../c.gif"]


def test_relative_paths_start_at_the_folder_of_the_table(tmp_path):
    frame = pl.DataFrame({"photo": NAMES, "y": [1, 2, 3]})
    folder = tmp_path / "inner"
    folder.mkdir()
    expected = [
        str(folder / "a.png"), str(folder / "sub/b.JPG"), str(tmp_path / "c.gif"),
    ]  # fmt: skip
    frame.write_csv(folder / "t.csv")
    frame.write_parquet(folder / "t.parquet")
    frame.write_ndjson(folder / "t.jsonl")
    frame.write_ipc(folder / "t.arrow")
    (folder / "t.json").write_text(json.dumps(frame.to_dicts()))
    for ending in ("csv", "parquet", "jsonl", "arrow", "json"):
        assert open_source(folder / f"t.{ending}").train["photo"].to_list() == expected


def test_in_memory_they_start_at_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    frame = pl.DataFrame({"voice": ["a.wav", "b.flac"]})
    assert open_source(frame).train["voice"].to_list() == [
        str(tmp_path / "a.wav"), str(tmp_path / "b.flac"),
    ]  # fmt: skip


def test_absolute_paths_home_addresses_and_missing_values(monkeypatch):
    monkeypatch.setenv("HOME", "/somewhere")
    values = pl.Series(["/x/a.png", "~/b.png", None, "https://x.org/c.png", "d\\e.png", ""])
    assert resolve_paths(Table({"p": values}), Path("/t"))["p"].to_list() == [
        "/x/a.png", "/somewhere/b.png", None, "https://x.org/c.png", "/t/d/e.png", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "values", [["a.png", "b", "c", "d"], ["x", "y"], [None, None], ["a.png is a file", "so"]]
)
def test_other_texts_are_left_alone(values):
    column = pl.Series(values, dtype=pl.String)
    assert resolve_paths(Table({"p": column}), Path("/t"))["p"].to_list() == values
