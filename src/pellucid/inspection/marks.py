"""Where in a text its n-grams stand, and what each stretch of it contributed."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from pellucid.data.table import Array


@dataclass(frozen=True)
class Stretch:
    """A stretch of the original text and what its characters contributed together."""

    text: str
    contribution: float


def mark(text: str, grams: Iterable[tuple[str, float]]) -> tuple[Stretch, ...]:
    """Spread contributions of n-grams over the places where they stand in a text.

    An n-gram's contribution is shared evenly by the characters of all its places, whatever
    their case; one that is not found as it is (since normalising changed it) marks nothing.

    Parameters
    ----------
    text
        The original text.
    grams
        N-grams, words separated by blanks, and their contributions.

    Examples
    --------
    >>> [(s.text, s.contribution) for s in mark("Free entry!", [("free", 2.0), ("entry", -1.0)])]
    [('Free', 2.0), (' ', 0.0), ('entry', -1.0), ('!', 0.0)]
    """
    shares = np.zeros(len(text))
    for gram, contribution in grams:
        places = _places(text, gram)
        if len(places):
            shares[places] += contribution / len(places)
    return _stretches(text, shares)


def mark_in_order(text: str, words: Iterable[tuple[str, float]]) -> tuple[Stretch, ...]:
    """Mark words that follow one another in a text, each at its own place.

    A word that is not found as it is (since normalising changed it) marks nothing.

    Parameters
    ----------
    text
        The original text.
    words
        Its words in their order, and what each contributed.

    Examples
    --------
    >>> [(s.text, s.contribution) for s in mark_in_order("No, no!", [("no", 2.0), ("no", -1.0)])]
    [('No', 2.0), (', ', 0.0), ('no', -1.0), ('!', 0.0)]
    """
    shares, stretch_of, at = np.zeros(len(text)), np.zeros(len(text), dtype=np.int64), 0
    for number, (word, contribution) in enumerate(words, start=1):
        found = re.compile(re.escape(word), re.IGNORECASE).search(text, at)
        if found is None or found.start() == found.end():
            continue
        start, at = found.span()
        shares[start:at] = contribution / (at - start)
        stretch_of[start:at] = number
    return _stretches(text, shares, stretch_of)


def _stretches(text: str, shares: Array, of: Array | None = None) -> tuple[Stretch, ...]:
    """Cut a text where its characters' shares change, or what they belong to."""
    changes = np.diff(shares) != 0
    if of is not None:
        changes |= np.diff(of) != 0
    edges = [0, *(np.flatnonzero(changes) + 1).tolist(), len(text)]
    return tuple(
        Stretch(text[start:stop], float(shares[start:stop].sum()))
        for start, stop in itertools.pairwise(edges)
        if stop > start
    )


def _places(text: str, gram: str) -> list[int]:
    """Return the positions of the characters at which an n-gram stands."""
    words = [re.escape(word) for word in gram.split()]
    if not words:
        return []
    # What divides words (blanks, commas) belongs to no n-gram.
    body = r"\W*?".join(f"({word})" for word in words)
    # A word counts as itself, not inside another; scripts without spaces have no such borders.
    pattern = (r"(?<!\w)" if words[0][0].isalnum() else "") + body
    pattern += r"(?!\w)" if words[-1][-1].isalnum() else ""
    found = list(re.finditer(pattern, text, re.IGNORECASE))
    found = found or list(re.finditer(body, text, re.IGNORECASE))
    spans = (match.span(word + 1) for match in found for word in range(len(words)))
    return sorted({place for span in spans for place in range(*span)})
