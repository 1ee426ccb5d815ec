"""What is assumed about columns, target and task, and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from pellucid.data import Contract, Dataset, Table, infer_contract, labelled_rows, open_source
from pellucid.data.contract import ColumnContract
from pellucid.errors import DataError, SettingError


def contract_of(columns: dict[str, Any], **settings: Any) -> Contract:
    made = {
        name: values if isinstance(values, np.ndarray) else pl.Series(name, values)
        for name, values in columns.items()
    }
    return infer_contract(Dataset("t", "memory", Table(made)), **settings)


def column_of(values: Any, **settings: Any) -> ColumnContract:
    """Return the contract of one column ``c`` beside a target."""
    target = [i % 2 == 0 for i in range(len(values))]
    contract = contract_of({"c": values, "y": target}, target="y", **settings)
    return contract.columns[0]


# --- kinds


@pytest.mark.parametrize(
    ("values", "kind", "alternative"),
    [
        ([0.5, 1.5, 2.5, 0.1], "number", None),
        ([1, 2, 1, 2], "number", "category"),
        (list(range(100)), "number", None),
        (["a", "b", "a", "b"], "category", None),
        ([True, False, False, True], "category", "number"),
        (["1", "2", "3", "1"], "number", "category"),
        (["007", "008", "007", "008"], "category", "number"),
        (["1", "x", "y", "1"], "category", "number"),
        ([str(i) for i in range(30)] + ["many"], "number", "category"),
        (np.arange(12.0).reshape(4, 3), "vector", None),
        (np.arange(36).reshape(4, 3, 3), "image", "vector"),
        (np.arange(4 * 2 * 2 * 5).reshape(4, 2, 2, 5), "vector", "image"),
    ],
)
def test_a_column_is_recognised_with_its_alternative(values, kind, alternative):
    column = column_of(values)
    assert (column.role, column.kind, column.alternative) == ("input", kind, alternative)
    assert column.reason
    assert column.override == (f"--kind c={alternative}" if alternative else "--drop c")


def test_a_persons_choice_of_kind_wins():
    column = column_of([1, 2, 1, 2], kinds={"c": "category"})
    assert (column.kind, column.reason) == ("category", "you chose this kind")
    assert column.details["categories"] == ["1", "2"]


def test_a_kind_that_cannot_be_is_refused_with_those_that_can():
    with pytest.raises(DataError, match="cannot be read as image") as caught:
        column_of([1, 2, 1, 2], kinds={"c": "image"})
    assert "'number', 'category'" in str(caught.value)


def test_unknown_kinds_columns_and_tasks_get_a_suggestion():
    with pytest.raises(SettingError, match="did you mean 'category'"):
        column_of([1, 2], kinds={"c": "categori"})
    with pytest.raises(DataError, match="There is no column called 'd'"):
        column_of([1, 2], kinds={"d": "category"})
    with pytest.raises(DataError, match="There is no column called 'd'"):
        column_of([1, 2], drop=["d"])
    with pytest.raises(SettingError, match="did you mean 'regression'"):
        column_of([1, 2], task="regresion")


# --- columns left out


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (["same"] * 12, "same value in every row"),
        ([None] * 12, "all its values are missing"),
        ([float("nan")] * 12, "all its values are missing"),
        (["?"] * 12, "all its values are missing"),
        ([f"name {i}" for i in range(12)], "every text is different"),
        (np.ones((12, 2)), "same value everywhere"),
        (np.full((12, 2), np.nan), "all its values are missing"),
        ([b"a", b"b"] * 6, "not understood"),
    ],
)
def test_a_column_that_says_nothing_is_left_out_with_a_warning_and_an_override(values, reason):
    column = column_of(values)
    assert column.role == "dropped"
    assert reason in column.reason
    assert column.override.startswith("--kind c=")
    assert reason in column.warnings[0]


def test_a_column_left_out_can_be_kept():
    names = [f"name {i}" for i in range(12)]
    assert column_of(names, kinds={"c": "category"}).role == "input"


def test_a_row_number_is_left_out_by_its_name_and_its_values():
    target = [i % 2 == 0 for i in range(12)]
    for name in ("id", "PassengerId", "unnamed_1", "row_id"):
        contract = contract_of({name: list(range(1, 13)), "y": target}, target="y")
        assert contract.columns[0].role == "dropped"
    for name, values in (("hour", list(range(12))), ("id", [i * i for i in range(12)])):
        contract = contract_of({name: values, "y": target}, target="y")
        assert contract.columns[0].role == "input"


def test_a_person_can_leave_out_a_column():
    column = column_of([1.5, 2.5], drop=["c"])
    assert (column.role, column.reason) == ("dropped", "you asked to leave it out")


# --- values that look wrong


def test_stray_text_among_numbers_is_missing_and_named_with_its_row():
    values = [str(i) for i in range(40)]
    values[6] = "about 6"
    column = column_of(values)
    assert column.kind == "number"
    assert "'about 6' in row 7 (counted from 1, a header line not counted)" in column.warnings[0]


def test_infinite_values_are_refused_with_column_and_rows():
    with pytest.raises(DataError, match="'c' holds infinite") as caught:
        column_of([1.0, 2.0, float("inf"), 0.5])
    assert "row 3" in str(caught.value)


def test_counts_and_examples_are_of_the_persons_values():
    column = column_of(["a", None, "b", "a", "NA"])
    assert (column.n_missing, column.n_distinct, column.examples) == (2, 2, ["a", "b"])


def test_channels_first_is_warned_of():
    column = column_of(np.arange(4 * 3 * 8 * 8).reshape(4, 3, 8, 8), kinds={"c": "image"})
    assert "channels came first" in column.warnings[0]


# --- target and task


@pytest.mark.parametrize(
    ("values", "task", "alternative"),
    [
        (["a", "b", "a", "b"], "classification", None),
        ([True, False, True, False], "classification", None),
        ([0, 1, 0, 1], "classification", "regression (--task regression)"),
        ([0.0, 1.0, 0.0, 1.0], "classification", "regression (--task regression)"),
        (["0", "1", "0", "1"], "classification", "regression (--task regression)"),
        ([0.5, 1.5, 0.5, 1.5], "regression", "classification (--task classification)"),
        (list(range(50)), "regression", "classification (--task classification)"),
        ([1, 2, 3, 4], "regression", "classification (--task classification)"),
    ],
)
def test_the_task_is_inferred_with_its_reason_and_alternative(values, task, alternative):
    contract = contract_of(
        {"c": np.arange(2.0 * len(values)).reshape(-1, 2), "t": values}, target="t"
    )
    assert (contract.task, contract.task_alternative) == (task, alternative)
    assert "'t'" in contract.task_reason
    assert contract.target_column is not None
    assert contract.target_column.kind == ("number" if task == "regression" else "category")


def test_a_persons_choice_of_task_wins():
    contract = contract_of(
        {"c": [1.5, 2.5, 3.5, 0.5], "t": [0, 1, 0, 1]}, target="t", task="regression"
    )
    assert contract.task == "regression"
    assert "would mean classification" in contract.task_reason
    assert contract.task_alternative == "classification (--task classification)"


def test_without_a_target_nothing_is_guessed_but_likely_names_are_proposed():
    with pytest.raises(DataError, match="--target Label") as caught:
        contract_of({"a": [1, 2], "Label": [0, 1]})
    assert "'a', 'Label'" in str(caught.value)
    with pytest.raises(DataError, match="--target b"):
        contract_of({"a": [1, 2], "b": [0, 1]})


def test_clustering_needs_no_target_and_keeps_one_aside():
    assert contract_of({"a": [1, 2], "b": [0, 1]}, task="clustering").target is None
    contract = contract_of({"a": [1, 2], "b": [0, 1]}, task="clustering", target="b")
    assert [column.role for column in contract.columns] == ["input", "target"]


@pytest.mark.parametrize(
    ("columns", "settings", "message"),
    [
        ({"a": [1, 2], "survived": [0, 1]}, {"target": "survivd"}, "did you mean 'survived'"),
        ({"a": [1, 2], "t": [1, 1]}, {"target": "t"}, "same value in every row: 1"),
        ({"a": [1], "t": [1]}, {"target": "t"}, "at least two rows"),
        ({"a": [1, 2], "t": [None, 1]}, {"target": "t"}, "1 row with a 't'"),
        ({"a": [1, 2], "t": [None, None]}, {"target": "t"}, "0 rows with a 't'"),
        ({"a": [1, 2], "t": ["x", "y"]}, {"target": "t", "task": "regression"}, "no numbers: 'x'"),
        ({"a": [1, 2, 3], "t": [0.5, 1.5, float("inf")]}, {"target": "t"}, "row 3"),
        ({"a": [1, 2], "t": [0, 1]}, {"target": "t", "drop": ["t"]}, "cannot be dropped"),
        (
            {"a": list(range(30)), "t": [f"n{i}" for i in range(30)]},
            {"target": "t"},
            "different value in every row",
        ),
        ({"a": [1, 2], "t": np.zeros((2, 2))}, {"target": "t"}, "one value a row"),
    ],
)
def test_a_target_that_cannot_be_used_is_refused(columns, settings, message):
    with pytest.raises(DataError) as caught:
        contract_of(columns, **settings)
    assert message in str(caught.value)


def test_rows_without_a_target_are_left_out_with_their_numbers():
    columns = {"a": [1.5, 2.5, 3.5, 4.5], "t": ["x", None, "y", ""]}
    contract = contract_of(columns, target="t")
    assert contract.warnings[0].startswith("2 of 4 rows have no 't' and are left out: rows 2, 4")
    table = Table({name: pl.Series(values) for name, values in columns.items()})
    assert labelled_rows(table, "t").tolist() == [0, 2]


def test_a_column_that_copies_the_target_is_warned_of(shared_data: Path):
    titanic = open_source(shared_data / "tables/titanic/titanic.csv")
    contract = infer_contract(titanic, target="survived")
    leaks = [finding.columns for finding in contract.findings if finding.severity == "serious"]
    assert leaks == [("alive", "survived")]
    assert contract.warnings[0].startswith("'alive' tells 'survived' exactly")


def test_a_number_on_a_straight_line_with_the_target_is_warned_of():
    numbers = np.random.default_rng(0).normal(size=50)
    columns = {"copy": (3 * numbers + 1).tolist(), "noisy": (numbers + 0.1).round(1).tolist()}
    contract = contract_of({**columns, "t": numbers.tolist()}, target="t")
    assert [warning.split()[0] for warning in contract.warnings] == ["'copy'"]


def test_the_contract_comes_back_from_json(shared_data: Path):
    titanic = open_source(shared_data / "tables/titanic/titanic.csv")
    contract = infer_contract(titanic, target="survived")
    saved = json.loads(json.dumps(contract.to_dict(), allow_nan=False))
    assert Contract.from_dict(saved) == contract


def test_classes_told_by_texts_alone_are_known_as_such():
    said = [f"the {n} of us went home" for n in ("two", "three", "four", "five")] * 10
    made = {"said": said, "by": ["a", "b"] * 20}
    assert contract_of(made, target="by", kinds={"said": "text"}).tells_classes_by_texts
    aged = {**made, "age": [float(n) for n in range(40)]}
    assert not contract_of(aged, target="by", kinds={"said": "text"}).tells_classes_by_texts
