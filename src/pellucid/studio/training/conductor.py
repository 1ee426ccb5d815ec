"""A training that does as it is told: it waits, does a single step, goes on, or stops.

Orders take effect between calls of the compiled program. These are short here, so that a page that
watches hears of a training some twenty times a second; but each has a cost of its own, mostly that
of copying the state. So a call has 25 times as much to compute as that, and where other programs
take most of the machine, it takes longer.
"""

from __future__ import annotations

import queue
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import TypeAlias

import jax

from pellucid.errors import PellucidError, SettingError
from pellucid.studio.training.line import Message
from pellucid.studio.training.orders import answer, unit_of
from pellucid.studio.training.viewing import Viewer, frame_of, plain_standing
from pellucid.training.checkpoints import Checkpoint
from pellucid.training.distributions import of_params
from pellucid.training.events import EpochDone, Event, PhaseStarted, StepsDone, StopTraining
from pellucid.training.pace import Pace
from pellucid.training.run_folder import RunFolder
from pellucid.training.session import Session
from pellucid.training.step import TrainingState, copied
from pellucid.training.stepper import StepTrace
from pellucid.training.trainer import Trainer

Tell: TypeAlias = Callable[..., bool]
# How long it takes at most until a signal of the system is heard while nothing is done.
_PATIENCE_SECONDS = 0.5
_LEAST_SECONDS = 0.045
_TIMES_ITS_COST = 25
_LEAST_SHARE = 0.1
# Histograms of the weights are taken after epochs, as often as this share of the time allows.
_SHARE_OF_HISTOGRAMS = 0.02
# What follows the steps has no steps that one could stand at.
_AFTER_ITS_STEPS = ("calibrate", "evaluate", "diagnose")


