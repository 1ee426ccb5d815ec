"""Numbers: standardised, with the training mean for missing ones and a feature that says so.

A number that lies absurdly far from all others (1e300 among ages) would make the deviation so large
that nothing else is left of the column. Such numbers are warned of, do not count for mean and
deviation, and no standardised number is beyond `MOST_DEVIATIONS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import polars as pl

from pellucid.data import parsing
from pellucid.data.kinds.kind import FEW_VALUES, Description, Kind, Proposal
from pellucid.data.moments import mean_and_scale, restore, standardise
from pellucid.data.numerals import PLAIN_FORMAT, NumberFormat, find_numerals
from pellucid.data.profile import Profile, clean_scalars, numbers_of
from pellucid.data.rows import name_rows
from pellucid.data.showing import shown
from pellucid.data.table import Array, Values
from pellucid.errors import DataError, quote_list

# Text counts as numbers when at most this share of it is none.
STRAY_SHARE = 0.1
# Standardised numbers are cut off here; among 10,000 rows no single one can be farther out.
MOST_DEVIATIONS = 100.0
# Farther from the median than so many times the middle half's width is a slip or a code.
OUTLYING = 1e6
# Whole numbers are exact in float64 up to here.
EXACT_TO = 2.0**53
# Where more of the numbers lie so far out, they belong to the column.
OUTLIER_SHARE = 0.1


@dataclass(frozen=True)
class NumberEncoder:
    """One number a row, standardised by the training values.

    Attributes
    ----------
    mean, scale
        The training values' mean and population standard deviation (1 where constant).
    has_missing
        Whether training values were missing; a second feature then is 1 where one is.
    format
        How text writes the column's numbers, with their unit.

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
    format: NumberFormat = PLAIN_FORMAT

    @property
    def shape(self) -> tuple[int, ...]:
        """``(2,)`` with a feature for "is missing", else ``(1,)``."""
        return (2,) if self.has_missing else (1,)

    @property
    def feature_names(self) -> list[str]:
        """Nothing (the column itself), and " is missing"."""
        return ["", " is missing"] if self.has_missing else [""]

    @property
    def unit(self) -> str | None:
        """The unit of the numbers, where their texts name one."""
        return self.format.unit

    @classmethod
    def fit(cls, values: Values) -> Self:
        """Learn format, mean and scale; raise DataError where a value is infinite."""
        scalars = clean_scalars(values)
        format = find_numerals(scalars).format if scalars.dtype == pl.String else PLAIN_FORMAT
        numbers = _finite_numbers(scalars, format)
        usual = np.where(outliers(numbers), np.nan, numbers)
        mean, scale = mean_and_scale(usual[:, None])
        return cls(float(mean[0]), float(scale[0]), bool(np.isnan(numbers).any()), format)

    def transform(self, values: Values) -> Array:
        """Standardise; missing values become 0 (the mean), marked where training had some.

        Nothing is beyond ±100 deviations.
        """
        numbers = _finite_numbers(clean_scalars(values), self.format)
        unit = standardise(numbers[:, None], np.array([self.mean]), np.array([self.scale]))
        np.clip(unit, -MOST_DEVIATIONS, MOST_DEVIATIONS, out=unit)
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
        """Return mean, scale, has_missing, and the format where it is not the plain one."""
        saved = {"mean": self.mean, "scale": self.scale, "has_missing": self.has_missing}
        return saved if self.format.is_plain else {**saved, "format": self.format.to_dict()}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the encoder again."""
        format = NumberFormat.from_dict(saved.get("format", {}))
        return cls(saved["mean"], saved["scale"], saved["has_missing"], format)


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
                return Proposal(0.7, f"{n_distinct} different whole numbers")
            return Proposal(0.9, "whole numbers" if profile.is_whole else "decimal numbers")
        if profile.is_boolean:
            return Proposal(0.1, "truth values can be read as 0 and 1")
        if not profile.is_block and profile.scalars.dtype == pl.Duration:
            return Proposal(0.95, "durations, read as seconds")
        return _proposal_for_text(profile) if profile.is_text else None

    def describe(self, profile: Profile) -> Description:
        """Keep range and format; warn of text, doubtful formats and absurd numbers."""
        refuse_infinite(profile.name, profile.numbers)
        present = profile.numbers.drop_nulls()
        warnings = _format_warnings(profile)
        if len(profile.stray):
            warnings.append(_stray_warning(profile.name, profile.scalars, profile.stray))
        warnings += _precision_warnings(profile)
        details: dict[str, Any] = {}
        if not present.is_empty():
            # Nulls become NaN on the way to NumPy.
            far = outliers(profile.numbers.to_numpy())
            usual = present
            if far.any():
                warnings.append(_outlier_warning(profile, far))
                usual = profile.numbers.filter(~pl.Series(far)).drop_nulls()
            details = {"minimum": usual.min(), "maximum": usual.max()}
            # Known outliers are not reported again by each later comparison.
            details |= {"outliers": [present.min(), present.max()]} if far.any() else {}
        if not profile.numerals.format.is_plain:
            details["format"] = profile.numerals.format.to_dict()
            if profile.numerals.format.unit:
                details["unit"] = profile.numerals.format.unit
        return Description(details, tuple(warnings))

    def compare(self, name: str, details: Mapping[str, Any], values: Values) -> list[str]:
        """Warn of stray text and of numbers far outside the range seen in training."""
        if not isinstance(values, pl.Series):
            raise DataError(
                f"Column {name!r} holds blocks of shape {values.shape[1:]}.",
                expected="one number a row, as in training",
            )
        format = NumberFormat.from_dict(details.get("format", {}))
        scalars = clean_scalars(values)
        numbers = numbers_of(scalars, format)
        refuse_infinite(name, numbers)
        present = scalars.is_not_null()
        if scalars.dtype == pl.String:
            present &= ~parsing.is_weakly_missing(scalars).fill_null(value=False)
        stray = (numbers.is_null() & present).arg_true().to_numpy()
        warnings = []
        if len(stray):
            if len(stray) == present.sum():
                raise DataError(
                    f"Column {name!r} holds no numbers{_in_unit(format)}.",
                    where=f"such as {shown(scalars.gather(stray))}",
                    expected=f"numbers{_in_unit(format)}, as in training",
                )
            warnings.append(_stray_warning(name, scalars, stray))
        if "minimum" in details:
            warnings += _range_warnings(name, numbers, details)
        if format.decimal == "," and scalars.dtype.is_float() and _may_be_thousands(numbers):
            warnings.append(
                f"{name!r} was written with decimal commas in training and is all numbers now: "
                "make sure that no point in them was meant to separate thousands."
            )
        return warnings


def outliers(numbers: Array) -> Array:
    """Tell which numbers lie absurdly far from the others, shape ``(n,)``, NaN never.

    That is farther from the median than a million times the width of the middle half (where that
    is 0: than the usual distance of those that differ), as long as that is true of few.
    """
    result = np.zeros(len(numbers), dtype=bool)
    present = numbers[~np.isnan(numbers)]
    if len(present) < 3:
        return result
    with np.errstate(over="ignore"):
        low, median, high = (float(q) for q in np.quantile(present, [0.25, 0.5, 0.75]))
        distance = np.abs(present / 2 - median / 2)
        width = high / 2 - low / 2
        if width == 0:
            width = float(np.median(distance[distance > 0])) if distance.any() else 0.0
        if width == 0 or distance.max() / OUTLYING <= width:
            return result
        far = np.abs(numbers / 2 - median / 2) / OUTLYING > width
    return far if far.sum() <= OUTLIER_SHARE * len(present) else result


def _proposal_for_text(profile: Profile) -> Proposal | None:
    n_present = profile.n_rows - profile.n_missing - int(profile.weakly_missing.sum())
    n_stray = len(profile.stray)
    if n_stray == n_present:
        return None
    if parsing.has_codes(profile.scalars):
        return Proposal(0.2, "its texts are digits, some with leading zeros")
    if n_stray > STRAY_SHARE * n_present:
        return Proposal(0.1, f"{n_present - n_stray:,} of {n_present:,} texts are numbers")
    if n_stray:
        return Proposal(0.8, f"all but {n_stray:,} of {n_present:,} texts are numbers")
    unit = profile.numerals.format.unit
    return Proposal(0.9, f"text, but every one is a number{f' in {unit}' if unit else ''}")


def refuse_infinite(name: str, numbers: pl.Series) -> None:
    """Raise DataError with the row numbers where a number is infinite."""
    if np.isinf(numbers.to_numpy()).any():
        infinite = numbers.is_infinite().fill_null(value=False)
        raise DataError(
            f"Column {name!r} holds infinite values.",
            where=name_rows(infinite.arg_true()),
            expected="finite numbers (up to 1.8e308), or nothing where a value is missing",
            remedy="remove these values, or leave the cells empty",
        )


def _finite_numbers(scalars: pl.Series, format: NumberFormat) -> Array:
    numbers = numbers_of(scalars, format)
    refuse_infinite(numbers.name, numbers)
    return numbers.fill_null(np.nan).to_numpy()


def _format_warnings(profile: Profile) -> list[str]:
    warnings = []
    if profile.numerals.assumption:
        warnings.append(
            f"{profile.name!r} could be read in two ways; assumed: {profile.numerals.assumption}."
        )
    weak = profile.weakly_missing
    if profile.is_text and weak.any():
        texts = profile.scalars.filter(weak).unique(maintain_order=True)
        warnings.append(
            f"{profile.name!r} holds {quote_list(texts, limit=7)} among its numbers, read as "
            f"missing in {name_rows(weak.arg_true())}."
        )
    return warnings


def _precision_warnings(profile: Profile) -> list[str]:
    """Warn of whole numbers beyond 2⁵³, whose last digits a float64 does not hold."""
    numbers = profile.numbers.to_numpy()
    if not np.nanmax(np.abs(numbers), initial=0.0) > EXACT_TO:
        return []
    n_kept, n_distinct = profile.numbers.drop_nulls().n_unique(), profile.n_distinct or 0
    if profile.scalars.dtype.is_float() or n_kept + len(profile.stray) >= n_distinct:
        return []
    return [
        f"{profile.name!r} holds whole numbers so large that {n_distinct:,} different ones become "
        f"{n_kept:,}: their last digits are lost. If they are names, read them as categories or "
        "leave them out."
    ]


def _outlier_warning(profile: Profile, far: Array) -> str:
    values = profile.numbers.filter(pl.Series(far)).unique(maintain_order=True)
    shown = ", ".join(f"{value:g}" for value in values.head(3))
    return (
        f"{profile.name!r} holds numbers absurdly far from the others, cut off at "
        f"{MOST_DEVIATIONS:g} deviations: {shown} in {name_rows(np.flatnonzero(far))}."
    )


def _in_unit(format: NumberFormat) -> str:
    return f" in {format.unit}" if format.unit else ""


def _may_be_thousands(numbers: pl.Series) -> bool:
    fractions = numbers.filter(numbers != numbers.round()).drop_nulls()
    three = ((fractions * 1000 - (fractions * 1000).round()).abs() < 1e-9) & (fractions.abs() > 1)
    return len(fractions) > 0 and bool(three.all())


def _stray_warning(name: str, scalars: pl.Series, stray: Array) -> str:
    texts = scalars.gather(stray).unique(maintain_order=True)
    return (
        f"{name!r} holds text among its numbers, treated as missing: "
        f"{quote_list(texts, limit=5)} in {name_rows(stray)}."
    )


def _range_warnings(name: str, numbers: pl.Series, details: Mapping[str, Any]) -> list[str]:
    low, high = float(details["minimum"]), float(details["maximum"])
    known = details.get("outliers", [low, high])
    # Halves, because the difference of two huge numbers is not a number any more.
    margin = 2 * (high / 2 - low / 2)
    with np.errstate(over="ignore"):
        far = (numbers < min(low - margin, known[0])) | (numbers > max(high + margin, known[1]))
        far = far.fill_null(value=False)
    if not far.any():
        return []
    return [
        f"{name!r} holds values far outside the range seen in training "
        f"({low:g} to {high:g}): {name_rows(far.arg_true())}."
    ]
