"""Recurrent layers: a state goes along a sequence and takes up one step after the other."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp
from jax import lax
from jax.typing import DTypeLike

from pellucid.errors import SettingError
from pellucid.nn import initializers
from pellucid.nn.layer import Details, Layer, Shape, register
from pellucid.nn.limits import POSITIVE_WHOLE, TRUTH
from pellucid.nn.padding import presence
from pellucid.nn.parameters import LayerParams, part
from pellucid.nn.windows import require_places

DIRECTIONS = ("forward", "backward", "both")

Carry = tuple[jax.Array, ...]
"""What goes from step to step, each (batch, units); the first one is the output h."""


@dataclass(frozen=True)
class Recurrent(Layer):
    """What GRU and LSTM share.

    Parameters
    ----------
    units
        The length of the state.
    sequence
        Whether the state after each step comes out, (steps, units), or only the last, (units,).
    direction
        "forward"; "backward", from the last step to the first; or "both", whose outputs are laid
        side by side, (2 · units) (Schuster & Paliwal 1997).
    padded
        Whether steps that hold nothing but zeros are padding: the state passes them unchanged,
        and zeros come out.
    name
        As in ``Layer``.
    """

    gates: ClassVar[tuple[str, ...]]
    carried: ClassVar[tuple[str, ...]]

    units: int
    sequence: bool = False
    direction: str = "forward"
    padded: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        POSITIVE_WHOLE.check("units", self.units)
        TRUTH.check("sequence", self.sequence)
        TRUTH.check("padded", self.padded)
        if self.direction not in DIRECTIONS:
            raise SettingError(
                f"direction must be 'forward', 'backward' or 'both'; received: {self.direction!r}"
            )

    @abstractmethod
    def first(self, batch: int, dtype: DTypeLike) -> Carry:
        """Return the state before the first step: zeros."""

    @abstractmethod
    def step(
        self, params: LayerParams, carry: Carry, weighted: jax.Array
    ) -> tuple[Carry, jax.Array]:
        """Take up one step.

        Parameters
        ----------
        params
            ``recurrent_kernel`` and ``recurrent_bias``, where there is one.
        carry
            The state before.
        weighted
            The step times ``kernel``, plus ``bias``, (batch, gates · units).

        Returns
        -------
        tuple
            The state after, and the gates' values side by side, (batch, gates · units).
        """

    def out_shape(self, in_shape: Shape) -> Shape:
        """Return (steps, units) or (units,) for (steps, features); twice the units for both."""
        require_places(self.family, in_shape, 1)
        width = self.units * (2 if self.direction == "both" else 1)
        return (in_shape[0], width) if self.sequence else (width,)

    def init(self, key: jax.Array, in_shape: Shape, dtype: DTypeLike) -> LayerParams:
        """Draw kernels for each direction: Glorot from the inputs, orthogonal from the state."""
        require_places(self.family, in_shape, 1)
        params: LayerParams = {}
        for number, prefix in enumerate(self._prefixes()):
            own = self._draw(jax.random.fold_in(key, number), in_shape[-1], dtype)
            params |= {prefix + leaf: array for leaf, array in own.items()}
        return params

    def _draw(self, key: jax.Array, features: int, dtype: DTypeLike) -> LayerParams:
        from_inputs, from_state = jax.random.split(key)
        width = len(self.gates) * self.units
        orthogonal = jax.nn.initializers.orthogonal()
        blocks = [
            orthogonal(one, (self.units, self.units), dtype)
            for one in jax.random.split(from_state, len(self.gates))
        ]
        return {
            "kernel": initializers.draw("glorot_uniform", from_inputs, (features, width), dtype),
            "recurrent_kernel": jnp.concatenate(blocks, axis=1),
            "bias": jnp.zeros(width, dtype),
        }

    def trace(self, params: LayerParams, inputs: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return the outputs twice, (batch, steps, units) or (batch, units)."""
        require_places(self.family, inputs.shape[1:], 1)
        outputs = []
        for prefix, is_backward in self._prefixes().items():
            carried, last, _ = self._along(part(params, prefix), inputs, is_backward)
            outputs.append(carried[0] if self.sequence else last)
        together = outputs[0] if len(outputs) == 1 else jnp.concatenate(outputs, axis=-1)
        return together, together

    def details(self, params: LayerParams, inputs: jax.Array) -> Details:
        """Return what is carried and each gate's values at every step, (batch, steps, units)."""
        found: Details = {}
        for prefix, is_backward in self._prefixes().items():
            own = part(params, prefix)
            carried, _, values = self._along(own, inputs, is_backward)
            gates = jnp.split(values, len(self.gates), axis=-1)
            names = (*self.carried, *self.gates)
            arrays = (*carried, *gates)
            found |= {prefix + name: one for name, one in zip(names, arrays, strict=True)}
        return found

    def _prefixes(self) -> dict[str, bool]:
        """Return how the leaves of each direction are called, and whether it goes backward."""
        if self.direction == "both":
            return {"forward.": False, "backward.": True}
        return {"": self.direction == "backward"}

    def _along(
        self, params: LayerParams, inputs: jax.Array, is_backward: bool
    ) -> tuple[Carry, jax.Array, jax.Array]:
        """Return what is carried after each step, the last output, and the gates at each step."""
        there = presence(inputs) if self.padded else jnp.ones((*inputs.shape[:2], 1), inputs.dtype)
        kernel, bias = params["kernel"], params["bias"]
        # All steps' weighted sums at once: one large product in place of many small ones.
        weighted = inputs @ kernel + jnp.expand_dims(bias, (0, 1))

        def move(
            carry: Carry, now: tuple[jax.Array, jax.Array]
        ) -> tuple[Carry, tuple[Carry, jax.Array]]:
            own, is_there = now
            after, gates = self.step(params, carry, own)
            kept = tuple(
                jnp.where(is_there > 0, new, old) for new, old in zip(after, carry, strict=True)
            )
            return kept, (tuple(one * is_there for one in kept), gates)

        start = self.first(inputs.shape[0], weighted.dtype)
        by_step = (jnp.swapaxes(weighted, 0, 1), jnp.swapaxes(there, 0, 1))
        last, (carried, gates) = lax.scan(move, start, by_step, reverse=is_backward)
        by_row = tuple(jnp.swapaxes(one, 0, 1) for one in carried)
        return by_row, last[0], jnp.swapaxes(gates, 0, 1)


