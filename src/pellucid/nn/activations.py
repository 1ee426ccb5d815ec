"""Activation functions: what a unit makes of its weighted sum, ``h = σ(z)``.

All but softmax work on each number alone. They keep the dtype of what they are given and
have a gradient everywhere; where the slope jumps (ReLU at 0) the gradient is that of the
side on which the function is flat.
"""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp

from pellucid.errors import unknown_name

Activation = Callable[[jax.Array], jax.Array]


def linear(z: jax.Array) -> jax.Array:
    """Return z itself, h = z: for outputs that are numbers, or logits."""
    return z


def tanh(z: jax.Array) -> jax.Array:
    """Squash into (−1, 1): h = (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ)."""
    return jnp.tanh(z)


def sigmoid(z: jax.Array) -> jax.Array:
    """Squash into (0, 1): h = 1 / (1 + e⁻ᶻ)."""
    return jax.nn.sigmoid(z)


def relu(z: jax.Array) -> jax.Array:
    """Cut off what is negative: h = max(0, z) (Nair & Hinton 2010)."""
    return jax.nn.relu(z)


def leaky_relu(z: jax.Array) -> jax.Array:
    """Let a hundredth of what is negative through: h = z above 0, 0.01·z below (Maas 2013)."""
    return jax.nn.leaky_relu(z, negative_slope=0.01)


def elu(z: jax.Array) -> jax.Array:
    """Exponential linear unit: h = z above 0, eᶻ − 1 below (Clevert et al. 2016, eq. 15)."""
    return jax.nn.elu(z)


def gelu(z: jax.Array) -> jax.Array:
    """Gaussian error linear unit, exact: h = z·Φ(z) (Hendrycks & Gimpel 2016, section 2)."""
    return jax.nn.gelu(z, approximate=False)


def silu(z: jax.Array) -> jax.Array:
    """Sigmoid linear unit, also called swish: h = z / (1 + e⁻ᶻ) (Elfwing et al. 2018)."""
    return jax.nn.silu(z)


def softplus(z: jax.Array) -> jax.Array:
    """Bend smoothly where ReLU has its corner: h = ln(1 + eᶻ) (Glorot et al. 2011)."""
    return jax.nn.softplus(z)


def softmax(z: jax.Array) -> jax.Array:
    """Turn one example's logits into probabilities: hᵢ = e^zᵢ / Σⱼ e^zⱼ, over the last axis.

    For an output layer. The cross-entropy losses take logits, so a network trained with them
    ends in ``linear``, and softmax is applied to what comes out.

    Examples
    --------
    >>> softmax(jnp.log(jnp.array([[1.0, 2.0, 1.0]])))
    Array([[0.25, 0.5 , 0.25]], dtype=float32)
    """
    return jax.nn.softmax(z, axis=-1)


ACTIVATIONS: dict[str, Activation] = {
    "linear": linear,
    "relu": relu,
    "tanh": tanh,
    "sigmoid": sigmoid,
    "leaky_relu": leaky_relu,
    "elu": elu,
    "gelu": gelu,
    "silu": silu,
    "softplus": softplus,
    "softmax": softmax,
}


def get(name: str) -> Activation:
    """Return the activation function of this name.

    Parameters
    ----------
    name
        One of the names in ``ACTIVATIONS``.

    Raises
    ------
    SettingError
        For any other name, with a guess at what was meant.

    Examples
    --------
    >>> get("relu")(jnp.array([-1.0, 2.0]))
    Array([0., 2.], dtype=float32)
    """
    try:
        return ACTIVATIONS[name]
    except (KeyError, TypeError):
        raise unknown_name("activation", str(name), ACTIVATIONS) from None
