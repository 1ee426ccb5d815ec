"""A unit's weighted sum, input by input.

The products of 32-bit inputs and weights are exact in 64 bits, and `math.fsum` rounds their sum
once: so contributions add up to ``total`` exactly, and what the network itself computed in 32 bits
can be held against it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pellucid.data.table import Array
from pellucid.errors import SettingError
from pellucid.nn import Convolution, Dense, Layer

Index = tuple[int, ...]


@dataclass(frozen=True)
class WeightedSum:
    """What makes a unit's z: bias + Σ input · weight.

    Attributes
    ----------
    bias
        The bias; 0 where the layer has none.
    positions
        Which of the layer's inputs each product is of, as indices of its shape, (n, rank).
    inputs, weights
        The numbers, float64 (n,), exactly those of 32 bits.
    weight_indices
        Which entry of the kernel each weight is, (n, rank of the kernel).
    """

    bias: float
    positions: Array
    inputs: Array
    weights: Array
    weight_indices: Array

    @property
    def products(self) -> Array:
        """What each input adds, float64 (n,)."""
        return np.asarray(self.inputs * self.weights)

    @property
    def total(self) -> float:
        """The bias and all products, rounded once."""
        return math.fsum([self.bias, *self.products.tolist()])

    def largest(self, most: int) -> tuple[Array, float]:
        """Return the places of the largest products, by size, and the sum of all others."""
        products = self.products
        order = np.argsort(-np.abs(products), kind="stable")
        return order[:most], math.fsum(products[order[most:]].tolist())


def weighted_sum(
    layer: Layer, params: Mapping[str, Array], inputs: Array, unit: Index
) -> WeightedSum:
    """Take a unit's weighted sum apart.

    Parameters
    ----------
    layer, params
        The layer and its own parameters.
    inputs
        What came into it for one example, of its input's shape.
    unit
        The unit's index in the layer's output: ``(j,)`` of a dense layer, ``(row, column, filter)``
        of a convolution.

    Raises
    ------
    SettingError
        For a layer whose units are no weighted sums of its inputs.

    Examples
    --------
    >>> layer = Dense(1)
    >>> found = weighted_sum(
    ...     layer, {"kernel": np.array([[2.0], [3.0]]), "bias": np.array([1.0])},
    ...     np.array([10.0, -1.0]), (0,))
    >>> found.products.tolist(), found.total
    ([20.0, -3.0], 18.0)
    """
    if isinstance(layer, Dense):
        return _of_dense(params, inputs, unit)
    if isinstance(layer, Convolution):
        return _of_convolution(layer, params, inputs, unit)
    raise SettingError(
        f"A unit of a {layer.family.replace('_', ' ')} layer is no weighted sum of its inputs.",
        expected="a unit of a dense layer or of a convolution",
    )


def _of_dense(params: Mapping[str, Array], inputs: Array, unit: Index) -> WeightedSum:
    *before, column = unit
    own = np.asarray(inputs)[tuple(before)]
    n = len(own)
    indices = np.arange(n)
    fixed = np.broadcast_to(np.array(before, dtype=np.int64), (n, len(before)))
    return WeightedSum(
        _bias(params, column),
        np.column_stack([fixed, indices]).astype(np.int64),
        own.astype(np.float64),
        np.asarray(params["kernel"])[:, column].astype(np.float64),
        np.column_stack([indices, np.full(n, column)]),
    )


def _of_convolution(
    layer: Convolution, params: Mapping[str, Array], inputs: Array, unit: Index
) -> WeightedSum:
    *place, filter_ = unit
    kernel, inputs = np.asarray(params["kernel"]), np.asarray(inputs)
    windows = layer.windows
    margins = windows.margins(inputs.shape[:-1])
    channels = kernel.shape[-2]
    first = filter_ // (layer.filters // layer.groups) * channels
    positions, indices = [], []
    for offsets in itertools.product(*map(range, windows.size)):
        at = tuple(
            where * step - before + offset * apart
            for where, step, (before, _), offset, apart in zip(
                place, windows.stride, margins, offsets, windows.dilation, strict=True
            )
        )
        if all(0 <= one < n for one, n in zip(at, inputs.shape, strict=False)):
            for channel in range(channels):
                positions.append((*at, first + channel))
                indices.append((*offsets, channel, filter_))
    where = np.array(positions, dtype=np.int64).reshape(len(positions), inputs.ndim)
    weights = np.array(indices, dtype=np.int64).reshape(len(indices), kernel.ndim)
    return WeightedSum(
        _bias(params, filter_),
        where,
        inputs[tuple(where.T)].astype(np.float64),
        kernel[tuple(weights.T)].astype(np.float64),
        weights,
    )


def _bias(params: Mapping[str, Array], unit: int) -> float:
    return float(params["bias"][unit]) if "bias" in params else 0.0
