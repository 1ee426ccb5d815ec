"""Whether later rows are distributed as the training rows were.

A difference is reported where it is both large and larger than chance makes it: a random half of
the training rows gives no warning. What is large is measured against the training values'
deviation for numbers, and for categories by the share of rows that are in another one (half the
sum of the differences between two distributions, the total variation distance).
"""

from __future__ import annotations

import math

import numpy as np

from pellucid.data.categories import as_value_type, keys_of
from pellucid.data.contract import ColumnContract, Contract
from pellucid.data.distributions import means_of
from pellucid.data.numerals import NumberFormat
from pellucid.data.profile import Profile, numbers_of
from pellucid.data.rows import count, name_rows
from pellucid.data.table import Array, Table
from pellucid.errors import quote

# Fewer rows say nothing about a distribution.
FEWEST_ROWS = 30
# In units of the training deviation; and in units of what chance makes of so many rows.
LARGE_SHIFT = 0.5
CHANCE = 6.0
OUTSIDE_SHARE = 0.02
MISSING_SHARE = 0.1
# So much of the rows is in other categories than in training.
CATEGORY_CHANGE = 0.2
# An empty column is no news where training rows were often empty as well.
_UNLIKELY = 1e-3


def find_drift(contract: Contract, table: Table, *, need_target: bool) -> list[str]:
    """Word how later rows differ in distribution from the training rows.

    Parameters
    ----------
    contract
        What is known about the training rows.
    table
        The later rows, with the contract's inputs.
    need_target
        Whether the targets are compared as well.

    Returns
    -------
    list of str
        One sentence for each column and difference: nothing but missing values, many more of
        them, values outside the range of training, another mean, other proportions.

    Examples
    --------
    >>> import polars as pl
    >>> column = ColumnContract("age", "input", "number", "", details={"minimum": 0, "maximum": 9},
    ...                         distribution={"mean": 4.5, "deviation": 3.0})
    >>> contract = Contract("toys", 500, (column,), None, "clustering", "")
    >>> later = Table({"age": pl.Series([8.5, 9.0] * 20)})
    >>> find_drift(contract, later, need_target=False)[0]
    "The mean of 'age' is 8.75, in training it was 4.5: 1.4 training deviations higher."
    """
    columns = (*contract.inputs, *(contract.target_columns if need_target else ()))
    found: list[str] = []
    for column in columns:
        profile = Profile(column.name, table[column.name])
        missing = _more_missing(column, profile, contract.n_rows)
        if missing is not None:
            found.append(missing)
        if profile.n_missing == profile.n_rows or profile.n_rows < FEWEST_ROWS:
            continue
        if column.distribution:
            found += _shifted(column, profile, contract.n_rows)
        elif column.kind == "category" and column.details.get("counts"):
            found += _other_proportions(column, profile)
    return found


def _more_missing(column: ColumnContract, profile: Profile, n_training: int) -> str | None:
    if column.role == "target":
        return None
    usual = column.n_missing / max(n_training, 1)
    n, share = profile.n_rows, profile.n_missing / profile.n_rows
    if share == 1 and usual**n < _UNLIKELY:
        # Without any, the network sees in every row what stands for "missing".
        return (
            f"{column.name!r} has no value in any of {count(n, 'row')}; in training "
            f"{_percent(usual)} of the rows had none."
        )
    # One row more or less than none is no certainty that there are none.
    expected = (column.n_missing + 1) / (n_training + 2)
    chance = CHANCE * math.sqrt(expected * (1 - expected) * (1 / n + 1 / max(n_training, 1)))
    if n < FEWEST_ROWS or share - usual < max(MISSING_SHARE, chance):
        return None
    where = "" if profile.is_block else f": {_rows(profile.scalars.is_null().to_numpy())}"
    return (
        f"{column.name!r} is missing in {_percent(share)} of the rows, in training in "
        f"{_percent(usual)}{where}."
    )


