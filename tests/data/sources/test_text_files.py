"""Files of texts and of names of files, opened for a model that knows what it learned from."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from PIL import Image

import pellucid
from pellucid import api
from pellucid.data import Contract, Dataset, Table, infer_contract
from pellucid.data.taking import take_rows
from pellucid.errors import DataError

LINES = Table(
    {
        "review": pl.Series([f"a {word} film to see" for word in ("fine", "dull")] * 15),
        "good": pl.Series(["yes", "no"] * 15),
    }
)


@pytest.fixture(scope="module")
def of_lines() -> Contract:
    """Assume that texts are lines, as in a column of a table."""
    return infer_contract(Dataset("t", "memory", LINES), target="good", kinds={"review": "text"})


def texts(path: Path, content: str, contract: Contract) -> list[str]:
    path.write_text(content, encoding="utf-8")
    return take_rows(path, contract).table[contract.inputs[0].name].to_list()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("what a film\n", ["what a film"]),
        ("film", ["film"]),
        ("A fine film. I liked it, and you?\n", ["A fine film. I liked it, and you?"]),
        ("what a film\ndull\n\n so, so \n", ["what a film", "dull", "so, so"]),
        ("It was a long and dull film.\nIt was a fine film to see.\n",
         ["It was a long and dull film.", "It was a fine film to see."]),
        ("1,2\n3,4\n", ["1,2", "3,4"]),
        ("review\na film\nfine\n", ["a film", "fine"]),
        ("review,year\na film,1990\nfine,1991\n", ["a film", "fine"]),
        ("__label__yes a film\n__label__no dull\n", ["a film", "dull"]),
    ],
)  # fmt: skip
def test_for_a_model_of_texts_a_text_file_is_lines_of_text(tmp_path, of_lines, content, expected):
    assert texts(tmp_path / "one.txt", content, of_lines) == expected


def test_for_a_model_of_files_a_text_file_is_one_text(tmp_path):
    for number in range(30):
        path = tmp_path / f"letters/{('near', 'far')[number % 2]}/{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Dear friend,\nthe sea is {('near', 'far')[number % 2]} and calm.\n")
    contract = api.contract(tmp_path / "letters")[1]
    letter = "Dear Anna,\nthe sea,\n\nthe sea."
    assert texts(tmp_path / "one.txt", f"{letter}\n", contract) == [letter]
    assert texts(tmp_path / "two.txt", "the sea\n", contract) == ["the sea"]


def test_lines_are_told_of_and_an_empty_file_is_refused(tmp_path, of_lines):
    path = tmp_path / "one.txt"
    path.write_text("a film\n\nfine\n")
    assert take_rows(path, of_lines).notes == (
        "Each of its 2 lines is a text; 1 blank line passed over.",
    )
    path.write_text(" \n")
    with pytest.raises(DataError, match="The file is empty") as caught:
        take_rows(path, of_lines)
    assert str(path) in str(caught.value)


def test_other_models_read_a_text_file_as_a_table(tmp_path):
    table = LINES.with_column("year", pl.Series([1990.5, 1995.0, 2001.0] * 10))
    contract = infer_contract(Dataset("t", "memory", table), target="good",
                              kinds={"review": "text"})  # fmt: skip
    (tmp_path / "one.txt").write_text("review,year\na film,1990\n")
    assert take_rows(tmp_path / "one.txt", contract).table.names == ("review", "year")


def test_a_table_with_file_names_goes_to_a_model_of_such_a_folder(tmp_path):
    folder = tmp_path / "pets"
    lines = ["file_name,age,label"]
    for number in range(24):
        path = folder / f"train/{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (4, 4), 40 + 150 * (number % 2)).save(path)
        lines.append(f"train/{number}.png,{number % 5},{('cat', 'dog')[number % 2]}")
    (folder / "metadata.csv").write_text("\n".join(lines))
    model = pellucid.train(folder, epochs=2)
    new = folder / "new.csv"
    new.write_text("file_name,age\ntrain/0.png,3\n,4\ntrain/1.png,2\nno.png,1\n")
    with pytest.warns(api.UnlikeTrainingWarning, match=r"row 4 .*'no\.png'"):
        answers = model.predict(new, identify=True)
    assert answers["image"].to_list() == ["train/0.png", None, "train/1.png", "no.png"]
    assert answers["prediction"].is_null().to_list() == [False, False, False, True]
    frame = pl.DataFrame({"file_name": [str(folder / "train/0.png")], "age": [3]})
    assert model.predict(frame)["prediction"].to_list() == answers["prediction"].to_list()[:1]


def test_a_table_with_names_of_texts_is_read_from_them(tmp_path):
    lines = ["file_name,label"]
    for number in range(24):
        (tmp_path / f"{number}.txt").write_text(f"a {('fine', 'dull')[number % 2]} day at sea")
        lines.append(f"{number}.txt,{('fine', 'dull')[number % 2]}")
    (tmp_path / "metadata.csv").write_text("\n".join(lines))
    contract = api.contract(tmp_path)[1]
    new = tmp_path / "new.csv"
    new.write_text("file_name\n3.txt\n4.txt\n")
    taken = take_rows(new, contract)
    assert taken.table["text"].to_list() == ["a dull day at sea", "a fine day at sea"]
    assert taken.names["file"].to_list() == ["3.txt", "4.txt"]
    new.write_text("file_name\n3.txt\nno.txt\n")
    with pytest.raises(DataError, match="texts of 1 row cannot be read") as caught:
        take_rows(new, contract)
    assert "row 2 " in str(caught.value)
