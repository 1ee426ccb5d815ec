"""What the last step of a training changed: the update of every weight, from the run itself.

A model's file holds weights, not how they came about. The run does: its states are computed again,
bit for bit (`pellucid.training.timeline`), so the update is the difference of the state after the
step and the one before it. Cost: the data is prepared, and the steps since the nearest recorded
state are done once more.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.data.table import Array
from pellucid.errors import DataError
from pellucid.nn import Params
from pellucid.training.timeline import Timeline, open_run


@dataclass(frozen=True)
class LastUpdate:
    """The update that led to a state.

    Attributes
    ----------
    step
        So many steps were done after it.
    change
        What it added to each parameter, by layer and name, float32.
    """

    step: int
    change: dict[str, dict[str, Array]]


def last_update(
    run: str | Path, params: Params, *, step: int | None = None, source: Any = None
) -> LastUpdate:
    """Return what the last step before a run's model, or one of its states, changed.

    Parameters
    ----------
    run
        The run's folder.
    params
        The weights that it led to. Their run must come to the same ones, to the last bit.
    step
        After which step they were taken; None: the run's own model, which keeps the best epoch
        where rows were held back, and else the last step.
    source
        The data once more, where it was given in memory.

    Raises
    ------
    ModelFileError, SourceNotFoundError
        Where the run cannot be opened.
    DataError
        Where no step led to the weights: they are the first ones, or were changed since.

    Examples
    --------
    >>> import pellucid, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> model = pellucid.train("iris", hidden=(8,), epochs=3, run=folder)
    >>> found = last_update(folder, model.params)
    >>> found.step, found.change["hidden_1"]["kernel"].shape
    (24, (4, 8))
    """
    timeline = open_run(run, source=source)
    after = _step_of_model(timeline) if step is None else step
    if after <= timeline.first_step:
        raise DataError(
            "No step led to these weights: with them the training began.",
            expected="a state after at least one step",
        )
    stepper = timeline.at(step=after - 1)
    before = _copied(stepper.params)
    stepper.do_batch()
    now = _copied(stepper.params)
    if not _are_same(now, _copied(params)):
        raise DataError(
            f"The run's weights after step {after:,} are others than these.",
            where=str(run),
            expected="weights that nobody changed since",
        )
    change = {
        layer: {name: array - before[layer][name] for name, array in own.items()}
        for layer, own in now.items()
    }
    return LastUpdate(after, change)


def _step_of_model(timeline: Timeline) -> int:
    best = timeline.history.best
    if best is None:
        return timeline.last_step
    return timeline.at(epoch=timeline.history[best]["epoch"]).step


def _copied(params: Params) -> dict[str, dict[str, Array]]:
    return {
        layer: {name: np.array(array) for name, array in own.items()}
        for layer, own in params.items()
    }


def _are_same(one: dict[str, dict[str, Array]], other: dict[str, dict[str, Array]]) -> bool:
    if {layer: set(own) for layer, own in one.items() if own} != {
        layer: set(own) for layer, own in other.items() if own
    }:
        return False
    return all(
        np.array_equal(array, other[layer][name], equal_nan=True)
        for layer, own in one.items()
        for name, array in own.items()
    )
