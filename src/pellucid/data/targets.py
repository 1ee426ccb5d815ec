"""Targets: what is to be predicted, as labels or standardised numbers, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
import polars as pl

from pellucid.data.categories import (
    ValueType,
    as_value_type,
    keys_of,
    value_type_of,
    values_of,
)
from pellucid.data.kinds.number import refuse_infinite
from pellucid.data.moments import mean_and_scale, restore, standardise
from pellucid.data.numerals import PLAIN_FORMAT, NumberFormat, find_numerals
from pellucid.data.profile import clean_scalars, numbers_of
from pellucid.data.rows import count, name_rows
from pellucid.data.table import Array, Values
from pellucid.errors import DataError, quote_list


@dataclass(frozen=True)
class CategoryTarget:
    """Classes as labels 0, 1, 2 and so on.

    Attributes
    ----------
    value_type
        What the person's own values are: text, integer, number or boolean.
    keys
        The text of each class, in the order of the labels: numbers by size, text by alphabet.

    Examples
    --------
    >>> target = CategoryTarget.fit(pl.Series("grade", [10, 2, 10]))
    >>> target.classes, target.transform(pl.Series([2, 10])).tolist()
    ([2, 10], [0, 1])
    >>> target.inverse(np.array([1, 1])).to_list()
    [10, 10]
    """

    value_type: ValueType
    keys: tuple[str, ...]

    @property
    def classes(self) -> list[Any]:
        """The classes in the person's own values, in the order of the labels."""
        return values_of(pl.Series(self.keys, dtype=pl.String), self.value_type).to_list()

    @classmethod
    def fit(cls, values: Values) -> Self:
        """Learn the classes; missing values are passed over."""
        scalars = clean_scalars(values)
        value_type = value_type_of(scalars)
        keys = keys_of(scalars, value_type).drop_nulls().unique()
        order = values_of(keys, value_type).arg_sort()
        return cls(value_type, tuple(keys.gather(order).to_list()))

    def transform(self, values: Values) -> Array:
        """Return labels, int32, shape ``(n,)``.

        Raises
        ------
        DataError
            Where a value is missing, or is a class that training never saw.
        """
        keys = keys_of(values, self.value_type)
        refuse_missing_target(keys)
        refuse_new_classes(keys, self.keys)
        labels = keys.replace_strict(
            list(self.keys), list(range(len(self.keys))), return_dtype=pl.Int32
        )
        return labels.to_numpy()

    def inverse(self, labels: Array) -> pl.Series:
        """Return the classes of these labels (shape ``(n,)``) in the person's own values."""
        keys = pl.Series(self.keys, dtype=pl.String)
        return values_of(keys.gather(np.asarray(labels)), self.value_type)

    def to_dict(self) -> dict[str, Any]:
        """Return the value type and the classes' keys."""
        return {"value_type": self.value_type, "keys": list(self.keys)}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the target again."""
        return cls(as_value_type(saved["value_type"]), tuple(saved["keys"]))


@dataclass(frozen=True)
class NumberTarget:
    """Numbers, standardised by the training values; on request, their logarithms.

    Attributes
    ----------
    mean, scale
        The mean and population standard deviation of the training values, or of
        ln(1 + value / bend) where there is a ``bend``.
    bend
        Below it the logarithmic scale is nearly straight: the 5 % quantile of the training values
        above 0. None: the values themselves are learned.
    highest
        With a ``bend``: the largest ln(1 + value / bend) that is answered, so that an output a
        little too large does not become a number without bounds: one above that of training.
    format
        How text writes the numbers, with their unit.

    Examples
    --------
    >>> target = NumberTarget.fit(pl.Series([100.0, 300.0]))
    >>> target.transform(pl.Series([300.0])).tolist(), target.inverse(np.array([[1.0]])).to_list()
    ([[1.0]], [300.0])
    """

    mean: float
    scale: float
    bend: float | None = None
    highest: float | None = None
    format: NumberFormat = PLAIN_FORMAT

    @classmethod
    def fit(cls, values: Values, scale: str = "standard") -> Self:
        """Learn mean and scale; missing values are passed over.

        Parameters
        ----------
        values
            The training rows' targets.
        scale
            ``"standard"``, or ``"log"`` for numbers of which none is below 0.

        Raises
        ------
        DataError
            For infinite values, or values below 0 where logarithms are asked for.
        """
        scalars = clean_scalars(values)
        format = find_numerals(scalars).format if scalars.dtype == pl.String else PLAIN_FORMAT
        numbers = numbers_of(scalars, format)
        refuse_infinite(numbers.name, numbers)
        bend = highest = None
        if scale == "log":
            bend = _bend_of(numbers)
            numbers = _logarithms(numbers, bend)
            highest = float(numbers.fill_null(0.0).to_numpy().max()) + 1.0
        mean, deviation = mean_and_scale(numbers.fill_null(np.nan).to_numpy()[:, None])
        return cls(float(mean[0]), float(deviation[0]), bend, highest, format)

    def read(self, values: Values) -> Array:
        """Return the numbers as they stand in the data, float64 ``(n,)``, NaN where missing."""
        numbers = numbers_of(clean_scalars(values), self.format)
        return numbers.fill_null(np.nan).to_numpy()

    def transform(self, values: Values) -> Array:
        """Return standardised numbers, float32, shape ``(n, 1)``.

        Raises
        ------
        DataError
            Where a value is missing, infinite, or no number; below 0 on a logarithmic scale.
        """
        numbers = numbers_of(clean_scalars(values), self.format)
        refuse_missing_target(numbers)
        refuse_infinite(numbers.name, numbers)
        if self.bend is not None:
            numbers = _logarithms(numbers, self.bend)
        block = numbers.to_numpy()[:, None]
        return standardise(block, np.array([self.mean]), np.array([self.scale]))

    def numbers(self, array: Array) -> Array:
        """Return numbers in the target's own unit, float64 ``(n,)``; from ``(n, 1)`` as well."""
        flat = restore(np.asarray(array).reshape(-1), np.array(self.mean), np.array(self.scale))
        if self.bend is None:
            return flat
        exponents = np.clip(flat, 0.0, self.highest)
        return np.asarray(np.expm1(exponents) * self.bend)

    def inverse(self, array: Array) -> pl.Series:
        """Return numbers in the target's own unit from shape ``(n, 1)`` or ``(n,)``."""
        return pl.Series(self.numbers(array))

    def to_dict(self) -> dict[str, Any]:
        """Return mean and scale, and what is not usual: bend, highest, format."""
        saved = {name: value for name, value in asdict(self).items() if value is not None}
        if self.format.is_plain:
            del saved["format"]
        return saved

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the target again."""
        format = NumberFormat.from_dict(saved.get("format", {}))
        return cls(**{**saved, "format": format})


def _bend_of(numbers: pl.Series) -> float:
    positive = numbers.filter(numbers > 0)
    quantile = positive.quantile(0.05)
    return 1.0 if quantile is None else float(quantile)


def _logarithms(numbers: pl.Series, bend: float) -> pl.Series:
    below = (numbers < 0).fill_null(value=False)
    if below.any():
        raise DataError(
            f"The target {numbers.name!r} holds numbers below 0, which have no logarithm.",
            where=name_rows(below.arg_true()),
            expected="numbers of at least 0 for --target-scale log",
            remedy="leave --target-scale out",
        )
    return pl.Series(numbers.name, np.log1p(numbers.to_numpy() / bend)).fill_nan(None)


def refuse_missing_target(values: pl.Series) -> None:
    """Raise DataError with the row numbers where the target is missing."""
    if values.null_count():
        raise DataError(
            f"The target {values.name!r} is missing or unreadable in "
            f"{count(values.null_count(), 'row')}.",
            where=name_rows(values.is_null().arg_true()),
            expected="a value in every row",
            remedy="fill these cells, or remove the rows",
        )


def refuse_new_classes(keys: pl.Series, known: tuple[str, ...] | list[str]) -> None:
    """Raise DataError with the names where there are classes that training never saw."""
    unseen = ~keys.is_in(list(known))
    if unseen.fill_null(value=False).any():
        new = keys.filter(unseen).unique(maintain_order=True)
        raise DataError(
            f"The target {keys.name!r} holds {len(new):,} class(es) that training never saw: "
            f"{quote_list(new)}.",
            where=name_rows(unseen.fill_null(value=False).arg_true()),
            expected=f"one of {quote_list(known)}",
            remedy="train again with such rows, or remove them",
        )
