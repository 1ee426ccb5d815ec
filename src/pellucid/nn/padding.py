"""Padding of sequences: steps that hold nothing but zeros, where a layer is told ``padded``.

Sequences of unequal lengths are filled up to one length. An embedding makes exact zeros of the
filler, and the layers after it that are told ``padded=True`` neither look at such steps nor put
anything into them, so that a sequence's outputs do not depend on its company.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp


def presence(inputs: jax.Array) -> jax.Array:
    """Return 1 for each step that holds anything but zeros, else 0: (batch, *places, 1).

    Examples
    --------
    >>> presence(jnp.array([[[0.5, 0.0], [0.0, 0.0]]])).tolist()
    [[[1.0], [0.0]]]
    """
    return jnp.any(inputs != 0, axis=-1, keepdims=True).astype(inputs.dtype)
