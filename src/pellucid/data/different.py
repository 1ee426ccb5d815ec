"""What is true of each text alone, found for the different texts of a column.

Columns of categories, dates and units repeat few texts many times. A pattern is then held against
each different text once, and the answers are handed out to the rows.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

# Shorter columns are gone through before their different texts were found.
_WORTH_IT = 20_000
_SPACED = 1000
# Where more of some texts differ, most of the others will.
_MOST_OF_SPACED = 0.9
_MOST = 0.25


class Different:
    """The different texts of a column, where they are few; otherwise the column.

    Parameters
    ----------
    text
        A column of text.

    Examples
    --------
    >>> Different(pl.Series(["a", "bb", None])).each(lambda text: text.str.len_chars()).to_list()
    [1, 2, None]
    """

    def __init__(self, text: pl.Series) -> None:
        self._text = text
        self._places: pl.Series | None = None
        if len(text) < _WORTH_IT:
            return
        spaced = text.gather_every(len(text) // _SPACED)
        if spaced.n_unique() > _MOST_OF_SPACED * len(spaced):
            return
        different = text.unique().drop_nulls()
        if len(different) <= _MOST * len(text):
            self._places = text.cast(pl.Enum(different)).to_physical()
            self._text = different

    def each(self, function: Callable[[pl.Series], pl.Series]) -> pl.Series:
        """Apply a function of each text by itself, and return an answer for each row.

        Parameters
        ----------
        function
            Returns a series of the same length, in which each value depends on the text in its
            place alone, and is null where there is none.
        """
        found = function(self._text)
        return found if self._places is None else found.gather(self._places)
