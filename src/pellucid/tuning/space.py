"""Which settings are searched, between which limits, and why.

The limits lie around the defaults, which were chosen for data of this size and kind; what the
person set is not searched. Learning rates are data of the compiled program and may be any number;
every other setting has a few values, so that few programs are compiled.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pellucid.errors import SettingError
from pellucid.tasks import Forecasting
from pellucid.training.config import Config
from pellucid.training.preparation import Prepared
from pellucid.tuning.trial import to_plain

_RATE_FACTOR = 10.0
_MOST_RATE = 1.0
_LADDER: tuple[tuple[int, ...], ...] = (
    (), (32,), (64,), (64, 64), (128, 64), (256, 128), (512, 256),
)  # fmt: skip
# So many steps of the ladder down and up from the default.
_RUNGS = 2
# Larger networks than that would make a trial take too long.
_TIMES_LARGER = 4
_ALWAYS_SMALL = 50_000
_ACTIVATIONS = ("relu", "silu", "tanh")
_DROPOUTS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5)
_SMOOTHINGS = (0.0, 0.05, 0.1)
_MOST_DECAY = 10.0
_LEAST_BATCH = 8
_ENOUGH_ROWS_FOR_WAVES = 1000
_AUGMENTATIONS = ((), ("shift",), ("shift", "rotate", "scale"))
_AUGMENTATIONS_IN_TIME = ((), ("shift",), ("shift", "scale"))


@dataclass(frozen=True)
class Dimension:
    """One searched setting.

    Attributes
    ----------
    name
        The setting.
    default
        What the defaults chose, which the first trial has.
    choices
        The values tried; empty where there is a ``span``.
    span
        The lowest and the highest number tried, whose logarithms are drawn alike.
    ordered
        Whether neighbours among the choices are more alike than others.
    reason
        Why these, for people.
    """

    name: str
    default: Any
    choices: tuple[Any, ...] = ()
    span: tuple[float, float] | None = None
    ordered: bool = True
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the dimension as plain values, which JSON holds."""
        return {
            "name": self.name,
            "default": to_plain(self.default),
            "choices": [to_plain(choice) for choice in self.choices],
            "span": None if self.span is None else list(self.span),
            "ordered": self.ordered,
            "reason": self.reason,
        }


def space_of(given: Config, settled: Config, prepared: Prepared) -> tuple[Dimension, ...]:
    """Return what is searched.

    Parameters
    ----------
    given, settled
        The settings as the person gave them, and with every open one filled in.
    prepared
        The encoded data.

    Raises
    ------
    SettingError
        Where the person set everything that could be searched.
    """
    candidates = _candidates(given, settled, prepared)
    space = tuple(
        dimension
        for dimension in candidates
        if getattr(given, dimension.name) is None
        and (dimension.span is not None or len(dimension.choices) > 1)
    )
    if not space:
        raise SettingError(
            "Nothing is left to search: every setting that could be is set already.",
            expected=f"at least one of {', '.join(d.name for d in candidates)} left open",
            remedy="leave one of them out, or train with these: pellucid train",
        )
    return space


def defaults_of(space: Iterable[Dimension]) -> dict[str, Any]:
    """Return the settings of the first trial."""
    return {dimension.name: dimension.default for dimension in space}


def differing(settings: Mapping[str, Any], space: Iterable[Dimension]) -> dict[str, Any]:
    """Return the settings that are not the defaults, in the order of the space."""
    return {d.name: settings[d.name] for d in space if settings[d.name] != d.default}


