"""Convolution: the same small kernel looks at every place of a series or an image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp
from jax.typing import DTypeLike

from pellucid.errors import SettingError
from pellucid.nn import activations, initializers
from pellucid.nn.correlation import by_patches, by_xla, correlate
from pellucid.nn.initializers import Initializer
from pellucid.nn.layer import Layer, Shape, register
from pellucid.nn.limits import POSITIVE_WHOLE, TRUTH
from pellucid.nn.parameters import LayerParams
from pellucid.nn.windows import Windows, check_padding, per_axis, require_places


@register
@dataclass(frozen=True)
class Convolution(Layer):
    """A convolution over one axis (series, sounds) or two (images), h = σ(x ∗ W + b).

    As everywhere in the field, the kernel is not turned around: strictly, this is a
    cross-correlation (Goodfellow, Bengio & Courville 2016, section 9.1).

    Parameters
    ----------
    filters
        How many kernels look at each place: the channels that come out.
    size
        The kernel's length for series, such as ``(9,)``; height and width for images, such as
        ``(3, 3)``. A single number means a series.
    stride
        How far the kernel moves; one number, or one for each axis.
    padding
        "same": ⌈places / stride⌉ places come out, with zeros beyond the edges; "valid": the
        kernel stays inside.
    dilation
        The distance of neighbouring places under the kernel (Yu & Koltun 2016).
    groups
        Channels are divided into so many groups that do not see each other; as many as there
        are channels make a depthwise convolution.
    activation
        The name of σ, one of ``nn.ACTIVATIONS``.
    bias
        Whether each filter has a bias.
    initializer
        The name of the kernel's initializer. Left out, it suits the activation.
    name
        As in ``Layer``.

    Raises
    ------
    SettingError
        For settings that cannot be used.
    DataError
        For examples of another shape, or smaller than the kernel.

    Notes
    -----
    Parameters: ``kernel`` (*size, channels / groups, filters) and ``bias`` (filters,). How it is
    computed on a CPU, and its gradients, is told in :mod:`pellucid.nn.correlation`.

    Examples
    --------
    >>> layer = Convolution(4, size=(3, 3), padding="valid")
    >>> layer.out_shape((8, 8, 1))
    (6, 6, 4)
    >>> layer.init(jax.random.key(0), (8, 8, 1), "float32")["kernel"].shape
    (3, 3, 1, 4)
    """

    family: ClassVar[str] = "convolution"

    filters: int
    size: int | tuple[int, ...]
    stride: int | tuple[int, ...] = 1
    padding: str = "same"
    dilation: int | tuple[int, ...] = 1
    groups: int = 1
    activation: str = "linear"
    bias: bool = True
    initializer: Initializer | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        for setting in ("filters", "groups"):
            POSITIVE_WHOLE.check(setting, getattr(self, setting))
        TRUTH.check("bias", self.bias)
        activations.get(self.activation)
        check_padding(self.padding)
        size = per_axis("size", self.size)
        object.__setattr__(self, "size", size)
        for setting in ("stride", "dilation"):
            value = per_axis(setting, getattr(self, setting), len(size))
            object.__setattr__(self, setting, value)
        if self.filters % self.groups:
            raise SettingError(
                f"The {self.filters} filters cannot be divided into {self.groups} groups."
            )
        start = self.initializer or initializers.default_for(self.activation)
        if not isinstance(start, str):
            raise SettingError("The initializer of a convolution must be a name.")
        object.__setattr__(self, "initializer", initializers.checked("initializer", start))

    @property
    def windows(self) -> Windows:
        """How the kernel moves."""
        # __post_init__ gave each one number an axis.
        size, stride, dilation = map(tuple, (self.size, self.stride, self.dilation))  # type: ignore[arg-type]
        return Windows(size, stride, dilation, self.padding)

    def out_shape(self, in_shape: Shape) -> Shape:
        """Return (*places, filters) for (*places, channels)."""
        require_places("convolution", in_shape, len(self.windows.size))
        return (*self.windows.counts(in_shape[:-1]), self.filters)

    def init(self, key: jax.Array, in_shape: Shape, dtype: DTypeLike) -> LayerParams:
        """Draw the kernel; the bias begins at 0."""
        require_places("convolution", in_shape, len(self.windows.size))
        if in_shape[-1] % self.groups:
            raise SettingError(
                f"{in_shape[-1]} channels cannot be divided into {self.groups} groups.",
                remedy="choose groups that divide the number of channels",
            )
        shape = (*self.windows.size, in_shape[-1] // self.groups, self.filters)
        start = self.initializer or initializers.default_for(self.activation)
        params = {"kernel": initializers.draw(start, key, shape, dtype)}
        if self.bias:
            params["bias"] = jnp.zeros(self.filters, dtype)
        return params

    def trace(self, params: LayerParams, inputs: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return z = x ∗ W + b and h = σ(z), both (batch, *places, filters)."""
        require_places("convolution", inputs.shape[1:], len(self.windows.size))
        z = self._product(inputs, params["kernel"])
        if self.bias:
            z = z + jnp.expand_dims(params["bias"], range(z.ndim - 1))
        return z, activations.get(self.activation)(z)

    def _product(self, inputs: jax.Array, kernel: jax.Array) -> jax.Array:
        """Return x ∗ W, the way that is fast here."""
        if jax.default_backend() != "cpu":
            return by_xla(self.windows, inputs, kernel, self.groups)
        if self.groups > 1 or kernel.dtype != jnp.float32:  # XLA has slow code for both
            return by_patches(self.windows, inputs, kernel, self.groups)
        return correlate(self.windows, inputs, kernel)
