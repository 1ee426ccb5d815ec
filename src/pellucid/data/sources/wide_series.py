"""Time series in wide tables: a column for each moment, with a common name and a running number."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
import polars as pl

from pellucid.data.column_inference import quoted
from pellucid.data.rows import count
from pellucid.data.sources.walking import natural_key
from pellucid.data.table import Table
from pellucid.errors import DataError, quote_list

SERIES = "series"
# Stands for the running number in the names of columns.
STAR = "*"
# Fewer columns are no course.
FEWEST_STEPS = 8
MOST_OFFERED = 3
# So many rows and columns are looked at to see whether neighbours are alike.
_ROWS, _COLUMNS = 500, 2048
# Neighbours must be so much alike, and differ by so small a part of what any two columns do.
_ALIKE, _SMOOTH = 0.5, 0.5
_NUMBERED = re.compile(r"^(.*?)([0-9]{1,6})$")
# What comes before the number where it surely counts time.
TIME_STEMS = re.compile(
    r"^(.*[ _.-])?(t|time|step|timestep|time[ _]step|tick|frame|hour|minute|second|day|week|month)"
    r"[ _.-]?$",
    re.IGNORECASE,
)
_PIXELS = re.compile(r"^(pixel|pix|px)", re.IGNORECASE)


@dataclass(frozen=True)
class WideForm:
    """Which columns are the steps of a series; plain data.

    Attributes
    ----------
    column
        What the column of series is called.
    parts
        The columns of its steps, in order.
    pattern
        What a person writes for all of them: ``t*``.

    Examples
    --------
    >>> table = Table({"t1": pl.Series([1, 2]), "t2": pl.Series([3, None])})
    >>> WideForm("t", ("t1", "t2"), "t*").apply(table)["t"].tolist()
    [[1.0, 3.0], [2.0, nan]]
    """

    column: str
    parts: tuple[str, ...]
    pattern: str

    @property
    def words(self) -> str:
        """Of what it is made, in words."""
        return (
            f"gathered from {count(len(self.parts), 'column')}, {self.parts[0]!r} to "
            f"{self.parts[-1]!r}"
        )

    @property
    def override(self) -> str:
        """The flag that keeps the columns as they are."""
        return f"--kind {quoted(f'{self.pattern}=number')}"

    def made(self, table: Table) -> bool:
        """Tell whether a table has the series already."""
        return self.column in table and not all(name in table for name in self.parts)

    def apply(self, table: Table) -> Table:
        """Return the table with the series in place of the first of its columns.

        Raises
        ------
        DataError
            Where columns are missing or hold no numbers.
        """
        missing = [name for name in self.parts if name not in table]
        if missing:
            raise DataError(
                f"The table lacks {count(len(missing), 'column')} of a time series: "
                f"{quote_list(missing, 6)}.",
                where=f"its columns are {quote_list(table.names)}",
                expected=f"{self.words}, as in training",
                remedy="add these columns",
            )
        steps = []
        for name in self.parts:
            values = table[name]
            is_numbers = isinstance(values, pl.Series) and (
                values.dtype.is_numeric() or values.null_count() == len(values)
            )
            if not is_numbers or not isinstance(values, pl.Series):
                raise DataError(
                    f"The column {name!r} holds no numbers, so it is no step of a time series.",
                    expected=f"numbers in all columns called {self.pattern}",
                    remedy="correct its values, or leave the column out with --drop",
                )
            steps.append(values.cast(pl.Float64).fill_null(np.nan).to_numpy())
        series = np.stack(steps, axis=1)
        columns: dict[str, Any] = {}
        for name in table:
            if name == self.parts[0]:
                columns[self.column] = series
            if name not in self.parts:
                columns[name] = table[name]
        return Table(columns)

    def to_dict(self) -> dict[str, Any]:
        """Return it as a dictionary that JSON holds."""
        return asdict(self)

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make it again."""
        return cls(saved["column"], tuple(saved["parts"]), saved["pattern"])


def is_pattern(table: Table, name: str) -> bool:
    """Tell whether a name stands for several columns: it has a star, and is no column itself."""
    return name.count(STAR) == 1 and name not in table


def matching(table: Table, pattern: str) -> list[str]:
    """Return the columns that a pattern stands for, in the order of their numbers.

    Examples
    --------
    >>> matching(Table({name: pl.Series([0]) for name in ("t10", "t2", "total", "t")}), "t*")
    ['t2', 't10']
    """
    before, after = map(re.escape, pattern.split(STAR))
    wanted = re.compile(f"^{before}[0-9]+{after}$")
    return sorted((name for name in table if wanted.match(name)), key=natural_key)


