"""Where in a text its n-grams stand, and what each stretch of it contributed."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
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
        places = places_of(text, gram)
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
    shares, stretch_of = np.zeros(len(text)), np.zeros(len(text), dtype=np.int64)
    given = list(words)
    spans = spans_in_order(text, (word for word, _ in given))
    for number, ((_, contribution), span) in enumerate(zip(given, spans, strict=True), start=1):
        if span is not None:
            start, stop = span
            shares[start:stop] = contribution / (stop - start)
            stretch_of[start:stop] = number
    return _stretches(text, shares, stretch_of)


def spans_in_order(text: str, words: Iterable[str]) -> Iterator[tuple[int, int] | None]:
    """Find words that follow one another: where each starts and stops; None: it is not found.

    Examples
    --------
    >>> list(spans_in_order("No, no!", ["no", "yes", "no"]))
    [(0, 2), None, (4, 6)]
    """
    at = 0
    for word in words:
        found = re.compile(re.escape(word), re.IGNORECASE).search(text, at)
        if found is None or found.start() == found.end():
            yield None
        else:
            at = found.end()
            yield found.span()


def gram_of(name: str) -> str | None:
    """Return the n-gram that a feature's name has in quotation marks; None where it has none.

    Examples
    --------
    >>> gram_of(' "free entry"'), gram_of(' "▁free"'), gram_of(" is missing")
    ('free entry', ' free', None)
    """
    quoted = name.strip()
    # "▁" is how SentencePiece writes the blank that a word begins with.
    return quoted[1:-1].replace("▁", " ") if quoted.startswith('"') else None


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


def places_of(text: str, gram: str) -> list[int]:
    """Return the positions of the characters at which an n-gram stands, ascending.

    Examples
    --------
    >>> places_of("Go on, go!", "go")
    [0, 1, 7, 8]
    """
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
