"""Whether rows were learnt from: hashes of training rows, kept with the model.

Of up to 2,048 training rows, spread evenly over all of them, a hash of what the network saw is
kept: 8 bytes a row, from which no value can be had back. So a measurement on rows that training
saw can say so, whatever file they come in. Of more training rows, the rest is estimated.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from pellucid.data.matrices import Matrix, dense_rows, is_sparse
from pellucid.data.rows import count, name_rows

KEPT = 2048
# From so large a share of the rows on, it is said.
LEAST = 0.01
_NUMBERS_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class Learnt:
    """Hashes of training rows.

    Attributes
    ----------
    n
        How many rows training had.
    hashes
        Of all of them, or of 2,048 spread evenly; uint64 ``(k,)``.

    Examples
    --------
    >>> rows = np.arange(12, dtype=np.float32).reshape(6, 2)
    >>> learnt = Learnt.of(rows[:4])
    >>> learnt.told(rows)
    'The network learnt from 4 of these 6 rows (67%). What is measured on them says nothing about \
new rows.'
    """

    n: int
    hashes: np.ndarray

    @classmethod
    def of(cls, inputs: Matrix) -> Self:
        """Hash encoded training rows, ``(n, in_features)``."""
        n = int(inputs.shape[0])
        rows = np.unique(np.linspace(0, n - 1, min(n, KEPT)).round().astype(np.int64))
        return cls(n, hash_rows(inputs, rows))

    def told(self, inputs: Matrix, rows: np.ndarray | None = None) -> str | None:
        """Word how many of these encoded rows were learnt from; None where next to none was.

        Parameters
        ----------
        inputs
            Encoded rows, ``(m, in_features)``.
        rows
            Their indices in the person's table, where they are to be named.
        """
        m = int(inputs.shape[0])
        distinct = np.unique(self.hashes)
        # Where there are few different rows, new ones are like old ones by nature.
        if not m or 2 * len(distinct) < len(self.hashes):
            return None
        hashes = hash_rows(inputs, np.arange(m))
        found = np.flatnonzero(np.isin(hashes, distinct))
        share = min(1.0, len(found) / m * self.n / len(self.hashes))
        if share < LEAST or not len(found):
            return None
        where = "" if rows is None else name_rows(rows[found])
        if len(self.hashes) == self.n:
            many = f"{len(found):,} of these {count(m, 'row')} ({share:.0%})"
            many += f": {where}" if where else ""
        else:
            many = f"about {share:.0%} of these {count(m, 'row')}"
            many += f", such as {where}" if where else ""
        return (
            f"The network learnt from {many}. What is measured on them says nothing about new rows."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON; the hashes as base64 of little-endian bytes."""
        packed = base64.b64encode(self.hashes.astype("<u8").tobytes()).decode("ascii")
        return {"n": self.n, "hashes": packed}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make it again."""
        unpacked = np.frombuffer(base64.b64decode(saved["hashes"]), dtype="<u8")
        return cls(saved["n"], unpacked.astype(np.uint64))


def hash_rows(inputs: Matrix, rows: np.ndarray) -> np.ndarray:
    """Hash rows of a matrix by the bits of their numbers, uint64 ``(k,)``.

    A sum of the bits, each times an odd number of its place, modulo 2⁶⁴ (multilinear hashing;
    Lemire & Kaser, "Strongly universal string hashing is fast", 2014): the same in every process,
    and zeros need not be looked at.
    """
    factors = _mixed(np.arange(1, inputs.shape[1] + 1, dtype=np.uint64)) | np.uint64(1)
    parts = [_hashed(part, factors) for part in _parts(inputs, rows)]
    return _mixed(np.concatenate([np.zeros(0, dtype=np.uint64), *parts]))


def _parts(inputs: Matrix, rows: np.ndarray) -> Iterator[Any]:
    width = 1 if is_sparse(inputs) else max(1, inputs.shape[1])
    step = max(1, _NUMBERS_AT_ONCE // width)
    for start in range(0, len(rows), step):
        some = rows[start : start + step]
        yield inputs[some] if is_sparse(inputs) else dense_rows(inputs, some)


def _hashed(part: Any, factors: np.ndarray) -> np.ndarray:
    if not is_sparse(part):
        return np.asarray((_bits(part) * factors).sum(axis=1, dtype=np.uint64))
    terms = np.cumsum(_bits(part.data) * factors[part.indices], dtype=np.uint64)
    ends = np.append(np.uint64(0), terms)[part.indptr]
    return np.asarray(ends[1:] - ends[:-1])


def _bits(numbers: Any) -> np.ndarray:
    """Return the bits of 32-bit floats as whole numbers; 0 for both zeros."""
    plain = np.ascontiguousarray(numbers, dtype=np.float32) + np.float32(0)
    return plain.view(np.uint32).astype(np.uint64)


def _mixed(numbers: np.ndarray) -> np.ndarray:
    """Spread whole numbers over 64 bits (the last step of SplitMix64)."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(numbers ^ (numbers >> np.uint64(31)))
