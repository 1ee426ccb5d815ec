"""What is looked at of a run: one of its states, which can be moved to any step.

The state is the training's own while it stands still, or one of the past, computed from what lies
on the disk (`pellucid.training.timeline`). Looking changes nothing of the run.
"""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path
from typing import Any

import jax
import numpy as np

from pellucid.errors import SettingError, unknown_name
from pellucid.model import TrainedModel, save_model
from pellucid.model.learnt import Learnt
from pellucid.nn import Params
from pellucid.studio.frames import overview
from pellucid.studio.training.line import Message
from pellucid.training.checkpoints import Checkpoint, Progress
from pellucid.training.diagnosis.probe import Probe
from pellucid.training.run_folder import RunFolder
from pellucid.training.session import Session, plain_settings
from pellucid.training.stepper import Stepper, StepTrace
from pellucid.training.timeline import Timeline, timeline_of

_MOST_SHOWN = 8
_OVERVIEW = 128


class Viewer:
    """Looks at the states of a run.

    Parameters
    ----------
    session
        Of the run's settings, its data prepared.
    folder
        The run.
    head
        The newest state, which may not lie on the disk yet; None: the last one that does.

    Raises
    ------
    ModelFileError
        Where the run is a clustering, or its data has changed.
    """

    def __init__(self, session: Session, folder: RunFolder, head: Checkpoint | None) -> None:
        self._session = session
        self._folder = folder
        self._newest = head
        self._stepper: Stepper | None = None
        self.trace: StepTrace | None = None
        if head is None:
            self.go_to(self.head)

    @functools.cached_property
    def _timeline(self) -> Timeline:
        if self._newest is not None:  # so that it is a step of the timeline as well
            self._folder.checkpoints.write(self._newest)
        return timeline_of(self._session, self._folder)

    @property
    def head(self) -> int:
        """The newest step."""
        newest = self._newest
        return self._timeline.last_step if newest is None else int(newest.state.step)

    @property
    def at(self) -> Checkpoint:
        """The state that is looked at."""
        if self._stepper is not None:
            return self._stepper.checkpoint()
        assert self._newest is not None  # noqa: S101 -- otherwise there is a stepper
        return self._newest

    @property
    def is_at_head(self) -> bool:
        """Whether the newest state is looked at."""
        return self._stepper is None or self._stepper.step >= self.head

    def go_to(self, step: int) -> None:
        """Look at the state after so many steps.

        Raises
        ------
        SettingError
            Where the run has not come so far.
        """
        self.trace = None
        if self._newest is not None and step == self.head:
            self._stepper = None
        else:
            self._stepper = self._timeline.at(step=step)

    def do(self, unit: str) -> bool:
        """Go on by an operation, a batch or an epoch; tell whether the parameters changed.

        From the newest state only by operations: the training alone goes further.

        Raises
        ------
        SettingError
            Where there is no further step.
        DivergedError
            Where the step leaves the finite numbers.
        """
        if self._stepper is None:
            assert self._newest is not None  # noqa: S101 -- otherwise there is a stepper
            self._stepper = self._timeline.standing_at(self._newest)
        stepper, before = self._stepper, self._stepper.step
        if unit == "operation":
            self.trace = stepper.do_operation()
            return stepper.step != before
        self.trace = None
        if unit == "batch":
            stepper.do_batch()
        else:
            stepper.do_epoch()
        if stepper.step > self.head:  # the run has not come to the end of this epoch
            self.go_to(self.head)
        return True

    def standing(self) -> dict[str, Any]:
        """Tell where the state that is looked at stands."""
        at, stepper = self.at, self._stepper
        return plain_standing(at.progress, int(at.state.step), self.head) | {
            "next_operation": "forward" if stepper is None else stepper.next_operation,
            "operation": None if self.trace is None else told(self.trace),
            "layers": self._measured(at),
        }

    def obey(self, order: Message) -> None:
        """Do what only looks: go to another step, or save; raises SettingError for the rest."""
        if order["what"] == "rewind":
            self.go_to(int(order["step"]))
        elif order["what"] == "save":
            self.save(Path(order["path"]))
        else:
            raise SettingError("The training cannot do this now.", where=str(order["what"])[:40])

    def tensor(self, layer: str, name: str) -> bytes:
        """Return an array of the parameters as an overview frame; raises SettingError."""
        return frame_of(self.at, layer, name)

    def save(self, path: Path) -> None:
        """Write the state as a model file, in which it can be looked into; raises OutputError.

        The newest state is written into the run as well, so that what led to it can be computed.
        """
        if self._newest is not None:
            self._folder.checkpoints.write(self._newest)
        save_model(self._model(), path, "A state on the way of a training.\n")

    def _model(self) -> TrainedModel:
        session, prepared, at = self._session, self._session.prepared, self.at
        model = TrainedModel(
            prepared.contract,
            prepared.encoding,
            prepared.task,
            session.objective.network,
            jax.device_get(at.state.params),
            examples=prepared.examples,
        )
        report = {
            "source": prepared.dataset.name,
            "n_train": prepared.train.n,
            "n_test": prepared.test.n if prepared.test else 0,
            "units": prepared.contract.units,
        }
        made = {
            "settings": plain_settings(session.config.set_values()),
            "reasons": dict(session.reasons),
            "report": report,
            "history": [],  # the server has it, from the run's events
            "step": int(at.state.step),
            "epoch": len(at.progress.history),
            "learnt": Learnt.of(prepared.train.inputs).to_dict(),
        }
        return replace(model, made=made)

    def _measured(self, at: Checkpoint) -> dict[str, dict[str, float]]:
        """Measure gradients and units by layer, of the state that is looked at."""
        history = at.progress.history
        rate = history[-1]["learning_rate"] if history else 0.0
        layers: dict[str, dict[str, float]] = self._probe.look(at.state, rate)["layers"]
        return layers

    @functools.cached_property
    def _probe(self) -> Probe:
        session = self._session
        return Probe.of(session.objective, session.optimizer, session.prepared.train)


