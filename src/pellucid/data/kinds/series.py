"""Time series: each brought to one length, every step standardised for itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self

import numpy as np
import polars as pl

from pellucid.data.kinds.kind import Description, Kind, Proposal
from pellucid.data.moments import (
    MOST_DEVIATIONS,
    extremes,
    mean_and_scale,
    restore,
    standardise,
)
from pellucid.data.profile import Profile
from pellucid.data.resampling import Ragged, lay_flat, resample, undo_resample
from pellucid.data.rows import count, name_rows
from pellucid.data.table import Array, Values
from pellucid.errors import DataError

# The network sees at most so many steps; of longer series, neighbouring numbers are averaged.
MOST_STEPS = 2048
# Where lengths differ, so large a share of the series is no longer than what the network sees.
WHOLE_SHARE = 0.95
# A step that varies less than this share of its channel is scaled as if it varied so much:
# else noise in steps that are all but constant would count as much as the course of the series.
LEAST_VARIATION = 0.01
# Means and scales are learnt from at most so many numbers, of rows evenly spaced.
LEARNT_FROM = 1 << 26
# Rows are worked on in chunks of about so many numbers.
CHUNK_NUMBERS = 1 << 21


@dataclass(frozen=True)
class SeriesEncoder:
    """One time series a row, at one length.

    Every step of every channel is standardised for itself: on the UCR sets measured
    (`docs/data.md`) that did better than one scale for a whole channel.

    Attributes
    ----------
    n_steps, n_channels
        The length that all series are brought to, and the numbers at each step.
    as_lists, as_channels
        How the training values came, and so what `inverse` returns: lists or an array; with
        an axis (or a list) for channels or without.
    mean, scale
        Mean and population standard deviation of each step of each channel, in C order of
        ``(n_steps, n_channels)``.
    length_mean, length_scale
        Mean and standard deviation of the logarithm of the lengths; None where all training
        series were equally long. Otherwise a feature holds the standardised logarithm.
    has_gaps
        Whether numbers were missing in training; a feature then holds their share of the row.
    channel_names
        What the channels are called, where that is known.

    Examples
    --------
    >>> walks = pl.Series([[1.0, 5.0], [3.0, 4.0, 5.0]])
    >>> encoder = SeriesEncoder.fit(walks)
    >>> encoder.feature_names
    ['[t=1]', '[t=2]', '[t=3]', ' length']
    >>> encoder.transform(walks).tolist()
    [[-1.0, -1.0, 0.0, -1.0], [1.0, 1.0, 0.0, 1.0]]
    """

    kind: ClassVar[str] = "series"

    n_steps: int
    n_channels: int
    as_lists: bool
    as_channels: bool
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    length_mean: float | None
    length_scale: float | None
    has_gaps: bool
    channel_names: tuple[str, ...] = ()

    @property
    def grid(self) -> tuple[int, int]:
        """``(n_steps, n_channels)``: the form of the first features, whatever follows them."""
        return self.n_steps, self.n_channels

    @property
    def shape(self) -> tuple[int, ...]:
        """``(n_steps, n_channels)``; flat where features for length or gaps follow."""
        further = (self.length_mean is not None) + self.has_gaps
        return (self.n_steps * self.n_channels + further,) if further else self.grid

    @property
    def feature_names(self) -> list[str]:
        """``[t=12]``, ``[t=12,channel=2]`` or ``[t=12,pulse]``, " length", " share missing"."""
        steps = range(1, self.n_steps + 1)
        if self.n_channels == 1:
            names = [f"[t={step}]" for step in steps]
        else:
            names = [f"[t={step},{channel}]" for step in steps for channel in self.channels]
        names += [" length"] if self.length_mean is not None else []
        return names + ([" share missing"] if self.has_gaps else [])

    @property
    def channels(self) -> tuple[str, ...]:
        """What each channel is called: by its name, or ``channel=2``, counted from 1."""
        numbered = (f"channel={channel}" for channel in range(1, self.n_channels + 1))
        return self.channel_names or tuple(numbered)

    @classmethod
    def fit(
        cls, values: Values, channel_names: Sequence[str] = (), scaled_by: str = "step"
    ) -> Self:
        """Learn the length, the means and the scales; raise DataError for infinite numbers.

        Means and scales are those of each step, or, ``scaled_by="channel"``, of all its steps.
        """
        sizes = _Sizes.of("the series", values)
        lengths = sizes.lengths[sizes.lengths > 0]
        n_steps = 1
        if len(lengths):
            usual = np.quantile(lengths, WHOLE_SHARE, method="higher")
            n_steps = int(min(MOST_STEPS, usual))
        length_mean, length_scale = None, None
        if len(np.unique(lengths)) > 1:
            moments = mean_and_scale(np.log(lengths)[:, None])
            length_mean, length_scale = float(moments[0][0]), float(moments[1][0])
        stride = max(1, len(values) * n_steps * sizes.n_channels // LEARNT_FROM)
        grid = _grid(values[::stride], n_steps, sizes.n_channels)
        if scaled_by == "channel":
            moments = _moments(grid.reshape(-1, sizes.n_channels), sizes.n_channels)
            mean, scale = (np.tile(part, n_steps) for part in moments)
        else:
            mean, scale = _moments(grid, sizes.n_channels)
        return cls(
            n_steps=n_steps,
            n_channels=sizes.n_channels,
            as_lists=isinstance(values, pl.Series),
            as_channels=_has_channels(values),
            mean=tuple(mean.tolist()),
            scale=tuple(scale.tolist()),
            length_mean=length_mean,
            length_scale=length_scale,
            has_gaps=sizes.has_gaps,
            channel_names=tuple(channel_names) if len(channel_names) == sizes.n_channels else (),
        )

    def transform(self, values: Values) -> Array:
        """Bring each series to the length and standardise it; a missing one becomes 0."""
        n_grid = self.n_steps * self.n_channels
        result = np.zeros((len(values), int(np.prod(self.shape))), dtype=np.float32)
        mean, scale = np.array(self.mean), np.array(self.scale)
        for first, part in _chunks(values):
            rows = slice(first, first + len(part))
            sizes = _Sizes.of("the series", part, self.n_channels, first)
            grid = _grid(part, self.n_steps, self.n_channels)
            result[rows, :n_grid] = standardise(grid, mean, scale, MOST_DEVIATIONS)
            if self.length_mean is not None and self.length_scale is not None:
                present = sizes.lengths > 0
                logarithms = np.log(np.maximum(sizes.lengths, 1))
                unit = np.where(present, (logarithms - self.length_mean) / self.length_scale, 0.0)
                result[rows, n_grid] = unit
            if self.has_gaps:
                result[rows, -1] = sizes.missing
        return result.reshape(len(values), *self.shape)

    def inverse(self, array: Array) -> Values:
        """Return the series; numbers that were missing come back as they were filled in.

        Series that were drawn out come back at their own length, longer ones as averages
        that repeat. A row that was missing altogether is null, or NaN in an array.
        """
        flat = np.asarray(array).reshape(len(array), -1)
        n_grid = self.n_steps * self.n_channels
        grid = restore(flat[:, :n_grid], np.array(self.mean), np.array(self.scale))
        is_missing = flat[:, -1] > 1 - 1e-6 if self.has_gaps else np.zeros(len(flat), dtype=bool)
        if not self.as_lists:
            grid[is_missing] = np.nan
            return grid.reshape(len(flat), *self.grid[: 1 + self.as_channels])
        lengths = np.full(len(flat), self.n_steps)
        if self.length_mean is not None and self.length_scale is not None:
            logarithms = restore(
                flat[:, n_grid], np.array(self.length_mean), np.array(self.length_scale)
            )
            lengths = np.maximum(np.rint(np.exp(logarithms)), 1).astype(np.int64)
        rows = np.moveaxis(grid.reshape(len(flat), *self.grid), 2, 1)
        series = undo_resample(rows.reshape(-1, self.n_steps), np.repeat(lengths, self.n_channels))
        cells = np.split(series.values, series.starts[1:]) if len(series.lengths) else []
        lists: list[Any] = [cell.tolist() for cell in cells]
        if self.as_channels:
            n = self.n_channels
            lists = [lists[i * n : (i + 1) * n] for i in range(len(flat))]
        lists = [None if gone else cell for gone, cell in zip(is_missing, lists, strict=True)]
        inner = pl.List(pl.Float64)
        return pl.Series(lists, dtype=pl.List(inner) if self.as_channels else inner)

    def to_dict(self) -> dict[str, Any]:
        """Return all attributes."""
        lists = {name: list(getattr(self, name)) for name in ("mean", "scale", "channel_names")}
        return {**asdict(self), **lists}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the encoder again."""
        lists = {name: tuple(saved.get(name, ())) for name in ("mean", "scale", "channel_names")}
        return cls(**{**saved, **lists})


