"""Contributions brought back from features to the person's columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isnan, prod
from typing import Any

import numpy as np
import polars as pl

from pellucid.data import InputEncoding, Table
from pellucid.data.encoding import Block
from pellucid.data.kinds import Encoder
from pellucid.data.kinds.image import ImageEncoder
from pellucid.data.kinds.series import SeriesEncoder
from pellucid.data.kinds.sound import SoundEncoder
from pellucid.data.kinds.word_sequence import WordSequenceEncoder
from pellucid.data.table import Array
from pellucid.inspection.courses import Course, course_of_series
from pellucid.inspection.marks import Stretch, gram_of, mark, mark_in_order

# Kinds whose features are one value in several guises, told apart by name alone.
SCALAR_KINDS = frozenset({"number", "category", "date", "text", "subwords"})


@dataclass(frozen=True)
class Detail:
    """What one feature of a column contributed.

    Attributes
    ----------
    name
        The feature, without the column's name: ``=female``, ``[3,5]``, " is missing", or nothing
        where it is the column itself.
    value
        The feature's own value in the person's terms, or None where only the column has one.
    contribution
        Its share of the output.
    """

    name: str
    value: Any
    contribution: float


@dataclass(frozen=True)
class Part:
    """What one column contributed.

    Attributes
    ----------
    column, kind
        The column and the kind it is read as.
    value
        The person's value; of a series its own numbers, ``(steps, channels)``. None where it is
        missing or no value that could be written (pixels).
    contribution
        The sum over the column's features.
    array
        The features' contributions, in the shape in which they lie: pixels
        ``(height, width[, channels])``, frames and pitches of a sound. Of a series those of its
        own steps, ``(steps, channels)``, whatever length the network sees.
    further
        The contributions of the features that follow those: of a series' length, of a picture
        that is missing; ``(0,)`` where there are none.
    names
        The features' names, in C order of the shape, then those of the further ones.
    entries
        The values that the features stand for (pixels, steps) in the person's unit, of the shape
        of ``array`` where they have it, or None.
    moved
        Whether each feature differs from the baseline, in the order of the names.
    course
        For time series and sounds: what each moment contributed.
    words
        Of a text that is read word by word: the words that are read, in their order.
    """

    column: str
    kind: str
    value: Any
    contribution: float
    array: Array
    further: Array
    names: list[str]
    entries: Array | None
    moved: Array
    course: Course | None = None
    words: tuple[str, ...] = ()

    @property
    def moments(self) -> Array | None:
        """For time series and sounds: each moment's contribution, over all channels or pitches."""
        return None if self.course is None else self.course.moments

    @property
    def seconds(self) -> float | None:
        """How long a moment is, in seconds, where that is known."""
        return None if self.course is None else self.course.seconds

    def details(self) -> Iterator[Detail]:
        """Go through the features that contributed, or that could have: that left the baseline."""
        flat = np.concatenate([self.array.ravel(), self.further])
        entries = None if self.entries is None else self.entries.ravel()
        for position in np.flatnonzero(self.moved | (flat != 0.0)).tolist():
            value = self.value
            if entries is not None:
                value = entries[position].item() if position < len(entries) else None
                value = None if isinstance(value, float) and isnan(value) else value
            yield Detail(self.names[position], value, float(flat[position]))

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """The original text in stretches, with what each contributed; empty for other kinds."""
        if self.kind not in {"text", "subwords"} or not isinstance(self.value, str):
            return ()
        if self.words:
            return mark_in_order(self.value, zip(self.words, self.array.tolist(), strict=False))
        grams = [
            (gram, detail.contribution)
            for detail in self.details()
            if (gram := gram_of(detail.name)) is not None
        ]
        return mark(self.value, grams)

    @property
    def is_listed(self) -> bool:
        """Whether its features are to be told one by one: a picture of them does not say all."""
        return self.array.ndim == 1 or len(self.further) > 0

    @property
    def is_whole(self) -> bool:
        """Whether the column is one feature, so that there is no detail to tell."""
        return len(self.names) == 1


