"""Every contender on every amount, one after the other, on the very same vectors."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np

from pellucid import backend, memory
from pellucid.comparison.amounts import in_order, nesting_order, repeats_of, settle_amounts
from pellucid.comparison.contest import CannotLearnError, Contest, Entry
from pellucid.comparison.grouped import Grouped
from pellucid.comparison.options import Options, refuse_unfit
from pellucid.comparison.result import ComparisonResult, LeftOut, Run
from pellucid.comparison.supervised import Supervised
from pellucid.errors import DataError, DivergedError, SettingError
from pellucid.training.clustering.settings import is_clustering
from pellucid.training.config import Config
from pellucid.training.events import Callback, Event, Note, PhaseStarted, StepsDone, tell_nobody

_MOST_SEED = 2**32
# What takes longer is not repeated.
_LONG_SECONDS = 20.0


@dataclass(frozen=True)
class RunStarted(Event):
    """A contender begins to learn: from how many rows, and which of all runs it is, from 1."""

    contender: str
    amount: int
    repeat: int
    number: int
    of: int


@dataclass(frozen=True)
class RunDone(Event):
    """A contender was tested."""

    contender: str
    amount: int
    repeat: int
    metrics: dict[str, float]
    seconds: float


def run_comparison(
    config: Config, options: Options | None = None, emit: Callback = tell_nobody
) -> ComparisonResult:
    """Compare the network of a training with classic machine learning.

    Parameters
    ----------
    config
        The settings of the training. Its time limit is one for the whole comparison.
    options
        The amounts, and how often each is drawn.
    emit
        Receives what happens: the events of the trainings, and of this module.

    Returns
    -------
    ComparisonResult
        What came out; on Ctrl-C, what was done by then.

    Raises
    ------
    SettingError
        Where a setting does not fit the data or a comparison.
    DataError
        Where the data cannot be used, or not one contender can learn from it.
    """
    refuse_unfit(config)
    began = time.perf_counter()
    emit(PhaseStarted("start"))
    backend.prepare()
    emit(PhaseStarted("data"))
    notes: list[str] = []

    def note(text: str, warning: bool) -> None:
        notes.append(text)
        emit(Note(text, warning))

    with memory.limited_to(config.memory):
        contest: Contest
        contest = Grouped(config, note) if is_clustering(config) else Supervised(config, note)
        course = _Course(config, options or Options(), contest, emit, began)
        try:
            course.run()
            ended = "time limit" if course.is_cut else "finished"
        except KeyboardInterrupt:
            if not course.runs:
                raise
            ended = "interrupted"
    return course.result(ended, tuple(notes))


@dataclass
class _Course:
    """The course of one comparison: what was done, and what is still to do."""

    config: Config
    options: Options
    contest: Contest
    emit: Callback
    began: float
    runs: list[Run] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    n_done: int = 0

    def __post_init__(self) -> None:
        contest, wanted = self.contest, self.options.amounts
        n_rows = contest.n_rows if wanted is not None else min(contest.n_rows, contest.most)
        self.amounts = settle_amounts(wanted, n_rows, contest.n_classes, contest.n_clusters)
        if self.amounts[-1] > contest.most:
            raise SettingError(
                f"The vectors of {self.amounts[-1]:,} rows do not fit into memory.",
                expected=f"at most {contest.most:,} rows",
                remedy="give smaller --amounts, or more --memory",
            )
        most = self.options.repeats
        self.repeats = {amount: repeats_of(amount, contest.n_rows, most) for amount in self.amounts}

    @property
    def is_cut(self) -> bool:
        """Whether the time limit left something out."""
        return any(left.by_limit for left in self.left_out)

    def run(self) -> None:
        """Let all learn, in an order in which an early end leaves the most that can be judged."""
        n_rows, seed = self.contest.n_rows, self.config.seed
        orders = [
            nesting_order(n_rows, seed, repeat, self.contest.labels)
            for repeat in range(max(self.repeats.values()))
        ]
        for amount, repeat in in_order(self.repeats):
            self._run_amount(amount, repeat, np.sort(orders[repeat][:amount]))

    def result(self, ended: str, notes: tuple[str, ...]) -> ComparisonResult:
        """Return what was done."""
        # What was left out once may have been done in another repeat; the first reason counts.
        done = {(run.contender, run.amount) for run in self.runs}
        missing: dict[tuple[str, int], LeftOut] = {}
        for left in self.left_out:
            if (left.contender, left.amount) not in done:
                missing.setdefault((left.contender, left.amount), left)
        learnt = {amount for _, amount in done}
        if not learnt:
            reasons = dict.fromkeys(f"{left.contender}: {left.reason}" for left in self.left_out)
            raise DataError(
                "No contender could learn from any of these rows.",
                where="; ".join(reasons),
                remedy="give more rows, or larger --amounts",
            )
        return ComparisonResult(
            **self.contest.facts(),
            amounts=tuple(amount for amount in self.amounts if amount in learnt),
            contenders=self.contest.contenders,
            runs=tuple(self.runs),
            baseline=self.contest.baseline,
            left_out=tuple(missing.values()),
            ended=ended,
            seconds=time.perf_counter() - self.began,
            seed=self.config.seed,
            notes=notes,
            conditions=_conditions(),
        )

    def _run_amount(self, amount: int, repeat: int, rows: np.ndarray) -> None:
        seed = (self.config.seed + repeat) % _MOST_SEED
        limit = self.config.time_limit
        left = None if limit is None else max(1e-3, self._left(limit))
        config = self.config.replace(seed=seed, time_limit=left)
        for entry in self.contest.entries(config, rows, self._hear):
            self.n_done += 1
            is_fixed = amount == self.contest.n_rows and not entry.is_random
            if entry.refusal is not None:
                self._leave_out(entry.contender, amount, entry.refusal)
            elif not (repeat and is_fixed):  # it would be the same once more
                self._run_one(entry, amount, repeat, is_fixed=is_fixed)

    def _run_one(self, entry: Entry, amount: int, repeat: int, *, is_fixed: bool) -> None:
        contender = entry.contender
        too_long = self._too_long(contender, amount, repeat)
        if too_long is not None:
            self.left_out.append(too_long)
            return
        of = len(self.contest.contenders) * sum(self.repeats.values())
        self.emit(RunStarted(contender, amount, repeat, self.n_done, of))
        try:
            learned = entry.learn()
        except (DivergedError, MemoryError, CannotLearnError) as error:
            self._leave_out(contender, amount, _words_of(error))
            return
        scores, seconds = learned.scores, (learned.learn_seconds, learned.answer_seconds)
        run = Run(
            contender, amount, repeat, scores.metrics, *seconds, scores.rows, is_fixed, scores.parts
        )
        self.runs.append(run)
        self.emit(RunDone(contender, amount, repeat, scores.metrics, sum(seconds)))

    def _too_long(self, contender: str, amount: int, repeat: int) -> LeftOut | None:
        """Say why a run would take too long, or return None.

        Its time is expected to grow as the rows do. The smallest amount is learned from in any
        case, once: there is then something to show.
        """
        own = [run for run in self.runs if run.contender == contender and run.amount <= amount]
        last = max(own, key=lambda run: (run.amount, run.repeat), default=None)
        seconds = 0.0 if last is None else last.learn_seconds + last.answer_seconds
        expected = seconds if last is None else seconds * amount / last.amount
        if repeat and expected > _LONG_SECONDS:
            return LeftOut(contender, amount, "it took too long to be repeated")
        limit = self.config.time_limit
        if limit is None or (amount == self.amounts[0] and not repeat):
            return None
        left = self._left(limit)
        if expected <= left:
            return None
        reason = "nothing was left of the time limit"
        if left > 0:
            reason = f"it would take about {_words(expected)}, more than the time limit leaves"
        return LeftOut(contender, amount, reason, by_limit=True)

    def _left(self, limit: float) -> float:
        return limit - (time.perf_counter() - self.began)

    def _leave_out(self, contender: str, amount: int, reason: str) -> None:
        self.left_out.append(LeftOut(contender, amount, reason))

    def _hear(self, event: Event) -> None:
        """Pass on how far a training is; what else it says was said, or is not for here."""
        if isinstance(event, StepsDone):
            self.emit(event)


def _words_of(error: Exception) -> str:
    if isinstance(error, CannotLearnError):
        return str(error)
    return "its training diverged" if isinstance(error, DivergedError) else "out of memory"


def _words(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 90 else f"{seconds:.0f} seconds"


def _conditions() -> dict[str, str | int]:
    """State what a repetition depends on: as for a training, and scikit-learn's version."""
    import sklearn

    return {**backend.conditions(), "scikit-learn": sklearn.__version__}
