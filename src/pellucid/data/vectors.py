"""One row beside the exact vector that a network receives for it, column by column, with names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from pellucid.data.encoding import InputEncoding
from pellucid.data.matrices import dense_rows
from pellucid.data.table import Array, Table
from pellucid.errors import SettingError


@dataclass(frozen=True)
class VectorPart:
    """What one column becomes.

    Attributes
    ----------
    column, kind
        The column, and as what it is read.
    value
        The row's value as the person knows it; of arrays, nested lists.
    names
        One name a feature: ``sex=female``.
    numbers
        The features, float32 ``(d,)``, as the network receives them.
    """

    column: str
    kind: str
    value: Any
    names: tuple[str, ...]
    numbers: Array


@dataclass(frozen=True)
class RowVector:
    """A row as the network receives it.

    Attributes
    ----------
    row
        Which row, counted from 1.
    parts
        What each input column becomes, in the order of the features.
    """

    row: int
    parts: tuple[VectorPart, ...]

    @classmethod
    def of(cls, encoding: InputEncoding, table: Table, row: int) -> RowVector:
        """Encode one row of a table.

        Parameters
        ----------
        encoding
            What turns columns into features.
        table
            Rows with the encoding's columns.
        row
            Which of them, counted from 1.

        Raises
        ------
        SettingError
            Where there is no such row.
        DataError
            Where its values cannot be used.

        Examples
        --------
        >>> from pellucid.data import Dataset, infer_contract
        >>> table = Table({"age": pl.Series([1.5, 2.5]), "sex": pl.Series(["f", "m"]),
        ...                "y": pl.Series(["no", "yes"])})
        >>> contract = infer_contract(Dataset("people", "memory", table), target="y")
        >>> vector = RowVector.of(InputEncoding.fit(table, contract), table, 2)
        >>> [(part.value, part.numbers.tolist()) for part in vector.parts]
        [(2.5, [1.0]), ('m', [0.0, 1.0])]
        """
        if isinstance(row, bool) or not isinstance(row, int) or not 1 <= row <= table.n_rows:
            raise SettingError(
                f"There is no row {row}.",
                expected=f"a row from 1 to {table.n_rows:,}" if table.n_rows else "a row of data",
                remedy="rows are counted from 1, a header line not counted",
            )
        one = table.select([block.column for block in encoding.blocks]).take(np.array([row - 1]))
        numbers = dense_rows(encoding.transform(one), np.array([0]))[0]
        names = encoding.feature_names
        return cls(
            row,
            tuple(
                VectorPart(
                    block.column,
                    block.kind,
                    _value(one, block.column),
                    tuple(names[block.start : block.stop]),
                    numbers[block.start : block.stop],
                )
                for block in encoding.blocks
            ),
        )

    @property
    def numbers(self) -> Array:
        """The whole vector, float32 ``(in_features,)``."""
        return np.concatenate([np.zeros(0, np.float32), *(part.numbers for part in self.parts)])

    def to_frame(self) -> pl.DataFrame:
        """Return a row for each feature: ``column``, ``feature``, ``number``."""
        return pl.DataFrame(
            {
                "column": [part.column for part in self.parts for _ in part.names],
                "feature": [name for part in self.parts for name in part.names],
                "number": self.numbers,
            },
            schema={"column": pl.String, "feature": pl.String, "number": pl.Float32},
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it as a dictionary that JSON can hold; all features, however many."""
        return {
            "row": self.row,
            "n_features": len(self.numbers),
            "columns": [
                {
                    "column": part.column,
                    "kind": part.kind,
                    "value": part.value,
                    "features": list(part.names),
                    "numbers": part.numbers.tolist(),
                }
                for part in self.parts
            ],
        }


def _value(one: Table, column: str) -> Any:
    values = one[column]
    if not isinstance(values, pl.Series):
        return np.asarray(values[0]).tolist()
    value = values[0]
    return value.to_list() if isinstance(value, pl.Series) else value
