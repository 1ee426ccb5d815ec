"""A learning rate measured on the data itself.

The rate rises from step to step by a constant factor while the network trains for a moment on
a copy of its weights; the smoothed loss first falls, then explodes. The rate suggested is the one
where the loss falls fastest (Smith 2017, "Cyclical Learning Rates for Training Neural
Networks", section 3.3). Cost: up to 200 steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from pellucid import backend, optimizers
from pellucid.data import epoch_order
from pellucid.optimizers import OptimizerSettings
from pellucid.training.feeding import feed_of
from pellucid.training.step import (
    Examples,
    Objective,
    TrainingState,
    compile_steps,
    make_step,
)

_STEPS = 200
_SMOOTHING = 0.9
_EXPLODED = 4.0
_REACH = 10


@dataclass(frozen=True)
class LearningRateSearch:
    """What was measured: rates, the smoothed loss at each, and the rate suggested."""

    learning_rates: tuple[float, ...]
    losses: tuple[float, ...]
    suggestion: float


def find_learning_rate(
    objective: Objective,
    optimizer: OptimizerSettings,
    train: Examples,
    batch_size: int,
    seed: int = 0,
    *,
    lowest: float = 1e-6,
    highest: float = 10.0,
) -> LearningRateSearch:
    """Measure the loss while the learning rate rises from ``lowest`` to ``highest``.

    Parameters
    ----------
    objective, optimizer, train
        What is minimised, how, and on which examples; the optimizer's own rate is not used.
    batch_size, seed
        As in training.
    lowest, highest
        The range of rates; each is the one before times a constant.
    """
    backend.prepare()
    rates = np.geomspace(lowest, highest, _STEPS).astype(np.float32)
    epochs: list[np.ndarray] = []
    while sum(len(epoch) for epoch in epochs) < _STEPS:
        epochs.append(epoch_order(train.n, batch_size, seed, len(epochs)))
    order = np.concatenate(epochs)[:_STEPS]
    root = jax.random.key(seed)
    params = objective.network.init(jax.random.fold_in(root, 0), train.inputs.shape[1])
    direction = optimizers.direction(optimizer)
    state = TrainingState(params, direction.init(params), jax.random.fold_in(root, 1), jnp.int32(0))
    run = compile_steps(make_step(objective, direction, optimizer.frozen))
    feed = feed_of(train)
    losses = np.zeros(0)
    while len(losses) < _STEPS:
        stop = min(_STEPS, len(losses) + feed.most_steps(order))
        window = feed.window(order, rates, len(losses), stop)
        last = window.first + stop - len(losses)
        result = run(state, *window[:3], jnp.int32(window.first), jnp.int32(last))
        ran_to = int(result.stopped_at)
        losses = np.append(losses, np.asarray(result.losses)[window.first : ran_to])
        state = result.state
        if ran_to < last:
            break
    smooth = _smoothed(losses[np.isfinite(losses)])
    exploded = np.flatnonzero(smooth > _EXPLODED * np.minimum.accumulate(smooth))
    end = int(exploded[0]) if exploded.size else len(smooth)
    return LearningRateSearch(
        tuple(map(float, rates[:end])),
        tuple(map(float, smooth[:end])),
        _steepest(rates[:end], smooth[:end]),
    )


def _smoothed(losses: np.ndarray) -> np.ndarray:
    """Average exponentially, corrected for the start as Adam's moments are."""
    average, smooth = 0.0, []
    for step, loss in enumerate(losses, start=1):
        average = _SMOOTHING * average + (1 - _SMOOTHING) * loss
        smooth.append(average / (1 - _SMOOTHING**step))
    return np.array(smooth)


def _steepest(rates: np.ndarray, smooth: np.ndarray) -> float:
    """Return the rate where the loss falls fastest over the logarithm of the rate.

    The slope at a rate is that of the straight line through the losses around it: between
    neighbours alone, the noise of the batches would decide.
    """
    around = np.arange(-_REACH, _REACH + 1)
    if len(smooth) <= 2 * _REACH:
        return float(rates[len(rates) // 2])
    weights = around / np.sum(around**2)  # least squares for evenly spaced points
    slopes = np.correlate(smooth, weights, mode="valid")
    return float(rates[_REACH + int(np.argmin(slopes))])
