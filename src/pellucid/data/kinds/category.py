"""Categories: one feature each, with features for rare ones and for missing values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self

import numpy as np
import polars as pl

from pellucid.data.categories import (
    ValueType,
    as_value_type,
    keys_of,
    value_type_of,
    values_of,
)
from pellucid.data.kinds.kind import FEW_VALUES, Description, Kind, Proposal
from pellucid.data.profile import Profile, clean_scalars
from pellucid.data.rows import count, name_rows
from pellucid.data.table import Array, Values
from pellucid.errors import DataError, quote_list

# Up to so many categories, each has a feature of its own, however rare.
KEPT_WHOLE = 20
# Beyond: those seen at least twice and in a thousandth of the rows, the most frequent first.
RARE_COUNT = 2
RARE_SHARE = 0.001
MOST_FEATURES = 200
# The contract remembers so many categories, to notice new ones later.
REMEMBERED = 1000


@dataclass(frozen=True)
class CategoryEncoder:
    """One category a row as a one-hot vector.

    Attributes
    ----------
    value_type
        What the training values were: text, integer, number or boolean.
    categories
        The keys of the categories with a feature, the most frequent first.
    has_other
        Whether rare categories were grouped; rare and unseen ones then share a feature.
        Otherwise an unseen category is all zeros.
    has_missing
        Whether training values were missing; they then have a feature, else all zeros.

    Examples
    --------
    >>> encoder = CategoryEncoder.fit(pl.Series(["S", "S", "C"]))
    >>> encoder.feature_names, encoder.transform(pl.Series(["C", "Q"])).tolist()
    (['=S', '=C'], [[0.0, 1.0], [0.0, 0.0]])
    """

    kind: ClassVar[str] = "category"

    value_type: ValueType
    categories: tuple[str, ...]
    has_other: bool
    has_missing: bool

    @property
    def shape(self) -> tuple[int, ...]:
        """One feature a category, one for the rare, one for the missing."""
        return (len(self.categories) + self.has_other + self.has_missing,)

    @property
    def feature_names(self) -> list[str]:
        """``=category`` for each, " is another", " is missing"."""
        names = [f"={key}" for key in self.categories]
        names += [" is another"] if self.has_other else []
        return names + ([" is missing"] if self.has_missing else [])

    @classmethod
    def fit(cls, values: Values) -> Self:
        """Learn the categories, and group the rare ones where there are more than twenty."""
        scalars = clean_scalars(values)
        value_type = value_type_of(scalars)
        counts = count_keys(keys_of(scalars, value_type))
        kept = counts
        if len(counts) > KEPT_WHOLE:
            enough = max(RARE_COUNT, RARE_SHARE * len(scalars))
            kept = counts.filter(pl.col("count") >= enough).head(MOST_FEATURES)
        return cls(
            value_type=value_type,
            categories=tuple(kept["key"].to_list()),
            has_other=len(kept) < len(counts),
            has_missing=scalars.null_count() > 0,
        )

    def transform(self, values: Values) -> Array:
        """Return one-hot rows, float32, shape ``(n, features)``."""
        keys = keys_of(values, self.value_type)
        n_kept = len(self.categories)
        width = self.shape[0]
        # Positions past the last feature are cut off below: that leaves a row of zeros.
        unseen = n_kept if self.has_other else width
        missing = n_kept + self.has_other if self.has_missing else width
        positions = keys.replace_strict(
            list(self.categories), list(range(n_kept)), default=unseen, return_dtype=pl.Int32
        )
        positions = positions.set(keys.is_null(), missing)
        result = np.zeros((len(keys), width + 1), dtype=np.float32)
        result[np.arange(len(keys)), positions.to_numpy()] = 1.0
        return np.ascontiguousarray(result[:, :width])

    def inverse(self, array: Array) -> pl.Series:
        """Return the categories; null for rare, unseen and missing ones."""
        n_kept = len(self.categories)
        if not self.shape[0]:
            return values_of(pl.Series([None] * len(array), dtype=pl.String), self.value_type)
        positions = np.where(array.any(axis=1), array.argmax(axis=1), n_kept)
        keys = pl.Series([*self.categories, None], dtype=pl.String)
        return values_of(keys.gather(np.minimum(positions, n_kept)), self.value_type)

    def to_dict(self) -> dict[str, Any]:
        """Return the type, the categories in order, and which features follow them."""
        return {**asdict(self), "categories": list(self.categories)}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the encoder again."""
        return cls(
            value_type=as_value_type(saved["value_type"]),
            categories=tuple(saved["categories"]),
            has_other=saved["has_other"],
            has_missing=saved["has_missing"],
        )


class CategoryKind(Kind):
    """Columns with a limited choice of values."""

    name = "category"
    summary = "one of a limited choice of values, one-hot"
    encoder = CategoryEncoder

    def propose(self, profile: Profile) -> Proposal | None:
        """Fit text and truth values; few-valued whole numbers as a second choice."""
        if profile.is_block:
            return None
        n_distinct = profile.n_distinct or 0
        if profile.is_boolean:
            return Proposal(0.9, "truth values")
        if profile.is_text:
            return Proposal(0.6, f"text with {n_distinct:,} different values")
        if profile.is_numeric:
            if profile.is_whole and n_distinct <= FEW_VALUES:
                return Proposal(0.5, f"{n_distinct} different whole numbers could be codes")
            return Proposal(0.05, f"each of {n_distinct:,} different numbers as a category")
        return Proposal(0.05, f"each of {n_distinct:,} different values as a category")

    def describe(self, profile: Profile) -> Description:
        """Keep the categories with the most frequent first, up to a thousand."""
        value_type = value_type_of(profile.scalars)
        counts = count_keys(keys_of(profile.scalars, value_type))
        warnings = []
        if len(counts) > MOST_FEATURES:
            warnings.append(
                f"{profile.name!r} has {len(counts):,} different values; those seen rarely "
                "share one feature."
            )
        details = {
            "value_type": value_type,
            "categories": counts["key"].head(REMEMBERED).to_list(),
            "counts": counts["count"].head(REMEMBERED).to_list(),
            "n_categories": len(counts),
        }
        return Description(details, tuple(warnings))

    def compare(self, name: str, details: Mapping[str, Any], values: Values) -> list[str]:
        """Warn of categories that training never saw."""
        if not isinstance(values, pl.Series):
            raise DataError(
                f"Column {name!r} holds blocks of shape {values.shape[1:]}.",
                expected="one value a row, as in training",
            )
        if details["n_categories"] > len(details["categories"]):
            return []
        keys = keys_of(values, as_value_type(details["value_type"]))
        unseen = (~keys.is_in(details["categories"])).fill_null(value=False)
        if not unseen.any():
            return []
        new = keys.filter(unseen).unique(maintain_order=True)
        return [
            f"{name!r} holds {count(len(new), 'value')} that training never saw: "
            f"{quote_list(new, limit=5)} in {name_rows(unseen.arg_true())}."
        ]


def count_keys(keys: pl.Series) -> pl.DataFrame:
    """Count keys: columns ``key`` and ``count``, most frequent first, then by name."""
    counts = keys.drop_nulls().alias("key").value_counts()
    return counts.sort(["count", "key"], descending=[True, False])
