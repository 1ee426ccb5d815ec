"""Time series in files: `.ts`, the UCR archive's form, and long tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pellucid.data import Table, infer_contract, open_source
from pellucid.data.sources.long_series import series_from_long
from pellucid.errors import DataError

HEAD = "# about\n% more\n@problemName toy\n@univariate {univariate}\n"


def ts(folder: Path, name: str, head: str, *lines: str) -> Path:
    path = folder / name
    path.write_text(head + "@data\n" + "\n".join(lines) + "\n")
    return path


def test_equally_long_series_are_an_array(tmp_path):
    path = ts(tmp_path, "a.ts", "@classLabel true x y\n", "1,2,?:x", "4,NaN,6:y")
    dataset = open_source(path)
    np.testing.assert_array_equal(dataset.train["series"], [[1, 2, np.nan], [4, np.nan, 6]])
    assert dataset.train["label"].to_list() == ["x", "y"]
    assert (dataset.target, dataset.task, dataset.kinds) == (
        "label", "classification", {"series": "series"},
    )  # fmt: skip


def test_channels_come_last_in_the_array(tmp_path):
    path = ts(tmp_path, "a.ts", "@classLabel true x y\n", "1,2,3:4,5,6:x", "7,8,9:0,0,0:y")
    series = open_source(path).train["series"]
    assert series.shape == (2, 3, 2)
    np.testing.assert_array_equal(series[0], [[1, 4], [2, 5], [3, 6]])


def test_unequal_lengths_stay_lists_channel_by_channel(tmp_path):
    path = ts(tmp_path, "a.ts", "@classLabel true x y\n", "1,2:3,4:x", "5:6:y")
    series = open_source(path).train["series"]
    assert series.dtype == pl.List(pl.List(pl.Float64))
    assert series.to_list() == [[[1, 2], [3, 4]], [[5], [6]]]


def test_targets_that_are_numbers_and_files_without_any(tmp_path):
    dataset = open_source(ts(tmp_path, "a.ts", "@targetlabel true\n", "1,2:0.5", "3,4:1.5"))
    assert dataset.task == "regression"
    assert dataset.train["label"].to_list() == [0.5, 1.5]
    dataset = open_source(ts(tmp_path, "b.ts", "@classLabel false\n", "1,2", "3,4"))
    assert dataset.target is None
    assert dataset.train.names == ("series",)


def test_times_are_passed_over_with_a_note(tmp_path):
    path = ts(
        tmp_path, "a.ts", "@timeStamps true\n@classLabel true x y\n",
        "(2007-01-01 00:00:00,1.5),(2007-01-01 00:01:00,2.5):x", "(0,3),(1,4):y",
    )  # fmt: skip
    dataset = open_source(path)
    np.testing.assert_array_equal(dataset.train["series"], [[1.5, 2.5], [3, 4]])
    assert "times in it are passed over" in dataset.notes[0]


def test_the_test_part_beside_a_training_part_is_found(tmp_path):
    head = "@classLabel true x y\n"
    ts(tmp_path, "Toy_TRAIN.ts", head, "1,2:x", "3,4:y")
    ts(tmp_path, "Toy_TEST.ts", head, "5,6:x")
    for source in (tmp_path, tmp_path / "Toy_TRAIN.ts", tmp_path / "Toy_TEST.ts"):
        dataset = open_source(source)
        np.testing.assert_array_equal(dataset.train["series"], [[1, 2], [3, 4]])
        assert dataset.test is not None
        np.testing.assert_array_equal(dataset.test["series"], [[5, 6]])


def test_lines_otherwise_than_announced_are_noted(tmp_path):
    head = "@equalLength true\n@classLabel true x y\n"
    notes = open_source(ts(tmp_path, "a.ts", head, "1,2:x", "3:z")).notes
    assert "they have 1 to 2 values" in notes[0]
    assert "'z'" in notes[1]


def test_a_head_that_names_dimensions_without_a_number_announces_none(tmp_path):
    dataset = open_source(ts(tmp_path, "a.ts", "@dimensions\n@classLabel false\n", "1,2:3,4"))
    assert dataset.train["series"].shape == (1, 2, 2)
    assert not dataset.notes


def test_the_form_of_the_ucr_archive_is_known_by_its_shape(tmp_path):
    random = np.random.default_rng(0)
    values = random.normal(size=(20, 30)).round(4)
    lines = [f"{i % 2 + 1}\t" + "\t".join(map(str, row)) for i, row in enumerate(values)]
    (tmp_path / "some.tsv").write_text("\n".join(lines))
    dataset = open_source(tmp_path / "some.tsv")
    np.testing.assert_array_equal(dataset.train["series"], values)
    assert dataset.train["label"].to_list() == [1, 2] * 10
    assert "form of the UCR archive" in dataset.notes[-1]
    # The older files have blanks between and numbers such as 1.0000000e+00 for the class.
    old = [f"  {i % 2 + 1:.7e}  " + "  ".join(map(str, row)) for i, row in enumerate(values)]
    (tmp_path / "old.txt").write_text("\n".join(old))
    np.testing.assert_array_equal(open_source(tmp_path / "old.txt").train["series"], values)


def test_an_ordinary_table_of_numbers_is_none(tmp_path):
    random = np.random.default_rng(0)
    names = [f"c{i}" for i in range(30)]
    pl.DataFrame(random.normal(size=(20, 30)), schema=names).write_csv(
        tmp_path / "t.tsv", separator="\t"
    )
    assert open_source(tmp_path / "t.tsv").train.names == tuple(names)


def long_table() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "id": ["b", "b", "a", "a", "b", "a", "a", "b"],
            "time": [2, 1, 1, 2, 3, 4, 3, 4],
            "value": [2.0, 1.0, 10.0, 20.0, 3.0, 40.0, None, 4.0],
            "label": ["u", "u", "v", "v", "u", "v", "v", "u"],
        }
    )


def test_a_long_table_becomes_a_row_for_each_series(tmp_path):
    long_table().write_csv(tmp_path / "t.csv")
    for source in (tmp_path / "t.csv", long_table()):
        dataset = open_source(source)
        assert dataset.train.names == ("id", "series", "label")
        assert dataset.train["id"].to_list() == ["b", "a"]
        np.testing.assert_array_equal(dataset.train["series"], [[1, 2, 3, 4], [10, 20, np.nan, 40]])
        assert dataset.train["label"].to_list() == ["u", "v"]
        assert "--id none keeps the lines as they are" in dataset.notes[-1]
        assert dataset.kinds == {"series": "series"}


@pytest.mark.parametrize(
    "change",
    [
        pl.col("time").alias("year"),
        pl.lit(1).alias("time"),
        pl.col("value").cast(pl.String).alias("value"),
        pl.Series("label", list("uuuvvvuv")),
        pl.Series("id", range(8)),
    ],
    ids=["other name", "times twice", "no numbers", "label changes", "ids differ"],
)
def test_what_is_not_clearly_a_long_table_stays_as_it_is(change):
    frame = long_table().with_columns(change)
    if "year" in frame.columns:
        frame = frame.drop("time")
    assert open_source(frame).train.n_rows == 8


def test_several_values_are_channels_and_lengths_may_differ():
    table = Table(
        {
            "who": pl.Series([1, 1, 2]),
            "when": pl.Series([1, 2, 1]),
            "x": pl.Series([1, 2, 3]),
            "y": pl.Series([4, 5, 6]),
        }
    )
    series = series_from_long(table, "who", "when", ["x", "y"])["series"]
    assert series.to_list() == [[[1, 2], [4, 5]], [[3], [6]]]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (("nobody", "time", "value"), "no column called 'nobody'"),
        (("id", "time", "label"), "not numbers"),
        (("id", "label", "value"), "several values of the same time"),
    ],
)
def test_a_long_table_that_cannot_be_gathered_is_refused(columns, words):
    table = open_source(long_table().rename({"time": "time "})).train
    columns = tuple(name.replace("time", "time ") for name in columns)
    with pytest.raises(DataError, match=words):
        series_from_long(table, *columns)


def test_a_missing_time_is_refused_with_its_row():
    frame = long_table().with_columns(pl.Series("time", [2, None, 1, 2, 3, 4, 3, 4]))
    with pytest.raises(DataError, match="row 2"):
        series_from_long(open_source(frame).train, "id", "time", "value")


def test_series_go_through_the_contract(tmp_path):
    lines = [f"{i},{i + 1},{i * 2}:{'xy'[i % 2]}" for i in range(20)]
    dataset = open_source(ts(tmp_path, "a.ts", "@classLabel true x y\n", *lines))
    contract = infer_contract(dataset)
    assert [(c.name, c.kind) for c in contract.inputs] == [("series", "series")]
    assert contract.target == "label"
