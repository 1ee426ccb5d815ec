"""Losses: what training makes small.

A loss takes outputs (batch, k) and targets, and returns the loss of each example, (batch,).
``get`` finds one by name. Each says in ``tasks`` what it is for.
"""

from pellucid.losses.classification import BinaryCrossEntropy, CrossEntropy
from pellucid.losses.loss import LOSSES, Loss, get, names, register
from pellucid.losses.regression import Huber, MeanAbsoluteError, MeanSquaredError, Quadratic
from pellucid.losses.weighting import class_weights, penalty

__all__ = [
    "LOSSES",
    "BinaryCrossEntropy",
    "CrossEntropy",
    "Huber",
    "Loss",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "Quadratic",
    "class_weights",
    "get",
    "names",
    "penalty",
    "register",
]
