"""Splitting rows: some kept for learning, some held out to judge by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from pellucid.data.rows import count
from pellucid.data.table import Array
from pellucid.errors import DataError, SettingError, quote_list

_AT_ONCE = 1 << 20


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
    n_held_out = min(max(1, round(n * fraction)), n - 1)
    if labels is None:
        return _split(_smallest(n, seed, n_held_out))
    draws = _draws(seed).random_raw(n)
    rank_of_row = np.empty(n, dtype=np.int64)
    rank_of_row[np.argsort(draws, kind="stable")] = np.arange(n)
    codes = _codes(labels)
    counts = np.bincount(codes)
    singles = int((counts == 1).sum())
    note = None
    if singles:
        what = "class has a single row" if singles == 1 else "classes have a single row each"
        named = quote_list(_names(labels, codes, np.flatnonzero(counts == 1)), limit=5)
        note = f"{singles:,} {what}, kept for learning: they cannot be in both parts ({named})."
    quotas = _quotas(counts, n_held_out)
    if not quotas.any():
        text = (
            "No class has rows enough for both parts: split at random, so that rows are judged "
            "whose class was not learned."
        )
        return _split(_smallest(n, seed, n_held_out), text)
    order = np.lexsort((rank_of_row, codes))
    first_of_class = np.concatenate([[0], np.cumsum(counts)[:-1]])
    rank_in_class = np.empty(n, dtype=np.int64)
    rank_in_class[order] = np.arange(n) - first_of_class[codes[order]]
    return _split(rank_in_class < quotas[codes], note)


def split_in_time(n: int, fraction: float, gap: int) -> tuple[Array, Array]:
    """Hold out the last part of rows that follow one another in time.

    Parameters
    ----------
    n
        The number of rows.
    fraction
        The share to hold out.
    gap
        So many rows before the part held out are in neither: with a horizon of h steps, the
        last h - 1 targets were not known yet when the first forecast held out was due.

    Examples
    --------
    >>> kept, held_out = split_in_time(10, 0.2, gap=2)
    >>> kept.tolist(), held_out.tolist()
    ([0, 1, 2, 3, 4, 5], [8, 9])
    """
    n_held_out = min(max(1, round(n * fraction)), n - 1)
    n_kept = n - n_held_out - gap
    if n_kept < 1:
        raise DataError(
            f"{count(n, 'window')} cannot be split in time.",
            expected=f"at least {gap + 2}, since {gap} between the parts belong to neither",
            remedy="add rows, or give a smaller --horizon",
        )
    return np.arange(n_kept), np.arange(n - n_held_out, n)


def _split(held_out: Array, note: str | None = None) -> Split:
    return Split(np.flatnonzero(~held_out), np.flatnonzero(held_out), note)


def _draws(seed: int) -> np.random.Philox:
    """Return random whole numbers from the raw stream, which NumPy promises never to change."""
    return np.random.Philox(key=np.array([seed, 0], dtype=np.uint64))


def _smallest(n: int, seed: int, k: int) -> Array:
    """Tell which are the k smallest of n draws, of equal ones the first; a mask, ``(n,)``.

    The draws are made twice, the second time in parts: of very many rows, eight bytes count.
    """
    draws = _draws(seed).random_raw(n)
    draws.partition(k - 1)
    threshold = draws[k - 1]
    del draws
    stream = _draws(seed)
    smallest = np.empty(n, dtype=bool)
    equal: list[Array] = []
    for start in range(0, n, _AT_ONCE):
        part = stream.random_raw(min(_AT_ONCE, n - start))
        smallest[start : start + len(part)] = part < threshold
        equal.append(start + np.flatnonzero(part == threshold))
    smallest[np.concatenate(equal)[: k - int(smallest.sum())]] = True
    return smallest


def _codes(labels: pl.Series | Array) -> Array:
    series = labels if isinstance(labels, pl.Series) else pl.Series(np.asarray(labels))
    return np.asarray(series.rank("dense").fill_null(0).to_numpy(), dtype=np.int64)


def _names(labels: pl.Series | Array, codes: Array, wanted: Array) -> list[object]:
    """Return the classes of these codes, in their order."""
    series = labels if isinstance(labels, pl.Series) else pl.Series(np.asarray(labels))
    first = [int(np.argmax(codes == code)) for code in wanted[:6]]
    return [*series.gather(first).to_list(), *[None] * max(0, len(wanted) - 6)]


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
