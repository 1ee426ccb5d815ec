"""How the gradients and the updates of a run's steps are distributed, layer by layer.

A run keeps states, not what its steps computed. The step that begins at a recorded state is done
once more (`pellucid.training.stepper`), so nothing is computed while the run trains. Cost: the
data is prepared, and one step is computed for each state, besides the time to compile it once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pellucid.errors import DivergedError
from pellucid.training.distributions import ByLayer, of_params
from pellucid.training.timeline import Timeline

# A training that took no longer than this is done again for the ends of its epochs.
_SHORT_SECONDS = 5.0
_MOST_EPOCHS = 40


@dataclass(frozen=True)
class StepDistributions:
    """What one step computed, by layer; biases are left out, as of weights.

    Attributes
    ----------
    step
        The step, counted from 0: so many were done before it.
    gradients
        The derivatives of its batch's loss by the weights, as they were before it.
    updates
        What it added to the weights; empty where it left the finite numbers.
    """

    step: int
    gradients: ByLayer
    updates: ByLayer


def distributions_of_steps(timeline: Timeline, steps: Iterable[int]) -> Iterator[StepDistributions]:
    """Yield how gradients and updates of a run's steps were distributed.

    Parameters
    ----------
    timeline
        The run.
    steps
        Which steps, counted from 0. After the last epoch there is none, which is passed over.

    Raises
    ------
    SettingError
        For a step that the run has not come to.

    Examples
    --------
    >>> import pellucid, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> model = pellucid.train("iris", hidden=(8,), epochs=3, run=folder)
    >>> found = next(distributions_of_steps(pellucid.open_run(folder), [0]))
    >>> sum(found.gradients["hidden_1"].counts), sum(found.updates["hidden_1"].counts)
    (32, 32)
    """
    for step in steps:
        stepper = timeline.at(step=step)
        if stepper.is_at_end:
            continue
        for _ in ("forward", "loss", "backward"):
            trace = stepper.do_operation()
        assert trace.gradients is not None  # noqa: S101 -- known after "backward"
        gradients, updates = of_params(trace.gradients), ByLayer()
        try:
            change = stepper.do_operation().change
        except DivergedError:
            pass
        else:
            assert change is not None  # noqa: S101 -- known after "update"
            updates = of_params(change)
        yield StepDistributions(step, gradients, updates)


def steps_to_show(timeline: Timeline) -> list[int]:
    """Return the steps that begin at recorded states, and of a short training those after epochs.

    Examples
    --------
    >>> import pellucid, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> model = pellucid.train("iris", hidden=(8,), epochs=3, run=folder)
    >>> steps_to_show(pellucid.open_run(folder))
    [0, 8, 16, 24]
    """
    first = timeline.first_step
    found = {first, *(step for step in timeline.recorded if step >= first)}
    if sum(entry["seconds"] for entry in timeline.history) <= _SHORT_SECONDS:
        epochs = range(timeline.first_epoch, timeline.epochs + 1)
        spread = epochs[:: math.ceil(len(epochs) / _MOST_EPOCHS)]
        found |= {timeline.step_of(epoch) for epoch in spread}
    return sorted(found)
