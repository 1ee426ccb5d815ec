"""Text as learned parts of words (subwords): for any language, and for sequences of tokens.

SentencePiece learns a unigram model (Kudo 2018) on the column itself; the model is kept with the
network. A bag of subwords knows parts of words that it has never seen whole, at the price of
features that are harder to read than words. Needs ``pip install "pellucid[subwords]"``.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import polars as pl

from pellucid.data.bags import learn_vocabulary, weigh
from pellucid.data.kinds.kind import Description, Kind, Proposal
from pellucid.data.kinds.text import (
    ROW_LENGTH,
    TextKind,
    grams_of,
    listed_grams,
    mark_missing,
    vocabulary_table,
)
from pellucid.data.ngrams import normalised
from pellucid.data.profile import Profile, text_of
from pellucid.data.table import Array, Values
from pellucid.errors import SettingError

if TYPE_CHECKING:
    from scipy.sparse import csr_array

MOST_PIECES = 8_000
# A model of so many pieces needs about so many characters of text for each.
CHARACTERS_A_PIECE = 10
FEWEST_PIECES = 100
# SentencePiece learns from at most so many texts, evenly spaced over the column.
MOST_TEXTS = 200_000
PADDING, UNKNOWN = 0, 1


@dataclass(frozen=True)
class SubwordEncoder:
    """One text a row as a weighted bag of subwords, or as a sequence of them.

    Attributes
    ----------
    model
        The SentencePiece model in base64; empty where training had no text.
    vocabulary, weights
        The subwords with a feature, and how much each counts, as for kind "text".
    has_missing
        Whether training texts were missing; the last feature then is 1 where one is.

    Examples
    --------
    >>> encoder = SubwordEncoder.fit(pl.Series(["to be or not to be"] * 3))
    >>> ids = encoder.sequences(pl.Series(["to be"]), length=8)
    >>> ids.shape, encoder.decode(ids).to_list()
    ((1, 8), ['to be'])
    """

    kind: ClassVar[str] = "subwords"

    model: str
    vocabulary: tuple[str, ...]
    weights: tuple[float, ...]
    has_missing: bool

    @property
    def shape(self) -> tuple[int, ...]:
        """One feature a subword, one for the missing."""
        return (len(self.vocabulary) + self.has_missing,)

    @property
    def feature_names(self) -> list[str]:
        """The subwords in quotation marks ("▁" begins a word), and " is missing"."""
        names = [f' "{piece}"' for piece in self.vocabulary]
        return names + ([" is missing"] if self.has_missing else [])

    @classmethod
    def fit(cls, values: Values) -> Self:
        """Learn subwords and their weights; the same texts always give the same.

        Raises
        ------
        SettingError
            Where SentencePiece is not installed.
        """
        require_sentencepiece()
        text = text_of(values)
        model = _train(normalised(text.drop_nulls()))
        learner = cls(model, (), (), text.null_count() > 0)
        vocabulary, weights = learn_vocabulary(text, learner._pieces)
        return cls(model, vocabulary, weights, learner.has_missing)

    @property
    def n_tokens(self) -> int:
        """How many different token ids `sequences` may give, padding and unknown included."""
        return int(self._processor.get_piece_size()) if self.model else 2

    def transform(self, values: Values) -> csr_array:
        """Return weighted bags, float32, sparse, shape ``(n, features)``; rows of length 1."""
        if isinstance(values, pl.Series) and values.dtype == pl.List(pl.String):
            bags = weigh(values, listed_grams, self._table, ROW_LENGTH)
        else:
            bags = weigh(text_of(values), self._pieces, self._table, ROW_LENGTH)
        return mark_missing(bags, values) if self.has_missing else bags

    def inverse(self, array: Array) -> pl.Series:
        """Return each row's subwords in alphabetical order, as lists; null where missing."""
        return grams_of(np.asarray(array), self.vocabulary, has_missing=self.has_missing)

    def sequences(self, values: Values, length: int) -> Array:
        """Return token ids for networks that read sequences.

        Parameters
        ----------
        values
            Texts.
        length
            How many tokens a row has: longer texts are cut off, shorter ones filled up with 0.

        Returns
        -------
        numpy.ndarray
            int32, shape ``(n, length)``; 0 is padding, 1 a token that training never saw.
        """
        text = normalised(text_of(values))
        result = np.full((len(text), length), PADDING, dtype=np.int32)
        if not self.model:
            return result
        for row, ids in enumerate(self._processor.encode(text.fill_null("").to_list())):
            result[row, : len(ids)] = ids[:length]
        return result

    def decode(self, ids: Array) -> pl.Series:
        """Return the normalised texts of token ids ``(n, length)``; "⁇" for unknown ones."""
        if not self.model:
            return pl.Series([""] * len(ids), dtype=pl.String)
        rows = [[int(one) for one in row if one != PADDING] for row in np.asarray(ids)]
        texts = [self._processor.decode(row).strip() for row in rows]
        return pl.Series(texts, dtype=pl.String)

    def to_dict(self) -> dict[str, Any]:
        """Return the model, the vocabulary and its weights."""
        return {
            "model": self.model,
            "vocabulary": list(self.vocabulary),
            "weights": list(self.weights),
            "has_missing": self.has_missing,
        }

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the encoder again; raise SettingError where SentencePiece is not installed."""
        require_sentencepiece()
        return cls(
            saved["model"],
            tuple(saved["vocabulary"]),
            tuple(saved["weights"]),
            saved["has_missing"],
        )

    def _pieces(self, text: pl.Series) -> pl.DataFrame:
        """Return each text's distinct subwords, as columns ``row`` and ``gram``."""
        pieces = [[] for _ in text] if not self.model else self._encoded(text)
        return listed_grams(pl.Series(pieces, dtype=pl.List(pl.String)))

    def _encoded(self, text: pl.Series) -> list[list[str]]:
        texts = normalised(text).fill_null("").to_list()
        encoded: list[list[str]] = self._processor.encode(texts, out_type=str)
        return encoded

    @cached_property
    def _processor(self) -> Any:
        from sentencepiece import SentencePieceProcessor

        return SentencePieceProcessor(model_proto=base64.b64decode(self.model))

    @cached_property
    def _table(self) -> pl.DataFrame:
        return vocabulary_table(self.vocabulary, self.weights)

    def __getstate__(self) -> dict[str, Any]:
        return self.to_dict()

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, tuple(value) if isinstance(value, list) else value)