class SeriesKind(Kind):
    """Columns that hold a time series a row."""

    name = "series"
    summary = "a time series, brought to one length and standardised"
    encoder = SeriesEncoder

    def fit(self, values: Values, details: Mapping[str, Any]) -> SeriesEncoder:
        """Fit the encoder, which knows what the channels are called where the contract does."""
        return SeriesEncoder.fit(
            values, details.get("channel_names", ()), details.get("scaled_by", "step")
        )

    def propose(self, profile: Profile) -> Proposal | None:
        """Fit lists of numbers; arrays only where nothing else speaks."""
        if not profile.is_block:
            dtype = profile.scalars.dtype
            inner = _inner(dtype)
            numbers = _inner(inner) if isinstance(inner, pl.List) else inner
            if numbers is None or not (numbers.is_numeric() or numbers == pl.Boolean):
                return None
            each = "a list of numbers for each channel" if numbers != inner else "lists of numbers"
            return Proposal(0.9, each)
        if profile.block.ndim not in (2, 3) or profile.block.dtype.kind not in "fiub":
            return None
        return Proposal(0.05, "the numbers of a row could follow one another in time")

    def describe(self, profile: Profile) -> Description:
        """Keep channels, lengths and range; warn of missing numbers."""
        sizes = _Sizes.of(f"column {profile.name!r}", profile.values)
        lengths = sizes.lengths[sizes.lengths > 0]
        details = {
            "channels": sizes.n_channels,
            "shortest": int(min(lengths, default=0)),
            "longest": int(max(lengths, default=0)),
            "minimum": sizes.minimum,
            "maximum": sizes.maximum,
        }
        warnings = []
        empty, gappy = sizes.missing >= 1.0, (sizes.missing > 0) & (sizes.missing < 1.0)
        if empty.any():
            rows = np.flatnonzero(empty)
            warnings.append(
                f"{profile.name!r} holds no series in {count(len(rows), 'row')}: {name_rows(rows)}."
            )
        if gappy.any():
            rows = np.flatnonzero(gappy)
            warnings.append(
                f"{profile.name!r} lacks numbers within the series of {count(len(rows), 'row')}, "
                f"filled in between their neighbours: {name_rows(rows)}."
            )
        return Description(details, tuple(warnings))

    def compare(self, name: str, details: Mapping[str, Any], values: Values) -> list[str]:
        """Warn of unusual lengths and numbers far outside the range of training."""
        sizes = _Sizes.of(f"column {name!r}", values, details["channels"])
        warnings = []
        low, high = details["shortest"], details["longest"]
        unlike = (sizes.lengths > 0) & ((2 * sizes.lengths < low) | (sizes.lengths > 2 * high))
        if low == high:
            unlike = (sizes.lengths > 0) & (sizes.lengths != low)
        if unlike.any():
            steps = f"{low:,} steps" if low == high else f"{low:,} to {high:,} steps"
            warnings.append(
                f"{name!r} holds series of another length than in training ({steps}), drawn out "
                f"or averaged to fit: {name_rows(np.flatnonzero(unlike))}."
            )
        # Halves, because the difference of two huge numbers is not a number any more.
        least, most = details["minimum"], details["maximum"]
        margin = 2 * (most / 2 - least / 2)
        if sizes.minimum < least - margin or sizes.maximum > most + margin:
            warnings.append(
                f"{name!r} holds values from {sizes.minimum:g} to {sizes.maximum:g}, far outside "
                f"the range seen in training ({least:g} to {most:g})."
            )
        return warnings


