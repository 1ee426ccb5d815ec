"""Several targets beside ``X``: the columns of a frame, of an array, or sets of labels."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from pellucid.data.sources.frames import as_frame, is_frame, is_series
from pellucid.errors import DataError


def several_targets(targets: Any) -> tuple[list[pl.Series], str | None]:
    """Make columns of targets that have several values a row; none where they have one.

    A frame's columns are targets of their own. So are those of an array, called ``y_1``, ``y_2``
    and so on, unless it holds nothing but 0 and 1: then each row is a set of the labels
    ``y_1``, ``y_2`` …, or, where every row has exactly one 1, of one class. Lists of text are
    sets of labels.

    Parameters
    ----------
    targets
        ``y`` as it was given.

    Returns
    -------
    tuple of list of polars.Series and str or None
        The columns, empty where there is one value a row, and what a person must be told.

    Raises
    ------
    DataError
        For an array of more than two dimensions or without columns.

    Examples
    --------
    >>> [s.name for s in several_targets(np.array([[0.5, 2.0], [1.5, 3.0]]))[0]]
    ['y_1', 'y_2']
    >>> several_targets(np.array([[0, 1], [1, 1], [0, 0]]))[0][0].to_list()
    [['y_2'], ['y_1', 'y_2'], []]
    >>> several_targets(np.array([1, 2]))
    ([], None)
    """
    if is_series(targets):
        return [], None
    if is_frame(targets):
        columns = as_frame(targets).get_columns()
        return (columns if len(columns) > 1 else []), None
    if isinstance(targets, np.ndarray) and targets.dtype == object and targets.ndim == 1:
        targets = targets.tolist()
    if isinstance(targets, list | tuple) and _holds_sets(targets):
        sets = [None if row is None else sorted(str(label) for label in row) for row in targets]
        return [pl.Series("y", sets, dtype=pl.List(pl.String))], None
    try:
        array = np.asarray(targets)
    except ValueError:  # ragged: the reader of one column words it
        array = np.empty(0)
    return _of_array(array) if array.ndim > 1 and array.shape[1:] != (1,) else ([], None)


def _of_array(array: np.ndarray) -> tuple[list[pl.Series], str | None]:
    if array.ndim > 2 or array.shape[1] == 0:
        raise DataError(
            f"y has the shape {array.shape}.",
            expected="one value for each row, (n,), or one for each target, (n, k)",
        )
    names = [f"y_{number}" for number in range(1, array.shape[1] + 1)]
    if len(array) and array.dtype.kind in "biuf" and np.isin(array, (0, 1)).all():
        return _of_indicators(array == 1, names)
    columns = [
        pl.Series(name, column.tolist() if array.dtype.kind in "USO" else np.array(column))
        for name, column in zip(names, array.T, strict=True)
    ]
    return columns, None


def _of_indicators(chosen: np.ndarray, names: list[str]) -> tuple[list[pl.Series], str]:
    if (chosen.sum(axis=1) == 1).all():
        labels = pl.Series("y", names).gather(chosen.argmax(axis=1))
        note = "Every row of y has exactly one 1: its columns are taken for classes, y_1, y_2 …"
        return [labels.alias("y")], note
    sets = [[name for name, has in zip(names, row, strict=True) if has] for row in chosen]
    note = "y holds only 0 and 1: its columns are taken for labels, y_1, y_2 …"
    return [pl.Series("y", sets, dtype=pl.List(pl.String))], note


def _holds_sets(rows: Any) -> bool:
    """Tell whether rows are sets of texts, not lists of numbers."""
    given = [row for row in rows if row is not None]
    if not given or not all(isinstance(row, list | tuple | set | frozenset) for row in given):
        return False
    labels = [label for row in given for label in row]
    return bool(labels) and all(isinstance(label, str) for label in labels)
