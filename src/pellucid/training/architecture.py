"""Which network suits the data: layers of dense connections, or convolutions; and why.

A dense layer knows nothing of what lies side by side: it has to learn a shape anew at every
place. A convolution sees the same everywhere, and takes ten to a hundred times as long. Networks
that go step by step (`pellucid.training.over_time`) are made where they are asked for.
"""

from __future__ import annotations

from typing import Any

from pellucid import nn
from pellucid.errors import SettingError
from pellucid.nn.augmentation import WAYS_IN_TIME, WAYS_OF_DRAWINGS
from pellucid.nn.cnn import FILTERS_OF_IMAGES, convolutional_layers
from pellucid.training.along import TASKS_OF_ROWS, batch_size_along, refuse_settings_of_dense
from pellucid.training.config import Config
from pellucid.training.over_time import OVER_TIME, refuse_unfit
from pellucid.training.sizes import Grid, Sizes

DENSE, CONV = "dense", "conv"

_FILTERS_OF_SERIES = (64, 128, 64)
_HIDDEN_BESIDE = (128,)
# The hours of a day are told apart by when they are; of longer series, shapes.
_LONG_SERIES = 64
# A kernel that sees all of it at once is a dense layer.
_LEAST_PLACES = 8
# Multiplications and additions; a laptop does so many in about a minute.
_A_MINUTE = 6e12
# A step passes through the network, and twice through it on the way back.
_PASSES = 3


def choose_network(config: Config, sizes: Sizes) -> tuple[str, str]:
    """Return the kind of network, as ``network`` names it, and why.

    Raises
    ------
    SettingError
        Where convolutions are asked for, and nothing lies side by side; or one that goes step by
        step, and nothing has steps.
    """
    _refuse_unfit(config, sizes)
    refuse_unfit(config, sizes)
    if config.network is not None:
        return config.network, "as you set it"
    if sizes.task not in TASKS_OF_ROWS or not any(map(_is_large, sizes.grids)):
        return DENSE, "each input is connected with every unit"
    if config.hidden is not None or config.filters is not None:
        return (CONV, "filters are given") if config.filters else (DENSE, "hidden layers are given")
    if why := _too_slow(config, sizes):
        return DENSE, why
    return CONV, f"a shape in {_named(sizes)} is recognised wherever it lies"


def _too_slow(config: Config, sizes: Sizes) -> str:
    """Word why convolutions are left out for speed; nothing where they need not be."""
    if config.preset == "best":
        return ""
    if all(grid.kind == "image" and grid.shape[-1] == 1 for grid in sizes.grids):
        return "learns in seconds; convolutions answer better (--network conv)"
    epochs = config.epochs or _epochs(sizes, batch_size_along(config, sizes.n_train), config.preset)
    is_long = _work(sizes) * epochs > _A_MINUTE
    return "convolutions answer better, but take minutes (--network conv)" if is_long else ""


def of_convolutions(config: Config, sizes: Sizes) -> dict[str, tuple[Any, str]]:
    """Return settings for a network of convolutions with their reasons, by name.

    Raises
    ------
    SettingError
        Where a setting that was given has no meaning for it.
    """
    refuse_settings_of_dense(config, "batch", "A network of convolutions is normalised by batch.")
    kinds = {grid.kind for grid in sizes.grids}
    batch_size = batch_size_along(config, sizes.n_train)
    beside = _features_beside(sizes) > 0 or len(sizes.grids) > 1
    chosen: dict[str, tuple[Any, str]] = {
        "filters": (
            _FILTERS_OF_SERIES if kinds == {"series"} else FILTERS_OF_IMAGES,
            "enough for most, and quick",
        ),
        "hidden": (
            (_HIDDEN_BESIDE, "where the columns meet")
            if beside
            else ((), "the filters' averages lead to the output")
        ),
        "activation": ("relu", "fast, and does not saturate above 0"),
        "normalization": ("batch", "keeps the filters of all depths in range"),
        "dropout": (0.0, "convolutions share their weights, which is enough"),
        "label_smoothing": (0.0, "labels are taken as they are"),
        "batch_size": (batch_size, "sized to the number of rows"),
        "epochs": (_epochs(sizes, batch_size, config.preset), "enough steps for so many rows"),
        "embedding": ("none", "numbers as they are"),
        "members": (1, "one network, which is quick"),
    }
    if config.optimizer in (None, "adamw"):  # of others, what is usual for them
        chosen["learning_rate"] = (0.003, "usual for convolutions with normalisation")
        chosen["weight_decay"] = (0.05, "keeps weights small")
    chosen["augment"] = _augment(sizes)
    return chosen


