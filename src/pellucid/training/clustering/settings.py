"""The settings of a clustering: which of them there are, and what is chosen where none is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pellucid.data import Block
from pellucid.errors import SettingError
from pellucid.nn.augmentation import image_blocks
from pellucid.training.config import Config
from pellucid.training.over_time import OVER_TIME

# Settings that are about a target, or that this network does not have.
_OF_OTHER_TASKS = (
    "target_scale", "validation_fraction", "calibration", "window", "horizon", "sample_weight",
    "class_weight", "embedding", "loss", "label_smoothing", "members", "normalization", "patience",
    "freeze", "units", "blocks", "heads",
)  # fmt: skip
_FEW_ROWS = 1_000
_MANY_ROWS = 10_000
_STEPS = 3_500
_LEAST_EPOCHS, _MOST_EPOCHS = 20, 300
# Of smaller images a pixel is too much of a thing to be moved by one.
_LEAST_SIDE = 16


@dataclass(frozen=True)
class Sizes:
    """What the choices depend on.

    Attributes
    ----------
    n_rows
        Different rows to be grouped.
    blocks
        The columns' places in the inputs.
    """

    n_rows: int
    blocks: Sequence[Block] = ()


def is_clustering(config: Config) -> bool:
    """Return whether rows are to be grouped: as the task, or since a number of clusters is given.

    Raises
    ------
    SettingError
        Where a number of clusters is given for another task.
    """
    if config.task in {None, "clustering"}:
        return config.task is not None or config.clusters is not None
    if config.clusters is not None:
        raise SettingError(
            f"clusters belongs to clustering; the task is {config.task}.",
            remedy="leave --clusters out, or set --task clustering",
        )
    return False


def refuse_unfit(config: Config) -> None:
    """Raise SettingError where a setting belongs to other tasks."""
    for name in _OF_OTHER_TASKS:
        if getattr(config, name):
            raise SettingError(
                f"{name} does not belong to clustering.",
                remedy=f"leave --{name.replace('_', '-')} out",
            )
    if config.network in OVER_TIME:
        raise SettingError(
            f"A {config.network} network is not made for clustering.",
            remedy="leave --network out",
        )
    if config.preset != "fast":
        raise SettingError(
            f"preset {config.preset} is not for clustering, which is done in one way.",
            remedy="leave --preset out",
        )
    if config.learning_rate == "find":
        raise SettingError(
            "The learning rate of a clustering is not measured.",
            remedy="give a number, or leave --learning-rate out",
        )


def resolve(config: Config, sizes: Sizes) -> tuple[Config, dict[str, str]]:
    """Fill in every setting that was left open; return the settings and the reasons.

    Raises
    ------
    SettingError
        Where a setting does not fit clustering.
    """
    refuse_unfit(config)
    chosen: dict[str, Any] = {}
    reasons: dict[str, str] = {}

    def choose(name: str, value: Any, reason: str) -> None:
        if getattr(config, name) is None:
            chosen[name], reasons[name] = value, reason

    n_rows = sizes.n_rows
    few = n_rows < _FEW_ROWS
    choose("hidden", (64, 64) if few else (512, 256), f"for {n_rows:,} different rows")
    choose("activation", "relu", "fast, and does not saturate above 0")
    choose("initializer", "he_normal", "suits the activation")
    choose("dropout", 0.1, "the share of the inputs that is left out, to be guessed by the rest")
    images = _images(sizes)
    if images:
        why = "the same thing, moved or turned a little, belongs to the same cluster"
        choose("augment", ("shift", "rotate", "scale"), why)
    choose("optimizer", "adamw", "robust to the scale of gradients")
    choose("learning_rate", 0.001, "usual for autoencoders")
    choose("schedule", "one_cycle", "rises, then falls to almost 0")
    choose("warmup", 0.0, "one_cycle begins low by itself")
    choose("momentum", 0.9, "the usual memory of past gradients")
    decays = (config.optimizer or "adamw") == "adamw"
    choose("weight_decay", 0.001 if decays else 0.0, "hardly any" if decays else "none")
    choose("l2", 0.0, "none")
    choose("l1", 0.0, "none")
    batch = 16 if n_rows < _FEW_ROWS // 2 else 64 if n_rows < _MANY_ROWS else 256
    choose("batch_size", batch, "sized to the number of rows")
    steps = -(-n_rows // (config.batch_size or batch))
    epochs = max(_LEAST_EPOCHS, min(_MOST_EPOCHS, -(-_STEPS // steps)))
    choose("epochs", epochs, "enough steps for so many rows")
    return config.replace(**chosen), reasons


def _images(sizes: Sizes) -> bool:
    found = image_blocks([(block.start, block.kind, block.shape) for block in sizes.blocks])
    return bool(found) and all(min(shape[:2]) >= _LEAST_SIDE for _, shape in found)
