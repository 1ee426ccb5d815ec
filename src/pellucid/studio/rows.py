"""The rows of runs: found once for all models of a run that are looked into."""

from __future__ import annotations

import threading
from pathlib import Path
from weakref import WeakValueDictionary

from pellucid.inspection.known_rows import KnownRows, find_rows
from pellucid.model import TrainedModel
from pellucid.studio.writing import to_json


class RowsOfRuns:
    """The rows of runs.

    A run's states learned from the same rows. To find them opens the data: of 60,000 images that
    takes a second or two, and 40 MB for each state. They are kept as long as one of the models
    that have them.
    """

    def __init__(self) -> None:
        self._known: WeakValueDictionary[tuple[Path, bytes], KnownRows] = WeakValueDictionary()
        self._lock = threading.Lock()

    def of(self, run: Path, trained: TrainedModel) -> KnownRows:
        """Return the rows of a run's model or of one of its states; raises as `find_rows`.

        Parameters
        ----------
        run
            The run's folder.
        trained
            The model.
        """
        # The settings belong to it: in a folder that was removed, another run may lie by now.
        key = run, to_json(trained.made.get("settings"))
        with self._lock:
            found = self._known.get(key)
            if found is None:
                found = self._known[key] = find_rows(trained)
            return found
