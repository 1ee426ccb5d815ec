"""One pure step, and the program that runs any number of them.

The step is a function ``(state, batch, learning_rate) → (state, loss)`` of nothing else, so
that resuming, replaying and branching are all the same: start from a state. Many steps run in
one compiled call whose bounds are arguments: one program serves a whole epoch, a part of it
and a single step, and all of them give the same bits. The learning rate of every step is data
too, so a changed schedule compiles nothing.

Cost: a step of 784-128-10 with 64 examples takes about 0.3 ms on two cores, of which the
matrix products alone would take half (``benchmarks/RESULTS.md``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from pellucid import losses, optimizers
from pellucid.data.matrices import dense_rows
from pellucid.nn import Ensemble, Network, Params
from pellucid.nn.augmentation import Augmentation
from pellucid.optimizers import OptimizerSettings, freezing
from pellucid.tasks import Task

# Apart from every number that the layers fold into the key of a step.
_FOR_AUGMENTATION = 2**31 - 1


class TrainingState(NamedTuple):
    """Everything that a step reads and changes.

    Attributes
    ----------
    params
        The network's parameters, running statistics among them.
    optimizer_state
        What the optimizer remembers, such as Adam's two moments.
    key
        The key that all randomness of the steps is derived from, by ``fold_in(key, step)``.
    step
        How many steps were done, an int32 scalar.
    """

    params: Params
    optimizer_state: optax.OptState
    key: jax.Array
    step: jax.Array


class Examples(NamedTuple):
    """Encoded examples.

    Attributes
    ----------
    inputs
        float32, shape (n, in_features); before it reaches the device, any matrix of
        :mod:`pellucid.data.matrices`.
    targets
        What the task's loss takes: int32 labels (n,) or float32 targets (n, k).
    weights
        float32 (n,) with mean 1, or None where every example counts the same.
    """

    inputs: Any
    targets: Any
    weights: Any = None

    @property
    def n(self) -> int:
        """The number of examples."""
        return int(self.inputs.shape[0])

    def take(self, rows: np.ndarray | jax.Array) -> Examples:
        """Return the examples of these rows, in their order; their inputs are a plain array."""
        return Examples(*(None if part is None else dense_rows(part, rows) for part in self))


@dataclass(frozen=True)
class Objective:
    """What is minimised: the mean loss of a batch, plus penalties on the kernels.

    Parameters
    ----------
    network, task
        What computes the outputs, and what measures them.
    l1, l2
        Strengths of the penalties l1 · Σ|w| and l2 · ½Σw².
    augmentation
        How images among the inputs are changed at random; None: not at all.
    """

    network: Network
    task: Task
    l1: float = 0.0
    l2: float = 0.0
    augmentation: Augmentation | None = None

    def __call__(self, params: Params, batch: Examples, key: jax.Array) -> tuple[jax.Array, Params]:
        """Return the loss, and the parameters with their running statistics brought up to date."""
        outputs, updated = self.forward(params, batch.inputs, key)
        return self.total(self.batch_losses(outputs, batch), params), updated

    @property
    def layer_names(self) -> tuple[str, ...]:
        """The layers that learn, in their order."""
        return self.network.names

    def seen(self, inputs: jax.Array, key: jax.Array) -> jax.Array:
        """Return what the network is shown of a batch: images among the inputs are changed.

        Of an ensemble, each network is shown changes of its own: it is the batch as it was.
        """
        if self.augmentation is None or self._ensemble is not None:
            return inputs
        return self.augmentation(inputs, jax.random.fold_in(key, _FOR_AUGMENTATION))

    def forward(
        self, params: Params, inputs: jax.Array, key: jax.Array
    ) -> tuple[jax.Array, Params]:
        """Return the outputs of what is shown, and the parameters with their statistics moved."""
        alone = self._ensemble
        if self.augmentation is None or alone is None:
            return self.network.apply_training(params, self.seen(inputs, key), key)
        (name,) = self.network.names
        outputs, own = alone.apply_training(params[name], inputs, key, self.augmentation)
        return outputs, {name: own}

    @property
    def _ensemble(self) -> Ensemble | None:
        """The network's only layer, where that is an ensemble."""
        (first, *others) = self.network.layers
        return first if isinstance(first, Ensemble) and not others else None

    def batch_losses(self, outputs: jax.Array, batch: Examples) -> jax.Array:
        """Return each example's loss, (batch,), weighted where examples count differently."""
        example_losses = self._example_losses(outputs, batch.targets)
        return example_losses if batch.weights is None else example_losses * batch.weights

    def total(self, batch_losses: jax.Array, params: Params) -> jax.Array:
        """Return what is minimised: the mean loss, plus the penalties."""
        loss = jnp.mean(batch_losses)
        if self.l1 or self.l2:
            loss = loss + losses.penalty(params, l1=self.l1, l2=self.l2)
        return loss

    def _example_losses(self, outputs: jax.Array, targets: jax.Array) -> jax.Array:
        """Return each example's loss, (batch,); the mean of the members' own where there are."""
        if self.network.members is None:
            return self.task.example_losses(outputs, targets)
        of_each = jax.vmap(self.task.example_losses, in_axes=(1, None))(outputs, targets)
        return jnp.mean(of_each, axis=0)