def frame_of(at: Checkpoint, layer: str, name: str) -> bytes:
    """Return an array of a state's parameters as an overview frame; raises SettingError."""
    params = at.state.params
    if layer not in params:
        raise unknown_name("layer with parameters", layer, params)
    if name not in params[layer]:
        raise unknown_name(f"array of {layer!r}", name, params[layer])
    return overview(np.asarray(params[layer][name]), _OVERVIEW, int(at.state.step)).to_bytes()


def told(trace: StepTrace) -> dict[str, Any]:
    """Tell what is known of a step, of a large batch its first examples."""
    done = next(
        name
        for name, found in (
            ("update", trace.change), ("backward", trace.gradients), ("loss", trace.losses),
            ("forward", trace.outputs),
        )
        if found is not None
    )  # fmt: skip
    return {
        "operation": done,
        "step": trace.step,
        "n_rows": len(trace.rows),
        "rows": trace.rows[:_MOST_SHOWN].tolist(),
        "outputs": _first(trace.outputs),
        "losses": _first(trace.losses),
        "loss": trace.loss,
        "learning_rate": trace.learning_rate,
        "gradients": _norms(trace.gradients),
        "changes": _norms(trace.change),
    }


def _first(numbers: np.ndarray | None) -> list[list[float]] | None:
    if numbers is None:
        return None
    rows = np.asarray(numbers, np.float64)[:_MOST_SHOWN]
    found: list[list[float]] = rows.reshape(len(rows), -1)[:, :_MOST_SHOWN].tolist()
    return found


def _norms(arrays: Params | None) -> dict[str, float] | None:
    """Return the length of each layer's arrays taken together."""
    if arrays is None:
        return None
    return {
        layer: float(np.sqrt(sum(np.square(np.asarray(a, np.float64)).sum() for a in own.values())))
        for layer, own in arrays.items()
        if own
    }


def plain_standing(progress: Progress, step: int, head: int) -> dict[str, Any]:
    """Tell where a state stands that cannot be looked into."""
    return {
        "step": step,
        "head": head,
        "epoch": len(progress.history),
        "position": len(progress.losses),
        "steps_per_epoch": progress.steps_per_epoch,
        "epochs": progress.epochs,
        "next_operation": "forward",
        "operation": None,
        "layers": {},
    }
