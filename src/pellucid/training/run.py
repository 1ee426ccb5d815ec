"""Beginning a run, going on with one, and settling one without training."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pellucid.errors import InterruptedTrainingError, ModelFileError
from pellucid.training.clustering.session import ClusteringSession
from pellucid.training.clustering.settings import is_clustering
from pellucid.training.config import Config
from pellucid.training.given import given_again
from pellucid.training.run_folder import RunFolder
from pellucid.training.session import Outcome, Session
from pellucid.training.telling import Faces


def start(
    config: Config,
    faces: Faces | None = None,
    *,
    folder: Path | None = None,
    keep_run: bool = True,
) -> Outcome:
    """Train from the beginning.

    Parameters
    ----------
    config
        The settings.
    faces
        Who is told, and who may stop it.
    folder
        The run folder; None: the next free ``runs/<source>-<n>``.
    keep_run
        Whether a run folder is written at all.

    Raises
    ------
    SettingError, DataError
        Where a setting or the data cannot be used; nothing is left behind.
    OutputError
        Where the run folder cannot be written.
    DivergedError
        Where training left the finite numbers; a checkpoint of the last good state is kept.
    InterruptedTrainingError
        Where ``should_stop`` said so; a checkpoint is kept.
    """
    session = session_of(config, faces or Faces())
    if not keep_run:
        return session.train(None)
    run_folder = RunFolder.create(folder, session.name)
    with run_folder.removed_if_unused():
        data = session.data_hash() if config.is_in_memory else None
        run_folder.begin(session.config, session.reasons, session.contract, data=data)
    with run_folder.locked():
        return session.train(run_folder)


def resume(
    path: Path, faces: Faces | None = None, *, source: Any = None, test: Any = None
) -> Outcome | dict[str, Any]:
    """Go on with a run from its newest whole checkpoint.

    Parameters
    ----------
    path
        The run's folder.
    faces
        Who is told, and who may stop it.
    source, test
        The data once more, where it was given in memory.

    Returns
    -------
    Outcome or dict
        The outcome; for a run that was already finished, its report.

    Raises
    ------
    ModelFileError
        Where the folder is no run, or its data or settings have changed since.
    InterruptedTrainingError
        Where ``should_stop`` said so.
    """
    run_folder = RunFolder.existing(Path(path))
    finished = run_folder.report()
    if finished is not None:
        return finished
    try:
        session = session_again(run_folder, "pellucid.resume", faces, source=source, test=test)
    except InterruptedTrainingError as error:  # before it went on: the run is as it was
        error.remedy = f"go on with: pellucid train --resume {path}"
        raise
    session.reasons = {**run_folder.record().reasons, **session.reasons}
    with run_folder.locked():
        run_folder.go_on()
        return session.train(run_folder, going_on=True)


def session_of(config: Config, faces: Faces) -> Session | ClusteringSession:
    """Prepare the work that the settings ask for.

    Raises
    ------
    SettingError
        Where a number of clusters is given for another task.
    """
    if is_clustering(config):
        return ClusteringSession(config, faces)
    return Session(config, faces)


def session_again(
    folder: RunFolder,
    function: str,
    faces: Faces | None = None,
    *,
    source: Any = None,
    test: Any = None,
) -> Session | ClusteringSession:
    """Prepare the work of a recorded run once more.

    Parameters
    ----------
    folder
        The run.
    function
        The function of Python that takes the run, and ``source`` and ``test`` besides.
    faces
        Who is told, and who may stop it.
    source, test
        The data once more, where it was given in memory.

    Raises
    ------
    ModelFileError
        Where data that was given in memory is not given again, or other data is.
    """
    call = f"{function}({str(folder.path)!r}"
    config = given_again(folder.config(), source, test, where=folder.path, call=call)
    session = session_of(config, faces or Faces())
    expected = folder.record().data
    if expected is not None and session.data_hash() != expected:
        raise ModelFileError(
            "The data is not that which the run was trained with.",
            where=str(folder.path),
            expected="the same rows in the same order, for training and for the test",
        )
    return session


def plan_only(
    config: Config, should_stop: Callable[[], bool] = lambda: False
) -> tuple[Config, dict[str, str]]:
    """Settle every setting without training; return them with the reasons."""
    session = session_of(config, Faces(should_stop=should_stop))
    return session.config, session.reasons


__all__ = ["Faces", "Outcome", "RunFolder", "Session", "plan_only", "resume", "start"]
