"""One state of a training, which goes on by an operation, a batch or an epoch.

The state always moves by the compiled program that trains, so that it is, bit for bit, one that the
training passes through. What is shown of a step on the way, outputs, losses and gradients, is
computed beside it by a program of its own, whose last digits may differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from pellucid.errors import SettingError
from pellucid.nn import Params
from pellucid.training.checkpoints import Checkpoint
from pellucid.training.history import History
from pellucid.training.retracing import Retracer, copied
from pellucid.training.step import Examples, Objective
from pellucid.training.trainer import Diverged

OPERATIONS = ("forward", "loss", "backward", "update")
"""The operations of a step, in their order."""
# What is known only after one of those that follow.
_LATER = {
    "forward": ("losses", "loss", "gradients", "learning_rate"),
    "loss": ("gradients", "learning_rate"),
    "backward": ("learning_rate",),
}


@dataclass(frozen=True)
class StepTrace:
    """The numbers of one step, as far as its operations were done; the rest is None.

    Attributes
    ----------
    step
        Which step, counted from 0.
    rows
        The training rows of its batch, (batch,).
    inputs, targets
        What the network was shown of them (images may be changed at random), and what is to come
        out.
    outputs
        After ``"forward"``: the network's outputs, with dropout, (batch, out_features).
    losses, loss
        After ``"loss"``: of each example, (batch,), and what is minimised: their mean, plus
        penalties.
    gradients
        After ``"backward"``: the derivative of the loss by each parameter, named as parameters are.
    learning_rate, change
        After ``"update"``: the rate, and what was added to each parameter.
    """

    step: int
    rows: np.ndarray
    inputs: np.ndarray
    targets: np.ndarray
    outputs: np.ndarray | None = None
    losses: np.ndarray | None = None
    loss: float | None = None
    gradients: Params | None = None
    learning_rate: float | None = None
    change: Params | None = None


class Stepper:
    """A state of a training, which goes on when it is asked to.

    Made by :meth:`pellucid.training.timeline.Timeline.at`; any number of them may stand at
    different steps of one run.

    Attributes
    ----------
    trace
        The numbers of the step that is being done, or was done last by operations; None before.
    """

    def __init__(self, retracer: Retracer, at: Checkpoint) -> None:
        self._retracer = retracer
        self._at = copied(at)
        self.trace: StepTrace | None = None
        self._done = 0  # operations of the current step
        self._ahead: StepTrace | None = None

    @property
    def step(self) -> int:
        """How many steps were done."""
        return int(self._at.state.step)

    @property
    def epoch(self) -> int:
        """How many whole epochs were done."""
        return len(self._at.progress.history)

    @property
    def params(self) -> Params:
        """The parameters now: ``params["hidden_1"]["kernel"]`` is (in_features, units)."""
        return self._at.state.params

    @property
    def optimizer_state(self) -> optax.OptState:
        """What the optimizer remembers, such as Adam's two moments."""
        return self._at.state.optimizer_state

    @property
    def losses(self) -> list[float]:
        """The losses of the steps done in the unfinished epoch."""
        return list(self._at.progress.losses)

    @property
    def history(self) -> History:
        """One entry for each whole epoch done: its loss, validation metrics, learning rate."""
        return History(self._at.progress.history)

    @property
    def next_operation(self) -> str:
        """What comes next: ``"forward"``, ``"loss"``, ``"backward"`` or ``"update"``."""
        return OPERATIONS[self._done]

    @property
    def is_at_end(self) -> bool:
        """Whether all planned epochs are done."""
        return len(self._at.progress.history) >= self._at.progress.epochs

    def do_operation(self) -> StepTrace:
        """Do the next operation; the parameters change with ``"update"``, the last of a step.

        Raises
        ------
        SettingError
            Where all planned epochs are done.
        DivergedError
            Where the update leaves the finite numbers; the state stays the one before.
        """
        self._require_more()
        if self._ahead is None:
            self._ahead = self._look()
        done = self.next_operation
        if done == "update":
            before, ahead = self.params, self._ahead
            self._advance(1)
            change = jax.tree.map(lambda new, old: new - old, self.params, before)
            self.trace = replace(ahead, change=change)
            return self.trace
        self._done += 1
        later: dict[str, Any] = dict.fromkeys(_LATER[done])
        self.trace = replace(self._ahead, **later)
        return self.trace

    def do_batch(self) -> None:
        """Do one step, or what is left of it; raises as ``do_operation``."""
        self._require_more()
        self._advance(1)

    def do_epoch(self) -> None:
        """Do all steps up to the end of the epoch; raises as ``do_operation``."""
        self._require_more()
        progress = self._at.progress
        self._advance(progress.steps_per_epoch - len(progress.losses))

    def _advance(self, n_steps: int) -> None:
        self._ahead, self._done = None, 0
        self._retracer.restore(copied(self._at))
        try:
            self._retracer.advance(n_steps)
        except Diverged as diverged:
            raise diverged.divergence.error("the state is the last good one") from None
        finally:
            self._at = copied(self._retracer.checkpoint())

    def _look(self) -> StepTrace:
        """Compute all that is shown of the next step."""
        self._retracer.restore(copied(self._at))
        self._retracer.plan_epoch()
        rows, batch, rate = self._retracer.batch()
        state = self._at.state
        key = jax.random.fold_in(state.key, state.step)
        look = _looking(self._retracer.objective)
        seen, outputs, losses, loss, gradients = look(state.params, batch, key)
        return StepTrace(
            step=self.step,
            rows=np.asarray(rows),
            inputs=np.asarray(seen),
            targets=np.asarray(batch.targets),
            outputs=np.asarray(outputs),
            losses=np.asarray(losses),
            loss=float(loss),
            gradients=gradients,
            learning_rate=rate,
        )

    def _require_more(self) -> None:
        if self.is_at_end:
            raise SettingError(
                f"All {self.epoch:,} epochs are done: the training has no step after step "
                f"{self.step:,}.",
                remedy="open the run at an earlier step",
            )

    def checkpoint(self) -> Checkpoint:
        """Return all that is needed to go on from here, in arrays of its own."""
        return copied(self._at)

    def __repr__(self) -> str:
        return f"<Stepper: step {self.step:,}, epoch {self.epoch:,}, next {self.next_operation}>"


@lru_cache(maxsize=8)
def _looking(objective: Objective) -> Callable[..., Any]:
    """Return the program that computes what is shown of a step."""

    @jax.jit
    def look(params: Params, batch: Examples, key: jax.Array) -> tuple[Any, ...]:
        inputs = objective.seen(jnp.asarray(batch.inputs), key)

        def loss_of(params: Params) -> tuple[jax.Array, tuple[jax.Array, jax.Array]]:
            outputs, _ = objective.forward(params, jnp.asarray(batch.inputs), key)
            losses = objective.batch_losses(outputs, batch)
            return objective.total(losses, params), (outputs, losses)

        (loss, (outputs, losses)), gradients = jax.value_and_grad(loss_of, has_aux=True)(params)
        return inputs, outputs, losses, loss, gradients

    return look
