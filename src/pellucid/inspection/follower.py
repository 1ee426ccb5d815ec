"""One example on its way through a network: every layer's numbers, the loss, the gradients.

Compiled once for a network, so that the next example takes milliseconds. In the engine's own
precision: what is shown is what the network computes.
"""

from __future__ import annotations

import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid import backend
from pellucid.data.table import Array
from pellucid.nn import LayerTrace, Network, Params
from pellucid.tasks import Task


class Follower:
    """Follows examples through a network.

    Parameters
    ----------
    network, params
        The network.
    task
        Measures the loss, as training does: with what helps training, without temperatures.

    Examples
    --------
    >>> import pellucid
    >>> model = pellucid.train("iris", hidden=(8,), epochs=5)
    >>> follower = Follower(model.network, model.params, model.trained.task)
    >>> inputs = model.encode("iris")[0]
    >>> [layer.name for layer in follower.trace(inputs)][-1]
    'output'
    """

    def __init__(self, network: Network, params: Params, task: Task) -> None:
        backend.prepare()
        self._params = params
        self._trace, self._gradients = _programs(network, task.uncalibrated())
        self._task = task.uncalibrated()

    def trace(self, inputs: Array) -> tuple[LayerTrace, ...]:
        """Return every layer's inputs, pre-activations, activations and details, as arrays.

        Parameters
        ----------
        inputs
            One example, (in_features,).
        """
        batch = np.asarray(inputs, np.float32)[None]
        steps: tuple[LayerTrace, ...] = self._trace(self._params, batch)
        alone: tuple[LayerTrace, ...] = jax.tree.map(lambda a: np.asarray(a)[0], steps)
        return alone

    def loss(self, outputs: Array, targets: Array) -> float:
        """Return the mean loss of outputs (n, out_features) beside encoded targets."""
        losses = self._task.example_losses(
            jnp.asarray(np.asarray(outputs, np.float32)), jnp.asarray(targets)
        )
        return float(np.mean(losses))

    def gradients(self, inputs: Array, targets: Array) -> dict[str, dict[str, Array]]:
        """Return the gradient of the rows' mean loss in every parameter.

        Parameters
        ----------
        inputs
            Encoded rows, (n, in_features).
        targets
            Their encoded targets.
        """
        gradients = self._gradients(self._params, np.asarray(inputs, np.float32), targets)
        found: dict[str, dict[str, Array]] = jax.tree.map(np.asarray, gradients)
        return found


@functools.lru_cache(maxsize=16)
def _programs(network: Network, task: Task) -> tuple[Any, Any]:
    def mean_loss(params: Params, inputs: Any, targets: Any) -> Any:
        return task.example_losses(network.apply(params, inputs), targets).mean()

    return jax.jit(network.trace), jax.jit(jax.grad(mean_loss))
