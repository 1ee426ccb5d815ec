"""Reshaping: the numbers of an example laid out in another shape; none is changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import jax

from pellucid.errors import DataError, SettingError
from pellucid.nn.layer import Layer, Shape, count, register
from pellucid.nn.limits import POSITIVE_WHOLE
from pellucid.nn.parameters import LayerParams


@register
@dataclass(frozen=True)
class Reshape(Layer):
    """Lay out an example's numbers in another shape, in C order.

    Parameters
    ----------
    shape
        The shape of one example; a single −1 stands for whatever is left: ``(28, 28, 1)`` makes
        a vector an image, ``(-1,)`` makes anything a vector.
    name
        As in ``Layer``.

    Raises
    ------
    SettingError
        For what is no shape.
    DataError
        Where an example does not have so many numbers.

    Examples
    --------
    >>> Reshape((28, 28, 1)).out_shape((784,)), Reshape((-1,)).out_shape((7, 7, 32))
    ((28, 28, 1), (1568,))
    """

    family: ClassVar[str] = "reshape"

    shape: tuple[int, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        lengths = tuple(self.shape) if isinstance(self.shape, tuple | list) else (self.shape,)
        for length in lengths:
            if length != -1 or isinstance(length, bool):
                POSITIVE_WHOLE.check("shape", length)
        if not lengths or lengths.count(-1) > 1:
            raise SettingError(
                f"shape must have at least one length, and −1 at most once; received: {self.shape}"
            )
        object.__setattr__(self, "shape", lengths)

    def out_shape(self, in_shape: Shape) -> Shape:
        """Return the new shape, with −1 worked out."""
        given = count(tuple(length for length in self.shape if length != -1))
        free = -1 in self.shape
        fits = count(in_shape) % given == 0 if free else count(in_shape) == given
        if not fits:
            raise DataError(
                f"{count(in_shape)} numbers, of the shape {in_shape}, cannot be laid out "
                f"as {self.shape}."
            )
        return tuple(count(in_shape) // given if n == -1 else n for n in self.shape)

    def trace(self, params: LayerParams, inputs: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return the same numbers in the new shape, twice."""
        laid_out = inputs.reshape(inputs.shape[0], *self.out_shape(inputs.shape[1:]))
        return laid_out, laid_out