Step = Callable[[TrainingState, Examples, jax.Array], tuple[TrainingState, jax.Array]]


def make_step(
    objective: Objective,
    optimizer: optax.GradientTransformation,
    frozen: tuple[str, ...] = (),
) -> Step:
    """Return the pure step ``(state, batch, learning_rate) → (state, loss)``.

    Parameters
    ----------
    objective
        What is minimised.
    optimizer
        Turns gradients into a descent direction at learning rate 1.
    frozen
        Layers whose parameters, running statistics among them, stay as they are.
    """

    def step(
        state: TrainingState, batch: Examples, learning_rate: jax.Array
    ) -> tuple[TrainingState, jax.Array]:
        key = jax.random.fold_in(state.key, state.step)
        gradient = jax.value_and_grad(objective, has_aux=True)
        (loss, updated), grads = gradient(state.params, batch, key)
        direction, optimizer_state = optimizer.update(grads, state.optimizer_state, state.params)
        params = jax.tree.map(
            lambda value, change: value + learning_rate * change, updated, direction
        )
        params = freezing.held(state.params, params, frozen) if frozen else params
        return TrainingState(params, optimizer_state, state.key, state.step + 1), loss

    return step


class StepsResult(NamedTuple):
    """What running steps gives.

    Attributes
    ----------
    state
        The state after the last step that ran.
    losses
        The loss of each step, (n_steps,), filled where steps ran.
    stopped_at
        The position after the last step that ran.
    finite
        Whether the last loss and all parameters are finite.
    """

    state: TrainingState
    losses: jax.Array
    stopped_at: jax.Array
    finite: jax.Array


RunSteps = Callable[..., StepsResult]


def compile_steps(step: Step) -> RunSteps:
    """Return ``run(state, examples, order, learning_rates, start, stop) → StepsResult``.

    ``order`` holds the rows of each batch of an epoch, int32 of shape (n_steps, batch_size);
    ``learning_rates`` is float32 (n_steps,). Steps ``start`` … ``stop − 1`` are run in one
    compiled call; ``state`` is donated: its memory is used again. The call returns after the
    first step whose loss is not finite.
    """

    @partial(jax.jit, donate_argnums=0)
    def run(
        state: TrainingState,
        examples: Examples,
        order: jax.Array,
        learning_rates: jax.Array,
        start: jax.Array,
        stop: jax.Array,
    ) -> StepsResult:
        def goes_on(carry: tuple[Any, ...]) -> jax.Array:
            position, _, _, finite = carry
            more: jax.Array = (position < stop) & finite
            return more

        def one(carry: tuple[Any, ...]) -> tuple[Any, ...]:
            position, state, losses, _ = carry
            state, loss = step(state, examples.take(order[position]), learning_rates[position])
            return position + 1, state, losses.at[position].set(loss), jnp.isfinite(loss)

        carry = (start, state, jnp.zeros(order.shape[0]), jnp.array(True))
        position, state, losses, finite = jax.lax.while_loop(goes_on, one, carry)
        for leaf in jax.tree.leaves(state.params):
            finite = finite & jnp.all(jnp.isfinite(leaf))
        return StepsResult(state, losses, position, finite)

    return run


def steps_program(objective: Objective, optimizer: OptimizerSettings) -> RunSteps:
    """Return the program of an objective and an optimizer: the same one when asked again.

    A process that trains a network often, as a search over settings does, traces it once.
    """
    # The rate and its schedule are data of the program, so they must not tell programs apart.
    return _program(objective, replace(optimizer, learning_rate=1.0, schedule="constant", warmup=0))


@lru_cache(maxsize=32)
def _program(objective: Objective, optimizer: OptimizerSettings) -> RunSteps:
    return compile_steps(make_step(objective, optimizers.direction(optimizer), optimizer.frozen))


@jax.jit
def copied(tree: Any) -> Any:
    """Copy arrays, so that donating the originals leaves the copies alone.

    In one program: before a step of a small network, copies one by one take longer than the step.
    """
    return jax.tree.map(jnp.copy, tree)
