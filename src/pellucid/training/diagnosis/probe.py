"""What is measured inside a network while it learns: gradients, updates, units, by layer.

A probe is a fixed set of training rows. Between the compiled parts of a training, after few of its
epochs, one small compiled program looks at the state with them and gives back some numbers a
layer. It takes the state and returns measurements, so that a training with it ends in the same
bits as one without; what it measured goes into the history, so that it is not lost where a run is
resumed.

Cost: a look is one step and two forward passes with at most 256 rows, after epochs 1, 4, 16, 64 …
(`docs/diagnosis.md` has the measured share of the training time).
"""

from __future__ import annotations

import re
from collections import defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid import optimizers
from pellucid.nn import Network, Params, activations
from pellucid.nn.ensemble import Ensemble
from pellucid.optimizers import OptimizerSettings, freezing
from pellucid.training.step import Examples, Objective, TrainingState

ROWS = 256
_EVERY = 4
# Where σ′ is below these shares of its largest value, next to nothing of a gradient comes through.
_FLAT = 0.01
_NEARLY_FLAT = 0.05
_PRUNED = 1e-3
_SATURATED_IN = 0.95
_LARGEST_SLOPES = {"tanh": 1.0, "sigmoid": 0.25}
_CUT_OFF_BELOW = ("relu", "elu", "gelu", "silu", "softplus")


@dataclass(frozen=True)
class Probe:
    """Looks at a training's state with some fixed rows of it.

    Parameters
    ----------
    objective, optimizer
        What is minimised, and how.
    examples
        The rows to look with; `Probe.of` chooses them.

    Notes
    -----
    The numbers of a layer:

    ``gradient_norm``, ``weight_norm``
        ‖g‖ of the loss and ‖W‖, over the layer's kernels.
    ``update_ratio``
        ‖ΔW‖ / ‖W‖, how far one step with these rows would move the kernels; about 0.001 is usual
        (Karpathy, "CS231n: Convolutional neural networks for visual recognition", notes on
        neural networks 3, "Ratio of weights:updates").
    ``dead``
        The share of units, of those that cut off what is negative, that no row reaches: the slope
        of the activation is below 0.01 for all of them.
    ``saturated``
        The share of tanh or sigmoid units that are near their ends (slope below a twentieth of
        its largest value) for at least 95 % of the rows.
    """

    objective: Objective
    optimizer: OptimizerSettings
    examples: Examples

    @classmethod
    def of(cls, objective: Objective, optimizer: OptimizerSettings, train: Examples) -> Probe:
        """Choose at most 256 rows, evenly spaced; by their weights, where they have some."""
        rows = evenly(train.n, ROWS, train.weights)
        return cls(objective, optimizer, train.take(rows)._replace(weights=None))

    @staticmethod
    def is_due(epoch: int) -> bool:
        """Tell whether to look after this epoch, counted from 1: after 1, 4, 16, 64 …."""
        while epoch > 1 and epoch % _EVERY == 0:
            epoch //= _EVERY
        return epoch == 1

    def compile_ahead(self, state: TrainingState) -> Future[Any]:
        """Compile the program beside what else is compiled; the state must not be donated."""
        worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="probe")
        future = worker.submit(self.look, state, 0.0)
        worker.shutdown(wait=False)
        return future

    def look(self, state: TrainingState, learning_rate: float) -> dict[str, Any]:
        """Measure; the state is left as it is.

        Parameters
        ----------
        state
            Of the training.
        learning_rate
            Of its last step.

        Returns
        -------
        dict
            ``loss``, the mean over the rows at inference, without penalties, and ``layers``, by
            name the numbers that the class describes.
        """
        # The rate and its schedule are data of the program, as they are of the steps.
        settings = replace(self.optimizer, learning_rate=1.0, schedule="constant", warmup=0.0)
        program = _program(self.objective, settings)
        loss, layers = jax.device_get(program(state, self.examples, jnp.float32(learning_rate)))
        return {
            "loss": float(loss),
            "layers": {
                name: {what: float(number) for what, number in layers[name].items()}
                for name in sorted(layers, key=self._place)
            },
        }

    def _place(self, layer: str) -> tuple[int, list[int | str]]:
        """Say where a layer stands, since compiled programs give back what they name by letter."""
        outer, _, inner = layer.partition(".")
        parts = (int(part) if part.isdigit() else part for part in re.split(r"(\d+)", inner))
        return self.objective.layer_names.index(outer), list(parts)


