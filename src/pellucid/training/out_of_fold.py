"""Answers for training rows by networks that did not learn from them.

Each network learns four fifths of the rows, by the same objective and plan and in the same compiled
program as the one that is kept, and answers the fifth that it never saw. Nothing is looked at on
the way, so that the steps of all epochs are queued one behind the other: less than the training
itself takes, which looks at its losses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import jax.numpy as jnp
import numpy as np

from pellucid import optimizers
from pellucid.data import Block, epoch_order
from pellucid.data.batches import steps_of_epoch
from pellucid.data.table import Array
from pellucid.model.forward import Forward
from pellucid.nn import Params
from pellucid.training.feeding import Feed, feed_of
from pellucid.training.reweighing import reweighed
from pellucid.training.step import Examples, Objective, steps_program
from pellucid.training.trainer import Plan, initial_state

FOLDS = 5
_PART_ANSWERED = 3
_KEY_OF_FOLDS = 2**32 - 1


class Stopped(Exception):  # noqa: N818 -- a request, as StopIteration is; not an error
    """The person asked to stop."""


def out_of_fold(
    objective: Objective,
    plan: Plan,
    train: Examples,
    n_folds: int,
    should_stop: Callable[[], bool] = lambda: False,
    blocks: Sequence[Block] = (),
) -> tuple[Array, Array] | None:
    """Answer rows by networks that learned without them.

    Parameters
    ----------
    objective, plan
        What is minimised, and how; a time limit is not looked at.
    train
        The examples, of which there are at least 5.
    n_folds
        How many fifths are answered, 1 to 5. Chance alone divides the rows, by the plan's seed.
    should_stop
        Asked after each epoch.
    blocks
        Where the features lie, and which of them are weighed by classes (`reweighing`).

    Returns
    -------
    tuple of numpy.ndarray or None
        Which rows were answered, (m,), and the outputs for them, (m, out_features); None where a
        training left the finite numbers.

    Raises
    ------
    Stopped
        Where ``should_stop`` said so.
    """
    answered, outputs = [], []
    for fold in fold_by_fold(objective, plan, train, n_folds, should_stop, blocks):
        if fold is None:
            return None
        answered.append(fold[0])
        outputs.append(fold[1])
    return np.concatenate(answered), np.concatenate(outputs)


def fold_by_fold(
    objective: Objective,
    plan: Plan,
    train: Examples,
    n_folds: int = FOLDS,
    should_stop: Callable[[], bool] = lambda: False,
    blocks: Sequence[Block] = (),
) -> Iterator[tuple[Array, Array] | None]:
    """Yield what `out_of_fold` returns, one fifth after the other; a None ends them.

    Parameters
    ----------
    objective, plan, train, n_folds, should_stop, blocks
        As for `out_of_fold`.
    """
    forward = Forward(objective.network, objective.task)
    shared: Feed | None = None  # of all rows, where they are the same in every fold
    key = np.array([plan.seed, _KEY_OF_FOLDS], dtype=np.uint64)
    order = np.argsort(np.random.Philox(key=key).random_raw(train.n), kind="stable")
    for fold in range(n_folds):
        held_out = np.sort(order[fold::FOLDS])
        learned_from = np.setdiff1d(np.arange(train.n), held_out)
        seen = reweighed(train, blocks, learned_from)
        if seen is train:
            feed = shared = shared or feed_of(train)
        else:
            feed = feed_of(seen)
        params = _learn(objective, plan, feed, seen, learned_from, should_stop)
        if params is None:
            yield None
            return
        yield held_out, forward.outputs(params, seen.take(held_out).inputs)


def later_in_time(
    objective: Objective,
    plan: Plan,
    train: Examples,
    gap: int,
    should_stop: Callable[[], bool] = lambda: False,
) -> tuple[Array, Array] | None:
    """Answer the last third of windows by a network that learned from those before them.

    Parameters
    ----------
    objective, plan
        As for `out_of_fold`.
    train
        Windows, in the order of time.
    gap
        How many windows before those answered are not learned from: their targets were not known
        yet. Where that leaves none to learn from, it is smaller.

    Returns
    -------
    tuple of numpy.ndarray or None
        As `out_of_fold`.
    """
    n_answered = max(1, train.n // _PART_ANSWERED)
    learned_from = np.arange(max(1, train.n - n_answered - gap))
    rows = np.arange(train.n - n_answered, train.n)
    others = train.take(rows)
    outputs = answer_others(objective, plan, train, others, learned_from, should_stop=should_stop)
    return None if outputs is None else (rows, outputs)


def answer_others(
    objective: Objective,
    plan: Plan,
    train: Examples,
    others: Examples,
    learned_from: Array | None = None,
    *,
    should_stop: Callable[[], bool] = lambda: False,
) -> Array | None:
    """Answer examples by a network that learned from some of the training ones.

    Parameters
    ----------
    objective, plan
        As for `out_of_fold`.
    train, others
        The examples to learn from, and to answer.
    learned_from
        Which of the former; None: all.

    Returns
    -------
    numpy.ndarray or None
        The outputs (m, out_features); None where the training left the finite numbers.
    """
    rows = np.arange(train.n) if learned_from is None else learned_from
    params = _learn(objective, plan, feed_of(train), train, rows, should_stop)
    if params is None:
        return None
    return Forward(objective.network, objective.task).outputs(params, others.inputs)


def _learn(
    objective: Objective,
    plan: Plan,
    feed: Feed,
    train: Examples,
    rows: Array,
    should_stop: Callable[[], bool],
) -> Params | None:
    """Return the weights that are learned from some of the rows; None where they diverge.

    An epoch has as many steps as with all rows, some coming twice, so that one program serves.
    """
    run_steps = steps_program(objective, plan.optimizer)
    n_steps = steps_of_epoch(train.n, plan.batch_size)
    shape = n_steps, min(train.n, plan.batch_size)
    state = initial_state(objective, plan, train.inputs.shape[1])
    finite = jnp.bool_(True)
    for epoch in range(plan.epochs):
        before = finite
        feed.before_epoch()
        order = epoch_order(len(rows), plan.batch_size, plan.seed, epoch)
        order = np.asarray(rows[np.resize(order, shape)], dtype=np.int32)
        rates = optimizers.learning_rates(
            plan.optimizer, n_steps * plan.epochs, n_steps * epoch, n_steps * (epoch + 1)
        )
        position, most = 0, feed.most_steps(order)
        while position < n_steps:
            stop = min(n_steps, position + most)
            window = feed.window(order, rates, position, stop)
            last = stop - position + window.first
            result = run_steps(
                state,
                window.examples,
                window.order,
                window.learning_rates,
                np.int32(window.first),
                np.int32(last),
            )
            state, finite, position = result.state, result.finite, stop
        # Steps are queued, not done: whoever is asked counts no epoch that is more than one ahead.
        before.block_until_ready()
        if should_stop():
            raise Stopped
    return state.params if bool(finite) else None
