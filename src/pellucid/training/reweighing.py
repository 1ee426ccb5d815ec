"""Texts weighed anew by the classes of some rows, where others are to be answered as if unseen.

What an n-gram tells of the classes is counted over all rows that are learned from. A network that
learns without some of them must not have it from their labels: it would answer these rows far more
often rightly than any new ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pellucid.data import Block
from pellucid.data.bags import class_ratios
from pellucid.data.matrices import is_sparse
from pellucid.data.table import Array
from pellucid.training.step import Examples


def reweighed(train: Examples, blocks: Sequence[Block], rows: Array) -> Examples:
    """Return examples whose n-grams are weighed by the classes of some of them.

    They are the same where nothing was weighed so. An n-gram that told nothing of all rows stays
    out.

    Parameters
    ----------
    train
        Examples whose n-grams were weighed by the classes of all of them.
    blocks
        Where their features lie, and which of these were weighed so.
    rows
        The rows whose classes may be known.
    """
    bags = _bags(blocks)
    if not bags:
        return train
    from scipy.sparse import csr_array, hstack

    inputs, classes = csr_array(train.inputs), np.asarray(train.targets)
    known = np.full(len(classes), -1, dtype=np.int64)
    known[rows] = np.unique(classes[rows], return_inverse=True)[1]
    parts, done = [], 0
    for start, stop, length in bags:
        bag = inputs[:, start:stop]
        parts += [inputs[:, done:start], _reweighed(bag, classes.astype(np.int64), known, length)]
        done = stop
    whole = hstack([*parts, inputs[:, done:]], format="csr", dtype=np.float32)
    found = csr_array(whole) if is_sparse(train.inputs) else whole.toarray()
    return train._replace(inputs=found)


def _bags(blocks: Sequence[Block]) -> list[tuple[int, int, float]]:
    """Return where each bag begins and stops, and the length of its rows."""
    found = []
    for block in blocks:
        start = block.start
        for n_features, length in block.bags:
            found.append((start, start + n_features, length))
            start += n_features
    return found


def _reweighed(bag: Any, classes: Array, known: Array, length: float) -> Any:
    """Exchange what all classes told for what the known ones tell; rows keep their length."""
    from scipy.sparse import csr_array, diags_array

    before, now = class_ratios(bag, classes), class_ratios(bag, known)
    factors = np.divide(now, before, out=np.zeros_like(now), where=before > 0)
    found = csr_array(bag.astype(np.float64) @ diags_array(factors))
    sizes = np.sqrt(np.asarray(found.multiply(found).sum(axis=1)).ravel())
    scales = np.divide(length, sizes, out=np.zeros_like(sizes), where=sizes > 0)
    return csr_array(diags_array(scales) @ found)
