"""Free text: a sparse bag of words and pairs of words, each a feature that can be read.

The vocabulary is learned from the training texts and kept in the model, so every feature has a name
(nothing is hashed). How texts are divided says `pellucid.data.ngrams`, how n-grams are weighed
`pellucid.data.bags`. Where it is asked for, a second bag holds parts of words
(`pellucid.data.word_parts`). Networks that read one word after the other get another encoding
(`pellucid.data.kinds.word_sequence`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import polars as pl

from pellucid.data.bags import Grams, class_ratios, learn_vocabulary, weigh
from pellucid.data.kinds.kind import Description, Encoder, Kind, Proposal
from pellucid.data.kinds.word_sequence import WordSequenceEncoder
from pellucid.data.ngrams import CHARACTER, PIECE, RUN, ngrams, normalised
from pellucid.data.profile import Profile, clean_scalars, text_of
from pellucid.data.table import Array, Values
from pellucid.data.word_parts import parts_of_words
from pellucid.errors import DataError

if TYPE_CHECKING:
    from scipy.sparse import csr_array

# The Euclidean length of a text's row: about that of a few standardised numbers, so that texts
# neither drown beside numbers nor drown them.
ROW_LENGTH = 1.0
# Parts of words say less each, and again what words say: as long as these, they drown them.
PARTS_LENGTH = 0.5
# A column is text where its values have so many words on average and mostly differ, more than half
# of the words are words, and enough of them recur from row to row, as in no identifier.
FEWEST_WORDS = 3.0
LEAST_DISTINCT = 0.3
LEAST_WORDLIKE = 0.5
LEAST_RECURRING = 0.2
# So many characters of a script without spaces make a word.
CHARACTERS_A_WORD = 2.0
SAMPLED = 2_000
# Parts of words are far fewer than words and pairs: so many hold nearly all that they tell.
MOST_PARTS = 15_000
# The contract remembers so many of the commonest n-grams, to notice another language later.
REMEMBERED = 100


@dataclass(frozen=True)
class TextEncoder:
    """One text a row as a weighted bag of n-grams.

    Attributes
    ----------
    vocabulary
        The n-grams with a feature, those in the most texts first.
    weights
        How much each counts: ln((1 + texts) / (1 + texts with it)) + 1; where classes are to be
        told, times how much it tells of them (`pellucid.data.bags.class_ratios`).
    has_missing
        Whether training texts were missing; the last feature then is 1 where one is.
    parts, part_weights
        The same of parts of words, which are a bag of their own; empty where none are asked for.
    by_classes
        Whether the weights were just made by classes; it is not kept in files.

    Examples
    --------
    >>> encoder = TextEncoder.fit(pl.Series(["Free entry!", "Call me"]))
    >>> encoder.feature_names
    [' "!"', ' "call"', ' "call me"', ' "entry"', ' "entry !"', ' "free"', ' "free entry"', ' "me"']
    >>> encoder.transform(pl.Series(["Call!"])).toarray().astype(float).round(2).tolist()
    [[0.71, 0.71, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]
    """

    kind: ClassVar[str] = "text"

    vocabulary: tuple[str, ...]
    weights: tuple[float, ...]
    has_missing: bool
    parts: tuple[str, ...] = ()
    part_weights: tuple[float, ...] = ()
    by_classes: bool = field(default=False, compare=False, repr=False)

    @property
    def bags(self) -> tuple[tuple[int, float], ...]:
        """How many features each bag has, and how long its rows are, where classes weighed them."""
        bags = ((len(self.vocabulary), ROW_LENGTH), (len(self.parts), PARTS_LENGTH))
        return bags[: 1 + bool(self.parts)] if self.by_classes else ()

    @property
    def shape(self) -> tuple[int, ...]:
        """One feature an n-gram, one a part of words, one for the missing."""
        return (len(self.vocabulary) + len(self.parts) + self.has_missing,)

    @property
    def feature_names(self) -> list[str]:
        """The n-grams in quotation marks, and " is missing"."""
        names = [f' "{gram}"' for gram in (*self.vocabulary, *self.parts)]
        return names + ([" is missing"] if self.has_missing else [])

    @classmethod
    def fit(cls, values: Values, *, with_parts: bool = False) -> Self:
        """Learn the vocabulary and its weights; ``with_parts``, that of parts of words as well."""
        text = text_of(values)
        words = learn_vocabulary(text, ngrams)
        parts = learn_vocabulary(text, parts_of_words, MOST_PARTS) if with_parts else ((), ())
        return cls(*words, text.null_count() > 0, *parts)

    def weighed_by(self, values: Values, classes: Array) -> Self:
        """Return the encoder with n-grams counting the more, the more they tell of classes."""
        ratios = [class_ratios(bag, classes) for bag in self._bags(values)]
        if not any(one.any() for one in ratios):  # a single class, or none that is known
            return self
        weights = tuple((np.array(self.weights) * ratios[0]).tolist())
        if not self.parts:
            return replace(self, weights=weights, by_classes=True)
        of_parts = tuple((np.array(self.part_weights) * ratios[1]).tolist())
        return replace(self, weights=weights, part_weights=of_parts, by_classes=True)

    def transform(self, values: Values) -> csr_array:
        """Return weighted bags, float32, sparse, shape ``(n, features)``.

        Each row's n-grams make a vector of length 1, its parts of words another one of 0.5; a text
        without a known one is all 0. A series of lists holds n-grams, as `inverse` returns them.
        """
        from scipy.sparse import csr_array, hstack

        bags = self._bags(values)
        whole = bags[0] if len(bags) == 1 else csr_array(hstack(bags, format="csr"))
        return mark_missing(whole, values) if self.has_missing else whole

    def inverse(self, array: Array) -> pl.Series:
        """Return each row's known n-grams in alphabetical order, as lists; null where missing."""
        names = (*self.vocabulary, *self.parts)
        return grams_of(np.asarray(array), names, has_missing=self.has_missing)

    def to_dict(self) -> dict[str, Any]:
        """Return the vocabulary and its weights."""
        saved = {
            "vocabulary": list(self.vocabulary),
            "weights": list(self.weights),
            "has_missing": self.has_missing,
        }
        if self.parts:
            saved |= {"parts": list(self.parts), "part_weights": list(self.part_weights)}
        return saved

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the encoder again."""
        return cls(
            tuple(saved["vocabulary"]),
            tuple(saved["weights"]),
            saved["has_missing"],
            tuple(saved.get("parts", ())),
            tuple(saved.get("part_weights", ())),
        )

    def _bags(self, values: Values) -> list[csr_array]:
        """Return the bag of words and pairs, and that of parts where there are any."""
        ways: tuple[Grams, ...] = (ngrams, parts_of_words)
        if isinstance(values, pl.Series) and values.dtype == pl.List(pl.String):
            texts, ways = values, (listed_grams, listed_grams)
        else:
            texts = text_of(values)
        return [
            weigh(texts, grams, table, length)
            for grams, table, length in zip(
                ways, self._tables, (ROW_LENGTH, PARTS_LENGTH), strict=False
            )
        ]

    @cached_property
    def _tables(self) -> list[pl.DataFrame]:
        tables = [vocabulary_table(self.vocabulary, self.weights)]
        if self.parts:
            tables.append(vocabulary_table(self.parts, self.part_weights))
        return tables


class TextKind(Kind):
    """Columns of sentences and longer texts."""

    name = "text"
    summary = "free text, as a bag of words and pairs of words"
    encoder = TextEncoder

    def propose(self, profile: Profile) -> Proposal | None:
        """Fit text with several words a row that mostly differ and share words."""
        if not profile.is_text or not profile.present.len():
            return None
        n_distinct = profile.n_distinct or 0
        sample = profile.present.head(SAMPLED)
        words, wordlike, recurring = _words(sample)
        reason = f"texts of {words:.1f} words on average"
        is_text = (
            words >= FEWEST_WORDS
            and wordlike > LEAST_WORDLIKE
            and n_distinct > 1
            and n_distinct >= LEAST_DISTINCT * profile.present.len()
        )
        if is_text and recurring >= LEAST_RECURRING:
            return Proposal(0.8, reason)
        return Proposal(0.15 if is_text else 0.05, f"{reason}, as a bag of words")

    def fit(self, values: Values, details: Mapping[str, Any]) -> Encoder:
        """Fit a bag, or a sequence of words where the contract asks for one."""
        return self._encoder_for(details).fit(values)

    def fit_to_classes(self, values: Values, details: Mapping[str, Any], classes: Array) -> Encoder:
        """Fit the encoder; of a bag, weigh n-grams by what they tell of the classes."""
        if self._encoder_for(details) is not TextEncoder:
            return self.fit(values, details)
        with_parts = details.get("parts", False)
        return TextEncoder.fit(values, with_parts=with_parts).weighed_by(values, classes)

    def restore(self, saved: Mapping[str, Any]) -> Encoder:
        """Make the encoder again: a bag, or a sequence."""
        return self._encoder_for(saved).from_dict(saved)

    @staticmethod
    def _encoder_for(details: Mapping[str, Any]) -> type[Encoder]:
        return WordSequenceEncoder if details.get("sequence") else TextEncoder

    def describe(self, profile: Profile) -> Description:
        """Keep the average number of words, and the commonest n-grams."""
        if not profile.is_text:
            return Description({"words": 0.0, "common": [], "share": 0.0})
        sample = profile.present.head(SAMPLED)
        common = learn_vocabulary(sample, ngrams)[0][:REMEMBERED]
        details = {
            "words": round(_words(sample)[0], 2),
            "common": list(common),
            "share": round(_share_with(sample, common), 4),
        }
        return Description(details, ())

    def compare(self, name: str, details: Mapping[str, Any], values: Values) -> list[str]:
        """Warn where the commonest words of training have become far rarer."""
        if not isinstance(values, pl.Series):
            raise DataError(
                f"Column {name!r} holds blocks of shape {values.shape[1:]}.",
                expected="a text a row, as in training",
            )
        present = text_of(values).drop_nulls()
        if len(present) < 5 or not details["common"]:
            return []
        share = _share_with(present.head(SAMPLED), details["common"])
        if share >= details["share"] / 2:
            return []
        return [
            f"{name!r} seems to be written otherwise than in training: {share:.0%} of the texts "
            f"hold one of its commonest words, where it was {details['share']:.0%}."
        ]


def listed_grams(lists: pl.Series) -> pl.DataFrame:
    """Return n-grams that stand in lists already, as columns ``row`` and ``gram``."""
    frame = pl.DataFrame({"gram": lists}).with_row_index("row")
    return frame.explode("gram", empty_as_null=True).drop_nulls("gram").unique()


def vocabulary_table(vocabulary: tuple[str, ...], weights: tuple[float, ...]) -> pl.DataFrame:
    """Return the table that `pellucid.data.bags.weigh` looks n-grams up in."""
    return pl.DataFrame(
        {"gram": vocabulary, "at": np.arange(len(vocabulary)), "weight": weights},
        schema={"gram": pl.String, "at": pl.Int64, "weight": pl.Float64},
    )


def mark_missing(bags: csr_array, values: Values) -> csr_array:
    """Add a last feature that is 1 where a value is missing."""
    from scipy.sparse import csr_array, hstack

    missing = clean_scalars(values).is_null().to_numpy().astype(np.float32)
    return csr_array(hstack([bags, csr_array(missing[:, None])], format="csr"))


def grams_of(array: Array, vocabulary: tuple[str, ...], *, has_missing: bool) -> pl.Series:
    """Return the n-grams whose features are not 0, sorted, as lists; null where missing."""
    names = np.array(vocabulary, dtype=object)
    rows: list[list[str] | None] = [
        sorted(names[np.flatnonzero(row[: len(names)])].tolist()) for row in array
    ]
    if has_missing:
        rows = [None if row[-1] > 0.5 else one for row, one in zip(array, rows, strict=True)]
    return pl.Series(rows, dtype=pl.List(pl.String))


def _words(sample: pl.Series) -> tuple[float, float, float]:
    """Return words a text, the share that are words, and the share that recur in other texts."""
    frame = pl.DataFrame({"text": normalised(sample)}).with_row_index("row")
    pieces = frame.select("row", piece=pl.col("text").str.extract_all(PIECE)).explode(
        "piece", empty_as_null=True
    )
    pieces = pieces.drop_nulls().with_columns(is_run=pl.col("piece").str.contains(RUN))
    # Between spaces: an address on the web or a path is one word, whatever it is made of.
    spaced = frame.select("row", piece=pl.col("text").str.extract_all(r"\S+")).explode(
        "piece", empty_as_null=True
    )
    spaced = spaced.drop_nulls()
    runs = pieces.filter("is_run")
    n_spaced = len(spaced) - runs["row"].len()
    n_letters = float(runs["piece"].str.count_matches(CHARACTER).sum())
    n_words = max(n_spaced, 0) + n_letters / CHARACTERS_A_WORD
    n_wordlike = int(spaced["piece"].str.contains(r"^\P{N}*\p{L}\P{N}*$").sum())
    grams = ngrams(sample)
    counts = grams.group_by("gram").len()
    single = counts.filter(~pl.col("gram").str.contains(" ", literal=True))
    least = max(2, round(0.01 * len(sample)))
    often = single.filter(pl.col("len") >= least)
    recurring = int(often["len"].sum()) / max(1, int(single["len"].sum()))
    wordlike = (n_wordlike + n_letters) / max(1.0, len(spaced) + n_letters)
    return n_words / max(1, len(sample)), wordlike, recurring


def _share_with(sample: pl.Series, grams: tuple[str, ...] | list[str]) -> float:
    """Return the share of texts that hold one of these n-grams."""
    if not len(sample):
        return 0.0
    found = ngrams(sample).filter(pl.col("gram").is_in(list(grams)))
    return found["row"].n_unique() / len(sample)
