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
from pellucid.nn.augmentation import WAYS_IN_TIME, Augmentation
from pellucid.nn.cnn import convolutional_layers
from pellucid.optimizers import OptimizerSettings
from pellucid.tasks import Forecasting, Task
from pellucid.training.architecture import CONV
from pellucid.training.config import Config
from pellucid.training.over_time import OVER_TIME, layers_over
from pellucid.training.sizes import Grid, grids_of, sequences_of
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
    make = _MAKERS.get(config.network or "", _dense)
    network = make(config, task.out_features, blocks)
    return Objective(
        nn.ensemble(network, config.members or 1),
        task,
        l1=config.l1 or 0.0,
        l2=config.l2 or 0.0,
        augmentation=_augmentation_of(config, blocks),
    )


def _dense(config: Config, out_features: int, blocks: Sequence[Block]) -> nn.Network:
    """Build the usual network, with waves beside its numbers where they are asked for."""
    network = nn.mlp(
        config.hidden or (),
        out_features,
        activation=config.activation or "relu",
        dropout=config.dropout or 0.0,
        normalization=_NORMALIZATIONS[config.normalization or "none"],
        initializer=config.initializer,
    )
    if config.embedding == "periodic":
        network = nn.embedded(network, _places_of_numbers(blocks))
    return network


def _convolutional(config: Config, out_features: int, blocks: Sequence[Block]) -> nn.Network:
    """Build convolutions over each image, sound and series, and dense layers where they meet."""
    grids = grids_of(blocks)
    ways = [_convolutions(config, grid) for grid in grids]
    return _meeting(config, out_features, blocks, grids, ways)


def _convolutions(config: Config, grid: Grid) -> list[nn.Layer]:
    activation = config.activation or "relu"
    centred = grid.kind == "sound"
    return convolutional_layers(grid.shape, config.filters, activation, centred=centred)


def _step_by_step(config: Config, out_features: int, blocks: Sequence[Block]) -> nn.Network:
    """Build what follows each series, sound and text, and dense layers where they meet.

    Images beside them are seen by convolutions.
    """
    images = [grid for grid in grids_of(blocks) if grid.kind == "image"]
    grids = sorted((*sequences_of(blocks), *images), key=lambda grid: grid.start)
    ways = [
        _convolutions(config, grid) if grid.kind == "image" else layers_over(grid, config)
        for grid in grids
    ]
    return _meeting(config, out_features, blocks, grids, ways)


def _meeting(
    config: Config,
    out_features: int,
    blocks: Sequence[Block],
    grids: Sequence[Grid],
    ways: Sequence[Sequence[nn.Layer]],
) -> nn.Network:
    """Build the ways of single columns, and the dense layers where they and all others meet."""
    dropout = config.dropout or 0.0
    meeting = nn.mlp(
        config.hidden or (),
        out_features,
        activation=config.activation or "relu",
        dropout=dropout,
        initializer=config.initializer,
    ).layers
    averages = [nn.Dropout(dropout, name="dropout")] if dropout else []
    if len(grids) == 1 and grids[0].stop - grids[0].start == blocks[-1].stop:
        return nn.Network([*ways[0], *averages, *meeting])
    names = _plain_names([grid.column for grid in grids])
    branches = [
        nn.Branch(name, grid.start, grid.stop, layers)
        for name, grid, layers in zip(names, grids, ways, strict=True)
    ]
    return nn.Network([nn.Branches(branches, name="columns"), *averages, *meeting])


_MAKERS = {CONV: _convolutional, **dict.fromkeys(OVER_TIME, _step_by_step)}


def _plain_names(columns: Sequence[str]) -> list[str]:
    """Name branches as their columns, without the full stops that paths of parameters have.

    Examples
    --------
    >>> _plain_names(["face", "a.b", "a_b"])
    ['face', 'a_b', 'a_b_2']
    """
    names: list[str] = []
    for column in columns:
        plain = column.replace(".", "_") or "column"
        number, name = 1, plain
        while name in names:
            number += 1
            name = f"{plain}_{number}"
        names.append(name)
    return names


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
    grids = grids_of(blocks)
    images, sounds, series = (
        tuple((grid.start, grid.shape) for grid in grids if grid.kind == kind)
        for kind in ("image", "sound", "series")
    )
    if not grids:
        raise SettingError(
            "augment changes images, sounds and series, and there are none among the inputs.",
            remedy="leave --augment out",
        )
    if not images and not set(config.augment) <= set(WAYS_IN_TIME):
        raise SettingError(
            f"Sounds and series cannot be changed by {', '.join(config.augment)}.",
            expected="shift (in time and pitch) or scale (slower or faster)",
            remedy=f"give --augment {','.join(WAYS_IN_TIME)}",
        )
    return Augmentation(images, config.augment, sounds=sounds, series=series)


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
        frozen=config.freeze,
    )
