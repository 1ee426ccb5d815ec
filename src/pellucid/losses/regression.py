"""Losses for numbers; outputs and targets are both (batch, k).

For several outputs the quadratic loss is their sum, so that it stays half the squared length
of the error; the others are the mean over the outputs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp

from pellucid.errors import SettingError
from pellucid.losses.loss import Loss, check_shapes, register


@register
@dataclass(frozen=True)
class Quadratic(Loss):
    """Half the squared error, ½(y − ŷ)², summed over the outputs.

    The ½ makes the slope y − ŷ itself; without it, the slope would be twice as much.

    Examples
    --------
    >>> Quadratic()(jnp.array([[10.0]]), jnp.array([[6.0]]))
    Array([8.], dtype=float32)
    """

    name: ClassVar[str] = "quadratic"
    tasks: ClassVar[tuple[str, ...]] = ("regression",)

    def __call__(self, outputs: jax.Array, targets: jax.Array) -> jax.Array:
        """Return ½ Σ (y − ŷ)² for each example, (batch,)."""
        check_shapes(outputs, targets, outputs.shape)
        return 0.5 * jnp.sum(jnp.square(outputs - targets), axis=-1)


@register
@dataclass(frozen=True)
class MeanSquaredError(Loss):
    """The squared error, (y − ŷ)², averaged over the outputs.

    Examples
    --------
    >>> MeanSquaredError()(jnp.array([[1.0, 2.0]]), jnp.array([[0.0, 4.0]]))
    Array([2.5], dtype=float32)
    """

    name: ClassVar[str] = "mean_squared_error"
    tasks: ClassVar[tuple[str, ...]] = ("regression",)

    def __call__(self, outputs: jax.Array, targets: jax.Array) -> jax.Array:
        """Return the mean of (y − ŷ)² for each example, (batch,)."""
        check_shapes(outputs, targets, outputs.shape)
        return jnp.mean(jnp.square(outputs - targets), axis=-1)


@register
@dataclass(frozen=True)
class MeanAbsoluteError(Loss):
    """The size of the error, |y − ŷ|, averaged over the outputs: outliers count little.

    Examples
    --------
    >>> MeanAbsoluteError()(jnp.array([[1.0, 2.0]]), jnp.array([[0.0, 4.0]]))
    Array([1.5], dtype=float32)
    """

    name: ClassVar[str] = "mean_absolute_error"
    tasks: ClassVar[tuple[str, ...]] = ("regression",)

    def __call__(self, outputs: jax.Array, targets: jax.Array) -> jax.Array:
        """Return the mean of |y − ŷ| for each example, (batch,)."""
        check_shapes(outputs, targets, outputs.shape)
        return jnp.mean(jnp.abs(outputs - targets), axis=-1)


@register
@dataclass(frozen=True)
class Huber(Loss):
    """Quadratic for small errors, linear for large ones, averaged over the outputs.

    With e = |y − ŷ|: ½e² up to δ, δ(e − ½δ) beyond (Huber 1964, section 4).

    Parameters
    ----------
    delta
        Where the one goes over into the other, in the unit of the targets.

    Raises
    ------
    SettingError
        For a delta that is not above 0.

    Examples
    --------
    >>> Huber(delta=1.0)(jnp.array([[0.5], [3.0]]), jnp.array([[0.0], [0.0]]))
    Array([0.125, 2.5  ], dtype=float32)
    """

    name: ClassVar[str] = "huber"
    tasks: ClassVar[tuple[str, ...]] = ("regression",)

    delta: float = 1.0

    def __post_init__(self) -> None:
        if not (isinstance(self.delta, int | float) and 0 < self.delta < float("inf")):
            raise SettingError(f"delta must be a number above 0; received: {self.delta!r}")

    def __call__(self, outputs: jax.Array, targets: jax.Array) -> jax.Array:
        """Return the mean Huber loss for each example, (batch,)."""
        check_shapes(outputs, targets, outputs.shape)
        error = jnp.abs(outputs - targets)
        # The quadratic part is cut off at δ, so that neither branch overflows or loses its slope.
        near = jnp.minimum(error, self.delta)
        return jnp.mean(0.5 * jnp.square(near) + self.delta * (error - near), axis=-1)
