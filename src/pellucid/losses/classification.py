"""Losses for classes, from logits: the outputs before softmax or sigmoid.

Computed from the logits' differences, they stay exact and finite for logits of any size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp

from pellucid.errors import SettingError
from pellucid.losses.loss import Loss, check_shapes, register


@dataclass(frozen=True)
class _Smoothed(Loss):
    """What the cross-entropies share: the smoothing of labels."""

    label_smoothing: float = 0.0

    def __post_init__(self) -> None:
        smoothing = self.label_smoothing
        if not (isinstance(smoothing, int | float) and 0 <= smoothing < 1):
            raise SettingError(
                "label_smoothing must be a number from 0 up to, but not including, 1; "
                f"received: {smoothing!r}"
            )


@register
@dataclass(frozen=True)
class CrossEntropy(_Smoothed):
    """Multi-class cross-entropy, −ln of the probability given to the right class.

    Parameters
    ----------
    label_smoothing
        The share α of the label spread evenly over all k classes: the right class' target is
        1 − α + α/k, each other one's α/k (Szegedy et al. 2016, section 7).

    Raises
    ------
    SettingError
        For a share out of [0, 1).

    Examples
    --------
    >>> logits = jnp.log(jnp.array([[0.5, 0.25, 0.25]]))
    >>> CrossEntropy()(logits, jnp.array([0]))  # −ln 0.5
    Array([0.6931472], dtype=float32)
    """

    name: ClassVar[str] = "cross_entropy"
    tasks: ClassVar[tuple[str, ...]] = ("classification",)

    def __call__(self, outputs: jax.Array, targets: jax.Array) -> jax.Array:
        """Return each example's loss, (batch,).

        Parameters
        ----------
        outputs
            Logits, (batch, classes).
        targets
            The right classes, (batch,), whole numbers from 0 to classes − 1; a number out of
            that range belongs to no class and has no loss.

        Raises
        ------
        DataError
            For targets of another shape.
        """
        check_shapes(outputs, targets, outputs.shape[:-1])
        log_probabilities = jax.nn.log_softmax(outputs, axis=-1)
        # A product with 0 and 1 instead of an index: its gradient needs no scattering.
        right = jax.nn.one_hot(targets, outputs.shape[-1], dtype=outputs.dtype)
        losses = -jnp.sum(right * log_probabilities, axis=-1)
        if self.label_smoothing == 0:
            return losses
        spread = -jnp.mean(log_probabilities, axis=-1)
        return (1.0 - self.label_smoothing) * losses + self.label_smoothing * spread


@register
@dataclass(frozen=True)
class BinaryCrossEntropy(_Smoothed):
    """Cross-entropy of yes-or-no questions, one logit each, averaged over the outputs.

    Parameters
    ----------
    label_smoothing
        The share α by which a target t is drawn to the middle: (1 − α)·t + α/2.

    Raises
    ------
    SettingError
        For a share out of [0, 1).

    Examples
    --------
    >>> BinaryCrossEntropy()(jnp.array([[0.0]]), jnp.array([1]))  # −ln ½
    Array([0.6931472], dtype=float32)
    """

    name: ClassVar[str] = "binary_cross_entropy"
    tasks: ClassVar[tuple[str, ...]] = ("classification", "multilabel")

    def __call__(self, outputs: jax.Array, targets: jax.Array) -> jax.Array:
        """Return each example's loss, (batch,).

        Parameters
        ----------
        outputs
            Logits, (batch, k); above 0 means yes.
        targets
            0 or 1: (batch, k), or (batch,) for a single output.

        Raises
        ------
        DataError
            For targets of another shape.
        """
        if targets.ndim == 1:
            targets = targets[:, None]
        check_shapes(outputs, targets, outputs.shape)
        wanted = targets.astype(outputs.dtype)
        wanted = (1.0 - self.label_smoothing) * wanted + 0.5 * self.label_smoothing
        # −t·ln σ(z) − (1 − t)·ln(1 − σ(z)), where both logarithms are softplus functions.
        losses = wanted * jax.nn.softplus(-outputs) + (1.0 - wanted) * jax.nn.softplus(outputs)
        return jnp.mean(losses, axis=-1)
