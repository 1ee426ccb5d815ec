"""Layers that stay as they are, bit for bit, while others learn.

A layer is named as the network names it, and a layer within another by its path:
``"hidden_1"``, ``"ensemble.hidden_1"``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any


def is_frozen(path: str, frozen: Collection[str]) -> bool:
    """Tell whether a parameter, or a layer within, belongs to one of these layers.

    Examples
    --------
    >>> is_frozen("hidden_1.kernel", ["hidden_1"]), is_frozen("hidden_10.kernel", ["hidden_1"])
    (True, False)
    >>> is_frozen("ensemble.hidden_1.bias", ["ensemble.hidden_1"])
    True
    """
    return any(f"{path}.".startswith(f"{name}.") for name in frozen)


def mask(params: Mapping[str, Mapping[str, Any]], frozen: Collection[str]) -> Any:
    """Return, in the form of the parameters, which of them are frozen.

    Examples
    --------
    >>> mask({"hidden_1": {"kernel": 1}, "output": {"kernel": 2}}, ["hidden_1"])
    {'hidden_1': {'kernel': True}, 'output': {'kernel': False}}
    """
    return {
        layer: {leaf: is_frozen(f"{layer}.{leaf}", frozen) for leaf in own}
        for layer, own in params.items()
    }


def held(
    before: Mapping[str, Mapping[str, Any]],
    after: Mapping[str, Mapping[str, Any]],
    frozen: Collection[str],
) -> Any:
    """Return the parameters after a step, those of frozen layers as they were before it.

    Examples
    --------
    >>> before, after = ({"a": {"bias": n}, "b": {"bias": n}} for n in (1, 2))
    >>> held(before, after, ["a"])
    {'a': {'bias': 1}, 'b': {'bias': 2}}
    """
    return {
        layer: {
            leaf: before[layer][leaf] if is_frozen(f"{layer}.{leaf}", frozen) else value
            for leaf, value in own.items()
        }
        for layer, own in after.items()
    }
