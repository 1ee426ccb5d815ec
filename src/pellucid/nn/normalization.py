"""Normalisation: activations are brought to mean 0 and variance 1, then scaled and shifted.

Both layers have one ``scale`` γ and one ``shift`` β for each feature (the last axis), and an
activation of their own, since normalisation belongs between the weighted sum and σ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp
from jax import lax
from jax.typing import DTypeLike

from pellucid.nn import activations
from pellucid.nn.layer import Layer, Shape, register
from pellucid.nn.limits import POSITIVE, SHARE, TRUTH
from pellucid.nn.padding import presence
from pellucid.nn.parameters import LayerParams


@register
@dataclass(frozen=True)
class BatchNormalization(Layer):
    """Normalise every feature over the batch (Ioffe & Szegedy 2015, algorithms 1 and 2).

    While training, mean and variance are those of the batch; at inference they are running
    averages kept while training, so that an example's output does not depend on its company.

    Parameters
    ----------
    momentum
        How much of a running average is kept at each step; the rest is the batch's.
    epsilon
        Added to the variance before its root, against division by zero.
    activation
        The name of σ, applied to what was normalised, scaled and shifted.
    name
        As in ``Layer``.

    Raises
    ------
    SettingError
        For settings that cannot be used.

    Notes
    -----
    Parameters, each (features,): ``scale``, ``shift``; ``running_mean`` and
    ``running_variance`` (with the paper's factor m/(m − 1)), which are not trained.

    Examples
    --------
    >>> layer = BatchNormalization()
    >>> params = layer.init(jax.random.key(0), (1,), "float32")
    >>> outputs, params = layer.apply_training(
    ...     params, jnp.array([[1.0], [3.0]]), jax.random.key(0)
    ... )
    >>> [round(h, 3) for h in outputs[:, 0].tolist()]
    [-1.0, 1.0]
    >>> round(float(params["running_mean"][0]), 3)
    0.2
    """

    family: ClassVar[str] = "batch_normalization"

    momentum: float = 0.9
    epsilon: float = 1e-5
    activation: str = "linear"

    def __post_init__(self) -> None:
        super().__post_init__()
        SHARE.check("momentum", self.momentum)
        POSITIVE.check("epsilon", self.epsilon)
        activations.get(self.activation)

    def init(self, key: jax.Array, in_shape: Shape, dtype: DTypeLike) -> LayerParams:
        """Start with scale 1, shift 0, running mean 0 and running variance 1."""
        features = in_shape[-1:]
        return {
            "scale": jnp.ones(features, dtype),
            "shift": jnp.zeros(features, dtype),
            "running_mean": jnp.zeros(features, dtype),
            "running_variance": jnp.ones(features, dtype),
        }

    def trace(self, params: LayerParams, inputs: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return γ·(x − mean)/√(variance + ε) + β by the running averages, and σ of it."""
        # Running averages are statistics: the loss has no gradient with respect to them.
        mean = lax.stop_gradient(params["running_mean"])
        variance = lax.stop_gradient(params["running_variance"])
        axes = range(inputs.ndim - 1)
        z = self._normalized(
            params, inputs, jnp.expand_dims(mean, axes), jnp.expand_dims(variance, axes)
        )
        return z, activations.get(self.activation)(z)

    def apply_training(
        self, params: LayerParams, inputs: jax.Array, key: jax.Array
    ) -> tuple[jax.Array, LayerParams]:
        """Normalise by the batch's own mean and variance, and move the running averages."""
        rows = inputs.size // max(inputs.shape[-1], 1)
        if rows == 0:  # an empty batch has no mean
            return self.apply(params, inputs), params
        axes = tuple(range(inputs.ndim - 1))
        mean = jnp.mean(inputs, axis=axes, keepdims=True)
        variance = jnp.var(inputs, axis=axes, keepdims=True)
        z = self._normalized(params, inputs, mean, variance)
        # The variance of the population, estimated from a sample of this many rows.
        unbiased = variance * (rows / max(rows - 1, 1))
        moved = {
            "running_mean": self._moved(params["running_mean"], mean),
            "running_variance": self._moved(params["running_variance"], unbiased),
        }
        return activations.get(self.activation)(z), params | moved

    def _normalized(
        self, params: LayerParams, inputs: jax.Array, mean: jax.Array, variance: jax.Array
    ) -> jax.Array:
        axes = range(inputs.ndim - 1)
        factor = lax.rsqrt(variance + self.epsilon) * jnp.expand_dims(params["scale"], axes)
        return (inputs - mean) * factor + jnp.expand_dims(params["shift"], axes)

    def _moved(self, running: jax.Array, batch: jax.Array) -> jax.Array:
        new = lax.stop_gradient(batch).reshape(running.shape).astype(running.dtype)
        return self.momentum * running + (1.0 - self.momentum) * new


@register
@dataclass(frozen=True)
class LayerNormalization(Layer):
    """Normalise every example over its own features (Ba, Kiros & Hinton 2016, section 3).

    The same while training and at inference, whatever the size of the batch.

    Parameters
    ----------
    epsilon
        Added to the variance before its root, against division by zero.
    activation
        The name of σ, applied to what was normalised, scaled and shifted.
    padded
        Whether steps that hold nothing but zeros are padding, and stay so.
    name
        As in ``Layer``.

    Raises
    ------
    SettingError
        For settings that cannot be used.

    Notes
    -----
    Parameters, each (features,): ``scale``, ``shift``. Mean and variance are taken over the
    last axis.

    Examples
    --------
    >>> layer = LayerNormalization()
    >>> params = layer.init(jax.random.key(0), (2,), "float32")
    >>> [round(h, 3) for h in layer.apply(params, jnp.array([[1.0, 3.0]]))[0].tolist()]
    [-1.0, 1.0]
    """

    family: ClassVar[str] = "layer_normalization"

    epsilon: float = 1e-5
    activation: str = "linear"
    padded: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        POSITIVE.check("epsilon", self.epsilon)
        TRUTH.check("padded", self.padded)
        activations.get(self.activation)

    def init(self, key: jax.Array, in_shape: Shape, dtype: DTypeLike) -> LayerParams:
        """Start with scale 1 and shift 0."""
        features = in_shape[-1:]
        return {"scale": jnp.ones(features, dtype), "shift": jnp.zeros(features, dtype)}

    def trace(self, params: LayerParams, inputs: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return γ·(x − mean)/√(variance + ε) + β by the example's own, and σ of it."""
        mean = jnp.mean(inputs, axis=-1, keepdims=True)
        variance = jnp.var(inputs, axis=-1, keepdims=True)
        axes = range(inputs.ndim - 1)
        standard = (inputs - mean) * lax.rsqrt(variance + self.epsilon)
        z = standard * jnp.expand_dims(params["scale"], axes)
        z = z + jnp.expand_dims(params["shift"], axes)
        h = activations.get(self.activation)(z)
        if self.padded:
            there = presence(inputs)
            z, h = z * there, h * there
        return z, h
