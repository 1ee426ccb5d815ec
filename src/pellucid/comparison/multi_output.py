"""Classic methods for whatever there is to predict: one target, several, or sets of labels.

scikit-learn's estimators answer for one target. Of several targets each has an estimator of its
own. Of labels, nearest neighbours and forests answer for all at once; the others have an estimator
for each label (*binary relevance*; Tsoumakas & Katakis, *Multi-label classification: an
overview*, 2007). Answers come as outputs of a network, whose probabilities are theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from pellucid.comparison.contenders import Contender, Size, classic_contenders
from pellucid.data.matrices import Matrix
from pellucid.tasks import Classification, MultiLabel, Regression, Several, Task

Answer: TypeAlias = Callable[[Matrix], np.ndarray]
"""From encoded rows, ``(n, in_features)``, to outputs as a network gives them."""

# What no method's shares tell apart counts as this instead of 0, whose logarithm is infinite.
_LEAST_SHARE = 1e-12
_LINEAR = "linear model"


def plain_task(task: Task) -> Task:
    """Return a task whose outputs of classes are logarithms of their shares."""
    if isinstance(task, Several):
        return task.with_parts([plain_task(part) for part in task.parts])
    return replace(task, loss_name="cross_entropy") if isinstance(task, Classification) else task


@dataclass(frozen=True)
class MultiOutput:
    """One classic contender, with a method for each target.

    Attributes
    ----------
    name
        What it is called in tables.
    methods
        One for each target.
    task
        What is predicted.
    """

    name: str
    methods: tuple[Contender, ...]
    task: Task

    def refuses(self, inputs: Matrix, targets: np.ndarray) -> str | None:
        """Say why it cannot learn from encoded rows and targets, or return None."""
        if isinstance(self.task, Classification) and len(np.unique(targets)) < 2:
            return "these rows are all of one class"
        reasons = (method.refuses(size) for method, size in self._sizes(inputs, targets))
        return next((reason for reason in reasons if reason is not None), None)

    def is_random(self, inputs: Matrix, targets: np.ndarray) -> bool:
        """Return whether the same rows with another seed give other answers."""
        return any(method.is_random(size) for method, size in self._sizes(inputs, targets))

    def fit(self, inputs: Matrix, targets: np.ndarray, seed: int) -> Answer:
        """Learn; return what answers."""
        answers = [
            _fit(method, part, inputs, own, seed) for method, part, own in self._parts(targets)
        ]
        return lambda rows: np.concatenate([answer(rows) for answer in answers], axis=1)

    def _parts(self, targets: np.ndarray) -> Iterator[tuple[Contender, Task, np.ndarray]]:
        """Yield each target's method, task and encoded values."""
        no_outputs = np.empty((0, self.task.out_features))
        parts = self.task.apart(no_outputs, targets)
        for method, (_, part, _, own) in zip(self.methods, parts, strict=True):
            yield method, part, own

    def _sizes(self, inputs: Matrix, targets: np.ndarray) -> Iterator[tuple[Contender, Size]]:
        for method, part, own in self._parts(targets):
            columns = own.T.astype(np.int32) if isinstance(part, MultiLabel) else [own]
            for column in columns:
                yield method, Size.of(inputs, column)


def contenders_for(task: Task) -> tuple[MultiOutput, ...]:
    """Return the four classic contenders for a task that was fitted to data.

    Examples
    --------
    >>> from pellucid.data import NumberTarget
    >>> import polars as pl
    >>> task = Regression(NumberTarget.fit(pl.Series([1.0, 2.0])))
    >>> [contender.name for contender in contenders_for(Several(("a", "b"), (task, task), (1, 1)))]
    ['ridge regression', 'nearest neighbours', 'random forest', 'gradient boosting']
    """
    task = plain_task(task)
    kinds = [
        "regression" if isinstance(part, Regression) else "classification"
        for _, part, _, _ in task.apart(np.empty((0, task.out_features)), None)
    ]
    found = []
    for methods in zip(*map(classic_contenders, kinds), strict=True):
        names = {method.name for method in methods}
        found.append(MultiOutput(names.pop() if len(names) == 1 else _LINEAR, methods, task))
    return tuple(found)


def _fit(method: Contender, part: Task, inputs: Matrix, targets: np.ndarray, seed: int) -> Answer:
    if isinstance(part, Classification):
        n_classes = len(part.target.classes)
        shares_of = _fit_classes(method, inputs, targets, seed)
        return lambda rows: _logarithms(_spread(*shares_of(rows), n_classes))
    if isinstance(part, MultiLabel):
        return _fit_labels(method, inputs, targets.astype(np.int32), seed)
    numbers = np.ravel(targets)
    estimator = _fitted(method.make(Size.of(inputs, numbers), seed), inputs, numbers)
    return lambda rows: np.asarray(estimator.predict(rows)).reshape(-1, 1)


def _fit_labels(method: Contender, inputs: Matrix, sets: np.ndarray, seed: int) -> Answer:
    if method.takes_labels and sets.shape[1] > 1:
        estimator = _fitted(method.make(Size.of(inputs, sets[:, 0]), seed), inputs, sets)

        def shares_of(rows: Matrix) -> list[tuple[np.ndarray, np.ndarray]]:
            return list(zip(estimator.predict_proba(rows), estimator.classes_, strict=True))
    else:
        columns = [_fit_classes(method, inputs, column, seed) for column in sets.T]

        def shares_of(rows: Matrix) -> list[tuple[np.ndarray, np.ndarray]]:
            return [column(rows) for column in columns]

    def answer(rows: Matrix) -> np.ndarray:
        either = np.stack([_spread(*own, 2) for own in shares_of(rows)], axis=1)
        logarithms = _logarithms(either)
        return np.asarray(logarithms[..., 1] - logarithms[..., 0])

    return answer


def _fit_classes(
    method: Contender, inputs: Matrix, classes: np.ndarray, seed: int
) -> Callable[[Matrix], tuple[np.ndarray, np.ndarray]]:
    """Learn one target; return what gives shares, ``(n, k)``, and the k classes they are of."""
    known = np.unique(classes)
    if len(known) == 1:  # one of several targets: what never changes is answered always
        return lambda rows: (np.ones((rows.shape[0], 1)), known)
    estimator = _fitted(method.make(Size.of(inputs, classes), seed), inputs, classes)
    return lambda rows: (estimator.predict_proba(rows), estimator.classes_)


def _fitted(estimator: Any, inputs: Matrix, targets: np.ndarray) -> Any:
    estimator.fit(inputs, targets)
    if hasattr(estimator, "estimators_"):
        estimator.n_jobs = 1  # threads would add up a forest's shares in any order
    return estimator


def _spread(shares: np.ndarray, classes: np.ndarray, n_classes: int) -> np.ndarray:
    """Put the shares of some classes into their places among all, ``(n, n_classes)``."""
    every = np.zeros((len(shares), n_classes))
    every[:, np.asarray(classes, dtype=np.int64)] = shares
    return every


def _logarithms(shares: np.ndarray) -> np.ndarray:
    """Return outputs whose softmax are the shares."""
    return np.asarray(np.log(np.maximum(shares, _LEAST_SHARE)))
