"""Self-attention: every step of a sequence looks at all others, and takes what it needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import DTypeLike

from pellucid.errors import SettingError
from pellucid.nn import initializers
from pellucid.nn.layer import Details, Layer, Shape, register
from pellucid.nn.limits import POSITIVE_WHOLE, TRUTH
from pellucid.nn.padding import presence
from pellucid.nn.parameters import LayerParams
from pellucid.nn.windows import require_places

_PARTS = ("query", "key", "value", "output")


@register
@dataclass(frozen=True)
class SelfAttention(Layer):
    """Multi-head scaled dot-product attention (Vaswani et al. 2017, section 3.2).

    For each head: softmax(Q·Kᵀ/√d)·V, with Q, K and V made of the steps by kernels of their own
    and d = features / heads; the heads side by side pass a last kernel.

    Parameters
    ----------
    heads
        How many; they divide the features evenly.
    causal
        Whether a step sees only itself and those before it.
    padded
        Whether steps that hold nothing but zeros are padding: nobody looks at them, and zeros
        come out of them.
    name
        As in ``Layer``.

    Raises
    ------
    SettingError
        For settings that cannot be used.
    DataError
        For examples that are no sequence, (steps, features).

    Notes
    -----
    Parameters: ``query_kernel``, ``key_kernel``, ``value_kernel`` and ``output_kernel``
    (features, features), and their ``…_bias`` (features,). Costs steps² · features.

    Examples
    --------
    >>> layer = SelfAttention(heads=2)
    >>> params = layer.init(jax.random.key(0), (5, 8), "float32")
    >>> layer.details(params, jnp.ones((1, 5, 8)))["attention"].shape
    (1, 2, 5, 5)
    """

    family: ClassVar[str] = "self_attention"

    heads: int
    causal: bool = False
    padded: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        POSITIVE_WHOLE.check("heads", self.heads)
        TRUTH.check("causal", self.causal)
        TRUTH.check("padded", self.padded)

    def out_shape(self, in_shape: Shape) -> Shape:
        """Return the same shape, (steps, features)."""
        require_places("self-attention", in_shape, 1)
        if in_shape[-1] % self.heads:
            raise SettingError(
                f"{in_shape[-1]} features cannot be divided among {self.heads} heads.",
                remedy="choose heads that divide the number of features",
            )
        return in_shape

    def init(self, key: jax.Array, in_shape: Shape, dtype: DTypeLike) -> LayerParams:
        """Draw the four kernels; the biases begin at 0."""
        features = self.out_shape(in_shape)[-1]
        params: LayerParams = {}
        for name, own in zip(_PARTS, jax.random.split(key, len(_PARTS)), strict=True):
            shape = (features, features)
            params[f"{name}_kernel"] = initializers.draw("glorot_uniform", own, shape, dtype)
            params[f"{name}_bias"] = jnp.zeros(features, dtype)
        return params

    def trace(self, params: LayerParams, inputs: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return the outputs twice, (batch, steps, features)."""
        weights, values = self._weights_and_values(params, inputs)
        # (batch, heads, steps, features of a head), and back to all heads side by side.
        mixed = jnp.swapaxes(weights @ values, 1, 2).reshape(inputs.shape)
        outputs = _affine(params, "output", mixed)
        if self.padded:
            outputs = outputs * presence(inputs)
        return outputs, outputs

    def details(self, params: LayerParams, inputs: jax.Array) -> Details:
        """Return ``attention``: how much each step looks at each, (batch, heads, steps, steps)."""
        return {"attention": self._weights_and_values(params, inputs)[0]}

    def _weights_and_values(
        self, params: LayerParams, inputs: jax.Array
    ) -> tuple[jax.Array, jax.Array]:
        self.out_shape(inputs.shape[1:])
        queries, keys, values = (
            self._by_head(_affine(params, name, inputs)) for name in _PARTS[:3]
        )
        scores = queries @ jnp.swapaxes(keys, -1, -2) / jnp.sqrt(keys.shape[-1]).astype(keys.dtype)
        steps = inputs.shape[1]
        seen = jnp.ones((1, 1, 1, steps), bool)
        if self.padded:
            seen = (presence(inputs)[..., 0] > 0)[:, None, None, :]
        if self.causal:
            seen = seen & jnp.tril(jnp.ones((steps, steps), bool))[None, None]
        # The least number in place of −∞: a row that sees nobody is no NaN.
        hidden = float(np.finfo(np.dtype(scores.dtype)).min)
        return jax.nn.softmax(jnp.where(seen, scores, hidden), axis=-1), values

    def _by_head(self, steps: jax.Array) -> jax.Array:
        """Return (batch, heads, steps, features of a head)."""
        batch, n_steps, features = steps.shape
        shape = (batch, n_steps, self.heads, features // self.heads)
        return jnp.swapaxes(steps.reshape(shape), 1, 2)


def _affine(params: LayerParams, name: str, inputs: jax.Array) -> jax.Array:
    bias = jnp.expand_dims(params[f"{name}_bias"], (0, 1))
    return inputs @ params[f"{name}_kernel"] + bias
