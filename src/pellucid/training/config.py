"""Every setting of a training, in one table.

The same names are the keywords of ``pellucid.train``, the flags of ``pellucid train`` (with
hyphens) and the keys of ``config.yaml``. A setting left at None is chosen from the data by
:mod:`pellucid.training.defaults`, which also says why.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pellucid.errors import SettingError, suggest
from pellucid.training.settings import setting, settings_of
from pellucid.training.settings_text import read_settings, write_value

ACTIVATIONS = (
    "relu", "tanh", "sigmoid", "leaky_relu", "elu", "gelu", "silu", "softplus", "linear",
)  # fmt: skip
INITIALIZERS = (
    "he_normal", "he_uniform", "glorot_normal", "glorot_uniform", "lecun_normal", "lecun_uniform",
)  # fmt: skip
LOSSES = (
    "cross_entropy", "binary_cross_entropy",
    "mean_squared_error", "quadratic", "mean_absolute_error", "huber",
)  # fmt: skip
OPTIMIZERS = ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw")
AUGMENTATIONS = ("shift", "rotate", "scale", "flip", "elastic")
SCHEDULES = ("constant", "step", "cosine", "one_cycle")

CHANGED_BY_BRANCHES = (
    "dropout", "augment", "optimizer", "learning_rate", "schedule", "warmup", "momentum",
    "weight_decay", "l2", "l1", "clip_norm", "batch_size", "epochs", "patience", "time_limit",
    "calibration", "freeze",
)  # fmt: skip
"""The settings that may change in the middle of a training."""

IN_MEMORY = "(given in memory)"
"""What ``config.yaml`` says of data that was no file, and so cannot be opened again."""

_DATA = "Data"
_NETWORK = "Network"
_LEARNING = "Learning"


@dataclass(frozen=True)
class Config:
    """The settings of one training; ``Config.make`` checks every value.

    Examples
    --------
    >>> Config.make(source="iris", hidden="16,8", time_limit="2m").hidden
    (16, 8)
    """

    source: Any = setting(None, "Where the data comes from.", kind="source", group=_DATA)
    target: str | tuple[str, ...] | None = setting(
        None, "The column to predict; repeatable, for several.", kind="columns", group=_DATA
    )
    task: str | None = setting(
        None,
        "What to do with the target; inferred from it by default.",
        choices=("classification", "regression", "multilabel", "forecasting", "clustering"),
        group=_DATA,
    )
    clusters: int | None = setting(
        None,
        "Clustering: how many groups there are; chosen by the rows by default.",
        kind="whole", minimum=1, group=_DATA,
    )  # fmt: skip
    target_scale: str | None = setting(
        None,
        "How a number to predict is learned: as it is, or its logarithm.",
        choices=("standard", "log"), group=_DATA,
    )  # fmt: skip
    test: Any = setting(
        None, "Data to test on; otherwise a part is held out.", kind="source", group=_DATA
    )
    test_fraction: float | None = setting(
        None, "The part held out for the test.", kind="number", minimum=0, below=1, group=_DATA
    )
    validation_fraction: float | None = setting(
        None,
        "The part of the rest held back to stop early.",
        kind="number", minimum=0, below=1, group=_DATA,
    )  # fmt: skip
    calibration: str | None = setting(
        None,
        "The rows that probabilities and intervals are calibrated by.",
        choices=("validation", "out_of_fold", "none"), group=_DATA,
    )  # fmt: skip
    kinds: dict[str, str] = setting(
        {},
        "Overrule a column's kind, as COLUMN=KIND; repeatable.",
        kind="pairs", flag="kind", group=_DATA,
    )  # fmt: skip
    drop: tuple[str, ...] = setting(
        (), "Leave a column out; repeatable.", kind="names", group=_DATA
    )
    window: int | None = setting(
        None,
        "Forecast: the network sees so many rows of the past.",
        kind="whole", minimum=1, group=_DATA,
    )  # fmt: skip
    horizon: int | None = setting(
        None,
        "How many rows after the window are forecast; 1 by default.",
        kind="whole", minimum=1, group=_DATA,
    )  # fmt: skip
    known: tuple[str, ...] = setting(
        (),
        "Forecast: a column whose future is known, such as holidays; repeatable.",
        kind="names", group=_DATA,
    )  # fmt: skip
    season: int | None = setting(
        None,
        "Forecast: after how many rows the series repeat themselves; found by default.",
        kind="whole", minimum=1, group=_DATA,
    )  # fmt: skip
    id: str | None = setting(
        None,
        "Time series in a long table: the column that says which one a row is of; or 'none'.",
        group=_DATA,
    )
    time: str | None = setting(
        None, "The column that orders a series' or a forecast's rows; found by default.",
        group=_DATA,
    )  # fmt: skip
    values: tuple[str, ...] | None = setting(
        None,
        "The columns of a series' values, as A,B; repeatable; found by default.",
        kind="names", group=_DATA,
    )  # fmt: skip
    sample_weight: str | None = setting(
        None, "A column that says how much each row counts.", group=_DATA
    )
    class_weight: Any = setting(
        None,
        "'balanced' makes rare classes count more; or CLASS=WEIGHT, repeatable.",
        kind="pairs", choices=("balanced",), group=_DATA,
    )  # fmt: skip

    examples: bool = setting(
        True,
        "Put no example rows into the model file; categories and ranges it needs stay.",
        kind="truth", flag="no-examples", group=_DATA,
    )  # fmt: skip

    memory: int | None = setting(
        None,
        "Memory for the data, as 2GB, besides some 500MB for the program; half the machine's.",
        kind="size", group=_DATA,
    )  # fmt: skip

    preset: str = setting(
        "fast",
        "What is left open is chosen for speed, or for the best answers in some minutes.",
        choices=("fast", "best"), group=_NETWORK,
    )  # fmt: skip
    network: str | None = setting(
        None,
        "Dense layers, convolutions, or what goes step by step, texts too; chosen by default.",
        choices=("dense", "conv", "recurrent", "transformer"), group=_NETWORK,
    )  # fmt: skip
    filters: tuple[int, ...] | None = setting(
        None, "Convolutions: the filters of each stage, as 24,48,96.", kind="sizes",
        group=_NETWORK,
    )  # fmt: skip
    units: int | None = setting(
        None,
        "Recurrent: the length of the state; transformer: the features of a step.",
        kind="whole", minimum=1, maximum=4096, group=_NETWORK,
    )  # fmt: skip
    blocks: int | None = setting(
        None,
        "How many recurrent layers, or blocks of a transformer, follow each other.",
        kind="whole", minimum=1, maximum=100, group=_NETWORK,
    )  # fmt: skip
    heads: int | None = setting(
        None,
        "Transformer: the heads of an attention; they divide the units.",
        kind="whole", minimum=1, maximum=4096, group=_NETWORK,
    )  # fmt: skip
    hidden: tuple[int, ...] | None = setting(
        None, "Units of the hidden layers, as 128,64; 'none' for no layer.", kind="sizes",
        group=_NETWORK,
    )  # fmt: skip
    activation: str | None = setting(
        None, "The hidden layers' activation function.", choices=ACTIVATIONS, group=_NETWORK
    )
    initializer: str | None = setting(
        None, "How the kernels start.", choices=INITIALIZERS, group=_NETWORK
    )
    normalization: str | None = setting(
        None,
        "Normalise between the layers.",
        choices=("none", "batch", "layer"), group=_NETWORK,
    )  # fmt: skip
    embedding: str | None = setting(
        None,
        "What stands beside numbers: waves of them, or nothing.",
        choices=("none", "periodic"), group=_NETWORK,
    )  # fmt: skip
    members: int | None = setting(
        None,
        "How many networks learn side by side; the mean of their answers counts.",
        kind="whole", minimum=1, maximum=1000, group=_NETWORK,
    )  # fmt: skip
    dropout: float | None = setting(
        None,
        "The share of hidden units switched off at random.",
        kind="number", minimum=0, below=1, group=_NETWORK,
    )  # fmt: skip

    augment: tuple[str, ...] | None = setting(
        None,
        "Change images, sounds and series at random while training.",
        kind="ways", choices=AUGMENTATIONS, group=_LEARNING,
    )  # fmt: skip
    loss: str | None = setting(None, "What is minimised.", choices=LOSSES, group=_LEARNING)
    label_smoothing: float | None = setting(
        None,
        "The share of a label spread over all classes.",
        kind="number", minimum=0, below=1, group=_LEARNING,
    )  # fmt: skip
    optimizer: str | None = setting(
        None, "How weights follow the gradient.", choices=OPTIMIZERS, group=_LEARNING
    )
    learning_rate: Any = setting(
        None,
        "The step along the gradient; 'find' measures a good one.",
        kind="number", above=0, choices=("find",), group=_LEARNING,
    )  # fmt: skip
    schedule: str | None = setting(
        None, "How the learning rate changes.", choices=SCHEDULES, group=_LEARNING
    )
    warmup: float | None = setting(
        None,
        "The share of all steps over which the rate rises from 0.",
        kind="number", minimum=0, below=1, group=_LEARNING,
    )  # fmt: skip
    momentum: float | None = setting(
        None,
        "What is kept of the last update (momentum, nesterov).",
        kind="number", minimum=0, below=1, group=_LEARNING,
    )  # fmt: skip
    weight_decay: float | None = setting(
        None,
        "Kernels shrink by this share of the rate a step (adamw).",
        kind="number", minimum=0, group=_LEARNING,
    )  # fmt: skip
    l2: float | None = setting(
        None,
        "Adds l2 · ½Σw² of the kernels to the loss.",
        kind="number", minimum=0, group=_LEARNING,
    )  # fmt: skip
    l1: float | None = setting(
        None,
        "Adds l1 · Σ|w| of the kernels to the loss.",
        kind="number", minimum=0, group=_LEARNING,
    )  # fmt: skip
    clip_norm: float | None = setting(
        None,
        "Gradients longer than this are cut to it.",
        kind="number", above=0, group=_LEARNING,
    )  # fmt: skip
    freeze: tuple[str, ...] = setting(
        (), "Layers that stay as they are, as hidden_1,hidden_2.", kind="layers", group=_LEARNING
    )
    batch_size: int | None = setting(
        None, "Examples in one step.", kind="whole", minimum=1, group=_LEARNING
    )
    epochs: int | None = setting(
        None, "The most passes over the data.", kind="whole", minimum=1, group=_LEARNING
    )
    patience: int | None = setting(
        None,
        "Stop when so many epochs bring nothing better; 0: never.",
        kind="whole", minimum=0, group=_LEARNING,
    )  # fmt: skip
    time_limit: float | None = setting(
        None, "Stop after so long, as 90s or 5m.", kind="seconds", group=_LEARNING
    )
    seed: int = setting(
        0,
        "Fixes all randomness: the same seed gives the same bits.",
        kind="whole", minimum=0, maximum=2**32 - 1, group=_LEARNING,
    )  # fmt: skip

    @classmethod
    def make(cls, /, **values: Any) -> Config:
        """Check every value and return the settings.

        Raises
        ------
        SettingError
            Where a name is unknown (with the nearest one) or a value is out of its limits.
        """
        known = settings_of(cls)
        checked = {}
        for name, value in values.items():
            if name not in known:
                raise SettingError(
                    f"There is no setting called {name!r}.",
                    expected=", ".join(known),
                    remedy=suggest(name, known),
                )
            if value is not None:
                checked[name] = known[name].check(_spelled(name), value)
        return cls(**checked)

    @property
    def is_in_memory(self) -> bool:
        """Whether data is, or was, given in memory."""
        return any(
            data == IN_MEMORY if isinstance(data, str) else not isinstance(data, Path | None)
            for data in (self.source, self.test)
        )

    def replace(self, **values: Any) -> Config:
        """Return a copy with some settings changed; values are taken as checked."""
        return dataclasses.replace(self, **values)

    def set_values(self) -> dict[str, Any]:
        """Return the settings that hold something, by name; no hidden layers, (), is a choice."""
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        optional = {name for name in ("kinds", "drop", "known", "freeze") if not values[name]}
        return {
            name: value
            for name, value in values.items()
            if value is not None and name not in optional
        }

    def to_yaml(self, reasons: Mapping[str, str] | None = None) -> str:
        """Write the settings as YAML; ``reasons`` become comments beside their settings."""
        reasons = reasons or {}
        lines = ["# Settings of a pellucid training; `pellucid train --config FILE` repeats it."]
        for name, value in self.set_values().items():
            plain = str(value) if isinstance(value, Path) else value
            if name in {"source", "test"} and not isinstance(plain, str):
                plain = IN_MEMORY
            plain = list(plain) if isinstance(plain, tuple) else plain
            comment = f"  # {reasons[name]}" if name in reasons else ""
            lines.append(f"{name}: {write_value(plain)}{comment}")
        return "\n".join(lines) + "\n"

    @classmethod
    def from_yaml(cls, text: str, where: str = "the configuration") -> Config:
        """Read settings written by ``to_yaml`` or by a person.

        Raises
        ------
        SettingError
            Where the text is not YAML, is not a mapping, names a setting twice, or one cannot be
            used.
        """
        values = read_settings(text, where)
        try:
            return cls.make(**values)
        except SettingError as error:
            error.where = error.where or where
            raise


def _spelled(name: str) -> str:
    """Name a setting as both faces know it."""
    flag = settings_of(Config)[name].flag or name
    return f"{name} (--{flag.replace('_', '-')})"
