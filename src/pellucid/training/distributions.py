"""How a layer's weights are distributed, state by state: a histogram of each.

A histogram spans its own state's weights, from the smallest to the largest, so that no weight falls
outside it however far weights wander. Of a run they are taken of the states on the disk; a training
that is watched tells them as it goes on. Cost: 10 ns a weight.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from pellucid.data.table import Array
from pellucid.errors import ModelFileError
from pellucid.training.checkpoints import CheckpointFolder

BINS = 48
MOST_STATES = 120


@dataclass(frozen=True)
class Distribution:
    """The histogram of some numbers, in bins of equal width.

    Attributes
    ----------
    lowest, highest
        The smallest and the largest of them: where the first bin begins, and the last one ends.
    counts
        How many lie in each bin.
    """

    lowest: float
    highest: float
    counts: tuple[int, ...]

    @classmethod
    def of(cls, numbers: Array) -> Distribution | None:
        """Count numbers; None where there are none, or not all are finite.

        Examples
        --------
        >>> found = Distribution.of(np.array([0.0, 1.0, 1.0, 48.0]))
        >>> found.lowest, found.highest, found.counts[:3], sum(found.counts)
        (0.0, 48.0, (1, 2, 0), 4)
        """
        flat = np.asarray(numbers).ravel()
        if not flat.size:
            return None
        lowest, highest = float(flat.min()), float(flat.max())
        if not np.isfinite(highest - lowest):
            return None
        if lowest == highest:  # all in the middle one
            counts = np.zeros(BINS, np.int64)
            counts[BINS // 2] = flat.size
        else:
            wide = flat.astype(np.float64)
            counts, _ = np.histogram(wide, bins=BINS, range=(lowest, highest))
        return cls(lowest, highest, tuple(counts.tolist()))


ByLayer: TypeAlias = dict[str, Distribution]


def of_params(params: Mapping[str, Mapping[str, Any]]) -> ByLayer:
    """Return the distribution of each layer's weights; layers inside others by their path.

    Biases and statistics are left out. Layers whose weights are not all finite are left out too.

    Examples
    --------
    >>> params = {"hidden_1": {"kernel": np.eye(3), "bias": np.zeros(3)}, "dropout_1": {}}
    >>> sum(of_params(params)["hidden_1"].counts)
    9
    """
    arrays: dict[str, list[Array]] = {}
    for layer, own in params.items():
        for leaf, array in own.items():
            path, _, last = leaf.rpartition(".")
            if last.endswith("kernel"):
                name = f"{layer}.{path}" if path else layer
                arrays.setdefault(name, []).append(np.asarray(array).ravel())
    found = {
        name: Distribution.of(own[0] if len(own) == 1 else np.concatenate(own))
        for name, own in arrays.items()
    }
    return {name: one for name, one in found.items() if one is not None}


def recorded(folder: CheckpointFolder, steps: Iterable[int]) -> Iterator[tuple[int, ByLayer]]:
    """Yield the distributions of recorded states; damaged ones, and those let go, are passed over.

    Parameters
    ----------
    folder
        A run's checkpoints.
    steps
        After so many steps each, as ``folder.steps()`` lists them.
    """
    for step in steps:
        with suppress(ModelFileError):
            yield step, of_params(folder.params_of(step))


class OverTime:
    """Distributions of a run's states, of bounded number: of too many, every second one goes.

    Parameters
    ----------
    most
        So many states are kept at most.

    Examples
    --------
    >>> kept = OverTime(most=4)
    >>> for step in range(0, 60, 10):
    ...     kept.add(step, {})
    >>> kept.steps
    [0, 20, 40, 50]
    """

    def __init__(self, most: int = MOST_STATES) -> None:
        self._most = most
        self._states: list[tuple[int, ByLayer]] = []

    @property
    def steps(self) -> list[int]:
        """The steps whose states are kept, in their order."""
        return [step for step, _ in self._states]

    def add(self, step: int, layers: ByLayer) -> None:
        """Add a state; one of the same step makes room for it."""
        place = bisect.bisect_left(self._states, step, key=_step_of)
        is_known = place < len(self._states) and self._states[place][0] == step
        self._states[place : place + is_known] = [(step, layers)]
        if len(self._states) > self._most:
            # The newest one stays: it is what a person looks at.
            self._states = [*self._states[:-1:2], self._states[-1]]

    def forget_after(self, step: int) -> None:
        """Forget the states of later steps: the training goes on from this one."""
        del self._states[bisect.bisect_right(self._states, step, key=_step_of) :]

    @property
    def layers(self) -> list[str]:
        """The layers that any state has weights of; of one kind, by their numbers."""
        found = {name for _, layers in self._states for name in layers}
        return sorted(found, key=_with_numbers)

    def of(self, layer: str) -> list[tuple[int, Distribution]]:
        """Return a layer's distributions and their steps, in their order."""
        return [(step, layers[layer]) for step, layers in self._states if layer in layers]


def _step_of(state: tuple[int, ByLayer]) -> int:
    return state[0]


def _with_numbers(name: str) -> list[tuple[int, str]]:
    """Return what sorts ``hidden_2`` before ``hidden_10``."""
    parts = re.split(r"(\d+)", name)
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]
