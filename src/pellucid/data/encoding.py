"""All input columns as one matrix: each column's encoder, and where its features lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import polars as pl

from pellucid import memory
from pellucid.data.contract import ColumnContract, Contract
from pellucid.data.kinds import Encoder, get_kind
from pellucid.data.kinds.kind import OfBags, OfEntries, OfInk, grid_of
from pellucid.data.matrices import FLOAT32, Matrix, is_sparse, joined, stacked
from pellucid.data.one_hot import OneHot, OneHotEncoder
from pellucid.data.profile import clean_scalars
from pellucid.data.stored import in_threads
from pellucid.data.table import Array, Table
from pellucid.errors import DataError

# Of what lies on disk, so many rows are encoded at a time that reading them costs little, and
# memory stays small: a value takes about so many bytes as it is read and while it is encoded.
_COLUMN_BYTES = 48
_PIECE_BYTES = 1 << 27
_PIECE_SHARE = 8


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
        The shape in which one example's features lie before they are laid flat, such as
        ``(height, width)``. Features for a length or for "is missing" may follow them: then
        ``stop - start`` is more than the shape holds.
    entries
        Where the features are whole numbers that each stand for a word: how many different ones
        there are, 0 for padding among them. 0 for all other columns.
    ink
        Of images, how far the mean of all pixels is from the nearer of black and white; of all
        other columns 0.5, the most.
    bags
        Of texts whose n-grams were weighed by what they tell of classes: how many features each bag
        has, the first from ``start`` on, and the length of its rows. Empty for all other columns.
    """

    column: str
    kind: str
    start: int
    stop: int
    shape: tuple[int, ...]
    entries: int = 0
    ink: float = 0.5
    bags: tuple[tuple[int, float], ...] = ()


# So many of the columns left out are named where none is left.
_MOST_NAMED = 12


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
            entries = encoder.entries if isinstance(encoder, OfEntries) else 0
            ink = encoder.ink if isinstance(encoder, OfInk) else Block.ink
            bags = encoder.bags if isinstance(encoder, OfBags) else ()
            grid = grid_of(encoder)
            self.blocks.append(Block(column, encoder.kind, start, stop, grid, entries, ink, bags))
            start = stop
        self.in_features = start

    @classmethod
    def fit(cls, table: Table, contract: Contract) -> InputEncoding:
        """Fit an encoder for every input column to the training rows.

        Parameters
        ----------
        table
            The rows to learn from; validation and test rows do not belong here. Of a table on
            disk, at most a million rows are looked at, spread over all of it.
        contract
            Which columns are inputs, and their kinds.

        Raises
        ------
        DataError
            Where the contract has no inputs, or a column's values cannot be used.
        """
        table = table.looked_at()
        if not contract.inputs:
            raise _nothing_left(contract)
        classes = _classes(table, contract)

        def fitted(column: ColumnContract) -> Encoder:
            kind, values = get_kind(column.kind), table[column.name]
            if classes is None:
                return kind.fit(values, column.details)
            return kind.fit_to_classes(values, column.details, classes)

        return cls([(column.name, fitted(column)) for column in contract.inputs])

    @cached_property
    def feature_names(self) -> list[str]:
        """One name a feature: ``age``, ``sex=female``, ``image[3,5]`` (counted from 1)."""
        return [
            column + suffix for column, encoder in self.encoders for suffix in encoder.feature_names
        ]

    def transform(self, table: Table) -> Matrix:
        """Encode a table's rows.

        Parameters
        ----------
        table
            A table with the input columns, in any order, among others.

        Returns
        -------
        Matrix
            float32, shape ``(n, in_features)``: an array; in a memory-mapped file where it
            would fill the memory, packed where categories leave most of it 0; a sparse one where
            texts do.

        Raises
        ------
        DataError
            Where a value cannot be used.
        OutputError
            Where the disk has no room for what does not fit into memory.
        """
        n_bytes = table.n_rows * self.in_features * FLOAT32
        # The columns' parts and the whole lie in memory side by side.
        if not table.on_disk and memory.fits(2 * n_bytes):
            return joined(self._parts(table), table.n_rows)
        inputs = table.select(column for column, _ in self.encoders)
        pieces = (self._parts(piece.in_memory()) for piece in inputs.pieces(self._rows_at_once()))
        return stacked(pieces, table.n_rows, self.in_features)

    def _rows_at_once(self) -> int:
        """Return how many rows are encoded at once: many cost less to read, few less memory."""
        widths = (
            1 if isinstance(encoder, OneHotEncoder) else prod(encoder.shape)
            for _, encoder in self.encoders
        )
        row_bytes = _COLUMN_BYTES * len(self.encoders) + FLOAT32 * sum(widths)
        return max(1, min(_PIECE_BYTES, memory.limit() // _PIECE_SHARE) // row_bytes)

    def _parts(self, table: Table) -> list[Any]:
        """Encode each column, flat: a list of matrices with a row for each row of the table."""

        def part_of(block: Block, encoder: Encoder) -> Any:
            values, width = table[block.column], block.stop - block.start
            if isinstance(encoder, OneHotEncoder):
                return OneHot(encoder.places(values), width)
            part = encoder.transform(values)
            return part if is_sparse(part) else part.reshape(table.n_rows, width)

        encoders = [encoder for _, encoder in self.encoders]
        return in_threads(lambda pair: part_of(*pair), zip(self.blocks, encoders, strict=True))

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
                    matrix[:, block.start : block.stop].reshape(len(matrix), *encoder.shape)
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
                (entry["column"], get_kind(entry["kind"]).restore(entry["encoder"]))
                for entry in saved["columns"]
            ]
        )


def _classes(table: Table, contract: Contract) -> Array | None:
    """Return each row's class from 0, -1 where it is missing; None where no classes are asked."""
    names = contract.targets if contract.task == "classification" else ()
    if len(names) != 1 or names[0] not in table:
        return None
    values = table[names[0]]
    if not isinstance(values, pl.Series):
        return None
    codes = clean_scalars(values).cast(pl.String, strict=False).rank("dense").cast(pl.Int64)
    return codes.fill_null(0).to_numpy() - 1


def _nothing_left(contract: Contract) -> DataError:
    """Word that every column was left out (made here, raised by the caller)."""
    some = contract.dropped[:_MOST_NAMED]
    why = [f"{column.name!r}: {column.reason}" for column in some]
    if len(contract.dropped) > len(some):
        why.append(f"… {len(contract.dropped) - len(some):,} more")
    return DataError(
        "No column is left to learn from.",
        where="; ".join([contract.source, *why]),
        expected="at least one column beside the target that says something about it",
        remedy="add such columns, or keep one with --kind COLUMN=KIND" if why else None,
    )
