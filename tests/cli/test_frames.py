"""A file that a spreadsheet opens runs nothing of what stood in the person's data."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pellucid.cli.frames import write_frame
from pellucid.data import open_source

# OWASP, "CSV Injection": what a cell must not begin with; the third is its own example.
FORMULAS = [
    "=1+1", "@SUM(1+1)*cmd|' /C calc'!A0", '=1+2";=1+2', "+1-2", "-2+3+cmd|' /C calc'!A0",
    "\t=1+1", "\r=1+1", "\n=1+1", "＝1+1", "--1",
]  # fmt: skip
PLAIN = ["-1", "+1.5", "-1e-3", "+41791234567", "-12,5", "-3 %", "+", "-", "a=b", "", "'=1", "1-2"]


def written(frame: pl.DataFrame, path: Path) -> pl.DataFrame:
    write_frame(frame, path)
    return pl.read_csv(
        path, separator="," if path.suffix == ".csv" else "\t", infer_schema=False
    )  # fmt: skip


@pytest.mark.parametrize("ending", ["csv", "tsv"])
def test_no_cell_begins_as_a_formula_and_no_other_is_changed(tmp_path: Path, ending: str) -> None:
    texts = [*FORMULAS, *PLAIN]
    frame = pl.DataFrame({"id": texts, "=name": pl.Series(texts, dtype=pl.Categorical)})
    read = written(frame, tmp_path / f"answers.{ending}")
    expected = [*(f"'{text}" for text in FORMULAS), *PLAIN]
    assert read.columns == ["id", "'=name"]
    assert read["id"].fill_null("").to_list() == expected
    assert read["'=name"].fill_null("").to_list() == expected


def test_lists_that_begin_as_a_formula_are_text(tmp_path: Path) -> None:
    read = written(pl.DataFrame({"labels": [["=1", "b"], ["a", "=1"]]}), tmp_path / "a.csv")
    assert read["labels"].to_list() == ["'=1; b", "a; =1"]


def test_numbers_stay_numbers_also_for_pellucid(tmp_path: Path) -> None:
    frame = pl.DataFrame({"n": [-1.5, 2.0], "text": ["-1", "+2"], "label": ["-", "+"]})
    write_frame(frame, tmp_path / "answers.csv")
    read = open_source(tmp_path / "answers.csv").train
    assert pl.Series(read["n"]).cast(pl.Float64).to_list() == [-1.5, 2.0]
    assert pl.Series(read["text"]).cast(pl.Float64).to_list() == [-1.0, 2.0]
    assert pl.Series(read["label"]).to_list() == ["-", "+"]


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_forms_that_no_spreadsheet_runs_keep_all_as_it_is(tmp_path: Path, ending: str) -> None:
    frame = pl.DataFrame({"id": FORMULAS})
    path = tmp_path / f"answers.{ending}"
    write_frame(frame, path)
    read = pl.read_ndjson(path) if ending == "jsonl" else pl.read_parquet(path)
    assert read["id"].to_list() == FORMULAS
