"""Going on from any state of a run with other settings, into a new run that names its parent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax

from pellucid import optimizers
from pellucid.errors import SettingError, suggest
from pellucid.training.checkpoints import Checkpoint
from pellucid.training.config import CHANGED_BY_BRANCHES, Config
from pellucid.training.run import session_again
from pellucid.training.run_folder import RunFolder
from pellucid.training.run_record import Parent
from pellucid.training.session import Outcome, Session
from pellucid.training.settings import settings_of
from pellucid.training.stepper import Stepper
from pellucid.training.telling import Faces
from pellucid.training.timeline import timeline_of
from pellucid.training.trainer import Trainer


def branch(
    run: str | Path,
    *,
    step: int | None = None,
    epoch: int | None = None,
    into: str | Path | None = None,
    source: Any = None,
    test: Any = None,
    **settings: Any,
) -> Path:
    """Go on from a state of a run with other settings, and return the folder of the new run.

    Parameters
    ----------
    run
        The parent's folder; nothing is written into it.
    step, epoch
        Where to branch, as in `pellucid.training.timeline.Timeline.at`; by default at the last
        state that was recorded.
    into
        The new run's folder; None: the next free ``runs/<source>-<n>``.
    source, test
        The data once more, where it was given in memory.
    **settings
        What is to change: how weights follow the gradient, and for how long.

    Raises
    ------
    SettingError
        Where a setting cannot change in the middle of a training, or the run has no such step.
    SourceNotFoundError, ModelFileError
        As `pellucid.open_run`.
    DivergedError
        Where the new run leaves the finite numbers.

    Examples
    --------
    >>> import pellucid, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> model = pellucid.train("iris", hidden=(8,), epochs=3, run=folder + "/a")
    >>> new = pellucid.branch(folder + "/a", epoch=2, into=folder + "/b", learning_rate=0.01)
    >>> pellucid.load(new).settings["learning_rate"]
    0.01
    """
    folder = None if into is None else Path(into).expanduser()
    data = {"source": source, "test": test}
    outcome = branch_off(run, settings, step=step, epoch=epoch, folder=folder, data=data)
    return Path(outcome.report["run"])


def branch_off(
    run: str | Path,
    settings: dict[str, Any],
    *,
    step: int | None = None,
    epoch: int | None = None,
    folder: Path | None = None,
    faces: Faces | None = None,
    data: Mapping[str, Any] | None = None,
) -> Outcome:
    """Branch as `branch` does, told to ``faces``; return the outcome.

    ``data`` holds ``source`` and ``test`` once more, where they were given in memory.
    """
    _refuse_unchangeable(settings)
    begins = _begin(run, settings, step=step, epoch=epoch, data=data or {})
    session = Session(begins.config, faces or Faces())
    reason = f"changed at step {begins.parent.step:,} of {run}"
    session.reasons = {**begins.reasons, **session.reasons, **dict.fromkeys(settings, reason)}
    origin = _origin(begins, session)
    run_folder = RunFolder.create(folder, session.name)
    with run_folder.removed_if_unused():
        run_folder.checkpoints.write_origin(origin)
        data_hash = session.data_hash() if begins.config.is_in_memory else None
        run_folder.begin(
            session.config, session.reasons, session.contract, begins.parent, data_hash
        )
    with run_folder.locked():
        return session.train(run_folder, going_on=True)


@dataclass(frozen=True)
class _Begin:
    """What a branch begins with.

    Attributes
    ----------
    parent, optimizer
        Where the state comes from, and the optimizer that it was trained by.
    state
        The parent's state.
    config
        The settings of the branch.
    reasons
        Why the parent's are as they are.
    """

    parent: Parent
    optimizer: str | None
    state: Checkpoint
    config: Config
    reasons: Mapping[str, str]


def _begin(
    run: str | Path,
    settings: dict[str, Any],
    *,
    step: int | None,
    epoch: int | None,
    data: Mapping[str, Any],
) -> _Begin:
    """Take the state out of the parent, whose prepared data is then let go."""
    folder = RunFolder.existing(Path(run).expanduser())
    timeline = timeline_of(session_again(folder, "pellucid.branch", **data), folder)
    before = timeline.config
    if step is None and epoch is None:
        step = timeline.last_step
    stepper = timeline.at(step=step, epoch=epoch)
    decay, reasons = _of_another_optimizer(str(run), before, settings, folder.record().reasons)
    config = Config.make(**{**before.set_values(), **decay, **settings})
    _refuse_unfit(config, before, stepper)
    parent = Parent(str(run), stepper.step, stepper.epoch)
    return _Begin(parent, before.optimizer, stepper.checkpoint(), config, reasons)


def _of_another_optimizer(
    run: str, before: Config, settings: Mapping[str, Any], reasons: Mapping[str, str]
) -> tuple[dict[str, Any], Mapping[str, str]]:
    """Return what changes with the optimizer besides, and the reasons that are still true.

    Of what was chosen for the parent's optimizer, the rate stays, but is no longer the usual one;
    weight decay ends where the new one has none.
    """
    optimizer = settings.get("optimizer", before.optimizer)
    if optimizer == before.optimizer:
        return {}, reasons
    told = {"learning_rate": f"as {run} has it"}
    if optimizer != "adamw":
        told["weight_decay"] = f"{optimizer} has none"
    told = {name: reason for name, reason in told.items() if name in reasons}
    return {"weight_decay": 0.0} if "weight_decay" in told else {}, {**reasons, **told}


def _origin(begins: _Begin, session: Session) -> Checkpoint:
    """Return the parent's state under the branch's plan."""
    plan, train = session.plan(), session.prepared.train
    begun = Trainer(session.objective, plan, train, session.prepared.validation).checkpoint()
    state, progress = begins.state.state, begins.state.progress
    progress.fingerprint = begun.progress.fingerprint
    progress.epochs = begun.progress.epochs
    progress.steps_per_epoch = begun.progress.steps_per_epoch
    fresh = optimizers.direction(plan.optimizer).init(state.params)
    old, new = jax.tree.leaves(state.optimizer_state), jax.tree.leaves(fresh)
    is_alike = [leaf.shape for leaf in old] == [leaf.shape for leaf in new]
    memory = fresh
    if begins.optimizer == plan.optimizer.name and is_alike:
        # Shortening gradients changes the tree, but not what is remembered.
        memory = jax.tree.unflatten(jax.tree.structure(fresh), old)
    state = state._replace(optimizer_state=memory)
    return Checkpoint(state, begins.state.best_params, progress)


def _refuse_unchangeable(settings: dict[str, Any]) -> None:
    known = settings_of(Config)
    for name in settings:
        if name not in known:
            raise SettingError(
                f"There is no setting called {name!r}.",
                expected=", ".join(CHANGED_BY_BRANCHES),
                remedy=suggest(name, CHANGED_BY_BRANCHES),
            )
        if name not in CHANGED_BY_BRANCHES:
            why = "the weights, or the rows that they were learned from, would no longer fit"
            raise SettingError(
                f"{name} cannot change in the middle of a training: {why}.",
                expected=", ".join(CHANGED_BY_BRANCHES),
                remedy="train anew with it: pellucid train",
            )
    if settings.get("learning_rate") == "find":
        raise SettingError(
            "A learning rate is found for weights that have learned nothing yet.",
            expected="a number",
        )


def _refuse_unfit(config: Config, before: Config, begins: Stepper) -> None:
    """Raise SettingError where the state cannot go on under these settings."""
    if (config.epochs or 1) <= begins.epoch:
        raise SettingError(
            f"After step {begins.step:,}, {begins.epoch:,} epochs are done, and there are to be "
            f"{config.epochs:,}.",
            remedy=f"give more --epochs than {begins.epoch:,}, or branch earlier",
        )
    if config.batch_size != before.batch_size and begins.losses:
        first = begins.step - len(begins.losses)
        raise SettingError(
            f"Step {begins.step:,} lies within an epoch, whose batches are of one size.",
            remedy=f"branch at step {first:,}, where the epoch begins, or after it",
        )
