"""One trial after the other, until there are enough, time is over, or a person stops it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from pellucid.errors import DivergedError, InterruptedTrainingError, SettingError
from pellucid.training.config import Config
from pellucid.training.events import Callback, Event, StopTraining
from pellucid.training.out_of_fold import Stopped
from pellucid.tuning.folder import SearchFolder
from pellucid.tuning.ground import Ground
from pellucid.tuning.sampling import Proposal, Sampler
from pellucid.tuning.space import Dimension, differing
from pellucid.tuning.trial import Trial, best_of, to_plain

Ended: TypeAlias = Literal["finished", "time limit", "exhausted", "callback"]

# A training at the end also compiles, calibrates and tests; so much longer than a trial it takes.
_TRAINING_FACTOR = 1.5


@dataclass(frozen=True)
class SearchPlanned(Event):
    """What is searched (names, values, reasons), in how many trials, scored by which rows."""

    space: list[dict[str, Any]]
    trials: int
    done: int
    way: str
    n_scored: int


@dataclass(frozen=True)
class TrialStarted(Event):
    """A trial begins: its number, of how many, and the settings that are not the defaults."""

    number: int
    of: int
    settings: dict[str, Any]


@dataclass(frozen=True)
class TrialAdvanced(Event):
    """So large a share of a trial is done."""

    number: int
    share: float


@dataclass(frozen=True)
class TrialDone(Event):
    """A trial ended: how, what it scored, which share of it was done, and the best one so far."""

    number: int
    of: int
    state: str
    settings: dict[str, Any]
    score_name: str
    metrics: dict[str, float]
    share: float
    seconds: float
    best: int | None
    best_metrics: dict[str, float]


@dataclass
class Search:
    """The trials of one search, done and to do.

    A callback that raises ``StopTraining`` ends it after the first trial, with what there is.

    Attributes
    ----------
    config
        The defaults: every setting that is open is filled in. ``time_limit`` is for everything, the
        trainings at the end included.
    space, ground
        What is searched, and by which rows it is scored.
    wanted
        How many trials there are to be.
    folder
        Where they are written down, or None.
    emit, should_stop
        Who is told, and who may stop it.
    began
        When it began, on ``time.perf_counter``'s clock; of one that goes on, before the
        interruption's length.
    trials
        Those that ended.
    """

    config: Config
    space: tuple[Dimension, ...]
    ground: Ground
    wanted: int
    folder: SearchFolder | None
    emit: Callback
    should_stop: Callable[[], bool]
    began: float
    trials: list[Trial] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sampler = Sampler(self.space, self.config.seed, self.ground.half)
        self._told_to_stop = False

    @property
    def elapsed(self) -> float:
        """The seconds of the search so far."""
        return time.perf_counter() - self.began

    def run(self) -> Ended:
        """Do what is left to do; return why it ended.

        Raises
        ------
        InterruptedTrainingError
            Where a person stopped it.
        """
        ended = self._run()
        if self.folder is not None:
            self.folder.end(ended)
        return ended

    def _run(self) -> Ended:
        while len(self.trials) < self.wanted:
            if self.should_stop():
                raise self.interrupted()
            if self._told_to_stop and self.trials:
                return "callback"
            proposal = self.sampler.propose(self.trials)
            if proposal is None:
                return "exhausted"
            if self._expected() > self._left():
                return "time limit"
            trial = self._try(proposal)
            if trial is None:
                return "callback" if self._told_to_stop else "time limit"
            self.trials.append(trial)
            if self.folder is not None:
                self.folder.append(trial)
            self._tell(trial)
        return "finished"

    @property
    def best(self) -> Trial:
        """The best trial; raises DivergedError where all left the finite numbers."""
        best = best_of(self.trials)
        if best is None:
            raise DivergedError(
                f"All {len(self.trials):,} trials left the finite numbers.",
                remedy="set what may be the cause yourself, such as --learning-rate 0.001",
            )
        return best

    def score_name(self) -> str:
        """Return the metric that is the score."""
        metrics = next((trial.metrics for trial in self.trials if trial.metrics), {})
        return self.ground.score_name(metrics)

    def interrupted(self) -> InterruptedTrainingError:
        """Word the end by a person's wish."""
        kept = "nothing was written, since no run folder was asked for"
        remedy = None
        if self.folder is not None:
            kept = f"{len(self.trials):,} of {self.wanted:,} trials are kept in {self.folder.path}"
            remedy = f"go on with: pellucid tune --resume {self.folder.path}"
        return InterruptedTrainingError(f"The search was interrupted; {kept}.", remedy=remedy)

    def _try(self, proposal: Proposal) -> Trial | None:
        """Score a proposal; None where the time is over before."""
        number = len(self.trials) + 1
        different = differing(proposal.settings, self.space)
        plain = {name: to_plain(value) for name, value in different.items()}
        self._emit(TrialStarted(number, self.wanted, plain))
        began, is_over = time.perf_counter(), False

        def stop() -> bool:
            nonlocal is_over
            is_over = number > 1 and (self._told_to_stop or self._left() <= 0)
            return is_over or self.should_stop()

        def hear(share: float) -> None:
            self._emit(TrialAdvanced(number, share))

        config = self.config.replace(**proposal.settings)
        try:
            scored = self.ground.score(config, proposal.report, stop, hear)
        except Stopped:
            if is_over:
                return None
            raise self.interrupted() from None
        seconds = time.perf_counter() - began
        trial = Trial(
            number,
            proposal.settings,
            "diverged",
            seconds=round(seconds, 3),
            elapsed=round(self.elapsed, 3),
        )
        if scored is None:
            return trial
        return replace(
            trial,
            state=scored.ended,
            score=scored.score,
            loss=scored.loss,
            metrics=scored.metrics,
            course=proposal.course,
        )

    def _emit(self, event: Event) -> None:
        try:
            self.emit(event)
        except StopTraining:
            self._told_to_stop = True

    def _tell(self, trial: Trial) -> None:
        best = best_of(self.trials)
        different = differing(trial.settings, self.space)
        parts = self.ground.parts
        self._emit(
            TrialDone(
                number=trial.number,
                of=self.wanted,
                state=trial.state,
                settings={name: to_plain(value) for name, value in different.items()},
                score_name=self.score_name(),
                metrics=dict(trial.metrics),
                share=max(trial.course, default=0) / parts if trial.state == "stopped" else 1.0,
                seconds=trial.seconds,
                best=None if best is None else best.number,
                best_metrics={} if best is None else dict(best.metrics),
            )
        )

    def _expected(self) -> float:
        """Return what the next trial is likely to take; the first one is done in any case."""
        if not self.trials:
            return 0.0
        return statistics.median(trial.seconds for trial in self.trials)

    def _left(self) -> float:
        """Return the seconds left for trials, those of the trainings at the end kept aside."""
        if self.config.time_limit is None or not self.trials:
            return float("inf")
        ends = {trial.number: trial for trial in (best_of(self.trials), self.trials[0]) if trial}
        a_training = _TRAINING_FACTOR / self.ground.trainings_a_trial
        kept_aside = sum(max(1.0, a_training * trial.seconds) for trial in ends.values())
        return self.config.time_limit - kept_aside - self.elapsed


def refuse_too_short(ground: Ground, config: Config, elapsed: float) -> None:
    """Raise SettingError where the time limit leaves no room for one trial and the training after.

    Parameters
    ----------
    ground, config
        The rows, and the defaults.
    elapsed
        The seconds that are gone already.
    """
    limit = config.time_limit
    if limit is None:
        return
    a_training = ground.expected_seconds(config)
    needed = a_training * (ground.trainings_a_trial + _TRAINING_FACTOR)
    if needed > limit - elapsed:
        enough = max(1, round(1.5 * (needed + elapsed)))
        raise SettingError(
            f"A time limit of {limit:g} s leaves no room for one trial and the training after it, "
            f"which take about {needed:.1f} s.",
            expected=f"at least {enough:,} s, and more for each further trial",
            remedy=f"give --time-limit {5 * enough}s, or fewer --epochs",
        )
