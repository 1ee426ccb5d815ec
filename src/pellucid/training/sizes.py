"""The sizes that choices depend on: how much there is to learn from, and of what kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from pellucid.data import Block

FEW_ROWS = 1000
MANY_ROWS = 10_000
FEW_TO_SPLIT = 2000
# With fewer rows for each input, chance looks like a rule more often.
ROWS_AN_INPUT = 50
# Of letters and digits, drawn by hand or printed, less is ink: 0.13 of MNIST, where photographs of
# clothes have 0.29 and others about 0.45.
_MOST_INK = 0.2


@dataclass(frozen=True)
class Grid:
    """Features of one column that lie side by side: pixels, moments and pitches, steps.

    Attributes
    ----------
    column, kind
        The column, and its kind: ``"image"``, ``"sound"``, ``"series"`` or ``"text"``.
    start, shape
        Where its features begin in the input vector, and how they lie: ``(height, width,
        channels)`` of images and sounds, ``(steps, channels)`` of series, ``(words,)`` of texts.
    entries
        Of texts, how many different numbers stand for words; else 0.
    ink
        Of images, how far the mean of all pixels is from the nearer of black and white.
    """

    column: str
    kind: str
    start: int
    shape: tuple[int, ...]
    entries: int = 0
    ink: float = 0.5

    @property
    def stop(self) -> int:
        """Where they end."""
        return self.start + prod(self.shape)


@dataclass(frozen=True)
class Sizes:
    """What the choices depend on.

    Attributes
    ----------
    n_train
        Training examples, validation ones not counted.
    in_features
        Entries of the input vector.
    task
        The task's name.
    series_features
        How many of the entries are steps of time series.
    text_features
        How many of the entries are words of texts, in bags of them.
    n_numbers
        Columns of numbers.
    grids
        The columns whose features lie side by side.
    sequences
        The columns whose features follow one another: steps, frames, words.
    """

    n_train: int
    in_features: int
    task: str
    series_features: int = 0
    text_features: int = 0
    n_numbers: int = 0
    grids: tuple[Grid, ...] = ()
    sequences: tuple[Grid, ...] = ()

    @classmethod
    def of(cls, blocks: Sequence[Block], n_train: int, task: str) -> Sizes:
        """Return the sizes of encoded columns, given where each lies in the input vector."""

        def features_of(kind: str) -> int:
            own = (block for block in blocks if block.kind == kind and not block.entries)
            return sum(block.stop - block.start for block in own)

        return cls(
            n_train=n_train,
            in_features=blocks[-1].stop if blocks else 0,
            task=task,
            series_features=features_of("series"),
            text_features=features_of("text"),
            n_numbers=sum(block.kind == "number" for block in blocks),
            grids=grids_of(blocks),
            sequences=sequences_of(blocks),
        )

    @property
    def has_images(self) -> bool:
        """Whether images are among the inputs."""
        return any(grid.kind == "image" for grid in self.grids)

    @property
    def is_few(self) -> bool:
        """Whether rows are so few that they are soon learned by heart."""
        return self.n_train < FEW_ROWS

    @property
    def is_long_regression(self) -> bool:
        """Whether numbers are learned from so many rows that some choose the best epoch."""
        many = self.n_train >= 0.9 * FEW_TO_SPLIT
        return self.task == "regression" and many and not self.is_crowded

    @property
    def is_smooth(self) -> bool:
        """Whether few rows hold long series, more steps than rows.

        Neighbouring steps say much the same, so that they need less against over-fitting than so
        many columns of a table would: measured on UCR sets (docs/data.md), and on tables with as
        many columns, where it is the other way round.
        """
        wide = self.in_features > self.n_train
        return self.is_few and wide and 2 * self.series_features > self.in_features

    @property
    def is_wordy(self) -> bool:
        """Whether texts to be classified hold more different words than half the number of rows.

        One small layer, shrunk strongly, is then as good as two large ones, after a tenth of the
        time: measured on three sets of texts (docs/training.md).
        """
        wide = 2 * self.in_features > self.n_train and not self.is_few
        is_text = 2 * self.text_features > self.in_features
        return wide and is_text and self.task != "regression"

    @property
    def is_words_alone(self) -> bool:
        """Whether classes are to be told by many different words, and by nothing else."""
        return self.is_wordy and self.text_features == self.in_features

    @property
    def is_many_images_alone(self) -> bool:
        """Whether classes are to be told by many images, and by nothing else."""
        pixels = sum(grid.stop - grid.start for grid in self.grids if grid.kind == "image")
        is_many = self.n_train >= MANY_ROWS and self.task == "classification"
        return is_many and pixels > 0 and pixels == self.in_features

    @property
    def are_drawn(self) -> bool:
        """Whether those many images are grey, and ink on paper: letters, digits, sketches."""
        is_grey = all(grid.shape[-1] == 1 for grid in self.grids)
        is_ink = all(grid.ink < _MOST_INK for grid in self.grids)
        return self.is_many_images_alone and is_grey and is_ink

    @property
    def inputs_a_row(self) -> float:
        """How many inputs there are for each row: the more, the more is learned by heart."""
        return self.in_features / max(1, self.n_train)

    @property
    def is_crowded(self) -> bool:
        """Whether there are so few rows for each input that chance looks like a rule."""
        return self.inputs_a_row * ROWS_AN_INPUT > 1

    @property
    def suits_smooth_units(self) -> bool:
        """Whether units that bend smoothly say more of so many rows than those with a kink."""
        if self.is_few:
            return not self.is_smooth
        few_for_numbers = self.task == "regression" and self.n_train < MANY_ROWS
        return few_for_numbers and not self.is_crowded


def grids_of(blocks: Sequence[Block]) -> tuple[Grid, ...]:
    """Return the columns whose features lie side by side, of all columns of the input vector.

    Examples
    --------
    >>> grids_of([Block("age", "number", 0, 1, (1,)), Block("face", "image", 1, 65, (8, 8))])
    (Grid(column='face', kind='image', start=1, shape=(8, 8, 1), entries=0, ink=0.5),)
    """
    grids = []
    for block in blocks:
        shape = tuple(block.shape)
        if block.kind in ("image", "sound") and len(shape) == 2:
            shape = (*shape, 1)
        wide = shape[:-1]
        if block.kind in ("image", "sound", "series") and wide and min(wide) > 1:
            grids.append(Grid(block.column, block.kind, block.start, shape, ink=block.ink))
    return tuple(grids)


def sequences_of(blocks: Sequence[Block]) -> tuple[Grid, ...]:
    """Return the columns whose features follow one another in time, or as words do.

    Examples
    --------
    >>> words = Block("title", "text", 1, 9, (8,), entries=100)
    >>> sequences_of([Block("age", "number", 0, 1, (1,)), words])
    (Grid(column='title', kind='text', start=1, shape=(8,), entries=100, ink=0.5),)
    """
    texts = tuple(
        Grid(block.column, block.kind, block.start, tuple(block.shape), block.entries)
        for block in blocks
        if block.entries
    )
    in_time = tuple(grid for grid in grids_of(blocks) if grid.kind in ("series", "sound"))
    return tuple(sorted((*in_time, *texts), key=lambda grid: grid.start))
