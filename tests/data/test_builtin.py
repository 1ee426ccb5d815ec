"""What can be had by name, and names that are not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sklearn import datasets

from pellucid.data import infer_contract, list_builtin, open_source
from pellucid.data.sources import builtin
from pellucid.errors import DataError, SourceNotFoundError


def test_the_list_tells_the_truth_about_every_set(private_home: Path):
    for info in list_builtin():
        if info.name in ("digits", "fashion"):
            continue  # tested where they are opened
        dataset = open_source(info.name, quick=True)
        n_inputs = len(dataset.train.names) - 1
        assert (info.rows, info.columns) == (dataset.train.n_rows, n_inputs)
        assert info.kind == ("images" if info.name.startswith("digits") else "table")
        assert dataset.name == info.name


@pytest.mark.parametrize(
    ("name", "task", "n_inputs", "classes"),
    [
        ("iris", "classification", 4, ["setosa", "versicolor", "virginica"]),
        ("wine", "classification", 13, ["cultivar 1", "cultivar 2", "cultivar 3"]),
        ("breast-cancer", "classification", 30, ["benign", "malignant"]),
        ("diabetes", "regression", 10, None),
    ],
)
def test_the_small_tables_need_nothing_to_be_said(name, task, n_inputs, classes):
    contract = infer_contract(open_source(name))
    assert contract.task == task
    assert len(contract.inputs) == n_inputs
    assert {column.kind for column in contract.inputs} == {"number"}
    target = contract.target_column
    assert target is not None
    assert classes is None or target.details["categories"] == classes


@pytest.mark.parametrize("is_read", [True, False])
def test_the_values_are_scikit_learns(is_read: bool, monkeypatch: pytest.MonkeyPatch):
    if not is_read:  # where its files lie elsewhere, it is asked for them
        monkeypatch.setattr(builtin, "_numbers_of", lambda *_, **__: None)
    iris = datasets.load_iris()
    train = open_source("iris").train
    assert train.names == (*iris.feature_names, "species")
    for place, name in enumerate(iris.feature_names):
        assert train[name].to_list() == iris.data[:, place].tolist()
    assert train["species"].to_list() == [iris.target_names[i] for i in iris.target]
    digits, train = datasets.load_digits(), open_source("digits-8x8").train
    assert ((train["image"] / (255 / 16)).round() == digits.images).all()
    assert train["label"].to_list() == digits.target.tolist()


@pytest.mark.parametrize("name", ["iris", "digits-8x8"])
def test_the_first_sets_a_person_tries_do_not_wait_for_scikit_learn(name: str):
    code = f"from pellucid.data import open_source; open_source({name!r}); import sys; "
    code += "print([name for name in sys.modules if name.split('.')[0] in ('sklearn', 'scipy')])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_diabetes_comes_in_its_own_units():
    # The first patient is 59 years old with a body mass index of 32.1 (Efron et al. 2004,
    # https://www4.stat.ncsu.edu/~boos/var.select/diabetes.tab.txt).
    train = open_source("diabetes").train
    assert (train["age"][0], train["body mass index"][0]) == (59, 32.1)
    assert train["progression"][0] == 151


@pytest.mark.parametrize(
    ("source", "suggestion"),
    [("irris", "did you mean 'iris'?"), ("diggits", "did you mean 'digits'?")],
)
def test_a_misspelt_name_gets_a_suggestion(source: str, suggestion: str, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceNotFoundError) as caught:
        open_source(source)
    assert caught.value.remedy == suggestion


def test_a_misspelt_file_gets_a_suggestion_from_its_folder(tmp_path: Path):
    (tmp_path / "titanic.csv").write_text("a,b\n1,2\n")
    with pytest.raises(FileNotFoundError, match=r"did you mean 'titanic\.csv'"):
        open_source(tmp_path / "titanik.csv")
    with pytest.raises(SourceNotFoundError):
        open_source(tmp_path / "no folder" / "titanic.csv")
    with pytest.raises(SourceNotFoundError):
        open_source("a\0b")


def test_a_folder_of_tables_points_to_one_of_them(tmp_path: Path):
    for name in ("t.csv", "u.csv"):
        (tmp_path / name).write_text("a,b\n1,2\n")
    with pytest.raises(SourceNotFoundError, match=r"t\.csv"):
        open_source(tmp_path)


def test_a_file_that_may_not_be_read_is_a_data_error(tmp_path: Path, monkeypatch):
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2\n")

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(DataError, match="cannot be read: permission denied"):
        open_source(path)


def test_the_room_loads_neither_jax_nor_scikit_learn():
    code = (
        "import sys, pellucid.data\n"
        "print([name for name in ('jax', 'sklearn', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
