"""Whether a later table keeps the contract: before evaluation and prediction."""

from __future__ import annotations

import polars as pl

from pellucid.data.categories import as_value_type, keys_of
from pellucid.data.contract import ColumnContract, Contract
from pellucid.data.drift import find_drift
from pellucid.data.kinds import get_kind
from pellucid.data.kinds.number import refuse_infinite
from pellucid.data.label_sets import MultiLabelTarget
from pellucid.data.numerals import NumberFormat
from pellucid.data.profile import Profile, numbers_of
from pellucid.data.rows import count, name_rows
from pellucid.data.table import Table
from pellucid.data.targets import refuse_missing_target, refuse_new_classes
from pellucid.data.usable import empty_rows, word_empty
from pellucid.errors import DataError, quote_list, suggest


def check_table(contract: Contract, table: Table, *, need_target: bool) -> list[str]:
    """Check a table against a contract before it is encoded.

    Columns are found by name: their order does not matter, and further ones are passed over.

    Parameters
    ----------
    contract
        What was assumed in training.
    table
        The new rows.
    need_target
        Whether the target must be there (evaluation) or not (prediction).

    Returns
    -------
    list of str
        What is unusual but can be used: unknown categories, numbers far outside the range of
        training, values distributed otherwise than in training, further columns, rows without a
        target. One sentence each.

    Raises
    ------
    DataError
        Where there are no rows, a column is missing, values cannot be used, or the target has
        classes that training never saw.

    Examples
    --------
    >>> import polars as pl
    >>> from pellucid.data import Dataset, infer_contract
    >>> table = Table({"size": pl.Series([1.5, 2.5, 3.0]), "kind": pl.Series(["a", "b", "b"])})
    >>> contract = infer_contract(Dataset("toys", "memory", table), target="kind")
    >>> check_table(contract, Table({"size": pl.Series([900.0])}), need_target=False)[0][:44]
    "'size' holds values far outside the range se"
    """
    try:
        return _checked(contract, table, need_target=need_target)
    except DataError as error:  # every message names the file
        if table.origin is not None:
            error.located(table.origin)
        raise


def _checked(contract: Contract, table: Table, *, need_target: bool) -> list[str]:
    if table.n_rows == 0:
        raise DataError(
            "The table has no rows.", expected="at least one row", remedy="give rows to be answered"
        )
    _refuse_missing_columns(contract, table, need_target=need_target)
    warnings: list[str] = []
    for column in contract.inputs:
        kind = get_kind(column.kind)
        warnings += kind.compare(column.name, column.details, table[column.name])
    empty = empty_rows(contract.inputs, table)
    if len(empty):
        warnings.append(word_empty(contract.inputs, empty, table.n_rows, name_rows(empty)))
    for target in contract.target_columns if need_target else ():
        warnings += _check_target(target, table)
    warnings += find_drift(contract, table, need_target=need_target)
    known = {column.name for column in contract.columns}
    extra = [name for name in table if name not in known]
    if extra:
        warnings.append(f"Columns that training never saw are passed over: {quote_list(extra)}.")
    return warnings


def _refuse_missing_columns(contract: Contract, table: Table, *, need_target: bool) -> None:
    needed = [column.name for column in contract.inputs]
    if need_target:
        needed += contract.targets
    missing = [name for name in needed if name not in table]
    if not missing:
        return
    known = {column.name for column in contract.columns}
    guesses = [suggest(name, [other for other in table if other not in known]) for name in missing]
    guess = next((text for text in guesses if text), None)
    raise DataError(
        f"The table lacks {count(len(missing), 'column')} that the model needs: "
        f"{quote_list(missing)}.",
        where=f"its columns are {quote_list(table.names)}",
        expected="the columns of training, in any order",
        remedy=guess or "add these columns, or rename yours",
    )


def _check_target(column: ColumnContract, table: Table) -> list[str]:
    profile = Profile(column.name, table[column.name])
    if profile.is_block:
        raise DataError(f"The target {column.name!r} holds an array.", expected="one value a row")
    if column.kind != "labels" and isinstance(profile.scalars.dtype, pl.List):
        raise DataError(f"The target {column.name!r} holds lists.", expected="one value a row")
    warnings = []
    if profile.n_missing == profile.n_rows:
        refuse_missing_target(profile.scalars.alias(column.name))
    if profile.n_missing:
        rows = name_rows(profile.scalars.is_null().arg_true())
        warnings.append(
            f"{count(profile.n_missing, 'row')} without a {column.name!r}, left out: {rows}."
        )
    if column.kind == "labels":
        labels = MultiLabelTarget(tuple(column.details["categories"]), column.details["separator"])
        unseen = labels.unseen(table[column.name])
        warnings += [f"{column.name!r} holds {unseen}."] if unseen else []
    elif column.kind == "category":
        keys = keys_of(profile.scalars, as_value_type(column.details["value_type"]))
        refuse_new_classes(keys.alias(column.name), column.details["categories"])
    elif column.kind == "number":
        format = NumberFormat.from_dict(column.details.get("format", {}))
        numbers = numbers_of(profile.scalars, format)
        refuse_infinite(column.name, numbers)
        stray = (numbers.is_null() & profile.scalars.is_not_null()).arg_true()
        if len(stray):
            raise DataError(
                f"The target {column.name!r} holds text that is no number.",
                where=name_rows(stray),
                expected=f"numbers{f' in {format.unit}' if format.unit else ''}, as in training",
            )
    return warnings
