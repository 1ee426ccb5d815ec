"""What the preset ``best`` chooses: the best answers known to be worth some minutes, and why.

Measured beside gradient boosting on tables of many sizes (docs/presets.md).
"""

from __future__ import annotations

from typing import Any

_MEMBERS = 8
# Of inputs as wide as texts and large categories, each member takes long.
_WIDE, _MEMBERS_OF_WIDE = 2000, 4
# With waves beside the numbers, rows are learned in fewer steps, and then by heart.
_STEPS = 3500
_LEAST_EPOCHS = 10
_FEW_ROWS = 1000


def best_of_rows(
    n_train: int, in_features: int, n_numbers: int, batch_size: int
) -> dict[str, tuple[Any, str]]:
    """Return settings for rows of a table, or texts, with their reasons, by name.

    Parameters
    ----------
    n_train
        Examples to learn from.
    in_features
        Entries of the input vector.
    n_numbers
        Columns of numbers.
    batch_size
        Examples in one step.
    """
    members = _MEMBERS_OF_WIDE if in_features > _WIDE else _MEMBERS
    chosen: dict[str, tuple[Any, str]] = {
        "members": (members, "the mean of several networks has fewer of the mistakes of each"),
    }
    if n_numbers and n_train >= _FEW_ROWS:
        chosen["embedding"] = ("periodic", "steep and bumpy dependences on numbers are learned too")
        steps_per_epoch = max(1, -(-n_train // batch_size))
        epochs = max(_LEAST_EPOCHS, -(-_STEPS // steps_per_epoch))
        chosen["epochs"] = (epochs, "enough steps for so many rows beside their waves")
    return chosen
