"""What is added to a loss, and how examples of rare classes are made to count.

The penalty draws weights towards 0; class weights become the weight of each example.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import ArrayLike

from pellucid.errors import SettingError, unknown_name


def penalty(
    params: Mapping[str, Mapping[str, jax.Array]], l1: float = 0.0, l2: float = 0.0
) -> jax.Array:
    """Return what large weights cost: l1·Σ|w| + ½·l2·Σw².

    Over kernels only: a bias or a scale does not make a network less smooth. The ½ makes the
    slope of the second term l2·w, which is classic weight decay.

    Parameters
    ----------
    params
        A network's parameters.
    l1
        The strength of the L1 term, which makes weights exactly 0. Default 0.
    l2
        The strength of the L2 term, which makes weights small. Default 0.

    Returns
    -------
    jax.Array
        A scalar, to be added to the mean loss of a batch.

    Raises
    ------
    SettingError
        For a strength below 0.

    Examples
    --------
    >>> params = {"dense_1": {"kernel": jnp.array([[3.0, -4.0]]), "bias": jnp.array([9.0, 9.0])}}
    >>> float(penalty(params, l1=1.0)), float(penalty(params, l2=1.0))
    (7.0, 12.5)
    """
    for name, strength in (("l1", l1), ("l2", l2)):
        if not (isinstance(strength, int | float) and 0 <= strength < float("inf")):
            raise SettingError(f"{name} must be a number, at least 0; received: {strength!r}")
    kernels = [
        leaf for own in params.values() for name, leaf in own.items() if name.endswith("kernel")
    ]
    total = jnp.zeros((), jnp.result_type(*kernels) if kernels else jnp.float32)
    for kernel in kernels:
        if l1 > 0:
            total = total + l1 * jnp.sum(jnp.abs(kernel))
        if l2 > 0:
            total = total + 0.5 * l2 * jnp.sum(jnp.square(kernel))
    return total


def class_weights(
    weights: str | Sequence[float] | Mapping[int, float], labels: ArrayLike, n_classes: int
) -> np.ndarray:
    """Return how much an example of each class counts.

    Parameters
    ----------
    weights
        "balanced": n / (classes present · examples of the class), so that all classes that
        are present count alike and the mean over the examples is 1 (King & Zeng 2001,
        section 4.2). Or the weights themselves: one for each class in order, or by class
        number, where those left out are 1.
    labels
        The class numbers of the training examples, (n,), from 0.
    n_classes
        How many classes there are.

    Returns
    -------
    numpy.ndarray
        float32, (n_classes,). A class without examples has the weight 1 under "balanced".

    Raises
    ------
    SettingError
        For another word, the wrong number of weights, or weights that are negative or not
        finite.

    Examples
    --------
    >>> class_weights("balanced", [0, 0, 0, 1], n_classes=2).round(3).tolist()
    [0.6669999957084656, 2.0]
    >>> class_weights({1: 5.0}, [0, 1], n_classes=2).tolist()
    [1.0, 5.0]
    """
    if isinstance(weights, str):
        if weights != "balanced":
            raise unknown_name("class weighting", weights, ["balanced"])
        counts = np.bincount(np.asarray(labels, dtype=np.int64), minlength=n_classes)
        present = counts > 0
        balanced = np.ones(n_classes)
        balanced[present] = counts.sum() / (present.sum() * counts[present])
        return balanced.astype(np.float32)
    if isinstance(weights, Mapping):
        if unknown := sorted(set(weights) - set(range(n_classes))):
            raise SettingError(
                f"There are weights for classes that do not exist: {unknown}.",
                expected=f"class numbers from 0 to {n_classes - 1}",
            )
        weights = [weights.get(label, 1.0) for label in range(n_classes)]
    given = np.asarray(weights, dtype=np.float64)
    if given.shape != (n_classes,) or not (np.isfinite(given) & (given >= 0)).all():
        raise SettingError(
            f"class weights must be {n_classes} finite numbers, none below 0; received: {weights!r}"
        )
    return given.astype(np.float32)
