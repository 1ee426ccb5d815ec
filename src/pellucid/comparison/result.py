"""What came out of a comparison: scores, who is best, seconds; shown as text, page, table, JSON."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from pellucid.comparison.contenders import NETWORK
from pellucid.comparison.judging import Difference, Judge

if TYPE_CHECKING:
    import polars as pl

    from pellucid.markup.figure import Figure

Place: TypeAlias = Literal["best", "tie", "behind"]


@dataclass(frozen=True)
class Run:
    """One contender that learned once from so many rows.

    Attributes
    ----------
    contender, amount, repeat
        Who, from how many rows, and in which repeat, counted from 0.
    metrics
        The task's metrics on the test rows.
    learn_seconds, answer_seconds
        What learning took, and answering for all test rows.
    rows
        What each row that was tested on gives to the main metric, ``(n_test,)``; their mean is the
        score.
    is_fixed
        Whether every repeat would be the same: all rows, and a method without chance.
    parts
        As ``rows``, of further metrics by name (`pellucid.comparison.scoring.Scores`).
    """

    contender: str
    amount: int
    repeat: int
    metrics: dict[str, float]
    learn_seconds: float
    answer_seconds: float
    rows: np.ndarray = field(repr=False, compare=False)
    is_fixed: bool = False
    parts: Mapping[str, np.ndarray] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class LeftOut:
    """A contender that did not learn from so many rows, and why; ``by_limit``: the time limit."""

    contender: str
    amount: int
    reason: str
    by_limit: bool = False


@dataclass(frozen=True)
class Cell:
    """A contender's score from so many rows.

    Attributes
    ----------
    contender, amount
        Who, from how many rows.
    mean, spread, n
        The mean score over the repeats, their standard deviation (None of a single one), and how
        many there were.
    place
        ``"best"``, ``"tie"`` (cannot be told from the best) or ``"behind"``.
    behind
        How far behind the best, with the standard error.
    learn_seconds, answer_seconds
        The mean seconds of learning, and of answering for all test rows.
    """

    contender: str
    amount: int
    mean: float
    spread: float | None
    n: int
    place: Place
    behind: Difference
    learn_seconds: float
    answer_seconds: float


@dataclass(frozen=True)
class ComparisonResult:
    """The network beside classic machine learning; ``print`` shows it, a notebook draws it.

    Attributes
    ----------
    source, origin, targets, task, units
        The data, where it came from, what was predicted, as what, and the unit of numbers. The
        target of a clustering, if any, only judges.
    metric
        What scores are: ``"accuracy"``, ``"r2"``, ``"micro_f1"`` of sets of labels,
        ``"mean_score"`` of several targets; of clusters ``"nmi"``, or ``"silhouette"`` where
        there is no target.
    n_train, n_test
        All rows that could be learned from, and those of the test; none of a clustering, which is
        judged by the rows that were grouped.
    amounts
        From how many rows the contenders learned, rising.
    contenders
        Their names, the network first.
    runs
        Every run, in the order in which they were done.
    baseline
        The metrics of the trivial predictor: the most frequent class, the mean, the labels that
        most rows have; of clusters, all rows in one.
    left_out
        What could not be done.
    ended
        ``"finished"``, ``"time limit"`` or ``"interrupted"``.
    seconds, seed, notes, conditions
        What it took in all, the seed, what was said of the data, versions and processor.
    n_clusters, why_clusters
        How many clusters all looked for, and why; None for other tasks.
    """

    source: str
    origin: str
    targets: tuple[str, ...]
    task: str
    metric: str
    n_train: int
    n_test: int
    amounts: tuple[int, ...]
    contenders: tuple[str, ...]
    runs: tuple[Run, ...]
    baseline: Mapping[str, float]
    left_out: tuple[LeftOut, ...] = ()
    ended: str = "finished"
    seconds: float = 0.0
    seed: int = 0
    notes: tuple[str, ...] = ()
    conditions: Mapping[str, str | int] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    n_clusters: int | None = None
    why_clusters: str | None = None

    @property
    def target(self) -> str | None:
        """What was predicted, the first one of several; or None."""
        return next(iter(self.targets), None)

    @property
    def is_clustering(self) -> bool:
        """Whether rows were grouped, and judged by themselves."""
        return self.task == "clustering"

    @property
    def is_share(self) -> bool:
        """Whether a score is the share of rows that are right."""
        return self.metric.rpartition(".")[2] == "accuracy"

    @functools.cached_property
    def judge(self) -> Judge:
        """What holds the contenders' test rows against each other."""
        return Judge(self.runs, is_class=self.is_share, same_rows=not self.is_clustering)

    @functools.cached_property
    def further(self) -> dict[str, ComparisonResult]:
        """The same comparison by each other metric that can be judged by.

        Of several targets by each one's own, ``"<target>.accuracy"`` and the like; of a clustering
        with a target by ``"ari"``, ``"accuracy"`` and ``"silhouette"``.
        """
        names = dict.fromkeys(name for run in self.runs for name in run.parts)
        return {
            name: replace(
                self,
                metric=name,
                runs=tuple(replace(run, rows=run.parts[name], parts={}) for run in self.runs),
            )
            for name in names
            if name != self.metric
        }

    @functools.cached_property
    def cells(self) -> dict[tuple[str, int], Cell]:
        """The scores by contender and amount; what was left out is missing."""
        found = [self._cells_of(amount) for amount in self.amounts]
        return {(cell.contender, cell.amount): cell for cells in found for cell in cells}

    def best(self, amount: int) -> Cell | None:
        """Return the contender with the highest mean score from so many rows."""
        of_amount = [cell for cell in self.cells.values() if cell.amount == amount]
        return next((cell for cell in of_amount if cell.place == "best"), None)

    def best_classic(self, amount: int) -> Cell | None:
        """Return the best of the classic contenders from so many rows."""
        classic = [
            cell
            for cell in self.cells.values()
            if cell.amount == amount and cell.contender != NETWORK
        ]
        return max(classic, key=lambda cell: cell.mean, default=None)

    @property
    def verdict(self) -> list[str]:
        """Who wins where, and what it took: a few sentences."""
        from pellucid.comparison.wording import verdict

        return verdict(self)

    @property
    def frame(self) -> pl.DataFrame:
        """One row for each run: contender, amount, repeat, metrics, seconds.

        ``repeat`` is counted from 1.
        """
        import polars as pl

        return pl.DataFrame([_plain_run(run) for run in self.runs])

    @property
    def scores(self) -> pl.DataFrame:
        """One row for each amount and contender: score, spread, place, seconds."""
        import polars as pl

        return pl.DataFrame([_plain_cell(cell) for cell in self.cells.values()])

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the single test rows as plain data, which JSON holds."""
        return {
            "task": self.task,
            "source": self.source,
            "origin": self.origin,
            "target": self.target,
            "targets": list(self.targets),
            "n_clusters": self.n_clusters,
            "why_clusters": self.why_clusters,
            "units": dict(self.units),
            "metric": self.metric,
            "n_train": self.n_train,
            "n_test": self.n_test,
            "amounts": list(self.amounts),
            "contenders": list(self.contenders),
            "baseline": {name: value for name, value in self.baseline.items() if name != "n"},
            "scores": [_plain_cell(cell) for cell in self.cells.values()],
            "further": {
                name: [_plain_cell(cell) for cell in other.cells.values()]
                for name, other in self.further.items()
            },
            "runs": [_plain_run(run) for run in self.runs],
            "left_out": [
                {"contender": left.contender, "amount": left.amount, "reason": left.reason}
                for left in self.left_out
            ],
            "verdict": self.verdict,
            "ended": self.ended,
            "seconds": round(self.seconds, 3),
            "seed": self.seed,
            "notes": list(self.notes),
            "conditions": dict(self.conditions),
        }

    def to_svg(self) -> str:
        """Draw the learning curves as the text of an SVG file."""
        return self._figure().to_svg_file()

    def to_png(self) -> bytes:
        """Draw the learning curves as a PNG file."""
        return self._figure().to_png()

    def _figure(self) -> Figure:
        from pellucid.comparison.drawing import figure_of

        return figure_of(self)

    def __str__(self) -> str:
        from pellucid.comparison.page import result_lines
        from pellucid.data.page import plain

        return "\n".join(plain(line) for line in result_lines(self))

    def __repr__(self) -> str:
        return (
            f"<pellucid.ComparisonResult: {len(self.contenders)} contenders on {self.source}, "
            f"{len(self.amounts)} amounts up to {self.amounts[-1]:,} rows>"
        )

    def _repr_html_(self) -> str:
        from pellucid.comparison.result_html import result_to_html

        return result_to_html(self)

    def _cells_of(self, amount: int) -> list[Cell]:
        by_name: dict[str, list[Run]] = {}
        for run in self.runs:
            if run.amount == amount:
                by_name.setdefault(run.contender, []).append(run)
        scores = {
            name: np.array([run.metrics[self.metric] for run in own])
            for name, own in by_name.items()
        }
        names = [name for name in self.contenders if name in by_name]
        best = max(names, key=lambda name: float(scores[name].mean()))
        cells = []
        for name in names:
            behind = self.judge.difference(best, name, amount)
            place: Place = "behind"
            if name == best:
                place = "best"
            elif behind.is_tie:
                place = "tie"
            own, score = by_name[name], scores[name]
            cells.append(
                Cell(
                    name,
                    amount,
                    mean=float(score.mean()),
                    spread=float(score.std(ddof=1)) if len(score) > 1 else None,
                    n=len(score),
                    place=place,
                    behind=behind,
                    learn_seconds=float(np.mean([run.learn_seconds for run in own])),
                    answer_seconds=float(np.mean([run.answer_seconds for run in own])),
                )
            )
        return cells


def _plain_run(run: Run) -> dict[str, Any]:
    return {
        "contender": run.contender,
        "amount": run.amount,
        "repeat": run.repeat + 1,
        **run.metrics,
        "learn_seconds": round(run.learn_seconds, 4),
        "answer_seconds": round(run.answer_seconds, 4),
    }


def _plain_cell(cell: Cell) -> dict[str, Any]:
    return {
        "contender": cell.contender,
        "amount": cell.amount,
        "score": cell.mean,
        "spread": cell.spread,
        "repeats": cell.n,
        "place": cell.place,
        "behind": cell.behind.mean,
        "standard_error": cell.behind.error if cell.place != "best" else None,
        "learn_seconds": round(cell.learn_seconds, 4),
        "answer_seconds": round(cell.answer_seconds, 4),
    }
