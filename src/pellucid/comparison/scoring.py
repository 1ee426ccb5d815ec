"""Answers turned into metrics, by one function for every contender, and into a share a test row.

A main metric is the mean of one number for each test row: 1 or 0 for a right or a wrong class,
and for R² one less the squared error in units of the test targets' variance. So two contenders
can be held against each other row by row (:mod:`pellucid.comparison.judging`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pellucid.tasks import Classification, Regression, Task

# What no contender's shares tell apart counts as this instead of 0, whose logarithm is infinite.
_LEAST_SHARE = 1e-12


@dataclass(frozen=True)
class Scores:
    """How good answers are.

    Attributes
    ----------
    metrics
        The task's metrics, without the loss.
    rows
        What each test row gives to the main metric, which is their mean; float64 ``(n_test,)``.
    """

    metrics: dict[str, float]
    rows: np.ndarray


def score(task: Task, outputs: np.ndarray, targets: np.ndarray) -> Scores:
    """Measure a network's outputs, ``(n, out_features)``, against encoded targets."""
    if isinstance(task, Classification):
        right = task.probabilities(outputs).argmax(axis=1) == targets
        return Scores(task.metrics(outputs, targets), right.astype(np.float64))
    assert isinstance(task, Regression)  # noqa: S101 -- others are refused before
    numbers, answers = task.target.numbers(targets), task.target.numbers(outputs)
    variance = float(np.var(numbers))
    errors = (np.ravel(numbers) - np.ravel(answers)) ** 2
    # Where all targets are the same, R² has no unit: an answer is then right or not.
    rows = 1 - errors / variance if variance else (errors == 0).astype(np.float64)
    return Scores(task.metrics(outputs, targets), rows)


def score_classic(task: Task, estimator: Any, inputs: Any, targets: np.ndarray) -> Scores:
    """Let a trained estimator of scikit-learn answer, and measure it as a network is measured."""
    if not isinstance(task, Classification):
        return score(task, np.asarray(estimator.predict(inputs)).reshape(-1, 1), targets)
    shares = np.zeros((len(targets), len(task.target.classes)))
    shares[:, estimator.classes_] = estimator.predict_proba(inputs)
    # The softmax of their logarithms are the shares themselves.
    outputs = np.log(np.maximum(shares, _LEAST_SHARE))
    return score(replace(task, loss_name="cross_entropy"), outputs, targets)
