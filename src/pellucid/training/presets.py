"""What the preset ``best`` chooses: the best answers known to be worth some minutes, and why.

Measured beside gradient boosting on tables of many sizes (docs/presets.md).
"""

from __future__ import annotations

from typing import Any

from pellucid.training.config import Config
from pellucid.training.sizes import Sizes

_MEMBERS = 8
# Of inputs as wide as texts and large categories, each member takes long.
_WIDE, _MEMBERS_OF_WIDE = 2000, 4
# With waves beside the numbers, rows are learned in fewer steps, and then by heart.
_STEPS = 3500
_LEAST_EPOCHS = 10
_FEW_ROWS = 1000
# Of fewer rows for each number, the waves of all are learned by heart (docs/presets.md).
_ROWS_A_NUMBER = 50
# As logistic regression with C = 5 has it: a wide optimum on two sets of texts (docs/presets.md).
_L2_OF_ALL_TEXTS = 0.2
_EPOCHS_OF_TEXTS = 20
_EPOCHS_OF_IMAGES = 40


def best_of_dense(config: Config, sizes: Sizes, batch_size: int) -> dict[str, tuple[Any, str]]:
    """Return settings for dense layers, with their reasons, by name.

    Parameters
    ----------
    config
        What was set.
    sizes
        Of the encoded data.
    batch_size
        Examples in one step.
    """
    if sizes.is_words_alone and not config.hidden:
        return _best_of_texts(sizes.n_train, has_adam=config.optimizer in {None, "adam", "adamw"})
    if sizes.is_many_images_alone and config.hidden != ():
        return _best_of_images()
    return _best_of_rows(sizes.n_train, sizes.in_features, sizes.n_numbers, batch_size)


def _best_of_texts(n_train: int, *, has_adam: bool) -> dict[str, tuple[Any, str]]:
    """Return settings for texts alone, with their reasons, by name."""
    chosen: dict[str, tuple[Any, str]] = {
        "hidden": ((), "each word speaks for itself: hidden units learn texts by heart"),
        "dropout": (0.0, "there are no hidden units"),
        "weight_decay": (0.0, "l2 keeps weights small"),
        "l2": (float(f"{_L2_OF_ALL_TEXTS / n_train:.2g}"), "0.2 shared among all texts"),
        "batch_size": (128, "sized to the number of rows"),
        "epochs": (_EPOCHS_OF_TEXTS, "enough to come near the one optimum that a layer has"),
        "members": (1, "networks of a single layer all end alike"),
    }
    if has_adam:
        chosen["learning_rate"] = (0.05, "a single layer's weights have a long way to go")
    return chosen


def _best_of_images() -> dict[str, tuple[Any, str]]:
    """Return settings for dense layers over many images, with their reasons, by name."""
    return {
        "hidden": ((512, 256), "many images fill wide layers"),
        "normalization": ("batch", "each layer's units stay in range"),
        "dropout": (0.3, "wide layers would learn images by heart"),
        "label_smoothing": (0.1, "a little less certainty generalises better"),
        "epochs": (_EPOCHS_OF_IMAGES, "worth it beside so much dropout"),
        "members": (1, "a wider network that learns longer is worth more than eight"),
    }


def _best_of_rows(
    n_train: int, in_features: int, n_numbers: int, batch_size: int
) -> dict[str, tuple[Any, str]]:
    """Return settings for rows of a table, or texts, with their reasons, by name."""
    members = _MEMBERS_OF_WIDE if in_features > _WIDE else _MEMBERS
    chosen: dict[str, tuple[Any, str]] = {
        "members": (members, "the mean of several networks has fewer of the mistakes of each"),
    }
    if n_numbers and n_train >= max(_FEW_ROWS, _ROWS_A_NUMBER * n_numbers):
        chosen["embedding"] = ("periodic", "steep and bumpy dependences on numbers are learned too")
        steps_per_epoch = max(1, -(-n_train // batch_size))
        epochs = max(_LEAST_EPOCHS, -(-_STEPS // steps_per_epoch))
        chosen["epochs"] = (epochs, "enough steps for so many rows beside their waves")
    return chosen
