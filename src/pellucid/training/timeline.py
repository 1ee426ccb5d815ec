"""A recorded run as a timeline: it can be opened at any step that it passed through."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pellucid import memory
from pellucid.errors import ModelFileError, SettingError
from pellucid.training.checkpoints import Checkpoint
from pellucid.training.clustering.session import ClusteringSession
from pellucid.training.config import Config
from pellucid.training.history import History
from pellucid.training.retracing import Retracer
from pellucid.training.run import session_again
from pellucid.training.run_folder import RunFolder
from pellucid.training.session import Session
from pellucid.training.stepper import Stepper


class Timeline:
    """A recorded run, which can be opened at any step.

    Made by :func:`pellucid.open_run`. Nothing is written into the run.

    Parameters
    ----------
    retracer
        Goes the run's way.
    config
        The run's settings.
    damaged
        The checkpoints that were passed over, and what is wrong with each.

    Attributes
    ----------
    config
        The run's settings.
    damaged
        By file: checkpoints that were passed over, and what is wrong with each. More may be found
        while the run is opened at its steps.
    """

    def __init__(self, retracer: Retracer, config: Config, damaged: dict[Path, str]) -> None:
        self.config = config
        self.damaged = damaged
        self._retracer = retracer

    @property
    def last_step(self) -> int:
        """The last step that was recorded."""
        return self._retracer.last_step

    @property
    def first_step(self) -> int:
        """The step of the first state: 0, or where a branch began."""
        return self._retracer.first_step

    @property
    def first_epoch(self) -> int:
        """The first epoch at whose end there is a state; 0 but for a branch."""
        return self._retracer.first_epoch

    @property
    def epochs(self) -> int:
        """How many whole epochs were recorded."""
        return self._retracer.epochs_done

    @property
    def steps_per_epoch(self) -> int:
        """How many steps an epoch has."""
        return self._retracer.progress.steps_per_epoch

    @property
    def recorded(self) -> list[int]:
        """The steps whose states lie on the disk; those between are computed from them."""
        return self._retracer.recorded_steps

    @property
    def history(self) -> History:
        """One entry for each whole epoch recorded."""
        last = self._retracer.last
        return History([] if last is None else last.progress.history)

    def step_of(self, epoch: int) -> int:
        """Return the step after so many whole epochs."""
        return self._retracer.step_of(epoch)

    def at(self, *, step: int | None = None, epoch: int | None = None) -> Stepper:
        """Open the run at a step, or at the end of an epoch, counted from 1.

        The nearest recorded state at or before it is loaded, and the steps between are done again:
        the result is, bit for bit, the state that the training passed through.

        Parameters
        ----------
        step
            So many steps were done: 0 is before the first one.
        epoch
            So many whole epochs were done; one of the two is given.

        Raises
        ------
        SettingError
            Where the run has not come so far, or not exactly one of the two is given.
        """
        if (step is None) == (epoch is None):
            raise SettingError(
                "A run is opened at a step or at an epoch.", expected="one of step=… and epoch=…"
            )
        first_epoch = self._retracer.first_epoch
        if epoch is not None and not first_epoch <= epoch <= self.epochs:
            raise SettingError(
                f"The run has no state after epoch {epoch:,}.",
                expected=f"an epoch from {first_epoch:,} to {self.epochs:,}",
            )
        step = self._retracer.step_of(epoch) if epoch is not None else step
        assert step is not None  # noqa: S101 -- one of the two is given
        if not self.first_step <= step <= self.last_step:
            raise SettingError(
                f"The run has no step {step:,}.",
                expected=f"a step from {self.first_step:,} to {self.last_step:,}",
            )
        with memory.limited_to(self.config.memory):
            self._retracer.go_to(step)
        return Stepper(self._retracer, self._retracer.checkpoint())

    def standing_at(self, checkpoint: Checkpoint) -> Stepper:
        """Return a training that stands at a state of this run, recorded or not."""
        return Stepper(self._retracer, checkpoint)

    def __repr__(self) -> str:
        return (
            f"<Timeline: {self.last_step:,} steps, {self.epochs:,} epochs, "
            f"{len(self.recorded):,} states on the disk>"
        )


def open_run(run: str | Path, *, source: Any = None, test: Any = None) -> Timeline:
    """Open a recorded run, finished or not, at any of its steps.

    Parameters
    ----------
    run
        The run's folder.
    source, test
        The data once more, where it was given in memory.

    Raises
    ------
    SourceNotFoundError, ModelFileError
        Where the folder is no run, where it is a clustering, which keeps no states, or where data
        or settings have changed since.

    Examples
    --------
    >>> import pellucid, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> model = pellucid.train("iris", hidden=(8,), epochs=3, run=folder)
    >>> training = pellucid.open_run(folder).at(epoch=2)
    >>> training.do_operation().outputs.shape, training.next_operation
    ((16, 3), 'loss')
    >>> training.do_epoch()
    >>> training.epoch, training.is_at_end
    (3, True)
    """
    folder = RunFolder.existing(Path(run).expanduser())
    session = session_again(folder, "pellucid.open_run", source=source, test=test)
    return timeline_of(session, folder)


def timeline_of(session: Session | ClusteringSession, folder: RunFolder) -> Timeline:
    """Open a recorded run whose data a session has prepared already; raises as `open_run`."""
    if isinstance(session, ClusteringSession):
        raise ModelFileError(
            f"The run in {folder.path} is a clustering, which keeps no states on its way.",
            expected="a run that learned a target",
        )
    damaged: dict[Path, str] = {}
    with memory.limited_to(session.config.memory):
        retracer = Retracer(session, folder, damaged.__setitem__)
    return Timeline(retracer, session.config, damaged)
