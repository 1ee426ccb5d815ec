"""Networks that go step by step: what they are for, how they are built and trained, and why.

A recurrent network carries a state along the steps; a transformer lets each step look at all
others. Both see the order of words, where a bag of them does not. Neither is chosen unless it is
asked for: on small data convolutions and bags answer better (docs/presets.md).
"""

from __future__ import annotations

import math
from typing import Any

from pellucid.errors import SettingError
from pellucid.nn import Layer
from pellucid.nn.over_time import Steps, recurrent_layers, transformer_layers
from pellucid.training.along import TASKS_OF_ROWS, batch_size_along, refuse_settings_of_dense
from pellucid.training.config import Config
from pellucid.training.sizes import Grid, Sizes

RECURRENT, TRANSFORMER = "recurrent", "transformer"
OVER_TIME = (RECURRENT, TRANSFORMER)

_UNITS, _HEADS = 64, 4
_HIDDEN_BESIDE = (128,)
_STEPS, _LEAST_EPOCHS = 1_500, 20
# Most words are rare: what they say is read in few steps, and learned by heart in more.
_STEPS_OF_TEXTS, _LEAST_EPOCHS_OF_TEXTS = 600, 5
_MOST_EPOCHS = 400
# More steps are drawn together, since attention takes the square of their number, and a state
# forgets on its way.
MOST_STEPS = 128
# A single number says little: each step of a series is made of so many neighbours at least.
_LEAST_NEIGHBOURS = 8


def refuse_unfit(config: Config, sizes: Sizes) -> None:
    """Refuse settings of such networks where there is none, and such networks where none fits.

    Raises
    ------
    SettingError
        Where a setting has no meaning, or no column has steps.
    """
    named = config.network if config.network in OVER_TIME else None
    for name in ("units", "blocks", "heads"):
        owners = (TRANSFORMER,) if name == "heads" else OVER_TIME
        if getattr(config, name) is not None and named not in owners:
            raise SettingError(
                f"The setting {name} belongs to networks that go step by step.",
                where=f"{name} (--{name}) {getattr(config, name)}",
                expected=f"--network {' or '.join(owners)} beside it",
                remedy=f"leave --{name} out",
            )
    if named is None:
        return
    if sizes.task not in TASKS_OF_ROWS:
        raise SettingError(
            f"A {named} network is not made for {sizes.task}.",
            expected="classes, numbers or sets of labels to be told of each row",
            remedy="leave --network out",
        )
    if not sizes.sequences:
        raise SettingError(
            f"There is nothing that a {named} network could follow step by step: the rows of a "
            "table have no order of time, nor have the pixels of an image.",
            expected="a column of the kind series, sound or text; subwords are read as bags",
            remedy="leave --network out; of columns that follow each other in time, "
            "--kind 't*=series' makes a series",
        )


def of_over_time(config: Config, sizes: Sizes) -> dict[str, tuple[Any, str]]:
    """Return settings for a recurrent network or a transformer with their reasons, by name.

    Raises
    ------
    SettingError
        Where a setting that was given has no meaning for it.
    """
    refuse_settings_of_dense(
        config, "none", "Networks that go step by step have their own normalisation."
    )
    has_texts = any(grid.entries for grid in sizes.sequences)
    batch_size = batch_size_along(config, sizes.n_train)
    n_in_steps = sum(grid.stop - grid.start for grid in sizes.sequences)
    beside = len(sizes.sequences) > 1 or n_in_steps < sizes.in_features
    units = config.units or _UNITS
    chosen: dict[str, tuple[Any, str]] = {
        "units": (_UNITS, "enough for some thousand rows, and quick"),
        "blocks": _blocks(config, has_texts=has_texts),
        "hidden": (
            (_HIDDEN_BESIDE, "where the columns meet")
            if beside
            else ((), "the average over the steps leads to the output")
        ),
        "activation": ("relu", "fast, and does not saturate above 0"),
        "normalization": ("none", "what is needed stands in the blocks"),
        "dropout": (
            (0.5, "much, since most words are rare")
            if has_texts
            else (0.1, "a little, since all steps share their weights")
        ),
        "label_smoothing": (0.0, "labels are taken as they are"),
        "clip_norm": (1.0, "one steep step would undo what many have learned"),
        "batch_size": (batch_size, "sized to the number of rows"),
        "epochs": _epochs(sizes, batch_size, has_texts=has_texts),
        "embedding": ("none", "numbers as they are"),
        "members": (1, "one network, which is quick"),
    }
    if config.network == TRANSFORMER:
        _refuse_uneven(units, config.heads)
        chosen["heads"] = (math.gcd(units, _HEADS), "each looks for something else")
    if config.optimizer in (None, "adamw"):  # of others, what is usual for them
        chosen["learning_rate"] = (0.002, "usual for adamw")
        chosen["weight_decay"] = (0.1, "keeps weights small")
    return chosen


def _blocks(config: Config, *, has_texts: bool) -> tuple[int, str]:
    if config.network == RECURRENT:
        return 1, "a second layer takes twice as long, and few rows teach it little"
    if has_texts:
        return 1, "words are learned by heart the sooner, the deeper the network"
    return 2, "what a step has seen, others can see in the second one"


def _refuse_uneven(units: int, heads: int | None) -> None:
    if heads is not None and units % heads:
        raise SettingError(
            f"{units} units cannot be divided among {heads} heads.",
            where=f"heads (--heads) {heads}",
            expected="heads that divide the units",
            remedy="give such as --units 64 --heads 4",
        )


def layers_over(grid: Grid, config: Config) -> list[Layer]:
    """Return the layers that lead from a column's features to one vector an example."""
    steps, units, blocks = steps_of(grid), config.units or _UNITS, config.blocks or 1
    dropout = config.dropout or 0.0
    if config.network == RECURRENT:
        return recurrent_layers(steps, units, blocks, dropout)
    return transformer_layers(steps, units, blocks, config.heads or 1, dropout)


def steps_of(grid: Grid) -> Steps:
    """Return how a column is looked at step by step."""
    if grid.entries:
        return Steps(grid.shape, entries=grid.entries)
    n_steps = grid.shape[0]
    features = grid.stop - grid.start
    stride = -(-n_steps // MOST_STEPS)
    least = _LEAST_NEIGHBOURS if grid.kind == "series" else 1
    size = max(2 * stride if stride > 1 else 1, min(least, n_steps))
    return Steps(
        (n_steps, features // n_steps),
        stride=stride,
        size=size,
        centred=grid.kind == "sound",
    )


def _epochs(sizes: Sizes, batch_size: int, *, has_texts: bool) -> tuple[int, str]:
    steps_per_epoch = max(1, -(-sizes.n_train // batch_size))
    if has_texts:
        epochs = max(_LEAST_EPOCHS_OF_TEXTS, -(-_STEPS_OF_TEXTS // steps_per_epoch))
        return min(_MOST_EPOCHS, epochs), "enough steps for so many texts; more learn them by heart"
    epochs = max(_LEAST_EPOCHS, -(-_STEPS // steps_per_epoch))
    return min(_MOST_EPOCHS, epochs), "enough steps for so many rows"