def _candidates(given: Config, settled: Config, prepared: Prepared) -> list[Dimension]:
    n, blocks = prepared.train.n, prepared.encoding.blocks
    is_forecast = isinstance(prepared.task, Forecasting)
    found = [_rate(settled.learning_rate), _hidden(settled, prepared)]
    if given.hidden != ():
        why = "with a kink, bending smoothly, or saturating"
        names = _with(settled.activation, _ACTIVATIONS)
        found.append(Dimension("activation", settled.activation, names, None, False, why))
        drops = tuple(sorted(_with(settled.dropout, _DROPOUTS)))
        found.append(Dimension("dropout", settled.dropout, drops, reason="none to half the units"))
    if settled.optimizer == "adamw":
        found.append(_decay(settled.weight_decay or 0.0))
    found += [_batch(settled.batch_size or 1, n), _epochs(settled.epochs or 1)]
    if settled.loss == "cross_entropy":
        smooth = settled.label_smoothing
        values = tuple(sorted(_with(smooth, _SMOOTHINGS)))
        found.append(Dimension("label_smoothing", smooth, values, reason="labels may be wrong"))
    numbers = any(block.kind == "number" for block in blocks)
    if numbers and not is_forecast and n >= _ENOUGH_ROWS_FOR_WAVES:
        why = f"waves beside numbers need rows, and there are {n:,}"
        values = ("none", "periodic")
        found.append(Dimension("embedding", settled.embedding, values, None, False, why))
    if settled.augment is not None:
        why = "small changes that leave what is seen or heard the same; mirror images may not"
        has_images = any(block.kind == "image" for block in blocks)
        usual = _AUGMENTATIONS if has_images else _AUGMENTATIONS_IN_TIME
        ways = _with(settled.augment, usual)
        found.append(Dimension("augment", settled.augment, ways, None, True, why))
    return found


def _rate(default: float) -> Dimension:
    span = _round(default / _RATE_FACTOR), _round(min(_MOST_RATE, default * _RATE_FACTOR))
    return Dimension(
        "learning_rate", default, span=(span[0], max(span[1], default)),
        reason="a tenth to ten times the default",
    )  # fmt: skip


def _hidden(settled: Config, prepared: Prepared) -> Dimension:
    default = settled.hidden or ()
    sizes = prepared.encoding.in_features, prepared.task.out_features

    def parameters(hidden: tuple[int, ...]) -> int:
        layers = (sizes[0], *hidden, sizes[1])
        return sum((before + 1) * after for before, after in itertools.pairwise(layers))

    rungs = sorted(_with(default, _LADDER), key=lambda hidden: (len(hidden) > 0, sum(hidden)))
    place = rungs.index(default)
    most = max(_ALWAYS_SMALL, _TIMES_LARGER * parameters(default))
    near = [
        hidden
        for hidden in rungs[max(0, place - _RUNGS) : place + _RUNGS + 1]
        if hidden == default or (parameters(hidden) <= most and (hidden or place <= 1))
    ]
    return Dimension("hidden", default, tuple(near), reason="smaller and larger than the default")


def _decay(default: float) -> Dimension:
    if not default:
        return Dimension("weight_decay", 0.0, (0.0, 0.01, 0.1, 1.0), reason="none, to much")
    factors = (0.1, 0.3, 1.0, 3.0, 10.0)
    values = {min(_MOST_DECAY, _round(factor * default)) for factor in factors[:2] + factors[3:]}
    why = "a tenth to ten times the default"
    return Dimension("weight_decay", default, tuple(sorted(values | {default})), reason=why)


def _batch(default: int, n_rows: int) -> Dimension:
    most = max(default, n_rows // 4)
    values = {default // 2, default * 2, default * 4}
    near = {value for value in values if _LEAST_BATCH <= value <= most}
    why = "half to four times the default"
    return Dimension("batch_size", default, tuple(sorted(near | {default})), reason=why)


def _epochs(default: int) -> Dimension:
    values = tuple(sorted({max(1, math.ceil(default / 2)), default, 2 * default}))
    return Dimension("epochs", default, values, reason="half to twice as long")


def _with(value: Any, others: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the others, and first of all the value where it is none of them."""
    return others if value in others else (value, *others)


def _round(value: float) -> float:
    """Round to two significant digits, so that people can read them."""
    return float(f"{value:.2g}")
