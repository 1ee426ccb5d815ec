"""Rows told apart by what they hold: a weight of 2 and a row given twice are the same.

Rows that are equal in inputs and target are brought together, and their weights added up; rows
of weight 0 are left out. Rows then stand in an order that depends on their values alone. So two
data sets that say the same, one with weights and one with repetitions, become the same arrays,
and lead to the same network, bit for bit. Equal rows also never lie on both sides of a split.

Cost: one pass over the data and a sort of one number a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pellucid.data.matrices import is_sparse
from pellucid.data.moments import chunks
from pellucid.data.table import Array, Table

# Odd constants of the splitmix64 generator (Steele, Lea & Flood 2014, "Fast splittable
# pseudorandom number generators"), which spread every bit over all others.
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_WHOLE_TO = 2.0**53
# However often its rows come, data counts as so many times the rows that differ, at most.
_MOST_COPIES = 10


@dataclass(frozen=True)
class DistinctRows:
    """Rows that differ, in an order that depends on their values alone.

    Attributes
    ----------
    rows
        Which row of the data stands for each, int64 ``(m,)``.
    weights
        The sum of the weights of all rows that are equal to it, float64 ``(m,)``.
    """

    rows: Array
    weights: Array

    @property
    def size(self) -> int:
        """How many rows are learned from in an epoch.

        Whole multiples of one weight are taken for repetitions: 10,000 rows of which 100 differ
        bear more than 100 rows do. Any other weights say what matters, not how often it was seen.
        """
        n_rows = len(self.rows)
        unit = _unit_of(self.weights)
        seen = n_rows if unit is None else int(np.rint(self.weights.sum() / unit))
        return min(seen, _MOST_COPIES * n_rows)

    def copies(self) -> Array:
        """Return how often each row is learned from in an epoch, int64 ``(m,)``.

        A row that came many times, or weighs much, comes in as many batches, rather than in one
        with a gradient many times as long.
        """
        unit = self.weights.sum() / self.size
        copies: Array = np.maximum(1, np.rint(self.weights / unit)).astype(np.int64)
        return copies


def _unit_of(weights: Array) -> float | None:
    """Return the largest number that all weights are whole multiples of, where it is plain."""
    least = float(weights.min())
    multiples = weights / least
    if np.allclose(multiples, np.rint(multiples), rtol=1e-9, atol=0):
        return least
    if weights.max() < _WHOLE_TO and np.array_equal(weights, np.rint(weights)):
        return float(np.gcd.reduce(weights.astype(np.int64)))
    return None


def distinct_rows(inputs: Any, targets: Array, weights: Array) -> DistinctRows:
    """Bring equal rows together.

    Parameters
    ----------
    inputs
        An array ``(n, d)``, a sparse array of that shape, or a `Table` of n rows.
    targets
        Numbers, ``(n, k)``: the targets, or the numbers of the classes.
    weights
        What each row counts, at least 0, ``(n,)``.
    """
    weighing = np.flatnonzero(weights > 0)
    keys = _mixed(keys_of(inputs) + np.uint64(3) * keys_of(targets))[weighing]
    order = weighing[np.argsort(keys, kind="stable")]
    keys = np.sort(keys, kind="stable")
    starts = np.ones(len(order), dtype=bool)
    starts[1:] = keys[1:] != keys[:-1]
    repeated = np.flatnonzero(~starts)
    if len(repeated) and not isinstance(inputs, Table):
        before, after = order[repeated - 1], order[repeated]
        same = _same_rows(inputs, before, after) & _same_rows(targets, before, after)
        starts[repeated[~same]] = True
    first = np.flatnonzero(starts)
    return DistinctRows(order[first], np.add.reduceat(weights[order].astype(np.float64), first))


def keys_of(values: Any) -> Array:
    """Return a number for each row that depends on its values alone, uint64 ``(n,)``.

    Equal rows have equal keys; 0 and −0, and 1 and 1.0, are equal, and all missing values are.
    """
    if isinstance(values, Table):
        return _keys_of_table(values)
    n_rows, width = values.shape
    columns = _mixed(_GOLDEN * np.arange(1, width + 1, dtype=np.uint64)) | np.uint64(1)
    if is_sparse(values):
        entries = _bits(values.data) * columns[values.indices]
        sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(entries, dtype=np.uint64)])
        of_rows: Array = sums[values.indptr[1:]] - sums[values.indptr[:-1]]
        return of_rows
    keys = np.empty(n_rows, dtype=np.uint64)
    for rows in chunks(n_rows, width):
        keys[rows] = (_bits(values[rows]) * columns).sum(axis=1, dtype=np.uint64)
    return keys


def _bits(values: Array) -> Array:
    """Mix the bits of numbers as float64; 0 stays 0, so that it need not be stored."""
    numbers = np.asarray(values, dtype=np.float64) + 0.0
    numbers = np.where(np.isnan(numbers), np.nan, numbers)
    return _mixed(np.ascontiguousarray(numbers).view(np.uint64))


def _mixed(bits: Array) -> Array:
    bits = (bits ^ (bits >> np.uint64(30))) * _FIRST
    bits = (bits ^ (bits >> np.uint64(27))) * _SECOND
    mixed: Array = bits ^ (bits >> np.uint64(31))
    return mixed


def _keys_of_table(table: Table) -> Array:
    """Put each column's keys together; two hashes of different seeds make one of 64 good bits."""
    keys = np.zeros(table.n_rows, dtype=np.uint64)
    for number, name in enumerate(table.names, start=1):
        values = table[name]
        if isinstance(values, np.ndarray):
            own = keys_of(values.reshape(len(values), -1))
        else:
            own = values.hash(seed=number).to_numpy()
        keys = _mixed(keys + _GOLDEN) + own
    return keys


def _same_rows(values: Any, before: Array, after: Array) -> Array:
    """Compare pairs of rows, a part at a time."""
    same = np.empty(len(before), dtype=bool)
    for part in chunks(len(before), values.shape[1]):
        left, right = values[before[part]], values[after[part]]
        if is_sparse(values):
            left, right = left.toarray(), right.toarray()
        equal = left == right
        if left.dtype.kind == "f":
            equal |= np.isnan(left) & np.isnan(right)
        same[part] = equal.all(axis=1)
    return same
