"""Large tables without a line of names: the first row is not lost."""

from __future__ import annotations

import pytest

from pellucid.data import open_source
from pellucid.data.sources import large
from pellucid.errors import DataError


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch, private_home):
    monkeypatch.setattr(large, "READ_WHOLE", 10)


def test_a_first_row_of_data_is_a_row(tmp_path):
    (tmp_path / "t.csv").write_text("5.1,3.5,setosa\n4.9,3.0,setosa\n6.1,3.1,other\n")
    dataset = open_source(tmp_path / "t.csv")
    assert dataset.train.names == ("column_1", "column_2", "column_3")
    assert dataset.train["column_1"].to_list() == [5.1, 4.9, 6.1]
    assert "first line is data" in dataset.notes[0]


def test_a_line_of_names_is_none(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n5.1,x\n4.9,y\n")
    dataset = open_source(tmp_path / "t.csv")
    assert dataset.train.names == ("a", "b")
    assert dataset.train["a"].to_list() == [5.1, 4.9]


def test_names_that_occur_twice_are_refused(tmp_path):
    (tmp_path / "t.csv").write_text("a,a\n5.1,x\n4.9,y\n")
    with pytest.raises(DataError, match="same name: 'a'"):
        open_source(tmp_path / "t.csv")


def test_paths_start_at_the_folder_of_the_table(tmp_path):
    (tmp_path / "t.csv").write_text("photo,y\na.png,1\nb.png,2\n")
    assert open_source(tmp_path / "t.csv").train["photo"].to_list() == [
        str(tmp_path / "a.png"),
        str(tmp_path / "b.png"),
    ]
