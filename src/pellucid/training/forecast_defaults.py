"""What is chosen for forecasts where the person chose nothing, and why.

Measured on validation rows alone (docs/forecasting.md).
"""

from __future__ import annotations

from typing import Any

_STEPS = 2500
_LEAST_EPOCHS, _MOST_EPOCHS = 10, 300
_BATCH = 32


def of_forecasts(
    n_train: int, batch_of: int | None, optimizer: str | None
) -> dict[str, tuple[Any, str]]:
    """Return settings with their reasons, by name.

    Parameters
    ----------
    n_train
        Windows to learn from.
    batch_of
        The batch size, where it was given.
    optimizer
        The optimizer, where it was given.
    """
    batch = batch_of or _BATCH
    steps_per_epoch = max(1, -(-n_train // batch))
    optimizer = optimizer or "adamw"
    usual = f"usual for {optimizer}; " if optimizer in ("adamw", "adam", "rmsprop") else ""
    epochs = max(_LEAST_EPOCHS, min(_MOST_EPOCHS, -(-_STEPS // steps_per_epoch)))
    return {
        "hidden": ((), "a linear map of the window, which long horizons seldom need more than"),
        "activation": ("silu", "smooth"),
        "dropout": (0.0, "there are no hidden units, or few"),
        "optimizer": ("adamw", "robust to the scale of gradients"),
        "learning_rate": (0.001, f"{usual}the weights start at 0, and need not go far"),
        "weight_decay": (0.0, "the weights start at 0, and few steps are taken"),
        "batch_size": (_BATCH, "neighbouring windows say much the same"),
        "epochs": (epochs, "enough steps for so many windows"),
    }
