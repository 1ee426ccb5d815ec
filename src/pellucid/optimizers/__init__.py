"""Optimizers: how the gradient of the loss moves the weights.

``OptimizerSettings`` says all about one; ``build`` makes it from optax's parts.
"""

from pellucid.optimizers.building import build
from pellucid.optimizers.schedules import learning_rate_at, schedule
from pellucid.optimizers.settings import NAMES, SCHEDULES, OptimizerSettings

__all__ = ["NAMES", "SCHEDULES", "OptimizerSettings", "build", "learning_rate_at", "schedule"]
