"""The line people write: ``pellucid.tune``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pellucid.errors import SettingError
from pellucid.training.events import Callback, together
from pellucid.training.given import make_config
from pellucid.training.telling import Faces
from pellucid.tuning import running
from pellucid.tuning.options import check_trials
from pellucid.tuning.result import TuningResult


def tune(
    source: Any = None,
    *,
    trials: int | None = None,
    run: str | Path | None = None,
    resume: str | Path | None = None,
    callbacks: Sequence[Callback] = (),
    config: str | Path | None = None,
    **settings: Any,
) -> TuningResult:
    """Search the settings that suit the data best, and train a network with them.

    Trials are scored on rows that their networks did not learn from, never on the test rows. The
    first one has the defaults, so that the best one is at least as good as they are on these rows.
    Needs Optuna: ``pip install "pellucid[tune]"``.

    Parameters
    ----------
    source
        As for `pellucid.train`: a name, a file, a folder, a frame, or arrays ``(X, y)``.
    trials
        How many choices of settings are tried; 30 where nothing is said.
    run
        A folder in which every trial is kept as soon as it ends, and at the end the trained model
        and its ``config.yaml``. None writes nothing.
    resume
        The folder of an interrupted search, to go on with; everything else is taken from it. Data
        that was given in memory is given once more, as ``source`` and ``test``.
    callbacks
        Functions of one event, called as things happen (`pellucid.tuning.searching`); raising
        ``pellucid.StopTraining`` in one ends the search with the best trial so far.
    config
        A ``config.yaml`` to take settings from; those given here overrule it.
    **settings
        Settings of the training. Those given are not searched. ``time_limit`` is one for
        everything, the training at the end included.

    Returns
    -------
    TuningResult
        ``print`` shows it; ``model`` is the trained model, ``frame`` a table of the trials.

    Raises
    ------
    SettingError
        Where a setting cannot be used, nothing is left to search, or Optuna is not installed.
    DataError
        Where the data cannot be used.
    ModelFileError
        Where ``resume`` is no search, or the data has changed since.
    DivergedError
        Where all trials left the finite numbers.

    Examples
    --------
    >>> import pellucid
    >>> result = pellucid.tune("iris", trials=2, epochs=5, hidden=(8,), batch_size=32)
    >>> [trial.number for trial in result.trials], "learning_rate" in result.trials[1].settings
    ([1, 2], True)
    >>> result.model.metrics["accuracy"] == result.report["metrics"]["accuracy"]
    True
    """
    faces = Faces(together(callbacks))
    if resume is not None:
        test = settings.pop("test", None)
        if settings or run is not None or trials is not None or config is not None:
            raise SettingError(
                "resume takes all settings from the search itself.",
                remedy=f"pellucid.tune(resume={str(resume)!r})",
            )
        return running.resume(Path(resume).expanduser(), faces, source=source, test=test)
    made = make_config(source, config, settings)
    folder = None if run is None else Path(run).expanduser()
    return running.start(made, check_trials(trials), faces, folder=folder, keep_run=run is not None)
