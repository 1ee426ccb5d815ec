"""The course of a training as the server keeps it: losses by batch, epochs, what was said.

Of very many batches means are kept: there are at most `MOST_POINTS` numbers, each of equally many
steps. Sockets read from a place on, so that each gets what is new since it last asked, however
slow it is.
"""

from __future__ import annotations

from typing import Any

MOST_POINTS = 2048


class Losses:
    """The losses of steps in their order.

    Attributes
    ----------
    points
        Pairs of the step that a point begins with and the mean loss of its ``each`` steps.
    each
        How many steps a point stands for.
    generation
        Grows where points that were told before have changed.

    Examples
    --------
    >>> losses = Losses(most=4)
    >>> losses.add(0, [4.0, 2.0, 1.0, 1.0, 0.5])
    >>> losses.points, losses.each
    ([(0, 3.0), (2, 1.0)], 2)
    >>> losses.add(5, [0.1])
    >>> losses.points[-1]
    (4, 0.3)
    """

    def __init__(self, most: int = MOST_POINTS) -> None:
        self.points: list[tuple[int, float]] = []
        self.each = 1
        self.generation = 0
        self._most = most
        self._partial: list[float] = []
        self._next = 0

    def add(self, first: int, losses: list[float | None]) -> None:
        """Add the losses of the steps from ``first`` on; what stood for these steps goes."""
        if first < self._next:
            self.forget_from(first)
        if not self.points and not self._partial:
            self._next = first
        if first > self._next:  # steps that were done before the server listened
            self._partial, self._next = [], first
        for loss in losses:
            self._partial.append(float("nan") if loss is None else loss)
            self._next += 1
            if len(self._partial) == self.each:
                mean = sum(self._partial) / self.each
                self.points.append((self._next - self.each, mean))
                self._partial = []
        if len(self.points) > self._most:
            self._halve()

    def forget_from(self, step: int) -> None:
        """Forget what was told of a step and all after it."""
        self.points = [point for point in self.points if point[0] + self.each <= step]
        self._partial, self._next = [], step
        self.generation += 1

    def _halve(self) -> None:
        pairs = zip(self.points[::2], self.points[1::2], strict=False)
        odd = self.points[-1:] if len(self.points) % 2 else []
        # What is left over becomes the beginning of the next point.
        self._partial = [odd[0][1]] * self.each + self._partial if odd else self._partial
        self.points = [(one[0], (one[1] + other[1]) / 2) for one, other in pairs]
        self.each *= 2
        self.generation += 1


class Course:
    """All that was told of a training."""

    def __init__(self) -> None:
        self.losses = Losses()
        self.epochs: list[dict[str, Any]] = []
        self.diagnoses: list[dict[str, Any]] = []
        self.notes: list[dict[str, Any]] = []
        self.planned: dict[str, Any] | None = None
        self.generation = 0

    def begin(self, epochs: list[dict[str, Any]]) -> None:
        """Begin with what the run's folder holds."""
        self.epochs = list(epochs)
        self.generation += 1

    def forget_after(self, step: int, n_epochs: int) -> None:
        """Go back to a state of the training: what lay after it was lost."""
        self.losses.forget_from(step)
        self.epochs = self.epochs[:n_epochs]
        self.generation += 1

    def hear(self, event: dict[str, Any]) -> None:
        """Take what a training tells, as `pellucid.training.events` makes it."""
        name = event.get("event")
        if name == "epoch_done":
            if self.epochs and self.epochs[-1]["epoch"] >= event["epoch"]:  # it was rewound
                self.epochs = [one for one in self.epochs if one["epoch"] < event["epoch"]]
                self.generation += 1
            self.epochs.append(event)
        elif name == "diagnosed":
            self.diagnoses.append(event["diagnosis"])
        elif name == "note":
            self.notes.append({"text": event["text"], "warning": event["warning"]})
        elif name == "planned":
            self.planned = event