@register
@dataclass(frozen=True)
class GRU(Recurrent):
    """Gated recurrent units (Cho et al. 2014; the reset gate after the product, as in cuDNN).

    With the step x and the state h: r = sigmoid(x·Wr + h·Ur + br), z = sigmoid(x·Wz + h·Uz + bz),
    n = tanh(x·Wn + bn + r·(h·Un + cn)), and the new state is z·h + (1 − z)·n.

    Parameters
    ----------
    units, sequence, direction, padded, name
        As in ``Recurrent``.

    Raises
    ------
    SettingError
        For settings that cannot be used.
    DataError
        For examples that are no sequence, (steps, features).

    Notes
    -----
    Parameters: ``kernel`` (features, 3 · units), ``recurrent_kernel`` (units, 3 · units) and
    ``bias`` (3 · units,), in the order r, z, n; ``recurrent_bias`` (units,) is cn. With both
    directions, their names begin with ``forward.`` and ``backward.``.

    Examples
    --------
    >>> layer = GRU(8, direction="both")
    >>> layer.out_shape((20, 3))
    (16,)
    """

    family: ClassVar[str] = "gru"
    gates: ClassVar[tuple[str, ...]] = ("reset_gate", "update_gate", "candidate")
    carried: ClassVar[tuple[str, ...]] = ("state",)

    def _draw(self, key: jax.Array, features: int, dtype: DTypeLike) -> LayerParams:
        params = super()._draw(key, features, dtype)
        return params | {"recurrent_bias": jnp.zeros(self.units, dtype)}

    def first(self, batch: int, dtype: DTypeLike) -> Carry:
        """Return zeros."""
        return (jnp.zeros((batch, self.units), dtype),)

    def step(
        self, params: LayerParams, carry: Carry, weighted: jax.Array
    ) -> tuple[Carry, jax.Array]:
        """Take up one step, by the formulas above."""
        (h,) = carry
        n_both = 2 * self.units
        recurrent = h @ params["recurrent_kernel"]
        both = jax.nn.sigmoid(weighted[:, :n_both] + recurrent[:, :n_both])
        r, z = jnp.split(both, 2, axis=-1)
        inner = recurrent[:, n_both:] + jnp.expand_dims(params["recurrent_bias"], 0)
        n = jnp.tanh(weighted[:, n_both:] + r * inner)
        return (z * h + (1 - z) * n,), jnp.concatenate([r, z, n], axis=-1)


@register
@dataclass(frozen=True)
class LSTM(Recurrent):
    """Long short-term memory (Hochreiter & Schmidhuber 1997; Gers et al. 2000).

    With the step x, the output h and the cell c: i, f, o = sigmoid of their own x·W + h·U + b,
    g = tanh of its own; the new cell is f·c + i·g, and the new output o·tanh(c). The forget
    gate's bias begins at 1 (Jozefowicz et al. 2015, section 2.2).

    Parameters
    ----------
    units, sequence, direction, padded, name
        As in ``Recurrent``.

    Raises
    ------
    SettingError
        For settings that cannot be used.
    DataError
        For examples that are no sequence, (steps, features).

    Notes
    -----
    Parameters: ``kernel`` (features, 4 · units), ``recurrent_kernel`` (units, 4 · units) and
    ``bias`` (4 · units,), in the order i, f, g, o. With both directions, their names begin with
    ``forward.`` and ``backward.``.

    Examples
    --------
    >>> layer = LSTM(8, sequence=True)
    >>> layer.out_shape((20, 3))
    (20, 8)
    """

    family: ClassVar[str] = "lstm"
    gates: ClassVar[tuple[str, ...]] = ("input_gate", "forget_gate", "candidate", "output_gate")
    carried: ClassVar[tuple[str, ...]] = ("state", "cell")

    def _draw(self, key: jax.Array, features: int, dtype: DTypeLike) -> LayerParams:
        params = super()._draw(key, features, dtype)
        forget = slice(self.units, 2 * self.units)
        return params | {"bias": params["bias"].at[forget].set(1.0)}

    def first(self, batch: int, dtype: DTypeLike) -> Carry:
        """Return zeros for the output and the cell."""
        return (jnp.zeros((batch, self.units), dtype),) * 2

    def step(
        self, params: LayerParams, carry: Carry, weighted: jax.Array
    ) -> tuple[Carry, jax.Array]:
        """Take up one step, by the formulas above."""
        h, c = carry
        sums = weighted + h @ params["recurrent_kernel"]
        i, f, g, o = jnp.split(sums, 4, axis=-1)
        i, f, o = jax.nn.sigmoid(i), jax.nn.sigmoid(f), jax.nn.sigmoid(o)
        g = jnp.tanh(g)
        cell = f * c + i * g
        return (o * jnp.tanh(cell), cell), jnp.concatenate([i, f, g, o], axis=-1)
