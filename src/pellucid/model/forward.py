"""Forward propagation over any number of examples, in blocks of one size.

Every block has the same number of rows, the last one filled up with zeros. So there is one
compiled program however many examples come, memory stays bounded, and an example gets the
same bits in the process that trained and in a new one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jax
import numpy as np

from pellucid import backend
from pellucid.nn import Network, Params
from pellucid.tasks import Task

BLOCK_ROWS = 512


class Forward:
    """A network's forward pass, compiled once.

    Parameters
    ----------
    network, task
        What computes the outputs, and what measures their loss.
    """

    def __init__(self, network: Network, task: Task) -> None:
        backend.prepare()
        self._outputs = jax.jit(network.apply)

        measured = task.for_evaluation()

        def outputs_and_losses(params: Params, inputs: Any, targets: Any) -> Any:
            outputs = network.apply(params, inputs)
            return outputs, measured.example_losses(outputs, targets)

        self._outputs_and_losses = jax.jit(outputs_and_losses)
        self._out_features = task.out_features

    def outputs(self, params: Params, inputs: np.ndarray) -> np.ndarray:
        """Return the outputs (n, out_features), float32, for inputs (n, in_features)."""
        blocks = [
            np.asarray(self._outputs(params, block))[:rows] for rows, (block,) in _blocks(inputs)
        ]
        return np.concatenate(blocks) if blocks else np.zeros((0, self._out_features), np.float32)

    def evaluate(
        self, params: Params, inputs: np.ndarray, targets: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the outputs (n, out_features) and the loss of each example (n,), float32."""
        outputs, losses = [], []
        for rows, (block, block_targets) in _blocks(inputs, targets):
            block_outputs, block_losses = self._outputs_and_losses(params, block, block_targets)
            outputs.append(np.asarray(block_outputs)[:rows])
            losses.append(np.asarray(block_losses)[:rows])
        return np.concatenate(outputs), np.concatenate(losses)


def _blocks(*arrays: np.ndarray) -> Iterator[tuple[int, tuple[np.ndarray, ...]]]:
    """Cut arrays into blocks of BLOCK_ROWS; yield the rows that count, and the blocks."""
    n = len(arrays[0])
    for start in range(0, n, BLOCK_ROWS):
        rows = min(BLOCK_ROWS, n - start)
        parts = [array[start : start + rows] for array in arrays]
        if rows < BLOCK_ROWS:
            parts = [
                np.concatenate([part, np.zeros((BLOCK_ROWS - rows, *part.shape[1:]), part.dtype)])
                for part in parts
            ]
        yield rows, tuple(parts)
