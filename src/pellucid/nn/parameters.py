"""The parameters of a network: plain nested dicts of arrays with readable names.

``params["hidden_1"]["kernel"]`` is the weight matrix into ``hidden_1``; its rows are the units
that connections leave, its columns those they reach. Leaves called ``running_…`` are statistics
that training keeps, not weights: they have no gradient, and optimizers leave them alone. A
layer made of others calls its leaves by their path, ``params["block_1"]["dense_2.kernel"]``.
"""

from __future__ import annotations

import jax

from pellucid.errors import SettingError, unknown_name

LayerParams = dict[str, jax.Array]
Params = dict[str, LayerParams]


def is_trainable(leaf: str) -> bool:
    """Say whether a leaf of this name is learned by gradient descent.

    Examples
    --------
    >>> is_trainable("kernel"), is_trainable("batch_normalization_1.running_mean")
    (True, False)
    """
    return not leaf.rpartition(".")[2].startswith("running_")


def part(params: LayerParams, prefix: str) -> LayerParams:
    """Return the leaves whose names begin with a prefix, called by what follows it.

    Examples
    --------
    >>> part({"dense_1.kernel": 1, "dense_2.kernel": 2}, "dense_1.")
    {'kernel': 1}
    """
    return {
        leaf.removeprefix(prefix): array
        for leaf, array in params.items()
        if leaf.startswith(prefix)
    }


def flat(params: Params) -> LayerParams:
    """Return the leaves of several layers, called by their path.

    Examples
    --------
    >>> flat({"dense_1": {"kernel": 1}, "dense_2": {"kernel": 2}})
    {'dense_1.kernel': 1, 'dense_2.kernel': 2}
    """
    return {f"{layer}.{leaf}": a for layer, own in params.items() for leaf, a in own.items()}


def nested(params: LayerParams) -> Params:
    """Return leaves called by their path as those of several layers, the way back from `flat`.

    Examples
    --------
    >>> nested({"block_1.dense_1.kernel": 1})
    {'block_1': {'dense_1.kernel': 1}}
    """
    layers: Params = {}
    for path, array in params.items():
        layer, _, leaf = path.partition(".")
        layers.setdefault(layer, {})[leaf] = array
    return layers


def weight(params: Params, layer: str, i: int, j: int) -> float:
    """Return one weight by the name people give it, counting from 1.

    ``weight(params, "dense_1", 2, 3)`` is w23: it runs from the second unit of the layer
    before to the third unit of this one.

    Parameters
    ----------
    params
        The network's parameters.
    layer
        The name of the layer that the connection leads into.
    i
        The unit that the connection leaves, from 1.
    j
        The unit that the connection reaches, from 1.

    Returns
    -------
    float
        The weight, ``params[layer]["kernel"][i - 1, j - 1]``.

    Raises
    ------
    SettingError
        Where there is no such layer or unit, or the layer has no weight matrix.

    Examples
    --------
    >>> from pellucid import nn
    >>> network = nn.Network([nn.Dense(3, initializer=[[11, 12, 13], [21, 22, 23]])])
    >>> weight(network.init(0, in_features=2), "dense_1", 2, 3)
    23.0
    """
    if layer not in params:
        raise unknown_name("layer with parameters", layer, params)
    if "kernel" not in params[layer] or params[layer]["kernel"].ndim != 2:
        raise SettingError(f"Layer {layer!r} has no weight matrix.")
    kernel = params[layer]["kernel"]
    for which, number, count in zip(("i", "j"), (i, j), kernel.shape, strict=True):
        if not 1 <= number <= count:
            raise SettingError(
                f"{which} must be a whole number from 1 to {count} in layer {layer!r}; "
                f"received: {number!r}"
            )
    return float(kernel[i - 1, j - 1])