class Conductor(Pace):
    """Between the steps of a training, obeys what the server orders.

    Parameters
    ----------
    orders
        What is ordered, in its order; None where nobody is left who could.
    tell
        Sends a message, and a frame, to the server.

    Attributes
    ----------
    stopping
        Set where the training is to stop as soon as it can.
    signalled
        Tells whether the system asked for that.
    session, folder
        The run, once it has begun.
    """

    def __init__(self, orders: queue.Queue[Message | None], tell: Tell) -> None:
        self.seconds = self._wanted = _LEAST_SECONDS
        self._last = time.perf_counter(), time.process_time()
        self.stopping = threading.Event()
        self.signalled: Callable[[], bool] = lambda: False
        self.session: Session | None = None
        self.folder: RunFolder | None = None
        self._orders = orders
        self._tell = tell
        self._trainer: Trainer | None = None
        self._viewer: Viewer | None = None
        self._trace: StepTrace | None = None  # of the step that the training is about to do
        self._until: int | None = None  # the step to stand still at; None: none
        self._told: tuple[str, int] | None = None
        self._losses = 0
        self._finishing = False
        self._is_over = False  # all steps are taken
        self._counted: tuple[float, float] | None = None  # when histograms were taken, how long

    def should_stop(self) -> bool:
        """Tell whether the training is to stop; asked by it."""
        return self.stopping.is_set() or self.signalled()

    def next_order(self) -> Message | None:
        """Wait for an order; None where the training is to stop."""
        while not self.should_stop():
            with suppress(queue.Empty):
                return self._orders.get(timeout=_PATIENCE_SECONDS)
        return None

    def begin(self, session: Session, folder: RunFolder | None) -> None:
        """Take note of the run."""
        self.session, self.folder = session, folder

    def hear(self, event: Event) -> None:
        """Pass on what the training tells; a callback of it."""
        if isinstance(event, StepsDone):
            self._tell_steps(event)
        else:
            self._tell({"kind": "event", "event": event.to_dict()})
        if isinstance(event, EpochDone) and self._trainer is not None:
            self._tell_distributions(self._trainer)
        if isinstance(event, PhaseStarted):
            self._is_over = event.phase in _AFTER_ITS_STEPS
        if self._is_over:
            self._obey_at_once()
        if self._finishing:
            raise StopTraining

    def _tell_distributions(self, trainer: Trainer) -> None:
        """Tell how the weights are distributed, where the last time is long enough ago."""
        before, began = self._counted, time.thread_time()
        if before is not None:
            last, took = before
            if time.perf_counter() - last < took / _SHARE_OF_HISTOGRAMS:
                return
        layers = {name: vars(one) for name, one in of_params(trainer.state.params).items()}
        self._tell({"kind": "weights", "step": int(trainer.state.step), "layers": layers})
        # The first time takes longer than all others will.
        took = 0.0 if before is None else time.thread_time() - began
        self._counted = time.perf_counter(), took

    def _tell_steps(self, event: StepsDone) -> None:
        if self._trainer is None:  # before the first call, which `hold` precedes
            return
        losses = self._trainer.progress.losses[self._losses :]
        self._losses = event.step % event.steps_per_epoch
        self._tell(
            {
                "kind": "steps",
                "first": int(self._trainer.state.step) - len(losses),
                "losses": losses,
                "epoch": event.epoch - 1,
                "position": event.step,
                "steps_per_epoch": event.steps_per_epoch,
                "examples_per_second": event.examples_per_second,
            }
        )

    def hold(self, trainer: Trainer) -> int | None:
        """Obey orders, for as long as the training is to stand still."""
        if self._trainer is None:  # a run that goes on may stand within an epoch
            self._losses = len(trainer.progress.losses)
            copying = min(_seconds_to_copy(trainer.state) for _ in range(5))
            self._wanted = max(_LEAST_SECONDS, _TIMES_ITS_COST * copying)
            self._tell_distributions(trainer)
        self._keep_pace()
        self._trainer = trainer
        step = int(trainer.state.step)
        while not self.should_stop() and not self._finishing:
            stands = self._until is not None and step >= self._until
            self._tell_state("paused" if stands else "training", step)
            if not stands and self._orders.empty():
                break
            order = self.next_order()
            if order is None:
                break
            self._obey(order)
        self._viewer = None
        self._last = time.perf_counter(), time.process_time()
        return None if self._until is None else max(1, self._until - step)

    def _obey_at_once(self) -> None:
        """Answer what is ordered when all steps are taken: arrays are shown, nothing is moved."""
        while not self._orders.empty():
            order = self.next_order()
            if order is None:
                break
            self._obey(order)

    def _keep_pace(self) -> None:
        """Let calls be so long that this process computes for as long as is wanted in each."""
        took = time.perf_counter() - self._last[0]
        share = min(1.0, (time.process_time() - self._last[1]) / max(took, 1e-9))
        self.seconds = min(Pace.seconds, self._wanted / max(share, _LEAST_SHARE))

    def _tell_state(self, state: str, step: int) -> None:
        if self._told == (state, step) or (state == "training" and self._told_is(state)):
            return
        self._told = state, step
        message: Message = {"kind": "state", "state": state}
        if state == "paused":
            message["standing"] = self._standing(step)
        self._tell(message)

    def _standing(self, step: int) -> Message:
        if self.session is not None:
            return self._viewing().standing()
        assert self._trainer is not None  # noqa: S101 -- only asked while it is held
        return plain_standing(self._trainer.progress, step, step)

    def _told_is(self, state: str) -> bool:
        return self._told is not None and self._told[0] == state

    def _obey(self, order: Message) -> None:
        try:
            frame = self._done(order)
        except PellucidError as error:
            self._tell(answer(order, error))
        except Exception:  # to look at a training must not end it
            traceback.print_exc()
            self._tell(answer(order, SettingError("This failed; it is a mistake of pellucid.")))
        else:
            self._tell(answer(order), frame)

    def _done(self, order: Message) -> bytes:
        what, trainer = order["what"], self._trainer
        if trainer is None or (self._is_over and what != "tensor"):
            raise SettingError(
                "The training has taken all its steps; what follows them has none to stand at.",
                remedy="wait until it is done, or stop it",
            )
        step = int(trainer.state.step)
        if what == "pause":
            self._until = step
        elif what == "go_on":
            self._until = None
        elif what == "finish":
            self._finishing = True
        elif what == "step":
            self._step(unit_of(order), trainer, step)
        elif what == "tensor":
            return self._frame(order, trainer)
        else:
            self._require_standing(step)
            self._viewing().obey(order)
            self._tell({"kind": "state", "standing": self._viewing().standing()})
        return b""

    def _step(self, unit: str, trainer: Trainer, step: int) -> None:
        """Go on by a unit: in the past by what is looked at, in the present by the training."""
        self._require_standing(step)
        alone = self.session is None or (unit != "operation" and self._viewing().is_at_head)
        if alone:
            progress = trainer.progress
            left = progress.steps_per_epoch - len(progress.losses)
            self._until = step + (1 if unit == "batch" else left)
            return
        viewer = self._viewing()
        was_at_head = viewer.is_at_head
        if viewer.do(unit) and was_at_head:
            self._until = step + 1  # the training does what was looked at
            self._trace = viewer.trace
        else:
            self._tell({"kind": "state", "standing": viewer.standing()})

    def _frame(self, order: Message, trainer: Trainer) -> bytes:
        at = trainer.checkpoint() if self._viewer is None else self._viewer.at
        return frame_of(at, str(order["layer"]), str(order["name"]))

    def _require_standing(self, step: int) -> None:
        if self._until is None or step < self._until:
            raise SettingError(
                "The training is going on.", remedy="pause it first; then go to any of its steps"
            )

    def _viewing(self) -> Viewer:
        if self._viewer is None:
            assert self._trainer is not None  # noqa: S101 -- only asked while it is held
            if self.session is None or self.folder is None:
                raise SettingError("A clustering keeps no states on its way.")
            head: Checkpoint = self._trainer.checkpoint()
            self._viewer = Viewer(self.session, self.folder, head)
            self._viewer.trace, self._trace = self._trace, None
        return self._viewer


def _seconds_to_copy(state: TrainingState) -> float:
    """Return the seconds that this process computes while it copies a state, as a trainer does."""
    began = time.process_time()
    for leaf in jax.tree.leaves(copied(state)):
        leaf.block_until_ready()
    return time.process_time() - began
