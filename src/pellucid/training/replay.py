"""Repeating a run from its settings, to see whether it ends in the same weights, bit for bit."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pellucid import backend, memory
from pellucid.errors import InterruptedTrainingError, ModelFileError
from pellucid.model import load_model
from pellucid.training.clustering.session import ClusteringSession
from pellucid.training.events import Note, PhaseStarted
from pellucid.training.retracing import Retracer
from pellucid.training.run import session_again
from pellucid.training.run_folder import RunFolder
from pellucid.training.session import Session
from pellucid.training.telling import Faces
from pellucid.training.trainer import Diverged
from pellucid.training.weights import weights_hash

MODEL, CHECKPOINT = "model", "checkpoint"


@dataclass(frozen=True)
class Replay:
    """What came out of repeating a run.

    Attributes
    ----------
    run
        Its folder.
    same
        Whether the weights are the same, bit for bit.
    compared_with
        What they were held against: the ``"model"``, or, of a run that is not finished, the newest
        ``"checkpoint"``.
    expected, found
        The SHA-256 of the recorded weights, and of those that came out now.
    epochs, steps
        How far the run had come; of a clustering there are no steps.
    conditions
        The recorded conditions that are not those of now: what was recorded, and what is.
    recorded
        Whether conditions were recorded at all.
    seconds
        How long it took.
    """

    run: str
    same: bool
    compared_with: str
    expected: str
    found: str
    epochs: int
    steps: int | None
    conditions: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    recorded: bool = True
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        conditions = {
            name: {"recorded": recorded, "now": now}
            for name, (recorded, now) in self.conditions.items()
        }
        return {**asdict(self), "conditions": conditions}


def replay(
    run: str | Path, faces: Faces | None = None, *, source: Any = None, test: Any = None
) -> Replay:
    """Repeat a run from its beginning, and compare the weights.

    Nothing is written. What a time limit decided is read from the run, so that runs that it cut
    short can be repeated as well; a clustering that it cut short cannot.

    Parameters
    ----------
    run
        The run's folder.
    faces
        Who is told, and who may stop it.
    source, test
        The data once more, where it was given in memory.

    Raises
    ------
    SourceNotFoundError, ModelFileError
        Where the folder is no run; where nothing was recorded that the weights could be held
        against; where its data is not there any more, or has changed.
    InterruptedTrainingError
        Where ``should_stop`` said so.

    Examples
    --------
    >>> import pellucid, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> model = pellucid.train("iris", hidden=(8,), epochs=3, run=folder)
    >>> pellucid.replay(folder).same
    True
    """
    began, faces = time.perf_counter(), faces or Faces()
    folder = RunFolder.existing(Path(run).expanduser())
    works = [dict(work.conditions) for work in folder.record().work]
    if not works and (report := folder.report()) is not None:
        works = [dict(report["conditions"])]
    conditions = _unlike_now(works)
    session = session_again(folder, "pellucid.replay", faces, source=source, test=test)
    with memory.limited_to(session.config.memory):
        if isinstance(session, ClusteringSession):
            told = _repeat_clustering(session, folder)
        else:
            told = _repeat(session, folder, faces, conditions)
    return Replay(
        run=str(folder.path),
        same=told["expected"] == told["found"],
        conditions=conditions,
        recorded=bool(works),
        seconds=round(time.perf_counter() - began, 3),
        **told,
    )


def _unlike_now(works: list[dict[str, Any]]) -> dict[str, tuple[Any, Any]]:
    """Return the conditions under which a process worked on the run that are not those of now."""
    now: Mapping[str, Any] = backend.conditions()
    found: dict[str, tuple[Any, Any]] = {}
    for work in works:
        for name, value in work.items():
            if name in now and value != now[name] and name not in found:
                found[name] = value, now[name]
    return found


def _repeat(
    session: Session, folder: RunFolder, faces: Faces, conditions: dict[str, Any]
) -> dict[str, Any]:
    def skipped(path: Path, problem: str) -> None:
        faces.emit(Note(f"{path.name} was passed over: {problem}", warning=True))

    try:
        trainer = Retracer(session, folder, skipped)
    except ModelFileError as error:
        if conditions:
            error.remedy = f"other versions may read data otherwise; {worded(conditions)}"
        raise
    if trainer.last is None:
        raise ModelFileError(
            f"There is no whole checkpoint in {folder.path}, so nothing to hold the weights "
            "against.",
            remedy=f"go on with the run: pellucid train --resume {folder.path}",
        )
    is_finished = folder.report() is not None
    if is_finished:
        expected = weights_hash(load_model(folder.model_path).params)
    else:
        expected = weights_hash(trainer.last.state.params)
    session.announce()
    faces.emit(PhaseStarted("train"))
    trainer.tell(faces.emit)
    try:
        through = trainer.advance(trainer.last_step - trainer.first_step, faces.should_stop)
    except Diverged as diverged:
        raise diverged.divergence.error("the run itself did not diverge there") from None
    if not through:
        raise InterruptedTrainingError("The repetition was interrupted; nothing was written.")
    return {
        "compared_with": MODEL if is_finished else CHECKPOINT,
        "expected": expected,
        "found": weights_hash(trainer.params if is_finished else trainer.state.params),
        "epochs": len(trainer.progress.history),
        "steps": trainer.step,
    }


def _repeat_clustering(session: ClusteringSession, folder: RunFolder) -> dict[str, Any]:
    report = folder.report()
    if report is None:
        raise ModelFileError(
            f"The clustering in {folder.path} is not finished, so nothing to hold the weights "
            "against.",
            remedy=f"finish it: pellucid train --resume {folder.path}",
        )
    if report["ended"] == "time limit":
        raise ModelFileError(
            f"The clustering in {folder.path} was cut short by its time limit, and the clock does "
            "not repeat itself.",
            remedy="cluster with --epochs instead of --time-limit, to be able to repeat it",
        )
    outcome = session.train(None)
    return {
        "compared_with": MODEL,
        "expected": weights_hash(load_model(folder.model_path).params),
        "found": weights_hash(outcome.model.params),
        "epochs": outcome.report["epochs"],
        "steps": None,
    }


def worded(conditions: Mapping[str, tuple[Any, Any]]) -> str:
    """Word the conditions that differ.

    Examples
    --------
    >>> worded({"threads": (2, 1), "jax": ("0.10.2", "0.11.0")})
    'threads: 2 then, 1 now; jax: 0.10.2 then, 0.11.0 now'
    """
    return "; ".join(f"{name}: {then} then, {now} now" for name, (then, now) in conditions.items())
