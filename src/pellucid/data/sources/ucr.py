"""Time series in the form of the UCR archive: a class and then the values, one series a line.

The archive (Dau et al., *IEEE/CAA Journal of Automatica Sinica*, 2019; "The UCR Time Series
Archive") has no line of names; missing values are ``NaN``, and shorter series are filled with
them at the end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.sources.headers import numbered
from pellucid.data.sources.reading import short_name
from pellucid.data.sources.series_columns import series_column
from pellucid.data.table import Table

NAMED_PART = re.compile(r"_(train|test)$", re.IGNORECASE)
# A table without names is taken for series from this width on, unless its file is named as in
# the archive.
FEWEST_VALUES = 24
FEWEST_NAMED_VALUES = 4


def is_ucr(path: Path, columns: Mapping[str, pl.Series]) -> bool:
    """Tell whether a table without names holds a class and a time series in each line.

    Parameters
    ----------
    path
        Its file: ``NAME_TRAIN`` and ``NAME_TEST`` speak for it.
    columns
        Its typed columns, called ``column_1`` and so on where the first line was data.
    """
    named = NAMED_PART.search(path.name.split(".")[0]) is not None
    width = len(columns)
    if width <= (FEWEST_NAMED_VALUES if named else FEWEST_VALUES):
        return False
    if list(columns) != numbered(width):
        return False
    first, *values = columns.values()
    # A place that is missing in every series is a column of missing text.
    if not all(v.dtype.is_numeric() or v.null_count() == len(v) for v in values):
        return False
    labels = first.drop_nulls()
    if first.null_count() or (labels.dtype.is_float() and (labels != labels.round()).any()):
        return False
    return named or 2 * labels.n_unique() <= len(labels)


def ucr_dataset(path: Path, columns: Mapping[str, pl.Series], notes: list[str]) -> Dataset:
    """Make a data set of a class and series in each line, with the column ``label`` first."""
    labels, *values = columns.values()
    block = np.column_stack([value.cast(pl.Float64).fill_null(np.nan) for value in values])
    # What is missing at the end only fills up a shorter series; what is missing between is a gap.
    lengths = block.shape[1] - np.isnan(block)[:, ::-1].argmin(axis=1)
    lengths[np.isnan(block).all(axis=1)] = 0
    rows = [[row[:length]] for row, length in zip(block, lengths, strict=True)]
    if labels.dtype.is_float():
        labels = labels.cast(pl.Int64)
    said = [note for note in notes if "first line" not in note]
    said.append(
        f"It was read as {len(labels):,} time series of up to {len(values):,} "
        "values, with the class first in each line (the form of the UCR archive); for an "
        "ordinary table, add a line with the names of its columns."
    )
    table = Table({"series": series_column(rows), "label": labels})
    return Dataset(
        short_name(path),
        str(path),
        table,
        target="label",
        task="classification",
        notes=tuple(said),
        kinds={"series": "series"},
    )
