"""From settled settings to the objects that train: network, objective, optimizer."""

from __future__ import annotations

from typing import Literal

from pellucid import nn
from pellucid.optimizers import OptimizerSettings
from pellucid.tasks import Task
from pellucid.training.config import Config
from pellucid.training.step import Objective

_NORMALIZATIONS: dict[str, Literal["batch", "layer"] | None] = {
    "none": None,
    "batch": "batch",
    "layer": "layer",
}


def objective_of(config: Config, task: Task) -> Objective:
    """Build the network that the settings describe, and what it minimises."""
    network = nn.mlp(
        config.hidden or (),
        task.out_features,
        activation=config.activation or "relu",
        dropout=config.dropout or 0.0,
        normalization=_NORMALIZATIONS[config.normalization or "none"],
        initializer=config.initializer,
    )
    return Objective(network, task, l1=config.l1 or 0.0, l2=config.l2 or 0.0)


def optimizer_of(config: Config) -> OptimizerSettings:
    """Return the optimizer that the settings describe."""
    return OptimizerSettings(
        name=config.optimizer or "adam",
        learning_rate=config.learning_rate,
        schedule=config.schedule or "constant",
        warmup=config.warmup or 0.0,
        momentum=0.9 if config.momentum is None else config.momentum,
        weight_decay=config.weight_decay or 0.0,
        clip_norm=config.clip_norm,
    )
