"""The network that learns an embedding and a grouping at once, and teaches itself.

The loss of a row is what the grouping differs from its target, plus what the decoder cannot
rebuild of it (improved deep embedded clustering; Guo, Gao, Liu & Yin, IJCAI 2017). Inputs are
noisy (Vincent et al. 2008) and images are changed a little (Guo et al., *Deep embedded clustering
with data augmentation*, ACML 2018): the same thing, seen otherwise, belongs to the same group.

Targets are made of what the network said before, of a row and of its neighbours, sharpened, and
balanced a little against large clusters (Xie, Girshick & Farhadi 2016, eq. 3).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid import optimizers
from pellucid.data.table import Array
from pellucid.model.forward import Forward
from pellucid.nn import Network, Params
from pellucid.tasks import Clustering
from pellucid.training.diagnosis import ClusterDoctor, Probe
from pellucid.training.events import Callback
from pellucid.training.step import Examples, Objective, TrainingState
from pellucid.training.trainer import Plan, Trainer

# How far apart centres lie in the embedding, whose coordinates come with length 1.
SPREAD = 5.0
# The first epochs keep the targets that k-means gave, until the network knows them.
_SHARE_OF_FIRST_TARGETS = 0.4
_BALANCE = 0.5
_FOR_NOISE = 2**31 - 2  # apart from the keys of layers and of augmentation


@dataclass(frozen=True)
class ClusteringObjective(Objective):
    """What is minimised: grouping and rebuilding, of noisy inputs.

    Parameters
    ----------
    decoder
        From the embedding back to the inputs. Its layers' names differ from the network's, since
        the parameters of both lie in one dict.
    noise
        The share of the inputs set to 0, which is the mean, at random.
    """

    decoder: Network = field(kw_only=True)
    noise: float = 0.0

    @property
    def layer_names(self) -> tuple[str, ...]:
        """The layers of the network, then those of the decoder."""
        return (*self.network.names, *self.decoder.names)

    @property
    def encoder(self) -> Network:
        """The network without its last layer: from inputs to the embedding."""
        return Network(self.network.layers[:-1])

    def __call__(self, params: Params, batch: Examples, key: jax.Array) -> tuple[jax.Array, Params]:
        """Return the loss, and the parameters as they are: no layer has running statistics."""
        inputs = batch.inputs
        if self.augmentation is not None:
            inputs = self.augmentation(inputs, jax.random.fold_in(key, 2**31 - 1))
        noisy = inputs
        if self.noise:
            draw = jax.random.fold_in(key, _FOR_NOISE)
            noisy = inputs * jax.random.bernoulli(draw, 1 - self.noise, inputs.shape)
        embedded = self.encoder.apply(params, noisy)
        (name, centres) = self.network.names[-1], self.network.layers[-1]
        outputs = centres.apply(params[name], embedded)
        grouping = jnp.mean(self.task.example_losses(outputs, batch.targets))
        rebuilt = self.decoder.apply(params, embedded)
        spread = jnp.square(inputs - inputs.mean(axis=0, keepdims=True)).sum()
        off = jnp.square(rebuilt - inputs).sum() / jnp.maximum(spread, 1e-6 * inputs.size)
        return self.total(grouping + off, params), params


def soft_targets(probabilities: Array, neighbours: Array) -> Array:
    """Return what each row is to be taught, float32 ``(n, k)``.

    Parameters
    ----------
    probabilities
        What was said of each row, ``(n, k)``.
    neighbours
        The nearest rows of each row, ``(n, m)``.

    Examples
    --------
    >>> said = np.array([[0.6, 0.4], [0.9, 0.1], [0.8, 0.2], [0.1, 0.9]])
    >>> soft_targets(said, np.array([[1, 2], [2, 0], [1, 0], [0, 1]])).argmax(axis=1).tolist()
    [0, 0, 0, 1]
    """
    # One neighbour after the other: all at once would fill the memory.
    around = sum(probabilities[column] for column in neighbours.T) / neighbours.shape[1]
    together = (probabilities + around) / 2
    sharp = np.square(together) / together.sum(axis=0) ** _BALANCE
    return np.asarray(sharp / sharp.sum(axis=1, keepdims=True), dtype=np.float32)


class SelfTeaching(Trainer):
    """A trainer whose targets follow what the network says, from epoch to epoch.

    Parameters
    ----------
    objective
        The network, its decoder and the task.
    plan
        How long and how.
    inputs
        Encoded rows that differ, ``(n, in_features)``.
    neighbours
        The nearest rows of each, ``(n, m)``.
    first
        The first targets, ``(n, k)``.
    params
        The first parameters.
    emit
        Receives the events.
    """

    def __init__(
        self,
        objective: ClusteringObjective,
        plan: Plan,
        inputs: Any,
        *,
        neighbours: Array,
        first: Array,
        params: Params,
        emit: Callback,
    ) -> None:
        super().__init__(objective, plan, Examples(inputs, first), None, emit)
        self._neighbours = neighbours
        self._say: Callable[[Params], Array] = lambda params: probabilities_of(
            objective.network, objective.task, params, inputs
        )
        memory = optimizers.direction(plan.optimizer).init(params)
        self.state = TrainingState(params, memory, self.state.key, jnp.int32(0))

    def _finish_epoch(self, epoch: int, rate: float, seconds: float) -> None:
        super()._finish_epoch(epoch, rate, seconds)
        done = epoch + 1
        last = done >= self.progress.epochs
        if done < _SHARE_OF_FIRST_TARGETS * self.progress.epochs and not last:
            return
        said = self._say(self.state.params)
        found = np.bincount(said.argmax(axis=1), minlength=said.shape[1])
        if found.all():
            # Should a cluster lose its last row later, the state before is the result.
            self.best_params = jax.tree.map(jnp.copy, self.state.params)
            self.progress.best_epoch = done
        if not last:
            self.retarget(soft_targets(said, self._neighbours))

    def watched_by(self, doctor: ClusterDoctor) -> None:
        """Let a doctor look at the state now and then, and tell what is wrong."""
        self._probe, self._emit = doctor.probe, doctor.hear
        doctor.follow(self)

    def retarget(self, targets: np.ndarray) -> None:
        """Go on with other targets, in the rows of the probe as well."""
        super().retarget(targets)
        if self._probe is not None:
            self._probe = Probe.of(self.objective, self._probe.optimizer, self.train)


def probabilities_of(network: Network, task: Any, params: Params, inputs: Any) -> Array:
    """Return the probability of each cluster for encoded rows, float64 ``(n, k)``."""
    assert isinstance(task, Clustering)  # noqa: S101 -- no other task comes here
    return task.probabilities(Forward(network, task).outputs(params, inputs))