def _shifted(column: ColumnContract, profile: Profile, n_training: int) -> list[str]:
    numbers = _numbers(column, profile)
    known = numbers[np.isfinite(numbers)]
    n_known = max(n_training - column.n_missing, 1)
    if len(known) < FEWEST_ROWS:
        return []
    found = []
    outside = _outside(column, numbers, n_known)
    if outside is not None:
        found.append(outside)
    mean, deviation = column.distribution["mean"], column.distribution["deviation"]
    with np.errstate(over="ignore", invalid="ignore"):
        now, spread = float(known.mean()), max(float(known.std()), deviation)
    if not deviation or not np.isfinite(now):
        return found
    shift = (now - mean) / deviation
    # Heavy tails make means vary more than the training deviation says; the later rows' own counts.
    chance = CHANCE * spread / deviation * math.sqrt(1 / len(known) + 1 / n_known)
    if abs(shift) > max(LARGE_SHIFT, chance):
        what = f"{column.name!r}" if not profile.is_block else f"the numbers in {column.name!r}"
        size = f"{abs(shift):,.1f}" if abs(shift) < 1e6 else f"{abs(shift):.3g}"
        found.append(
            f"The mean of {what} is {now:.4g}, in training it was {mean:.4g}: "
            f"{size} training deviations {'higher' if shift > 0 else 'lower'}."
        )
    return found


def _numbers(column: ColumnContract, profile: Profile) -> Array:
    """Return a number for each row, read in the format of the training values."""
    if profile.is_block or column.kind != "number":
        return means_of(profile, column.kind)
    format = NumberFormat.from_dict(column.details.get("format", {}))
    return numbers_of(profile.scalars, format).fill_null(np.nan).to_numpy()


def _outside(column: ColumnContract, numbers: Array, n_known: int) -> str | None:
    """Report numbers outside the training range, unless chance brings as many."""
    if "minimum" not in column.details or column.kind != "number":
        return None
    low, high = float(column.details["minimum"]), float(column.details["maximum"])
    with np.errstate(invalid="ignore"):
        outside = (numbers < low) | (numbers > high)
    n_present = int(np.isfinite(numbers).sum())
    n_outside = int(outside.sum())
    # Of n + 1 equal draws, each is the smallest or the largest with probability 2 / (n + 1).
    expected = 2 * n_present / (n_known + 1)
    most = max(OUTSIDE_SHARE * n_present, expected + CHANCE * math.sqrt(expected) + CHANCE)
    if n_outside <= most:
        return None
    return (
        f"{n_outside / n_present:.0%} of the values of {column.name!r} lie outside the range of "
        f"training, {low:g} to {high:g}: {_rows(outside)}."
    )


def _other_proportions(column: ColumnContract, profile: Profile) -> list[str]:
    details = column.details
    if profile.is_block or details["n_categories"] > len(details["categories"]):
        return []
    counts = dict(zip(details["categories"], details["counts"], strict=True))
    n_before = sum(counts.values())
    keys = keys_of(profile.scalars, as_value_type(details["value_type"])).drop_nulls()
    if len(keys) < FEWEST_ROWS or not n_before:
        return []
    later = dict(keys.alias("key").value_counts(name="n").rows())
    names = list({**counts, **later})
    before = np.array([counts.get(name, 0) for name in names]) / n_before
    now = np.array([later.get(name, 0) for name in names]) / len(keys)
    change = 0.5 * float(np.abs(now - before).sum())
    # The mean of |x| of a normal variable is 0.8 of its deviation.
    both = (before * n_before + now * len(keys)) / (n_before + len(keys))
    variance = both * (1 - both) * (1 / len(keys) + 1 / n_before)
    chance = 0.5 * 0.8 * float(np.sqrt(variance).sum())
    if change < CATEGORY_CHANGE + 2 * chance:
        return []
    most = int(np.argmax(np.abs(now - before)))
    return [
        f"The values of {column.name!r} are mixed differently: {quote(names[most])} makes up "
        f"{_percent(float(now[most]))} of these rows, in training {_percent(float(before[most]))}."
    ]


def _rows(mask: Array) -> str:
    return name_rows(np.flatnonzero(mask))


def _percent(share: float) -> str:
    return f"{share:.0%}" if share == 0 or share >= 0.01 else f"{share:.2%}"