def _is_large(grid: Grid) -> bool:
    """Whether there are more places than a kernel sees at once."""
    return min(grid.shape[:-1]) >= _LEAST_PLACES


def _named(sizes: Sizes) -> str:
    kinds = {grid.kind for grid in sizes.grids}
    words = {"image": "images", "sound": "sounds", "series": "series"}
    return " and ".join(word for kind, word in words.items() if kind in kinds)


def _refuse_unfit(config: Config, sizes: Sizes) -> None:
    if config.network in (DENSE, *OVER_TIME) and config.filters is not None:
        raise SettingError(
            f"Filters belong to convolutions, and the network asked for is {config.network}.",
            remedy="leave --filters out, or --network",
        )
    if config.network != CONV and config.filters is None:
        return
    if config.filters == ():
        raise SettingError(
            "A network of convolutions needs at least one stage of filters.",
            remedy="give --filters 24,48,96, or --network dense without filters",
        )
    flag = "--network" if config.network == CONV else "--filters"
    if sizes.task not in TASKS_OF_ROWS:
        raise SettingError(
            f"A network of convolutions is not made for {sizes.task}.",
            remedy=f"leave {flag} out",
        )
    if not sizes.grids:
        raise SettingError(
            "There is nothing that a convolution could look along: no images, sounds or series.",
            remedy=f"leave {flag} out",
        )


def _augment(sizes: Sizes) -> tuple[tuple[str, ...], str]:
    """Choose how what lies side by side is changed: what has colours is seldom a letter."""
    images = [grid for grid in sizes.grids if grid.kind == "image"]
    if any(grid.shape[-1] > 1 for grid in images):
        return ("shift", "flip"), "moved and mirrored, photographs show the same"
    if sizes.are_drawn:
        return (*WAYS_OF_DRAWINGS, "elastic"), "as from another hand, what is drawn is the same"
    if images:
        return WAYS_OF_DRAWINGS, "moved, turned or resized a little, it is the same"
    if any(grid.kind == "series" and grid.shape[0] < _LONG_SERIES for grid in sizes.grids):
        return (), "in short series each step has its place"
    return WAYS_IN_TIME, "a little later, slower or faster, it is the same"


def _epochs(sizes: Sizes, batch_size: int, preset: str) -> int:
    steps, least = 1000, 12
    if preset == "best":
        is_of_series = all(grid.kind == "series" for grid in sizes.grids)
        steps, least = (3000, 30) if is_of_series else (1000, 30)
    steps_per_epoch = max(1, -(-sizes.n_train // batch_size))
    return max(least, min(400, -(-steps // steps_per_epoch)))


def _features_beside(sizes: Sizes) -> int:
    """Return how many inputs belong to no grid."""
    return sizes.in_features - sum(grid.stop - grid.start for grid in sizes.grids)


def _work(sizes: Sizes) -> float:
    """Return about how many multiplications and additions an epoch takes."""
    return _PASSES * sizes.n_train * sum(map(_work_of_example, sizes.grids))


def _work_of_example(grid: Grid) -> float:
    filters = _FILTERS_OF_SERIES if grid.kind == "series" else FILTERS_OF_IMAGES
    layers = nn.Network(convolutional_layers(grid.shape, filters))
    total = 0
    for row in layers.describe(grid.stop - grid.start):
        places = 1
        for length in row.out_shape[:-1]:
            places *= length
        total += 2 * places * row.n_parameters
    return float(total)
