"""Retraining after pruning: what is left of a network learns on, what was cut stays at 0.

Weights that are gone are missed less once the others have had time to make up for them: pruning and
retraining in turn is how networks lose nine tenths of their weights and keep their accuracy (Han,
Pool, Tran & Dally 2015, "Learning both Weights and Connections", section 3). Every weight of a
kernel that is exactly 0 counts as cut: the update of each step is multiplied by a mask. The model
that is given stays as it was. Cost: that of so many epochs of training.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from pellucid import optimizers
from pellucid.errors import SettingError
from pellucid.model import TrainedModel
from pellucid.nn import Params
from pellucid.optimizers import OptimizerSettings
from pellucid.tasks import Clustering
from pellucid.training.events import EpochDone, Event
from pellucid.training.step import Examples, Objective, compile_steps, make_step
from pellucid.training.trainer import Diverged, Plan, Trainer

MOST_EPOCHS = 1000
_USUAL_BATCH, _USUAL_RATE = 32, 0.001


def retrained(
    trained: TrainedModel,
    examples: Examples,
    *,
    epochs: int = 5,
    learning_rate: float | None = None,
    seed: int = 0,
    done: Callable[[int, float], None] = lambda epoch, loss: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> TrainedModel:
    """Let a model go on learning, with the weights that are 0 held at 0.

    Parameters
    ----------
    trained
        The model, such as :func:`pellucid.inspection.surgery.operated` returns it.
    examples
        Encoded rows to learn from, and their encoded targets.
    epochs
        Passes over them; 0 to 1,000.
    learning_rate
        The largest rate; it falls along a cosine. None: that of the model's training, which does
        better than a lower one (Renda, Frankle & Carbin 2020, "Comparing rewinding and fine-tuning
        in neural network pruning").
    seed
        Decides the order of the rows, and which units dropout leaves out.
    done
        Called after each epoch with its number, from 1, and its mean loss.
    should_stop
        Asked between calls of the compiled program; the result is then what was reached.

    Raises
    ------
    SettingError
        For a clustering, or settings that cannot be used.
    DivergedError
        Where the training leaves the finite numbers.

    Examples
    --------
    >>> import pellucid
    >>> from pellucid.inspection.known_rows import find_rows
    >>> from pellucid.inspection.surgery import Prune, operated
    >>> model = pellucid.train("iris", hidden=(8,), epochs=5)
    >>> cut = operated(model.trained, [Prune(0.5)])
    >>> rows = find_rows(cut).train
    >>> targets = cut.task.encode_rows(rows, cut.contract.targets)
    >>> after = retrained(cut, Examples(cut.encoding.transform(rows), targets), epochs=3)
    >>> sum(int((after.params[name]["kernel"] == 0).sum()) for name in ("hidden_1", "output"))
    28
    """
    if isinstance(trained.task, Clustering):
        raise SettingError("A clustering has no targets to learn from.", expected="another task")
    if not 0 <= epochs <= MOST_EPOCHS:
        raise SettingError(
            f"{epochs} epochs are asked for.", expected=f"a number from 0 to {MOST_EPOCHS:,}"
        )
    if not epochs:
        return trained
    plan = _plan(trained, epochs, learning_rate, seed)
    learner = _MaskedTrainer(trained, plan, examples, done)
    try:
        learner.run(should_stop)
    except Diverged as diverged:
        raise diverged.divergence.error("nothing was kept; take a lower rate") from None
    return replace(trained, params=jax.device_get(learner.state.params))


def masks_of(params: Params) -> Any:
    """Return, in the form of the parameters, 0 for each weight of a kernel that is 0, else 1."""
    return {
        layer: {
            leaf: (np.asarray(array) != 0).astype(np.float32)
            if leaf.rpartition(".")[2].endswith("kernel")
            else np.ones(np.shape(array), np.float32)
            for leaf, array in own.items()
        }
        for layer, own in params.items()
    }


def masked(inner: optax.GradientTransformation, masks: Any) -> optax.GradientTransformation:
    """Return an optimizer that never moves what its mask says is gone.

    Gradients are masked before the rule, so that no other weight's update depends on them, and
    the updates after it, so that no decay or momentum moves what is gone.
    """

    def update(grads: Any, memory: Any, params: Any = None) -> tuple[Any, Any]:
        left = jax.tree.map(jnp.multiply, grads, masks)
        direction, memory = inner.update(left, memory, params)
        return jax.tree.map(jnp.multiply, direction, masks), memory

    return optax.GradientTransformation(inner.init, update)


class _MaskedTrainer(Trainer):
    """A trainer that begins with a model's weights and holds those that are 0."""

    def __init__(
        self,
        trained: TrainedModel,
        plan: Plan,
        examples: Examples,
        done: Callable[[int, float], None],
    ) -> None:
        settings = trained.made.get("settings", {})
        objective = Objective(
            trained.network,
            trained.task.uncalibrated(),
            l1=float(settings.get("l1") or 0.0),
            l2=float(settings.get("l2") or 0.0),
        )

        def hear(event: Event) -> None:
            if isinstance(event, EpochDone):
                done(event.epoch, event.loss)

        super().__init__(objective, plan, examples, None, hear)
        params = jax.tree.map(jnp.array, trained.params)
        direction = masked(optimizers.direction(plan.optimizer), masks_of(trained.params))
        self._run_steps = compile_steps(make_step(objective, direction))
        self.state = self.state._replace(params=params, optimizer_state=direction.init(params))


def _plan(trained: TrainedModel, epochs: int, rate: float | None, seed: int) -> Plan:
    settings = trained.made.get("settings", {})
    if rate is None:
        own = settings.get("learning_rate")
        rate = float(own) if isinstance(own, int | float) else _USUAL_RATE
    optimizer = OptimizerSettings("adam", learning_rate=rate, schedule="cosine")
    batch = settings.get("batch_size")
    return Plan(optimizer, batch if isinstance(batch, int) else _USUAL_BATCH, epochs, seed=seed)
