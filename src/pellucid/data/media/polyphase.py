"""Another sampling rate, by a polyphase filter.

A rate is changed by ``up / down`` by putting ``up - 1`` zeros after each sample, a low-pass filter,
and keeping each ``down``-th value; only what is kept is computed (Crochiere and Rabiner,
*Multirate Digital Signal Processing*, 1983, chapter 3). The filter is the one of scipy's
``resample_poly``, which the tests hold this against. It is written anew because it takes as long
here as there, while loading ``scipy.signal`` takes half a second: as long as a hundred sounds.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pellucid.data.table import Array

# A resampling by 16000/44101 would need a filter of a million taps; one by 4000/11025 is 0.003 %
# off, which nobody hears.
_LARGEST_FACTOR = 5000
# The filter reaches over so many zeros of its sine cardinal on each side, and is faded out by
# Kaiser's window with this parameter: as in scipy.
_ZEROS = 10
_KAISER = 5.0


def resample(samples: Array, rate: int, wanted: int) -> Array:
    """Bring one channel from one rate to another.

    Parameters
    ----------
    samples
        Shape ``(n,)``, float32 or float64.
    rate, wanted
        Samples a second, before and after.

    Returns
    -------
    numpy.ndarray
        Of the samples' type, shape ``(ceil(n · wanted / rate),)``: the first sample stays where
        it is, and beyond both ends is silence. The very samples, where the rates are the same.

    Examples
    --------
    >>> resample(np.ones(1000), 8000, 16000)[990:993].round(2).tolist()
    [1.0, 1.0, 1.0]
    """
    if rate == wanted or not len(samples):
        return samples
    factor = Fraction(wanted, rate).limit_denominator(_LARGEST_FACTOR)
    up, down = factor.numerator, factor.denominator
    phases = _phases(up, down)
    n_taps, before = phases.taps.shape[1], phases.before
    padded = np.pad(samples, (before, n_taps + down))
    windows = np.lib.stride_tricks.sliding_window_view(padded, n_taps)
    taps = phases.taps.astype(samples.dtype)
    result = np.empty(-(-len(samples) * up // down), dtype=samples.dtype)
    for phase in range(min(up, len(result))):
        mine = result[phase::up]
        start = phases.firsts[phase] + before
        np.einsum("nt,t->n", windows[start::down][: len(mine)], taps[phase], out=mine)
    return result


class _Phases:
    """The filter, divided into the parts that each ``up``-th value of the result needs.

    Attributes
    ----------
    taps
        The weights of the samples from the first on, shape ``(up, n_taps)``.
    firsts
        The first sample that the first value of each phase needs; negative ones are silence.
    before
        How many samples of silence the first of all phases needs.
    """

    def __init__(self, up: int, down: int) -> None:
        largest = max(up, down)
        half = _ZEROS * largest
        taps = np.sinc(np.arange(-half, half + 1) / largest) * np.kaiser(2 * half + 1, _KAISER)
        taps *= up / taps.sum()
        n_taps = -(-len(taps) // up)
        self.taps = np.zeros((up, n_taps))
        self.firsts: list[int] = []
        for phase in range(up):
            # Value m of the result is the sum of sample[i] · taps[m · down - i · up + half].
            first = -((half - phase * down) // up)
            part = taps[phase * down - first * up + half :: -up]
            self.taps[phase, : len(part)] = part
            self.firsts.append(first)
        self.before = -self.firsts[0]


@lru_cache(maxsize=8)
def _phases(up: int, down: int) -> _Phases:
    return _Phases(up, down)
