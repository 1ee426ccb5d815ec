"""Rows of a single 1 kept by its place, and whole matrices of such rows packed.

A column of 200 categories is 200 features, of which one is 1 and all others are 0. In a table that
does not fit into memory, a row then takes a kilobyte on disk, most of it zeros, and learning from
rows in random order waits for the disk. Packed, the row takes a tenth of that: numbers as they
are, and for each column of categories the place of the 1. Dense rows are made of the packed ones
a batch at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

if TYPE_CHECKING:
    from pellucid.data.table import Array, Values

NOWHERE = -1
"""The place of a row without a 1."""

_NUMBERS = "numbers"
_AT_ONCE = 1 << 24


@runtime_checkable
class OneHotEncoder(Protocol):
    """An encoder whose rows hold a single 1 at most."""

    def places(self, values: Values) -> Array:
        """Return the place of each row's 1 among the features, or `NOWHERE`; int32 ``(n,)``."""
        ...


@dataclass(frozen=True)
class OneHot:
    """A matrix of float32 whose rows hold a single 1 at most.

    Attributes
    ----------
    places
        The place of each row's 1, or `NOWHERE`; whole numbers, shape ``(n,)``.
    width
        The number of features.

    Examples
    --------
    >>> target = np.full((2, 3), 7.0, dtype=np.float32)
    >>> OneHot(np.array([2, NOWHERE]), 3).fill(target)
    >>> target.tolist()
    [[0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]
    """

    places: Array
    width: int

    @property
    def shape(self) -> tuple[int, int]:
        """``(n, width)``."""
        return (len(self.places), self.width)

    def fill(self, target: Array) -> None:
        """Write the matrix into an array of its shape."""
        target[...] = 0.0
        rows = np.flatnonzero(self.places >= 0)
        target[rows, self.places[rows]] = 1.0

    def toarray(self) -> Array:
        """Return the matrix as an array."""
        result = np.empty(self.shape, dtype=np.float32)
        self.fill(result)
        return result

    def indices(self) -> tuple[Array, Array]:
        """Return the row and the feature of each 1."""
        rows = np.flatnonzero(self.places >= 0)
        return rows, self.places[rows]


class Packed:
    """A matrix of float32, one record a row: numbers, and places of ones.

    Parameters
    ----------
    layout
        Which features are what.
    records
        An array of ``layout.dtype``, shape ``(n,)``, in memory or in a file.
    """

    dtype = np.dtype(np.float32)

    def __init__(self, layout: Layout, records: Array) -> None:
        self.layout = layout
        self.records = records

    @property
    def shape(self) -> tuple[int, int]:
        """``(n, width)``."""
        return (len(self.records), self.layout.width)

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, rows: Any) -> Array:
        """Return some rows, given by indices or a slice, as an array ``(k, width)``."""
        some = self.records[rows]
        result = np.empty((len(some), self.layout.width), dtype=np.float32)
        for part, start, stop in self.layout.parts_of(some):
            if isinstance(part, OneHot):
                part.fill(result[:, start:stop])
            else:
                result[:, start:stop] = part
        return result

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        """Return the whole matrix, as NumPy asks for it."""
        return self[:].astype(dtype or self.dtype, copy=False)

    def fill(self, start: int, parts: Sequence[Any]) -> None:
        """Write rows from ``start`` on, given as matrices side by side as in the layout."""
        stop = start + parts[0].shape[0]
        self.layout.write(self.records[start:stop], parts)

    def update_digest(self, update: Callable[[Any], object]) -> None:
        """Feed the layout and all records to a hash, a part at a time."""
        update(repr(self.layout).encode())
        step = max(1, _AT_ONCE // self.layout.dtype.itemsize)
        for start in range(0, len(self.records), step):
            update(np.ascontiguousarray(self.records[start : start + step]).view(np.uint8).data)


@dataclass(frozen=True)
class Layout:
    """Which features of a row are numbers, and which hold a single 1.

    Attributes
    ----------
    blocks
        The width of each block of features, in their order, and whether it is one-hot.

    Examples
    --------
    >>> layout = Layout(((2, False), (300, True)))
    >>> layout.width, layout.dtype.itemsize  # two numbers of four bytes, a place of two
    (302, 10)
    """

    blocks: tuple[tuple[int, bool], ...]

    @classmethod
    def of(cls, parts: Sequence[Any]) -> Layout:
        """Return the layout of matrices side by side."""
        return cls(tuple((part.shape[1], isinstance(part, OneHot)) for part in parts))

    @property
    def width(self) -> int:
        """The number of features."""
        return sum(width for width, _ in self.blocks)

    @property
    def dtype(self) -> np.dtype[Any]:
        """What a row is kept as."""
        n_numbers = sum(width for width, is_one_hot in self.blocks if not is_one_hot)
        places = [
            (f"{number}", _type_of_places(width))
            for number, (width, is_one_hot) in enumerate(self.blocks)
            if is_one_hot
        ]
        return np.dtype([(_NUMBERS, np.float32, (n_numbers,)), *places])

    def parts_of(self, records: Array) -> Iterator[tuple[Array | OneHot, int, int]]:
        """Yield each block of some records with its first feature, and the one after its last."""
        start = taken = 0
        for number, (width, is_one_hot) in enumerate(self.blocks):
            if is_one_hot:
                places = records[f"{number}"].astype(np.int32)
                places[places == width] = NOWHERE
                yield OneHot(places, width), start, start + width
            else:
                yield records[_NUMBERS][:, taken : taken + width], start, start + width
                taken += width
            start += width

    def write(self, records: Array, parts: Sequence[Any]) -> None:
        """Write rows into records, given as matrices side by side."""
        taken = 0
        for number, ((width, is_one_hot), part) in enumerate(zip(self.blocks, parts, strict=True)):
            if is_one_hot:
                records[f"{number}"] = np.where(part.places >= 0, part.places, width)
            else:
                records[_NUMBERS][:, taken : taken + width] = part
                taken += width


def _type_of_places(width: int) -> type[np.unsignedinteger[Any]]:
    """Return the smallest type that holds all places, and the width for none."""
    for dtype in (np.uint8, np.uint16):
        if width <= np.iinfo(dtype).max:
            return dtype
    return np.uint32
