"""One layer's activations for many rows, in blocks, without those of all other layers."""

from __future__ import annotations

import functools
from typing import Any

import jax
import numpy as np

from pellucid import backend
from pellucid.data.matrices import Matrix, dense_rows
from pellucid.data.table import Array
from pellucid.errors import unknown_name
from pellucid.nn import Network, Params

_BLOCK_ROWS = 128


def layer_activations(network: Network, params: Params, layer: str, inputs: Matrix) -> Array:
    """Return what a layer lets out for each row, float32 (n, *out_shape).

    Parameters
    ----------
    network, params
        The network.
    layer
        The layer's name.
    inputs
        Encoded rows, (n, in_features).

    Raises
    ------
    SettingError
        Where there is no such layer.

    Examples
    --------
    >>> from pellucid import nn
    >>> network = nn.Network([nn.Dense(1, initializer=[[2.0]]), nn.Dense(1, initializer=[[5.0]])])
    >>> rows = np.array([[1.0], [3.0]], np.float32)
    >>> layer_activations(network, network.init(0, in_features=1), "dense_1", rows).tolist()
    [[2.0], [6.0]]
    """
    if layer not in network.names:
        raise unknown_name("layer", layer, network.names)
    backend.prepare()
    program = _program(network, network.names.index(layer))
    n = int(inputs.shape[0])
    found = []
    for start in range(0, n, _BLOCK_ROWS):
        block = np.asarray(dense_rows(inputs, slice(start, start + _BLOCK_ROWS)), np.float32)
        rows = len(block)
        if rows < _BLOCK_ROWS:
            block = np.concatenate(
                [block, np.zeros((_BLOCK_ROWS - rows, block.shape[1]), np.float32)]
            )
        found.append(np.asarray(program(params, block))[:rows])
    if found:
        return np.concatenate(found)
    shape = Network(network.layers[: network.names.index(layer) + 1]).out_shape(inputs.shape[1])
    return np.zeros((0, *shape), np.float32)


@functools.lru_cache(maxsize=64)
def _program(network: Network, place: int) -> Any:
    def activations(params: Params, inputs: Any) -> Any:
        signal = inputs
        layers = zip(network.names[: place + 1], network.layers[: place + 1], strict=True)
        for name, layer in layers:
            signal = layer.apply(params.get(name, {}), signal)
        return signal

    return jax.jit(activations)
