"""Where in a text its n-grams stand, and what each stretch of it contributed."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np


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
    edges = [0, *(np.flatnonzero(np.diff(shares)) + 1).tolist(), len(text)]
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
