"""Optimizers: how the gradient of the loss moves the weights.

``OptimizerSettings`` says all about one; ``build`` makes it from optax's parts. Where the
learning rate is data, ``direction`` and ``learning_rates`` are its two halves.
"""

from pellucid.optimizers.building import build, direction
from pellucid.optimizers.schedules import learning_rate_at, learning_rates, schedule
from pellucid.optimizers.settings import NAMES, SCHEDULES, OptimizerSettings

__all__ = [
    "NAMES",
    "SCHEDULES",
    "OptimizerSettings",
    "build",
    "direction",
    "learning_rate_at",
    "learning_rates",
    "schedule",
]
