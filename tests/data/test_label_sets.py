"""Sets of labels: how they are recognised, and the way to 0 and 1 and back."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import MultiLabelBinarizer

from pellucid.data import Dataset, MultiLabelTarget, Table, check_table, infer_contract
from pellucid.data.label_sets import label_lists, reason_for_sets, separator_of
from pellucid.data.profile import Profile
from pellucid.errors import DataError

LABELS = ["comedy", "drama", "war"]
label_sets = st.lists(st.sets(st.sampled_from(LABELS)), min_size=1)


def contract_of(tags: pl.Series, **settings):
    table = Table({"x": pl.Series(np.arange(float(len(tags))) % 7), "tags": tags})
    return infer_contract(Dataset("films", "films.csv", table), target="tags", **settings)


@given(label_sets)
def test_sets_are_scikit_learns_indicators_and_come_back(sets):
    values = pl.Series([sorted(labels) for labels in sets], dtype=pl.List(pl.String))
    target = MultiLabelTarget.fit(values)
    encoded = target.transform(values)
    binarizer = MultiLabelBinarizer(classes=list(target.labels))
    if target.labels:
        np.testing.assert_array_equal(encoded, binarizer.fit_transform(sets))
    assert target.inverse(encoded).to_list() == values.to_list()
    assert MultiLabelTarget.from_dict(json.loads(json.dumps(target.to_dict()))) == target


@given(label_sets, st.sampled_from([";", "; ", "|", ",", ", "]))
def test_text_comes_back_with_the_persons_own_separator(sets, separator):
    texts = [separator.join(sorted(labels)) or separator for labels in sets]
    values = pl.Series([separator.join(LABELS), *texts])
    target = MultiLabelTarget.fit(values)
    assert target.separator == separator_of(values)
    again = target.inverse(target.transform(values))
    assert label_lists(again, target.separator)[0].to_list() == LABELS
    assert again[0] == separator.join(LABELS) or not any(len(labels) > 1 for labels in sets)


def test_an_empty_list_is_a_set_and_a_missing_one_is_not():
    values = pl.Series("tags", [["a"], [], None], dtype=pl.List(pl.String))
    target = MultiLabelTarget.fit(values)
    assert target.transform(values[:2]).tolist() == [[1.0], [0.0]]
    with pytest.raises(DataError, match="'tags' is missing in 1 row") as caught:
        target.transform(values)
    assert "row 3" in str(caught.value)


@pytest.mark.parametrize(
    ("texts", "is_sets"),
    [
        (["a;b", "b;c", "a", "a;c", "c;b;a"] * 4, True),
        (["a|b", "b|c", "a", "a|c", "c|b|a"] * 4, True),
        (["a, b", "b, c", "a", "a, c", "c, b, a"] * 4, True),
        (["a", "b", "c"] * 5, False),
        (["yes; sir", "no; sir"] * 9, False),  # as many classes as labels
        ([f"Street {n}, Town {n}" for n in range(30)], False),  # no closed set
        (["a;b"] + ["a", "b", "c"] * 9, False),  # one slip
        (["A long sentence that says much about things, and more;" + "x" * 50] * 2, False),
    ],
)
def test_text_is_taken_for_sets_where_it_looks_like_it(texts, is_sets):
    assert (reason_for_sets(Profile("tags", pl.Series(texts))) is not None) == is_sets


def test_the_contract_says_why_and_what_overrules_it():
    contract = contract_of(pl.Series(["a;b", "b;c", "a", "a;c", "c;b;a"] * 4))
    assert contract.task == "multilabel"
    assert "3 labels" in contract.task_reason
    assert contract.task_alternative == "classification (--task classification)"
    assert contract.target_column is not None
    assert contract.target_column.kind == "labels"
    assert contract.target_column.details["categories"] == ["a", "b", "c"]
    assert contract_of(pl.Series(["a;b", "b;a"] * 4), task="classification").task != "multilabel"


def test_sets_can_be_asked_for():
    texts = pl.Series(["a;b"] + ["a", "b", "c"] * 9)
    assert contract_of(texts).task == "classification"
    for settings in ({"task": "multilabel"}, {"kinds": {"tags": "labels"}}):
        assert contract_of(texts, **settings).task == "multilabel"


@pytest.mark.parametrize(
    ("tags", "settings", "said"),
    [
        (pl.Series(["a", "b"] * 5), {"task": "multilabel"}, "several labels"),
        (pl.Series([[], []], dtype=pl.List(pl.String)), {}, "no label in any row"),
        (pl.Series([["a"], ["b"]]), {"task": "regression"}, "lists of labels"),
        (pl.Series([[0.5], [0.5, 1.5]]), {}, "lists of numbers"),
        (pl.Series([1.0, 2.0]), {"task": "multilabel"}, "several labels"),
        (pl.Series([1.0, 2.5]), {"kinds": {"tags": "date"}}, "cannot be read as date"),
        (pl.Series([1.0, 2.5]), {"kinds": {"tags": "image"}}, "cannot be read as image"),
    ],
)
def test_what_holds_no_sets_is_refused_with_the_name_of_the_file(tags, settings, said):
    with pytest.raises(DataError) as caught:
        contract_of(tags, **settings)
    assert said in str(caught.value)
    assert "films.csv" in str(caught.value)


def test_labels_that_training_never_saw_are_reported_and_passed_over():
    contract = contract_of(pl.Series([["a"], ["b"], ["a", "b"]]))
    later = Table({"x": pl.Series([1.0]), "tags": pl.Series([["a", "zebra"]])})
    warnings = check_table(contract, later, need_target=True)
    assert any("'zebra' in row 1" in warning for warning in warnings)
    target = MultiLabelTarget(("a", "b"), None)
    assert target.transform(later["tags"]).tolist() == [[1.0, 0.0]]
