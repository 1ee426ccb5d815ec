"""Tables in files: CSV and its relatives, Parquet, JSON Lines, .npz."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pellucid.data import infer_contract, open_source
from pellucid.errors import DataError


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def columns_of(path: Path) -> dict[str, list[object]]:
    table = open_source(path).train
    return {name: table[name].to_list() for name in table}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.csv", "a,b\n1,x\n2,y z\n"),
        ("t.csv", "a;b\n1;x\n2;y z\n"),
        ("t.csv", "a\tb\n1\tx\n2\ty z\n"),
        ("t.csv", "a|b\n1|x\n2|y z\n"),
        ("t.tsv", "a\tb\n1\tx\n2\ty z\n"),
        ("t.txt", "a,b\r\n1,x\r\n2,y z\r\n"),
        ("t.csv", "a,b\r1,x\r2,y z\r"),
        ("t.csv", "\ufeffa,b\n1,x\n2,y z"),
        ("t.csv", "\n\na,b\n1,x\n\n2,y z\n\n\n"),
        ("t.csv", ' a , b \n1,"x"\n2, y z \n'),
        ("t.csv", "a,b\n1,x\n2,y z\n".encode("utf-16")),
        ("t.csv.gz", gzip.compress(b"a,b\n1,x\n2,y z\n", mtime=0)),
        ("t.jsonl", '{"a": 1, "b": "x"}\n{"b": "y z", "a": 2}\n'),
        ("t.ndjson", '\ufeff{"a": 1, "b": "x"}\n\n{"b": "y z", "a": 2}'),
    ],
)
def test_the_same_table_is_read_from_every_form(tmp_path: Path, name: str, content: str | bytes):
    path = written(tmp_path, name, content)
    assert columns_of(path) == {"a": [1, 2], "b": ["x", "y z"]}
    assert open_source(path).name == "t"
    assert open_source(str(path)).origin == str(path)


def test_separators_inside_quotation_marks_are_text(tmp_path: Path):
    path = written(tmp_path, "t.csv", 'a;b\n"1,5,5,5";x\n"2;3";"y ""z"""\n')
    assert columns_of(path) == {"a": ["1,5,5,5", "2;3"], "b": ["x", 'y "z"']}


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".txt"])
def test_a_header_may_begin_as_a_compressed_stream_does(tmp_path: Path, ending: str):
    """Polars would unpack what begins with the two bytes of RFC 1950, and fail."""
    path = written(tmp_path, f"table{ending}", "x^2\ty\n1\t2\n3\t4\n")
    assert columns_of(path) == {"x^2": [1, 3], "y": [2, 4]}


def test_missing_values_of_all_spellings_are_missing(tmp_path: Path):
    path = written(tmp_path, "t.csv", "a,b\n1,x\nNA,?\n,null\n NaN , N/A\n5,None\n")
    assert columns_of(path) == {"a": [1, None, None, None, 5], "b": ["x", None, None, None, None]}


def test_decimal_commas_are_read_where_semicolons_separate(tmp_path: Path):
    assert columns_of(written(tmp_path, "t.csv", "a;b\n1,5;x\n2;y\n"))["a"] == [1.5, 2.0]


def test_a_header_that_looks_like_data_is_warned_of(tmp_path: Path, shared_data: Path):
    for content in ("yes,red\nno,blue\nyes,red\n", "name,2019,2020\na,1,2\nb,3,4\n"):
        notes = open_source(written(tmp_path, "t.csv", content)).notes
        assert "looks like data" in notes[0]
    titanic = open_source(shared_data / "tables/titanic/titanic.csv")
    assert titanic.notes == ()


