"""Rows that can be encoded: their files can be read, and there is something in them.

A missing picture or sound is a missing value like any other, as long as another column can say
something. Where all inputs are files and a row names none of them, it is passed over.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pellucid.data.contract import ColumnContract, Contract
from pellucid.data.kinds import Kind, get_kind
from pellucid.data.kinds.files import is_of_files, rows_without_file
from pellucid.data.rows import count, name_rows
from pellucid.data.table import Array, Table
from pellucid.errors import DataError, quote_list


def usable_rows(contract: Contract, table: Table) -> Array:
    """Return the rows of which every input column can be encoded, and that hold anything.

    What makes a row unusable is worded by `infer_contract` and `check_table`; here it is only
    found again, so that no caller encodes it.

    Parameters
    ----------
    contract
        Which columns are inputs, and what was settled about them.
    table
        Rows with these columns.

    Returns
    -------
    numpy.ndarray
        Row indices in ascending order, int64 ``(m,)``.

    Raises
    ------
    DataError
        Where there are rows, and not one can be used.
    """
    usable = np.ones(table.n_rows, dtype=bool)
    for column in contract.inputs:
        kind = get_kind(column.kind)
        if type(kind).unusable_rows is not Kind.unusable_rows:  # else no column need be read
            usable[kind.unusable_rows(table[column.name], column.details)] = False
    usable[empty_rows(contract.inputs, table)] = False
    if table.n_rows and not usable.any():
        raise DataError(
            f"Not one of {count(table.n_rows, 'row')} can be used.",
            where=name_rows(np.arange(table.n_rows)),
            expected="rows that name files which can all be read",
        )
    return np.flatnonzero(usable)


def empty_rows(inputs: Sequence[ColumnContract], table: Table) -> Array:
    """Return the rows that name no file, where files are all there is to learn from; int64.

    Other columns make a row one with a missing value, however many are missing.
    """
    if not inputs or not all(is_of_files(column.details) for column in inputs):
        return np.zeros(0, dtype=np.int64)
    without = [rows_without_file(table[column.name]) for column in inputs]
    return np.flatnonzero(np.logical_and.reduce(without))


def word_empty(inputs: Sequence[ColumnContract], rows: Array, n_rows: int, where: str) -> str:
    """Word that rows name no file: a sentence.

    Parameters
    ----------
    inputs
        The columns of files.
    rows
        Which rows, as `empty_rows` returns them.
    n_rows
        Of how many.
    where
        The rows in words.
    """
    names = quote_list([column.name for column in inputs])
    verb, whose = ("names", "is") if len(rows) == 1 else ("name", "are")
    return (
        f"{len(rows):,} of {count(n_rows, 'row')} {verb} no file in {names}, without which there "
        f"is nothing to go by, and {whose} passed over: {where}."
    )


def refuse_empty(contract: Contract, table: Table) -> None:
    """Raise DataError with the rows that name no file, where files are all that a model sees."""
    rows = empty_rows(contract.inputs, table)
    if len(rows):
        raise DataError(
            word_empty(contract.inputs, rows, table.n_rows, name_rows(rows)),
            expected="the path of a file in every row",
            remedy="leave these rows out",
        )
