"""Parts of words: three and four letters in a row, so that related words share features.

"disappoint", "disappoints" and "disappointing" are three words to a bag of words, and each of them
is rare. Where a part begins or ends within a word, "…" stands for what is left out.
"""

from __future__ import annotations

import polars as pl

from pellucid.data.ngrams import PIECE, RUN, normalised

LENGTHS = (3, 4)
"""Letters of a part, of which the word's beginning and its end count as one each."""
_OPEN, _EDGE = "…", " "


def parts_of_words(text: pl.Series) -> pl.DataFrame:
    """Return the parts of each text's words, once each.

    Scripts without spaces have no words; their characters are n-grams already. A word
    of one letter has no parts.

    Parameters
    ----------
    text
        Texts as a person wrote them, null where missing.

    Returns
    -------
    polars.DataFrame
        ``row`` (from 0) and ``gram``, in no particular order.

    Examples
    --------
    >>> sorted(parts_of_words(pl.Series(["A film!", None]))["gram"])
    ['fil…', 'fi…', '…film…', '…fil…', '…ilm', '…ilm…', '…lm']
    """
    words = (
        pl.DataFrame({"text": normalised(text)})
        .with_row_index("row")
        .select("row", word=pl.col("text").str.extract_all(PIECE))
        .explode("word", empty_as_null=True)
        .drop_nulls("word")
        .filter(~pl.col("word").str.contains(RUN))
        .unique()
    )
    distinct = words["word"].unique()
    parts = pl.DataFrame(
        {"word": distinct, "gram": [_parts(word) for word in distinct]},
        schema={"word": pl.String, "gram": pl.List(pl.String)},
    )
    found = words.join(parts, on="word").explode("gram", empty_as_null=True).drop_nulls("gram")
    return found.select("row", "gram").unique()


def _parts(word: str) -> list[str]:
    bounded = _EDGE + word + _EDGE
    return [
        _named(bounded[start : start + length])
        for length in LENGTHS
        if length < len(bounded)
        for start in range(len(bounded) - length + 1)
    ]


def _named(part: str) -> str:
    """Write what is left out as "…", and the word's own edges as nothing."""
    before = "" if part.startswith(_EDGE) else _OPEN
    after = "" if part.endswith(_EDGE) else _OPEN
    return before + part.strip(_EDGE) + after
