"""Finding out where training left the finite numbers, and what to do about it.

When the loss of a step is not finite, the steps since the last good state are run again, which
gives the same bits, up to the step before. Then one batch is followed through the network, layer
by layer, to the first number that is not finite.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.errors import DivergedError
from pellucid.nn import Network, Params, is_trainable
from pellucid.training.step import Examples, Objective


@dataclass(frozen=True)
class Divergence:
    """Where the numbers were last finite, and where they first were not.

    Attributes
    ----------
    step
        The step, counted from 1 over the whole training, whose loss was not finite.
    layer
        The first layer with a number that is not finite.
    what
        What of that layer: ``"weights"``, ``"pre-activations"``, ``"activations"``,
        ``"gradient"`` or ``"loss"``.
    learning_rate
        The learning rate of the last step before.
    largest_weight
        The largest absolute weight that is still finite, as evidence.
    """

    step: int
    layer: str
    what: str
    learning_rate: float
    largest_weight: float

    def error(self, kept: str) -> DivergedError:
        """Word it as an error; ``kept`` says where the last good state is."""
        lower = min(self.learning_rate / 10, 0.1)
        return DivergedError(
            f"Training diverged: the loss of step {self.step:,} is not a finite number.",
            where=(
                f"layer {self.layer!r}: its {self.what} overflowed first "
                f"(learning rate {self.learning_rate:.3g}, "
                f"largest finite weight {self.largest_weight:.3g})"
            ),
            expected="a loss that stays finite",
            remedy=(
                f"lower the learning rate, such as --learning-rate {lower:.2g}, "
                "let it be measured with --learning-rate find, or cut long gradients with "
                f"--clip-norm 1; {kept}"
            ),
        )


def locate(
    objective: Objective,
    params: Params,
    batch: Examples,
    key: jax.Array,
    step: int,
    learning_rate: float,
) -> Divergence:
    """Find the first layer that is not finite, given the parameters before the failing step."""
    layer, what = (
        _first_bad_weight(objective.network, params)
        or _first_bad_signal(objective.network, params, batch)
        or _first_bad_gradient(objective, params, batch, key)
        or (objective.network.names[-1], "loss")
    )
    weights = [np.abs(np.asarray(leaf)) for leaf in jax.tree.leaves(params)]
    largest = max(float(np.max(w[np.isfinite(w)], initial=0.0)) for w in weights)
    return Divergence(step, layer, what, learning_rate, largest)


def _first_bad_weight(network: Network, params: Params) -> tuple[str, str] | None:
    for name in network.names:
        if not _finite(params.get(name, {})):
            return name, "weights"
    return None


def _first_bad_signal(network: Network, params: Params, batch: Examples) -> tuple[str, str] | None:
    for layer in network.trace(params, jnp.asarray(batch.inputs)):
        if not _finite(layer.pre_activations):
            return layer.name, "pre-activations"
        if not _finite(layer.activations):
            return layer.name, "activations"
    return None


def _first_bad_gradient(
    objective: Objective, params: Params, batch: Examples, key: jax.Array
) -> tuple[str, str] | None:
    """Look from the output back, the way gradients travel."""
    loss, _ = objective(params, batch, key)
    grads, _ = jax.grad(objective, has_aux=True)(params, batch, key)
    if not _finite(loss):
        return objective.network.names[-1], "loss"
    for name in reversed(objective.network.names):
        trained = {leaf: g for leaf, g in grads.get(name, {}).items() if is_trainable(leaf)}
        if not _finite(trained):
            return name, "gradient"
    return None


def _finite(tree: object) -> bool:
    return all(bool(jnp.all(jnp.isfinite(leaf))) for leaf in jax.tree.leaves(tree))
