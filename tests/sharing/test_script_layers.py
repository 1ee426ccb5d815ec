"""What an exported script computes is what the engine computes, layer by layer."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import nn
from pellucid.nn import activations
from pellucid.sharing.script import layers as functions
from pellucid.sharing.script.literals import Name
from pellucid.sharing.script.network import written_layers
from pellucid.sharing.supported import FAMILIES

_PLACE = Path(__file__).parents[2] / "web/fixtures/layers.py"
_SPEC = importlib.util.spec_from_file_location("layers_of_the_page", _PLACE)
assert _SPEC is not None
assert _SPEC.loader is not None
_MODULE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)
LAYERS = _MODULE.LAYERS
_ROWS = 3


def resolved(value: Any) -> Any:
    """Put functions where a script names them."""
    if isinstance(value, Name):
        return getattr(functions, value)
    if isinstance(value, dict):
        return {key: resolved(one) for key, one in value.items()}
    return type(value)(map(resolved, value)) if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("number", range(len(LAYERS)), ids=lambda at: LAYERS[at][0].family)
def test_a_layer_is_computed_as_by_the_engine(number: int) -> None:
    layer, shape = LAYERS[number]
    draw = np.random.default_rng(number)
    words = layer.family.startswith("embedding")
    x = draw.integers(0, 4, (_ROWS, *shape)) if words else draw.normal(size=(_ROWS, *shape))
    x = x.astype(float)
    if len(shape) == 2:
        x[0, -1], x[1] = 0.0, 0.0  # a step of padding, and a row of nothing else
    with jax.enable_x64(True):
        params = {
            name: jnp.abs(leaf + draw.normal(scale=0.3, size=leaf.shape))
            if "variance" in name
            else leaf + draw.normal(scale=0.3, size=leaf.shape)
            for name, leaf in layer.init(jax.random.key(number), shape, jnp.float64).items()
        }
        expected = np.asarray(layer.trace(params, jnp.asarray(x))[1])
    arrays = {f"it.{name}": np.asarray(leaf) for name, leaf in params.items()}
    network = resolved(written_layers([{**layer.to_dict(), "name": "it"}]))
    np.testing.assert_allclose(
        functions.follow(network, arrays, x), expected, rtol=1e-9, atol=1e-12
    )


def test_every_family_that_is_exported_has_a_function_and_a_layer_here() -> None:
    assert {layer.family for layer, _ in LAYERS} == FAMILIES
    assert all(hasattr(functions, family) for family in FAMILIES - {"dropout"})


@pytest.mark.parametrize("name", activations.ACTIVATIONS)
def test_an_activation_is_the_engines(name: str) -> None:
    z = np.array([[-40.0, -9.0, -1.0, -0.25, 0.0, 0.5, 2.4, 7.0, 800.0]])
    with jax.enable_x64(True):
        expected = np.asarray(activations.get(name)(jnp.asarray(z)))
    np.testing.assert_allclose(getattr(functions, name)(z), expected, rtol=1e-12, atol=1e-300)


def test_a_layer_is_followed_by_hand() -> None:
    """relu(1·2 + 2·(−3) + 0.5) = 0 and relu(1·1 + 2·4 − 1) = 8."""
    network = resolved(written_layers([{**nn.Dense(2, activation="relu").to_dict(), "name": "d"}]))
    arrays = {"d.kernel": np.array([[2.0, 1.0], [-3.0, 4.0]]), "d.bias": np.array([0.5, -1.0])}
    assert functions.follow(network, arrays, np.array([[1.0, 2.0]])).tolist() == [[0.0, 8.0]]
