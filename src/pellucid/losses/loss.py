"""What a loss is, and the registry of losses."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import jax

from pellucid.errors import DataError, SettingError, quote_list, unknown_name


@dataclass(frozen=True)
class Loss(ABC):
    """The base of all losses: how far outputs are from what they should be, per example.

    Calling one with outputs (batch, k) and targets returns losses (batch,), none negative; how
    they are averaged, and weighted, is the training step's business.
    """

    name: ClassVar[str]
    tasks: ClassVar[tuple[str, ...]]
    """The tasks it is for: "classification", "regression", "multilabel"."""

    @abstractmethod
    def __call__(self, outputs: jax.Array, targets: jax.Array) -> jax.Array:
        """Return the loss of each example, (batch,)."""


LOSSES: dict[str, type[Loss]] = {}
"""The losses by name, in the order of their registration."""

ALIASES = {"mse": "mean_squared_error", "mae": "mean_absolute_error"}
"""Short names in wide use."""

LossType = TypeVar("LossType", bound=Loss)


def register(loss_type: type[LossType]) -> type[LossType]:
    """Enter a loss into ``LOSSES`` under its ``name``; a class decorator."""
    LOSSES[loss_type.name] = loss_type
    return loss_type


def get(name: str, **settings: Any) -> Loss:
    """Return a loss by its name.

    Parameters
    ----------
    name
        One of the names in ``LOSSES``, or "mse", "mae".
    **settings
        The loss' own settings: ``delta`` of "huber", ``label_smoothing`` of the
        cross-entropies.

    Raises
    ------
    SettingError
        For an unknown name or setting, or a value out of its limits.

    Examples
    --------
    >>> get("huber", delta=2.0)
    Huber(delta=2.0)
    >>> get("mse").name
    'mean_squared_error'
    """
    loss_type = LOSSES.get(ALIASES.get(name, name))
    if loss_type is None:
        raise unknown_name("loss", str(name), [*LOSSES, *ALIASES])
    known = loss_type.__dataclass_fields__
    if unknown := sorted(settings.keys() - known.keys()):
        raise SettingError(
            f"The loss {loss_type.name} has no setting {quote_list(unknown)}.",
            expected=f"settings among {quote_list(known)}" if known else "no settings",
        )
    return loss_type(**settings)


def names(task: str) -> tuple[str, ...]:
    """Return the names of the losses that are for a task.

    Examples
    --------
    >>> names("classification")
    ('cross_entropy', 'binary_cross_entropy')
    """
    return tuple(name for name, loss_type in LOSSES.items() if task in loss_type.tasks)


def check_shapes(outputs: jax.Array, targets: jax.Array, expected: tuple[int, ...]) -> None:
    """Raise a DataError where targets do not lie beside the outputs as they must.

    Silent broadcasting would turn (batch,) against (batch, 1) into (batch, batch).
    """
    if targets.shape != expected:
        raise DataError(
            f"The targets have the shape {targets.shape}, the outputs {outputs.shape}.",
            expected=f"targets of the shape {expected}",
        )
