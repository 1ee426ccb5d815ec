"""A network in 64 bits as a function of the first layer's weighted sums, with its slopes.

Along the straight line from a baseline to an example a first dense layer's weighted sums change
evenly. So everything is computed from these sums on, whatever the number of inputs, and the first
layer's weights come in once, at the end. Where the first layer is another one, "the sums" are the
inputs themselves; of words, how far each is on its way to another one
(`pellucid.inspection.lookups`).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid import backend
from pellucid.data.table import Array
from pellucid.inspection.lookups import opened
from pellucid.nn import Dense, Layer, Network, Params, activations

# Activations whose slope (or, for ELU, whose curvature) jumps at z = 0.
KINKED = frozenset({"relu", "leaky_relu", "elu"})
# Of what a dense network is made.
_POINTWISE = frozenset(
    {"dense", "dropout", "batch_normalization", "layer_normalization", "centring", "centres"}
)
# Activations that are straight but for corners, and families of layers that are straight.
_STRAIGHT = KINKED - {"elu"} | {"linear"}
_STRAIGHT_FAMILIES = frozenset({"dense", "dropout", "batch_normalization", "centring"})
# Points are computed in blocks of the first of these sizes of which eight hold them, or of the
# last, so that few programs are compiled.
BLOCKS = (64, 128, 512)
LARGEST_BLOCK = 1 << 22


def in_64_bits() -> AbstractContextManager[Any]:
    """Return a context in which JAX computes with float64."""
    if hasattr(jax, "enable_x64"):
        newer: AbstractContextManager[Any] = jax.enable_x64(True)
        return newer
    from jax import experimental  # where it was up to JAX 0.7

    older: AbstractContextManager[Any] = getattr(experimental, "enable_x64")()  # noqa: B009 -- not in newer ones
    return older


@dataclass(frozen=True)
class Number:
    """One number made of a network's outputs y: y · weights + offset, or a curve over that.

    Attributes
    ----------
    weights
        One for each output, (out_features,), float64.
    offset
        What is added.
    curve
        ``(unit, highest)`` for numbers learned as logarithms: the number then is
        unit · (eᵘ − 1), u = y · weights + offset held between 0 and ``highest``.

    Examples
    --------
    >>> Number(np.array([1.0, -1.0]))(np.array([[3.0, 1.0]])).tolist()
    [2.0]
    """

    weights: Array
    offset: float = 0.0
    curve: tuple[float, float] | None = None

    def __call__(self, outputs: Array) -> Array:
        """Return the number for each row of outputs (n, out_features)."""
        linear = outputs @ self.weights + self.offset
        return np.asarray(_shaped(linear, self.curve, np))


def _shaped(linear: Any, curve: tuple[float, float] | None, library: Any) -> Any:
    """Apply the curve with NumPy's functions or JAX's."""
    if curve is None:
        return linear
    unit, highest = curve
    return library.expm1(library.clip(linear, 0.0, highest)) * unit


class Slopes:
    """One network's outputs and slopes in float64; compiled once for all models that have it.

    Parameters
    ----------
    network, params
        The network, and its parameters in any precision; they are taken as float64.

    Examples
    --------
    >>> from pellucid import nn
    >>> network = nn.Network([nn.Dense(1, initializer=[[2.0], [3.0]])])
    >>> slopes = Slopes(network, network.init(0, in_features=2))
    >>> sums = slopes.sums(np.array([[1.0, 10.0]]), features=np.arange(2))
    >>> slopes.outputs(sums).tolist(), slopes.gradients(sums, Number(np.ones(1))).tolist()
    ([[32.0]], [[1.0]])
    """

    def __init__(self, network: Network, params: Params) -> None:
        backend.prepare()
        first_name, first = network.names[0], network.layers[0]
        self._params = {
            name: {leaf: np.asarray(array, dtype=np.float64) for leaf, array in own.items()}
            for name, own in params.items()
        }
        self._kernel: Array | None = None
        self._bias: Any = 0.0
        self._starts_kinked = isinstance(first, Dense) and _is_kinked(first)
        if isinstance(first, Dense):
            # In 32 bits still: of a text's many thousand rows, a few hundred are ever needed.
            self._kernel = np.asarray(params[first_name]["kernel"])
            self._bias = self._params.get(first_name, {}).get("bias", 0.0)
            self._params.pop(first_name)
        network, self.lookups = opened(network)
        self.is_dense = all(layer.family in _POINTWISE for layer in network.layers)
        self.is_straight = all(map(_is_straight, network.layers))
        self.hides_corners = any(map(_hides_corners, network.layers))
        self.n_kinked = sum(map(_is_kinked, network.layers))
        self._run, self._gradients = _programs(network)

    def sums(self, inputs: Array, features: Array) -> Array:
        """Return the first layer's weighted sums (n, units), float64, of inputs (n, in_features).

        Only ``features`` are looked at, positions from 0: all others must be 0.
        """
        inputs = np.asarray(inputs, dtype=np.float64)
        if self.lookups is not None:
            return np.stack([self.lookups.moving(row, row)[0] for row in inputs])
        if self._kernel is None:
            return inputs
        sums = inputs[:, features] @ self._kernel[features].astype(np.float64)
        return np.asarray(sums + self._bias)

    def line(self, before: Array, after: Array, features: Array) -> tuple[Array, Array]:
        """Return where the sums start and which way they go, (units,), from one example to another.

        Parameters
        ----------
        before, after
            The examples, (in_features,), float64.
        features
            As for `sums`.
        """
        if self.lookups is not None:
            return self.lookups.moving(before, after)
        ends = self.sums(np.stack([before, after]), features)
        return ends[0], ends[1] - ends[0]

    def lengths(self, before: Array, after: Array) -> Array:
        """Return how far each input goes from one example to another, (in_features,)."""
        return after - before if self.lookups is None else self.lookups.lengths(before, after)

    def to_inputs(self, gradient: Array, features: Array) -> Array:
        """Turn a gradient in the sums (units,) into one in these features, (features,)."""
        if self.lookups is not None:
            return self.lookups.back(gradient)[features]
        if self._kernel is None:
            return gradient[features]
        moved: Array = self._kernel[features].astype(np.float64) @ gradient
        return moved

    def outputs(self, sums: Array) -> Array:
        """Return the network's outputs (n, out_features), float64."""
        with in_64_bits():
            return _joined(
                np.asarray(self._run(self._params, block)[0])[:rows]
                for rows, block in _blocks(sums)
            )

    def n_cornered(self, sums: Array) -> int:
        """Return how many units have a corner, given any sums (n, units)."""
        with in_64_bits():
            _, kinks = jax.eval_shape(self._run, self._params, sums[:1])
        return sum(layer.shape[1] for layer in kinks)

    def pre_activations(self, sums: Array, layer: int) -> Array:
        """Return the pre-activations (n, units) of one of the layers with a kink, from 0."""
        if layer == 0 and self._starts_kinked:
            return sums
        with in_64_bits():
            return _joined(
                np.asarray(self._run(self._params, block)[1][layer])[:rows]
                for rows, block in _blocks(sums)
            )

    def gradients(self, sums: Array, number: Number) -> Array:
        """Return the gradients of the number in the sums, (n, units)."""
        asked = np.asarray(number.weights, dtype=np.float64), number.offset, number.curve
        with in_64_bits():
            return _joined(
                np.asarray(self._gradients(self._params, block, *asked))[:rows]
                for rows, block in _blocks(sums)
            )


