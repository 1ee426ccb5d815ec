"""What is offered where nobody says which column is to be predicted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from pellucid.data import Contract, Dataset, Table, infer_contract, open_source
from pellucid.errors import DataError

N = 60
DRAW = np.random.default_rng(0)
NUMBERS = DRAW.normal(size=N)
CLASSES = DRAW.choice(["a", "b", "c"], N)


def undecided(columns: dict[str, Any]) -> Contract:
    table = Table({name: pl.Series(name, values) for name, values in columns.items()})
    return infer_contract(Dataset("t", "memory", table), need_target=False)


def test_without_a_target_all_columns_are_inputs_and_a_note_says_so():
    contract = undecided({"size": NUMBERS, "kind": CLASSES})
    assert (contract.task, contract.target, contract.targets) == ("undecided", None, ())
    assert [column.role for column in contract.columns] == ["input", "input"]
    note = contract.findings[-1]
    assert (note.code, note.severity) == ("no-target", "note")
    assert "--target kind" in note.remedy
    assert contract.warnings == ()


@pytest.mark.parametrize(
    ("columns", "likely"),
    [
        ({"a": CLASSES, "b": NUMBERS, "c": CLASSES > "a"}, "c"),
        ({"a": NUMBERS, "b": NUMBERS**2, "c": NUMBERS**3}, "c"),
        ({"Target": NUMBERS, "b": CLASSES}, "Target"),
        ({"is_churned": CLASSES, "b": NUMBERS, "c": CLASSES[::-1]}, "is_churned"),
        ({"a": NUMBERS, "class": CLASSES, "c": NUMBERS**3}, "class"),
        ({"text": [f"a sentence of {i} words" for i in range(N)], "x": NUMBERS}, "x"),
        ({"a": CLASSES, "id": np.arange(N)}, "a"),
        ({"a": CLASSES, "empty": [None] * N, "one": [1] * N}, "a"),
        ({"a": NUMBERS, "x y": CLASSES}, "x y"),
    ],
)
def test_the_likeliest_target_comes_first(columns: dict[str, Any], likely: str):
    candidate = undecided(columns).candidates[0]
    assert candidate.column == likely
    assert candidate.flag == ('--target "x y"' if likely == "x y" else f"--target {likely}")


def test_a_copy_of_another_column_is_not_the_likeliest():
    codes = (CLASSES == "a") + 2 * (CLASSES == "b")
    contract = undecided({"code": codes, "class": CLASSES, "x": NUMBERS, "two": CLASSES > "b"})
    assert contract.candidates[0].column == "two"


def test_titanics_target_is_the_passengers_survival(shared_data: Path):
    titanic = open_source(shared_data / "tables/titanic/titanic.csv")
    candidates = infer_contract(titanic, need_target=False).candidates
    assert candidates[0].column == "survived"
    # 'class' names the same as 'pclass', 'alive' the same as 'survived'.
    assert not {"class", "alive"} & {candidate.column for candidate in candidates}


def test_a_training_refuses_and_offers_the_likeliest():
    table = Table({"age": pl.Series(NUMBERS), "label": pl.Series(CLASSES)})
    with pytest.raises(DataError, match=r"--target label \(called like a target") as caught:
        infer_contract(Dataset("t", "memory", table))
    assert "'age', 'label'" in str(caught.value)


def test_the_contract_without_a_target_comes_back_from_json():
    contract = undecided({"size": NUMBERS, "kind": CLASSES})
    assert Contract.from_dict(contract.to_dict()) == contract
