"""Bags of n-grams: a learned vocabulary, weights for rare ones, and sparse rows of length one.

The weighting is TF-IDF with each n-gram counted once a text, as scikit-learn's
``TfidfVectorizer(binary=True)`` has it: ln((1 + n) / (1 + n with it)) + 1, each row then divided by
its length. In short texts presence says as much as frequency (Wang & Manning 2012).

Where classes are known, an n-gram counts the more, the more it tells them apart (`class_ratios`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from pellucid.data.ngrams import chunked
from pellucid.data.table import Array

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Grams = Callable[[pl.Series], pl.DataFrame]
# At most so many entries, those in the most texts first; and at most so many for each text.
MOST_GRAMS = 30_000
GRAMS_PER_TEXT = 20
FEWEST_GRAMS = 1_000
# What is in a single text alone can tell nothing about others.
LEAST_TEXTS = 2
# With fewer texts than this, single ones are all there is.
FEW_TEXTS = 20


def learn_vocabulary(
    text: pl.Series, grams: Grams, most: int | None = None
) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Choose the n-grams to have features, and weigh them.

    Parameters
    ----------
    text
        The training texts, null where missing.
    grams
        Gives the distinct n-grams of texts: columns ``row`` and ``gram``.
    most
        How many are kept; by default 20 for each text, at least 1,000 and at most 30,000.

    Returns
    -------
    tuple
        The n-grams, most frequent first and then in alphabetical order, and their weights.
    """
    present = text.drop_nulls()
    counted = [
        grams(part).group_by("gram").agg(n=pl.len().cast(pl.Int64)) for _, part in chunked(present)
    ]
    if not counted:
        return (), ()
    counts = pl.concat(counted).group_by("gram").agg(pl.col("n").sum())
    least = LEAST_TEXTS if len(present) >= FEW_TEXTS else 1
    if most is None:
        most = min(MOST_GRAMS, max(FEWEST_GRAMS, GRAMS_PER_TEXT * len(present)))
    kept = (
        counts.filter(pl.col("n") >= least).sort(["n", "gram"], descending=[True, False]).head(most)
    )
    weights = np.log((1 + len(present)) / (1 + kept["n"].to_numpy())) + 1
    return tuple(kept["gram"].to_list()), tuple(weights.tolist())


def class_ratios(bags: csr_array, classes: Array) -> Array:
    """Return how much each n-gram tells of the classes: its largest log-count ratio.

    For one class beside all others, the ratio is |ln(p / q)|, where p is the n-gram's share of all
    n-grams in texts of the class, each counted once more, and q that in the others (Wang & Manning
    2012, "Baselines and Bigrams: Simple, Good Sentiment and Topic Classification", section 2.2).
    The sign is left to the network, whose weights have one.

    Parameters
    ----------
    bags
        ``(n, n-grams)``, of which only what is not 0 counts.
    classes
        The class of each text, int64 ``(n,)`` from 0; -1 where it is not known.

    Returns
    -------
    Array
        float64 ``(n-grams,)``, at least 0.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> bags = csr_array([[1.0, 1.0], [1.0, 0.0]])  # spam: "free call"; ham: "free"
    >>> class_ratios(bags, np.array([0, 1])).round(3).tolist()  # ln (2/3 : 2/4), ln (1/3 : 2/4)
    [0.288, 0.405]
    """
    known = classes >= 0
    n_classes = int(classes.max(initial=-1)) + 1
    one_hot = np.equal.outer(np.arange(n_classes), classes[known]).astype(np.float64)
    counts = one_hot @ (bags[known] != 0).astype(np.float64)  # (classes, n-grams)
    inside, outside = counts + 1, counts.sum(axis=0) - counts + 1
    shares = [part / part.sum(axis=1, keepdims=True) for part in (inside, outside)]
    ratios = np.abs(np.log(shares[0]) - np.log(shares[1]))
    return np.asarray(ratios.max(axis=0, initial=0.0))


def weigh(text: pl.Series, grams: Grams, vocabulary: pl.DataFrame, length: float) -> csr_array:
    """Return weighted bags, float32 ``(n, n-grams)``; each row with entries has this length.

    Parameters
    ----------
    text
        Texts, null where missing.
    grams
        As for `learn_vocabulary`.
    vocabulary
        Columns ``gram``, ``at`` (its feature) and ``weight``.
    length
        The Euclidean length of a row.
    """
    from scipy.sparse import csr_array

    width = len(vocabulary)
    columns: list[Array] = []
    values: list[Array] = []
    sizes = [np.zeros(1, dtype=np.int64)]
    for _, part in chunked(text):
        found = grams(part).join(vocabulary, on="gram", how="inner").sort("row", "at")
        rows, weights = found["row"].to_numpy(), found["weight"].to_numpy()
        squares = np.bincount(rows, weights=weights**2, minlength=len(part))
        norms = np.sqrt(squares[rows])  # 0 where no n-gram of a text tells anything
        scaled = np.divide(length * weights, norms, out=np.zeros(len(rows)), where=norms > 0)
        values.append(scaled.astype(np.float32))
        columns.append(found["at"].to_numpy())
        sizes.append(np.bincount(rows, minlength=len(part)))
    pointers = np.cumsum(np.concatenate(sizes))
    kind = np.int32 if pointers[-1] < 2**31 else np.int64
    indices = np.concatenate(columns) if columns else np.zeros(0)
    data = np.concatenate(values) if values else np.zeros(0, dtype=np.float32)
    parts = (data.astype(np.float32), indices.astype(kind), pointers.astype(kind))
    return csr_array(parts, shape=(len(text), width))
