"""Conformal prediction: intervals and sets that hold the truth as often as they say.

Each calibration row, which the weights were not learned from, gets a score: how strange its true
target is beside the network's answer. An answer for a new row is every target that is no
stranger than the ⌈(n + 1) · coverage⌉-th of n such rows (Vovk, Gammerman & Shafer 2005;
Angelopoulos & Bates 2021). Nothing is assumed of the network or the data but that new rows are
like those.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import polars as pl

from pellucid import metrics
from pellucid.data import DateTarget
from pellucid.data.table import Array
from pellucid.errors import SettingError
from pellucid.model.ranked import RankedScores, check_coverage
from pellucid.model.spread import Spread
from pellucid.tasks import Classification, Regression, Task

USUAL = 0.9
"""The coverage that results tell of."""


@dataclass(frozen=True)
class OneTarget:
    """The scores of one target, and for a number what errors are divided by.

    *Numbers*: the score is |target − output| / spread, in the scale that is learned. *Classes*:
    1 − the probability of the true class, but 0 where that is the most probable one. So a set
    holds that class always and every other one whose probability is large enough: the least
    ambiguous sets (LAC; Sadinle, Lei & Wasserman 2019), which are the smallest on average, without
    the empty ones.
    """

    scores: RankedScores
    spread: Spread | None = None

    @classmethod
    def of(
        cls, task: Task, calibration: tuple[Array, Array], train: tuple[Array, Array]
    ) -> Self | None:
        """Score calibration rows, by outputs and targets; None for tasks that have no scores."""
        if isinstance(task, Regression):
            spread = Spread.fit(*(part.reshape(-1).astype(np.float64) for part in train))
            return cls(RankedScores.of(_scores(task, spread, *calibration)), spread)
        if isinstance(task, Classification):
            return cls(RankedScores.of(_scores(task, None, *calibration)))
        return None

    def covered(self, task: Task, outputs: Array, targets: Array, coverage: float) -> Array:
        """Return which rows' targets lie in their interval or set, bool ``(n,)``."""
        found = _scores(task, self.spread, outputs, targets) <= self.scores.threshold(coverage)
        return np.asarray(found)

    def extent(self, task: Task, outputs: Array, coverage: float) -> Array:
        """Return how wide intervals are, in the person's unit, or how many classes sets hold."""
        if isinstance(task, Regression):
            low, high = (task.target.numbers(end) for end in self._ends(outputs, coverage))
            return np.asarray(high - low)
        return np.asarray(self._members(task, outputs, coverage).sum(axis=1))

    def answers(self, task: Task, outputs: Array, coverage: float) -> dict[str, pl.Series]:
        """Return ``low`` and ``high`` of intervals, or the ``set`` of classes, likeliest first."""
        if isinstance(task, Regression):
            low, high = self._ends(outputs, coverage)
            if isinstance(task.target, DateTarget):  # whole days only ever make it longer
                first, last = task.target.inverse(low, np.floor), task.target.inverse(high, np.ceil)
                return {"low": first, "high": last}
            return {"low": task.target.inverse(low), "high": task.target.inverse(high)}
        assert isinstance(task, Classification)  # noqa: S101 -- nothing else has scores
        members = self._members(task, outputs, coverage)
        order = np.argsort(-task.probabilities(outputs), axis=1, kind="stable")
        rows, places = np.nonzero(np.take_along_axis(members, order, axis=1))
        classes = task.target.inverse(order[rows, places])
        found = pl.DataFrame({"row": rows, "class": classes})
        return {"set": found.group_by("row", maintain_order=True).agg("class")["class"]}

    def _ends(self, outputs: Array, coverage: float) -> tuple[Array, Array]:
        assert self.spread is not None  # noqa: S101 -- numbers have one
        middle = outputs.reshape(-1).astype(np.float64)
        reach = self.scores.threshold(coverage) * self.spread.at(middle)
        return middle - reach, middle + reach

    def _members(self, task: Task, outputs: Array, coverage: float) -> Array:
        """Return which classes each row's set holds, bool ``(n, classes)``."""
        assert isinstance(task, Classification)  # noqa: S101 -- as above
        shares = task.probabilities(outputs)
        members = 1.0 - shares <= self.scores.threshold(coverage)
        members[np.arange(len(shares)), shares.argmax(axis=1)] = True
        return members

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        spread = {} if self.spread is None else {"spread": self.spread.to_dict()}
        return {**self.scores.to_dict(), **spread}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make it again."""
        spread = saved.get("spread")
        scores = RankedScores.from_dict(saved)
        return cls(scores, None if spread is None else Spread.from_dict(spread))


@dataclass(frozen=True)
class Conformal:
    """What a model's intervals and sets are made of.

    Attributes
    ----------
    targets
        The scores of each target that has intervals or sets, in the order of the model's.
    rows
        Which rows they are of: ``"validation"`` or ``"out of fold"``.
    """

    targets: Mapping[str, OneTarget]
    rows: str

    @classmethod
    def of(
        cls,
        task: Task,
        names: tuple[str, ...],
        calibration: tuple[Array, Array],
        train: tuple[Array, Array],
        rows: str,
    ) -> Self | None:
        """Score calibration rows.

        Parameters
        ----------
        task
            With its temperatures.
        names
            What the targets are called.
        calibration, train
            Outputs and encoded targets of rows not learned from, and of those learned from.
        rows
            As in the attributes.

        Returns
        -------
        Conformal or None
            None where no target has intervals or sets: sets of labels have none.
        """
        found = {}
        parts = zip(names, task.apart(*calibration), task.apart(*train), strict=True)
        for name, (_, part, *own), (_, _, *learned) in parts:
            one = OneTarget.of(part, (own[0], own[1]), (learned[0], learned[1]))
            if one is not None:
                found[name] = one
        return cls(found, rows) if found else None

    def measure(
        self,
        task: Task,
        names: tuple[str, ...],
        outputs: Array,
        targets: Array,
        coverage: float = USUAL,
    ) -> dict[str, dict[str, float]]:
        """Return how many rows are covered, for each target.

        Returns
        -------
        dict
            By target: ``asked``, ``covered`` with its 95 % interval ``low`` and ``high``, and
            ``mean_width`` in the person's unit or ``mean_size`` in classes.
        """
        told = {}
        for name, one, part, own, wanted in self._each(task, names, outputs, targets):
            share = float(np.mean(one.covered(part, own, wanted, coverage)))
            low, high = metrics.wilson(share, len(own))
            extent = float(np.mean(one.extent(part, own, coverage)))
            what = "mean_width" if isinstance(part, Regression) else "mean_size"
            told[name] = {
                **{"asked": coverage, "covered": share, "low": low, "high": high},
                what: extent,
            }
        return told

    def columns(
        self, task: Task, names: tuple[str, ...], outputs: Array, coverage: float
    ) -> dict[str, pl.Series]:
        """Return what is added to answers, by column: after which one, and how it is called.

        Of one target ``prediction_low`` and ``prediction_high``, or ``prediction_set``; of several
        ``prediction_low_<target>`` and so on.
        """
        found = {}
        for name, one, part, own, _ in self._each(task, names, outputs, None):
            for what, values in one.answers(part, own, coverage).items():
                column = f"prediction_{what}" if part is task else f"prediction_{what}_{name}"
                found[column] = values.alias(column)
        return found

    def check(self, coverage: float) -> None:
        """Raise SettingError where there are too few rows for such a coverage."""
        for one in self.targets.values():
            one.scores.threshold(coverage)

    def can(self, coverage: float) -> bool:
        """Tell whether there are rows enough for such a coverage."""
        try:
            self.check(coverage)
        except SettingError:
            return False
        return True

    def _each(
        self, task: Task, names: tuple[str, ...], outputs: Array, targets: Array | None
    ) -> Iterator[tuple[str, OneTarget, Task, Any, Any]]:
        for name, (_, part, own, wanted) in zip(names, task.apart(outputs, targets), strict=True):
            if name in self.targets:
                yield name, self.targets[name], part, own, wanted

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        targets = {name: one.to_dict() for name, one in self.targets.items()}
        return {"rows": self.rows, "targets": targets}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make it again."""
        targets = {name: OneTarget.from_dict(own) for name, own in saved["targets"].items()}
        return cls(targets, saved["rows"])


