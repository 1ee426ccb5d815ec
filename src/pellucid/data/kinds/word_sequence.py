"""Texts as sequences of numbered words, for networks that read one word after the other.

The vocabulary is the training texts' most frequent words, divided as those of the bags are
(`pellucid.data.ngrams`). All texts are brought to one length: shorter ones are filled up, of longer
ones the beginning is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
import polars as pl

from pellucid.data.bags import learn_vocabulary
from pellucid.data.ngrams import chunked, words_in_order
from pellucid.data.profile import text_of
from pellucid.data.table import Array, Values

PADDING, UNKNOWN = 0, 1
"""The numbers of what fills a text up, and of a word that is not in the vocabulary."""
_SPECIAL = 2
# Each word has a vector to be learned, for which most need more than a few texts.
MOST_WORDS = 10_000
# So large a share of the texts is read to its end.
WHOLE_SHARE = 0.95
# Every word is held against every other: twice as many cost four times as much.
MOST_LENGTH = 256
NAME_OF_PADDING = "(padding)"
_NAME_OF_UNKNOWN = "…"


@dataclass(frozen=True)
class WordSequenceEncoder:
    """One text a row as the numbers of its words, in their order.

    Attributes
    ----------
    words
        The words with a number of their own, from 2 on, those in the most texts first.
    length
        How many words a row has.
    has_missing
        Whether training texts were missing; a missing one is then a word of its own, with the last
        number.

    Examples
    --------
    >>> encoder = WordSequenceEncoder.fit(pl.Series(["Call me!", "Call now"]))
    >>> encoder.words, encoder.length
    (('call', '!', 'me', 'now'), 3)
    >>> encoder.transform(pl.Series(["now call", "never call me now"])).tolist()
    [[5.0, 2.0, 0.0], [1.0, 2.0, 4.0]]
    """

    kind: ClassVar[str] = "text"

    words: tuple[str, ...]
    length: int
    has_missing: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        """One feature a word of the sequence."""
        return (self.length,)

    @property
    def entries(self) -> int:
        """How many different numbers there are: those of padding and unknown words included."""
        return _SPECIAL + len(self.words) + self.has_missing

    @property
    def feature_names(self) -> list[str]:
        """``[word=3]``, counted from 1."""
        return [f"[word={place}]" for place in range(1, self.length + 1)]

    @property
    def entry_names(self) -> list[str]:
        """What each number stands for, those of no word in brackets."""
        missing = ["(missing)"] if self.has_missing else []
        return [NAME_OF_PADDING, "(unknown)", *self.words, *missing]

    @property
    def reason(self) -> str:
        """Why it has its length and its vocabulary; a clause without a full stop."""
        length = f"read word by word, up to the {self.length:,}th"
        if self.length == MOST_LENGTH:
            length += ", since twice as many words would cost four times as much"
        else:
            length += f", which {WHOLE_SHARE:.0%} of the texts do not exceed"
        return f"{length}; {len(self.words):,} words that recur have a vector each"

    @classmethod
    def fit(cls, values: Values) -> Self:
        """Learn the vocabulary and the length."""
        text = text_of(values)
        words, _ = learn_vocabulary(text, _distinct_words, MOST_WORDS)
        lengths = [
            words_in_order(part).list.len().to_numpy() for _, part in chunked(text.drop_nulls())
        ]
        found = np.concatenate([np.zeros(0, dtype=np.int64), *lengths])
        found = found[found > 0]
        usual = np.quantile(found, WHOLE_SHARE, method="higher") if len(found) else 1
        return cls(words, int(min(MOST_LENGTH, usual)), text.null_count() > 0)

    def transform(self, values: Values) -> Array:
        """Return the numbers of the words, whole ones in float32, shape ``(n, length)``.

        A series of lists holds words, as `inverse` returns them.
        """
        are_lists = isinstance(values, pl.Series) and values.dtype == pl.List(pl.String)
        text = values if isinstance(values, pl.Series) and are_lists else text_of(values)
        result = np.full((len(text), self.length), PADDING, dtype=np.float32)
        for start, part in chunked(text):
            listed = part if are_lists else words_in_order(part)
            numbered = (
                pl.DataFrame({"word": listed.list.head(self.length)})
                .with_row_index("row")
                .with_columns(at=pl.int_ranges(pl.col("word").list.len()))
                .explode("word", "at", empty_as_null=True)
                .drop_nulls("at")
                .join(self._table, on="word", how="left")
            )
            rows = start + numbered["row"].to_numpy().astype(np.int64)
            at = numbered["at"].to_numpy()
            result[rows, at] = numbered["number"].fill_null(UNKNOWN).to_numpy()
        if self.has_missing:
            result[text.is_null().to_numpy(), 0] = self.entries - 1
        return result

    @cached_property
    def numbered(self) -> frozenset[str]:
        """The words with a number of their own."""
        return frozenset(self.words)

    def words_of(self, values: Values) -> tuple[str, ...]:
        """Return the words of the first row that are read, those without a number as well."""
        text = text_of(values).head(1)
        first = words_in_order(text)[0] if len(text) else None
        return () if first is None else tuple(first.head(self.length).to_list())

    def inverse(self, array: Array) -> pl.Series:
        """Return each row's words as lists, "…" for unknown ones; null where missing."""
        names = self.entry_names
        names[UNKNOWN] = _NAME_OF_UNKNOWN
        numbers = np.asarray(array).reshape(len(array), self.length).astype(np.int64)
        numbers = np.clip(numbers, 0, self.entries - 1)
        rows: list[list[str] | None] = [
            [names[number] for number in row if number != PADDING] for row in numbers.tolist()
        ]
        if self.has_missing:
            gone = (numbers == self.entries - 1).any(axis=1).tolist()
            rows = [None if missing else row for missing, row in zip(gone, rows, strict=True)]
        return pl.Series(rows, dtype=pl.List(pl.String))

    def to_dict(self) -> dict[str, Any]:
        """Return the vocabulary and the length; ``sequence`` tells it from a bag."""
        return {
            "sequence": True,
            "words": list(self.words),
            "length": self.length,
            "has_missing": self.has_missing,
        }

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the encoder again."""
        return cls(tuple(saved["words"]), saved["length"], saved["has_missing"])

    @cached_property
    def _table(self) -> pl.DataFrame:
        numbers = np.arange(_SPECIAL, _SPECIAL + len(self.words))
        schema = {"word": pl.String, "number": pl.Int64}
        return pl.DataFrame({"word": self.words, "number": numbers}, schema=schema)


def _distinct_words(text: pl.Series) -> pl.DataFrame:
    """Return the words of each text, once each, as columns ``row`` and ``gram``."""
    frame = pl.DataFrame({"gram": words_in_order(text)}).with_row_index("row")
    return frame.explode("gram", empty_as_null=True).drop_nulls("gram").unique()
