"""What moved the predictions of many rows: columns, and within them words, regions, moments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import polars as pl

from pellucid.data.encoding import Block
from pellucid.data.kinds import Encoder
from pellucid.data.kinds.series import SeriesEncoder
from pellucid.data.kinds.sound import SoundEncoder
from pellucid.data.kinds.word_sequence import WordSequenceEncoder
from pellucid.data.table import Array
from pellucid.inspection.drawing import draw_importance
from pellucid.inspection.html import importance_to_html
from pellucid.inspection.values import as_plain

_TEXTS = ("text", "subwords")
MOST_WORDS = 50


@dataclass(frozen=True)
class Inside:
    """Where within a column what moved the predictions lies.

    Attributes
    ----------
    column, kind
        The column, and the kind it is read as.
    mean_absolute
        How far each word, pixel or moment moved the number, whichever way, on average over the
        rows: ``(words,)``, ``(height, width)`` or ``(moments, channels)``; of series at the length
        that the network sees.
    mean
        The same with its sign.
    n_rows
        In how many rows each is other than in the row compared with, of the same shape.
    names
        The words, where it is a text; else nothing.
    channels
        What the channels of a series are called; a single one has no name.
    seconds
        How long a moment of a sound is, in seconds; else None.
    """

    column: str
    kind: str
    mean_absolute: Array
    mean: Array
    n_rows: Array
    names: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    seconds: float | None = None

    @property
    def words(self) -> pl.DataFrame:
        """The words of a text, the one that moved the predictions most first."""
        order = np.argsort(-self.mean_absolute, kind="stable")
        order = order[self.mean_absolute[order] > 0]
        return pl.DataFrame(
            {
                "detail": [self.names[position] for position in order.tolist()],
                "mean_absolute_contribution": self.mean_absolute[order],
                "mean_contribution": self.mean[order],
                "rows": self.n_rows[order],
            }
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-ready data; of a text, its first words."""
        if self.names:
            return {"details": self.words.head(MOST_WORDS).to_dicts()}
        shaped: dict[str, Any] = {
            "shape": list(self.mean_absolute.shape),
            "mean_absolute_contributions": as_plain(self.mean_absolute),
            "mean_contributions": as_plain(self.mean),
        }
        if self.kind in ("series", "sound"):
            shaped["seconds_a_moment"] = self.seconds
        if len(self.channels) > 1:
            shaped["channels"] = list(self.channels)
        return shaped


@dataclass(frozen=True)
class Importance:
    """Which columns moved the predictions of many rows.

    Attributes
    ----------
    target, meaning
        The column that is predicted, and the number whose contributions these are.
    columns
        ``column``, ``mean_absolute_contribution`` (how far it moved the number, whichever way)
        and ``mean_contribution``; the first has moved it most.
    n_rows, n_rows_of
        How many rows were looked at, and of how many.
    error
        The largest amount by which a row's contributions missed their sum.
    compared_with
        What the contributions are measured from, in words.
    inside
        For texts, images, series and sounds: which words, regions and moments it was.
    is_one_question
        Whether all rows were asked about the same number, so that signs can be compared.
    unit
        The number's unit, where it is known.
    """

    target: str
    meaning: str
    columns: pl.DataFrame
    n_rows: int
    n_rows_of: int
    error: float
    compared_with: str
    inside: tuple[Inside, ...] = ()
    is_one_question: bool = False
    unit: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON-ready data."""
        inside = {one.column: one.to_dict() for one in self.inside}
        return {
            "target": self.target,
            "meaning": self.meaning,
            "unit": self.unit or None,
            "n": self.n_rows,
            "n_of": self.n_rows_of,
            "error": self.error,
            "compared_with": self.compared_with,
            "columns": [row | inside.get(row["column"], {}) for row in self.columns.to_dicts()],
        }

    def __repr__(self) -> str:
        return draw_importance(self)

    def _repr_html_(self) -> str:
        return importance_to_html(self)


class Tally:
    """Adds up the contributions of row after row.

    Parameters
    ----------
    blocks, encoders
        Where each column's features lie, and what made them.
    """

    def __init__(self, blocks: Sequence[Block], encoders: Sequence[Encoder]) -> None:
        self._blocks, self._encoders = tuple(blocks), tuple(encoders)
        self._columns: list[Array] = []
        self._sums: dict[str, tuple[Array, Array, Array]] = {}

    def add(self, contributions: Array, moved: Array, inputs: Array) -> None:
        """Add a row.

        Parameters
        ----------
        contributions, moved, inputs
            What each input contributed, whether it left the baseline, and the inputs themselves,
            each (in_features,).
        """
        self._columns.append(
            np.array([contributions[b.start : b.stop].sum() for b in self._blocks])
        )
        for block, encoder in zip(self._blocks, self._encoders, strict=True):
            own = slice(block.start, block.stop)
            seen = _within(block, encoder, contributions[own], inputs[own])
            if seen is None:
                continue
            there = _within(block, encoder, moved[own].astype(np.float64), inputs[own])
            sums = self._sums.setdefault(
                block.column, (np.zeros(seen.shape), np.zeros(seen.shape), np.zeros(seen.shape))
            )
            sums[0][...] += np.abs(seen)
            sums[1][...] += seen
            sums[2][...] += 0 if there is None else there > 0

    @property
    def columns(self) -> pl.DataFrame:
        """The columns' mean contributions, absolute and with their signs, the largest first."""
        sums = np.stack(self._columns)
        return pl.DataFrame(
            {
                "column": [block.column for block in self._blocks],
                "mean_absolute_contribution": np.abs(sums).mean(axis=0),
                "mean_contribution": sums.mean(axis=0),
            }
        ).sort("mean_absolute_contribution", descending=True, maintain_order=True)

    def inside(self) -> Iterator[Inside]:
        """Yield what was added up within each column that has an inside, in the columns' order."""
        n = len(self._columns)
        for block, encoder in zip(self._blocks, self._encoders, strict=True):
            if block.column not in self._sums:
                continue
            absolute, signed, there = self._sums[block.column]
            seconds: float | None = None
            channels: tuple[str, ...] = ()
            if isinstance(encoder, SoundEncoder):
                seconds = encoder.n_samples / encoder.rate / encoder.n_frames
                channels = ("",)
            elif isinstance(encoder, SeriesEncoder):
                channels = encoder.channels if encoder.n_channels > 1 else ("",)
            yield Inside(
                block.column,
                block.kind,
                absolute / n,
                signed / n,
                there.astype(np.int64),
                names=_words(encoder) if block.kind in _TEXTS else (),
                channels=channels,
                seconds=seconds,
            )


def _words(encoder: Encoder) -> tuple[str, ...]:
    if isinstance(encoder, WordSequenceEncoder):
        return tuple(f'"{name}"' for name in encoder.entry_names)
    return tuple(name.strip() for name in encoder.feature_names)


def _within(block: Block, encoder: Encoder, own: Array, inputs: Array) -> Array | None:
    """Add a column's numbers up by what a person can point at; None where that is the column."""
    if isinstance(encoder, WordSequenceEncoder):  # of a word, all places where it stands
        return np.bincount(inputs.astype(np.int64), weights=own, minlength=encoder.entries)
    if block.kind in _TEXTS:
        return own
    if block.kind not in ("image", "sound", "series") or len(block.shape) < 2:
        return None
    grid = own[: prod(block.shape)].reshape(block.shape)
    if block.kind == "image":
        return grid if grid.ndim == 2 else np.asarray(grid.sum(axis=2))
    return np.asarray(grid.sum(axis=1, keepdims=True)) if block.kind == "sound" else grid