class SubwordKind(Kind):
    """Columns of text that a person wants to be read by learned parts of words."""

    name = "subwords"
    summary = "text, as a bag of learned parts of words"
    encoder = SubwordEncoder

    def propose(self, profile: Profile) -> Proposal | None:
        """Fit any text, but only where it is chosen."""
        if not profile.is_text:
            return None
        return Proposal(0.01, "text can be read by learned parts of words")

    def describe(self, profile: Profile) -> Description:
        """Describe the texts as kind "text" does; raise SettingError without SentencePiece."""
        require_sentencepiece()
        return TextKind().describe(profile)

    def compare(self, name: str, details: Mapping[str, Any], values: Values) -> list[str]:
        """Warn where the commonest words of training have become far rarer."""
        return TextKind().compare(name, details, values)


def require_sentencepiece() -> None:
    """Raise SettingError that says how to install it, where SentencePiece is not installed."""
    try:
        import sentencepiece  # noqa: F401 # only whether it is there
    except ImportError as error:
        raise SettingError(
            "The kind 'subwords' needs SentencePiece, which is not installed.",
            remedy='pip install "pellucid[subwords]", or choose kind "text"',
        ) from error


def _train(text: pl.Series) -> str:
    """Return a model of these texts in base64, empty where there is nothing to learn from."""
    from sentencepiece import SentencePieceTrainer

    # The trainer reads line by line, and refuses texts without a letter.
    lines = text.str.replace_all(r"[\s\x00▁]+", " ").str.strip_chars()
    lines = lines.filter(lines != "")
    step = max(1, -(-len(lines) // MOST_TEXTS))
    lines = lines.gather_every(step)
    if lines.is_empty():
        return ""
    n_characters = int(lines.str.len_chars().sum())
    n_letters = lines.str.split("").explode(empty_as_null=True).n_unique()
    size = min(MOST_PIECES, max(FEWEST_PIECES, n_characters // CHARACTERS_A_PIECE) + n_letters)
    written = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter(lines.to_list()),
        model_writer=written,
        model_type="unigram",
        vocab_size=size,
        hard_vocab_limit=False,
        character_coverage=0.9995,
        normalization_rule_name="identity",
        # One thread: with several, sums in another order could settle on other pieces.
        num_threads=1,
        pad_id=PADDING,
        unk_id=UNKNOWN,
        bos_id=-1,
        eos_id=-1,
        max_sentence_length=1 << 20,
        minloglevel=2,
    )
    return base64.b64encode(written.getvalue()).decode()
