"""Texts as sets of n-grams: words and pairs of words, characters where a script has no spaces.

Texts are normalised (Unicode NFKC) and case-folded. A word is a run of letters, marks and digits,
with apostrophes inside; "!", "?", currency signs and pictographs count as words, because they tell
messages apart. In Chinese, Japanese, Thai, Lao, Khmer, Burmese and Tibetan, where spaces do not
separate words, one to three characters in a row stand for them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import polars as pl

_SCRIPTS = ("Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar", "Tibetan")
_SPACELESS = "".join(rf"\p{{{script}}}" for script in _SCRIPTS)
# The long vowel mark of Katakana belongs to no one script.
_SPACELESS += "ー"
_LETTER = rf"[[\p{{L}}\p{{M}}\p{{N}}_]--[{_SPACELESS}]]"
PIECE = rf"[{_SPACELESS}]+|{_LETTER}+(?:'{_LETTER}+)*|[\p{{Sc}}\p{{So}}!?]"
RUN = rf"^[{_SPACELESS}]"
CHARACTER = rf"[{_SPACELESS}]\p{{M}}*"
# As a piece, but of scripts without spaces each character for itself.
_WORD = rf"{CHARACTER}|{_LETTER}+(?:'{_LETTER}+)*|[\p{{Sc}}\p{{So}}!?]"
# So many rows at a time: n-grams of long texts take far more memory than the texts.
CHUNK_ROWS = 5_000


def normalised(text: pl.Series) -> pl.Series:
    """Return texts in Unicode's form NFKC and case-folded, null where missing.

    Examples
    --------
    >>> normalised(pl.Series(["Straße", "ＡＢＣ", "Don’t"])).to_list()
    ['strasse', 'abc', "don't"]
    """
    return pl.Series(text.name, [_fold(one) for one in text.to_list()], dtype=pl.String)


def ngrams(text: pl.Series) -> pl.DataFrame:
    """Return each text's n-grams, once each.

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
    >>> sorted(ngrams(pl.Series(["Free entry!", None, "日本語"]))["gram"])
    ['!', 'entry', 'entry !', 'free', 'free entry', '日', '日本', '日本語', '本', '本語', '語']
    """
    frame = pl.DataFrame({"text": normalised(text)}).with_row_index("row")
    pieces = (
        frame.select("row", piece=pl.col("text").str.extract_all(PIECE))
        .explode("piece", empty_as_null=True)
        .drop_nulls("piece")
        .with_columns(is_run=pl.col("piece").str.contains(RUN))
    )
    is_word = ~pl.col("is_run")
    word = pieces.filter(is_word).select("row", gram="piece")
    together = is_word & is_word.shift(-1) & (pl.col("row") == pl.col("row").shift(-1))
    pairs = pieces.select(
        "row",
        pl.when(together)
        .then(pl.concat_str("piece", pl.lit(" "), pl.col("piece").shift(-1)))
        .alias("gram"),
    ).drop_nulls("gram")
    parts = [word, pairs]
    if pieces["is_run"].any():
        parts += _characters(pieces.filter("is_run"))
    return pl.concat(parts).unique()


def words_in_order(text: pl.Series) -> pl.Series:
    """Return the words of each text as a list, in their order; null where a text is missing.

    They are the words that n-grams are made of; of scripts without spaces, the characters.

    Examples
    --------
    >>> words_in_order(pl.Series(["No, not so!", None, "日本"])).to_list()
    [['no', 'not', 'so', '!'], None, ['日', '本']]
    """
    return normalised(text).str.extract_all(_WORD)


def chunked(text: pl.Series) -> Iterator[tuple[int, pl.Series]]:
    """Yield parts of a column with the position of their first row."""
    for start in range(0, len(text), CHUNK_ROWS):
        yield start, text[start : start + CHUNK_ROWS]


def _characters(runs: pl.DataFrame) -> list[pl.DataFrame]:
    """Return the characters of each run, and two and three of them in a row."""
    letters = (
        runs.with_row_index("run")
        .select("row", "run", letter=pl.col("piece").str.extract_all(CHARACTER))
        .explode("letter", empty_as_null=True)
        .drop_nulls("letter")
    )
    longer = [
        letters.select(
            "row",
            pl.when(pl.col("run") == pl.col("run").shift(-(length - 1)))
            .then(pl.concat_str(*(pl.col("letter").shift(-i) for i in range(length))))
            .alias("gram"),
        ).drop_nulls("gram")
        for length in (2, 3)
    ]
    return [letters.select("row", gram="letter"), *longer]


def _fold(text: str | None) -> str | None:
    if text is None:
        return None
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return folded.replace("’", "'")