@dataclass(frozen=True)
class _Sizes:
    """What is counted about a column of series, row by row.

    Attributes
    ----------
    n_channels
        The numbers at each step, the same for all rows.
    lengths
        Steps of each row's longest channel, 0 where there is none; int64 ``(n,)``.
    missing
        The share of each row's numbers that is missing, 1 where there are none at all; ``(n,)``.
    minimum, maximum
        Of all numbers; 0 where there is none.
    """

    n_channels: int
    lengths: Array
    missing: Array
    minimum: float
    maximum: float

    @property
    def has_gaps(self) -> bool:
        """Whether any number is missing."""
        return bool((self.missing > 0).any())

    @classmethod
    def of(
        cls, where: str, values: Values, n_channels: int | None = None, first: int = 0
    ) -> _Sizes:
        """Count; raise DataError where rows hold infinite numbers or other channels.

        ``first`` is the number of the first row, counted from 0.
        """
        _refuse_no_series(where, values)
        lengths = np.zeros(len(values), dtype=np.int64)
        missing = np.ones(len(values))
        ranges = [(np.inf, -np.inf)]
        for start, part in _chunks(values):
            series, channels = lay_flat(part)
            present_rows = channels > 0
            if n_channels is None and present_rows.any():
                n_channels = int(channels[present_rows][0])
            _refuse_other_channels(where, channels, n_channels or 0, first + start)
            _refuse_infinite(where, series, channels, first + start)
            if not present_rows.any():
                continue
            per_row = series.lengths.reshape(-1, n_channels or 1)
            rows = start + np.flatnonzero(present_rows)
            lengths[rows] = per_row.max(axis=1)
            owner = np.repeat(np.repeat(rows, n_channels or 1), series.lengths)
            gaps = np.bincount(owner[np.isnan(series.values)], minlength=len(values))[rows]
            total = per_row.sum(axis=1)
            missing[rows] = np.where(total > 0, gaps / np.maximum(total, 1), 1.0)
            known = series.values[~np.isnan(series.values)]
            if len(known):
                ranges.append((float(known.min()), float(known.max())))
        low, high = min(pair[0] for pair in ranges), max(pair[1] for pair in ranges)
        if low > high:
            low, high = 0.0, 0.0
        return cls(n_channels or 1, lengths, missing, low, high)


