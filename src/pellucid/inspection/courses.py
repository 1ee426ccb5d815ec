"""Time series and sounds moment by moment: what each contributed, in the row's own steps.

The network sees every series at one length (`pellucid.data.resampling`): shorter ones are drawn
out, longer ones averaged. What a step of that length contributed is shared by the steps of the
row's own series that it was made of, by their weights, so that the sum stays the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pellucid.data.kinds.series import SeriesEncoder
from pellucid.data.resampling import Ragged, bin_bounds, lay_flat, resample
from pellucid.data.table import Array, Values


@dataclass(frozen=True)
class Course:
    """What each moment contributed.

    Attributes
    ----------
    contributions
        One for each moment and channel, ``(moments, channels)``. Of sounds, the sums over all
        pitches.
    values
        The row's own numbers, of the same shape, NaN where one is missing; None for sounds.
    channels
        What the channels are called; a single one has no name.
    seconds
        How long a moment is, in seconds, where that is known.
    """

    contributions: Array
    values: Array | None
    channels: tuple[str, ...]
    seconds: float | None = None

    @property
    def moments(self) -> Array:
        """The contribution of each moment, over all channels."""
        return np.asarray(self.contributions.sum(axis=1))

    @property
    def by_channel(self) -> dict[str, float]:
        """The contribution of each channel, over all moments."""
        return dict(zip(self.channels, self.contributions.sum(axis=0).tolist(), strict=True))

    def step_names(self) -> list[str]:
        """Name each number as encoders do, in C order: ``[t=3]``, or ``[t=3,pulse]``."""
        steps = range(1, len(self.contributions) + 1)
        if len(self.channels) == 1:
            return [f"[t={step}]" for step in steps]
        return [f"[t={step},{channel}]" for step in steps for channel in self.channels]


def ends_of(n_moments: int, seconds: float | None) -> tuple[str, str, str]:
    """Say where a course begins, has its middle, and ends: in seconds, or in steps.

    Examples
    --------
    >>> ends_of(64, 0.02), ends_of(24, None)
    (('0 s', '0.64 s', '1.28 s'), ('1', '12', '24 steps'))
    """
    if seconds is None:
        middle = str((n_moments + 1) // 2) if n_moments > 2 else ""
        return "1", middle, f"{n_moments} step" + ("" if n_moments == 1 else "s")
    whole = n_moments * seconds
    return "0 s", f"{whole / 2:.2f} s", f"{whole:.2f} s"


def course_of_series(encoder: SeriesEncoder, values: Values, contributions: Array) -> Course | None:
    """Bring contributions back to the steps that a row's series has itself.

    Parameters
    ----------
    encoder
        What brought the series to the network's length.
    values
        The column's values, one row.
    contributions
        One for each step that the network sees and each channel, ``(n_steps, n_channels)``.

    Returns
    -------
    Course or None
        None where the row has no series. Channels that end before the longest have NaN.
    """
    series, channels = lay_flat(values)
    lengths = series.lengths
    n_own = int(lengths.max(initial=0))
    if not n_own or not channels[0]:
        return None
    shared = np.zeros((n_own, encoder.n_channels))
    own = np.full((n_own, encoder.n_channels), np.nan)
    for channel, (start, length) in enumerate(zip(series.starts, lengths, strict=True)):
        own[:length, channel] = series.values[start : start + length]
        if length:
            shared[:length, channel] = share_out(contributions[:, channel], int(length))
    names = encoder.channels if encoder.n_channels > 1 else ("",)
    return Course(shared, own, names)


def share_out(contributions: Array, length: int) -> Array:
    """Share contributions of steps at the network's length among a series' own steps.

    Parameters
    ----------
    contributions
        One for each step that the network sees, ``(n_steps,)``.
    length
        How many steps the series has itself.

    Examples
    --------
    >>> share_out(np.array([2.0, 1.0, 4.0]), 2).tolist()  # the middle one lies between both
    [2.5, 4.5]
    >>> share_out(np.array([2.0, 6.0]), 4).tolist()  # each is the average of two
    [1.0, 1.0, 3.0, 3.0]
    """
    n_steps = len(contributions)
    if length == n_steps:
        return contributions
    if length > n_steps:
        bounds = np.append(bin_bounds(np.array([length]), n_steps)[0], length)
        sizes = np.diff(bounds)
        return np.repeat(contributions / sizes, sizes)
    units = Ragged(np.eye(length).reshape(-1), np.full(length, length))
    return np.asarray(resample(units, n_steps) @ contributions)
