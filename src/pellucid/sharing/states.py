"""The recorded states of a run that go into an exported page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jax
import numpy as np

from pellucid.errors import PellucidError
from pellucid.model import TrainedModel
from pellucid.nn import Params
from pellucid.training.timeline import open_run

MOST_STATES = 6
# Numbers of all recorded states together: 3 MB as they are, 4 MB as text.
_MOST_NUMBERS = 750_000


@dataclass(frozen=True)
class State:
    """A network as it was after some steps of its training.

    Attributes
    ----------
    step
        How many steps were done.
    params
        The parameters.
    """

    step: int
    params: Params


def recorded_states(path: Path, trained: TrainedModel) -> list[State]:
    """Return a few states of a run, evenly spread, as many as keep the page small.

    None for what is no run folder, and none where the states cannot be opened: a page without
    them is whole as well.
    """
    if not path.is_dir():
        return []
    size = sum(int(np.size(leaf)) for leaf in jax.tree.leaves(trained.params))
    most = min(MOST_STATES, _MOST_NUMBERS // max(1, size) - 1)
    try:
        timeline = open_run(path)
        first, last = timeline.first_step, timeline.last_step
        # The last state is the finished network itself, or of an epoch that was not the best.
        steps = [first, *(step for step in timeline.recorded if first < step < last)]
        return [State(step, timeline.at(step=step).params) for step in spread(steps, most)]
    except PellucidError:
        return []


def spread(steps: Sequence[int], most: int) -> list[int]:
    """Choose at most so many of some steps, evenly by their place, the first among them.

    Examples
    --------
    >>> spread([0, 10, 20, 30, 40, 50], 3)
    [0, 20, 40]
    >>> spread([5], 3), spread([], 3), spread([1, 2], 0)
    ([5], [], [])
    """
    if most < 1:
        return []
    return list(steps[:: math.ceil(len(steps) / most)]) if steps else []
