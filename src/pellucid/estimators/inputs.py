"""Inputs as scikit-learn gives them: arrays, sparse matrices, data frames of any make.

Arrays, and frames of nothing but numbers, become numbers that are standardised column by column;
a frame's columns keep their names. Sparse matrices are divided by each column's largest entry,
and stay sparse. A frame with other columns, such as text, goes the road of `pellucid.train`: a
contract says how each column is read, numbers always as numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_array, validate_data

from pellucid.data import Contract, Dataset, InputEncoding, Table, check_table, infer_contract
from pellucid.data.kinds.number import NumberEncoder
from pellucid.data.kinds.vector import VectorEncoder
from pellucid.data.matrices import empty, is_sparse, joined
from pellucid.data.moments import chunks
from pellucid.data.sources.frames import as_frame, is_frame
from pellucid.data.table import Array, table_from_frame
from pellucid.errors import DataError
from pellucid.estimators.answers import Answers
from pellucid.estimators.given import Given, n_rows_of, taken

# The column that an array is, in the contract; pellucid.train calls it the same.
BLOCK = "x"
# A contract takes two milliseconds for a column; frames of more numbers are one block as well.
MOST_COLUMNS = 200

_RULES: Mapping[str, Any] = {
    "accept_sparse": "csr",
    "dtype": "numeric",
    "ensure_all_finite": "allow-nan",
}


@dataclass(frozen=True)
class Checked:
    """Inputs that can be used.

    Attributes
    ----------
    rows
        An array ``(n, d)``, a sparse CSR array of that shape, or a `Table`.
    columns
        The columns' names, where they came as a frame; else nothing.
    """

    rows: Any
    columns: tuple[str, ...] = ()


def checked_inputs(
    estimator: BaseEstimator, X: Any, contract: Contract | None, kinds: Mapping[str, str] | None
) -> Checked:
    """Check what a person gave as X.

    Parameters
    ----------
    estimator
        Its ``n_features_in_`` and ``feature_names_in_`` are set or compared.
    X
        What a person gave.
    contract
        What a fit before assumed, which X is held against; None: a new fit.
    kinds
        Kinds chosen for columns of a frame, in a new fit.

    Raises
    ------
    ValueError, TypeError
        Where X cannot be used, in scikit-learn's words.
    """
    if isinstance(X, pl.LazyFrame):
        X = X.collect()
    reset = contract is None
    needs_numbers = contract is not None and _is_numbers(contract)
    rules = {**_RULES, "ensure_min_samples": 2 if reset else 1}
    if not is_frame(X):
        _refuse_no_numbers(X)
        found = validate_data(estimator, X, reset=reset, **rules)
        if contract is not None and not needs_numbers:
            raise TypeError(
                f"{type(estimator).__name__} was fitted to a data frame with columns that are not "
                f"numbers; X must be a data frame with the same columns, not {type(X).__name__}."
            )
        return Checked(_usable(found))
    frame = as_frame(X)
    # scikit-learn knows the names of pandas and Polars, not those of every library.
    named = X if hasattr(X, "iloc") else frame
    validate_data(estimator, named, reset=reset, skip_check_array=True)
    others = [name for name, dtype in frame.schema.items() if not _is_number(dtype)]
    if needs_numbers and others and _is_block(contract):
        raise ValueError(f"The fit was to numbers alone; the column {others[0]!r} of X holds none.")
    if not others and (not kinds if contract is None else needs_numbers):
        numbers = check_array(_numbers(frame), **rules, input_name="X")
        return Checked(_usable(numbers), tuple(frame.columns))
    if frame.height < rules["ensure_min_samples"]:
        raise ValueError(
            f"Found array with {frame.height} sample(s) (shape={frame.shape}) while a minimum of "
            f"{rules['ensure_min_samples']} is required."
        )
    return Checked(table_from_frame(frame), tuple(frame.columns))


def _refuse_no_numbers(X: Any) -> None:
    """Refuse, in words that help, what scikit-learn would call something else than it is."""
    if isinstance(X, str | Path):
        raise TypeError(
            f"X is the name {str(X)!r}; an estimator takes an array or a data frame. "
            "pellucid.train opens files."
        )
    if isinstance(X, Mapping) and not is_sparse(X):  # a sparse matrix may be a dict as well
        raise TypeError("X is a dict; make a data frame of it, such as pandas.DataFrame(X).")
    kind = getattr(getattr(X, "dtype", None), "kind", None)
    is_text = kind == "O" and any(isinstance(value, str) for value in np.asarray(X).flat)
    if is_text or kind in ("U", "S", "m", "M"):
        raise DataError(
            f"X is an array that holds {'dates' if kind in ('m', 'M') else 'text'}.",
            expected="an array of numbers; or a data frame, which may have columns of text, "
            "categories and dates",
        )


@dataclass(frozen=True)
class FittedInputs:
    """How inputs become the network's; what is left of a fit's X.

    Attributes
    ----------
    contract
        What was assumed about the columns, targets among them.
    encoding
        The fitted encoders.
    """

    contract: Contract
    encoding: InputEncoding

    def transform(self, inputs: Any, rows: Array | None = None, warn: Any = None) -> Any:
        """Return the network's inputs, float32 ``(n, in_features)``; large sparse ones stay so.

        Parameters
        ----------
        inputs
            Checked inputs.
        rows
            Which of them, in this order; None: all.
        warn
            Receives a sentence for everything in a table that is unlike the training data.

        Raises
        ------
        DataError
            Where columns of a table are missing, or values cannot be used.
        """
        if isinstance(inputs, Table):
            for text in check_table(self.contract, inputs, need_target=False):
                if warn is not None:
                    warn(text)
            return self.encoding.transform(inputs if rows is None else inputs.take(rows))
        if not _is_block(self.contract):
            names = [column.name for column in self.contract.columns if column.role != "target"]
            return self.encoding.transform(
                _table_of(inputs if rows is None else inputs[rows], names)
            )
        if is_sparse(inputs):
            matrix = inputs if rows is None else inputs[rows]
            return joined([_scaled(matrix, self._block_encoder())], matrix.shape[0])
        n_rows = n_rows_of(inputs) if rows is None else len(rows)
        result = empty(n_rows, self.encoding.in_features)
        # A part at a time: all rows in their new order would lie in memory once more.
        for part in chunks(n_rows, self.encoding.in_features):
            result[part] = self._block_encoder().transform(
                inputs[part] if rows is None else inputs[rows[part]]
            )
        return result

    def _block_encoder(self) -> VectorEncoder:
        encoder = self.encoding.encoders[0][1]
        assert isinstance(encoder, VectorEncoder)  # noqa: S101 -- arrays have no other
        return encoder


def fit_inputs(
    given: Given,
    learned_from: Array,
    answers: Answers | None,
    columns: tuple[str, ...],
    kinds: Mapping[str, str] | None,
) -> FittedInputs:
    """Settle the contract by the distinct rows, and fit the encoders to those learned from.

    Parameters
    ----------
    given
        Inputs and targets.
    learned_from
        Which rows the encoders may see; a row may come more than once.
    answers
        What the targets are; None where there is nothing to predict.
    columns
        The columns' names, where the inputs came as a frame; else nothing.
    kinds
        Kinds chosen for columns of a frame.

    Raises
    ------
    DataError
        Where a column cannot be used, or kinds are chosen for what is no frame.
    """
    inputs = given.inputs
    if isinstance(inputs, Table):
        chosen = {**_numbers_as_numbers(inputs), **(kinds or {})}
        contract = _contract_of(inputs, given, answers, chosen)
        return FittedInputs(contract, InputEncoding.fit(inputs.take(learned_from), contract))
    if kinds:
        raise DataError(
            "kinds are of the columns of a data frame.",
            where=f"X is {'a sparse matrix' if is_sparse(inputs) else 'an array'}",
            remedy="leave kinds out",
        )
    if is_sparse(inputs):
        # A sparse matrix is no column of a table; its place is taken, its entry written below.
        place = Table({BLOCK: np.zeros((n_rows_of(inputs), 1))})
        contract = _described(_contract_of(place, given, answers, {BLOCK: "vector"}), inputs)
        encoder = _sparse_encoder(inputs[learned_from])
        return FittedInputs(contract, InputEncoding([(BLOCK, encoder)]))
    encoder = VectorEncoder.fit(inputs[learned_from])
    if columns and len(columns) <= MOST_COLUMNS:
        kinds = dict.fromkeys(columns, "number")
        contract = _contract_of(_table_of(inputs, columns), given, answers, kinds)
        return FittedInputs(contract, InputEncoding(_column_by_column(encoder, columns)))
    contract = _contract_of(Table({BLOCK: inputs}), given, answers, {BLOCK: "vector"})
    if columns:  # so that the model finds them again in a frame
        contract = _with_details(contract, {"columns": list(columns)})
    return FittedInputs(contract, InputEncoding([(BLOCK, encoder)]))


def _column_by_column(
    encoder: VectorEncoder, columns: tuple[str, ...]
) -> list[tuple[str, NumberEncoder]]:
    """Return the parts of a block's encoder, so that a frame gives what its array would give."""
    return [
        (name, NumberEncoder(encoder.mean[place], encoder.scale[place], place in encoder.missing))
        for place, name in enumerate(columns)
    ]


