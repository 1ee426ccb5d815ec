"""Table: columns of one length, immutable, with arrays beside series."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from pellucid.data.table import Table, table_from_frame
from pellucid.errors import DataError


def small() -> Table:
    return Table({"age": pl.Series([1, 2, 3]), "photo": np.arange(12).reshape(3, 2, 2)})


def test_a_table_knows_its_names_and_rows():
    table = small()
    assert table.names == ("age", "photo")
    assert (table.n_rows, len(table), list(table)) == (3, 3, ["age", "photo"])
    assert "age" in table
    assert "Age" not in table


def test_rows_are_taken_in_the_order_asked_for():
    taken = small().take(np.array([2, 0, 2]))
    assert taken["age"].to_list() == [3, 1, 3]
    assert taken["photo"][:, 0, 0].tolist() == [8, 0, 8]


def test_columns_are_selected_left_out_and_added():
    table = small()
    assert table.select(["photo"]).names == ("photo",)
    assert table.without("photo", "nothing").names == ("age",)
    assert table.with_column("new", pl.Series([7, 8, 9])).names == ("age", "photo", "new")
    assert table.with_column("age", pl.Series([7, 8, 9]))["age"].to_list() == [7, 8, 9]
    assert table["age"].to_list() == [1, 2, 3]


def test_an_array_in_a_table_cannot_be_changed_and_the_persons_own_still_can():
    photos = np.zeros((2, 2, 2))
    table = Table({"photo": photos})
    with pytest.raises(ValueError, match="read-only"):
        table["photo"][0, 0, 0] = 1
    photos[0, 0, 0] = 1


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(DataError, match="different lengths") as caught:
        Table({"a": pl.Series([1]), "b": pl.Series([1, 2])})
    assert "'b': 2" in str(caught.value)


def test_an_unknown_column_gets_a_suggestion():
    with pytest.raises(DataError, match="did you mean 'photo'"):
        small()["foto"]


def test_tables_are_joined_by_name_with_a_common_type():
    first = Table({"a": pl.Series([1]), "b": np.zeros((1, 2))})
    second = Table({"b": np.ones((1, 2)), "a": pl.Series([2.5]), "c": pl.Series([0])})
    joined = Table.concat([first, second])
    assert joined.names == ("a", "b")
    assert joined["a"].to_list() == [1.0, 2.5]
    assert joined["b"].tolist() == [[0, 0], [1, 1]]
    mixed = Table.concat([Table({"a": pl.Series([1])}), Table({"a": pl.Series(["x"])})])
    assert mixed["a"].to_list() == ["1", "x"]


def test_images_of_different_sizes_are_not_joined():
    with pytest.raises(DataError, match="different shapes"):
        Table.concat([Table({"a": np.zeros((1, 2))}), Table({"a": np.zeros((1, 3))})])


def test_a_frame_and_back_keeps_blocks():
    frame = small().to_frame()
    assert frame.schema["photo"] == pl.Array(pl.Int64, (2, 2))
    again = table_from_frame(frame)
    np.testing.assert_array_equal(again["photo"], small()["photo"])


def test_categories_become_text_and_lists_of_different_lengths_stay_lists():
    frame = pl.DataFrame({"c": pl.Series(["a", "b"], dtype=pl.Categorical)})
    assert table_from_frame(frame)["c"].dtype == pl.String
    ragged = pl.DataFrame({"v": [[1.0, 2.0], [3.0, 4.0], [5.0]]})
    assert table_from_frame(ragged)["v"].to_list() == [[1.0, 2.0], [3.0, 4.0], [5.0]]
    labels = pl.DataFrame({"v": [["a"], ["b"]]})
    assert table_from_frame(labels)["v"].to_list() == [["a"], ["b"]]