def evenly(n: int, most: int, weights: np.ndarray | None = None) -> np.ndarray:
    """Return at most so many of n rows, evenly spaced; by their weights, where they have some.

    Examples
    --------
    >>> evenly(8, 4).tolist(), evenly(4, 4, np.array([0.0, 3.0, 1.0, 0.0])).tolist()
    ([1, 3, 5, 7], [1, 1, 1, 2])
    """
    n_rows = min(n, most)
    middles = (np.arange(n_rows) + 0.5) / n_rows
    if weights is None:
        return (middles * n).astype(np.int64)
    shares = np.cumsum(weights, dtype=np.float64)
    rows: np.ndarray = np.minimum(np.searchsorted(shares, middles * shares[-1]), n - 1)
    return rows


@lru_cache(maxsize=32)
def _program(objective: Objective, optimizer: OptimizerSettings) -> Any:
    direction_of = optimizers.direction(optimizer)
    task = objective.task.for_evaluation()

    def look(state: TrainingState, batch: Examples, rate: jax.Array) -> Any:
        key = jax.random.fold_in(state.key, state.step)
        grads, _ = jax.grad(objective, has_aux=True)(state.params, batch, key)
        direction, _ = direction_of.update(grads, state.optimizer_state, state.params)
        outputs = objective.network.apply(state.params, batch.inputs)
        loss = jnp.mean(task.example_losses(outputs, batch.targets))
        layers: dict[str, dict[str, jax.Array]] = defaultdict(dict)
        lengths = zip(*map(_lengths, (state.params, grads, direction)), strict=True)
        for (name, weight), (_, gradient), (_, change) in lengths:
            if freezing.is_frozen(name, optimizer.frozen):
                continue  # what does not learn has no illness of learning
            layers[name] = {
                "gradient_norm": gradient,
                "weight_norm": weight,
                "update_ratio": rate * change / jnp.maximum(weight, 1e-30),
            }
        for name, shares in _shares(objective.network, state.params, batch.inputs).items():
            if not freezing.is_frozen(name, optimizer.frozen):
                layers[name] |= shares
        return loss, dict(layers)

    return jax.jit(look)


def _lengths(params: Params) -> list[tuple[str, jax.Array]]:
    """Return the length of each layer's kernels; layers inside others by their path."""
    squares: dict[str, jax.Array] = {}
    for layer, own in params.items():
        for leaf, array in own.items():
            path, _, last = leaf.rpartition(".")
            if last.endswith("kernel"):
                name = f"{layer}.{path}" if path else layer
                squares[name] = squares.get(name, jnp.float32(0)) + jnp.sum(jnp.square(array))
    return [(name, jnp.sqrt(square)) for name, square in squares.items()]


def _shares(network: Network, params: Params, inputs: jax.Array) -> dict[str, dict[str, Any]]:
    """Return by layer what share of its units is dead, or saturated."""
    found: dict[str, dict[str, Any]] = {}
    for step in network.trace(params, inputs):
        if isinstance(step.layer, Ensemble):
            members = step.layer.traces(params[step.name], inputs)
            inner = {f"{step.name}.{own.name}": own for own in members}
            z_of_units = {
                name: (own.layer, jnp.moveaxis(own.pre_activations, 1, -1))
                for name, own in inner.items()
            }
        else:
            z_of_units = {step.name: (step.layer, step.pre_activations[..., None])}
        for name, (layer, z) in z_of_units.items():
            if own_share := _share(getattr(layer, "activation", "linear"), z):
                found[name] = own_share
    return found


def _share(activation: str, z: jax.Array) -> dict[str, jax.Array]:
    """Look at pre-activations (rows, …, units, members): units of all members count alike."""
    if activation not in (*_CUT_OFF_BELOW, *_LARGEST_SLOPES):
        return {}
    z = z.reshape(-1, z.shape[-2] * z.shape[-1])
    _, slope = jax.jvp(activations.get(activation), (z,), (jnp.ones_like(z),))
    if activation in _CUT_OFF_BELOW:
        # What was shrunk to nothing by a penalty is pruned, not dead.
        is_cut_off = jnp.all((jnp.abs(slope) < _FLAT) & (z <= 0), axis=0)
        is_dead = is_cut_off & jnp.any(z < -_PRUNED, axis=0)
        return {"dead": jnp.mean(is_dead)}
    flat = jnp.mean(slope < _NEARLY_FLAT * _LARGEST_SLOPES[activation], axis=0)
    return {"saturated": jnp.mean(flat >= _SATURATED_IN)}
