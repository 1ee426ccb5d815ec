"""Where numbers lie on a drawing: scales, their ticks, and curves thinned to what can be seen."""

from __future__ import annotations

import itertools
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# Numbers that differ by more than this factor are drawn by their order of magnitude.
WIDE = 30.0
# Ends stay within what floats can hold.
_LEAST, _MOST = math.ulp(0.0), sys.float_info.max


@dataclass(frozen=True)
class Scale:
    """A straight or logarithmic way from numbers to places.

    Parameters
    ----------
    low, high
        The numbers at its ends; logarithmic ones are positive.
    start, stop
        Where these lie, in pixels.
    logarithmic
        Whether equal steps are equal factors.

    Examples
    --------
    >>> Scale(0.0, 10.0, 100.0, 200.0).place(2.5)
    125.0
    >>> Scale(1.0, 100.0, 0.0, 80.0, logarithmic=True).place(10.0)
    40.0
    """

    low: float
    high: float
    start: float
    stop: float
    logarithmic: bool = False

    def place(self, number: float) -> float:
        """Return where a number lies, in pixels; beyond the ends for numbers out of range."""
        low, high = self.low, self.high
        if self.logarithmic:
            low, high, number = math.log10(low), math.log10(high), math.log10(number)
        # Halves, since the difference of two huge numbers may be too large to be written.
        span = high / 2 - low / 2
        return self.start + (number / 2 - low / 2) / span * (self.stop - self.start)

    def ticks(self, most: int = 5) -> list[float]:
        """Return round numbers within the ends, at most about so many."""
        if self.logarithmic:
            return _round_factors(self.low, self.high, most)
        return round_steps(self.low, self.high, most)


def scale_for(
    numbers: Sequence[float], start: float, stop: float, *, may_be_logarithmic: bool = False
) -> Scale:
    """Return a scale that shows all finite numbers, with some room at its ends.

    Where it may, it becomes logarithmic when all numbers are positive and the largest is more
    than thirty times the smallest: a loss that falls from 100 to 0.1 is then seen to fall to
    the end.
    """
    finite = [float(number) for number in numbers if math.isfinite(number)]
    if not finite:
        return Scale(0.0, 1.0, start, stop)
    low, high = min(finite), max(finite)
    if may_be_logarithmic and is_wide(low, high):
        room = 10.0 ** (0.04 * (math.log10(high) - math.log10(low)))
        ends = max(low / room, _LEAST), min(high * room, _MOST)
        return Scale(*ends, start, stop, logarithmic=True)
    room = 0.06 * (high / 2 - low / 2) * 2 or 0.1 * abs(high) or 1.0
    bottom = max(low - room, 0.0 if low >= 0 else -_MOST)
    return Scale(bottom, min(high + room, _MOST), start, stop)


def is_wide(low: float, high: float) -> bool:
    """Tell whether positive numbers differ so much that only their logarithms can be drawn."""
    return low > 0 and high / low > WIDE


def round_steps(low: float, high: float, most: int, *, whole: bool = False) -> list[float]:
    """Return multiples of 1, 2, 2.5 or 5 times a power of ten between two numbers.

    Examples
    --------
    >>> round_steps(0.0, 1.1, 5)
    [0.0, 0.25, 0.5, 0.75, 1.0]
    >>> round_steps(1, 3, 5, whole=True)
    [1.0, 2.0, 3.0]
    """
    raw = (high / most - low / most) or 1.0
    power = 10.0 ** math.floor(math.log10(raw))
    digits = (1, 2, 5) if whole else (1, 2, 2.5, 5)
    step = next((digit * power for digit in digits if digit * power >= raw), 10 * power)
    step = max(step, 1.0) if whole else step
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    # Through text, since 3 × 0.1 is not 0.3.
    return [float(f"{n * step:.12g}") + 0.0 for n in range(first, last + 1)]


def _round_factors(low: float, high: float, most: int) -> list[float]:
    """Return powers of ten between two positive numbers; with 2 and 5 times them, if few."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    n_powers = last - first + 1
    if n_powers > most:
        every = -(-n_powers // most)
        return [10.0**n for n in range(first, last + 1) if n % every == 0]
    digits = (1, 2, 5) if n_powers <= 2 else (1,)
    factors = [digit * 10.0**n for n in range(first - 1, last + 1) for digit in digits]
    return [float(f"{factor:.12g}") for factor in factors if low <= factor <= high]


def thinned(numbers: Sequence[float], most: int) -> list[int]:
    """Return the indices of at most about ``most`` numbers that look like all of them.

    Of each stretch the smallest and the largest stay, so that no peak is lost, and the first
    number that is not finite; the very first and the last stay as well.

    Examples
    --------
    >>> thinned([5.0, 4.0, 9.0, 3.0, 2.0, 1.0, 1.0, 0.5], most=4)
    [0, 2, 3, 4, 7]
    """
    n = len(numbers)
    if n <= most:
        return list(range(n))
    array = np.asarray(numbers, dtype=np.float64)
    kept = {0, n - 1}
    edges = np.linspace(0, n, max(1, most // 2) + 1).astype(int)
    for start, stop in itertools.pairwise(edges.tolist()):
        piece = array[start:stop]
        finite = np.flatnonzero(np.isfinite(piece))
        if len(finite):
            kept.add(int(start + finite[piece[finite].argmin()]))
            kept.add(int(start + finite[piece[finite].argmax()]))
        if len(finite) < len(piece):
            kept.add(int(start + np.flatnonzero(~np.isfinite(piece))[0]))
    return sorted(kept)
