"""How examples reach the compiled steps: all at once, or a window of steps at a time.

Examples that lie in memory go to the device once, and a step picks its rows there. Sparse and
memory-mapped ones are too large for that: the rows of the next few steps are gathered, made
dense and sent, while the steps before them are computed. A step sees the same batch either
way.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple, Protocol

import jax
import jax.numpy as jnp
import numpy as np

from pellucid import memory
from pellucid.data.matrices import FLOAT32, is_resident, is_sparse
from pellucid.training.step import Examples

# A window is large enough that sending it costs little, and small beside the memory.
_WINDOW_BYTES = 96 * 10**6
_WINDOW_SHARE = 64


class Window(NamedTuple):
    """Some steps of an epoch, as the compiled program takes them.

    Attributes
    ----------
    examples
        On the device.
    order
        The rows of ``examples`` for each step, int32 (n_steps, batch_size).
    learning_rates
        The rate of each step, float32 (n_steps,).
    first
        The position of the wanted steps' first in ``order``.
    """

    examples: Examples
    order: np.ndarray
    learning_rates: np.ndarray
    first: int


class Feed(Protocol):
    """Gives the compiled program what it needs for some steps."""

    def most_steps(self, order: np.ndarray) -> int:
        """Return how many steps of such batches one window can hold."""
        ...

    def steps_at_once(self, order: np.ndarray, wanted: int) -> int:
        """Return how many steps to ask for where so many are wanted."""
        ...

    def before_epoch(self) -> None:
        """Make room for the order of the next epoch's rows, which of many rows is large."""
        ...

    def window(self, order: np.ndarray, rates: np.ndarray, start: int, stop: int) -> Window:
        """Return steps start … stop − 1 of an epoch.

        Parameters
        ----------
        order
            The rows of every step of the epoch, int32 (n_steps, batch_size).
        rates
            The learning rate of every step, float32 (n_steps,).
        start, stop
            Which steps; at most ``most_steps`` of them.
        """
        ...


def feed_of(examples: Examples) -> Feed:
    """Return the feed that suits where the examples lie."""
    return ResidentFeed(examples) if is_resident(examples.inputs) else StreamedFeed(examples)


class ResidentFeed:
    """All examples on the device; every window is the whole epoch."""

    def __init__(self, examples: Examples) -> None:
        self._on_device = jax.tree.map(jnp.asarray, examples)

    def most_steps(self, order: np.ndarray) -> int:
        """Return the number of steps of the epoch."""
        return len(order)

    def steps_at_once(self, order: np.ndarray, wanted: int) -> int:
        """Return what is wanted: any number can be had."""
        return wanted

    def before_epoch(self) -> None:
        """Do nothing: there is memory enough."""

    def window(self, order: np.ndarray, rates: np.ndarray, start: int, stop: int) -> Window:
        """Return the whole epoch, and where to start in it."""
        return Window(self._on_device, order, rates, start)


class StreamedFeed:
    """The rows of a few steps at a time; those that will likely come next are made ready."""

    def __init__(self, examples: Examples) -> None:
        self._examples = examples
        # Asked once: the worker's thread would not know of a limit set for this one.
        self._window_bytes = min(_WINDOW_BYTES, memory.limit() // _WINDOW_SHARE)
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="feed")
        self._ahead: tuple[np.ndarray, tuple[int, int], Future[Examples]] | None = None

    def most_steps(self, order: np.ndarray) -> int:
        """Return how many steps fit into a window."""
        row_bytes = max(1, int(self._examples.inputs.shape[1])) * FLOAT32
        return max(1, min(len(order), self._window_bytes // (int(order.shape[1]) * row_bytes)))

    def steps_at_once(self, order: np.ndarray, wanted: int) -> int:
        """Return a whole window's: the one made ready ahead is then the one asked for."""
        return self.most_steps(order)

    def before_epoch(self) -> None:
        """Give back memory that was freed, where the examples do not fit into it."""
        self._ahead = None
        if not is_sparse(self._examples.inputs):
            memory.give_back()

    def window(self, order: np.ndarray, rates: np.ndarray, start: int, stop: int) -> Window:
        """Return the steps' own rows, in the order of the steps."""
        n_steps, batch_size = self.most_steps(order), order.shape[1]
        examples = self._gathered(order, start, stop)
        following = stop, min(len(order), stop + n_steps)
        if following[0] < following[1]:
            future = self._worker.submit(self._gather, order, *following)
            self._ahead = order, following, future
        local = np.arange(n_steps * batch_size, dtype=np.int32).reshape(n_steps, batch_size)
        local_rates = np.zeros(n_steps, dtype=np.float32)
        local_rates[: stop - start] = rates[start:stop]
        return Window(examples, local, local_rates, 0)

    def _gathered(self, order: np.ndarray, start: int, stop: int) -> Examples:
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead[0] is order and ahead[1] == (start, stop):
            return ahead[2].result()
        return self._gather(order, start, stop)

    def _gather(self, order: np.ndarray, start: int, stop: int) -> Examples:
        # Always as many rows as a window has, so that there is one compiled program.
        n_rows = self.most_steps(order) * order.shape[1]
        rows = order[start:stop].ravel()
        taken = self._examples.take(rows)

        def filled(part: Any) -> Any:
            if len(part) == n_rows:
                return jnp.asarray(part)
            whole = np.zeros((n_rows, *part.shape[1:]), dtype=part.dtype)
            whole[: len(rows)] = part
            return jnp.asarray(whole)

        return Examples(*(None if part is None else filled(part) for part in taken))
