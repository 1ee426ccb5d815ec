"""Arrays and frames of Polars, pandas and PyArrow."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from pellucid.data import Dataset, Table, infer_contract, open_source
from pellucid.errors import DataError

COLUMNS = {"n": [1, 2, 3], "f": [0.5, None, 2.5], "t": ["a", None, "c"], "b": [True, False, True]}


@pytest.mark.parametrize(
    "make",
    [
        pl.DataFrame,
        lambda columns: pl.DataFrame(columns).lazy(),
        pd.DataFrame,
        lambda columns: pd.DataFrame(columns).convert_dtypes(),
        lambda columns: pd.DataFrame(columns).astype({"t": "category"}),
        pa.table,
        pa.RecordBatch.from_pydict,
        lambda columns: pa.table({**columns, "t": pa.array(columns["t"]).dictionary_encode()}),
    ],
    ids=["polars", "lazy", "pandas", "nullable", "categorical", "arrow", "batch", "dictionary"],
)
def test_every_frame_gives_the_same_table(make: Any):
    table = open_source(make(COLUMNS)).train
    assert table.names == ("n", "f", "t", "b")
    assert {
        name: table[name].fill_nan(None).to_list() if name == "f" else table[name].to_list()
        for name in table
    } == COLUMNS


def test_pandas_works_without_pyarrow():
    code = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "import pandas as pd\n"
        "from pellucid.data import open_source\n"
        "days = pd.to_datetime(['2024-01-01'] * 2)\n"
        "frame = pd.DataFrame({'n': [1, 2], 't': ['a', None], 'd': days})\n"
        "print(open_source(frame).train.to_frame().to_dicts())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "{'n': 1, 't': 'a'" in done.stdout
    assert "{'n': 2, 't': None" in done.stdout


def test_mixed_objects_become_text_and_names_become_text():
    frame = pd.DataFrame({0: pd.Series([1, "x", None], dtype=object)})
    table = open_source(frame).train
    assert table.names == ("0",)
    assert table["0"].to_list() == ["1", "x", None]


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame([[1, 2]], columns=["a", "a"]),
        pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"]),
    ],
)
def test_columns_with_the_same_name_are_refused(frame: Any):
    with pytest.raises(DataError, match="same name: 'a'"):
        open_source(frame)


def test_arrays_become_a_vector_and_its_target():
    dataset = open_source((np.eye(4), [0, 1, 0, 1]))
    assert dataset.train.names == ("x", "y")
    assert dataset.target == "y"
    contract = infer_contract(dataset)
    assert (contract.task, contract.inputs[0].kind) == ("classification", "vector")


def test_arrays_of_images_become_images():
    dataset = open_source((np.zeros((4, 5, 6), dtype=np.uint8), ["a", "b", "a", "b"]))
    assert dataset.train.names == ("image", "label")
    assert open_source(np.zeros((4, 5, 6, 3))).train.names == ("image",)


def test_a_frame_keeps_its_columns_beside_a_target_with_its_name():
    frame = pd.DataFrame({"a": [1.5, 2.5], "b": ["x", "y"]})
    dataset = open_source((frame, pd.Series([0, 1], name="sold")))
    assert dataset.train.names == ("a", "b", "sold")
    assert dataset.target == "sold"


@pytest.mark.parametrize(
    "target",
    [
        np.array(["a", "b"], dtype=object),
        np.array(["a", "b"]),
        np.array([["a"], ["b"]]),
        ["a", "b"],
        pl.Series(["a", "b"]),
        pd.Series(["a", "b"]),
        pa.array(["a", "b"]),
        pl.DataFrame({"y": ["a", "b"]}),
    ],
    ids=["objects", "text", "column", "list", "polars", "pandas", "arrow", "frame"],
)
def test_targets_of_every_sort_are_read(target: Any):
    assert open_source((np.eye(2), target)).train["y"].to_list() == ["a", "b"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (np.zeros(3), "1 dimension(s)"),
        (np.array(5.0), "0 dimension(s)"),
        (([[1, 2], [3]], [0, 1]), "X is ragged"),
        ((np.eye(2), [[1, 2], [3]]), "y is ragged"),
        (np.array([[1, "a"]], dtype=object), "Python objects"),
        ((np.eye(2), np.array([1, "a"], dtype=object)), "different types"),
        ((np.eye(2), [0, 1, 2]), "2 rows and y has 3"),
        ((np.eye(2), np.ones((2, 2, 2))), "shape (2, 2, 2)"),
        ((np.eye(2), np.ones((2, 0))), "shape (2, 0)"),
        (np.eye(2) * 1j, "complex"),
        ((np.eye(2), np.ones(2) * 1j), "complex"),
        (pd.DataFrame({"a": [1j, 2j]}), "complex"),
        (np.array([["a", "b"]]), "array of text"),
        (np.zeros((0, 3)), "X is empty"),
        (np.zeros((3, 0)), "X is empty"),
        (np.array([["2024-01-01"]], dtype="datetime64[D]"), "datetime64"),
        ((pd.DataFrame({"y": [1, 2]}), [0, 1]), "also the name of y"),
        (pl.DataFrame({"o": [object(), object()]}), "Python objects"),
        (12, "int is not a source"),
        (None, "NoneType is not a source"),
    ],
)
def test_what_is_no_data_is_refused(source: Any, message: str):
    with pytest.raises(DataError) as caught:
        open_source(source)
    assert message in str(caught.value)


def test_half_precision_is_widened():
    assert open_source(np.eye(2, dtype=np.float16)).train["x"].dtype == np.float32


def test_tables_and_datasets_are_passed_on():
    table = Table({"a": pl.Series([1])})
    dataset = Dataset("n", "o", table)
    assert open_source(dataset) is dataset
    assert open_source(table).train is table


def test_integers_too_large_for_numpy_are_floats_in_lists_and_exact_alone():
    large = 2**100
    frame = pl.DataFrame(
        {"one": [large, large + 1], "two": [[large, 1], [2, 3]]},
        schema={"one": pl.Int128, "two": pl.List(pl.Int128)},
    )
    table = open_source(frame).train
    assert table["one"].n_unique() == 2, "so that a contract can tell which digits are lost"
    np.testing.assert_array_equal(table["two"], [[2.0**100, 1.0], [2.0, 3.0]])
