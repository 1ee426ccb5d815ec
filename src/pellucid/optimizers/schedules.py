"""The learning rate as a function of the step, counted from 0.

- constant: the learning rate throughout;
- step: a tenth of it after half of the steps, a hundredth after three quarters (He et al.
  2016, section 3.4);
- cosine: down to 0 along half a cosine (Loshchilov & Hutter 2017, eq. 5);
- one_cycle: up from 1/25 of it in the first 30 % of the steps, then down to 1/250,000, each
  along half a cosine (Smith & Topin 2018).

A warm-up comes before any of them: the rate rises in equal parts to the schedule's first
value, and the schedule has the steps that are left.
"""

from __future__ import annotations

from collections.abc import Callable

import jax
import numpy as np
import optax

from pellucid.errors import SettingError
from pellucid.optimizers.settings import OptimizerSettings

# Rates are computed in blocks of one length: another length would be another program to compile.
_BLOCK = 4096

_MAKERS: dict[str, Callable[[float, int], optax.Schedule]] = {
    "constant": lambda rate, steps: optax.constant_schedule(rate),
    "step": lambda rate, steps: optax.piecewise_constant_schedule(
        rate, {max(steps // 2, 1): 0.1, max(3 * steps // 4, 1): 0.1}
    ),
    "cosine": optax.cosine_decay_schedule,
    "one_cycle": lambda rate, steps: optax.cosine_onecycle_schedule(steps, rate),
}


def schedule(settings: OptimizerSettings, total_steps: int) -> optax.Schedule:
    """Return the learning rate as a function of the step, fit for compiled code.

    Parameters
    ----------
    settings
        What the optimizer is told.
    total_steps
        How many steps the whole training has, at least 1.

    Raises
    ------
    SettingError
        For fewer than one step.

    Examples
    --------
    >>> settings = OptimizerSettings(learning_rate=1.0, schedule="constant", warmup=0.5)
    >>> [float(schedule(settings, total_steps=8)(step)) for step in range(6)]
    [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]
    """
    if total_steps < 1:
        raise SettingError(
            f"total_steps must be a positive whole number; received: {total_steps!r}"
        )
    n_warm = min(round(settings.warmup * total_steps), total_steps - 1)
    main = _MAKERS[settings.schedule](settings.learning_rate, total_steps - n_warm)
    if n_warm == 0:
        return main
    first = float(main(0))
    rise = optax.linear_schedule(first / n_warm, first, max(n_warm - 1, 1))
    return optax.join_schedules([rise, main], [n_warm])


def learning_rate_at(settings: OptimizerSettings, total_steps: int, step: int) -> float:
    """Return the learning rate of one step, counted from 0.

    Examples
    --------
    >>> settings = OptimizerSettings(learning_rate=0.5, schedule="cosine", warmup=0.0)
    >>> round(learning_rate_at(settings, total_steps=100, step=50), 6)
    0.25
    """
    return float(schedule(settings, total_steps)(step))


def learning_rates(settings: OptimizerSettings, total_steps: int) -> np.ndarray:
    """Return the learning rate of every step, float32, (total_steps,).

    Examples
    --------
    >>> settings = OptimizerSettings(learning_rate=1.0, schedule="step", warmup=0.0)
    >>> learning_rates(settings, total_steps=4).round(6).tolist()
    [1.0, 1.0, 0.10000000149011612, 0.009999999776482582]
    """
    at = jax.jit(jax.vmap(schedule(settings, total_steps)))
    blocks = [
        np.asarray(at(np.arange(start, start + _BLOCK)), dtype=np.float32)
        for start in range(0, total_steps, _BLOCK)
    ]
    return np.concatenate(blocks)[:total_steps]
