"""Who is best on an amount, and whose difference from the best may be chance.

Two contenders are held against each other on the same test rows and the same rows to learn from.
Their difference varies for two reasons, whose variances are added: other rows could have been
tested (the variance of the difference by test row, over their number), and others learned from,
with other random choices (the variance of the difference by repeat, over theirs). A difference
within twice its standard error is called a tie.

Of classes, a few rows may all be in one's favour, which is no certainty: half a row each is added
where one alone is right and where the other is, and one where they agree, as Agresti & Min ("Simple
improved confidence intervals for comparing matched proportions", Statistics in Medicine 24, 2005)
found best. Where an amount was learned from once only, the variance between repeats is that of the
next smaller amount with several, divided by how many times as many rows there are: so the variance
of whatever is estimated from rows falls.

Clusters are judged on the very rows that were grouped, which differ from repeat to repeat: then the
variance by row is the mean of the repeats' own. Repeats with other rows vary for both reasons, so
their variance is counted a little too much, and a tie is called rather too often than too rarely.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

ERRORS_OF_A_TIE = 2.0


class RunLike(Protocol):
    """What is judged: a run's place, and its part of the score by test row."""

    @property
    def contender(self) -> str:
        """Who learned."""
        ...

    @property
    def amount(self) -> int:
        """From how many rows."""
        ...

    @property
    def repeat(self) -> int:
        """In which repeat, counted from 0."""
        ...

    @property
    def rows(self) -> np.ndarray:
        """The score of each row that was tested on, ``(n_test,)``."""
        ...

    @property
    def is_fixed(self) -> bool:
        """Whether it stands for every repeat."""
        ...


@dataclass(frozen=True)
class Difference:
    """How much better one contender is than another.

    Attributes
    ----------
    mean
        The difference of their scores.
    error
        Its standard error.
    """

    mean: float
    error: float

    @property
    def is_tie(self) -> bool:
        """Whether it may well be chance."""
        return abs(self.mean) <= ERRORS_OF_A_TIE * self.error


class Judge:
    """Holds runs against each other.

    Parameters
    ----------
    runs
        All runs of a comparison.
    is_class
        Whether a test row's score is 0 or 1: wrong or right.
    same_rows
        Whether all repeats were tested on the same rows.

    Examples
    --------
    >>> from collections import namedtuple
    >>> Run = namedtuple("Run", "contender amount repeat rows is_fixed", defaults=[False])
    >>> right, wrong = np.ones(100), np.zeros(100)
    >>> judge = Judge([Run("a", 8, 0, right), Run("b", 8, 0, wrong)], is_class=True)
    >>> judge.difference("a", "b", 8).mean, judge.difference("a", "b", 8).is_tie
    (1.0, False)
    """

    def __init__(self, runs: Sequence[RunLike], *, is_class: bool, same_rows: bool = True) -> None:
        self._is_class, self._same_rows = is_class, same_rows
        self._rows: dict[tuple[str, int], dict[int, np.ndarray]] = {}
        self._fixed = {(run.contender, run.amount) for run in runs if run.is_fixed}
        for run in runs:
            self._rows.setdefault((run.contender, run.amount), {})[run.repeat] = run.rows

    def difference(self, one: str, other: str, amount: int) -> Difference:
        """Return how much better one contender is than the other on an amount."""
        by_repeat = self._by_repeat(one, other, amount)
        if not len(by_repeat):
            raise KeyError(f"{one} and {other} have no repeat of {amount} rows in common")
        tested = self._tested(by_repeat)
        learned = self._learned(one, other, amount)
        return Difference(float(by_repeat.mean()), float(np.sqrt(tested + learned)))

    def _by_repeat(self, one: str, other: str, amount: int) -> np.ndarray:
        """Return the difference of each test row in each common repeat, ``(n_repeats, n_test)``."""
        own, theirs = self._rows.get((one, amount), {}), self._rows.get((other, amount), {})
        if (one, amount) in self._fixed:
            own = dict.fromkeys(theirs, next(iter(own.values())))
        elif (other, amount) in self._fixed:
            theirs = dict.fromkeys(own, next(iter(theirs.values())))
        common = sorted(set(own) & set(theirs))
        return np.array([own[repeat] - theirs[repeat] for repeat in common])

    def _tested(self, by_repeat: np.ndarray) -> float:
        """Return the variance of the mean over rows that it was tested on."""
        if self._same_rows:
            return self._variance_of_mean(by_repeat.mean(axis=0))
        return float(np.mean([self._variance_of_mean(by_row) for by_row in by_repeat]))

    def _variance_of_mean(self, by_row: np.ndarray) -> float:
        """Return the variance of the mean over test rows."""
        if self._is_class:
            n = len(by_row) + 2
            squares = float((by_row**2).sum()) + 1
            return (squares / n - (float(by_row.sum()) / n) ** 2) / n
        return float(by_row.var(ddof=1)) / len(by_row) if len(by_row) > 1 else np.inf

    def _learned(self, one: str, other: str, amount: int) -> float:
        """Return the variance of the mean over repeats."""
        means = self._means(one, other, amount)
        if len(means) > 1:
            return float(means.var(ddof=1)) / len(means)
        smaller = sorted({a for name, a in self._rows if name == one and a < amount}, reverse=True)
        for before in smaller:
            means = self._means(one, other, before)
            if len(means) > 1:
                return float(means.var(ddof=1)) * before / amount
        return 0.0

    def _means(self, one: str, other: str, amount: int) -> np.ndarray:
        by_repeat = self._by_repeat(one, other, amount)
        return by_repeat.mean(axis=1) if len(by_repeat) else np.zeros(0)
