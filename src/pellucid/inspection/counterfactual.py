"""What would change the answer: the smallest changes of a row's columns that lead to another class.

Counterfactual explanations (Wachter, Mittelstadt & Russell 2018, "Counterfactual Explanations
without Opening the Black Box") over what a person could change: numbers, within what training saw,
and categories. First each column alone; where none suffices, or only a large change, the one that
helps most without sufficing is made and the others are tried beside it. Numbers are then brought
back as far towards the row as the answer stays changed, and rounded as far. What is found are facts
about the network, not about the world: that it would answer otherwise says nothing of what would
come of the change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from pellucid.data import Table
from pellucid.data.kinds import Encoder
from pellucid.data.kinds.category import CategoryEncoder
from pellucid.data.kinds.number import NumberEncoder
from pellucid.data.matrices import dense_rows
from pellucid.data.profile import clean_scalars, numbers_of
from pellucid.data.table import Array
from pellucid.errors import SettingError, unknown_name
from pellucid.inspection.values import as_plain
from pellucid.model import TrainedModel
from pellucid.tasks import Classification

MOST_CHANGED = 3
# A change of so many deviations is small enough that no further columns are tried.
_NEAR = 2.0
_QUANTILES, _MOST_CATEGORIES = 49, 200
_HALVINGS, _MOST_DIGITS = 24, 6


@dataclass(frozen=True)
class Change:
    """One column's change; ``size`` is how far, in deviations of training; 1 for a category."""

    column: str
    before: Any
    after: Any
    size: float


@dataclass(frozen=True)
class Counterfactual:
    """Changes that lead to another answer.

    Attributes
    ----------
    changes
        The columns that differ.
    prediction
        The class that is answered then.
    probability
        Its probability then.
    """

    changes: tuple[Change, ...]
    prediction: Any
    probability: float

    @property
    def size(self) -> float:
        """How far the row is changed, in all."""
        return sum(change.size for change in self.changes)


class Search:
    """Looks for the changes of one row.

    Parameters
    ----------
    trained
        A model that answers one of several classes.
    row
        The row, a table of one.
    seen
        Rows as in training, whose values say what a column can be.
    fixed
        Columns that may not be changed.

    Raises
    ------
    SettingError
        Where the model answers no classes, a column is not there, or none may be changed.
    """

    def __init__(
        self, trained: TrainedModel, row: Table, seen: Table, fixed: Sequence[str] = ()
    ) -> None:
        if not isinstance(trained.task, Classification):
            raise SettingError(
                f"A {trained.task.name} has no class that another one could take the place of.",
                expected="a model that answers one of several classes",
            )
        self._task = trained.task
        self._trained = trained
        names = [column.name for column in trained.contract.inputs]
        for name in fixed:
            if name not in names:
                raise unknown_name("input column", name, names)
        self._base = dense_rows(trained.encode(row), slice(None))[0].astype(np.float32)
        encoding = trained.encoding
        self._columns = [
            _Column.of(block.column, (block.start, block.stop), encoder, row, seen)
            for block, (_, encoder) in zip(encoding.blocks, encoding.encoders, strict=True)
            if isinstance(encoder, NumberEncoder | CategoryEncoder) and block.column not in fixed
        ]
        if not self._columns:
            raise SettingError(
                "None of the row's columns can be changed.",
                expected="columns of numbers or categories that are not kept as they are",
            )
        self._now = int(self._shares(self._base[None])[0].argmax())

    def find(self, label: str | None = None, most: int = 5) -> list[Counterfactual]:
        """Return the smallest changes found, the smallest first; none where nothing was found.

        Parameters
        ----------
        label
            The class to reach; None: any other.
        most
            How many are returned.

        Raises
        ------
        SettingError
            For a class that there is not, or that is answered already.
        """
        wanted = self._wanted(label)
        found: list[Counterfactual] = []
        made: list[tuple[_Column, Any]] = []
        base = self._base
        for _ in range(MOST_CHANGED):
            best: tuple[float, _Column, Any] | None = None
            for column in self._columns:
                if any(column is other for other, _ in made):
                    continue
                gains = self._gain(column.applied(base, column.candidates), wanted)
                enough = gains > 0
                if enough.any():
                    value = column.nearest([column.candidates[at] for at in np.flatnonzero(enough)])
                    found.append(self._told([*made, (column, value)], wanted))
                gains[enough] = -np.inf
                if gains.size and (best is None or gains.max() > best[0]):
                    best = float(gains.max()), column, column.candidates[int(gains.argmax())]
            if best is None or any(one.size <= _NEAR for one in found):
                break
            made.append(best[1:])
            base = best[1].applied(base, [best[2]])[0]
        found.sort(key=lambda one: one.size)
        return found[:most]

    def _wanted(self, label: str | None) -> int | None:
        classes = [str(one) for one in self._task.target.classes]
        if label is None:
            return None
        if label not in classes:
            raise unknown_name("class", label, classes)
        if classes.index(label) == self._now:
            raise SettingError(
                f"{label!r} is what the network answers already.",
                expected="another class",
                remedy="leave the class out: any other one is then looked for",
            )
        return classes.index(label)

    def _shares(self, rows: Array) -> Array:
        outputs = self._trained.forward.outputs(self._trained.params, rows)
        shares: Array = self._task.probabilities(outputs)
        return shares

    def _gain(self, rows: Array, wanted: int | None) -> Array:
        """Return by how much the wanted class is more probable than all others: above 0, it won."""
        if not len(rows):
            return np.zeros(0)
        shares = self._shares(rows)
        if wanted is None:
            others = np.delete(shares, self._now, axis=1).max(axis=1)
            return np.asarray(others - shares[:, self._now])
        others = np.delete(shares, wanted, axis=1).max(axis=1)
        return np.asarray(shares[:, wanted] - others)

    def _told(self, made: list[tuple[_Column, Any]], wanted: int | None) -> Counterfactual:
        """Bring numbers back as far as the answer stays changed, and say what is left."""
        values = [value for _, value in made]
        for place, (column, _) in enumerate(made):

            def suffices(value: Any, place: int = place) -> bool:
                tried = [*values[:place], value, *values[place + 1 :]]
                return bool(self._gain(self._changed(made, tried), wanted)[0] > 0)

            values[place] = column.brought_back(values[place], suffices)
        shares = self._shares(self._changed(made, values))[0]
        answer = int(shares.argmax())
        changes = tuple(
            Change(column.name, column.plain(column.now), column.plain(value), column.size(value))
            for (column, _), value in zip(made, values, strict=True)
        )
        return Counterfactual(changes, self._task.target.classes[answer], float(shares[answer]))

    def _changed(self, made: list[tuple[_Column, Any]], values: list[Any]) -> Array:
        rows = self._base
        for (column, _), value in zip(made, values, strict=True):
            rows = column.applied(rows, [value])[0]
        return np.asarray(rows[None])


