"""Where in the texts of an exported page their features stand."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pellucid.data import Table
from pellucid.data.encoding import InputEncoding
from pellucid.data.kinds import Encoder
from pellucid.data.kinds.word_sequence import WordSequenceEncoder
from pellucid.data.table import Array, Values
from pellucid.inspection.marks import gram_of, places_of, spans_in_order

_KINDS = frozenset({"text", "subwords"})
Spans = list[tuple[int, int]]


@dataclass(frozen=True)
class Mark:
    """A feature that one text has.

    Attributes
    ----------
    feature
        Its place among those of its column.
    name
        What it is called among what contributed.
    spans
        The characters where it stands, from each first up to, but not including, the second.
    """

    feature: int
    name: str
    spans: Spans


def marks_of(encoding: InputEncoding, table: Table, features: Array) -> dict[str, list[Mark]]:
    """Return the features that one row's texts have, by column.

    Parameters
    ----------
    encoding
        Where each column's features lie.
    table
        The row.
    features
        The row as the network receives it, (in_features,).
    """
    return {
        block.column: _marks(encoder, table[block.column], features[block.start : block.stop])
        for block, (_, encoder) in zip(encoding.blocks, encoding.encoders, strict=True)
        if encoder.kind in _KINDS and block.column in table
    }


def _marks(encoder: Encoder, values: Values, features: Array) -> list[Mark]:
    text = values[0] if isinstance(values[0], str) else ""
    present = np.flatnonzero(features).tolist()
    names = encoder.feature_names
    if not isinstance(encoder, WordSequenceEncoder):
        return [Mark(place, names[place].strip(), _spans(text, names[place])) for place in present]
    words = encoder.words_of(values)
    quoted = [*(f'"{word}"' for word in words), *names[len(words) :]]
    found = [[] if span is None else [span] for span in spans_in_order(text, words)]
    return [Mark(at, quoted[at], found[at] if at < len(found) else []) for at in present]


def _spans(text: str, name: str) -> Spans:
    gram = gram_of(name)
    return [] if gram is None else runs(places_of(text, gram))


def runs(places: Sequence[int]) -> Spans:
    """Put neighbouring places together, ascending ones.

    Examples
    --------
    >>> runs([0, 1, 2, 7, 8])
    [(0, 3), (7, 9)]
    """
    found = []
    for _, run in itertools.groupby(enumerate(places), key=lambda pair: pair[1] - pair[0]):
        own = [place for _, place in run]
        found.append((own[0], own[-1] + 1))
    return found
