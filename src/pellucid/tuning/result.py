"""What came out of a search: the best settings beside the defaults; as text, table, JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pellucid.model import TrainedModel, load_model
from pellucid.tuning.space import Dimension, differing
from pellucid.tuning.trial import Trial, from_plain, to_plain

if TYPE_CHECKING:
    import polars as pl

    from pellucid.api import Model


@dataclass(frozen=True)
class TuningResult:
    """The best settings beside the defaults; ``print`` shows them.

    Attributes
    ----------
    source, origin, target, task
        The data, where it came from, what was predicted, as what.
    score_name, way, n_scored
        The metric that trials were scored by, on which rows, and how many: ``"validation"``,
        ``"out of fold"`` or ``"later windows"``. The test rows are never among them.
    trials, wanted
        All trials, in their order, and how many there were to be.
    space
        What was searched.
    best_number
        The number of the best trial.
    importance
        How much of the scores' variance each setting accounts for; empty where that cannot be told.
    settings
        Every setting of the best trial, as ``config.yaml`` holds them.
    report
        What `pellucid.train` reports of the training with them, test metrics included.
    defaults
        Test metrics and intervals of a training with the defaults; None where that diverged.
    ended
        ``"finished"``, ``"time limit"``, ``"exhausted"`` (everything was tried) or ``"callback"``.
    seconds, seed
        What it took in all, before an interruption as well, and the seed.
    trained
        The trained model, where it was trained in this process.
    """

    source: str
    origin: str
    target: str | None
    task: str
    score_name: str
    way: str
    n_scored: int
    trials: tuple[Trial, ...]
    wanted: int
    space: tuple[Dimension, ...]
    best_number: int
    importance: Mapping[str, float]
    settings: Mapping[str, Any]
    report: Mapping[str, Any]
    defaults: Mapping[str, Any] | None
    ended: str = "finished"
    seconds: float = 0.0
    seed: int = 0
    trained: TrainedModel | None = field(default=None, repr=False, compare=False)

    @property
    def best(self) -> Trial:
        """The best trial."""
        return self.trials[self.best_number - 1]

    @property
    def first(self) -> Trial:
        """The first trial, that of the defaults."""
        return self.trials[0]

    @property
    def changed(self) -> dict[str, Any]:
        """The best trial's settings that are not the defaults; empty where those are the best."""
        return differing(self.best.settings, self.space)

    @property
    def model(self) -> Model:
        """The model trained with the best settings."""
        from pellucid.api import Model

        return Model(self.trained or load_model(Path(self.report["run"])))

    @property
    def frame(self) -> pl.DataFrame:
        """One row for each trial: number, state, score, seconds, and the searched settings.

        Scores are those of ``score_name``; layers and augmentations are texts, such as ``64,64``.
        """
        import polars as pl

        from pellucid.tuning.wording import value_words

        def plain(value: Any) -> Any:
            return value_words(value) if isinstance(value, tuple) else value

        return pl.DataFrame(
            [
                {
                    "trial": trial.number,
                    "state": trial.state,
                    self.score_name: trial.metrics.get(self.score_name, trial.loss),
                    "seconds": trial.seconds,
                    **{name: plain(value) for name, value in trial.settings.items()},
                }
                for trial in self.trials
            ],
            infer_schema_length=None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the model as plain data, which JSON holds."""
        return {
            "task": self.task,
            "source": self.source,
            "origin": self.origin,
            "target": self.target,
            "score": self.score_name,
            "scored_by": self.way,
            "n_scored": self.n_scored,
            "best": self.best_number,
            "changed": {name: to_plain(value) for name, value in self.changed.items()},
            "importance": dict(self.importance),
            "settings": dict(self.settings),
            "report": dict(self.report),
            "defaults": None if self.defaults is None else dict(self.defaults),
            "space": [dimension.to_dict() for dimension in self.space],
            "n_trials": self.wanted,
            "trials": [trial.to_dict() for trial in self.trials],
            "ended": self.ended,
            "seconds": round(self.seconds, 3),
            "seed": self.seed,
            "run": self.report["run"],
            "model": self.report["model"],
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> TuningResult:
        """Make a result of what ``to_dict`` gave."""
        return cls(
            source=plain["source"],
            origin=plain["origin"],
            target=plain["target"],
            task=plain["task"],
            score_name=plain["score"],
            way=plain["scored_by"],
            n_scored=plain["n_scored"],
            trials=tuple(Trial.from_dict(trial) for trial in plain["trials"]),
            wanted=plain["n_trials"],
            space=tuple(
                Dimension(
                    dimension["name"],
                    from_plain(dimension["default"]),
                    tuple(from_plain(choice) for choice in dimension["choices"]),
                    from_plain(dimension["span"]),
                    dimension["ordered"],
                    dimension["reason"],
                )
                for dimension in plain["space"]
            ),
            best_number=plain["best"],
            importance=plain["importance"],
            settings=plain["settings"],
            report=plain["report"],
            defaults=plain["defaults"],
            ended=plain["ended"],
            seconds=plain["seconds"],
            seed=plain["seed"],
        )

    def __str__(self) -> str:
        from pellucid.data.page import plain
        from pellucid.tuning.page import result_lines

        return "\n".join(plain(line) for line in result_lines(self))

    def __repr__(self) -> str:
        return (
            f"<pellucid.TuningResult: {len(self.trials)} trials on {self.source}, "
            f"the best is number {self.best_number}>"
        )
