"""Changes made by hand to a copy of a network: units switched off, weak connections cut.

What a connection is worth shows when it is gone: as in the brain, where those that are hardly used
die off, most weights of a trained network can be set to 0 before its answers suffer (Han, Pool,
Tran & Dally 2015, "Learning both Weights and Connections", section 3). The model that is given
stays as it was; each operation makes a new one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import jax.numpy as jnp
import numpy as np

from pellucid.data.matrices import Matrix
from pellucid.data.table import Array
from pellucid.errors import SettingError, unknown_name
from pellucid.model import TrainedModel
from pellucid.nn import Dense, Dropout, LayerParams, Params

SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99)


class Operation(ABC):
    """One change of a network's parameters."""

    @abstractmethod
    def apply(self, trained: TrainedModel, params: Params) -> Params:
        """Return parameters with the change; those given stay as they are."""


@dataclass(frozen=True)
class SwitchOff(Operation):
    """Switch units off: nothing comes into them, and of what they say nothing goes on.

    Where a dense layer follows, its weights from these units become 0, so that whatever their
    activation is they are gone; their own weights and bias become 0 as well.

    Attributes
    ----------
    layer
        A layer with a kernel.
    units
        Which of its units, or filters, from 0.
    """

    layer: str
    units: tuple[int, ...]

    def apply(self, trained: TrainedModel, params: Params) -> Params:
        """Return parameters with the units gone."""
        own = _layer(params, self.layer)
        if "kernel" not in own:
            raise SettingError(f"Layer {self.layer!r} has no weight matrix.")
        n = own["kernel"].shape[-1]
        units = _checked(self.layer, self.units, n)
        changed = dict(own)
        for name in ("kernel", "bias"):
            if name in own:
                changed[name] = own[name].at[..., units].set(0.0)
        result = {**params, self.layer: changed}
        after = _dense_after(trained, self.layer)
        if after is not None and params[after]["kernel"].shape[0] == n:
            following = dict(result[after])
            following["kernel"] = following["kernel"].at[units].set(0.0)
            result[after] = following
        return result


@dataclass(frozen=True)
class Prune(Operation):
    """Cut the weakest connections: set the smallest weights, by size, to 0.

    Attributes
    ----------
    share
        What share of the weights, 0 to 1.
    layer
        Of which layer; None: of all together.
    """

    share: float
    layer: str | None = None

    def apply(self, trained: TrainedModel, params: Params) -> Params:
        """Return parameters with the weakest weights at 0."""
        if not 0.0 <= self.share <= 1.0:
            raise SettingError(f"The share is {self.share:g}.", expected="a share from 0 to 1")
        kernels = list(_kernels(params, self.layer))
        sizes = np.concatenate([np.abs(np.asarray(a)).ravel() for *_, a in kernels])
        n = round(self.share * len(sizes))
        if not n:
            return params
        # Exactly so many: of equally weak ones the first.
        limit = np.partition(sizes, n - 1)[n - 1]
        cut = sizes < limit
        cut[np.flatnonzero(sizes == limit)[: n - int(cut.sum())]] = True
        result, at = dict(params), 0
        for layer, name, array in kernels:
            own = cut[at : at + array.size].reshape(array.shape)
            result[layer] = {**result[layer], name: jnp.where(own, 0.0, array)}
            at += array.size
        return result


@dataclass(frozen=True)
class ShiftBias(Operation):
    """Add a number to a unit's bias."""

    layer: str
    unit: int
    by: float

    def apply(self, trained: TrainedModel, params: Params) -> Params:
        """Return parameters with another bias."""
        own = _layer(params, self.layer)
        if "bias" not in own:
            raise SettingError(f"Layer {self.layer!r} has no bias.")
        (unit,) = _checked(self.layer, (self.unit,), own["bias"].shape[-1])
        return {**params, self.layer: {**own, "bias": own["bias"].at[..., unit].add(self.by)}}


