"""Small trainings that the tests share."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from pellucid import nn
from pellucid.data import CategoryTarget, NumberTarget
from pellucid.optimizers import OptimizerSettings
from pellucid.tasks import Classification, Regression
from pellucid.training.step import Examples, Objective
from pellucid.training.trainer import Plan, Trainer


def moons(n: int = 96, seed: int = 0) -> Examples:
    """Two classes in the plane that a line does not part: float32 (n, 2), labels (n,)."""
    draw = np.random.default_rng(seed)
    angle = draw.uniform(0, np.pi, n)
    labels = np.arange(n) % 2
    x = np.where(labels, 1 - np.cos(angle), np.cos(angle))
    y = np.where(labels, 0.5 - np.sin(angle), np.sin(angle))
    inputs = np.stack([x, y], axis=1) + draw.normal(scale=0.1, size=(n, 2))
    return Examples(inputs.astype(np.float32), labels.astype(np.int32))


def classifier(**mlp: Any) -> Objective:
    """Return what a small classifier of the plane minimises."""
    task = Classification(CategoryTarget.fit(pl.Series(["a", "b"])))
    return Objective(nn.mlp([8], 2, **mlp), task)


def one_weight(weight: float = 5.0) -> Objective:
    """Return the subject's one weight: y = w·x, the loss ½(y − ŷ)²."""
    network = nn.Network([nn.Dense(1, bias=False, initializer=[[weight]], name="output")])
    return Objective(network, Regression(NumberTarget(0.0, 1.0), "quadratic"))


def plan(**changes: Any) -> Plan:
    """Return a short plan; ``optimizer`` and its settings may be given by name."""
    optimizer = OptimizerSettings(
        name=changes.pop("optimizer", "adam"),
        learning_rate=changes.pop("learning_rate", 0.01),
        schedule=changes.pop("schedule", "constant"),
        warmup=changes.pop("warmup", 0.0),
        clip_norm=changes.pop("clip_norm", None),
    )
    return Plan(optimizer, **{"batch_size": 16, "epochs": 4, **changes})


def weights_of(trainer: Trainer) -> bytes:
    """Return all weights as bytes, to be compared bit for bit."""
    return b"".join(
        np.asarray(array).tobytes()
        for layer in sorted(trainer.params)
        for _, array in sorted(trainer.params[layer].items())
    )
