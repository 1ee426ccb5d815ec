"""Targets to be predicted: all learn from the same vectors, and are tested on the same rows."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from pellucid.comparison.contenders import NETWORK
from pellucid.comparison.contest import Contest, Entry, Learned
from pellucid.comparison.ground import find_ground
from pellucid.comparison.multi_output import MultiOutput, contenders_for, plain_task
from pellucid.comparison.scoring import score
from pellucid.data.matrices import is_resident, is_sparse
from pellucid.tasks import Task
from pellucid.training.config import Config
from pellucid.training.events import Callback
from pellucid.training.preparation import Prepared
from pellucid.training.session import Session
from pellucid.training.settings import settings_of
from pellucid.training.step import Examples
from pellucid.training.telling import Faces

# What a training does before and after it learns; the others spend it together.
_NOT_LEARNING = ("start", "data", "evaluate")
# On so few numbers, threads wait for each other longer than they work: with another program on one
# of two cores, gradient boosting of 713 rows took 7 s with two threads, and 0.3 s with one.
_FEW_NUMBERS = 5_000_000
# What changes no answer is left out of trainings.
_NOT_DONE = {name: "none" for name in ("calibration",) if name in settings_of(Config)}


class Supervised(Contest):
    """Rows with targets, divided once.

    Parameters
    ----------
    config
        The settings of the training.
    note
        Receives sentences for people, and whether each is a warning.

    Raises
    ------
    DataError
        Where the data cannot be used.
    SettingError
        Where a setting does not fit the data.
    """

    def __init__(self, config: Config, note: Callable[[str, bool], None]) -> None:
        ground = find_ground(config, note)
        self._ground, self._classic = ground, contenders_for(ground.task)
        super().__init__(
            contenders=(NETWORK, *(contender.name for contender in self._classic)),
            n_rows=ground.train.n_rows,
            most=ground.most,
            n_classes=ground.n_classes,
            labels=ground.labels,
        )

    def entries(self, config: Config, rows: np.ndarray, emit: Callback) -> Iterator[Entry]:
        """Yield the contenders, the network first, before some rows."""
        faces = Faces(emit, began=time.perf_counter())
        session = Session(
            config.replace(**_NOT_DONE),
            faces,
            lambda config, note: self._ground.prepare(rows, config, note),
        )
        yield Entry(NETWORK, partial(_of_network, session))
        task = plain_task(session.prepared.task)
        prepared = session.prepared
        if self._ground.has_sequences:  # numbers of words say nothing by their size
            prepared = self._ground.prepare(rows, config, _say_nothing, as_bags=True)
        inputs, targets, test = _vectors(prepared)
        self._measure_baseline(task, targets, test)
        for contender in self._classic:
            yield Entry(
                contender.name,
                partial(_of_classic, contender, task, (inputs, targets), test, config.seed),
                contender.is_random(inputs, targets),
                contender.refuses(inputs, targets),
            )

    def facts(self) -> Mapping[str, Any]:
        """Return what the result tells of the data."""
        ground = self._ground
        dataset, contract = ground.divided.dataset, ground.contract
        return {
            "source": dataset.name,
            "origin": dataset.origin,
            "targets": contract.targets,
            "task": ground.task.name,
            "metric": ground.task.main_metric,
            "n_train": self.n_rows,
            "n_test": ground.n_test,
            "units": contract.units,
        }

    def _measure_baseline(self, task: Task, targets: np.ndarray, test: Examples) -> None:
        if len(targets) >= self.baseline.get("n", 0):
            self.baseline = {**task.baseline(targets, test.targets), "n": len(targets)}


def _say_nothing(text: str, warning: bool) -> None:
    """Hear what the network's own preparation has said already."""


def _of_network(session: Session) -> Learned:
    """Train the network, and test it."""
    outcome = session.train(None)
    seconds = outcome.report["seconds"]
    learning = seconds["total"] - sum(seconds.get(name, 0.0) for name in _NOT_LEARNING)
    model, test = outcome.model, _test_of(session.prepared)
    model.forward.outputs(model.params, test.inputs)  # compiled now, if it was not
    began = time.perf_counter()
    outputs = model.forward.outputs(model.params, test.inputs)
    answering = time.perf_counter() - began
    return Learned(score(model.task, outputs, test.targets), learning, answering)


def _of_classic(
    contender: MultiOutput,
    task: Task,
    examples: tuple[Any, np.ndarray],
    test: Examples,
    seed: int,
) -> Learned:
    inputs, targets = examples
    n_threads = 1 if inputs.size < _FEW_NUMBERS else None
    # That a solver could go on for longer is no news to who compares.
    with threadpool_limits(n_threads), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        began = time.perf_counter()
        answer = contender.fit(inputs, targets, seed)
        learnt = time.perf_counter()
        outputs = answer(test.inputs)
        answered = time.perf_counter()
    return Learned(score(task, outputs, test.targets), learnt - began, answered - learnt)


def _vectors(prepared: Prepared) -> tuple[Any, np.ndarray, Examples]:
    """Return the inputs and targets that classic contenders learn from, and the test's.

    The rows that the network holds back are among them.
    """
    parts = [part for part in (prepared.train, prepared.validation) if part is not None]
    inputs = [plain_vectors(part.inputs) for part in parts]
    targets = np.concatenate([part.targets for part in parts])
    test = _test_of(prepared)
    return _stacked(inputs), targets, Examples(plain_vectors(test.inputs), test.targets)


def _test_of(prepared: Prepared) -> Examples:
    assert prepared.test is not None  # noqa: S101 -- find_ground refuses a source without one
    return prepared.test


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
