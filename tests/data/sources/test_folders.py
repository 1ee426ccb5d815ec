"""Folders of pictures, sounds and texts: classes, parts, tables of files, and what lies about."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pellucid.data import Dataset, open_source
from pellucid.errors import DataError, SourceNotFoundError

# Only a picture's name is looked at by a source; decoding is another room's.
PNG = b"\x89PNG\r\n\x1a\n"


def tree(root: Path, *names: str, content: bytes | str = PNG) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def rows_of(dataset: Dataset, column: str) -> list[tuple[str, str | int]]:
    files = [Path(name).name if column != "text" else name for name in dataset.train[column]]
    return list(zip(files, dataset.train["label"].to_list(), strict=True))


@pytest.mark.parametrize(
    ("medium", "ending"), [("image", "png"), ("image", "JPG"), ("sound", "wav"), ("sound", "mp3")]
)
def test_a_sub_folder_is_a_class_and_numbers_are_in_natural_order(tmp_path, medium, ending):
    tree(tmp_path, f"10/b10.{ending}", f"2/b2.{ending}", f"2/b1.{ending}", f"1/deep/er/a.{ending}")
    dataset = open_source(tmp_path)
    assert rows_of(dataset, medium) == [
        (f"a.{ending}", 1), (f"b1.{ending}", 2), (f"b2.{ending}", 2), (f"b10.{ending}", 10),
    ]  # fmt: skip
    assert all(Path(name).is_absolute() for name in dataset.train[medium])
    assert (dataset.target, dataset.task) == ("label", "classification")
    assert dataset.kinds == {medium: medium}
    assert dataset.notes == ()


def test_names_of_classes_with_leading_zeros_stay_text(tmp_path):
    tree(tmp_path, "01/a.png", "02/b.png")
    assert rows_of(open_source(tmp_path), "image") == [("a.png", "01"), ("b.png", "02")]


def test_texts_are_read_and_an_unreadable_one_is_named_and_left_out(tmp_path):
    tree(tmp_path, "pos/1.txt", "pos/2.txt", content="good one\n")
    tree(tmp_path, "neg/1.txt", content="Straße".encode("latin-1"))
    tree(tmp_path, "neg/2.txt", content=b"\0\1\2\3")
    tree(tmp_path, "neg/3.txt", content="")
    dataset = open_source(tmp_path)
    assert rows_of(dataset, "text") == [("Straße", "neg"), ("good one", "pos"), ("good one", "pos")]
    notes = " ".join(dataset.notes)
    assert "2 texts of 5 could not be read and left out: neg/2.txt" in notes
    assert "neg/3.txt (empty)" in notes
    assert "1 text of 5 not in UTF-8" in notes


def test_a_missing_permission_among_many_texts_is_named(tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    tree(tmp_path, *(f"{c}/{i}.txt" for c in "ab" for i in range(50)), content="text")
    (tmp_path / "a/7.txt").chmod(0)
    assert "a/7.txt (permission denied)" in open_source(tmp_path).notes[0]


def test_texts_may_have_numbers_or_nothing_as_endings(tmp_path):
    tree(tmp_path, "a/51060", "a/51061", "b/mail.17", content="hello there")
    assert rows_of(open_source(tmp_path), "text") == [("hello there", c) for c in "aab"]


@pytest.mark.parametrize("valid", ["valid", "val", "validation", "dev"])
def test_parts_lie_above_the_classes(tmp_path, valid):
    tree(tmp_path, "train/a/1.png", "train/b/2.png", f"{valid}/a/3.png", "Test/b/4.png")
    dataset = open_source(tmp_path)
    assert rows_of(dataset, "image") == [("1.png", "a"), ("2.png", "b")]
    assert dataset.valid is not None
    assert dataset.valid["label"].to_list() == ["a"]
    assert dataset.test is not None
    assert dataset.test["label"].to_list() == ["b"]


def test_a_test_part_without_classes_is_left_out_with_a_note(tmp_path):
    tree(tmp_path, "train/a/1.png", "train/b/2.png", "test/3.png", "spare/x/9.png")
    dataset = open_source(tmp_path)
    assert dataset.test is None
    assert "'test' lacks 'label'" in dataset.notes[0]
    assert "'spare'" in " ".join(dataset.notes)


def test_parts_of_different_things_are_refused(tmp_path):
    tree(tmp_path, "train/a/1.png", "train/b/2.png", "test/a/3.wav")
    with pytest.raises(DataError, match="different things"):
        open_source(tmp_path)


def test_a_class_called_test_is_a_class(tmp_path):
    tree(tmp_path, "test/1.png", "control/2.png")
    assert rows_of(open_source(tmp_path), "image") == [("2.png", "control"), ("1.png", "test")]


def test_a_folder_within_a_folder_is_looked_into(tmp_path):
    tree(tmp_path, "photos/a/1.png", "photos/b/2.png", "__MACOSX/photos/._1.png")
    dataset = open_source(tmp_path)
    assert rows_of(dataset, "image") == [("1.png", "a"), ("2.png", "b")]
    assert "only sub-folder, 'photos'" in dataset.notes[0]


def test_what_systems_leave_behind_is_passed_over_in_silence(tmp_path):
    tree(
        tmp_path, "a/1.png", "b/2.png", "a/.DS_Store", "a/Thumbs.db", ".git/x.png",
        "__MACOSX/c/3.png", "b/._2.png", "desktop.ini",
    )  # fmt: skip
    dataset = open_source(tmp_path)
    assert rows_of(dataset, "image") == [("1.png", "a"), ("2.png", "b")]
    assert dataset.notes == ()


def test_other_files_empty_folders_and_files_without_a_class_are_noted(tmp_path):
    tree(tmp_path, "a/1.png", "b/2.png", "b/x.wav", "b/notes.pdf", "3.png")
    (tmp_path / "empty").mkdir()
    dataset = open_source(tmp_path)
    notes = " ".join(dataset.notes)
    assert rows_of(dataset, "image") == [("1.png", "a"), ("2.png", "b")]
    assert "1 sub-folder without pictures, so no class: 'empty'" in notes
    assert "2 files among the pictures passed over" in notes
    assert "'notes.pdf', 'x.wav'" in notes
    assert "1 file beside the classes' folders" in notes


def test_links_in_circles_are_followed_once(tmp_path):
    tree(tmp_path, "a/1.png", "b/2.png")
    (tmp_path / "a/up").symlink_to(tmp_path)
    (tmp_path / "b/self").symlink_to("self")
    (tmp_path / "b/gone.png").symlink_to(tmp_path / "nowhere.png")
    dataset = open_source(tmp_path)
    assert rows_of(dataset, "image") == [("1.png", "a"), ("2.png", "b")]
    notes = " ".join(dataset.notes)
    assert "1 link back to a folder already seen, not followed: 'a/up'" in notes
    assert "'b/gone.png', 'b/self'" in notes


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_among_the_files_is_not_waited_for(tmp_path):
    tree(tmp_path, "a/1.txt", "b/2.txt", content="text")
    os.mkfifo(tmp_path / "a/pipe.txt")
    dataset = open_source(tmp_path)
    assert dataset.train.n_rows == 2
    assert "'a/pipe.txt'" in dataset.notes[0]


def test_files_alone_and_single_files_are_rows_without_labels(tmp_path):
    tree(tmp_path, "2.png", "10.png", "1.png", "README.md")
    dataset = open_source(tmp_path)
    assert dataset.train.names == ("image",)
    assert [Path(p).name for p in dataset.train["image"]] == ["1.png", "2.png", "10.png"]
    assert dataset.target is None
    one = open_source(tmp_path / "2.png")
    assert one.train["image"].to_list() == [str(tmp_path / "2.png")]
    tree(tmp_path / "s", "a.wav")
    assert open_source(tmp_path / "s/a.wav").train["sound"].to_list() == [str(tmp_path / "s/a.wav")]
    tree(tmp_path / "t", "a.txt", content="It was a dark night. The wind was cold and loud.")
    assert open_source(tmp_path / "t").train["text"].to_list()[0].startswith("It was")
    assert open_source(tmp_path / "t/a.txt").train["text"].to_list()[0].startswith("It was")


def test_metadata_names_files_and_keeps_its_other_columns(tmp_path):
    tree(tmp_path, "train/a.png", "train/sub/b.png", "test/c.png")
    header = "file_name,age,label\n"
    tree(tmp_path, "train/metadata.csv", content=header + "a.png,3,x\nsub/b.png,4,y\nno.png,5,x\n")
    tree(tmp_path, "test/metadata.csv", content=header + "c.png,6,y\n")
    dataset = open_source(tmp_path)
    # That the third is not there is told with the other pictures that cannot be read.
    assert dataset.train["image"].to_list() == [
        str(tmp_path / f"train/{name}") for name in ("a.png", "sub/b.png", "no.png")
    ]
    assert dataset.train["age"].to_list() == [3, 4, 5]
    assert dataset.target == "label"
    assert dataset.test is not None
    assert dataset.test["age"].to_list() == [6]
    assert dataset.notes == ()


def test_metadata_above_the_parts_is_divided_by_their_folders(tmp_path):
    tree(tmp_path, "train/a.png", "train/sub/b.png", "dev/d.png", "test/c.png", "e.png")
    rows = "train/a.png,3\ntrain/sub/b.png,4\n,5\ntest/c.png,6\ndev/d.png,7\ne.png,8\n"
    tree(tmp_path, "metadata.csv", content="file_name,age\n" + rows)
    dataset = open_source(tmp_path)
    assert dataset.train["age"].to_list() == [3, 4]
    assert dataset.train["image"].to_list() == [
        str(tmp_path / f"train/{name}") for name in ("a.png", "sub/b.png")
    ]
    assert dataset.valid is not None
    assert dataset.valid["age"].to_list() == [7]
    assert dataset.test is not None
    assert dataset.test["age"].to_list() == [6]
    assert dataset.test["image"].to_list() == [str(tmp_path / "test/c.png")]
    assert dataset.kinds == {"image": "image"}
    (note,) = dataset.notes
    assert "2 rows of metadata.csv name files in none of the folders" in note
    assert "rows 3, 6 " in note


def test_metadata_within_a_part_comes_before_that_above(tmp_path):
    tree(tmp_path, "train/a.png", "train/b.png", "test/c.png")
    tree(tmp_path, "metadata.csv", content="file_name,age\ntrain/a.png,3\ntrain/b.png,4\n")
    tree(tmp_path, "test/metadata.csv", content="file_name,age\nc.png,6\n")
    dataset = open_source(tmp_path)
    assert dataset.train["age"].to_list() == [3, 4]
    assert dataset.test is not None
    assert dataset.test["age"].to_list() == [6]


def test_texts_of_metadata_are_read_and_those_not_there_left_out_with_a_note(tmp_path):
    tree(tmp_path, "train/a.txt", "train/b.txt", "test/c.txt", content="a letter")
    rows = "train/a.txt,3\ntrain/no.txt,4\ntrain/b.txt,5\ntest/c.txt,6\n"
    tree(tmp_path, "metadata.csv", content="file_name,age\n" + rows)
    dataset = open_source(tmp_path)
    assert dataset.train["text"].to_list() == ["a letter"] * 2
    assert dataset.train["age"].to_list() == [3, 5]
    assert dataset.train["file"].to_list() == [
        str(tmp_path / f"train/{name}") for name in ("a.txt", "b.txt")
    ]
    assert dataset.notes == (
        "1 row of metadata.csv names a file that is not there, and is left out: row 2 (counted "
        "from 1, a header line not counted).",
    )


def test_metadata_above_classes_that_names_no_files_is_passed_over_with_a_note(tmp_path):
    tree(tmp_path, "train/x/a.png", "train/y/b.png")
    tree(tmp_path, "metadata.csv", content="about,value\nauthor,me\n")
    dataset = open_source(tmp_path)
    assert dataset.train["label"].to_list() == ["x", "y"]
    assert dataset.notes == ("metadata.csv was passed over: The table has no column 'file_name'.",)
    tree(tmp_path / "alone", "train/a.png", "metadata.csv", content="name,age\ntrain/a.png,3\n")
    with pytest.raises(DataError, match="no column 'file_name'"):
        open_source(tmp_path / "alone")


def test_an_empty_name_in_metadata_is_a_missing_picture(tmp_path):
    tree(tmp_path, "a.png")
    tree(tmp_path, "metadata.csv", content="file_name,age\na.png,3\n,4\nNA,5\n")
    dataset = open_source(tmp_path)
    assert dataset.train["image"].to_list() == [str(tmp_path / "a.png"), None, None]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("name,label\na.png,x\n", "no column 'file_name'"),
        ("file_name,label\nz.png,x\n", "None of the 1 file that the table names is there"),
        ("file_name,label\na.pdf,x\n", "no pictures, sounds or texts"),
    ],
)
def test_metadata_that_names_no_files_is_refused(tmp_path, content, words):
    tree(tmp_path, "a.png")
    tree(tmp_path, "metadata.csv", content=content)
    with pytest.raises(DataError, match=words) as caught:
        open_source(tmp_path)
    assert str(tmp_path / "metadata.csv") in str(caught.value)


def test_tables_called_train_and_test_are_parts(tmp_path):
    tree(tmp_path, "train.csv", content="a,y\n1,u\n2,v\n")
    tree(tmp_path, "test.csv", content="a,y\n3,u\n")
    tree(tmp_path, "README.md", content="about")
    dataset = open_source(tmp_path)
    assert dataset.train["a"].to_list() == [1, 2]
    assert dataset.test is not None
    assert dataset.test["a"].to_list() == [3]
    tree(tmp_path, "test.csv", content="a\n3\n")
    dataset = open_source(tmp_path)
    assert dataset.test is None
    assert "test.csv lacks 'y'" in dataset.notes[0]


def test_a_folder_with_one_table_is_that_table(tmp_path):
    tree(tmp_path, "data.csv", content="a,y\n1,u\n2,v\n")
    tree(tmp_path, "LICENSE.pdf")
    assert open_source(tmp_path).train.names == ("a", "y")


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ((), "folder is empty"),
        (("a.docx", "b.pdf"), "no data that is understood: 'a.docx', 'b.pdf'"),
        (("a/x.pdf", "b/y.pdf"), "sub-folders hold no pictures"),
        (("a.csv", "b.csv"), "give one of its files"),
        (("train/x.pdf", "train/y.pdf"), "no pictures, sounds or texts"),
    ],
)
def test_a_folder_without_data_is_refused(tmp_path, names, words):
    tree(tmp_path, *names)
    with pytest.raises((SourceNotFoundError, DataError), match=words) as caught:
        open_source(tmp_path)
    assert str(tmp_path) in str(caught.value)


def test_texts_none_of_which_can_be_read_are_refused(tmp_path):
    tree(tmp_path, "a/1.txt", "b/2.txt", content=b"\0")
    with pytest.raises(DataError, match="None of the texts can be read"):
        open_source(tmp_path)


def test_the_real_folders_open(shared_data: Path):
    trec = open_source(shared_data / "text/trec-questions")
    # The numbers are those of the sets' own descriptions.
    assert trec.train.n_rows == 5452
    assert trec.test is not None
    assert trec.test.n_rows == 500
    assert trec.train["label"].n_unique() == 6
    polarity = open_source(shared_data / "text/sentence-polarity")
    assert polarity.train.n_rows == 2 * 5331
    adult = open_source(shared_data / "tables/adult/adult.data")
    assert adult.train.n_rows == 32_561
    assert adult.test is not None
    assert adult.test.n_rows == 16_281
    assert set(adult.test["column_15"]) == set(adult.train["column_15"]) == {">50K", "<=50K"}
