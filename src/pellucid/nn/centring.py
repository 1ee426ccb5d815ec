"""Centring: what is the same all through an example is taken from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp

from pellucid.errors import DataError
from pellucid.nn.layer import Layer, Shape, register
from pellucid.nn.parameters import LayerParams


@register
@dataclass(frozen=True)
class Centring(Layer):
    """Take from each example its own mean along its first axis.

    Of a sound's log-mel spectrogram, that is the mean loudness of each pitch over time: what the
    microphone, the room and a part of the voice add to everything that is said ("cepstral mean
    normalisation", Atal 1974, "Effectiveness of linear prediction characteristics of the speech
    wave for automatic speaker identification and verification", section III). What changes in
    time is left.

    Parameters
    ----------
    name
        As in ``Layer``.

    Raises
    ------
    DataError
        For examples of a single axis, which would be nothing but 0 then.

    Examples
    --------
    >>> loudness = jnp.array([[[1.0, 10.0], [3.0, 10.0]]])  # one sound, 2 moments × 2 pitches
    >>> Centring().apply({}, loudness).tolist()
    [[[-1.0, 0.0], [1.0, 0.0]]]
    """

    family: ClassVar[str] = "centring"

    def out_shape(self, in_shape: Shape) -> Shape:
        """Return the same shape."""
        if len(in_shape) < 2:
            raise DataError(
                f"Centring received examples of the shape {in_shape}.",
                expected="examples of at least two axes, the first of which is averaged over",
            )
        return in_shape

    def trace(self, params: LayerParams, inputs: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return x − mean(x), twice."""
        self.out_shape(inputs.shape[1:])
        centred = inputs - jnp.mean(inputs, axis=1, keepdims=True)
        return centred, centred