def _chunks(values: Values) -> Iterator[tuple[int, Values]]:
    """Yield parts of a column with the index of their first row."""
    if isinstance(values, np.ndarray):
        width = int(np.prod(values.shape[1:]))
    else:
        width = max(1, int(values.estimated_size() / 8 / max(1, len(values))))
    step = max(1, CHUNK_NUMBERS // max(1, width))
    for start in range(0, len(values), step):
        yield start, values[start : start + step]


def _grid(values: Values, n_steps: int, n_channels: int) -> Array:
    """Return all series at one length, float64 ``(n, n_steps · n_channels)``, gaps filled."""
    grid = np.full((len(values), n_steps, n_channels), np.nan)
    for start, part in _chunks(values):
        series, channels = lay_flat(part)
        rows = start + np.flatnonzero(channels > 0)
        steps = resample(series, n_steps).reshape(len(rows), n_channels, n_steps)
        grid[rows] = np.moveaxis(steps, 1, 2)
    return grid.reshape(len(values), n_steps * n_channels)


def _moments(grid: Array, n_channels: int) -> tuple[Array, Array]:
    """Return the mean and the scale of each step of each channel, float64, flat."""
    mean, scale = mean_and_scale(grid)
    low, high = extremes(grid)
    spread = np.where(high > low, scale, 0.0).reshape(-1, n_channels)
    largest = spread.max(axis=0)
    largest[largest == 0] = 1.0
    whole = largest * np.sqrt(np.square(spread / largest).mean(axis=0))
    least = np.where(whole > 0, LEAST_VARIATION * whole, 1.0)
    return mean, np.maximum(spread, least).reshape(-1)


def _has_channels(values: Values) -> bool:
    if isinstance(values, np.ndarray):
        return values.ndim == 3
    return isinstance(_inner(values.dtype), pl.List)


def _inner(dtype: pl.DataType) -> pl.DataType | None:
    """Return the type of a list's entries, or None for what is no list."""
    inner = dtype.inner if isinstance(dtype, pl.List) else None
    return inner() if isinstance(inner, type) else inner


def _refuse_no_series(where: str, values: Values) -> None:
    if isinstance(values, np.ndarray):
        found = "" if values.ndim in (2, 3) else f"holds blocks of {values.ndim - 1} dimensions"
    else:
        inner: Any = values.dtype
        while isinstance(inner, pl.List):
            inner = inner.inner
        fits = isinstance(values.dtype, pl.List) or values.null_count() == len(values)
        found = "" if fits else "holds one value a row"
        if fits and not (inner.is_numeric() or inner in (pl.Null, pl.Boolean)):
            found = f"holds lists of the type {inner}, not of numbers"
    if found:
        raise DataError(
            f"{where[0].upper()}{where[1:]} {found}.",
            expected="a time series a row: a list of numbers, or one list a channel",
        )


def _refuse_other_channels(where: str, channels: Array, expected: int, first: int) -> None:
    unlike = np.flatnonzero((channels > 0) & (channels != expected))
    if len(unlike):
        found = ", ".join(str(number) for number in np.unique(channels[unlike])[:5])
        raise DataError(
            f"{where[0].upper()}{where[1:]} holds series of {found} channels.",
            where=name_rows(first + unlike),
            expected=f"{count(expected, 'channel')}, as in the first rows or in training",
            remedy="fill the missing channels with a list of missing numbers, or remove the rows",
        )


def _refuse_infinite(where: str, series: Ragged, channels: Array, first: int) -> None:
    infinite = np.isinf(series.values)
    if infinite.any():
        owner = np.repeat(np.repeat(np.arange(len(channels)), channels), series.lengths)
        raise DataError(
            f"{where[0].upper()}{where[1:]} holds infinite values.",
            where=name_rows(first + np.unique(owner[infinite])),
            expected="finite numbers, or NaN where a value is missing",
            remedy="remove these values",
        )
