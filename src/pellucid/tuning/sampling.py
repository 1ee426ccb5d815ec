"""Which settings are tried next, and which trials are stopped early: Optuna's part.

Settings are proposed by the tree-structured Parzen estimator (Bergstra, Bardenet, Bengio & Kégl,
"Algorithms for hyper-parameter optimization", NeurIPS 2011, section 4), and trials stopped by the
rule of percentiles (Golovin et al., "Google Vizier", KDD 2017, section 3.2): who is half done and
then among the worst quarter of those before. Their median would stop more, but settings near good
defaults score much alike, and what stood between them is often chance. Before there is enough to
estimate from, each setting keeps its default or not, as a coin falls: near the defaults, which were
measured on many data sets, more is good than far from all of them at once.

No study of Optuna's outlives a question. Each one is made anew from the trials so far, with a
generator seeded by the search's seed and the trial's number, which takes milliseconds. So what
is proposed is a function of seed and trials, and a search that goes on proposes what it would have
proposed without the interruption; and what is written down needs no Optuna to be read.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from pellucid.errors import SettingError
from pellucid.tuning.space import Dimension, defaults_of
from pellucid.tuning.trial import Trial

if TYPE_CHECKING:
    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.trial import Trial as Asked

# So many are drawn near the defaults before the first estimate is made of them.
_BY_CHANCE = 8
# Quarters of fewer say little.
_LEAST_FOR_QUARTERS = 4
_KEPT_PERCENT = 75.0
# Where choices are few, the same may be proposed again; after so often there is nothing new.
_ATTEMPTS = 30
# Of fewer trials, which settings mattered is a matter of chance.
LEAST_TO_WEIGH = 16
_DIGITS = 3


def require_optuna() -> None:
    """Raise SettingError where Optuna is not installed."""
    if importlib.util.find_spec("optuna") is None:
        raise SettingError(
            "A search for settings needs Optuna, which is not installed.",
            remedy='pip install "pellucid[tune]"',
        )


class Proposal:
    """Settings to try, and the judge of whether to go on with them.

    Parameters
    ----------
    settings
        By name.
    asked
        Optuna's side of it; None for the first trial, which nothing is there to stop.
    """

    def __init__(self, settings: dict[str, Any], asked: Asked | None = None) -> None:
        self.settings = settings
        self.course: dict[int, float] = {}
        self._asked = asked

    def report(self, step: int, score: float) -> bool:
        """Note a score on the way; return whether the trial is so far behind that it may stop."""
        self.course[step] = score
        if self._asked is None:
            return False
        with _quiet():
            self._asked.report(score, step)
            return bool(self._asked.should_prune())


class Sampler:
    """Proposes settings of a space.

    Parameters
    ----------
    space
        What is searched.
    seed
        Decides all proposals.
    half
        The step of a trial's course at which it is half done; it is not stopped before.
    """

    def __init__(self, space: Sequence[Dimension], seed: int, half: int) -> None:
        self.space, self._seed, self._half = space, seed, half

    def propose(self, trials: Sequence[Trial]) -> Proposal | None:
        """Return what to try after these trials; None where everything was tried.

        The first proposal is that of the defaults.
        """
        if not trials:
            return Proposal(defaults_of(self.space))
        tried = [trial.settings for trial in trials]
        for attempt in range(_ATTEMPTS):
            with _quiet():
                study = self._study(trials, attempt)
                if len(trials) < _BY_CHANCE:
                    study.enqueue_trial(self._by_chance(self._generator(trials, attempt)))
                asked = study.ask(self._distributions())
            settings = {d.name: _value(d, asked.params[d.name]) for d in self.space}
            if settings not in tried:
                return Proposal(settings, asked)
        return None

    def importance(self, trials: Sequence[Trial]) -> dict[str, float]:
        """Return how much of the scores' variance each setting accounts for, the most first.

        By functional analysis of variance (Hutter, Hoos & Leyton-Brown, ICML 2014). Empty where
        there are too few trials to the end, or all have one score: it would be made up.
        """
        done = [trial for trial in trials if trial.state == "done"]
        if len(done) < LEAST_TO_WEIGH or len({trial.score for trial in done}) == 1:
            return {}
        from optuna.importance import FanovaImportanceEvaluator, get_param_importances

        with _quiet():
            study = self._study(done, 0)
            found = get_param_importances(
                study, evaluator=FanovaImportanceEvaluator(seed=self._seed)
            )
        return {name: float(share) for name, share in found.items()}

    def _study(self, trials: Sequence[Trial], attempt: int) -> Study:
        import optuna
        from optuna.trial import TrialState, create_trial

        seed = self._generator(trials, attempt).integers(2**32)
        study = optuna.create_study(
            direction="maximize",
            sampler=optuna.samplers.TPESampler(seed=int(seed), n_startup_trials=_BY_CHANCE),
            pruner=optuna.pruners.PercentilePruner(
                _KEPT_PERCENT, n_startup_trials=_LEAST_FOR_QUARTERS, n_warmup_steps=self._half
            ),
        )
        distributions = self._distributions()
        # What diverged is for Optuna what was stopped before it scored: the worst there is.
        study.add_trials(
            [
                create_trial(
                    state=TrialState.COMPLETE if trial.state == "done" else TrialState.PRUNED,
                    value=trial.score if trial.state == "done" else None,
                    params={d.name: _param(d, trial.settings[d.name]) for d in self.space},
                    distributions=distributions,
                    intermediate_values=dict(trial.course),
                )
                for trial in trials
            ]
        )
        return study

    def _generator(self, trials: Sequence[Trial], attempt: int) -> np.random.Generator:
        return np.random.default_rng([self._seed, len(trials) + 1, attempt])

    def _by_chance(self, generator: np.random.Generator) -> dict[str, Any]:
        """Return Optuna's numbers of settings near the defaults."""
        params: dict[str, Any] = {}
        for dimension in self.space:
            keeps, place = generator.random(2)
            drawn: float
            if dimension.span is None:
                drawn = int(place * len(dimension.choices))
            else:
                low, high = np.log(dimension.span)
                drawn = _readable(float(np.exp(low + place * (high - low))), dimension.span)
            params[dimension.name] = _param(dimension, dimension.default) if keeps < 0.5 else drawn
        return params

    def _distributions(self) -> dict[str, BaseDistribution]:
        return {dimension.name: _distribution(dimension) for dimension in self.space}


def _distribution(dimension: Dimension) -> BaseDistribution:
    from optuna import distributions

    if dimension.span is not None:
        return distributions.FloatDistribution(*dimension.span, log=True)
    last = len(dimension.choices) - 1
    if dimension.ordered:
        return distributions.IntDistribution(0, last)
    return distributions.CategoricalDistribution(range(last + 1))


def _value(dimension: Dimension, param: Any) -> Any:
    """Return the setting's value of Optuna's number: a place among the choices, or a rate."""
    if dimension.span is None:
        return dimension.choices[int(param)]
    return _readable(param, dimension.span)


def _readable(value: float, span: tuple[float, float]) -> float:
    return min(span[1], max(span[0], float(f"{value:.{_DIGITS}g}")))


def _param(dimension: Dimension, value: Any) -> Any:
    return value if dimension.span is not None else dimension.choices.index(value)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Optuna from writing what it does, and leave its logging as it was."""
    import optuna

    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        yield
    finally:
        optuna.logging.set_verbosity(before)
