"""Optimizers, put together from optax's parts.

What any of them does to a gradient, in this order: running statistics are left out, a too
long gradient is shortened, the optimizer's own rule, the learning rate.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import optax

from pellucid.optimizers.schedules import schedule
from pellucid.optimizers.settings import OptimizerSettings

_RULES: dict[str, Callable[[OptimizerSettings], optax.GradientTransformation]] = {
    "sgd": lambda settings: optax.identity(),
    "momentum": lambda settings: optax.trace(settings.momentum),
    "nesterov": lambda settings: optax.trace(settings.momentum, nesterov=True),
    "rmsprop": lambda settings: optax.scale_by_rms(decay=0.9, eps=1e-8),
    "adam": lambda settings: optax.scale_by_adam(b1=settings.momentum, b2=settings.beta2),
    "adamw": lambda settings: optax.chain(
        optax.scale_by_adam(b1=settings.momentum, b2=settings.beta2),
        optax.add_decayed_weights(settings.weight_decay, mask=_is_kernel),
    ),
}


def build(settings: OptimizerSettings, total_steps: int) -> optax.GradientTransformation:
    """Make an optimizer.

    - sgd: w ← w − ε·g, with the gradient g and the learning rate ε;
    - momentum: v ← μ·v + g, w ← w − ε·v (Polyak 1964; Sutskever et al. 2013, with ε outside);
    - nesterov: v as before, w ← w − ε·(g + μ·v) (Nesterov 1983; Sutskever et al. 2013);
    - rmsprop: s ← 0.9·s + 0.1·g², w ← w − ε·g/√(s + 10⁻⁸) (Hinton 2012, lecture 6e);
    - adam: m ← β₁·m + (1 − β₁)·g, s ← β₂·s + (1 − β₂)·g², both divided by 1 − βᵗ,
      w ← w − ε·m/(√s + 10⁻⁸) (Kingma & Ba 2015, algorithm 1);
    - adamw: as adam, and w ← w − ε·weight_decay·w for kernels (Loshchilov & Hutter 2019,
      algorithm 2).

    Parameters
    ----------
    settings
        What the optimizer is told.
    total_steps
        How many steps the whole training has; the schedule is laid over them.

    Returns
    -------
    optax.GradientTransformation
        Its updates are added to the parameters. Those of leaves called ``running_…`` are
        exactly 0.

    Raises
    ------
    SettingError
        For fewer than one step.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> settings = OptimizerSettings("sgd", learning_rate=0.1, schedule="constant", warmup=0.0)
    >>> optimizer = build(settings, total_steps=1)
    >>> params = {"dense_1": {"kernel": jnp.array([[5.0]])}}
    >>> grads = {"dense_1": {"kernel": jnp.array([[8.0]])}}
    >>> updates, _ = optimizer.update(grads, optimizer.init(params), params)
    >>> optax.apply_updates(params, updates)
    {'dense_1': {'kernel': Array([[4.2]], dtype=float32)}}
    """
    steps = [optax.masked(optax.set_to_zero(), _is_running)]
    if settings.clip_norm is not None:
        steps.append(optax.clip_by_global_norm(settings.clip_norm))
    steps.append(_RULES[settings.name](settings))
    steps.append(optax.scale_by_learning_rate(schedule(settings, total_steps)))
    return optax.chain(*steps)


def _is_kernel(params: Any) -> Any:
    return jax.tree.map_with_path(lambda path, _: path[-1].key == "kernel", params)


def _is_running(params: Any) -> Any:
    return jax.tree.map_with_path(lambda path, _: path[-1].key.startswith("running_"), params)
