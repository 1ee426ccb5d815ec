"""What a person gives to one fit, checked, and which of it is learned from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from sklearn.utils import check_consistent_length
from sklearn.utils.validation import _check_sample_weight

from pellucid.data import split_rows
from pellucid.data.table import Array, Table
from pellucid.estimators.rows import DistinctRows, distinct_rows


@dataclass(frozen=True)
class Part:
    """Some of the rows, and what each counts.

    Attributes
    ----------
    rows
        Their places in what was given, int64 ``(m,)``; a row may come more than once.
    weights
        At least 0, float64 ``(m,)``.
    counts
        The same without what targets count more or less, such as class weights.
    """

    rows: Array
    weights: Array
    counts: Array

    def relative_weights(self) -> Array | None:
        """Return weights with mean 1, float32; None where all are alike."""
        if not len(self.weights) or bool(np.all(self.weights == self.weights[0])):
            return None
        relative: Array = (self.weights / self.weights.mean()).astype(np.float32)
        return relative


@dataclass(frozen=True)
class Given:
    """Inputs, targets and weights of one fit; equal rows count as one.

    Attributes
    ----------
    inputs
        An array ``(n, d)``, a sparse array of that shape, or a `Table` of n rows.
    targets
        Numbers ``(n, k)``: the targets, or the numbers of the classes.
    distinct
        The rows that differ, with the sums of their weights.
    factors
        What the weights are multiplied by, such as class weights, for each distinct row; None: 1.
    """

    inputs: Any
    targets: Array
    distinct: DistinctRows = field(repr=False)
    factors: Array | None = None

    @classmethod
    def of(cls, inputs: Any, targets: Array, sample_weight: Any) -> Given:
        """Bring equal rows together; raise ValueError where lengths or weights do not fit."""
        n_rows = n_rows_of(inputs)
        check_consistent_length(targets, np.empty(n_rows))
        return cls(inputs, targets, distinct_rows(inputs, targets, _weights(sample_weight, n_rows)))

    @property
    def n_distinct(self) -> int:
        """The number of rows that differ."""
        return len(self.distinct.rows)

    @property
    def distinct_targets(self) -> Array:
        """The targets of the distinct rows, ``(m, k)``."""
        taken: Array = self.targets[self.distinct.rows]
        return taken

    def split(self, fraction: float, seed: int, *, by_class: bool) -> tuple[Part, Part | None]:
        """Hold back a part of the distinct rows.

        Parameters
        ----------
        fraction
            How much; with 0, or a single row, nothing.
        seed
            Decides which rows.
        by_class
            Whether the targets are numbers of classes, each to be divided evenly.
        """
        if not fraction or self.n_distinct < 2:
            return self._learned_from(np.arange(self.n_distinct)), None
        labels = pl.Series(self.distinct_targets[:, 0]) if by_class else None
        kept, held_back = split_rows(self.n_distinct, fraction, seed, labels)
        return self._learned_from(kept), self._judged_by(held_back)

    def _learned_from(self, chosen: Array) -> Part:
        """Repeat rows that weigh much, rather than take steps many times as long."""
        copies = self.distinct.copies()[chosen]
        weights = self._weights_of(chosen) / copies
        counts = self.distinct.weights[chosen] / copies
        rows = self.distinct.rows[chosen]
        return Part(*(np.repeat(each, copies) for each in (rows, weights, counts)))

    def _judged_by(self, chosen: Array) -> Part:
        counts = self.distinct.weights[chosen]
        return Part(self.distinct.rows[chosen], self._weights_of(chosen), counts)

    def _weights_of(self, chosen: Array) -> Array:
        weights: Array = self.distinct.weights[chosen]
        return weights if self.factors is None else weights * self.factors[chosen]


def n_rows_of(inputs: Any) -> int:
    """Return the number of rows of checked inputs."""
    return inputs.n_rows if isinstance(inputs, Table) else int(inputs.shape[0])


def taken(inputs: Any, rows: Array) -> Any:
    """Return some rows of checked inputs, in this order."""
    return inputs.take(rows) if isinstance(inputs, Table) else inputs[rows]


def _weights(sample_weight: Any, n_rows: int) -> Array:
    if sample_weight is None:
        return np.ones(n_rows)
    weights: Array = _check_sample_weight(
        sample_weight, np.empty((n_rows, 1)), dtype=np.float64, ensure_non_negative=True
    )
    if not weights.any():
        raise ValueError("Every sample_weight is 0, so there is no row to learn from.")
    return weights
