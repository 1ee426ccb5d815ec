"""Parameters as bytes: a safetensors file with an array for each, named ``layer/array``.

What the header announces is held against the network before an array is made of anything.
"""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import safetensors.numpy

from pellucid.model.json_text import from_json
from pellucid.nn import Network, Params

_METADATA = "__metadata__"


def weights_to_bytes(params: Params) -> bytes:
    """Write the parameters; the same ones give the same bytes."""
    arrays = {
        f"{layer}/{name}": np.ascontiguousarray(array)
        for layer, own in params.items()
        for name, array in own.items()
    }
    return safetensors.numpy.save(arrays)


def weights_from_bytes(content: bytes, network: Network, in_features: int) -> Params:
    """Read the parameters of a network.

    Raises
    ------
    ValueError
        Where they are not those of this network, or no finite 32-bit numbers.
    safetensors.SafetensorError
        Where the bytes contradict themselves.
    """
    expected = network.parameter_shapes(in_features)
    shapes = {
        f"{layer}/{leaf}": list(shape)
        for layer, own in expected.items()
        for leaf, shape in own.items()
    }
    if _announced(content) != {name: ("F32", shape) for name, shape in shapes.items()}:
        raise ValueError("the weights do not fit the network")
    arrays = safetensors.numpy.load(content)
    if not all(np.isfinite(array).all() for array in arrays.values()):
        raise ValueError("its weights are no finite numbers")
    return {
        # Handed over as they are: to copy them, `jnp.asarray` would compile a program a shape.
        layer: {leaf: jax.device_put(arrays[f"{layer}/{leaf}"]) for leaf in own}
        for layer, own in expected.items()
    }


def _announced(content: bytes) -> dict[str, tuple[Any, Any]]:
    """Return the type and shape of each array, as the header has them."""
    header = from_json(content[8 : 8 + int.from_bytes(content[:8], "little")])
    return {
        name: (entry["dtype"], entry["shape"])
        for name, entry in header.items()
        if name != _METADATA
    }
