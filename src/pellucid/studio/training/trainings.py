"""The runs of the working folder, and the one process that works on one of them.

A training takes all cores, and a person watches one: so there is one process at a time. What stands
still makes room for what is begun; what computes does not.
"""

from __future__ import annotations

import re
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pellucid.studio.messages.training import State
from pellucid.studio.refusals import RefusedError
from pellucid.studio.training.live import LiveRun
from pellucid.training.config import CHANGED_BY_BRANCHES, Config
from pellucid.training.run_folder import RunFolder
from pellucid.training.run_list import RunSummary, runs_in, summary_of

_SECONDS_TO_OPEN = 120.0


class Trainings:
    """The runs, by the names of their folders.

    Parameters
    ----------
    root
        The folder that runs lie in; made with the first one.
    put_model
        Called with the folder of a run that has finished; returns its model's id.
    put_state
        Called with the file of a state and its run's folder; returns its id.
    """

    def __init__(
        self,
        root: Path,
        put_model: Callable[[Path], str],
        put_state: Callable[[Path, Path], str],
    ) -> None:
        self.root = root
        self._put_model = put_model
        self._put_state = put_state
        self._live: dict[str, LiveRun] = {}
        # One training begins at a time, which may have to wait for the end of another; what is
        # known of the runs can be asked meanwhile.
        self._beginning = threading.RLock()
        self._lock = threading.RLock()
        self._private: tempfile.TemporaryDirectory[str] | None = None
        self._n_states = 0
        self._is_closed = False

    def summaries(self) -> list[RunSummary]:
        """Return all runs of the folder, the oldest first."""
        return runs_in(self.root) if self.root.is_dir() else []

    def run(self, name: str) -> LiveRun:
        """Return a run by its folder's name.

        Raises
        ------
        RefusedError
            Where there is none.
        """
        with self._lock:
            if name in self._live:
                return self._live[name]
            known = [summary.name for summary in self.summaries()]
            if name not in known:
                raise RefusedError(
                    404, "There is no such run.", where=name[:80], remedy="see the list of runs"
                )
            state = _state_of(summary_of(self.root / name))
            found = LiveRun(self.root / name, state, self._put_model)
            self._live[name] = found
            return found

    def summed_up(self, summary: RunSummary) -> LiveRun:
        """Return the run of a summary; one that the command line went on with is read anew."""
        with self._lock:
            known = self._live.get(summary.name)
            if known is not None and not known.is_open and known.state != _state_of(summary):
                del self._live[summary.name]
        return self.run(summary.name)

    def start(self, name: str, settings: dict[str, Any]) -> LiveRun:
        """Begin a training.

        Parameters
        ----------
        name
            What the data is called; the run is the next free ``<name>-<n>``.
        settings
            Of the training, its source among them.

        Raises
        ------
        RefusedError
            Where another training computes.
        SettingError
            Where a setting cannot be used.
        OutputError
            Where no folder can be made.
        """
        Config.make(**settings)  # wrong ones are refused before a folder is made
        with self._beginning:
            self._make_room()
            return self._begun(name, {"what": "start", "settings": settings})

    def branch(self, parent: str, step: int, settings: dict[str, Any]) -> LiveRun:
        """Go on from a step of a run with other settings; raises as `start`."""
        unknown = [name for name in settings if name not in CHANGED_BY_BRANCHES]
        if unknown:
            raise RefusedError(
                400,
                f"{unknown[0][:40]!r} cannot change in the middle of a training.",
                expected=", ".join(CHANGED_BY_BRANCHES),
            )
        Config.make(**settings)
        with self._beginning:
            origin = self.run(parent)
            self._make_room(origin)
            job = {"parent": str(origin.folder), "step": step, "settings": settings}
            return self._begun(re.sub(r"-\d+$", "", parent), {"what": "branch", **job})

    def go_on(self, name: str) -> LiveRun:
        """Let a run go on, in its process or in a new one; raises as `start`."""
        run = self.run(name)
        with self._beginning:
            if not run.is_open:
                self._make_room(run)
                self._give(run, {"what": "resume"})
                return run
        run.order("go_on")
        return run

    def opened(self, name: str) -> LiveRun:
        """Return a run that a process shows; one that none holds is opened.

        Raises
        ------
        RefusedError
            Where another training computes.
        SettingError
            Where it cannot be opened.
        """
        run = self.run(name)
        with self._beginning:
            if not run.is_open:
                self._make_room(run)
                self._give(run, {"what": "open"})
        if not run.is_busy:
            run.wait_until_shown(_SECONDS_TO_OPEN)
        return run

    def look_into(self, name: str) -> str:
        """Put the state that a run is looked at into the shelf; return its id."""
        run = self.opened(name)
        with self._lock:
            if self._private is None:
                self._private = tempfile.TemporaryDirectory(prefix="pellucid-states-")
            self._n_states += 1
            path = Path(self._private.name) / f"{self._n_states}.pellucid"
        run.order("save", path=str(path))
        return self._put_state(path, run.folder)

    def close(self) -> list[str]:
        """Stop every process; return the runs that can go on."""
        with self._lock:
            self._is_closed = True
            open_runs = [run for run in self._live.values() if run.is_open]
        for run in open_runs:
            run.stop()
        if self._private is not None:
            self._private.cleanup()
        return [str(run.folder) for run in open_runs if run.run().state == "interrupted"]

    def _make_room(self, own: LiveRun | None = None) -> None:
        """End the process that stands still; raises RefusedError where another one computes."""
        with self._lock:
            self._refuse_closed()
            known = list(self._live.values())
        for run in known:
            if run.is_busy and run is not own:
                raise RefusedError(
                    409,
                    f"{run.folder.name} is being trained.",
                    remedy="pause or stop it first; it can go on later",
                )
        for run in known:
            run.stop()

    def _begun(self, name: str, job: dict[str, Any]) -> LiveRun:
        """Give a job to a new run."""
        with self._lock:
            self._refuse_closed()
            folder = RunFolder.create(None, name, self.root).path
            run = self._live[folder.name] = LiveRun(folder, "starting", self._put_model)
            self._give(run, job)
            return run

    def _give(self, run: LiveRun, job: dict[str, Any]) -> None:
        with self._lock:  # whoever closes the studio sees each process that was started
            self._refuse_closed()
            run.give({**job, "folder": str(run.folder)})

    def _refuse_closed(self) -> None:
        if self._is_closed:
            raise RefusedError(409, "The studio is closing.")


def _state_of(summary: RunSummary) -> State:
    """Return what a run is that no process of the studio works on, though another may."""
    running = summary.state == "running"
    return "interrupted" if running else summary.state  # type: ignore[return-value]  # the rest