@functools.lru_cache(maxsize=32)
def _programs(network: Network) -> tuple[Any, Any]:
    """Compile a network once a process, however many models have it, such as a run's states."""
    layers = list(zip(network.names, network.layers, strict=True))
    first = network.layers[0]

    def run(params: Params, sums: jax.Array) -> tuple[jax.Array, tuple[jax.Array, ...]]:
        """Return the outputs, and the pre-activations of every layer with a kink."""
        kinks, signal, following = [], sums, layers
        if isinstance(first, Dense):
            kinks = [sums] if _is_kinked(first) else []
            signal, following = activations.get(first.activation)(sums), layers[1:]
        for name, layer in following:
            z, signal = layer.trace(params.get(name, {}), signal)
            if _is_kinked(layer):
                kinks.append(z)
        return signal, tuple(z.reshape(len(z), -1) for z in kinks)

    def gradients(
        params: Params,
        sums: jax.Array,
        weights: jax.Array,
        offset: float,
        curve: tuple[float, float] | None,
    ) -> jax.Array:
        def total(given: jax.Array) -> jax.Array:
            linear = run(params, given)[0] @ weights + offset
            return jnp.sum(_shaped(linear, curve, jnp))

        # Rows do not know each other at inference: the gradient of their total is one each.
        slopes: jax.Array = jax.grad(total)(sums)
        return slopes

    return jax.jit(run), jax.jit(gradients)


def _is_straight(layer: Layer) -> bool:
    """Whether a layer is linear between its corners."""
    is_straight = getattr(layer, "activation", "linear") in _STRAIGHT
    return is_straight and layer.family in _STRAIGHT_FAMILIES


def _is_kinked(layer: Layer) -> bool:
    return getattr(layer, "activation", "") in KINKED


def _hides_corners(layer: Layer) -> bool:
    """Whether a layer made of others has units with a corner inside, which no trace shows."""

    def within(settings: Any) -> bool:
        if isinstance(settings, dict):
            return settings.get("activation") in KINKED or any(map(within, settings.values()))
        return isinstance(settings, list | tuple) and any(map(within, settings))

    return any(
        isinstance(value, list | tuple) and within(value) for value in layer.settings().values()
    )


def _joined(parts: Iterator[Array]) -> Array:
    return np.concatenate(list(parts))


def _blocks(sums: Array) -> Iterator[tuple[int, Array]]:
    """Cut rows into blocks of one size, the last filled up with its last row."""
    size = next((size for size in BLOCKS if len(sums) <= 8 * size), BLOCKS[-1])
    while size > 1 and size * sums[0].size > LARGEST_BLOCK:
        size //= 2
    for start in range(0, len(sums), size):
        block = sums[start : start + size]
        rows = len(block)
        if rows < size:
            block = np.concatenate([block, np.repeat(block[-1:], size - rows, axis=0)])
        yield rows, block
