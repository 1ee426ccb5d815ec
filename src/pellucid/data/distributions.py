"""How a column's values are distributed, in as few numbers as later tables are compared with."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from pellucid.data.categories import as_value_type, keys_of
from pellucid.data.contract import ColumnContract
from pellucid.data.profile import Profile, clean_expression, clean_scalars
from pellucid.data.stored import in_parts
from pellucid.data.table import Array, Table

# Of arrays, so many rows are enough for a mean; they may lie in a file.
MOST_BLOCKS = 10_000
# Columns with so few different values in a sample are counted value by value.
MOST_COUNTED = 5000


def distribution_of(profile: Profile, kind: str) -> dict[str, float]:
    """Return ``mean`` and ``deviation`` of numbers, or of the rows' means of arrays.

    Parameters
    ----------
    profile
        The training values.
    kind
        How they are read; other kinds than numbers and arrays have no mean.

    Examples
    --------
    >>> distribution_of(Profile("age", pl.Series([20.0, 40.0, None])), "number")
    {'mean': 30.0, 'deviation': 10.0}
    """
    numbers = means_of(profile, kind)
    numbers = numbers[np.isfinite(numbers)]
    if not len(numbers):
        return {}
    with np.errstate(over="ignore", invalid="ignore"):
        mean, deviation = float(numbers.mean()), float(numbers.std())
    # The squares of huge numbers are none any more: nothing can be compared with them.
    usable = np.isfinite(mean) and np.isfinite(deviation)
    return {"mean": mean, "deviation": deviation} if usable else {}


def means_of(profile: Profile, kind: str) -> Array:
    """Return a number for each row: its value, or the mean of its array; none for other kinds."""
    if profile.is_block:
        block = profile.block
        if block.dtype.kind not in "fiub" or not block.size:
            return np.zeros(0)
        rows = np.linspace(0, len(block) - 1, min(len(block), MOST_BLOCKS)).astype(np.int64)
        some = block if len(rows) == len(block) else block[rows]
        with np.errstate(over="ignore"):  # the sum of huge numbers is none, and says nothing
            return np.asarray(some.reshape(len(rows), -1).mean(axis=1, dtype=np.float64))
    if kind != "number":
        return np.zeros(0)
    return profile.numbers.to_numpy()  # nulls become NaN


def of_whole(entry: ColumnContract, table: Table) -> ColumnContract:
    """Widen what a sample of a column says to the whole column.

    Later tables must not be called unusual for values that training had in rows that were not
    looked at: missing values and categories are counted in all rows, and the range is theirs.

    Parameters
    ----------
    entry
        The column's contract, from a sample.
    table
        The whole table; the column is gone through in parts.
    """
    values = table.scan(entry.name)
    if values is None:
        return entry
    details = dict(entry.details)
    counted = table.few_values(entry.name) if _repeats_few(entry) else None
    if counted is not None:
        scalars = clean_scalars(counted["value"])
        n_missing = int(counted.filter(scalars.is_null())["n"].sum())
        if entry.kind == "category" and details["n_categories"] == len(details["categories"]):
            keys = keys_of(scalars, as_value_type(details["value_type"])).alias("key")
            counts = most_frequent_first(counted.select(keys, "n").drop_nulls())
            details |= {"categories": counts["key"].to_list(), "counts": counts["n"].to_list()}
            details |= {"n_categories": len(counts)}
        return replace(entry, details=details, n_missing=n_missing)
    dtype = values.collect_schema()[entry.name]
    values = values.select(clean_expression(entry.name, dtype))
    column = pl.col(entry.name)
    asked = [column.null_count().alias("missing")]
    widens = entry.kind == "number" and "minimum" in details and "outliers" not in details
    if widens and dtype.is_numeric():
        asked += [column.min().alias("minimum"), column.max().alias("maximum")]
    answers = in_parts(values, table.n_rows, lambda part: part.select(asked))
    for name, end_of in (("minimum", pl.Series.min), ("maximum", pl.Series.max)):
        if name in answers.columns and (end := end_of(answers[name])) is not None:
            details[name] = end
    return replace(entry, details=details, n_missing=int(answers["missing"].sum()))


def _repeats_few(entry: ColumnContract) -> bool:
    """Whether a column's values are counted faster than each is looked at."""
    few = entry.n_distinct is not None and entry.n_distinct <= MOST_COUNTED
    return entry.kind == "category" or (few and entry.kind not in {"number", "series"})


def most_frequent_first(counts: pl.DataFrame) -> pl.DataFrame:
    """Add up the counts ``n`` of each ``key``; the most frequent come first, then by name."""
    return (
        counts.group_by("key").agg(pl.col("n").sum()).sort(["n", "key"], descending=[True, False])
    )
