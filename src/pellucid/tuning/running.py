"""Beginning a search, going on with one, and the training with the best settings at its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pellucid import memory
from pellucid.errors import DivergedError, InterruptedTrainingError, ModelFileError
from pellucid.model import TrainedModel
from pellucid.training.config import Config
from pellucid.training.events import Event, Note, PhaseStarted, StepsDone
from pellucid.training.given import given_again
from pellucid.training.preparation import Prepared
from pellucid.training.run_folder import RunFolder
from pellucid.training.session import Session, plain_settings
from pellucid.training.telling import Faces
from pellucid.tuning.folder import SearchFolder
from pellucid.tuning.ground import Ground, fingerprint
from pellucid.tuning.options import refuse_clustering
from pellucid.tuning.result import TuningResult
from pellucid.tuning.sampling import require_optuna
from pellucid.tuning.searching import Search, SearchPlanned, refuse_too_short
from pellucid.tuning.space import Dimension, space_of
from pellucid.tuning.trial import Trial

# What these are changes no trial: where the data lies is told by what it holds.
_NOT_COMPARED = {"source", "test", "time_limit", "memory"}


def start(
    config: Config,
    trials: int,
    faces: Faces | None = None,
    *,
    folder: Path | None = None,
    keep_run: bool = True,
) -> TuningResult:
    """Search from the beginning, and train with the best settings.

    Parameters
    ----------
    config
        The settings. What is set is not searched; the time limit is for everything.
    trials
        How many trials there are to be.
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
        Where all trials left the finite numbers.
    InterruptedTrainingError
        Where ``should_stop`` said so; all trials that ended are kept.
    """
    ground = _Prepared.of(config, faces or Faces())
    with memory.limited_to(config.memory):
        refuse_too_short(ground.ground, ground.config, time.perf_counter() - ground.began)
        if not keep_run:
            return _search(ground, trials, None)
        run = RunFolder.create(folder, ground.session.name)
        kept = SearchFolder(run)
        with run.removed_if_unused():
            kept.begin(config, trials, ground.fingerprint, [d.to_dict() for d in ground.space])
        with kept.locked():
            return _search(ground, trials, kept)


def resume(
    path: Path, faces: Faces | None = None, *, source: Any = None, test: Any = None
) -> TuningResult:
    """Go on with a search, from the trials that ended; of a finished one, return what came out.

    Parameters
    ----------
    path
        The search's folder.
    faces
        Who is told, and who may stop it.
    source, test
        The data once more, where it was given in memory.

    Raises
    ------
    ModelFileError
        Where the folder is no search's, or its data or defaults have changed since.
    """
    folder = SearchFolder.existing(path)
    finished = folder.result()
    if finished is not None:
        return TuningResult.from_dict(finished)
    config, trials, expected = folder.search()
    call = f"pellucid.tune(resume={str(path)!r}"
    config = given_again(config, source, test, where=path, call=call)
    with folder.locked():
        ground = _Prepared.of(config, faces or Faces())
        if ground.fingerprint != expected:
            raise ModelFileError(
                "The data or the defaults have changed since the search was interrupted.",
                where=str(path),
                expected="the same data, and the version of pellucid that began the search",
                remedy="begin anew: pellucid tune SOURCE",
            )
        with memory.limited_to(config.memory):
            return _search(ground, trials, folder)


@dataclass
class _Prepared:
    """Data, defaults and space of a search.

    Attributes
    ----------
    given, session
        The settings as given, and a session that read the data and settled them.
    ground, space
        What trials see of the data, and what is searched.
    faces, notes
        Who is told, and what was said of the data.
    began
        When the person started to wait.
    """

    given: Config
    session: Session
    ground: Ground
    space: tuple[Dimension, ...]
    faces: Faces
    notes: list[Note]
    began: float = field(default_factory=time.perf_counter)

    @classmethod
    def of(cls, config: Config, faces: Faces) -> _Prepared:
        refuse_clustering(config)
        require_optuna()
        began = time.perf_counter() if faces.began is None else faces.began
        notes: list[Note] = []

        def hear(event: Event) -> None:
            if isinstance(event, Note):
                notes.append(event)
            faces.emit(event)

        # The limit is the search's own: it must not cut what is done on the way.
        session = Session(config.replace(time_limit=None), replace(faces, emit=hear))
        with memory.limited_to(config.memory):
            ground = Ground.of(session.prepared)
            space = space_of(config, session.config, session.prepared)
        return cls(config, session, ground, space, faces, notes, began)

    @property
    def config(self) -> Config:
        """The defaults, with the search's time limit."""
        return self.session.config.replace(time_limit=self.given.time_limit)

    @property
    def fingerprint(self) -> str:
        """The hash of all that a search depends on."""
        settings = self.session.config.set_values()
        compared = {name: settings[name] for name in settings if name not in _NOT_COMPARED}
        if any(block.bags for block in self.ground.blocks):
            compared["texts"] = "weighed anew for each fold"  # which version 0.1.0 did not do
        test = self.session.prepared.test
        return fingerprint(compared, self.space, ground=self.ground, test=test)

    def prepare(self, config: Config, note: Callable[[str, bool], None]) -> Prepared:
        """Give a training at the end the data that was read already, and what was said of it."""
        for told in self.notes:
            note(told.text, told.warning)
        return self.session.prepared


