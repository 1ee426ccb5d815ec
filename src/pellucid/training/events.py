"""What a training tells while it runs.

A callback is any function of one event; it is called in the order things happen, in the
process that trains. Raising :class:`StopTraining` in it ends the training after the current
steps, with everything reached so far kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


class StopTraining(Exception):  # noqa: N818 -- a request, as StopIteration is; not an error
    """Raised by a callback to end the training early; the model is kept as it is."""


@dataclass(frozen=True)
class Event:
    """Anything told; ``to_dict`` gives the line written to ``events.jsonl``."""

    def to_dict(self) -> dict[str, Any]:
        """Return the event as plain values, with its name under ``event``."""
        name = type(self).__name__
        words = "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
        return {"event": words, **asdict(self)}


@dataclass(frozen=True)
class PhaseStarted(Event):
    """A part of the work begins: ``"data"``, ``"train"``, ``"calibrate"``, ``"evaluate"`` …."""

    phase: str


@dataclass(frozen=True)
class Note(Event):
    """Something a person should know: an assumption, a stand-in, a warning."""

    text: str
    warning: bool = False


@dataclass(frozen=True)
class Planned(Event):
    """What will be trained is settled: sizes, settings, and why each was chosen.

    ``n_to_calibrate`` is how many further networks, each trained as long, are to calibrate it.
    """

    name: str
    task: str
    target: str | None
    n_train: int
    n_validation: int
    n_test: int
    n_parameters: int
    layers: list[dict[str, Any]]
    epochs: int
    steps_per_epoch: int
    settings: dict[str, Any]
    reasons: dict[str, str]
    n_to_calibrate: int = 0

    def seconds_to_calibrate(self, training: Estimated) -> float:
        """Return how long calibrating is likely to take after a training.

        Each of its networks learns from the beginning; under a limit, those are trained that fit.
        """
        n, limit = self.n_to_calibrate, self.settings.get("time_limit")
        if limit is not None:
            n = min(n, int(max(0.0, limit - training.seconds) / max(training.whole, 1e-9)))
        return n * training.whole


@dataclass(frozen=True)
class Estimated(Event):
    """How long the training is likely to take, in seconds: measured on a few steps before it.

    ``whole`` is that of all its epochs, also of those that were done before it was interrupted.
    What calibrates the network afterwards comes on top (``Planned.seconds_to_calibrate``).
    """

    seconds: float
    whole: float


@dataclass(frozen=True)
class StepsDone(Event):
    """Some steps of an epoch are done; for progress bars."""

    epoch: int
    step: int
    steps_per_epoch: int
    loss: float
    examples_per_second: float


@dataclass(frozen=True)
class EpochDone(Event):
    """An epoch is done. Losses are means over its steps; metrics are of the validation data.

    ``probe`` is what was measured inside the network after it (`pellucid.training.diagnosis`),
    which is not done after every epoch.
    """

    epoch: int
    epochs: int
    loss: float
    learning_rate: float
    seconds: float
    examples_per_second: float
    validation_loss: float | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    best: bool = False
    probe: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FurtherEpochDone(Event):
    """An epoch of the networks that calibrate the trained one is done: so many of all of theirs."""

    epoch: int
    epochs: int


@dataclass(frozen=True)
class Diagnosed(Event):
    """Something is wrong with the training, and this sure: a `Diagnosis` as plain values."""

    diagnosis: dict[str, Any]


@dataclass(frozen=True)
class Finished(Event):
    """The training ended; ``reason`` says why and ``report`` is what ``--json`` prints."""

    reason: str
    report: dict[str, Any]


Callback = Callable[[Event], None]


def together(callbacks: Sequence[Callback]) -> Callback:
    """Make one callback of several; the rest still hear an event that one stops at."""

    def emit(event: Event) -> None:
        stop = None
        for callback in callbacks:
            try:
                callback(event)
            except StopTraining as request:
                stop = request
        if stop is not None:
            raise stop

    return emit


def tell_nobody(event: Event) -> None:
    """Receive events and do nothing: the callback where none is wanted."""
