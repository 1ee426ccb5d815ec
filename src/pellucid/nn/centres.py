"""The layer of cluster centres: how near an embedded row is to each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp
from jax.typing import DTypeLike

from pellucid.errors import DataError
from pellucid.nn import initializers
from pellucid.nn.layer import Layer, Shape, register
from pellucid.nn.limits import POSITIVE_WHOLE
from pellucid.nn.parameters import LayerParams


@register
@dataclass(frozen=True)
class Centres(Layer):
    """Logits of clusters by the distance to their centres: −log(1 + ‖z − μ‖²).

    Their softmax is Student's t-distribution with one degree of freedom, as in deep embedded
    clustering (Xie, Girshick & Farhadi 2016, eq. 1).

    Parameters
    ----------
    units
        How many clusters there are.
    name
        As in ``Layer``.

    Raises
    ------
    SettingError
        For settings that cannot be used.

    Notes
    -----
    Parameters: ``centres`` (in_features, units), a column for each cluster. Drawn at random by
    ``init``; clustering begins with those that k-means finds.

    Examples
    --------
    >>> layer = Centres(2)
    >>> logits = layer.apply({"centres": jnp.array([[0.0, 3.0]])}, jnp.array([[0.0], [3.0]]))
    >>> jax.nn.softmax(logits).argmax(axis=1).tolist()
    [0, 1]
    """

    family: ClassVar[str] = "centres"

    units: int

    def __post_init__(self) -> None:
        super().__post_init__()
        POSITIVE_WHOLE.check("units", self.units)

    def out_shape(self, in_shape: Shape) -> Shape:
        """Return (units,)."""
        if len(in_shape) != 1:
            raise DataError("Centres need examples with one axis.", expected="flat embeddings")
        return (self.units,)

    def init(self, key: jax.Array, in_shape: Shape, dtype: DTypeLike) -> LayerParams:
        """Draw the centres."""
        shape = (in_shape[0], self.units)
        return {"centres": initializers.draw("glorot_normal", key, shape, dtype)}

    def trace(self, params: LayerParams, inputs: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return the logits twice, (batch, units)."""
        centres = params["centres"]
        if inputs.shape[-1] != centres.shape[0]:
            raise DataError(
                f"The inputs have {inputs.shape[-1]} features.",
                expected=f"{centres.shape[0]} features, as the centres have",
            )
        # Differences rather than ‖z‖² + ‖μ‖² − 2z·μ, which rounds away what is small.
        distances = jnp.square(inputs[:, :, None] - centres[None]).sum(axis=1)
        logits = -jnp.log1p(distances)
        return logits, logits
