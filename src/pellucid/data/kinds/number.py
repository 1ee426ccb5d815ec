"""Numbers: standardised, with the training mean for missing ones and a feature that says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self

import numpy as np
import polars as pl

from pellucid.data import parsing
from pellucid.data.kinds.kind import FEW_VALUES, Description, Kind, Proposal
from pellucid.data.moments import mean_and_scale, restore, standardise
from pellucid.data.profile import Profile, clean_scalars, numbers_of
from pellucid.data.rows import name_rows
from pellucid.data.table import Array, Values
from pellucid.errors import DataError, quote_list

# Text counts as numbers when at most this share of it is none.
STRAY_SHARE = 0.1


@dataclass(frozen=True)
class NumberEncoder:
    """One number a row, standardised by the training values.

    Attributes
    ----------
    mean, scale
        The training values' mean and population standard deviation (1 where constant).
    has_missing
        Whether training values were missing; a second feature then is 1 where one is.

    Examples
    --------
    >>> encoder = NumberEncoder.fit(pl.Series([1.0, 3.0, None]))
    >>> encoder.transform(pl.Series([1.0, None])).tolist()
    [[-1.0, 0.0], [0.0, 1.0]]
    """

    kind: ClassVar[str] = "number"

    mean: float
    scale: float
    has_missing: bool

    @property
    def shape(self) -> tuple[int, ...]:
        """``(2,)`` with a feature for "is missing", else ``(1,)``."""
        return (2,) if self.has_missing else (1,)

    @property
    def feature_names(self) -> list[str]:
        """Nothing (the column itself), and " is missing"."""
        return ["", " is missing"] if self.has_missing else [""]

    @classmethod
    def fit(cls, values: Values) -> Self:
        """Learn mean and scale; raise DataError where a value is infinite."""
        numbers = _finite_numbers(values)
        mean, scale = mean_and_scale(numbers[:, None])
        return cls(float(mean[0]), float(scale[0]), bool(np.isnan(numbers).any()))

    def transform(self, values: Values) -> Array:
        """Standardise; missing values become 0 (the mean), marked where training had some."""
        numbers = _finite_numbers(values)
        unit = standardise(numbers[:, None], np.array([self.mean]), np.array([self.scale]))
        if not self.has_missing:
            return unit
        return np.column_stack([unit, np.isnan(numbers).astype(np.float32)])

    def inverse(self, array: Array) -> pl.Series:
        """Return the numbers, within 2⁻²³ of each one's distance from the mean; else null."""
        numbers = restore(array[:, 0], np.array(self.mean), np.array(self.scale))
        if self.has_missing:
            numbers = np.where(array[:, 1] > 0.5, np.nan, numbers)
        return pl.Series(numbers).fill_nan(None)

    def to_dict(self) -> dict[str, Any]:
        """Return mean, scale and has_missing."""
        return asdict(self)

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the encoder again."""
        return cls(**saved)


class NumberKind(Kind):
    """Columns of numbers, or of text that is numbers."""

    name = "number"
    summary = "a number, standardised"
    encoder = NumberEncoder

    def propose(self, profile: Profile) -> Proposal | None:
        """Fit numbers by type, and text of which nine tenths or more are numbers."""
        if profile.is_numeric:
            n_distinct = profile.n_distinct or 0
            if profile.is_whole and n_distinct <= FEW_VALUES:
                return Proposal(0.7, f"whole numbers with {n_distinct} different values")
            return Proposal(0.9, "whole numbers" if profile.is_whole else "decimal numbers")
        if profile.is_boolean:
            return Proposal(0.1, "truth values can be read as 0 and 1")
        return _proposal_for_text(profile) if profile.is_text else None

    def describe(self, profile: Profile) -> Description:
        """Keep the range, and warn of text among the numbers."""
        refuse_infinite(profile.name, profile.numbers)
        present = profile.numbers.drop_nulls()
        warnings = []
        if len(profile.stray):
            warnings.append(_stray_warning(profile.name, profile.scalars, profile.stray))
        details = {} if present.is_empty() else {"minimum": present.min(), "maximum": present.max()}
        return Description(details, tuple(warnings))

    def compare(self, name: str, details: Mapping[str, Any], values: Values) -> list[str]:
        """Warn of stray text and of numbers far outside the range seen in training."""
        profile = Profile(name, values)
        if profile.is_block:
            raise DataError(
                f"Column {name!r} holds blocks of shape {profile.block.shape[1:]}.",
                expected="one number a row, as in training",
            )
        refuse_infinite(name, profile.numbers)
        warnings = []
        if len(profile.stray):
            if len(profile.stray) == profile.n_rows - profile.n_missing:
                raise DataError(
                    f"Column {name!r} holds no numbers.",
                    where=f"such as {quote_list(profile.present.head(3))}",
                    expected="numbers, as in training",
                )
            warnings.append(_stray_warning(name, profile.scalars, profile.stray))
        if "minimum" in details:
            warnings += _range_warnings(name, profile.numbers, details)
        return warnings


def _proposal_for_text(profile: Profile) -> Proposal | None:
    n_present = profile.n_rows - profile.n_missing
    n_stray = len(profile.stray)
    if n_stray == n_present:
        return None
    if parsing.has_codes(profile.scalars):
        return Proposal(0.2, "its texts are digits, some with leading zeros")
    if n_stray > STRAY_SHARE * n_present:
        return Proposal(0.1, f"{n_present - n_stray:,} of {n_present:,} texts are numbers")
    if n_stray:
        return Proposal(0.8, f"all but {n_stray:,} of {n_present:,} texts are numbers")
    return Proposal(0.9, "text, but every one is a number")


def refuse_infinite(name: str, numbers: pl.Series) -> None:
    """Raise DataError with the row numbers where a number is infinite."""
    infinite = numbers.is_infinite().fill_null(value=False)
    if infinite.any():
        raise DataError(
            f"Column {name!r} holds infinite values.",
            where=name_rows(infinite.arg_true()),
            expected="finite numbers, or nothing where a value is missing",
            remedy="remove these values, or leave the cells empty",
        )


def _finite_numbers(values: Values) -> Array:
    numbers = numbers_of(clean_scalars(values))
    refuse_infinite(numbers.name, numbers)
    return numbers.fill_null(np.nan).to_numpy()


def _stray_warning(name: str, scalars: pl.Series, stray: Array) -> str:
    texts = scalars.gather(stray).unique(maintain_order=True)
    return (
        f"{name!r} holds text among its numbers, treated as missing: "
        f"{quote_list(texts, limit=5)} in {name_rows(stray)}."
    )


def _range_warnings(name: str, numbers: pl.Series, details: Mapping[str, Any]) -> list[str]:
    low, high = float(details["minimum"]), float(details["maximum"])
    # Halves, because the difference of two huge numbers is not a number any more.
    margin = 2 * (high / 2 - low / 2)
    with np.errstate(over="ignore"):
        far = ((numbers < low - margin) | (numbers > high + margin)).fill_null(value=False)
    if not far.any():
        return []
    return [
        f"{name!r} holds values far outside the range seen in training "
        f"({low:g} to {high:g}): {name_rows(far.arg_true())}."
    ]
