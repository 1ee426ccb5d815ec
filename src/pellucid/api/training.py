"""Models made: trained, gone on with, or opened from a file.

Everything here delegates: training to :mod:`pellucid.training`, files to :mod:`pellucid.model`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pellucid.api.model import Model
from pellucid.model import load_model
from pellucid.training import run as runs
from pellucid.training.events import Callback, together
from pellucid.training.given import make_config


def train(
    source: Any,
    *,
    run: str | Path | None = None,
    callbacks: Sequence[Callback] = (),
    config: str | Path | None = None,
    **settings: Any,
) -> Model:
    """Train a network.

    Parameters
    ----------
    source
        A built-in name (``"digits"``, ``"iris"``, …), a file, a folder, a data frame, or
        arrays ``(X, y)``.
    run
        A folder for the run: settings, contract, events, checkpoints and the model. None
        writes nothing.
    callbacks
        Functions of one event (:mod:`pellucid.training.events`), called as things happen;
        raising ``pellucid.StopTraining`` in one ends the training.
    config
        A ``config.yaml`` to take settings from; those given here overrule it.
    **settings
        Any setting of :class:`pellucid.training.config.Config`: ``target``, ``hidden``,
        ``epochs``, ``learning_rate``, ``seed`` …; ``pellucid train --help`` lists them all.

    Returns
    -------
    Model
        The trained model. Test metrics are in ``model.metrics``.

    Raises
    ------
    SettingError
        Where a setting is unknown or out of its limits.
    DataError
        Where the data cannot be used.
    DivergedError
        Where training left the finite numbers.

    Examples
    --------
    >>> import pellucid
    >>> model = pellucid.train("iris", hidden=(16,), epochs=60, seed=1)
    >>> model.metrics["accuracy"] > 0.8
    True
    """
    made = make_config(source, config, settings)
    folder = None if run is None else Path(run).expanduser()
    faces = runs.Faces(together(callbacks))
    return Model(runs.start(made, faces, folder=folder, keep_run=run is not None).model)


def resume(
    run: str | Path, *, source: Any = None, test: Any = None, callbacks: Sequence[Callback] = ()
) -> Model:
    """Go on with an interrupted run; a finished one is only loaded.

    It ends in the same bits as if it had not been interrupted.

    Parameters
    ----------
    run
        The run's folder.
    source, test
        The data once more, where it was given in memory; it is held against the run's.
    callbacks
        As for `train`.

    Returns
    -------
    Model
        The trained model.

    Raises
    ------
    ModelFileError
        Where the folder is no run, or its data or settings have changed since.
    DivergedError
        Where training left the finite numbers.

    Examples
    --------
    >>> import pellucid, tempfile
    >>> folder = tempfile.mkdtemp() + "/iris"
    >>> first = pellucid.train("iris", hidden=(8,), epochs=3, run=folder)
    >>> pellucid.resume(folder).metrics == first.metrics
    True
    """
    faces = runs.Faces(together(callbacks))
    outcome = runs.resume(Path(run).expanduser(), faces, source=source, test=test)
    return Model(outcome.model) if isinstance(outcome, runs.Outcome) else load(run)


def load(path: str | Path) -> Model:
    """Open a model file, or the model of a run folder.

    Raises
    ------
    SourceNotFoundError
        Where there is no such file.
    ModelFileError
        Where it is damaged, no model file, or from a newer version.
    """
    return Model(load_model(Path(path).expanduser()))
