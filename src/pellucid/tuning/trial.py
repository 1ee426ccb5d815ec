"""One trial: settings, what they scored, and the line that it is written down as."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

State: TypeAlias = Literal["done", "stopped", "diverged"]


@dataclass(frozen=True)
class Trial:
    """What one choice of settings came to, on rows that were not learned from.

    Attributes
    ----------
    number
        Its place in the search, from 1; the first one has the defaults.
    settings
        The searched settings by name.
    state
        ``"done"``; ``"stopped"`` early, since it was behind the others; or ``"diverged"``.
    score, loss
        How well it did: higher is better; and among equals, the lower loss. Of a stopped one, when
        it was stopped; of a diverged one None.
    metrics
        All metrics of these rows.
    course
        Scores on the way, by the tenth, or fifth, of the work done.
    seconds
        What it took.
    elapsed
        The seconds of the whole search up to its end.
    """

    number: int
    settings: Mapping[str, Any]
    state: State
    score: float | None = None
    loss: float | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    course: Mapping[int, float] = field(default_factory=dict)
    seconds: float = 0.0
    elapsed: float = 0.0

    @property
    def rank(self) -> tuple[float, float]:
        """What trials are ordered by, the best one last."""
        score = -float("inf") if self.score is None else self.score
        return score, -float("inf") if self.loss is None else -self.loss

    def to_dict(self) -> dict[str, Any]:
        """Return the trial as plain values, which JSON holds."""
        plain = asdict(self)
        plain["settings"] = {name: to_plain(value) for name, value in self.settings.items()}
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Trial:
        """Make a trial of what ``to_dict`` gave; raises ValueError, TypeError or KeyError."""
        values = dict(plain)
        settings = {name: from_plain(value) for name, value in values["settings"].items()}
        course = {int(step): float(score) for step, score in values["course"].items()}
        return cls(**{**values, "settings": settings, "course": course})


def best_of(trials: Iterable[Trial]) -> Trial | None:
    """Return the best trial that was done, of equals the first; None where none was.

    Examples
    --------
    >>> trials = [Trial(1, {}, "done", 0.9, 0.3), Trial(2, {}, "done", 0.9, 0.2)]
    >>> best_of([*trials, Trial(3, {}, "stopped", 0.95, 0.1)]).number
    2
    """
    return max(
        (trial for trial in trials if trial.state == "done"),
        key=lambda trial: trial.rank,
        default=None,
    )


def to_plain(value: Any) -> Any:
    """Return a setting's value as JSON holds it: a tuple as a list."""
    return list(value) if isinstance(value, tuple) else value


def from_plain(value: Any) -> Any:
    """Return a setting's value as JSON held it: a list as a tuple."""
    return tuple(value) if isinstance(value, list) else value
