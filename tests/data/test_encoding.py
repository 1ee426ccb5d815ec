"""All columns as one matrix."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

from pellucid.data import Block, Dataset, InputEncoding, Table, infer_contract
from pellucid.errors import DataError


def mixed() -> Table:
    return Table(
        {
            "size": pl.Series([1.0, 3.0, None, 2.0]),
            "shape": pl.Series(["round", "flat", "round", "round"]),
            "photo": np.arange(16, dtype=np.uint8).reshape(4, 2, 2),
            "code": np.array([[1.0, 2.0], [3.0, 2.5], [1.0, 2.0], [3.0, 2.0]]),
            "y": pl.Series(["a", "b", "a", "b"]),
        }
    )


def fitted() -> InputEncoding:
    return InputEncoding.fit(mixed(), infer_contract(Dataset("t", "memory", mixed()), target="y"))


def test_blocks_say_where_each_columns_features_lie():
    assert fitted().blocks == [
        Block("size", "number", 0, 2, (2,)),
        Block("shape", "category", 2, 4, (2,)),
        Block("photo", "image", 4, 8, (2, 2), ink=7.5 / 255),
        Block("code", "vector", 8, 10, (2,)),
    ]
    assert fitted().in_features == 10


def test_features_carry_the_columns_names_counted_from_one():
    assert fitted().feature_names == [
        "size",
        "size is missing",
        "shape=round",
        "shape=flat",
        "photo[1,1]",
        "photo[1,2]",
        "photo[2,1]",
        "photo[2,2]",
        "code[1]",
        "code[2]",
    ]


def test_the_matrix_holds_each_encoders_features():
    table, encoding = mixed(), fitted()
    matrix = encoding.transform(table)
    assert matrix.dtype == np.float32
    for block, (column, encoder) in zip(encoding.blocks, encoding.encoders, strict=True):
        part = encoder.transform(table[column]).reshape(4, -1)
        np.testing.assert_array_equal(matrix[:, block.start : block.stop], part)


def test_the_order_of_a_tables_columns_does_not_matter():
    table = mixed()
    turned = table.select(reversed(table.names))
    assert fitted().transform(turned).tobytes() == fitted().transform(table).tobytes()


def test_the_table_comes_back_from_the_matrix():
    table, encoding = mixed(), fitted()
    restored = encoding.inverse(encoding.transform(table))
    assert restored["shape"].to_list() == table["shape"].to_list()
    assert restored["size"].to_list() == pytest.approx([1.0, 3.0, None, 2.0])
    np.testing.assert_array_equal(restored["photo"], table["photo"])


def test_the_encoding_comes_back_from_json_with_the_same_bits():
    encoding = fitted()
    again = InputEncoding.from_dict(json.loads(json.dumps(encoding.to_dict())))
    assert again.encoders == encoding.encoders
    assert again.transform(mixed()).tobytes() == encoding.transform(mixed()).tobytes()


def test_a_table_of_which_nothing_is_left_is_refused_with_the_reasons():
    table = Table({"same": pl.Series([1, 1, 1]), "y": pl.Series(["a", "b", "a"])})
    contract = infer_contract(Dataset("t", "memory", table), target="y")
    with pytest.raises(DataError, match="No column is left") as caught:
        InputEncoding.fit(table, contract)
    assert "same value in every row" in str(caught.value)
