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
from pellucid.data.one_hot import NOWHERE, OneHot
from pellucid.data.profile import Profile, clean_scalars
from pellucid.data.rows import count, name_rows
from pellucid.data.showing import shown
from pellucid.data.table import Array, Values
from pellucid.errors import DataError, quote_list

# Up to so many categories, each has a feature of its own, however rare.
KEPT_WHOLE = 20
# Beyond: those seen at least twice, and in a thousandth of the rows where that is less than five
# times, the most frequent first.
RARE_COUNT = 2
RARE_SHARE = 0.001
FREQUENT_COUNT = 5
# At least so many have a feature of their own; of more, one for so many rows each, so far as all
# rows' features stay within a number that takes minutes to learn from.
MOST_FEATURES_OF_FEW = 200
ROWS_A_FEATURE = 20
MOST_FEATURES = 5000
MOST_ENTRIES = 500_000_000
# Which words stand for truth values; the person's own come back.
TRUTH_WORDS = ({"yes", "no"}, {"y", "n"}, {"true", "false"}, {"t", "f"}, {"on", "off"})
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
            kept = counts.filter(pl.col("count") >= often_enough(len(scalars)))
            kept = kept.head(most_features(len(scalars)))
        return cls(
            value_type=value_type,
            categories=tuple(kept["key"].to_list()),
            has_other=len(kept) < len(counts),
            has_missing=scalars.null_count() > 0,
        )

    def transform(self, values: Values) -> Array:
        """Return one-hot rows, float32, shape ``(n, features)``."""
        return OneHot(self.places(values), self.shape[0]).toarray()

    def places(self, values: Values) -> Array:
        """Return the place of each row's 1 among the features, -1 where there is none; int32."""
        keys = keys_of(values, self.value_type)
        n_kept = len(self.categories)
        unseen = n_kept if self.has_other else NOWHERE
        missing = n_kept + self.has_other if self.has_missing else NOWHERE
        positions = keys.replace_strict(
            list(self.categories), list(range(n_kept)), default=unseen, return_dtype=pl.Int32
        )
        return positions.set(keys.is_null(), missing).to_numpy()

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
            return _proposal_for_text(profile.present, n_distinct)
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
        if len(counts) > most_features(len(profile.scalars)):
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
        if values.dtype in (pl.List, pl.Struct, pl.Object):
            raise DataError(
                f"Column {name!r} holds values of the type {values.dtype}.",
                where=f"such as {shown(values)}",
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


def _proposal_for_text(present: pl.Series, n_distinct: int) -> Proposal:
    if n_distinct == 2 and is_truth_words(present):
        words = " and ".join(sorted(repr(word) for word in present.unique()))
        return Proposal(0.9, f"truth values {words}")
    return Proposal(0.6, f"{n_distinct:,} different texts")


def is_truth_words(present: pl.Series) -> bool:
    """Tell whether all texts are one pair of words for true and false.

    Examples
    --------
    >>> is_truth_words(pl.Series(["yes", "no"])), is_truth_words(pl.Series(["yes", "off"]))
    (True, False)
    """
    folded = set(present.unique().str.to_lowercase())
    return any(folded <= pair for pair in TRUTH_WORDS)


def most_features(n_rows: int) -> int:
    """Return how many categories of so many rows have a feature of their own.

    Examples
    --------
    >>> [most_features(n) for n in (1_000, 80_000, 1_000_000, 10_000_000)]
    [200, 4000, 500, 200]
    """
    by_rows = min(n_rows // ROWS_A_FEATURE, MOST_FEATURES, MOST_ENTRIES // max(1, n_rows))
    return max(MOST_FEATURES_OF_FEW, by_rows)


def often_enough(n_rows: int) -> float:
    """Return how often a category must be seen in so many rows to have a feature of its own.

    Examples
    --------
    >>> [often_enough(n) for n in (1_000, 3_000, 80_000)]
    [2, 3.0, 5]
    """
    return max(RARE_COUNT, min(RARE_SHARE * n_rows, FREQUENT_COUNT))


def count_keys(keys: pl.Series) -> pl.DataFrame:
    """Count keys: columns ``key`` and ``count``, most frequent first, then by name."""
    counts = keys.drop_nulls().alias("key").value_counts()
    return counts.sort(["count", "key"], descending=[True, False])
