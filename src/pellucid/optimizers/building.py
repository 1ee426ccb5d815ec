"""Optimizers, put together from optax's parts.

What any of them does to a gradient, in this order: running statistics and frozen layers are left
out, a too long gradient is shortened, the optimizer's own rule, the learning rate.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import optax

from pellucid.optimizers import freezing
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
    """Make an optimizer with its learning rate: ``direction`` times what ``schedule`` says.

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
    rate = schedule(settings, total_steps)
    return optax.chain(direction(settings), optax.scale_by_schedule(rate))


def direction(settings: OptimizerSettings) -> optax.GradientTransformation:
    """Make the part of an optimizer that is before the learning rate ε.

    Its updates are the direction d of the descent, and a step is w ← w + ε·d. With ε outside,
    a changed schedule is changed data: nothing is compiled anew.

    - sgd: d = −g, with the gradient g;
    - momentum: v ← μ·v + g, d = −v (Polyak 1964; Sutskever et al. 2013, with ε outside);
    - nesterov: v as before, d = −(g + μ·v) (Nesterov 1983; Sutskever et al. 2013);
    - rmsprop: s ← 0.9·s + 0.1·g², d = −g/√(s + 10⁻⁸) (Hinton 2012, lecture 6e);
    - adam: m ← β₁·m + (1 − β₁)·g, s ← β₂·s + (1 − β₂)·g², both divided by 1 − βᵗ at step t,
      d = −m/(√s + 10⁻⁸) (Kingma & Ba 2015, algorithm 1);
    - adamw: as adam, less weight_decay·w for kernels (Loshchilov & Hutter 2019, algorithm 2).

    Parameters
    ----------
    settings
        What the optimizer is told; its learning rate, schedule and warm-up are not used.

    Returns
    -------
    optax.GradientTransformation
        Its updates are directions; those of leaves called ``running_…`` and of frozen layers are
        exactly 0.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> grads = {"dense_1": {"kernel": jnp.array([[3.0, 4.0]])}}
    >>> descent = direction(OptimizerSettings("sgd"))
    >>> descent.update(grads, descent.init(grads))[0]
    {'dense_1': {'kernel': Array([[-3., -4.]], dtype=float32)}}
    """
    steps = [optax.masked(optax.set_to_zero(), _is_running)]
    frozen = optax.masked(optax.set_to_zero(), partial(freezing.mask, frozen=settings.frozen))
    if settings.frozen:
        steps.append(frozen)
    if settings.clip_norm is not None:
        steps.append(optax.clip_by_global_norm(settings.clip_norm))
    steps.append(_RULES[settings.name](settings))
    if settings.frozen:  # the rule's memory and weight decay would move them
        steps.append(frozen)
    steps.append(optax.scale(-1.0))
    return optax.chain(*steps)


def _is_kernel(params: Any) -> Any:
    # Also "recurrent_kernel", and "dense_1.kernel" of a layer made of others.
    return jax.tree.map_with_path(lambda path, _: path[-1].key.endswith("kernel"), params)


def _is_running(params: Any) -> Any:
    return jax.tree.map_with_path(
        lambda path, _: path[-1].key.rpartition(".")[2].startswith("running_"), params
    )
