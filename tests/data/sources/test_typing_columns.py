"""Very many columns typed at once are typed as each would be alone."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from pellucid.data import parsing
from pellucid.data.sources.typing_columns import MANY_COLUMNS, type_columns

CELLS = [
    "1",
    "2.5",
    "x",
    "NA",
    " 3 ",
    "007",
    "true",
    "",
    "-0",
    "1e5",
    "9" * 25,
    "inf",
    "nan",
    "1,5",
]


@pytest.mark.parametrize("n_rows", [1, 2, 9])
@pytest.mark.parametrize("decimal_comma", [False, True])
def test_columns_are_typed_alike_at_once_and_alone(n_rows: int, decimal_comma: bool):
    draw = np.random.default_rng(n_rows)
    # Two different cells a column: with more, hardly one would be all numbers.
    choices = [draw.choice(CELLS, 2) for _ in range(MANY_COLUMNS + 200)]
    columns = [
        pl.Series(str(place), [str(cell) for cell in draw.choice(pair, n_rows)])
        for place, pair in enumerate(choices)
    ]
    columns[5] = pl.Series("5", [None] * n_rows, dtype=pl.String)
    found = type_columns(pl.DataFrame(columns), decimal_comma=decimal_comma)
    for column, series in zip(columns, found, strict=True):
        alone = parsing.type_text(column.alias(""), decimal_comma=decimal_comma)
        assert series.dtype == alone.dtype, column.to_list()
        assert series.equals(alone, null_equal=True), column.to_list()
