"""Values that stand for something else: -999, 9999, 1900-01-01."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import polars as pl

from pellucid.data.finding import Finding
from pellucid.data.findings.evidence import Evidence
from pellucid.data.profile import Profile
from pellucid.data.table import Array
from pellucid.errors import quote_list

FEWEST_ROWS = 20
# Numbers that people write where they have none.
_NINES = (99.0, 999.0, 9999.0, 99999.0, 999999.0, 9999999.0, 99999999.0, 999999999.0)
_LIMITS = (-1000.0, -2147483648.0, 2147483647.0)
SENTINELS = (*_NINES, *(-number for number in _NINES), *_LIMITS)
SENTINEL_DATES = (
    date(1, 1, 1), date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1), date(1970, 1, 1),
    date(2099, 12, 31), date(2999, 12, 31), date(9999, 12, 31),
)  # fmt: skip
EPOCH = date(1970, 1, 1)
YEAR = 365  # days
_DATE_PATTERN = r"^(\d{4}-\d{2}-\d{2})"


def sentinels(evidence: Evidence) -> Iterator[Finding]:
    """Find numbers and dates that people write for "unknown", far from all others."""
    for profile in evidence.scalars((*evidence.inputs, *evidence.targets)):
        values = _sentinels_of(profile)
        if not values:
            continue
        where = _places(profile, values)
        shown = quote_list(values, limit=3)
        yield Finding(
            "sentinel-value",
            "warning",
            f"{profile.name!r} holds {shown} far from all its other values, which often means "
            f'"unknown": {evidence.where(where)}.',
            (profile.name,),
            **evidence.rows(where),
            remedy="If so, leave these cells empty.",
        )


def _sentinels_of(profile: Profile) -> list[float] | list[str]:
    if profile.n_rows - profile.n_missing < FEWEST_ROWS:
        return []
    if profile.is_numeric:
        return _sentinel_numbers(profile.numbers.drop_nulls())
    dates = _dates(profile)
    return [] if dates is None else [str(day) for day in _sentinel_dates(dates.drop_nulls())]


def _sentinel_numbers(present: pl.Series) -> list[float]:
    """Return the extreme values that are sentinels and stand apart from the others."""
    found: list[float] = []
    for _ in range(2):  # one at either end
        rest = present.filter(~present.is_in(found)) if found else present
        low, high = _range(rest)
        for end in (low, high):
            if end not in SENTINELS:
                continue
            others = rest.filter(rest != end)
            if len(others) < FEWEST_ROWS // 2:
                continue
            near, far = _range(others)
            gap = near - end if end == low else end - far
            impossible = end < 0 <= near
            if gap > (far - near) or (impossible and gap > 0.5 * (far - near)):
                found.append(end)
                break
    return found


def _range(numbers: pl.Series) -> tuple[float, float]:
    array = numbers.to_numpy()
    return float(array.min()), float(array.max())


def _dates(profile: Profile) -> pl.Series | None:
    """Return a column's dates, or None where it holds none."""
    dtype = profile.scalars.dtype
    if dtype == pl.Date or isinstance(dtype, pl.Datetime):
        return profile.scalars.cast(pl.Date)
    if not profile.is_text or not profile.present.head(100).str.contains(_DATE_PATTERN).all():
        return None
    return profile.scalars.str.extract(_DATE_PATTERN).str.to_date("%Y-%m-%d", strict=False)


def _sentinel_dates(present: pl.Series) -> list[date]:
    # In days since 1970: Polars knows years that Python's dates do not have.
    days = present.cast(pl.Int32).to_numpy()
    wanted = {day: (day - EPOCH).days for day in SENTINEL_DATES}
    wanted = {day: number for day, number in wanted.items() if (days == number).any()}
    others = days[~np.isin(days, list(wanted.values()))]
    if not wanted or not len(others):
        return []
    first, last = int(others.min()) - YEAR, int(others.max()) + YEAR
    return [day for day, number in wanted.items() if not first <= number <= last]


def _places(profile: Profile, values: list[float] | list[str]) -> Array:
    if profile.is_numeric:
        return np.flatnonzero(np.isin(profile.numbers.to_numpy(), values))
    dates = _dates(profile)
    assert dates is not None  # noqa: S101 -- its values were found among the dates
    return np.flatnonzero(dates.cast(pl.String).is_in(values).fill_null(value=False).to_numpy())
