"""Vectors: a block of numbers a row, each entry standardised for itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar, Self

import numpy as np

from pellucid.data.kinds.kind import Description, Kind, Proposal
from pellucid.data.moments import MOST_DEVIATIONS, mean_and_scale, restore, standardise
from pellucid.data.profile import Profile, rows_with_nan
from pellucid.data.rows import count, name_rows
from pellucid.data.table import Array, Values
from pellucid.errors import DataError


@dataclass(frozen=True)
class VectorEncoder:
    """A block of numbers a row, as one flat vector.

    Attributes
    ----------
    block_shape
        The shape of one row's block.
    mean, scale
        Mean and population standard deviation of each entry, in C order.
    missing
        Positions of the entries that were missing in some training row; each has a feature
        at the end that is 1 where it is missing.

    Examples
    --------
    >>> encoder = VectorEncoder.fit(np.array([[1.0, 10.0], [3.0, 30.0]]))
    >>> encoder.transform(np.array([[2.0, 30.0]])).tolist()
    [[0.0, 1.0]]
    """

    kind: ClassVar[str] = "vector"

    block_shape: tuple[int, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    missing: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """One feature an entry, and one for each that may be missing."""
        return (len(self.mean) + len(self.missing),)

    @property
    def feature_names(self) -> list[str]:
        """``[i]`` or ``[i,j]`` counted from 1, and the same with " is missing"."""
        names = [
            "[" + ",".join(str(i + 1) for i in index) + "]"
            for index in np.ndindex(self.block_shape)
        ]
        return names + [f"{names[position]} is missing" for position in self.missing]

    @classmethod
    def fit(cls, values: Values) -> Self:
        """Learn each entry's mean and scale; raise DataError where one is infinite."""
        block = as_block(values)
        refuse_infinite_blocks("the block", block)
        flat = block.reshape(len(block), -1)
        mean, scale = mean_and_scale(flat)
        gaps = np.isnan(flat).any(axis=0) if flat.dtype.kind == "f" else np.zeros(0, dtype=bool)
        return cls(
            block_shape=block.shape[1:],
            mean=tuple(mean.tolist()),
            scale=tuple(scale.tolist()),
            missing=tuple(np.flatnonzero(gaps).tolist()),
        )

    def transform(self, values: Values) -> Array:
        """Standardise each entry; a missing one becomes 0, its mean."""
        block = as_block(values)
        refuse_other_shape("the block", self.block_shape, block)
        refuse_infinite_blocks("the block", block)
        flat = block.reshape(len(block), prod(self.block_shape))
        unit = standardise(flat, np.array(self.mean), np.array(self.scale), MOST_DEVIATIONS)
        if not self.missing:
            return unit
        return np.hstack([unit, np.isnan(flat[:, list(self.missing)]).astype(np.float32)])

    def inverse(self, array: Array) -> Array:
        """Return the blocks, float64, within 2⁻²³ of each entry's distance from its mean."""
        n_entries = len(self.mean)
        flat = restore(array[:, :n_entries], np.array(self.mean), np.array(self.scale))
        for feature, position in enumerate(self.missing, start=n_entries):
            flat[array[:, feature] > 0.5, position] = np.nan
        return flat.reshape(len(array), *self.block_shape)

    def to_dict(self) -> dict[str, Any]:
        """Return shape, means, scales and the entries that may be missing."""
        return {
            "block_shape": list(self.block_shape),
            "mean": list(self.mean),
            "scale": list(self.scale),
            "missing": list(self.missing),
        }

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the encoder again."""
        return cls(**{name: tuple(entries) for name, entries in saved.items()})


class VectorKind(Kind):
    """Columns that hold a block of numbers a row."""

    name = "vector"
    summary = "a block of numbers, each entry standardised"
    encoder = VectorEncoder

    def propose(self, profile: Profile) -> Proposal | None:
        """Fit every array; two-dimensional ones best."""
        if not profile.is_block:
            return None
        shape = "×".join(str(size) for size in profile.block.shape[1:])
        if profile.block.ndim == 2:
            return Proposal(0.9, f"an array with {shape} numbers a row")
        return Proposal(0.5, f"the {shape} numbers of a row, each standardised for itself")

    def describe(self, profile: Profile) -> Description:
        """Keep the shape and the range."""
        return describe_block(profile)

    def compare(self, name: str, details: Mapping[str, Any], values: Values) -> list[str]:
        """Warn of values far outside the range seen in training."""
        return compare_block(name, details, values)


def as_block(values: Values) -> Array:
    """Return the array of a column of blocks; raise DataError where it holds scalars."""
    if isinstance(values, np.ndarray):
        return values
    raise DataError(
        f"Column {values.name!r} holds one value a row.", expected="a block of numbers a row"
    )


def describe_block(profile: Profile) -> Description:
    """Keep a block's shape and range; raise DataError where a number is infinite."""
    refuse_infinite_blocks(f"column {profile.name!r}", profile.block)
    details = {
        "shape": list(profile.block.shape[1:]),
        "dtype": profile.block.dtype.name,
        **dict(zip(("minimum", "maximum"), block_range(profile.block), strict=True)),
    }
    warnings = []
    if profile.n_missing:
        gaps = count(profile.n_missing, "row")
        rows = name_rows(np.flatnonzero(rows_with_nan(profile.block)))
        warnings.append(f"{profile.name!r} holds missing numbers (NaN) in {gaps}: {rows}.")
    return Description(details, tuple(warnings))


def compare_block(name: str, details: Mapping[str, Any], values: Values) -> list[str]:
    """Compare later blocks with a description; raise DataError where they cannot be used."""
    block = as_block(values)
    where = f"column {name!r}"
    refuse_other_shape(where, tuple(details["shape"]), block)
    refuse_infinite_blocks(where, block)
    low, high = details["minimum"], details["maximum"]
    margin = high - low
    least, largest = block_range(block)
    if least >= low - margin and largest <= high + margin:
        return []
    return [
        f"{name!r} holds values from {least:g} to {largest:g}, far outside the range seen in "
        f"training ({low:g} to {high:g})."
    ]


def block_range(block: Array) -> tuple[float, float]:
    """Return the least and the largest number of a block, 0 where it holds none."""
    if not block.size:
        return 0.0, 0.0
    if block.dtype.kind == "f":
        low, high = np.fmin.reduce(block, axis=None), np.fmax.reduce(block, axis=None)
        return float(np.nan_to_num(low)), float(np.nan_to_num(high))
    return float(block.min()), float(block.max())


def refuse_infinite_blocks(where: str, block: Array) -> None:
    """Raise DataError with the row numbers where a number is infinite."""
    if block.dtype.kind != "f" or not block.size:
        return
    low, high = np.fmin.reduce(block, axis=None), np.fmax.reduce(block, axis=None)
    if not (np.isinf(low) or np.isinf(high)):
        return
    rows = np.flatnonzero(np.isinf(block).any(axis=tuple(range(1, block.ndim))))
    raise DataError(
        f"{where[0].upper()}{where[1:]} holds infinite values.",
        where=name_rows(rows),
        expected="finite numbers, or NaN where a value is missing",
        remedy="remove these values",
    )


def refuse_other_shape(where: str, expected: tuple[int, ...], block: Array) -> None:
    """Raise DataError where a row's block has another shape than in training."""
    if block.shape[1:] != expected:
        raise DataError(
            f"{where[0].upper()}{where[1:]} has {_times(block.shape[1:])} numbers a row.",
            expected=f"{_times(expected)}, as in training",
        )


def _times(shape: tuple[int, ...]) -> str:
    return "×".join(str(size) for size in shape)
