"""When a run's checkpoints are written, and what happens where they cannot be."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from pellucid.errors import OutputError
from pellucid.training.run_folder import RunFolder
from pellucid.training.trainer import Trainer

_EVERY_SECONDS = 10.0


class Keeper:
    """Writes checkpoints: now and then, at the end, and when something stops the run.

    A checkpoint that cannot be written does not end the training: the person is told, and
    the last one that was written stays.
    """

    def __init__(
        self, trainer: Trainer, folder: RunFolder | None, note: Callable[[str, bool], None]
    ) -> None:
        self._trainer = trainer
        self._folder = folder
        self._note = note
        self._last = time.perf_counter()
        self._path: Path | None = None
        self._warned = False

    def now_and_then(self) -> None:
        """Write one where the last one is some seconds old."""
        if time.perf_counter() - self._last >= _EVERY_SECONDS:
            self.now()

    def now(self) -> None:
        """Write one, where there is a folder for it."""
        if self._folder is None:
            return
        try:
            self._path = self._folder.checkpoints.write(self._trainer.checkpoint())
        except OutputError as error:
            if not self._warned:
                self._note(f"No checkpoint could be written: {error.what}", True)
            self._warned = True
        self._last = time.perf_counter()

    def where(self) -> str | None:
        """Say where the last good state lies, or None where nothing was written."""
        return None if self._path is None else f"the last good state is kept in {self._path}"