@dataclass(frozen=True)
class AddNoise(Operation):
    """Add noise to weights: normal, its deviation a share of the weights' own, in each array.

    Attributes
    ----------
    strength
        That share, such as 0.1.
    layer
        Of which layer; None: of all.
    seed
        The same seed gives the same noise.
    """

    strength: float
    layer: str | None = None
    seed: int = 0

    def apply(self, trained: TrainedModel, params: Params) -> Params:
        """Return parameters with noise."""
        if not 0.0 <= self.strength <= 100.0:
            raise SettingError(
                f"The noise's strength is {self.strength:g}.", expected="a number from 0 to 100"
            )
        random, result = np.random.default_rng(self.seed), dict(params)
        for layer, name, array in _kernels(params, self.layer):
            deviation = self.strength * float(np.std(np.asarray(array, np.float64)))
            noise = random.normal(0.0, deviation, array.shape)
            result[layer] = {**result[layer], name: jnp.asarray(array + noise.astype(np.float32))}
        return result


def operated(trained: TrainedModel, operations: Sequence[Operation]) -> TrainedModel:
    """Return a model with changes made one after the other; the one given stays as it was.

    Raises
    ------
    SettingError
        For an operation that cannot be made.

    Examples
    --------
    >>> import pellucid
    >>> model = pellucid.train("iris", hidden=(8,), epochs=5)
    >>> cut = operated(model.trained, [Prune(0.5)])
    >>> sum(int((cut.params[name]["kernel"] == 0).sum()) for name in ("hidden_1", "output"))
    28
    """
    params = trained.params
    for operation in operations:
        params = operation.apply(trained, params)
    return replace(trained, params=params)


@dataclass(frozen=True)
class PrunedPoint:
    """How good a network is with so many of its weights gone."""

    share: float
    n_left: int
    metrics: dict[str, float]


def pruning_curve(
    trained: TrainedModel,
    inputs: Matrix,
    targets: Array,
    layer: str | None = None,
    shares: Sequence[float] = SHARES,
) -> list[PrunedPoint]:
    """Measure a network with more and more of its weakest weights gone.

    Parameters
    ----------
    trained
        The model.
    inputs, targets
        Encoded rows that it did not learn from, and their encoded targets.
    layer
        Whose weights are cut; None: those of all layers together.
    shares
        Which shares of them.
    """
    total = sum(array.size for *_, array in _kernels(trained.params, layer))
    points = []
    for share in shares:
        params = Prune(share, layer).apply(trained, trained.params)
        outputs, losses = trained.forward.evaluate(params, inputs, targets)
        measured = trained.task.metrics(outputs, targets)
        loss = float(losses.mean(dtype=np.float64))
        points.append(PrunedPoint(share, total - round(share * total), {**measured, "loss": loss}))
    return points


def _layer(params: Params, layer: str) -> LayerParams:
    if layer not in params:
        raise unknown_name("layer with parameters", layer, params)
    return params[layer]


def _checked(layer: str, units: Sequence[int], n: int) -> Array:
    for unit in units:
        if not 0 <= unit < n:
            raise SettingError(
                f"Layer {layer!r} has no unit {unit}, counted from 0.",
                expected=f"a unit from 0 to {n - 1}",
            )
    return np.array(units, dtype=np.int64)


def _kernels(params: Params, layer: str | None) -> Iterator[tuple[str, str, Array]]:
    """Yield the weight matrices, those within blocks and ensembles as well, and where they are."""
    chosen = params if layer is None else {layer: _layer(params, layer)}
    found = [
        (name, leaf, array)
        for name, own in chosen.items()
        for leaf, array in own.items()
        if leaf.rpartition(".")[2] == "kernel"
    ]
    if not found:
        raise SettingError(
            "There are no weights to change.", where=layer, expected="a layer with a kernel"
        )
    yield from found  # type: ignore[misc]  # arrays of JAX serve as such here


def _dense_after(trained: TrainedModel, layer: str) -> str | None:
    """Return the dense layer that takes a dense layer's activations as they are."""
    network = trained.network
    place = network.names.index(layer)
    if not isinstance(network.layers[place], Dense):
        return None
    for name, following in zip(
        network.names[place + 1 :], network.layers[place + 1 :], strict=True
    ):
        if isinstance(following, Dense):
            return name
        if not isinstance(following, Dropout):
            return None
    return None