def with_coverage(answers: pl.DataFrame, added: Mapping[str, pl.Series]) -> pl.DataFrame:
    """Put the columns of intervals and sets behind the predictions that they are about.

    A target may itself be called ``low_price``: a name that is taken gets a number.

    Examples
    --------
    >>> answers = pl.DataFrame({"prediction": ["a"], "probability_a": [0.9]})
    >>> with_coverage(answers, {"prediction_set": pl.Series([["a", "b"]])}).columns
    ['prediction', 'prediction_set', 'probability_a']
    """
    columns = answers.get_columns()
    n_predictions = sum(column.name.startswith("prediction") for column in columns)
    new: list[pl.Series] = []
    for name, values in added.items():
        taken = {column.name for column in (*columns, *new)}
        numbered = (f"{name} ({number})" for number in range(2, len(taken) + 3))
        free = next(other for other in (name, *numbered) if other not in taken)
        new.append(values.alias(free))
    return pl.DataFrame([*columns[:n_predictions], *new, *columns[n_predictions:]])


def refuse_uncalibrated(task: Task, coverage: float) -> SettingError:
    """Return the error for a model that has no calibration rows; raise for no coverage."""
    check_coverage(coverage)
    if task.name == "multilabel":
        return SettingError(
            "Sets of labels have no prediction sets of a promised coverage.",
            remedy="leave the coverage out; the labels' probabilities are calibrated",
        )
    return SettingError(
        "The model has no calibration rows, so no coverage can be promised.",
        expected="a model that was trained with some rows held back",
        remedy="train again, without --calibration none; or with --validation-fraction 0.2",
    )


def _scores(task: Task, spread: Spread | None, outputs: Array, targets: Array) -> Array:
    """Return how strange targets are beside outputs, float64 ``(n,)``."""
    if isinstance(task, Classification):
        shares = task.probabilities(outputs)
        of_right = shares[np.arange(len(shares)), targets]
        return np.asarray(np.where(shares.argmax(axis=1) == targets, 0.0, 1.0 - of_right))
    assert spread is not None  # noqa: S101 -- numbers have one
    middle = outputs.reshape(-1).astype(np.float64)
    away = np.abs(targets.reshape(-1).astype(np.float64) - middle)
    return np.asarray(away / spread.at(middle))
