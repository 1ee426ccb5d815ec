"""When a run's checkpoints are written, and what happens where they cannot be."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from pellucid.errors import OutputError
from pellucid.training.run_folder import RunFolder
from pellucid.training.trainer import Trainer

# One is written where the last is so old: as often as its cost of a hundredth of the time allows.
_LEAST_SECONDS = 1.0
_MOST_SHARE = 0.01
# What the first takes is not known yet: four arrays of floats, the weights, the best ones and what
# the optimizer remembers, at 160 MB a second (docs/reliability.md).
_SECONDS_A_PARAMETER = 1e-7


class Keeper:
    """Writes checkpoints: now and then, at the end, and when something stops the run.

    Between them lies a second at least, and a hundred times what writing the last one took (the
    first: what it is expected to take). So a
    kill costs little of what was learned, and keeping costs little of the time.

    A checkpoint that cannot be written does not end the training: the person is told, and
    the last one that was written stays.
    """

    def __init__(
        self,
        trainer: Trainer,
        folder: RunFolder | None,
        note: Callable[[str, bool], None],
        n_parameters: int = 0,
    ) -> None:
        self._trainer = trainer
        self._folder = folder
        self._note = note
        self._last = time.perf_counter()
        self._took = _SECONDS_A_PARAMETER * n_parameters
        self._path: Path | None = None
        self._warned = False

    def now_and_then(self) -> None:
        """Write one where the last one is old enough."""
        wait = max(_LEAST_SECONDS, self._took / _MOST_SHARE)
        if time.perf_counter() - self._last >= wait:
            self.now()

    def now(self) -> None:
        """Write one, where there is a folder for it."""
        if self._folder is None:
            return
        began = time.perf_counter()
        try:
            self._path = self._folder.checkpoints.write(self._trainer.checkpoint())
        except OutputError as error:
            if not self._warned:
                self._note(f"No checkpoint could be written: {error.what}", True)
            self._warned = True
        self._last = time.perf_counter()
        self._took = self._last - began

    def where(self) -> str | None:
        """Say where the last good state lies, or None where nothing was written."""
        return None if self._path is None else f"the last good state is kept in {self._path}"
