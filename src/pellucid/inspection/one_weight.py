"""The loss as a function of one weight, all others as they are: the picture of gradient descent.

In 64 bits. What comes before the weight's layer does not depend on it and is computed once; in a
dense layer a weight moves one unit's sum by a multiple of one input, so that the layer itself is
not computed again either; and where another dense layer follows, this one unit moves its sums along
one row of its kernel. What comes after that is computed anew for each point of the curve.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid import backend
from pellucid.data.table import Array
from pellucid.errors import SettingError, unknown_name
from pellucid.inspection.slopes import in_64_bits
from pellucid.nn import Dense, Network, Params, activations
from pellucid.tasks import Task

N_POINTS = 61
_ROUNDS = 4
# How far the curve reaches, in sizes of the weight or of its neighbours.
_LEAST_REACH, _MOST_REACH = 1.0, 20.0
_LEAST_SIZE = 1e-3
# Where one unit's activation depends on the others' sums.
_OF_ALL_UNITS = {"softmax"}


@dataclass(frozen=True)
class WeightCurve:
    """The loss over the values of one weight.

    Attributes
    ----------
    value, loss
        The weight as it is, and the mean loss there.
    weights, losses
        The curve, float64 (points,); ``value`` is among the weights where no ends were given.
    slope
        The derivative of the loss at ``value``.
    lowest
        The weight of the least loss between the ends, and that loss.
    """

    value: float
    loss: float
    weights: Array
    losses: Array
    slope: float
    lowest: tuple[float, float]


class OneWeight:
    """One weight of a network, and the mean loss of rows as a function of it.

    Parameters
    ----------
    network, params
        The network.
    task
        Measures the loss, as training does: with what helps training, without temperatures.
    layer, name, index
        Which weight: ``params[layer][name][index]``, counted from 0.

    Raises
    ------
    SettingError
        Where there is no such weight.

    Examples
    --------
    >>> from pellucid import losses, nn
    >>> import pellucid
    >>> model = pellucid.train("iris", hidden=(8,), epochs=5)
    >>> one = OneWeight(model.network, model.params, model.trained.task, "output", "kernel", (0, 1))
    >>> table = pellucid.data.open_source("iris").train
    >>> found = one.curve(model.trained.encode(table), model.trained.task.encode(table["species"]))
    >>> found.lowest[1] <= found.loss
    True
    """

    def __init__(
        self,
        network: Network,
        params: Params,
        task: Task,
        layer: str,
        name: str,
        index: tuple[int, ...],
    ) -> None:
        backend.prepare()
        self._place = _checked(network, params, layer, name, index)
        self._params, self._index = params, index
        self._before, self._after = _programs(network, task.uncalibrated(), self._place, name)
        self._layer, self._name = layer, name
        self.value = float(params[layer][name][index])

    def curve(
        self,
        inputs: Array,
        targets: Array,
        ends: tuple[float | None, float | None] = (None, None),
        points: int = N_POINTS,
    ) -> WeightCurve:
        """Return the mean loss of rows over values of the weight.

        Parameters
        ----------
        inputs, targets
            Encoded rows, (n, in_features), and their encoded targets.
        ends
            From where to where; None: chosen so that the way down is seen.
        points
            How many points.

        Raises
        ------
        SettingError
            For ends in the wrong order.
        """
        with in_64_bits():
            losses, slopes = self._functions(inputs, targets)
            here = np.array([self.value])
            loss, slope = float(losses(here)[0]), slopes(self.value)
            low, high = self._ends(ends, slope, slopes)
            weights = np.linspace(low, high, points)
            if ends == (None, None):
                weights[points // 2] = self.value  # which is the middle, but for rounding
            found = losses(weights)
            lowest = _lowest(losses, weights, found)
        return WeightCurve(self.value, loss, weights, found, slope, lowest)

    def loss_at(self, weight: float, inputs: Array, targets: Array) -> float:
        """Return the mean loss of rows where the weight has another value."""
        with in_64_bits():
            return float(self._functions(inputs, targets)[0](np.array([weight]))[0])

    @functools.cached_property
    def _in_64_bits(self) -> Params:
        """The parameters as they are computed with; made where 64 bits are switched on."""
        return {
            layer: {name: jnp.asarray(np.asarray(a, np.float64)) for name, a in own.items()}
            for layer, own in self._params.items()
        }

    def _functions(
        self, inputs: Array, targets: Array
    ) -> tuple[Callable[[Array], Array], Callable[[float], float]]:
        """Return the losses at weights, and the slope at one, of these rows."""
        params = self._in_64_bits
        rows = np.asarray(inputs, np.float64)
        wanted = np.asarray(targets)
        wanted = wanted.astype(np.float64) if wanted.dtype.kind == "f" else wanted
        signal = self._before(params, rows)
        index = np.array(self._index)
        run, gradient = self._after

        def losses(weights: Array) -> Array:
            n = len(weights)
            # One program for any number of weights: what is not asked for is not computed.
            filled = np.concatenate([weights, np.zeros(-n % N_POINTS)])
            parts = filled.reshape(-1, N_POINTS)
            counts = [min(N_POINTS, n - N_POINTS * place) for place in range(len(parts))]
            found = [
                np.asarray(run(params, signal, wanted, index, part, count))
                for part, count in zip(parts, counts, strict=True)
            ]
            return np.concatenate(found)[:n]

        def slope(weight: float) -> float:
            return float(gradient(params, signal, wanted, index, np.float64(weight)))

        return losses, slope

    def _ends(
        self,
        ends: tuple[float | None, float | None],
        slope: float,
        slopes: Callable[[float], float],
    ) -> tuple[float, float]:
        array = np.asarray(self._params[self._layer][self._name], np.float64)
        size = max(abs(self.value), float(np.sqrt(np.mean(array**2))), _LEAST_SIZE)
        step = 1e-3 * size
        bend = (slopes(self.value + step) - slopes(self.value - step)) / (2 * step)
        # Where the loss is a parabola, its lowest point lies so far away.
        way = 2.0 * abs(slope / bend) if bend > 0 else _LEAST_REACH * size
        reach = float(np.clip(way, _LEAST_REACH * size, _MOST_REACH * size))
        low = self.value - reach if ends[0] is None else ends[0]
        high = self.value + reach if ends[1] is None else ends[1]
        if not low < high:
            raise SettingError(
                f"The curve cannot reach from {low:g} to {high:g}.",
                expected="a lowest weight below the highest",
            )
        return low, high


def _lowest(losses: Callable[[Array], Array], weights: Array, found: Array) -> tuple[float, float]:
    """Return the lowest point: the best of the curve, moved to where parabolas have theirs."""
    place = int(np.nanargmin(found)) if np.isfinite(found).any() else 0
    best = float(weights[place]), float(found[place])
    inner = min(max(place, 1), len(weights) - 2)
    three = weights[inner - 1 : inner + 2]
    for _ in range(_ROUNDS):
        heights = losses(three)
        vertex = _vertex(three, heights)
        if vertex is None or not weights[0] <= vertex <= weights[-1]:
            break
        height = float(losses(np.array([vertex]))[0])
        if not height < best[1]:
            break
        best = vertex, height
        reach = (three[2] - three[0]) / 8
        three = np.array([vertex - reach, vertex, vertex + reach])
    return best


def _vertex(at: Array, heights: Array) -> float | None:
    """Return where the parabola through three points is lowest; None where it is nowhere so."""
    left, right = at[0] - at[1], at[2] - at[1]
    down, up = heights[0] - heights[1], heights[2] - heights[1]
    bend = (down / left - up / right) / (left - right)
    if not np.isfinite(bend) or bend <= 0:
        return None
    return float(at[1] - (up / right - bend * right) / (2 * bend))


def _checked(
    network: Network, params: Params, layer: str, name: str, index: tuple[int, ...]
) -> int:
    """Return which layer it is, from 0; raise SettingError where there is no such weight."""
    if layer not in params:
        raise unknown_name("layer with parameters", layer, params)
    if name not in params[layer]:
        raise unknown_name(f"array of {layer!r}", name, params[layer])
    shape = params[layer][name].shape
    fits = len(index) == len(shape) and all(0 <= i < n for i, n in zip(index, shape, strict=True))
    if not fits:
        raise SettingError(
            f"{layer}/{name} has no entry {list(index)}, counted from 0.",
            expected=f"an index within its shape {list(shape)}",
        )
    return network.names.index(layer)


def _following_dense(network: Network, place: int) -> int | None:
    """Return which layer takes a dense one's units as they are, where that is dense; else None."""
    own = network.layers[place]
    if not isinstance(own, Dense) or own.activation in _OF_ALL_UNITS:
        return None
    for number, layer in enumerate(network.layers[place + 1 :], start=place + 1):
        if isinstance(layer, Dense):
            return number
        if layer.family != "dropout":
            return None
    return None


