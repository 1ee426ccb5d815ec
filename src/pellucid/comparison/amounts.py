"""How many rows each contender learns from, which ones, and how often.

All of it depends on sizes and the seed alone. The rows of a repeat stand in one order, and an
amount is its beginning: so a larger amount holds every row of a smaller one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from pellucid.comparison.options import ALL, MOST_REPEATS
from pellucid.data.table import Array
from pellucid.errors import SettingError

N_AMOUNTS = 5
ROWS_A_CLASS = 2
"""So many rows of every class come first, as far as there are so many."""

_LEAST, _USUAL_LEAST = 8, 50
# The smallest amount is at most this part of all rows, so that there is something to see.
_SPAN = 16
# Up to so many rows, learning is quick enough for so many repeats; from more, there is one.
_MOST_REPEATS = ((1_000, 5), (10_000, 3))
# Draws of more than a third of all rows are much alike, and say no more than three do.
_REPEATS_OF_LIKE = 3
# Orders have a stream of random numbers of their own: splits and epochs have smaller numbers.
_FIRST_STREAM = 1 << 40


def default_amounts(n_rows: int, n_groups: int = 0) -> tuple[int, ...]:
    """Return five amounts that grow by equal factors up to all rows.

    They start at 50 rows; at fewer where there are not 16 times as many, at more where there
    would not be two of each class or cluster.

    Parameters
    ----------
    n_rows
        All rows to learn from.
    n_groups
        The number of classes or clusters; 0 for numbers.

    Examples
    --------
    >>> default_amounts(60_000, 10)
    (50, 294, 1732, 10194, 60000)
    >>> default_amounts(120, 3)
    (8, 16, 31, 61, 120)
    >>> default_amounts(6, 3)
    (6,)
    """
    least = min(_USUAL_LEAST, max(_LEAST, n_rows // _SPAN))
    first = min(n_rows, max(least, ROWS_A_CLASS * n_groups))
    factors = np.geomspace(first, n_rows, N_AMOUNTS)
    return tuple(sorted({round(factor) for factor in factors.tolist()}))


def settle_amounts(
    wanted: Sequence[int | str] | None, n_rows: int, n_classes: int = 0, n_clusters: int = 0
) -> tuple[int, ...]:
    """Return the amounts asked for, in order, or the default ones.

    Parameters
    ----------
    wanted
        Numbers of rows, `ALL` for all; None: the default ones.
    n_rows
        All rows.
    n_classes, n_clusters
        How many classes rows have, or clusters they are to have; 0 for numbers.

    Raises
    ------
    SettingError
        For more rows than there are, fewer than one of each class, or no more than clusters.

    Examples
    --------
    >>> settle_amounts(["all", 30, 30], 120, 3)
    (30, 120)
    """
    if wanted is None:
        return default_amounts(n_rows, max(n_classes, n_clusters))
    amounts = tuple(sorted({n_rows if amount == ALL else int(amount) for amount in wanted}))
    least, whose = max(2, n_classes), ""
    if n_clusters:
        least, whose = max(3, n_clusters + 1), f", more than the {n_clusters:,} clusters,"
    elif n_classes > 2:
        whose = f", one of each of the {n_classes:,} classes"
    unfit = [amount for amount in amounts if not least <= amount <= n_rows]
    if unfit:
        raise SettingError(
            f"amounts (--amounts) names {unfit[-1]:,} rows.",
            expected=f"from {least:,}{whose} to {n_rows:,}, all rows that can be learned from",
        )
    return amounts


def repeats_of(amount: int, n_rows: int, most: int) -> int:
    """Return how often an amount is drawn anew: the less often, the longer learning takes.

    Of few rows even all are learned three times, for what the contenders' own chance does.

    Parameters
    ----------
    amount, n_rows
        So many of so many rows.
    most
        The most repeats of any amount; more than five are for those of up to 1,000 rows.

    Examples
    --------
    >>> [repeats_of(amount, 60_000, most=5) for amount in (50, 294, 1732, 10194, 60_000)]
    [5, 5, 3, 1, 1]
    >>> [repeats_of(amount, 120, most=5) for amount in (8, 61, 120)]
    [5, 3, 3]
    """
    allowed = next((number for rows, number in _MOST_REPEATS if amount <= rows), 1)
    if most > MOST_REPEATS and amount <= _MOST_REPEATS[0][0]:
        allowed = most
    return min(most, allowed, max(_REPEATS_OF_LIKE, n_rows // amount))


def in_order(repeats: Mapping[int, int]) -> list[tuple[int, int]]:
    """Return amounts and repeats in the order in which they are learned, repeats counted from 0.

    Few rows come twice at first, which is quick, so that something is known of what another draw
    changes; then every larger amount once, and last all further repeats.

    Parameters
    ----------
    repeats
        How often each amount is drawn.

    Examples
    --------
    >>> in_order({50: 3, 400: 2, 5000: 1})
    [(50, 0), (400, 0), (50, 1), (400, 1), (5000, 0), (50, 2)]
    """
    every = [(amount, repeat) for amount, number in repeats.items() for repeat in range(number)]
    few = _MOST_REPEATS[0][0]

    def rank(pair: tuple[int, int]) -> tuple[int, int, int]:
        amount, repeat = pair
        turn = int(amount > few) if repeat == 0 else int(repeat > 1 or amount > few) * 2
        return turn, repeat, amount

    return sorted(every, key=rank)


def nesting_order(n_rows: int, seed: int, repeat: int, labels: Array | None = None) -> Array:
    """Return the order of the rows whose beginnings are the amounts.

    Parameters
    ----------
    n_rows
        All rows to learn from.
    seed, repeat
        What the order depends on, and on nothing else.
    labels
        The class of each row, whole numbers from 0, ``(n_rows,)``: then every beginning holds the
        classes in the shares that they have among all rows, to within a row each, but two rows of
        every class as soon as it has room for them.

    Returns
    -------
    numpy.ndarray
        Row indices, counted from 0, ``(n_rows,)``.

    Examples
    --------
    >>> labels = np.array([0] * 90 + [1] * 10)
    >>> order = nesting_order(100, seed=0, repeat=0, labels=labels)
    >>> [int(labels[order[:amount]].sum()) for amount in (2, 4, 20, 50, 100)]
    [1, 2, 2, 5, 10]
    """
    key = np.array([seed, _FIRST_STREAM + repeat], dtype=np.uint64)
    draws = np.random.Philox(key=key).random_raw(n_rows)
    order = np.argsort(draws, kind="stable")
    if labels is None:
        return order
    drawn = np.asarray(labels)[order]
    counts = np.bincount(drawn)
    by_class = np.argsort(drawn, kind="stable")
    rank = np.empty(n_rows, dtype=np.int64)
    for start, stop in pairwise([0, *np.cumsum(counts).tolist()]):
        rank[by_class[start:stop]] = np.arange(stop - start)
    share = (rank + 0.5) / counts[drawn]
    first = np.minimum(rank, ROWS_A_CLASS)
    return np.asarray(order[np.lexsort((share, first))])
