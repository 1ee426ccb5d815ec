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

import functools
from collections.abc import Callable

import jax
import numpy as np
import optax

from pellucid.errors import SettingError
from pellucid.optimizers.settings import OptimizerSettings

# Rates are computed in blocks of one length: another length would be another program to compile.
_BLOCK = 4096
# Steps are counted in 32 bits, the last block to its end.
MOST_STEPS = 2**31 - 1 - _BLOCK

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
        For fewer than one step, or more than 32 bits can count.

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
    refuse_too_many_steps(total_steps)
    n_warm = min(round(settings.warmup * total_steps), total_steps - 1)
    main = _MAKERS[settings.schedule](settings.learning_rate, total_steps - n_warm)
    if n_warm == 0:
        return main
    first = float(main(0))
    rise = optax.linear_schedule(first / n_warm, first, max(n_warm - 1, 1))
    return optax.join_schedules([rise, main], [n_warm])


def refuse_too_many_steps(total_steps: int) -> None:
    """Raise SettingError where a training has more steps than can be counted."""
    if total_steps > MOST_STEPS:
        raise SettingError(
            f"The training would have {total_steps:,} steps.",
            expected=f"at most {MOST_STEPS:,} steps: epochs times batches",
            remedy="give fewer --epochs, or a larger --batch-size",
        )


def learning_rate_at(settings: OptimizerSettings, total_steps: int, step: int) -> float:
    """Return the learning rate of one step, counted from 0.

    Examples
    --------
    >>> settings = OptimizerSettings(learning_rate=0.5, schedule="cosine", warmup=0.0)
    >>> round(learning_rate_at(settings, total_steps=100, step=50), 6)
    0.25
    """
    return float(schedule(settings, total_steps)(step))


def learning_rates(
    settings: OptimizerSettings, total_steps: int, start: int = 0, stop: int | None = None
) -> np.ndarray:
    """Return the learning rates of the steps ``start`` … ``stop − 1``, by default all; float32.

    Only those asked for are computed: a training may be meant to last for as long as it is let.

    Examples
    --------
    >>> settings = OptimizerSettings(learning_rate=1.0, schedule="step", warmup=0.0)
    >>> learning_rates(settings, total_steps=4).round(6).tolist()
    [1.0, 1.0, 0.10000000149011612, 0.009999999776482582]
    """
    stop = total_steps if stop is None else min(stop, total_steps)
    first = start // _BLOCK
    _compiled(settings, total_steps)  # words what is wrong with the number of steps
    blocks = [_block(settings, total_steps, n) for n in range(first, -(-stop // _BLOCK))]
    return np.concatenate(blocks)[start - first * _BLOCK : stop - first * _BLOCK].copy()


@functools.lru_cache(maxsize=64)
def _block(settings: OptimizerSettings, total_steps: int, number: int) -> np.ndarray:
    """Compute a block of rates once for trainings that differ in nothing else."""
    steps = np.arange(number * _BLOCK, (number + 1) * _BLOCK)
    return np.asarray(_compiled(settings, total_steps)(steps), dtype=np.float32)


@functools.lru_cache(maxsize=8)
def _compiled(settings: OptimizerSettings, total_steps: int) -> Callable[[np.ndarray], jax.Array]:
    return jax.jit(jax.vmap(schedule(settings, total_steps)))
