"""A network's layers as a script lists them: each with its function, its name and its settings."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from pellucid.sharing.script import layers as functions
from pellucid.sharing.script.literals import Name

_ACTIVATIONS = frozenset({"activation", "bend"})
_NESTED = frozenset({"layers", "shortcut"})


def written_layers(layers: Sequence[Mapping[str, Any]], prefix: str = "") -> list[tuple[Any, ...]]:
    """Return layers as triples of function, name and settings, without dropout.

    Parameters
    ----------
    layers
        As `Layer.to_dict` describes them. Those without a name are called by their family and a
        count, as their arrays are.
    prefix
        What their names begin with.

    Examples
    --------
    >>> from pellucid import nn
    >>> written_layers([nn.Dense(2, activation="relu").to_dict()])
    [('dense', 'dense_1', {'activation': 'relu'})]
    """
    counts: dict[str, int] = {}
    found = []
    for layer in layers:
        family = layer["family"]
        counts[family] = counts.get(family, 0) + 1
        name = f"{prefix}{layer.get('name') or f'{family}_{counts[family]}'}"
        if family != "dropout":  # silences units in training alone
            found.append((Name(family), name, _settings(layer)))
    return found


def _settings(layer: Mapping[str, Any]) -> dict[str, Any]:
    family = layer["family"]
    function = getattr(functions, family)
    known = list(inspect.signature(function).parameters.values())[2:]
    return {
        one.name: _setting(one.name, layer[one.name])
        for one in known
        if one.name in layer and not _is_default(layer[one.name], one.default)
    }


def _is_default(value: Any, default: Any) -> bool:
    """Tell whether a setting, as a layer's description has it, need not be written."""
    if callable(default):
        return bool(value == default.__name__)
    if isinstance(value, list | tuple):  # one number for each axis, or for all
        return all(one == default for one in value) if value else default == ()
    return bool(value == default)


def _setting(name: str, value: Any) -> Any:
    if name in _ACTIVATIONS:
        return Name(value)
    if name in _NESTED:
        return written_layers(value, "shortcut_" if name == "shortcut" else "")
    if name == "branches":
        places = ((one["name"], one["start"], one["stop"]) for one in value)
        ways = (written_layers(one["layers"]) for one in value)
        return [(*place, way) for place, way in zip(places, ways, strict=True)]
    return list(value) if isinstance(value, tuple) else value


def functions_of(value: Any) -> set[str]:
    """Return the names of functions that a network is written with."""
    if isinstance(value, Name):
        return {str(value)}
    if isinstance(value, Mapping):
        value = list(value.values())
    return set().union(*map(functions_of, value)) if isinstance(value, list | tuple) else set()
