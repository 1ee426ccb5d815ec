"""Positions: what tells a network without an order of its own which step comes first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import DTypeLike

from pellucid.errors import SettingError
from pellucid.nn.layer import Layer, Shape, register
from pellucid.nn.limits import TRUTH
from pellucid.nn.padding import presence
from pellucid.nn.parameters import LayerParams
from pellucid.nn.windows import require_places

_DEVIATION = 0.02


@register
@dataclass(frozen=True)
class Positions(Layer):
    """Add a vector to each step that says where it stands.

    Parameters
    ----------
    how
        "sinusoidal": waves of growing length (Vaswani et al. 2017, section 3.5), no
        parameters; "learned": a vector for each step (Gehring et al. 2017).
    padded
        Whether steps that hold nothing but zeros are padding, and stay so.
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
    Parameters, where learned: ``table`` (steps, features).

    Examples
    --------
    >>> Positions().apply({}, jnp.zeros((1, 2, 2)))[0, 0].tolist()  # sin 0, cos 0
    [0.0, 1.0]
    """

    family: ClassVar[str] = "positions"

    how: str = "sinusoidal"
    padded: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.how not in ("sinusoidal", "learned"):
            raise SettingError(f"how must be 'sinusoidal' or 'learned'; received: {self.how!r}")
        TRUTH.check("padded", self.padded)

    def out_shape(self, in_shape: Shape) -> Shape:
        """Return the same shape, (steps, features)."""
        require_places("positions", in_shape, 1)
        return in_shape

    def init(self, key: jax.Array, in_shape: Shape, dtype: DTypeLike) -> LayerParams:
        """Draw the vectors, where they are learned."""
        self.out_shape(in_shape)
        if self.how == "sinusoidal":
            return {}
        return {"table": _DEVIATION * jax.random.normal(key, in_shape, dtype)}

    def trace(self, params: LayerParams, inputs: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return the steps with their positions added, twice."""
        self.out_shape(inputs.shape[1:])
        if self.how == "learned":
            table = params["table"]
        else:
            table = jnp.asarray(_waves(*inputs.shape[1:]), inputs.dtype)
        moved = inputs + table[None]
        if self.padded:
            moved = moved * presence(inputs)
        return moved, moved


def _waves(steps: int, features: int) -> np.ndarray:
    """Return sines in even places and cosines in odd ones, (steps, features)."""
    pairs = np.arange(features) // 2
    angles = np.arange(steps)[:, None] / 10_000.0 ** (2 * pairs / features)
    return np.where(np.arange(features) % 2 == 0, np.sin(angles), np.cos(angles))