def make_parts(
    encoding: InputEncoding, table: Table, features: Array, baseline: Array, values: Array
) -> tuple[Part, ...]:
    """Sort contributions by column, in the columns' order.

    Parameters
    ----------
    encoding
        Where each column's features lie.
    table
        One row, as the person gave it.
    features, baseline, values
        The row and the baseline as the network sees them, and the contributions, each
        (in_features,).
    """
    return tuple(
        _part(table, block, encoder, features, baseline, values)
        for block, (_, encoder) in zip(encoding.blocks, encoding.encoders, strict=True)
    )


def _part(
    table: Table, block: Block, encoder: Encoder, features: Array, baseline: Array, values: Array
) -> Part:
    own = slice(block.start, block.stop)
    contributions = values[own]
    n_grid = prod(block.shape)
    array = contributions[:n_grid].reshape(block.shape)
    if isinstance(encoder, SeriesEncoder):
        moved = (features[own] != baseline[own])[n_grid:]
        return _part_of_series(table, block, encoder, (array, contributions[n_grid:]), moved)
    names = encoder.feature_names
    words: tuple[str, ...] = ()
    if isinstance(encoder, WordSequenceEncoder):
        words = encoder.words_of(table[block.column])
        names = [f' "{word}"' for word in words] + names[len(words) :]
    entries = _entries(encoder, features[own])
    course = None
    if isinstance(encoder, SoundEncoder) and entries is not None:
        seconds = encoder.n_samples / encoder.rate / encoder.n_frames
        course = Course(array.sum(axis=1, keepdims=True), None, ("",), seconds)
    return Part(
        column=block.column,
        kind=block.kind,
        value=_value(table[block.column]),
        contribution=float(contributions.sum()),
        array=array,
        further=contributions[n_grid:],
        names=names,
        entries=entries,
        moved=features[own] != baseline[own],
        course=course,
        words=words,
    )


def _part_of_series(
    table: Table,
    block: Block,
    encoder: SeriesEncoder,
    contributions: tuple[Array, Array],
    moved: Array,
) -> Part:
    """Make the part of a series, step by step as the row has it.

    ``contributions`` are those of the steps that the network sees, and of what follows them, of
    which ``moved`` says what differs from the baseline.
    """
    steps, further = contributions
    course = course_of_series(encoder, table[block.column], steps)
    own = steps if course is None else course.contributions
    names = encoder.feature_names
    return Part(
        column=block.column,
        kind=block.kind,
        value=None if course is None else course.values,
        contribution=float(steps.sum() + further.sum()),
        array=own,
        further=further,
        names=(names[: steps.size] if course is None else course.step_names())
        + names[steps.size :],
        entries=None if course is None else course.values,
        moved=np.concatenate([own.ravel() != 0.0, moved]),
        course=course,
    )


def _value(values: pl.Series | Array) -> Any:
    """Return a column's only value, where it is a single one."""
    if isinstance(values, np.ndarray):
        return None
    value = values[0]
    return None if isinstance(value, pl.Series) else value


def _entries(encoder: Encoder, features: Array) -> Array | None:
    """Return what the features stand for: pixels, the numbers of a block.

    None where they stand for one value, or the row has none.
    """
    if encoder.kind in SCALAR_KINDS:
        return None
    row = features.astype(np.float32).reshape(1, *encoder.shape)
    try:
        back = encoder.inverse(row)
    except NotImplementedError:  # a kind that has no way back
        return None
    array = np.asarray(back)[0] if isinstance(back, np.ndarray) else None
    if array is None or array.size > row.size:
        return None
    is_missing = isinstance(encoder, ImageEncoder | SoundEncoder) and bool(np.isnan(array).all())
    return None if is_missing else array
