"""Every contender on every amount, one after the other, on the very same vectors."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from threadpoolctl import threadpool_limits

from pellucid import backend, memory
from pellucid.comparison.amounts import in_order, nesting_order, repeats_of, settle_amounts
from pellucid.comparison.contenders import NETWORK, Contender, Size, classic_contenders
from pellucid.comparison.ground import Ground, find_ground
from pellucid.comparison.options import Options, refuse_unfit
from pellucid.comparison.result import ComparisonResult, LeftOut, Run
from pellucid.comparison.scoring import Scores, score, score_classic
from pellucid.data.matrices import is_resident, is_sparse
from pellucid.errors import DivergedError, SettingError
from pellucid.training.config import Config
from pellucid.training.events import Callback, Event, Note, PhaseStarted, StepsDone, tell_nobody
from pellucid.training.preparation import Prepared
from pellucid.training.session import Session
from pellucid.training.settings import settings_of
from pellucid.training.telling import Faces

# What a training does before and after it learns; the others spend it together.
_NOT_LEARNING = ("start", "data", "evaluate")
_MOST_SEED = 2**32
# On so few numbers, threads wait for each other longer than they work: with another program on one
# of two cores, gradient boosting of 713 rows took 7 s with two threads, and 0.3 s with one.
_FEW_NUMBERS = 5_000_000
# What takes longer is not repeated.
_LONG_SECONDS = 20.0

# What changes no answer is left out of trainings.
_NOT_DONE = {name: "none" for name in ("calibration",) if name in settings_of(Config)}

Learn: TypeAlias = Callable[[], tuple[Scores, float, float]]


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
        Where the data cannot be used.
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
        ground = find_ground(config, note)
        course = _Course(config, options or Options(), ground, emit, began)
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
    ground: Ground
    emit: Callback
    began: float
    runs: list[Run] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    baseline: dict[str, float] = field(default_factory=dict)
    n_done: int = 0

    def __post_init__(self) -> None:
        ground = self.ground
        self.classic = classic_contenders(ground.contract.task)
        n_rows = ground.train.n_rows
        wanted = self.options.amounts
        if ground.most < n_rows and wanted is None:
            n_rows = ground.most
        self.amounts = settle_amounts(wanted, n_rows, ground.n_classes)
        if self.amounts[-1] > ground.most:
            raise SettingError(
                f"The vectors of {self.amounts[-1]:,} rows do not fit into memory.",
                expected=f"at most {ground.most:,} rows",
                remedy="give smaller --amounts, or more --memory",
            )
        most = self.options.repeats
        self.repeats = {
            amount: repeats_of(amount, ground.train.n_rows, most) for amount in self.amounts
        }

    @property
    def is_cut(self) -> bool:
        """Whether the time limit left something out."""
        return any(left.by_limit for left in self.left_out)

    def run(self) -> None:
        """Let all learn, in an order in which an early end leaves the most that can be judged."""
        n_rows, seed = self.ground.train.n_rows, self.config.seed
        orders = [
            nesting_order(n_rows, seed, repeat, self.ground.labels)
            for repeat in range(max(self.repeats.values()))
        ]
        for amount, repeat in in_order(self.repeats):
            self._run_amount(amount, repeat, np.sort(orders[repeat][:amount]))

    def result(self, ended: str, notes: tuple[str, ...]) -> ComparisonResult:
        """Return what was done."""
        ground, task = self.ground, self.ground.task
        dataset, contract = ground.divided.dataset, ground.contract
        # What was left out once may have been done in another repeat.
        done = {(run.contender, run.amount) for run in self.runs}
        missing = {
            (left.contender, left.amount): left
            for left in self.left_out
            if (left.contender, left.amount) not in done
        }
        learnt = {amount for _, amount in done}
        return ComparisonResult(
            source=dataset.name,
            origin=dataset.origin,
            target=contract.targets[0],
            task=task.name,
            metric=task.main_metric,
            n_train=ground.train.n_rows,
            n_test=ground.n_test,
            amounts=tuple(amount for amount in self.amounts if amount in learnt),
            contenders=(NETWORK, *(contender.name for contender in self.classic)),
            runs=tuple(self.runs),
            baseline=self.baseline,
            left_out=tuple(missing.values()),
            ended=ended,
            seconds=time.perf_counter() - self.began,
            seed=self.config.seed,
            notes=notes,
            conditions=_conditions(),
            units=contract.units,
        )

    def _run_amount(self, amount: int, repeat: int, rows: np.ndarray) -> None:
        seed = (self.config.seed + repeat) % _MOST_SEED
        limit = self.config.time_limit
        left = None if limit is None else max(1e-3, self._left(limit))
        config = self.config.replace(seed=seed, time_limit=left, **_NOT_DONE)
        faces = Faces(self._hear, began=time.perf_counter())
        session = Session(
            config, faces, lambda config, note: self.ground.prepare(rows, config, note)
        )
        self._run_one(NETWORK, amount, repeat, partial(_of_network, session))
        inputs, targets, test = _vectors(session.prepared)
        self._measure_baseline(session.prepared, targets)
        size = Size.of(inputs, targets)
        for contender in self.classic:
            refusal = _refusal(contender, size, targets)
            is_fixed = amount == self.ground.train.n_rows and not contender.is_random(size)
            if refusal is not None:
                self.n_done += 1
                self._leave_out(contender.name, amount, refusal)
            elif repeat and is_fixed:
                self.n_done += 1  # it would be the same once more
            else:
                estimator = contender.make(size, seed)
                learn = partial(_of_classic, estimator, inputs, targets, session, test)
                self._run_one(contender.name, amount, repeat, learn, is_fixed=is_fixed)

    def _run_one(
        self, contender: str, amount: int, repeat: int, learn: Learn, *, is_fixed: bool = False
    ) -> None:
        self.n_done += 1
        too_long = self._too_long(contender, amount, repeat)
        if too_long is not None:
            self.left_out.append(too_long)
            return
        of = (1 + len(self.classic)) * sum(self.repeats.values())
        self.emit(RunStarted(contender, amount, repeat, self.n_done, of))
        try:
            scores, learn_seconds, answer_seconds = learn()
        except (DivergedError, MemoryError) as error:
            what = "its training diverged" if isinstance(error, DivergedError) else "out of memory"
            self._leave_out(contender, amount, what)
            return
        seconds = learn_seconds, answer_seconds
        run = Run(contender, amount, repeat, scores.metrics, *seconds, scores.rows, is_fixed)
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
        if expected <= self._left(limit):
            return None
        reason = f"it would take about {_words(expected)}, more than the time limit leaves"
        return LeftOut(contender, amount, reason, by_limit=True)

    def _left(self, limit: float) -> float:
        return limit - (time.perf_counter() - self.began)

    def _leave_out(self, contender: str, amount: int, reason: str) -> None:
        self.left_out.append(LeftOut(contender, amount, reason))

    def _measure_baseline(self, prepared: Prepared, targets: np.ndarray) -> None:
        """Measure the trivial predictor of the most rows that were learned from."""
        if prepared.test is not None and len(targets) >= self.baseline.get("n", 0):
            measured = prepared.task.baseline(targets, prepared.test.targets)
            self.baseline = {**measured, "n": len(targets)}

    def _hear(self, event: Event) -> None:
        """Pass on how far a training is; what else it says was said, or is not for here."""
        if isinstance(event, StepsDone):
            self.emit(event)


def _of_network(session: Session) -> tuple[Scores, float, float]:
    """Train the network; return its scores, and the seconds of learning and of answering."""
    outcome = session.train(None)
    seconds = outcome.report["seconds"]
    learning = seconds["total"] - sum(seconds.get(name, 0.0) for name in _NOT_LEARNING)
    model, test = outcome.model, session.prepared.test
    assert test is not None  # noqa: S101 -- find_ground refuses a source without one
    model.forward.outputs(model.params, test.inputs)  # compiled now, if it was not
    began = time.perf_counter()
    outputs = model.forward.outputs(model.params, test.inputs)
    answering = time.perf_counter() - began
    return score(model.task, outputs, test.targets), learning, answering


def _of_classic(
    estimator: Any, inputs: Any, targets: np.ndarray, session: Session, test: Any
) -> tuple[Scores, float, float]:
    prepared = session.prepared
    assert prepared.test is not None  # noqa: S101 -- as above
    n_threads = 1 if inputs.size < _FEW_NUMBERS else None
    # That a solver could go on for longer is no news to who compares.
    with threadpool_limits(n_threads), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        began = time.perf_counter()
        estimator.fit(inputs, targets)
        learnt = time.perf_counter()
        if hasattr(estimator, "estimators_"):
            estimator.n_jobs = 1  # threads would add up a forest's shares in any order
        scores = score_classic(prepared.task, estimator, test, prepared.test.targets)
    return scores, learnt - began, time.perf_counter() - learnt


def _vectors(prepared: Prepared) -> tuple[Any, np.ndarray, Any]:
    """Return the inputs and targets that classic contenders learn from, and the test's inputs.

    The rows that the network holds back are among them.
    """
    parts = [part for part in (prepared.train, prepared.validation) if part is not None]
    inputs = [plain_vectors(part.inputs) for part in parts]
    targets = np.concatenate([part.targets for part in parts])
    if targets.ndim > 1:
        targets = targets[:, 0]
    assert prepared.test is not None  # noqa: S101 -- as above
    return _stacked(inputs), targets, plain_vectors(prepared.test.inputs)


def plain_vectors(inputs: Any) -> Any:
    """Return a matrix as scikit-learn takes it: an array, or a sparse one of 32-bit places."""
    if is_sparse(inputs):
        small = inputs.indices.max(initial=0), inputs.indptr[-1]
        if max(small) < np.iinfo(np.int32).max:
            inputs = inputs.copy()
            inputs.indices = inputs.indices.astype(np.int32)
            inputs.indptr = inputs.indptr.astype(np.int32)
        return inputs
    return inputs if is_resident(inputs) else np.asarray(inputs)


def _stacked(matrices: list[Any]) -> Any:
    if len(matrices) == 1:
        return matrices[0]
    if any(map(is_sparse, matrices)):
        from scipy.sparse import csr_array, vstack

        return csr_array(vstack([csr_array(matrix) for matrix in matrices], format="csr"))
    return np.concatenate(matrices)


def _refusal(contender: Contender, size: Size, targets: np.ndarray) -> str | None:
    is_class = np.issubdtype(targets.dtype, np.integer)
    if is_class and len(np.unique(targets)) < 2:
        return "these rows are all of one class"
    return contender.refuses(size)


def _words(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 90 else f"{seconds:.0f} seconds"


def _conditions() -> dict[str, str | int]:
    """State what a repetition depends on: as for a training, and scikit-learn's version."""
    import sklearn

    return {**backend.conditions(), "scikit-learn": sklearn.__version__}
