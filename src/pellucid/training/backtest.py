"""Which forecasting network suits the series: tried on windows after those it learns from.

What is best differs from series to series: on passengers of airlines hidden units halve the error
of a linear map, on transformers' temperatures they make it larger (docs/forecasting.md). Each
candidate learns from the training windows and answers the validation ones; where none are held
back for good, it learns from the earlier ones and answers the last third.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pellucid.data.table import Array
from pellucid.errors import InterruptedTrainingError
from pellucid.tasks import Forecasting
from pellucid.training.building import objective_of, optimizer_of
from pellucid.training.config import Config
from pellucid.training.out_of_fold import Stopped, answer_others, later_in_time
from pellucid.training.preparation import Prepared
from pellucid.training.step import Examples
from pellucid.training.targets import with_settings
from pellucid.training.trainer import Plan

# With fewer windows the last third says nothing.
LEAST_WINDOWS = 24
# Hidden units are tried where so many windows share no value to forecast: from fewer they learn the
# last third's own ups and downs by heart, which look like skill.
_LEAST_APART = 30
# A larger network must be better by so much, which is more than another seed makes of it.
_MARKEDLY = 0.02
# Candidates are tried on so many windows at most, evenly spaced.
_MOST_TRIED = 20_000


@dataclass(frozen=True)
class Candidate:
    """Settings that may suit.

    Attributes
    ----------
    title
        What it is, in words.
    hidden, dropout, learning_rate
        The settings.
    """

    title: str
    hidden: tuple[int, ...]
    dropout: float
    learning_rate: float

    def applied_to(self, config: Config) -> Config:
        """Return settings with these in them."""
        return config.replace(
            hidden=self.hidden, dropout=self.dropout, learning_rate=self.learning_rate
        )


OF_FEW = (
    Candidate("a linear map that stays near the naive forecast", (), 0.0, 0.001),
    Candidate("a linear map that goes further", (), 0.0, 0.005),
    Candidate("32 hidden units beside it", (32,), 0.2, 0.002),
    Candidate("two hidden layers of 64 units beside it", (64, 64), 0.0, 0.002),
)
OF_MANY = (
    Candidate("a linear map", (), 0.0, 0.001),
    Candidate("hidden layers of 128 and 64 units beside it", (128, 64), 0.1, 0.001),
)
NAMES = ("hidden", "dropout", "learning_rate")


def is_open(config: Config, prepared: Prepared) -> bool:
    """Tell whether the network is to be chosen by a trial: nobody named any part of it.

    Under a time limit there is none, as it would take from the training's own time.
    """
    return (
        isinstance(prepared.task, Forecasting)
        and (prepared.validation is not None or prepared.train.n >= LEAST_WINDOWS)
        and config.time_limit is None
        and all(getattr(config, name) is None for name in NAMES)
    )


def candidates_for(prepared: Prepared) -> tuple[Candidate, ...]:
    """Return what is tried: hidden units only where there are windows enough for them."""
    horizon = prepared.task.horizon if isinstance(prepared.task, Forecasting) else 1
    if prepared.validation is not None:
        return OF_MANY
    enough = prepared.train.n / horizon >= _LEAST_APART
    return tuple(one for one in OF_FEW if enough or not one.hidden)


def choose(
    config: Config, prepared: Prepared, should_stop: Callable[[], bool]
) -> tuple[Config, str]:
    """Return the settings with the network that answers later windows best, and the reason.

    Parameters
    ----------
    config
        The settings, every open one filled in.
    prepared
        The encoded data of a forecast.
    should_stop
        Asked after each epoch.

    Raises
    ------
    InterruptedTrainingError
        Where it said so.
    """
    candidates = candidates_for(prepared)
    errors = [_error(one.applied_to(config), prepared, should_stop) for one in candidates]
    best = 0
    for place, error in enumerate(errors):
        if error < (1 - _MARKEDLY) * errors[best] or not np.isfinite(errors[best]):
            best = place
    rows = "the last third of the windows" if prepared.validation is None else "validation windows"
    others = "; ".join(
        f"{error:.3g} with {one.title}"
        for place, (one, error) in enumerate(zip(candidates, errors, strict=True))
        if place != best
    )
    reason = f"tried on {rows}: squared error {errors[best]:.3g} with {candidates[best].title}"
    return candidates[best].applied_to(config), f"{reason}; {others}"


def _error(config: Config, prepared: Prepared, should_stop: Callable[[], bool]) -> float:
    """Return the squared error on later windows, in the standardised scale."""
    task = with_settings(config, prepared.task)
    if not isinstance(task, Forecasting):
        return float("inf")
    plan = Plan(optimizer_of(config), config.batch_size or 1, config.epochs or 1, seed=config.seed)
    objective = objective_of(config, task, prepared.encoding.blocks)
    try:
        if prepared.validation is None:
            gap = task.horizon - 1
            answered = later_in_time(objective, plan, prepared.train, gap, should_stop)
            if answered is None:
                return float("inf")
            rows, outputs = answered
            return _measured(task, outputs, np.asarray(prepared.train.targets)[rows])
        train, others = _some(prepared.train), _some(prepared.validation)
        found = answer_others(objective, plan, train, others, should_stop=should_stop)
    except Stopped:
        raise InterruptedTrainingError(
            "Interrupted before training; nothing was written."
        ) from None
    return float("inf") if found is None else _measured(task, found, np.asarray(others.targets))


def _measured(task: Forecasting, outputs: Array, targets: Array) -> float:
    return task.metrics(outputs, targets)["scaled_mse"]


def _some(examples: Examples) -> Examples:
    if examples.n <= _MOST_TRIED:
        return examples
    return examples.take(np.linspace(0, examples.n - 1, _MOST_TRIED).round().astype(np.int64))
