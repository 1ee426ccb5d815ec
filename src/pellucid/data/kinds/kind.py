"""What a kind of column is: it recognises a column, describes it, and encodes it.

A new kind is one new file with a subclass of `Kind` and an encoder, and one line in the
registry (`pellucid.data.kinds.KINDS`); the conformance suite then covers it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self, runtime_checkable

import numpy as np

from pellucid.data.profile import Profile
from pellucid.data.table import Array, Values

if TYPE_CHECKING:
    from scipy.sparse import csr_array

# Whole numbers with at most so many different values could be codes of categories.
FEW_VALUES = 20


@dataclass(frozen=True)
class Proposal:
    """How well a kind fits a column.

    Attributes
    ----------
    score
        0 (possible, never chosen unasked) to 1 (certain); the highest wins.
    reason
        What in the column speaks for it; a clause without a full stop.
    """

    score: float
    reason: str


@dataclass(frozen=True)
class Description:
    """What the contract keeps about a column of a kind.

    Attributes
    ----------
    details
        What later values are compared with; JSON can hold it.
    warnings
        What looks wrong in the training values, each a sentence.
    reason
        What was settled in view of the values, and why; added to the reason for the kind.
    """

    details: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    reason: str = ""


class Encoder(Protocol):
    """Turns one column's values into numbers and back, as learnt from training values.

    Attributes
    ----------
    kind
        The name of the kind it belongs to.
    """

    kind: ClassVar[str]

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one encoded example."""
        ...

    @property
    def feature_names(self) -> list[str]:
        """What is to follow the column's name for each feature, in C order of the shape."""
        ...

    @classmethod
    def fit(cls, values: Values) -> Self:
        """Learn from the training values."""
        ...

    def transform(self, values: Values) -> Array | csr_array:
        """Encode values as float32, shape ``(n, *shape)``; where most are 0, as a sparse array."""
        ...

    def inverse(self, array: Array) -> Values:
        """Return the values that such an array stands for."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """Return what was learnt, as a dictionary that JSON holds without loss."""
        ...

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the encoder again from what `to_dict` returned."""
        ...


@runtime_checkable
class OnGrid(Protocol):
    """An encoder whose features lie in a grid: pixels, steps; further ones may follow them."""

    @property
    def grid(self) -> tuple[int, ...]:
        """The shape of the grid: ``(height, width[, channels])``, ``(steps, channels)`` …."""
        ...


@runtime_checkable
class OfEntries(Protocol):
    """An encoder whose features are whole numbers that each stand for something: words."""

    @property
    def entries(self) -> int:
        """How many different numbers there are, from 0."""
        ...


@runtime_checkable
class OfInk(Protocol):
    """An encoder of images that knows how much of them is drawn on."""

    @property
    def ink(self) -> float:
        """How far the mean of all pixels is from the nearer of black and white, 0 to 0.5."""
        ...


@runtime_checkable
class OfBags(Protocol):
    """An encoder of texts whose features may have been weighed by what they tell of classes."""

    @property
    def bags(self) -> tuple[tuple[int, float], ...]:
        """How many features each bag has, and how long its rows are; none where not weighed so."""
        ...


def grid_of(encoder: Encoder) -> tuple[int, ...]:
    """Return the shape in which an encoder's features lie, apart from those that follow them."""
    return encoder.grid if isinstance(encoder, OnGrid) else encoder.shape


class Kind(ABC):
    """A kind of column.

    Attributes
    ----------
    name
        What ``--kind COLUMN=NAME`` calls it.
    summary
        One line for lists of kinds.
    encoder
        The class of its encoders.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    encoder: ClassVar[type[Encoder]]

    @abstractmethod
    def propose(self, profile: Profile) -> Proposal | None:
        """Say how well the kind fits, or None where it cannot read such values at all."""

    @abstractmethod
    def describe(self, profile: Profile) -> Description:
        """Describe the training values; raise DataError where they cannot be used."""

    @abstractmethod
    def compare(self, name: str, details: Mapping[str, Any], values: Values) -> list[str]:
        """Compare later values with the description and word what is unusual.

        Raises DataError where they cannot be used.
        """

    def fit(self, values: Values, details: Mapping[str, Any]) -> Encoder:
        """Fit an encoder to training values, knowing what `describe` found in them."""
        return self.encoder.fit(values)

    def fit_to_classes(self, values: Values, details: Mapping[str, Any], classes: Array) -> Encoder:
        """Fit an encoder knowing the class of each row, which most kinds have no use for.

        Parameters
        ----------
        values, details
            As for `fit`.
        classes
            int64 ``(n,)``, from 0; -1 where it is not known.
        """
        return self.fit(values, details)

    def restore(self, saved: Mapping[str, Any]) -> Encoder:
        """Make an encoder again from what its `to_dict` returned."""
        return self.encoder.from_dict(saved)

    def unusable_rows(self, values: Values, details: Mapping[str, Any]) -> Array:
        """Return the rows that cannot be encoded, int64 ``(m,)``; there are none by default.

        They are left out of training and measurement, and get no prediction. A value that is
        missing is no such row: every kind encodes it.
        """
        return np.zeros(0, dtype=np.int64)
