"""Whatever comes in, the road ends in a finite matrix or in an error with words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pellucid.data import (
    CategoryTarget,
    Dataset,
    InputEncoding,
    NumberTarget,
    check_table,
    infer_contract,
    labelled_rows,
    open_source,
)
from pellucid.errors import DataError

CELLS = st.sampled_from(
    ["", "1", "2", "-3.5", "1e400", "inf", "NaN", "?", "x", "y", "ä", '"a,b"', '"', "007", "true",
     "False", " 4 ", "1,5", "\t", ";", "2024-01-01", "9" * 25]
)  # fmt: skip


def go_all_the_way(dataset: Dataset, target: str) -> None:
    """Take a data set from its contract to its matrix and back."""
    contract = infer_contract(dataset, target=target)
    table = dataset.train.take(labelled_rows(dataset.train, target))
    check_table(contract, table, need_target=True)
    encoding = InputEncoding.fit(table, contract)
    matrix = encoding.transform(table)
    assert matrix.dtype == np.float32
    assert np.isfinite(matrix).all()
    assert encoding.inverse(matrix).n_rows == table.n_rows
    codec = CategoryTarget if contract.task == "classification" else NumberTarget
    encoded = codec.fit(table[target]).transform(table[target])
    assert np.isfinite(encoded).all()


@settings(max_examples=100)
@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=12),
    header=st.lists(CELLS, min_size=3, max_size=3) | st.just(["a", "b", "c"]),
    separator=st.sampled_from([",", ";", "\t"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_any_text_file_is_used_or_refused(
    tmp_path_factory: pytest.TempPathFactory,
    rows: Sequence[Sequence[str]],
    header: Sequence[str],
    separator: str,
    end: str,
):
    path: Path = tmp_path_factory.getbasetemp() / "fuzz.csv"
    lines = [separator.join(line) for line in (header, *rows)]
    path.write_bytes(end.join(lines).encode())
    try:
        dataset = open_source(path)
        go_all_the_way(dataset, dataset.train.names[-1])
    except DataError as error:
        assert str(error)


@given(content=st.binary(max_size=60), suffix=st.sampled_from(["csv", "jsonl", "parquet", "npz"]))
def test_any_bytes_are_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, suffix: str
):
    path: Path = tmp_path_factory.getbasetemp() / f"fuzz.{suffix}"
    path.write_bytes(content)
    try:
        dataset = open_source(path)
        go_all_the_way(dataset, dataset.train.names[-1])
    except DataError as error:
        assert str(error)


DAY = date(2024, 1, 1)


@pytest.mark.parametrize(
    "values",
    [
        [DAY, None, date(2024, 2, 1)] * 4,
        [datetime(2024, 1, 1, 12), None] * 6,
        [timedelta(days=1), timedelta(days=2)] * 6,
        [time(12), time(13)] * 6,
        [b"a", b"b"] * 6,
        [{"a": 1}, {"a": 2}] * 6,
        [["a"], ["b", "c"]] * 6,
        [[1, 2], [3, 4]] * 6,
        [[1.5, None], [3, 4]] * 6,
        [Decimal("1.5"), Decimal("2.5")] * 6,
        [2**64 - 1, 5] * 6,
        [None] * 12,
        [float("nan"), 1.0] * 6,
        [True, None] * 6,
        [[], []] * 6,
        [None, [1, 2]] * 6,
    ],
    ids=lambda values: str(values[:2]),
)
def test_a_column_of_any_type_is_used_left_out_or_refused(values: list[Any]):
    try:
        frame = pl.DataFrame({"c": values, "d": np.arange(12) % 5 / 2, "y": ["a", "b", "b"] * 4})
        go_all_the_way(open_source(frame), "y")
    except DataError as error:
        assert str(error)


@pytest.mark.parametrize("shape", [(6, 0), (6, 2, 0), (6, 1), (6, 2, 2, 2, 2)])
def test_blocks_of_any_shape_are_used_or_refused(shape: tuple[int, ...]):
    try:
        block = np.arange(float(np.prod(shape))).reshape(shape)
        go_all_the_way(open_source((block, ["a", "b"] * 3)), "y" if len(shape) == 2 else "label")
    except DataError as error:
        assert str(error)
