"""From settled settings to the objects that train: network, objective, optimizer."""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence
from typing import Literal

from pellucid import nn
from pellucid.data import Block
from pellucid.data.windows import PAST
from pellucid.errors import SettingError
from pellucid.nn.augmentation import Augmentation, image_blocks
from pellucid.optimizers import OptimizerSettings
from pellucid.tasks import Forecasting, Task
from pellucid.training.config import Config
from pellucid.training.step import Objective

_NORMALIZATIONS: dict[str, Literal["batch", "layer"] | None] = {
    "none": None,
    "batch": "batch",
    "layer": "layer",
}


# Every optimizer holds at least the weights, their gradients and the best weights so far.
_LEAST_COPIES = 3
_BYTES_OF_FLOAT32 = 4


def refuse_too_large(config: Config, in_features: int, out_features: int) -> None:
    """Raise a SettingError where the weights alone exceed this machine's memory."""
    sizes = (in_features, *(config.hidden or ()), out_features)
    n_parameters = sum((before + 1) * after for before, after in itertools.pairwise(sizes))
    n_parameters *= config.members or 1
    needed = n_parameters * _BYTES_OF_FLOAT32 * _LEAST_COPIES
    memory = _memory_in_bytes()
    if memory is not None and needed > memory:
        raise SettingError(
            f"A network of {n_parameters:,} parameters does not fit into this machine's memory.",
            where=f"hidden (--hidden) {','.join(map(str, config.hidden or ()))}",
            expected=f"at most {memory / 1e9:.1f} GB; training it takes at least "
            f"{needed / 1e9:,.1f} GB",
            remedy="give smaller layers, such as --hidden 128,64",
        )


def _memory_in_bytes() -> int | None:
    """Return the size of the memory, or None where the system does not say."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def objective_of(config: Config, task: Task, blocks: Sequence[Block] = ()) -> Objective:
    """Build the network that the settings describe, and what it minimises.

    Parameters
    ----------
    config, task
        The settings, and what the network is for.
    blocks
        The columns' places in the inputs: images among them are changed at random where
        ``augment`` says so, and numbers embedded where ``embedding`` does.

    Raises
    ------
    SettingError
        Where there are no images to change.
    """
    if isinstance(task, Forecasting):
        return Objective(
            forecaster_of(config, task, blocks), task, config.l1 or 0.0, config.l2 or 0.0
        )
    network = nn.mlp(
        config.hidden or (),
        task.out_features,
        activation=config.activation or "relu",
        dropout=config.dropout or 0.0,
        normalization=_NORMALIZATIONS[config.normalization or "none"],
        initializer=config.initializer,
    )
    if config.embedding == "periodic":
        network = nn.embedded(network, _places_of_numbers(blocks))
    return Objective(
        nn.ensemble(network, config.members or 1),
        task,
        l1=config.l1 or 0.0,
        l2=config.l2 or 0.0,
        augmentation=_augmentation_of(config, blocks),
    )


def _places_of_numbers(blocks: Sequence[Block]) -> list[int]:
    """Return where the values of number columns stand; marks of missing ones may follow them."""
    return [block.start for block in blocks if block.kind == "number"]


def forecaster_of(config: Config, task: Forecasting, blocks: Sequence[Block]) -> nn.Network:
    """Build the network that forecasts, from where windows and what is known ahead lie."""
    past = [block for block in blocks if block.column.startswith(PAST) and block.kind == "series"]
    ahead = [block for block in blocks if block.kind == "series" and block not in past]
    further = [block for block in blocks if block.kind != "series"]
    layer = nn.Forecaster(
        window=past[0].shape[0],
        horizon=task.horizon,
        channels=len(task.names),
        others=len(past) - len(task.names),
        known=[block.shape[1] for block in ahead],
        context=sum(block.stop - block.start for block in further),
        hidden=config.hidden or (),
        hidden_activation=config.activation or "silu",
        dropout=config.dropout or 0.0,
        name="forecaster",
    )
    return nn.Network([layer])


def _augmentation_of(config: Config, blocks: Sequence[Block]) -> Augmentation | None:
    if not config.augment:
        return None
    images = image_blocks([(block.start, block.kind, block.shape) for block in blocks])
    if not images:
        raise SettingError(
            "augment changes images, and there are none among the inputs.",
            remedy="leave --augment out",
        )
    return Augmentation(images, config.augment)


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