def _search(prepared: _Prepared, wanted: int, folder: SearchFolder | None) -> TuningResult:
    done = [] if folder is None else folder.trials()[:wanted]
    before = done[-1].elapsed if done else 0.0
    search = Search(
        config=prepared.config,
        space=prepared.space,
        ground=prepared.ground,
        wanted=wanted,
        folder=folder,
        emit=prepared.faces.emit,
        should_stop=prepared.faces.should_stop,
        began=prepared.began - before,
        trials=done,
    )
    space = [dimension.to_dict() for dimension in prepared.space]
    ground = prepared.ground
    prepared.faces.emit(SearchPlanned(space, wanted, len(done), ground.way, ground.n_scored))
    ended = None if folder is None else folder.ended()
    if ended is None:
        ended = search.run()
    best = search.best
    try:
        trained, report = _train_best(prepared, best, len(search.trials), folder)
        prepared.faces.emit(PhaseStarted("defaults"))
        reference = report if best.number == 1 else _train_defaults(prepared)
    except InterruptedTrainingError:
        raise search.interrupted() from None
    result = _result(prepared, search, ended, report, reference)
    if folder is not None:
        folder.finish(result.to_dict())
    return replace(result, trained=trained)


def _train_best(
    prepared: _Prepared, best: Trial, n_trials: int, folder: SearchFolder | None
) -> tuple[TrainedModel | None, dict[str, Any]]:
    """Train an ordinary run with the best settings; one that is done already is only told of."""
    run = None if folder is None else folder.run
    going_on = folder is not None and folder.is_training
    if run is not None and (finished := run.report()) is not None:
        return None, finished
    settings = prepared.session.config.replace(**best.settings)
    faces = replace(prepared.faces, emit=_without_notes(prepared.faces), began=time.perf_counter())
    session = Session(settings, faces, prepared.prepare)
    why = f"trial {best.number} of {n_trials}, the best on rows that were not learned from"
    session.reasons = prepared.session.reasons | dict.fromkeys(best.settings, why)
    if run is not None:
        if going_on:
            run.go_on()
        else:
            data = session.data_hash() if session.config.is_in_memory else None
            run.begin(session.config, session.reasons, session.contract, data=data)
    outcome = session.train(run, going_on=going_on)
    return outcome.model, outcome.report


def _train_defaults(prepared: _Prepared) -> dict[str, Any] | None:
    """Train with the defaults, for their test score; None where that leaves the finite numbers."""

    def hear(event: Event) -> None:
        if isinstance(event, StepsDone):
            prepared.faces.emit(event)

    faces = replace(prepared.faces, emit=hear, began=time.perf_counter())
    session = Session(prepared.session.config, faces, prepared.prepare)
    try:
        return session.train(None).report
    except DivergedError:
        return None


def _without_notes(faces: Faces) -> Callable[[Event], None]:
    """Return what passes on all but notes of the data, which were told before the search."""
    in_data = True

    def emit(event: Event) -> None:
        nonlocal in_data
        if isinstance(event, PhaseStarted) and event.phase not in ("start", "data"):
            in_data = False
        if not (in_data and isinstance(event, Note)):
            faces.emit(event)

    return emit


def _result(
    prepared: _Prepared,
    search: Search,
    ended: str,
    report: dict[str, Any],
    reference: dict[str, Any] | None,
) -> TuningResult:
    kept = ("metrics", "intervals", "epochs", "seconds")
    return TuningResult(
        source=report["source"],
        origin=report["origin"],
        target=report["target"],
        task=report["task"],
        score_name=search.score_name(),
        way=prepared.ground.way,
        n_scored=prepared.ground.n_scored,
        trials=tuple(search.trials),
        wanted=search.wanted,
        space=prepared.space,
        best_number=search.best.number,
        importance=search.sampler.importance(search.trials),
        settings=plain_settings(
            prepared.session.config.replace(**search.best.settings).set_values()
        ),
        report=report,
        defaults=None if reference is None else {name: reference[name] for name in kept},
        ended=ended,
        seconds=search.elapsed,
        seed=prepared.given.seed,
    )