def _contract_of(
    table: Table, given: Given, answers: Answers | None, kinds: Mapping[str, str]
) -> Contract:
    """Say what the columns are; the targets are what their estimator takes them for."""
    # In the order in which they came, so that the numbers of rows in warnings are right.
    rows = np.sort(given.distinct.rows)
    if len(rows) < 2:  # a contract wants two rows; a single one may have come many times
        rows = np.repeat(rows, 2)
    shown = table if np.array_equal(rows, np.arange(table.n_rows)) else taken(table, rows)
    # As without a target: which values one may have is not for inference to judge here.
    found = infer_contract(Dataset("data", "memory", shown), task="clustering", kinds=kinds)
    if answers is None:
        return found
    entries = answers.entries(given.targets[rows])
    targets = tuple(entry.name for entry in entries)
    return replace(
        found,
        columns=(*found.columns, *entries),
        target=targets[0],
        targets=targets,
        task=answers.task_name,
        task_reason="the estimator's own",
    )


def _is_block(contract: Contract | None) -> bool:
    """Tell whether the inputs are one block of numbers."""
    inputs = () if contract is None else contract.inputs
    return [(column.name, column.kind) for column in inputs] == [(BLOCK, "vector")]


def _is_numbers(contract: Contract) -> bool:
    """Tell whether the inputs are numbers alone, so that arrays will do."""
    inputs = [column for column in contract.columns if column.role != "target"]
    return _is_block(contract) or all(column.kind == "number" for column in inputs)


