"""What scikit-learn is told of the parameters' limits, made from the one table of settings."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

from sklearn.utils._param_validation import Interval, StrOptions

from pellucid.training.config import Config
from pellucid.training.settings import Setting, settings_of

# Parameters that are settings of the same name.
SHARED = (
    "activation", "initializer", "normalization", "dropout", "optimizer", "learning_rate",
    "schedule", "warmup", "momentum", "weight_decay", "l2", "l1", "clip_norm", "batch_size",
    "epochs", "patience", "validation_fraction", "time_limit",
)  # fmt: skip


def shared_constraints(losses: tuple[str, ...]) -> dict[str, list[Any]]:
    """Return the limits of the parameters that both estimators have.

    Parameters
    ----------
    losses
        The losses that fit the estimator's task.
    """
    settings = settings_of(Config)
    return {
        "hidden_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left"), None],
        **{name: constraints_of(settings[name]) for name in SHARED},
        "loss": [StrOptions(set(losses)), None],
        "kinds": [dict, None],
        "warm_start": ["boolean"],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }


def constraints_of(setting: Setting) -> list[Any]:
    """Return a setting's limits in scikit-learn's form; None, the default, is always allowed."""
    allowed: list[Any] = []
    if setting.choices:
        allowed.append(StrOptions(set(setting.choices)))
    if setting.kind in {"whole", "number", "seconds"}:
        low = setting.minimum if setting.above is None else setting.above
        high = setting.maximum if setting.below is None else setting.below
        low_closed, high_closed = setting.minimum is not None, setting.maximum is not None
        if setting.kind == "seconds":
            low = 0
            allowed.append(str)
        closed = {
            (True, True): "both",
            (True, False): "left",
            (False, True): "right",
            (False, False): "neither",
        }[low_closed, high_closed]
        number = Integral if setting.kind == "whole" else Real
        allowed.append(Interval(number, low, high, closed=closed))
    return [*allowed, None]
