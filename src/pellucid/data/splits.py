"""Splitting rows: some kept for learning, some held out to judge by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from pellucid.data.table import Array
from pellucid.errors import DataError, SettingError


@dataclass(frozen=True)
class Split:
    """Two sets of rows; unpacks as ``kept, held_out``.

    Attributes
    ----------
    kept, held_out
        Row indices from 0 in ascending order, int64; together they are all rows once.
    note
        What a person must be told about how the rows were divided, or None.
    """

    kept: Array
    held_out: Array
    note: str | None = None

    def __iter__(self) -> Iterator[Array]:
        return iter((self.kept, self.held_out))


def split_rows(
    n: int, fraction: float, seed: int, labels: pl.Series | Array | None = None
) -> Split:
    """Hold out a fraction of the rows at random, the same for the same seed.

    Parameters
    ----------
    n
        The number of rows, at least 2.
    fraction
        The share to hold out, between 0 and 1; at least one row is held out and one is kept.
    seed
        What the choice depends on, besides `n` and the labels; a whole number of at least 0.
    labels
        The class of each row. When given, every class is held out by the same fraction, to
        within one row; a class with a single row is kept whole, which the note says.

    Returns
    -------
    Split
        The two sets of row indices.

    Raises
    ------
    DataError
        Where there are fewer than two rows.
    SettingError
        Where the fraction is not between 0 and 1.

    Examples
    --------
    >>> kept, held_out = split_rows(10, 0.2, seed=0, labels=np.array([0] * 5 + [1] * 5))
    >>> len(kept), len(held_out), int((held_out < 5).sum())
    (8, 2, 1)
    """
    if n < 2:
        raise DataError(
            f"{n} row(s) cannot be split in two.", expected="at least 2 rows", remedy="add rows"
        )
    if not 0.0 < fraction < 1.0:
        raise SettingError(
            f"The fraction to hold out is {fraction}.", expected="a number between 0 and 1"
        )
    rank_of_row = _random_ranks(n, seed)
    n_held_out = min(max(1, round(n * fraction)), n - 1)
    if labels is None:
        return _split(rank_of_row < n_held_out)
    codes = _codes(labels)
    counts = np.bincount(codes)
    singles = int((counts == 1).sum())
    note = None
    if singles:
        what = "class has a single row" if singles == 1 else "classes have a single row each"
        note = f"{singles:,} {what}, kept for learning: they cannot be in both parts."
    quotas = _quotas(counts, n_held_out)
    if not quotas.any():
        return _split(rank_of_row < n_held_out, "No class has rows enough: split at random.")
    order = np.lexsort((rank_of_row, codes))
    first_of_class = np.concatenate([[0], np.cumsum(counts)[:-1]])
    rank_in_class = np.empty(n, dtype=np.int64)
    rank_in_class[order] = np.arange(n) - first_of_class[codes[order]]
    return _split(rank_in_class < quotas[codes], note)


def _split(held_out: Array, note: str | None = None) -> Split:
    return Split(np.flatnonzero(~held_out), np.flatnonzero(held_out), note)


def _random_ranks(n: int, seed: int) -> Array:
    """Return a random permutation from the raw stream, which NumPy promises never to change."""
    draws = np.random.Philox(key=np.array([seed, 0], dtype=np.uint64)).random_raw(n)
    ranks = np.empty(n, dtype=np.int64)
    ranks[np.argsort(draws, kind="stable")] = np.arange(n)
    return ranks


def _codes(labels: pl.Series | Array) -> Array:
    series = labels if isinstance(labels, pl.Series) else pl.Series(np.asarray(labels))
    return np.asarray(series.rank("dense").fill_null(0).to_numpy(), dtype=np.int64)


def _quotas(counts: Array, n_held_out: int) -> Array:
    """Share out the held-out rows over the classes, the largest remainders first."""
    room = np.maximum(counts - 1, 0)
    wanted = counts * (n_held_out / max(1, counts.sum()))
    quotas = np.minimum(np.floor(wanted).astype(np.int64), room)
    remainders = np.where(quotas < room, wanted - quotas, -1.0)
    missing = n_held_out - int(quotas.sum())
    takers = np.argsort(-remainders, kind="stable")[: max(0, missing)]
    quotas[takers[remainders[takers] > 0]] += 1
    return np.asarray(quotas)
