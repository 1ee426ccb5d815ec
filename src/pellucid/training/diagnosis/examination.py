"""What a finished network is asked about rows that it learned from, and others.

Everything goes through the compiled forward pass that answers and tests go through as well, so
that nothing is compiled for it.

Cost: forward passes of at most 11,000 rows, and of 128 rows for each column, up to 200 columns.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pellucid.data import Block
from pellucid.data.matrices import dense_rows
from pellucid.data.table import Array
from pellucid.model.forward import Forward
from pellucid.nn import Params
from pellucid.tasks import Task
from pellucid.training.diagnosis.probe import evenly
from pellucid.training.step import Examples, Objective

ROWS = 1000
_MANY_ROWS = 10_000
_SHUFFLED_ROWS = 128
_MOST_COLUMNS = 200
_SEED = 0


@dataclass(frozen=True)
class Answers:
    """Rows, and what a network says of them.

    Attributes
    ----------
    rows
        Which of the training examples, (m,).
    outputs, targets
        Of these rows, (m, out_features), and encoded.
    is_new
        Whether the network that answered had not learned from them.
    """

    rows: Array
    outputs: Array
    targets: Array
    is_new: bool = False


class Examination:
    """A finished network, and some rows that it learned from.

    Parameters
    ----------
    objective, params
        The network with its task, and its weights.
    train
        The examples that it learned from.
    blocks
        The columns' places in the inputs.
    task
        The task with its temperatures; None: as in the objective.
    unseen
        Training rows as networks answered them that had not learned from them, where there are.
    """

    def __init__(
        self,
        objective: Objective,
        params: Params,
        train: Examples,
        blocks: Sequence[Block] = (),
        task: Task | None = None,
        unseen: Answers | None = None,
    ) -> None:
        self.task = task or objective.task
        self.blocks = tuple(blocks)
        self.unseen = unseen
        self._train = train
        self._network, self._params = objective.network, params
        forward = Forward(objective.network, self.task)
        self._ask: Callable[[Array], Array] = functools.partial(forward.outputs, params)

    @functools.cached_property
    def inputs(self) -> Array:
        """The inputs of at most 1,000 rows, evenly spaced by their weights, (m, in_features)."""
        rows = evenly(self._train.n, ROWS, self._train.weights)
        inputs: Array = dense_rows(self._train.inputs, rows)
        return inputs

    @functools.cached_property
    def answers(self) -> Answers:
        """What the network says of those rows."""
        rows = evenly(self._train.n, ROWS, self._train.weights)
        targets = np.asarray(self._train.targets)[rows]
        return Answers(rows, self._ask(self.inputs), targets)

    @functools.cached_property
    def loss(self) -> float:
        """The mean loss of those rows at inference, without temperatures and penalties."""
        forward = Forward(self._network, self.task.uncalibrated())
        _, losses = forward.evaluate(self._params, self.inputs, self.answers.targets)
        return float(losses.mean(dtype=np.float64))

    @functools.cached_property
    def score(self) -> float:
        """The task's main score of those rows."""
        return self.score_of(self.answers.outputs)

    @functools.cached_property
    def trivial_score(self) -> float:
        """The score of the predictor that knows nothing, on those rows."""
        outputs = self.task.trivial_outputs(np.asarray(self._train.targets))
        return self.score_of(np.broadcast_to(outputs, self.answers.outputs.shape))

    def score_of(self, outputs: Array, rows: slice | Array = slice(None)) -> float:
        """Return the main score of outputs for those rows, or for some of them."""
        return self.task.score(self.task.metrics(outputs, self.answers.targets[rows]))

    @functools.cached_property
    def many_answers(self) -> Answers:
        """What the network says of at most 10,000 rows, evenly spaced, however they weigh."""
        rows = evenly(self._train.n, _MANY_ROWS)
        outputs = self._ask(dense_rows(self._train.inputs, rows))
        return Answers(rows, outputs, np.asarray(self._train.targets)[rows])

    @functools.cached_property
    def few(self) -> Array:
        """Which of the rows columns are shuffled among, (k,)."""
        return evenly(len(self.inputs), _SHUFFLED_ROWS)

    @functools.cached_property
    def without(self) -> dict[str, Array]:
        """By column, the outputs of `few` where its values are dealt out anew (Breiman 2001).

        Breiman, "Random forests", section 10. Empty where there are more than 200 columns.
        """
        if not 1 < len(self.blocks) <= _MOST_COLUMNS:
            return {}
        inputs = self.inputs[self.few]
        order = np.random.default_rng(_SEED).permutation(len(inputs))
        changed = np.concatenate([_mixed(inputs, inputs[order], block) for block in self.blocks])
        outputs = self._ask(changed).reshape(len(self.blocks), len(inputs), -1)
        return {block.column: own for block, own in zip(self.blocks, outputs, strict=True)}

    def alone(self, column: str) -> Array:
        """Return the outputs of `few` where the values of all other columns are dealt out anew."""
        inputs = self.inputs[self.few]
        order = np.random.default_rng(_SEED).permutation(len(inputs))
        (block,) = (block for block in self.blocks if block.column == column)
        return self._ask(_mixed(inputs[order], inputs, block))

    @functools.cached_property
    def movements(self) -> dict[str, float]:
        """By column, how far its values move the outputs: the mean distance of `without`."""
        base = self.answers.outputs[self.few]
        spread = np.maximum(base.std(axis=0), 1e-12)
        return {
            name: float(np.abs((own - base) / spread).mean()) for name, own in self.without.items()
        }


def _mixed(inputs: Array, others: Array, block: Block) -> Array:
    """Return inputs with one column taken from others."""
    mixed = inputs.copy()
    mixed[:, block.start : block.stop] = others[:, block.start : block.stop]
    return mixed
