"""The dense layer: every input is connected to every unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp
from jax.typing import DTypeLike

from pellucid.errors import DataError, SettingError
from pellucid.nn import activations, initializers
from pellucid.nn.initializers import Initializer
from pellucid.nn.layer import Layer, Shape, register
from pellucid.nn.limits import POSITIVE_WHOLE, TRUTH
from pellucid.nn.parameters import LayerParams


@register
@dataclass(frozen=True)
class Dense(Layer):
    """A fully connected layer, h = σ(x·W + b).

    Works on the last axis; axes in front of it (the steps of a sequence) are kept.

    Parameters
    ----------
    units
        How many neurons the layer has.
    activation
        The name of σ, one of ``nn.ACTIVATIONS``.
    bias
        Whether a bias b is added to the weighted sums.
    initializer
        The kernel's first values: a name from ``nn.INITIALIZERS``, or the values themselves in
        rows, (in_features, units). Left out, it is chosen to suit the activation.
    bias_initializer
        The bias' first values: "zeros", or the values themselves, (units,).
    name
        As in ``Layer``.

    Raises
    ------
    SettingError
        For settings that cannot be used.

    Notes
    -----
    Parameters: ``kernel`` (in_features, units), rows = from, columns = to; ``bias`` (units,).

    Examples
    --------
    >>> layer = Dense(1, initializer=[[5.0]], bias=False)
    >>> params = layer.init(jax.random.key(0), (1,), "float32")
    >>> layer.apply(params, jnp.array([[2.0]]))
    Array([[10.]], dtype=float32)
    """

    family: ClassVar[str] = "dense"

    units: int
    activation: str = "linear"
    bias: bool = True
    initializer: Initializer | None = None
    bias_initializer: Initializer = "zeros"

    def __post_init__(self) -> None:
        super().__post_init__()
        POSITIVE_WHOLE.check("units", self.units)
        TRUTH.check("bias", self.bias)
        activations.get(self.activation)
        kernel_start = self.initializer
        if kernel_start is None:
            kernel_start = initializers.default_for(self.activation)
        bias_start = initializers.checked("bias_initializer", self.bias_initializer)
        if isinstance(bias_start, str) and bias_start != "zeros":
            raise SettingError(
                f"bias_initializer must be 'zeros' or {self.units} numbers; "
                f"received: {bias_start!r}"
            )
        object.__setattr__(self, "initializer", initializers.checked("initializer", kernel_start))
        object.__setattr__(self, "bias_initializer", bias_start)

    def out_shape(self, in_shape: Shape) -> Shape:
        """Return (…, units) for (…, in_features)."""
        if not in_shape:
            raise DataError("A dense layer needs examples with at least one axis.")
        return (*in_shape[:-1], self.units)

    def init(self, key: jax.Array, in_shape: Shape, dtype: DTypeLike) -> LayerParams:
        """Draw the kernel and the bias."""
        kernel_shape = (in_shape[-1], self.units)
        start = self.initializer or initializers.default_for(self.activation)
        params = {"kernel": initializers.draw(start, key, kernel_shape, dtype)}
        if self.bias:
            params["bias"] = initializers.draw(self.bias_initializer, key, (self.units,), dtype)
        return params

    def trace(self, params: LayerParams, inputs: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return z = x·W + b and h = σ(z), both (batch, …, units)."""
        kernel = params["kernel"]  # (in_features, units)
        if inputs.shape[-1] != kernel.shape[0]:
            raise DataError(
                f"The inputs have {inputs.shape[-1]} features.",
                expected=f"{kernel.shape[0]} features, as the weight matrix has rows",
            )
        z = inputs @ kernel
        if self.bias:
            z = z + jnp.expand_dims(params["bias"], range(z.ndim - 1))
        return z, activations.get(self.activation)(z)
