"""What the steps of a run computed, found out once more where somebody asks for it.

Nothing of it is kept by a training, which it would slow down. It is computed from the run's states,
in the server, while the run stands still; what was computed of a step is kept.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Literal, TypeAlias

from pellucid import memory
from pellucid.training.distributions import Distribution, OverTime
from pellucid.training.run_folder import RunFolder
from pellucid.training.step_distributions import distributions_of_steps, steps_to_show
from pellucid.training.timeline import open_run

What: TypeAlias = Literal["gradients", "updates"]
# Each holds the data of its run while it computes.
_one_at_a_time = threading.Lock()


class Recomputed:
    """Distributions of the gradients and updates of a run's steps.

    Parameters
    ----------
    folder
        The run's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[What, OverTime] = {"gradients": OverTime(), "updates": OverTime()}
        self._done: set[int] = set()
        self._recorded: list[int] | None = None  # the states that there were the last time

    def distributions(
        self, what: What, layer: str | None
    ) -> tuple[list[str], list[tuple[int, Distribution]]]:
        """Return the layers with weights, and how a layer's gradients or updates are distributed.

        Parameters
        ----------
        what
            Which of them.
        layer
            The layer; None: the first one.

        Raises
        ------
        SourceNotFoundError, ModelFileError
            As `pellucid.open_run`.
        """
        with _one_at_a_time:
            recorded = RunFolder(self._folder).checkpoints.steps()
            if recorded != self._recorded:
                self._compute()
                self._recorded = recorded
            kept = self._kept[what]
            names = kept.layers
            wanted = layer if layer is not None or not names else names[0]
            return names, [] if wanted is None else kept.of(wanted)

    def _compute(self) -> None:
        timeline = open_run(self._folder)
        steps = [step for step in steps_to_show(timeline) if step not in self._done]
        for found in distributions_of_steps(timeline, steps):
            self._kept["gradients"].add(found.step, found.gradients)
            self._kept["updates"].add(found.step, found.updates)
            self._done.add(found.step)
        del timeline
        memory.give_back()
