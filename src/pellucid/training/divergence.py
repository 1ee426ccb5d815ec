"""Finding out where training left the finite numbers, and what to do about it.

When a loss or a parameter is not finite, the steps since the last good state are run again, which
gives the same bits, up to the step before. Then its batch is followed through the network, layer
by layer and back again, to the first number that is not finite.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp

from pellucid.errors import DivergedError
from pellucid.nn import Network, Params, is_trainable
from pellucid.training.step import Examples, Objective, TrainingState


@dataclass(frozen=True)
class Divergence:
    """Where the numbers were last finite, and where they first were not.

    Attributes
    ----------
    step
        The step that could not be done, counted from 1 over the whole training.
    layer
        The first layer with a number that is not finite.
    what
        What of that layer: ``"pre-activations"``, ``"activations"``, ``"loss"``,
        ``"gradient"`` or ``"updated weights"``.
    learning_rate
        The learning rate of that step.
    largest_weight
        The largest absolute weight before it, as evidence.
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
            f"Training diverged at step {self.step:,}: its numbers are no longer finite.",
            where=(
                f"layer {self.layer!r}: its {self.what} overflowed first "
                f"(learning rate {self.learning_rate:.3g}, "
                f"largest weight before it {self.largest_weight:.3g})"
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
    good: TrainingState,
    after: Params,
    batch: Examples,
    learning_rate: float,
) -> Divergence:
    """Find the first layer that is not finite in the step that failed.

    Parameters
    ----------
    objective
        What is minimised.
    good
        The state before the step, finite throughout.
    after
        The parameters after it.
    batch, learning_rate
        The step's examples and rate.
    """
    key = jax.random.fold_in(good.key, good.step)
    layer, what = (
        _first_bad_signal(objective.network, good.params, batch)
        or _first_bad_gradient(objective, good.params, batch, key)
        or _first_bad_weight(objective.network, after)
        or (objective.network.names[-1], "loss")
    )
    largest = max(float(jnp.max(jnp.abs(leaf))) for leaf in jax.tree.leaves(good.params))
    return Divergence(int(good.step) + 1, layer, what, learning_rate, largest)


def _first_bad_weight(network: Network, params: Params) -> tuple[str, str] | None:
    for name in network.names:
        if not _finite(params.get(name, {})):
            return name, "updated weights"
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