def test_lines_with_too_few_values_are_noted_with_the_first(tmp_path: Path):
    dataset = open_source(written(tmp_path, "t.csv", "a,b,c\n1,2,3\n4,5\n6,7,\n"))
    assert dataset.train["c"].to_list() == [3, None, None]
    assert "in 1 line," in dataset.notes[0]
    assert "line 3 of the file" in dataset.notes[0]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.csv", "", "file is empty"),
        ("t.csv", "\n\n \n", "file is empty"),
        ("t.csv", "a,b\n", "header but no rows"),
        ("t.csv", "a,b,a\n1,2,3\n", "same name: 'a'"),
        ("t.csv", "a,b\n1,2\n1,2,3\n", "line 3"),
        ("t.csv", 'a,b\n1,"x\n2,y\n', "quotation mark"),
        ("t.csv", b"a,b\n\xc3\xa9,x\ny,Stra\xdfe\n", "line 3"),
        ("t.csv", b"a,b\n1,\x00\x00\n", "not a text"),
        ("t.csv", b"\xff\xfea", "not text in UTF-16"),
        ("t.csv.gz", gzip.compress(b"a,b\n1,2\n" * 99, mtime=0)[:-9], "damaged"),
        ("t.jsonl", '{"a": 1}\n[1]\n', "line 2"),
        ("t.jsonl", '{"a": 1}\n{"a": \n', "line 2"),
        ("t.jsonl", "", "file is empty"),
        ("t.jsonl", '{"a": {"b": 1}}\n', "objects within objects"),
        ("t.parquet", b"PAR1 and no more", "damaged"),
        ("t.parquet", b"", "damaged"),
        ("t.npz", b"PK and no more", "damaged"),
        ("t.npz", b"", "damaged"),
        ("t.json", "[]", "no rows"),
        ("t.docx", "a,b", "'.docx' are not known"),
        ("t", "a,b", "no ending"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_is_not_changed(tmp_path, name, content, message):
    path = written(tmp_path, name, content)
    before = path.read_bytes()
    with pytest.raises(DataError) as caught:
        open_source(path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_cut_off_parquet_file_or_archive_is_refused(tmp_path: Path):
    pl.DataFrame({"a": range(1000)}).write_parquet(tmp_path / "whole.parquet")
    np.savez(tmp_path / "whole.npz", X=np.zeros((100, 3)), y=np.zeros(100))
    for whole in ("whole.parquet", "whole.npz"):
        content = (tmp_path / whole).read_bytes()
        for end in (10, len(content) // 2, len(content) - 5):
            with pytest.raises(DataError, match="damaged"):
                open_source(written(tmp_path, "cut" + whole[5:], content[:end]))


def test_parquet_keeps_types_and_vectors(tmp_path: Path):
    frame = pl.DataFrame({"v": [[1.0, 2.0], [3.0, 4.0]], "t": ["a", "b"], "n": [1, None]})
    frame.write_parquet(tmp_path / "t.parquet")
    table = open_source(tmp_path / "t.parquet").train
    assert table["v"].tolist() == [[1, 2], [3, 4]]
    assert table["n"].to_list() == [1, None]


@pytest.mark.parametrize(
    "names",
    [
        ("X", "y", None, None),
        ("x_train", "y_train", "x_test", "y_test"),
        ("X_train", "Y_train", "X_test", "Y_test"),
        ("train_images", "train_labels", "test_images", "test_labels"),
        ("data", "target", None, None),
    ],
)
def test_archives_are_read_by_the_usual_names(tmp_path: Path, names):
    arrays = {}
    for name, array in zip(names, (np.eye(3), [0, 1, 0], np.eye(3)[:2], [1, 1]), strict=True):
        if name is not None:
            arrays[name] = array
    np.savez(tmp_path / "t.npz", **arrays)
    dataset = open_source(tmp_path / "t.npz")
    assert dataset.target == "y"
    assert dataset.train["y"].to_list() == [0, 1, 0]
    assert (dataset.test is not None) == (names[2] is not None)


def test_an_archive_with_pickled_objects_or_unknown_names_is_refused(tmp_path: Path):
    np.savez(tmp_path / "objects.npz", X=np.array([{}, {}]), y=[0, 1])
    with pytest.raises(DataError, match="could run code"):
        open_source(tmp_path / "objects.npz")
    np.savez(tmp_path / "names.npz", first=np.eye(2), second=np.eye(2))
    with pytest.raises(DataError, match="'first', 'second'"):
        open_source(tmp_path / "names.npz")


def test_a_hundred_thousand_rows_come_through_the_contract(tmp_path: Path):
    # Nothing may be done row by row in Python: that would take minutes here, not seconds.
    random = np.random.default_rng(0)
    frame = pl.DataFrame({f"c{i}": random.normal(size=100_000) for i in range(19)})
    frame.with_columns(y=random.integers(0, 3, 100_000)).write_csv(tmp_path / "big.csv")
    dataset = open_source(tmp_path / "big.csv")
    contract = infer_contract(dataset, target="y")
    assert [column.kind for column in contract.inputs] == ["number"] * 19
    assert contract.task == "classification"