def _table_of(array: Any, names: Sequence[str]) -> Table:
    dense = array.toarray() if is_sparse(array) else array
    return Table(
        {name: pl.Series(dense[:, place], nan_to_null=True) for place, name in enumerate(names)}
    )


def _is_number(dtype: pl.DataType) -> bool:
    return dtype.is_numeric() or dtype in (pl.Boolean, pl.Null)


def _numbers(frame: pl.DataFrame) -> Any:
    floats = [
        pl.col(name).cast(pl.Float64)
        for name, dtype in frame.schema.items()
        if not dtype.is_float() or isinstance(dtype, pl.Decimal)
    ]
    return frame.with_columns(floats).to_numpy()


def _usable(found: Any) -> Any:
    """Return what is neither of half precision nor sparse with numbers missing."""
    if is_sparse(found):
        from scipy.sparse import csr_array

        found = csr_array(found)
        found.sum_duplicates()
        if found.data.dtype.kind == "f" and np.isnan(found.data).any():
            raise ValueError("Input X contains NaN, which a sparse matrix must not here.")
        return found
    if found.dtype.kind == "f" and found.dtype.itemsize not in (4, 8):
        return found.astype(np.float32 if found.dtype.itemsize == 2 else np.float64)
    return found


def _numbers_as_numbers(table: Table) -> dict[str, str]:
    """Read columns of numbers as such, however few values they have, as scikit-learn does."""
    columns = {name: table[name] for name in table}
    return {
        name: "number"
        for name, values in columns.items()
        if isinstance(values, pl.Series)
        and (values.dtype.is_numeric() or values.dtype == pl.Boolean)
    }


def _sparse_encoder(matrix: Any) -> VectorEncoder:
    """Divide by each column's largest entry and add nothing, so that 0 stays 0."""
    width = matrix.shape[1]
    largest = np.abs(matrix.astype(np.float64)).max(axis=0).toarray().ravel()
    scale = np.where(largest > 0, largest, 1.0)
    return VectorEncoder((width,), (0.0,) * width, tuple(scale.tolist()), ())


def _scaled(matrix: Any, encoder: VectorEncoder) -> Any:
    from scipy.sparse import csr_array

    data = (matrix.data / np.array(encoder.scale)[matrix.indices]).astype(np.float32)
    return csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)


def _described(contract: Contract, matrix: Any) -> Contract:
    low, high = (float(matrix.min()), float(matrix.max())) if matrix.nnz else (0.0, 0.0)
    details = {
        "shape": [matrix.shape[1]],
        "dtype": matrix.dtype.name,
        "minimum": low,
        "maximum": high,
    }
    return _with_details(contract, details, reason="a sparse matrix", warnings=())


def _with_details(contract: Contract, details: dict[str, Any], **changed: Any) -> Contract:
    columns = (
        replace(column, details=column.details | details, **changed)
        if column.name == BLOCK
        else column
        for column in contract.columns
    )
    return replace(contract, columns=tuple(columns))
