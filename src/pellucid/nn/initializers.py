"""The values weights start from.

A kernel's first values are drawn at random with a spread that keeps the size of the signals
about equal from layer to layer; which spread does so depends on the activation:

- ``he_*`` for ReLU and its relatives, variance 2 / fan_in (He et al. 2015, eq. 10);
- ``glorot_*`` for tanh and sigmoid, variance 2 / (fan_in + fan_out) (Glorot & Bengio 2010,
  eq. 16);
- ``lecun_*``, variance 1 / fan_in (LeCun et al. 1998, section 4.6).

Instead of a name, a layer also takes the values themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.nn.initializers import variance_scaling, zeros
from jax.typing import DTypeLike

from pellucid.errors import SettingError, unknown_name

GivenValues = tuple[Any, ...]
"""Values given by a person: numbers in nested tuples, which compare, hash and go into JSON."""

Initializer = str | GivenValues

INITIALIZERS = {
    "he_normal": variance_scaling(2.0, "fan_in", "normal"),
    "he_uniform": variance_scaling(2.0, "fan_in", "uniform"),
    "glorot_normal": variance_scaling(1.0, "fan_avg", "normal"),
    "glorot_uniform": variance_scaling(1.0, "fan_avg", "uniform"),
    "lecun_normal": variance_scaling(1.0, "fan_in", "normal"),
    "lecun_uniform": variance_scaling(1.0, "fan_in", "uniform"),
    "zeros": zeros,
}

_SATURATING_OR_LINEAR = {"tanh", "sigmoid", "linear", "softmax"}


def default_for(activation: str) -> str:
    """Name the initializer that suits an activation.

    Examples
    --------
    >>> default_for("relu"), default_for("tanh")
    ('he_normal', 'glorot_uniform')
    """
    return "glorot_uniform" if activation in _SATURATING_OR_LINEAR else "he_normal"


def checked(setting: str, value: object) -> Initializer:
    """Return an initializer in the form layers keep: a known name, or numbers in nested tuples.

    Parameters
    ----------
    setting
        What the value was given for, named in errors.
    value
        A name, or the values: nested sequences or an array of numbers.

    Raises
    ------
    SettingError
        For an unknown name, ragged rows, or what is not finite numbers.

    Examples
    --------
    >>> checked("initializer", [[1, 2, 3], [4, 5, 6]])
    ((1.0, 2.0, 3.0), (4.0, 5.0, 6.0))
    """
    if isinstance(value, str):
        if value not in INITIALIZERS:
            raise unknown_name("initializer", value, INITIALIZERS)
        return value
    try:
        values = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        values = np.array(np.nan)
    if values.ndim == 0 or not np.isfinite(values).all():
        raise SettingError(
            f"{setting} must be the name of an initializer, or rows of finite numbers, "
            f"all of the same length; received: {value!r}"
        )
    return _nested(values.tolist())


def draw(
    initializer: Initializer, key: jax.Array, shape: tuple[int, ...], dtype: DTypeLike
) -> jax.Array:
    """Make the first values of one array of parameters.

    Parameters
    ----------
    initializer
        What ``checked`` returned.
    key
        The key of the random draw; not used by "zeros" and given values.
    shape
        The array's shape; for a kernel, rows = from, columns = to.
    dtype
        float32 or float64.

    Returns
    -------
    jax.Array
        The values, of the asked shape and dtype.

    Raises
    ------
    SettingError
        Where given values do not have this shape.

    Examples
    --------
    >>> draw(((1.0, 2.0),), jax.random.key(0), (1, 2), "float32")
    Array([[1., 2.]], dtype=float32)
    """
    if isinstance(initializer, str):
        return jnp.asarray(INITIALIZERS[initializer](key, shape, dtype))
    values = np.asarray(initializer, dtype=np.float64)
    if values.shape != shape:
        raise SettingError(
            f"The given values have the shape {values.shape}.", expected=f"the shape {shape}"
        )
    return jnp.asarray(values, dtype)


def _nested(values: Sequence[Any]) -> GivenValues:
    return tuple(_nested(value) if isinstance(value, list) else value for value in values)
