"""Scores of calibration rows, in order, and the threshold that so many new ones stay below."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from pellucid.data.table import Array
from pellucid.errors import SettingError

KEPT = 2048
# The largest are all kept: thresholds of coverages near 1 lie among them.
_LARGEST_SHARE = 8
# Below, (n + 1) · coverage is a whole number in arithmetic, if not in floating point.
_DIGITS = 9


@dataclass(frozen=True)
class RankedScores:
    """How strange calibration rows were, in order.

    Of more than 2,048 rows some are left out between those kept; a threshold is then the next
    larger kept one, so that coverage is a little larger than asked for, by less than 0.1 %.

    Attributes
    ----------
    n
        How many rows there were.
    ranks
        The ranks kept, counted from 1, rising to n; int64 ``(k,)``.
    values
        Their scores, not falling; float64 ``(k,)``.

    Examples
    --------
    >>> scores = RankedScores.of(np.arange(1.0, 20.0))  # 19 rows
    >>> scores.threshold(0.9)  # the 18th: (19 + 1) · 0.9
    18.0
    """

    n: int
    ranks: Array
    values: Array

    @classmethod
    def of(cls, scores: Array, most: int = KEPT) -> Self:
        """Put scores ``(n,)``, n > 0, into order, and keep enough of them.

        At most ``most`` evenly spread over all ranks are kept, and an eighth as many at their end.
        """
        kept = kept_ranks(len(scores), most)
        return cls(len(scores), kept, np.sort(np.asarray(scores, dtype=np.float64))[kept - 1])

    def threshold(self, coverage: float) -> float:
        """Return the score that a new row stays at or below with so large a probability.

        It is the ⌈(n + 1) · coverage⌉-th smallest. Where new rows and calibration rows come in
        any order alike (exchangeable), the probability is at least ``coverage``, and without
        equal scores at most 1 / (n + 1) more (Vovk, Gammerman & Shafer 2005; Lei et al. 2018,
        theorem 2.2).

        Raises
        ------
        SettingError
            Where there are too few rows for such a coverage, or it is no share.
        """
        check_coverage(coverage)
        rank = math.ceil(round((self.n + 1) * coverage, _DIGITS))
        if rank > self.n:
            needed = math.ceil(round(coverage / (1.0 - coverage), _DIGITS))
            raise SettingError(
                f"A coverage of {coverage:g} cannot be promised from {self.n:,} calibration rows.",
                expected=f"at least {needed:,} of them, or a coverage of at most "
                f"{math.floor(self.n / (self.n + 1) * 1000) / 1000:g}",
                remedy="ask for less coverage, or train with more rows held back, such as "
                "--validation-fraction 0.2",
            )
        return float(self.values[np.searchsorted(self.ranks, rank)])

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON; ranks and scores as base64 of little-endian bytes."""
        return {
            "n": self.n,
            "ranks": packed(self.ranks, "<i8"),
            "scores": packed(self.values, "<f8"),
        }

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make it again."""
        ranks = unpacked(saved["ranks"], "<i8").astype(np.int64)
        values = unpacked(saved["scores"], "<f8").astype(np.float64)
        if len(ranks) != len(values) or not len(ranks) or ranks[-1] != saved["n"]:
            raise ValueError("the calibration scores do not fit their ranks")
        return cls(saved["n"], ranks, values)


def kept_ranks(n: int, most: int) -> Array:
    """Return which of ``n`` ranks are kept, counted from 1, rising to ``n``; int64."""
    ranks = np.linspace(1, n, min(n, most)).round().astype(np.int64)
    largest = np.arange(max(1, n - most // _LARGEST_SHARE + 1), n + 1)
    return np.union1d(ranks, largest)


def check_coverage(coverage: float) -> None:
    """Raise SettingError for what is no share of rows above 0 and below 1."""
    is_number = isinstance(coverage, int | float) and not isinstance(coverage, bool)
    if not is_number or not 0 < coverage < 1:
        percent = is_number and 1 < coverage < 100
        raise SettingError(
            f"The coverage cannot be {coverage!r}.",
            expected="a share of the rows, above 0 and below 1, such as 0.9",
            remedy=f"did you mean {coverage / 100:g}?" if percent else None,
        )


def packed(numbers: Array, dtype: str) -> str:
    """Return numbers as base64 of their bytes in this type, such as ``"<f8"``."""
    return base64.b64encode(numbers.astype(dtype).tobytes()).decode("ascii")


def unpacked(text: str, dtype: str) -> Array:
    """Undo `packed`."""
    return np.frombuffer(base64.b64decode(text), dtype=dtype)
