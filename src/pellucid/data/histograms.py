"""How the numbers of a column are spread, in a few counts: enough to draw them in one line."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.data.profile import Profile

N_RANGES = 10
# Of longer columns, so many rows, evenly spaced, show the same.
MOST_ROWS = 100_000


def histogram_of(profile: Profile, kind: str, details: dict[str, Any]) -> tuple[int, ...]:
    """Count a column's numbers in ten equal ranges, or by value where there are at most ten.

    Parameters
    ----------
    profile
        The training values.
    kind
        How they are read; only numbers are counted.
    details
        What the kind found, with ``minimum`` and ``maximum``; what lies outside is passed over.

    Examples
    --------
    >>> import polars as pl
    >>> histogram_of(Profile("season", pl.Series([4, 1, 1, 2])), "number",
    ...              {"minimum": 1, "maximum": 4})
    (2, 1, 1)
    """
    if kind != "number" or "minimum" not in details or profile.is_block:
        return ()
    present = profile.numbers.drop_nulls()
    if len(present) > MOST_ROWS:
        present = present.gather_every(-(-len(present) // MOST_ROWS))
    numbers = present.to_numpy()
    low, high = float(details["minimum"]), float(details["maximum"])
    numbers = numbers[(numbers >= low) & (numbers <= high)]
    if not len(numbers) or not high > low:
        return ()
    if (profile.n_distinct or 0) <= N_RANGES:
        return tuple(np.unique(numbers, return_counts=True)[1].tolist())
    # Halves, because the difference of two huge numbers is not a number any more.
    place = (numbers / 2 - low / 2) / (high / 2 - low / 2) * N_RANGES
    ranges = np.minimum(place.astype(np.int64), N_RANGES - 1)
    return tuple(np.bincount(ranges, minlength=N_RANGES).tolist())