@functools.lru_cache(maxsize=64)
def _programs(network: Network, task: Task, place: int, name: str) -> tuple[Any, Any]:
    """Compile what comes before a layer, and the loss as a function of one of its weights."""
    names, layers = network.names, network.layers
    own_name, own = names[place], layers[place]
    moves_one_sum = isinstance(own, Dense) and name in {"kernel", "bias"}
    following = _following_dense(network, place) if moves_one_sum else None

    def before(params: Params, inputs: Any) -> Any:
        signal = inputs
        for layer_name, layer in zip(names[:place], layers[:place], strict=True):
            signal = layer.apply(params.get(layer_name, {}), signal)
        if not moves_one_sum:
            return signal, None, None
        z, activated = own.trace(params[own_name], signal)
        if following is None:
            return signal, z, None
        return signal, z, layers[following].trace(params[names[following]], activated)[0]

    def loss(params: Params, signal: Any, targets: Any, index: Any, weight: Any) -> Any:
        inputs, z, sums = signal
        rest = place + 1
        array = params[own_name][name]
        at = tuple(index[axis] for axis in range(array.ndim))
        if moves_one_sum:
            # index[-1] is the unit, index[0] of a kernel the input that it weighs
            moved = weight - array[at]
            added = moved * inputs[..., at[0]] if name == "kernel" else moved
            function = activations.get(own.activation)  # type: ignore[attr-defined]
            if following is None:
                signal = function(z.at[..., at[-1]].add(added))
            else:
                one = z[..., at[-1]]
                by = function(one + added) - function(one)
                kernel = params[names[following]]["kernel"]
                next_function = activations.get(layers[following].activation)  # type: ignore[attr-defined]
                signal = next_function(sums + jnp.tensordot(by, kernel[at[-1]], axes=0))
                rest = following + 1
        else:
            mine = {**params[own_name], name: array.at[at].set(weight)}
            signal = own.apply(mine, inputs)
        for layer_name, layer in zip(names[rest:], layers[rest:], strict=True):
            signal = layer.apply(params.get(layer_name, {}), signal)
        return jnp.mean(task.example_losses(signal, targets))

    def losses(
        params: Params, signal: Any, targets: Any, index: Any, weights: Any, count: Any
    ) -> Any:
        def one_more(place: Any, found: Any) -> Any:
            return found.at[place].set(loss(params, signal, targets, index, weights[place]))

        return jax.lax.fori_loop(0, count, one_more, jnp.zeros_like(weights))

    return jax.jit(before), (jax.jit(losses), jax.jit(jax.grad(loss, argnums=4)))
