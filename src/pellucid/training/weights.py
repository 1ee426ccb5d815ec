"""The hash of weights: whether two networks are the same, bit for bit."""

from __future__ import annotations

import hashlib

import jax
import numpy as np

from pellucid.nn import Params


def weights_hash(params: Params) -> str:
    """Return the SHA-256 of all parameters, their names and shapes, as 64 hexadecimal digits.

    Examples
    --------
    >>> one, other = ({"hidden": {"kernel": np.float32([[w]])}} for w in (0.0, -0.0))
    >>> weights_hash(one) == weights_hash(one), weights_hash(one) == weights_hash(other)
    (True, False)
    """
    digest = hashlib.sha256()
    leaves, _ = jax.tree_util.tree_flatten_with_path(params)
    for path, leaf in leaves:
        array = np.ascontiguousarray(leaf)
        name = jax.tree_util.keystr(path, simple=True, separator="/")
        digest.update(f"{name}:{array.dtype}:{leaf.shape}".encode())
        digest.update(array.data)
    return digest.hexdigest()
