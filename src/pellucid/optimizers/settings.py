"""What an optimizer is told, in one object; the limits are data, messages are made from them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from pellucid.errors import SettingError, unknown_name

NAMES = ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw")
SCHEDULES = ("constant", "step", "cosine", "one_cycle")


@dataclass(frozen=True)
class NumberLimit:
    """The numbers a setting may be.

    Parameters
    ----------
    low, high
        The ends of the range; ``high`` itself is never allowed.
    low_allowed
        Whether ``low`` itself is allowed.
    optional
        Whether None is allowed: the setting is off.

    Examples
    --------
    >>> print(NumberLimit(0, 1))
    a number from 0 up to, but not including, 1
    >>> print(NumberLimit(0, math.inf, low_allowed=False, optional=True))
    a number above 0, or None
    """

    low: float
    high: float
    low_allowed: bool = True
    optional: bool = False

    def allows(self, value: object) -> bool:
        """Say whether the setting may have this value."""
        if value is None:
            return self.optional
        if not isinstance(value, int | float) or isinstance(value, bool):
            return False
        return (self.low <= value if self.low_allowed else self.low < value) and value < self.high

    def __str__(self) -> str:
        words = f"a number {'from' if self.low_allowed else 'above'} {self.low:g}"
        if math.isfinite(self.high):
            words += f" up to, but not including, {self.high:g}"
        elif self.low_allowed:
            words += " upwards"
        return words + (", or None" if self.optional else "")


@dataclass(frozen=True)
class OptimizerSettings:
    """How weights are moved down the slope of the loss.

    Parameters
    ----------
    name
        "sgd" (gradient descent), "momentum", "nesterov", "rmsprop", "adam" or "adamw".
    learning_rate
        The largest learning rate ε, above 0.
    schedule
        How it goes on: "constant", "step", "cosine" or "one_cycle".
    warmup
        The share of all steps in which it first rises in a straight line, from 0 up to, but
        not including, 1.
    momentum
        How much of the direction so far is kept, from 0 up to, but not including, 1: of
        "momentum" and "nesterov", and as β₁ of "adam" and "adamw".
    beta2
        How much of the mean squared gradient so far is kept by "adam" and "adamw", β₂.
    weight_decay
        How much of each weight in a kernel "adamw" takes away, in proportion to the learning
        rate; 0 or more. The others have none of their own: for them it is the L2 penalty in
        the loss, ``losses.penalty(params, l2=…)``.
    clip_norm
        The greatest length of the gradient of all parameters together, above 0; a longer one
        is shortened to it. None: as it is.
    frozen
        Layers that stay as they are (:mod:`pellucid.optimizers.freezing`).

    Raises
    ------
    SettingError
        For an unknown name or schedule, a number out of its limits, or weight decay with an
        optimizer that has none.

    Examples
    --------
    >>> OptimizerSettings(name="sgd", learning_rate=0.1).schedule
    'cosine'
    >>> OptimizerSettings(learning_rate=0)
    Traceback (most recent call last):
    ...
    pellucid.errors.SettingError: learning_rate must be a number above 0; received: 0
    """

    name: str = "adam"
    learning_rate: float = 1e-3
    schedule: str = "cosine"
    warmup: float = 0.05
    momentum: float = 0.9
    beta2: float = 0.999
    weight_decay: float = 0.0
    clip_norm: float | None = None
    frozen: tuple[str, ...] = ()

    LIMITS: ClassVar[dict[str, NumberLimit]] = {
        "learning_rate": NumberLimit(0, math.inf, low_allowed=False),
        "warmup": NumberLimit(0, 1),
        "momentum": NumberLimit(0, 1),
        "beta2": NumberLimit(0, 1),
        "weight_decay": NumberLimit(0, math.inf),
        "clip_norm": NumberLimit(0, math.inf, low_allowed=False, optional=True),
    }

    def __post_init__(self) -> None:
        if self.name not in NAMES:
            raise unknown_name("optimizer", str(self.name), NAMES)
        if self.schedule not in SCHEDULES:
            raise unknown_name("learning rate schedule", str(self.schedule), SCHEDULES)
        for setting, limit in self.LIMITS.items():
            value = getattr(self, setting)
            if not limit.allows(value):
                raise SettingError(f"{setting} must be {limit}; received: {value!r}")
        if self.weight_decay > 0 and self.name != "adamw":
            raise SettingError(
                f"weight_decay is of the optimizer 'adamw'; {self.name!r} has none.",
                remedy="choose 'adamw', or add an L2 penalty to the loss",
            )
