"""Sets of labels as a target: each row has some of a few labels, all of them, or none.

They come as lists of text (JSON Lines, Parquet) or as text with a separator, and go back in
the same form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import polars as pl

from pellucid.data.profile import Profile, clean_scalars
from pellucid.data.rows import count, name_rows
from pellucid.data.table import Array, Values
from pellucid.errors import DataError, quote_list

SEPARATORS = (";", "|", ",")
# Text is taken for sets unasked where a third of the cells hold several of a small, closed set
# of labels; the other cells may hold one.
_MOST_LABELS = 100
_FEWEST_USES = 3
_LONGEST_LABEL = 40


@dataclass(frozen=True)
class MultiLabelTarget:
    """Sets of labels as rows of 0 and 1.

    Attributes
    ----------
    labels
        All labels of the training rows, by alphabet; their order is that of the columns.
    separator
        What stands between the labels in the person's text, blanks included; None for lists.

    Examples
    --------
    >>> target = MultiLabelTarget.fit(pl.Series(["war; drama", "comedy", "drama; comedy"]))
    >>> target.labels
    ('comedy', 'drama', 'war')
    >>> target.transform(pl.Series(["war", "comedy;drama"])).tolist()
    [[0.0, 0.0, 1.0], [1.0, 1.0, 0.0]]
    >>> target.inverse(np.array([[1, 0, 1]])).to_list()
    ['comedy; war']
    """

    labels: tuple[str, ...]
    separator: str | None

    @classmethod
    def fit(cls, values: Values) -> Self:
        """Learn the labels and the separator; missing values are passed over."""
        separator = separator_of(values)
        found = label_lists(values, separator).explode().drop_nulls().unique().sort()
        return cls(tuple(found.to_list()), separator)

    def transform(self, values: Values) -> Array:
        """Return 1 where a row has a label and 0 elsewhere, float32, ``(n, labels)``.

        Labels that training never saw are passed over; ``unseen`` words them.

        Raises
        ------
        DataError
            Where a row has no value at all (an empty set is one), or the values are no sets.
        """
        lists = label_lists(values, self.separator)
        if lists.null_count():
            raise DataError(
                f"The target {lists.name!r} is missing in {count(lists.null_count(), 'row')}.",
                where=name_rows(lists.is_null().arg_true()),
                expected="a set of labels in every row",
                remedy="fill these cells, or remove the rows",
            )
        pairs = _pairs(lists)
        position = {label: number for number, label in enumerate(self.labels)}
        codes = pairs["label"].replace_strict(position, default=None, return_dtype=pl.Int64)
        known = codes.is_not_null()
        result = np.zeros((len(lists), len(self.labels)), dtype=np.float32)
        result[pairs["row"].filter(known).to_numpy(), codes.filter(known).to_numpy()] = 1.0
        return result

    def unseen(self, values: Values) -> str | None:
        """Word which labels training never saw, with their rows; None where there are none."""
        pairs = _pairs(label_lists(values, self.separator))
        new = pairs.filter(~pairs["label"].is_in(list(self.labels)))
        if new.is_empty():
            return None
        names = new["label"].unique(maintain_order=True)
        return (
            f"{count(len(names), 'label')} that training never saw, passed over: "
            f"{quote_list(names, limit=5)} in {name_rows(new['row'].unique(maintain_order=True))}"
        )

    def inverse(self, chosen: Array) -> pl.Series:
        """Return the sets of a table of 0 and 1, ``(n, labels)``, in the person's own form."""
        chosen = np.asarray(chosen) > 0
        rows, columns = np.nonzero(chosen)
        labels = pl.Series(self.labels, dtype=pl.String).gather(columns)
        held = (
            pl.DataFrame({"row": rows, "label": labels})
            .group_by("row", maintain_order=True)
            .agg("label")
        )
        every = pl.DataFrame({"row": np.arange(len(chosen), dtype=rows.dtype)})
        sets = every.join(held, on="row", how="left", maintain_order="left")["label"]
        empty = pl.Series([[]] * len(sets), dtype=pl.List(pl.String))
        sets = pl.select(pl.coalesce(sets, empty)).to_series()
        return sets if self.separator is None else sets.list.join(self.separator)

    def to_dict(self) -> dict[str, Any]:
        """Return the labels and the separator."""
        return {"labels": list(self.labels), "separator": self.separator}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the target again."""
        return cls(tuple(saved["labels"]), saved["separator"])


def is_list_column(values: Values) -> bool:
    """Tell whether a column holds lists of labels: text, whole numbers or truth values."""
    if not isinstance(values, pl.Series) or not isinstance(values.dtype, pl.List):
        return False
    inner = values.dtype.inner
    return inner in (pl.String, pl.Categorical, pl.Null, pl.Boolean) or inner.is_integer()


def label_lists(values: Values, separator: str | None) -> pl.Series:
    """Return each row's labels, ``List(String)``, stripped; null where a row has no value.

    Parameters
    ----------
    values
        Lists of labels, or text.
    separator
        What stands between labels in text; with None, a text is one label.

    Raises
    ------
    DataError
        Where the column holds neither.

    Examples
    --------
    >>> label_lists(pl.Series(["a, b", "b,", ",", None]), ", ").to_list()
    [['a', 'b'], ['b'], [], None]
    """
    if is_list_column(values) and isinstance(values, pl.Series):
        lists = values.cast(pl.List(pl.String))
    elif isinstance(values, pl.Series) and not isinstance(values.dtype, pl.List | pl.Array):
        text = clean_scalars(values)
        text = text if text.dtype == pl.String else text.cast(pl.String)
        lists = (
            text.str.split(separator.strip() or separator)
            if separator
            else pl.select(
                pl.when(text.is_null()).then(None).otherwise(pl.concat_list(text))
            ).to_series()
        ).alias(text.name)
    else:
        raise DataError(
            f"Column {values.name!r} holds no labels." if isinstance(values, pl.Series)
            else f"The target holds {values.shape[1:]} numbers a row.",
            expected="lists of text, or text with labels between ';', '|' or ','",
        )  # fmt: skip
    stripped = lists.list.eval(
        pl.element().str.strip_chars().filter(pl.element().str.strip_chars() != "")
    )
    return stripped.alias(values.name)


def separator_of(values: Values) -> str | None:
    """Return what stands between the labels of most cells of text; None for lists.

    With a blank after it where the text has one, so that answers look like the questions.
    """
    if not isinstance(values, pl.Series) or values.dtype != pl.String:
        return None
    present = clean_scalars(values).drop_nulls()
    shares = {sign: int(present.str.contains(sign, literal=True).sum()) for sign in SEPARATORS}
    best = max(SEPARATORS, key=lambda sign: shares[sign])
    if not shares[best]:
        return None
    spaced = int(present.str.contains(f"{best} ", literal=True).sum())
    return f"{best} " if 2 * spaced > shares[best] else best


def reason_for_sets(profile: Profile) -> str | None:
    """Say why a column holds sets of labels, or return None where it may not.

    Examples
    --------
    >>> genres = ["drama;war", "drama", "war;comedy", "comedy;drama", "drama;comedy;war"] * 3
    >>> reason_for_sets(Profile("genres", pl.Series(genres)))
    "80 % of its cells hold several of 3 labels, separated by ';'"
    """
    if profile.is_block:
        return None
    if is_list_column(profile.values):
        return "it holds lists of labels"
    if not profile.is_text:
        return None
    separator = separator_of(profile.scalars)
    if separator is None:
        return None
    lists = label_lists(profile.present, separator)
    several = int((lists.list.len() > 1).sum())
    labels = lists.explode().drop_nulls()
    n_labels = labels.n_unique()
    if (
        3 * several < len(lists)
        or n_labels > _MOST_LABELS
        or len(labels) < _FEWEST_USES * n_labels
        or n_labels >= (profile.n_distinct or 0)  # as many cells as labels: the cells are classes
        or (labels.str.len_chars() > _LONGEST_LABEL).any()
    ):
        return None
    return (
        f"{round(100 * several / len(lists))} % of its cells hold several of {n_labels} labels, "
        f"separated by {separator.strip()!r}"
    )


def _pairs(lists: pl.Series) -> pl.DataFrame:
    """Return every label with its row: columns ``row`` and ``label``."""
    frame = pl.DataFrame({"row": np.arange(len(lists)), "label": lists})
    return frame.explode("label").drop_nulls("label")