@dataclass(frozen=True, eq=False)
class _Column:
    """A column that may be changed, and what it can be."""

    name: str
    span: tuple[int, int]
    encoder: Encoder
    now: Any
    candidates: list[Any]
    is_whole: bool = False

    @classmethod
    def of(
        cls, name: str, span: tuple[int, int], encoder: Encoder, row: Table, seen: Table
    ) -> _Column:
        """Take what a column can be from rows that were seen."""
        values = clean_scalars(seen[name])
        if isinstance(encoder, CategoryEncoder):
            now = as_plain(clean_scalars(row[name])[0])
            known = values.drop_nulls().unique().sort().head(_MOST_CATEGORIES).to_list()
            others = [value for value in known if as_plain(value) != now]
            return cls(name, span, encoder, now, others)
        assert isinstance(encoder, NumberEncoder)  # noqa: S101 -- there are two kinds
        numbers = numbers_of(values, encoder.format).drop_nulls().to_numpy()
        own = numbers_of(clean_scalars(row[name]), encoder.format)[0]
        now = None if own is None else float(own)
        quantiles = np.quantile(numbers, np.linspace(0, 1, _QUANTILES)) if len(numbers) else numbers
        is_whole = bool(len(numbers)) and bool((numbers == np.rint(numbers)).all())
        known_numbers = np.unique(np.rint(quantiles) if is_whole else quantiles).tolist()
        others = [number for number in known_numbers if number != now]
        return cls(name, span, encoder, now, others, is_whole)

    def applied(self, base: Array, values: Sequence[Any]) -> Array:
        """Return the row with each of these values in this column, (n, in_features)."""
        rows = np.repeat(base[None], len(values), axis=0)
        if len(values):
            encoded = self.encoder.transform(pl.Series(self.name, list(values)))
            rows[:, self.span[0] : self.span[1]] = np.asarray(encoded).reshape(len(values), -1)
        return np.asarray(rows)

    def nearest(self, values: Sequence[Any]) -> Any:
        """Return the value that is nearest to the row's own."""
        return min(values, key=self.size)

    def size(self, value: Any) -> float:
        """Return how far a value is from the row's own, in deviations; 1 for a category."""
        if not isinstance(self.encoder, NumberEncoder) or self.now is None:
            return 1.0
        return float(abs(value - self.now) / self.encoder.scale)

    def brought_back(self, value: Any, suffices: Callable[[Any], bool]) -> Any:
        """Return the value nearest to the row's own that still suffices, with few digits."""
        if not isinstance(self.encoder, NumberEncoder) or self.now is None:
            return value
        near, far = self.now, float(value)
        for _ in range(_HALVINGS):
            middle = 0.5 * (near + far)
            if suffices(middle):
                far = middle
            else:
                near = middle
        for digits in range(1, _MOST_DIGITS + 1):
            rounded = float(np.rint(far)) if self.is_whole else _rounded(far, digits, self.now)
            between = min(self.now, value) <= rounded <= max(self.now, value)
            if between and rounded != self.now and suffices(rounded):
                return rounded
            if self.is_whole:  # one further on
                further = rounded + np.sign(value - self.now)
                return further if suffices(further) else value
        return far

    def plain(self, value: Any) -> Any:
        """Return a value as the person writes it."""
        return int(value) if self.is_whole and value is not None else as_plain(value)


def _rounded(value: float, digits: int, origin: float) -> float:
    """Round away from where a number came, to so many digits that count."""
    if value == 0:
        return 0.0
    unit = 10.0 ** (int(np.floor(np.log10(abs(value)))) - digits + 1)
    steps = value / unit
    return float(np.round((np.ceil(steps) if value > origin else np.floor(steps)) * unit, 12))