def choose_wide(
    table: Table, targets: Sequence[str] | None, kinds: Mapping[str, str]
) -> tuple[tuple[WideForm, ...], list[str]]:
    """Return which columns are gathered into series, and what a person must be told.

    Those are the columns that a person says are, by a pattern among the kinds
    (``{"t*": "series"}``); and, where it is known what is to be predicted, those that are numbered
    one after another behind a name of time (``t0``, ``t1``, …; ``hour_0``, …) and alike where they
    are neighbours. Others that are numbered and alike, which may as well be pixels of an image or
    points of a spectrum, stay numbers; a note then says the flag.

    Raises
    ------
    DataError
        Where a pattern stands for no column, or for fewer than two.
    """
    forms: list[WideForm] = []
    notes: list[str] = []
    settled: set[str] = {name for name in kinds if name in table} | set(targets or ())
    for pattern, kind in kinds.items():
        if not is_pattern(table, pattern):
            continue
        parts = [name for name in matching(table, pattern) if name not in settled]
        settled |= set(parts)
        if kind == SERIES:
            forms.append(_form(table, pattern, parts, forms))
    if targets is None or table.on_disk:
        return tuple(forms), notes
    offered: list[str] = []
    for stem, parts in _numbered(table, settled).items():
        pattern = f"{stem}{STAR}"
        block = _block(table, parts)
        if block is None or not is_smooth(block) or _PIXELS.match(stem) or _is_image(block):
            continue
        words = f"{count(len(parts), 'column')}, {parts[0]!r} to {parts[-1]!r}"
        if TIME_STEMS.match(stem):
            form = _form(table, pattern, parts, forms)
            forms.append(form)
            notes.append(
                f"The {words}, were taken for the steps of one time series a row, by their names "
                f"and since neighbours are alike. To read them as numbers: {form.override}"
            )
        else:
            flag = f"--kind {quoted(f'{pattern}={SERIES}')}"
            offered.append(
                f"The {words}, are read as numbers, each by itself. If they are the steps of a "
                f"time series, say so: {flag}"
            )
    if len(offered) <= MOST_OFFERED:  # many runs of columns are the lines of an image
        notes += offered
    return tuple(forms), notes


def is_smooth(block: np.ndarray) -> bool:
    """Tell whether neighbouring columns are alike, and far more so than any two columns.

    Columns are compared by their values' standard scores over the rows, so that what all rows have
    in common says nothing; answers of a questionnaire, each as much like any other, are not
    smooth.

    Parameters
    ----------
    block
        Rows and columns, float64, without NaN.

    Examples
    --------
    >>> noise = np.random.default_rng(0).normal(size=(50, 20))
    >>> is_smooth(noise), is_smooth(noise.cumsum(axis=1))
    (False, True)
    """
    scores = _scores(block)
    if scores.shape[1] < FEWEST_STEPS:
        return False
    near = _likeness(scores, 1)
    order = np.random.default_rng(0).permutation(scores.shape[1])
    usual = _likeness(scores[:, order], 1)
    return near >= _ALIKE and 1.0 - near <= _SMOOTH * (1.0 - usual)


def _is_image(block: np.ndarray) -> bool:
    """Tell whether columns are the pixels of a square image: alike across a row of it as well."""
    n = block.shape[1]
    side = round(n**0.5)
    if side < 6 or side * side != n:
        return False
    varies = block.std(axis=0) > 0  # the margins of images often do not
    scores = np.where(
        varies, (block - block.mean(axis=0)) / np.maximum(block.std(axis=0), 1e-30), 0
    )
    below, between = _likeness(scores, side), _likeness(scores, side // 2)
    return below > between + 0.1


def _likeness(scores: np.ndarray, lag: int) -> float:
    """Return the mean correlation of columns so many places apart."""
    return float((scores[:, lag:] * scores[:, :-lag]).mean(axis=0).mean())


def _scores(block: np.ndarray) -> np.ndarray:
    deviation = block.std(axis=0)
    block, deviation = block[:, deviation > 0], deviation[deviation > 0]
    return np.asarray((block - block.mean(axis=0)) / deviation)


def _numbered(table: Table, settled: set[str]) -> dict[str, list[str]]:
    """Return the runs of columns of numbers with one stem and consecutive numbers, by stem."""
    stems: dict[str, dict[int, str]] = {}
    for name in table:
        match = _NUMBERED.match(name)
        values = table[name] if match and name not in settled else None
        if match and isinstance(values, pl.Series) and values.dtype.is_numeric():
            stems.setdefault(match[1], {})[int(match[2])] = name
    runs = {}
    for stem, names in stems.items():
        numbers = sorted(names)
        if len(numbers) >= FEWEST_STEPS and numbers[-1] - numbers[0] == len(numbers) - 1:
            runs[stem] = [names[number] for number in numbers]
    return runs


def _block(table: Table, parts: Sequence[str]) -> np.ndarray | None:
    """Return values of some rows and columns, gaps filled with their column's mean."""
    few, _ = table.select(parts[:_COLUMNS]).spread(_ROWS)
    block = few.to_frame().select(pl.all().cast(pl.Float64)).to_numpy()
    block = np.where(np.isfinite(block), block, np.nan)
    if len(block) < FEWEST_STEPS or np.isnan(block).all(axis=0).any():
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        filled = np.where(np.isnan(block), np.nanmean(block, axis=0), block)
        largest = np.abs(filled).max()
    return filled / largest if 0 < largest < np.inf else None


def _form(table: Table, pattern: str, parts: Sequence[str], before: Sequence[WideForm]) -> WideForm:
    if len(parts) < 2:
        found = f"only {parts[0]!r}" if parts else "no column"
        raise DataError(
            f"{pattern!r} stands for {found}, so there is no series.",
            where=f"the columns are {quote_list(table.names)}",
            expected=f"columns with a number in place of {STAR}, such as "
            f"{pattern.replace(STAR, '1')!r}, {pattern.replace(STAR, '2')!r} …",
            remedy="write their common name, and * for the number",
        )
    stem = pattern.replace(STAR, "").strip(" _.-[(")
    taken = [name for name in table if name not in parts] + [form.column for form in before]
    name = stem if stem and stem not in taken else SERIES
    while name in taken:
        name += "_"
    return WideForm(name, tuple(parts), pattern)
