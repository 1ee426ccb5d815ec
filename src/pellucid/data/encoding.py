"""All input columns as one matrix: each column's encoder, and where its features lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from pellucid.data.contract import Contract
from pellucid.data.kinds import Encoder, get_kind
from pellucid.data.table import Array, Table
from pellucid.errors import DataError


@dataclass(frozen=True)
class Block:
    """Where one column's features lie in the matrix.

    Attributes
    ----------
    column, kind
        The column and the kind it is read as.
    start, stop
        The features ``start ≤ i < stop``, counted from 0.
    shape
        The shape that one example's features have before they are laid flat.
    """

    column: str
    kind: str
    start: int
    stop: int
    shape: tuple[int, ...]


class InputEncoding:
    """Turns the input columns of a table into one float32 matrix.

    Parameters
    ----------
    encoders
        Column names and their fitted encoders, in the order of the features.

    Examples
    --------
    >>> import polars as pl
    >>> from pellucid.data import Dataset, infer_contract
    >>> table = Table({"age": pl.Series([1.5, 2.5]), "sex": pl.Series(["f", "m"]),
    ...                "y": pl.Series(["no", "yes"])})
    >>> contract = infer_contract(Dataset("people", "memory", table), target="y")
    >>> encoding = InputEncoding.fit(table, contract)
    >>> encoding.feature_names
    ['age', 'sex=f', 'sex=m']
    >>> encoding.transform(table).tolist()
    [[-1.0, 1.0, 0.0], [1.0, 0.0, 1.0]]
    """

    def __init__(self, encoders: Sequence[tuple[str, Encoder]]) -> None:
        self.encoders = tuple(encoders)
        self.blocks: list[Block] = []
        start = 0
        for column, encoder in self.encoders:
            stop = start + prod(encoder.shape)
            self.blocks.append(Block(column, encoder.kind, start, stop, encoder.shape))
            start = stop
        self.in_features = start

    @classmethod
    def fit(cls, table: Table, contract: Contract) -> InputEncoding:
        """Fit an encoder for every input column to the training rows.

        Parameters
        ----------
        table
            The rows to learn from; validation and test rows do not belong here.
        contract
            Which columns are inputs, and their kinds.

        Raises
        ------
        DataError
            Where the contract has no inputs, or a column's values cannot be used.
        """
        if not contract.inputs:
            raise DataError(
                "No column is left to learn from.",
                where="; ".join(f"{column.name!r}: {column.reason}" for column in contract.dropped),
                remedy="keep one with --kind COLUMN=KIND",
            )
        return cls(
            [
                (column.name, get_kind(column.kind).encoder.fit(table[column.name]))
                for column in contract.inputs
            ]
        )

    @property
    def feature_names(self) -> list[str]:
        """One name a feature: ``age``, ``sex=female``, ``image[3,5]`` (counted from 1)."""
        return [
            column + suffix for column, encoder in self.encoders for suffix in encoder.feature_names
        ]

    def transform(self, table: Table) -> Array:
        """Encode a table's rows.

        Parameters
        ----------
        table
            A table with the input columns, in any order, among others.

        Returns
        -------
        numpy.ndarray
            float32, shape ``(n, in_features)``.
        """
        if len(self.encoders) == 1:
            column, encoder = self.encoders[0]
            # One column alone, such as 60,000 images, is not copied again.
            return encoder.transform(table[column]).reshape(table.n_rows, self.in_features)
        result = np.empty((table.n_rows, self.in_features), dtype=np.float32)
        for block, (column, encoder) in zip(self.blocks, self.encoders, strict=True):
            part = encoder.transform(table[column])
            result[:, block.start : block.stop] = part.reshape(
                table.n_rows, block.stop - block.start
            )
        return result

    def inverse(self, matrix: Array) -> Table:
        """Return the table that such a matrix stands for.

        Parameters
        ----------
        matrix
            Shape ``(n, in_features)``.
        """
        return Table(
            {
                block.column: encoder.inverse(
                    matrix[:, block.start : block.stop].reshape(len(matrix), *block.shape)
                )
                for block, (_, encoder) in zip(self.blocks, self.encoders, strict=True)
            }
        )

    def to_dict(self) -> dict[str, Any]:
        """Return all encoders as a dictionary that JSON holds without loss."""
        return {
            "columns": [
                {"column": column, "kind": encoder.kind, "encoder": encoder.to_dict()}
                for column, encoder in self.encoders
            ]
        }

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> InputEncoding:
        """Make the encoding again from what `to_dict` returned."""
        return cls(
            [
                (entry["column"], get_kind(entry["kind"]).encoder.from_dict(entry["encoder"]))
                for entry in saved["columns"]
            ]
        )
