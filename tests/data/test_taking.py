"""What is taken from a source for a trained model, and what says which row is which."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image

from pellucid import api
from pellucid.data import Contract, Dataset, infer_contract, open_source
from pellucid.data.taking import take_rows, with_units
from pellucid.errors import DataError
from tests.data.sources.test_gathering import channels


def pictures(folder: Path, *parts: str) -> Path:
    for part in parts or ("",):
        for name in ("cat", "dog"):
            below = folder / part / name
            below.mkdir(parents=True)
            for number in range(3):
                Image.new("L", (6, 6), 40 * number).save(below / f"{number}.png")
    return folder


def contract_of(source: object, **settings: object) -> Contract:
    return api.contract(source, **settings)[1]


def test_files_are_named_relative_to_the_folder_given(tmp_path):
    folder = pictures(tmp_path / "pets")
    taken = take_rows(folder, contract_of(folder))
    assert taken.names.to_dict(as_series=False) == {
        "file": [f"{name}/{number}.png" for name in ("cat", "dog") for number in range(3)]
    }
    assert (taken.part, taken.notes) == (None, ())
    one = take_rows(folder / "cat" / "1.png", contract_of(folder))
    assert one.names["file"].to_list() == ["1.png"]


def test_of_a_divided_folder_the_test_part_is_taken_and_a_note_says_so(tmp_path):
    folder = pictures(tmp_path / "pets", "train", "test")
    taken = take_rows(folder, contract_of(folder))
    assert taken.part == "test"
    assert taken.names["file"][0] == "test/cat/0.png"
    assert "the test part of" in taken.notes[0]
    assert "6 of 12 rows" in taken.notes[0]
    assert f"give {folder / 'train'} for those to learn from" in taken.notes[0]
    others = take_rows(folder / "train", contract_of(folder))
    assert (others.part, others.table.n_rows, others.names["file"][0]) == (None, 6, "cat/0.png")


def test_built_in_data_has_no_folder_to_be_given_instead():
    iris = open_source("iris").train
    halves = Dataset("halves", "memory", iris, test=iris, target="species")
    taken = take_rows(halves, infer_contract(halves))
    assert taken.notes == ("Only the test part of memory was taken, 150 of 300 rows.",)


def test_texts_in_files_keep_their_names_and_these_are_no_input(tmp_path):
    for name in ("good", "bad"):
        (tmp_path / name).mkdir()
        for number in range(8):
            words = f"a {name} film with plot {number}, which the whole town saw"
            (tmp_path / name / f"{number}.txt").write_text(words)
    contract = contract_of(tmp_path)
    assert [column.name for column in contract.inputs] == ["text"]
    taken = take_rows(tmp_path, contract)
    assert taken.names["file"].to_list()[:2] == ["bad/0.txt", "bad/1.txt"]
    alone = take_rows(tmp_path / "good", contract)
    assert alone.names["file"].to_list()[7] == "7.txt"
    # A model trained on a table knows no column of files: it is taken away, not wondered at.
    rows = {"text": taken.table["text"], "label": taken.table["label"]}
    table = contract_of(pl.DataFrame(rows), target="label", kinds={"text": "text"})
    again = take_rows(tmp_path, table)
    assert "file" not in again.table
    assert again.names["file"][0] == "bad/0.txt"


def test_paths_in_a_table_are_shown_as_they_stand_there(tmp_path):
    pictures(tmp_path / "pets")
    path = tmp_path / "list.csv"
    pl.DataFrame(
        {
            "photo": [f"pets/{name}/{k}.png" for name in ("cat", "dog") for k in range(3)],
            "age": [1, 2, 3, 4, 5, 6],
            "kind": ["cat"] * 3 + ["dog"] * 3,
        }
    ).write_csv(path)
    taken = take_rows(path, contract_of(path, target="kind"))
    assert taken.names["photo"].to_list()[0] == "pets/cat/0.png"
    assert taken.names.columns == ["photo"]


def test_columns_left_out_as_identifiers_stand_beside_the_answers():
    frame = pl.DataFrame(
        {
            "ticket": [f"T-{number:03}" for number in range(40)],
            "user_id": list(range(40, 80)),
            "age": [20 + number % 7 for number in range(40)],
            "y": ["a", "b"] * 20,
        }
    )
    contract = contract_of(frame, target="y")
    assert contract.identifiers == ("ticket", "user_id")
    taken = take_rows(frame.drop("user_id"), contract)
    assert taken.names.columns == ["ticket"]
    answers = pl.DataFrame({"prediction": ["a"] * 40})
    assert taken.named(answers).columns == ["ticket", "prediction"]
    # What a person leaves out counts if it is called like an identifier.
    asked = contract_of(frame, target="y", drop=["user_id", "age"])
    assert asked.identifiers == ("ticket", "user_id")


def test_gathered_series_are_known_by_their_id():
    frame = channels()
    contract = contract_of(frame, target="label")
    taken = take_rows(frame.drop("label"), contract)
    assert taken.table.n_rows == 12
    assert taken.names["id"].to_list() == [100 + 7 * i for i in range(12)]
    with pytest.raises(DataError, match="lacks 1 column that the time series are gathered from"):
        take_rows(frame.drop("other"), contract)


def test_lines_taken_as_they_are_stay_so():
    frame = channels()
    contract = contract_of(frame, target="label", id="none")
    assert take_rows(frame, contract).table.n_rows == frame.height


def test_a_model_of_whole_series_takes_lines_as_well():
    whole = pl.DataFrame({"series": [[1.0, 2.0], [2.0, 1.0, 0.0]] * 4, "label": ["a", "b"] * 4})
    contract = contract_of(whole, target="label")
    lines = pl.DataFrame(
        {"id": [1] * 4 + [2] * 4, "time": [1, 2, 3, 4] * 2, "value": np.arange(8.0)}
    )
    assert take_rows(lines, contract).table["series"].tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_units_stand_behind_their_predictions():
    answers = pl.DataFrame({"prediction_price": [1.0], "prediction_size": [2.0], "p": [0.5]})
    assert with_units(answers, {"price": "€"}).columns == [
        "prediction_price", "unit_price", "prediction_size", "p",
    ]  # fmt: skip
    assert with_units(answers, {}).equals(answers)
