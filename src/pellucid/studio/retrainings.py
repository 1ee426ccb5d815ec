"""Copies of the lab that learn on, in the background: one at a time, and kept when they are done.

What a copy is, its changes say: the same changes in the same order are the same copy. So the lab
measures and saves one that was retrained as it does any other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeAlias

from pellucid.errors import PellucidError
from pellucid.model import TrainedModel
from pellucid.studio.messages.lab import Retraining
from pellucid.studio.messages.session import Problem
from pellucid.studio.refusals import RefusedError

Key: TypeAlias = str
# Called with what is told after each epoch, and what asks whether to stop; returns the copy.
Learn: TypeAlias = Callable[[Callable[[int, float], None], Callable[[], bool]], TrainedModel]
MOST_KEPT = 8


class Retrainings:
    """The copies of one model that were retrained."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[Key, TrainedModel] = {}
        self._told = Retraining("none", 0, 0, None, None)
        self._stopping = threading.Event()

    def begin(self, key: Key, epochs: int, learn: Learn) -> Retraining:
        """Begin, in a thread; raises RefusedError where another copy still learns."""
        with self._lock:
            if self._told.state == "learning":
                raise RefusedError(409, "A copy is being retrained.", remedy="wait, or stop it")
            self._stopping.clear()
            self._told = Retraining("learning", 0, epochs, None, None)
        work = threading.Thread(
            target=self._work, args=(key, epochs, learn), name="pellucid-retrain", daemon=True
        )
        work.start()
        return self.told()

    def told(self) -> Retraining:
        """Return how far the newest one has come."""
        with self._lock:
            return self._told

    def stop(self) -> Retraining:
        """Let the one that learns end with what it has reached."""
        self._stopping.set()
        return self.told()

    def of(self, key: Key) -> TrainedModel:
        """Return a copy that has learned; raises RefusedError where it is not kept."""
        with self._lock:
            found = self._kept.get(key)
        if found is None:
            raise RefusedError(
                404, "This copy was not retrained, or is not kept any more.", remedy="retrain it"
            )
        return found

    def _work(self, key: Key, epochs: int, learn: Learn) -> None:
        def done(epoch: int, loss: float) -> None:
            with self._lock:
                self._told = Retraining("learning", epoch, epochs, loss, None)

        try:
            found = learn(done, self._stopping.is_set)
        except PellucidError as error:
            problem = Problem(error.what, error.where, error.expected, error.remedy)
            self._end("failed", problem)
        except BaseException:
            problem = Problem("The retraining failed; this is a mistake of pellucid.", *[None] * 3)
            self._end("failed", problem)
            raise
        else:
            with self._lock:
                self._kept[key] = found
                while len(self._kept) > MOST_KEPT:
                    self._kept.pop(next(iter(self._kept)))
            self._end("stopped" if self._stopping.is_set() else "finished", None)

    def _end(self, state: str, problem: Problem | None) -> None:
        with self._lock:
            last = self._told
            self._told = Retraining(state, last.epoch, last.epochs, last.loss, problem)  # type: ignore[arg-type]  # one of its states
