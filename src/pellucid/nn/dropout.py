"""Dropout: units fall silent at random while training, so that none is relied on alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp

from pellucid.errors import SettingError
from pellucid.nn.layer import Layer, register
from pellucid.nn.limits import SHARE
from pellucid.nn.parameters import LayerParams

WAYS = ("units", "channels", "examples")


@register
@dataclass(frozen=True)
class Dropout(Layer):
    """Silence a share of the units at random while training (Srivastava et al. 2014).

    The units that stay are scaled by 1 / (1 − rate), so that their expected value is the same
    as at inference, where the layer does nothing.

    Parameters
    ----------
    rate
        The share of units that fall silent, from 0 up to, but not including, 1.
    what
        What falls silent as a whole: "units"; "channels", at all places of an image or all steps
        of a series at once (Tompson et al. 2015, section 3.2); or "examples", which at the end
        of a residual block skips the block (stochastic depth, Huang et al. 2016).
    name
        As in ``Layer``.

    Raises
    ------
    SettingError
        For a rate out of these limits, or another word.

    Examples
    --------
    >>> layer = Dropout(0.5)
    >>> outputs, _ = layer.apply_training({}, jnp.ones((1, 6)), jax.random.key(1))
    >>> sorted(set(outputs[0].tolist()))
    [0.0, 2.0]
    """

    family: ClassVar[str] = "dropout"

    rate: float
    what: str = "units"

    def __post_init__(self) -> None:
        super().__post_init__()
        SHARE.check("rate", self.rate)
        if self.what not in WAYS:
            raise SettingError(
                f"what must be 'units', 'channels' or 'examples'; received: {self.what!r}"
            )

    def trace(self, params: LayerParams, inputs: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return the inputs twice: at inference nothing is dropped."""
        return inputs, inputs

    def apply_training(
        self, params: LayerParams, inputs: jax.Array, key: jax.Array
    ) -> tuple[jax.Array, LayerParams]:
        """Return the inputs with silent units, and the parameters (none) as they are."""
        if self.rate == 0:
            return inputs, params
        places = (1,) * (inputs.ndim - 2)
        shapes = {
            "units": inputs.shape,
            "channels": (inputs.shape[0], *places, inputs.shape[-1]),
            "examples": (inputs.shape[0], *places, 1),
        }
        kept = jax.random.bernoulli(key, 1.0 - self.rate, shapes[self.what])
        return jnp.where(kept, inputs / (1.0 - self.rate), 0.0), params
