"""What is chosen where the person chose nothing, and why.

Every choice is a function of sizes alone, is written into ``config.yaml`` with its reason, and
is overruled by the setting of its name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pellucid.errors import SettingError
from pellucid.tasks import TASKS
from pellucid.training.config import Config

FEW_ROWS = 1000
_FEW_TO_SPLIT = 2000
_MANY_ROWS = 10_000
_STEPS_FOR_FEW = 3000


@dataclass(frozen=True)
class Sizes:
    """What the choices depend on.

    Attributes
    ----------
    n_train
        Training examples, validation ones not counted.
    in_features
        Entries of the input vector.
    task
        The task's name.
    """

    n_train: int
    in_features: int
    task: str


def validation_fraction(config: Config, n_rows: int) -> tuple[float, str]:
    """Choose the part of the rows held back to stop early, with the reason."""
    if config.validation_fraction is not None:
        return config.validation_fraction, "as you set it"
    if n_rows < _FEW_TO_SPLIT:
        return 0.0, f"{n_rows:,} rows are too few to hold some back; all epochs are run"
    return 0.1, "the epoch that does best on these rows is kept"


def resolve(config: Config, sizes: Sizes) -> tuple[Config, dict[str, str]]:
    """Fill in every setting that was left open; return the settings and the reasons.

    Raises
    ------
    SettingError
        Where a setting does not fit the task.
    """
    chosen: dict[str, Any] = {}
    reasons: dict[str, str] = {}

    def choose(name: str, value: Any, reason: str) -> Any:
        if getattr(config, name) is not None:
            return getattr(config, name)
        chosen[name] = value
        reasons[name] = reason
        return value

    losses = TASKS[sizes.task].losses
    if config.loss is not None and config.loss not in losses:
        raise SettingError(
            f"The loss {config.loss} does not fit {sizes.task}.",
            expected=f"one of {', '.join(losses)}",
        )
    few = sizes.n_train < FEW_ROWS
    choose("loss", losses[0], f"the usual loss for {sizes.task}")
    choose("hidden", _hidden(sizes), _hidden_reason(sizes))
    choose("activation", "relu", "fast, and does not saturate above 0")
    choose("initializer", _initializer(config), "suits the activation")
    choose("normalization", "none", "not needed at this depth")
    choose(
        "dropout",
        0.5 if few else 0.2,
        "much, since few rows are soon learned by heart"
        if few
        else "a little, against over-fitting",
    )
    middling = FEW_ROWS <= sizes.n_train < _MANY_ROWS and sizes.task == "classification"
    choose(
        "label_smoothing",
        0.05 if middling else 0.0,
        "a little less certainty generalises better"
        if middling
        else "labels are taken as they are",
    )
    optimizer = choose("optimizer", "adamw", "robust to the scale of gradients; can shrink weights")
    choose("learning_rate", _learning_rate(optimizer), f"usual for {optimizer}")
    choose("schedule", "one_cycle", "rises, then falls to almost 0: good weights in few epochs")
    choose("warmup", 0.0, "one_cycle begins low by itself")
    choose("momentum", 0.9, "the usual memory of past gradients")
    choose("weight_decay", _weight_decay(optimizer, few), "keeps weights small")
    choose("l2", 0.0, "none")
    choose("l1", 0.0, "none")
    batch_size = choose("batch_size", _batch_size(sizes), "sized to the number of rows")
    choose("epochs", _epochs(sizes, batch_size), "enough steps for so many rows")
    choose("patience", 0, "the schedule itself ends the training; the best epoch is kept")
    return config.replace(**chosen), reasons


def _hidden(sizes: Sizes) -> tuple[int, ...]:
    if sizes.n_train < FEW_ROWS:
        return (64, 64)
    return (256, 128)


def _hidden_reason(sizes: Sizes) -> str:
    return f"for {sizes.n_train:,} rows of {sizes.in_features:,} inputs"


def _initializer(config: Config) -> str:
    saturating = {"tanh", "sigmoid", "linear", "softplus"}
    return "glorot_uniform" if config.activation in saturating else "he_normal"


def _learning_rate(optimizer: str) -> float:
    rates: dict[str, float] = {"sgd": 0.1, "momentum": 0.02, "nesterov": 0.02}
    return rates.get(optimizer, 0.002)


def _weight_decay(optimizer: str, few: bool) -> float:
    if optimizer != "adamw":
        return 0.0
    return 2.0 if few else 0.1


def _batch_size(sizes: Sizes) -> int:
    for rows, size in ((FEW_ROWS, 32), (10_000, 64)):
        if sizes.n_train < rows:
            return size
    return 128


def _epochs(sizes: Sizes, batch_size: int) -> int:
    steps_per_epoch = max(1, -(-sizes.n_train // batch_size))
    wanted = -(-_STEPS_FOR_FEW // steps_per_epoch)
    return max(20, min(200, wanted))
