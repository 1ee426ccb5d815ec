"""Forward propagation over any number of examples, in blocks of one size.

Every block has the same number of rows, the last one filled up with zeros. So there is one
compiled program however many examples come, memory stays bounded, and an example gets the
same bits in the process that trained and in a new one.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import jax
import numpy as np

from pellucid import backend
from pellucid.data.matrices import Matrix, dense_rows
from pellucid.nn import Network, Params
from pellucid.tasks import Task

BLOCK_ROWS = 512
FEW_ROWS = 32
"""So many rows at most are few: a page shows them, and should not wait for 512."""


class Forward:
    """A network's forward pass, compiled once.

    Parameters
    ----------
    network, task
        What computes the outputs, and what measures their loss.
    """

    def __init__(self, network: Network, task: Task) -> None:
        backend.prepare()
        self._outputs = _outputs_program(network)
        self._outputs_and_losses = _losses_program(network, task.for_evaluation())
        self._factors = task.output_factors.astype(np.float32)[None]  # (1, out_features)
        self._out_features = task.out_features

    def outputs(self, params: Params, inputs: Matrix, block_rows: int = BLOCK_ROWS) -> np.ndarray:
        """Return the outputs (n, out_features), float32, for inputs (n, in_features).

        Blocks of another size are another program: quicker for a few rows, and perhaps other in
        the last bits.
        """
        blocks = [
            np.asarray(self._outputs(params, block))[:rows]
            for rows, (block,) in _blocks(inputs, block_rows=block_rows)
        ]
        return np.concatenate(blocks) if blocks else np.zeros((0, self._out_features), np.float32)

    def evaluate(
        self, params: Params, inputs: Matrix, targets: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the outputs (n, out_features) and the loss of each example (n,), float32.

        The loss is of the outputs divided by the task's temperatures, the outputs are not.
        """
        outputs, losses = [], []
        for rows, (block, block_targets) in _blocks(inputs, targets):
            block_outputs, block_losses = self._outputs_and_losses(
                params, block, block_targets, self._factors
            )
            outputs.append(np.asarray(block_outputs)[:rows])
            losses.append(np.asarray(block_losses)[:rows])
        return np.concatenate(outputs), np.concatenate(losses)


@functools.lru_cache(maxsize=32)
def _outputs_program(network: Network) -> Any:
    """Compile a network once a process, however many models have it."""
    return jax.jit(network.apply)


@functools.lru_cache(maxsize=32)
def _losses_program(network: Network, task: Task) -> Any:
    def outputs_and_losses(params: Params, inputs: Any, targets: Any, factors: Any) -> Any:
        outputs = network.apply(params, inputs)
        return outputs, task.example_losses(outputs * factors, targets)

    return jax.jit(outputs_and_losses)


def _blocks(
    *arrays: Matrix, block_rows: int = BLOCK_ROWS
) -> Iterator[tuple[int, tuple[np.ndarray, ...]]]:
    """Cut arrays into blocks of rows; yield how many of each count, and the blocks."""
    n = arrays[0].shape[0]
    for start in range(0, n, block_rows):
        rows = min(block_rows, n - start)
        parts = [dense_rows(array, slice(start, start + rows)) for array in arrays]
        if rows < block_rows:
            parts = [
                np.concatenate([part, np.zeros((block_rows - rows, *part.shape[1:]), part.dtype)])
                for part in parts
            ]
        yield rows, tuple(parts)
