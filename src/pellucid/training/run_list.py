"""The runs of a folder: what each was, how far it came, and which came from which."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pellucid.errors import ModelFileError, PellucidError, SettingError, SourceNotFoundError
from pellucid.training.config import Config
from pellucid.training.report import headline
from pellucid.training.run_folder import RunFolder
from pellucid.training.run_record import Parent

FINISHED, RUNNING, INTERRUPTED, DIVERGED, DAMAGED = (
    "finished", "running", "interrupted", "diverged", "damaged",
)  # fmt: skip


@dataclass(frozen=True)
class RunSummary:
    """One run in short.

    Attributes
    ----------
    run
        Its folder.
    state
        ``"finished"``, ``"running"``, ``"interrupted"``, ``"diverged"`` or ``"damaged"``.
    began
        When, as ``2026-11-27T09:30:00Z``; None where that is not recorded.
    source, target, task
        What was learned from what.
    epochs, planned_epochs
        Done, and planned at most.
    metrics, measured_on
        Its scores, and the rows that they are of: ``"test"``; of a clustering ``"all"``; of a run
        that is not finished ``"validation"``, after its best epoch; None where there are none.
    parent
        The run and the step that it was branched from.
    weights_hash
        The SHA-256 of a finished run's weights.
    problem
        What is wrong with a damaged one.
    """

    run: str
    state: str
    began: str | None = None
    source: str | None = None
    target: str | None = None
    task: str | None = None
    epochs: int = 0
    planned_epochs: int | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    measured_on: str | None = None
    parent: Parent | None = None
    weights_hash: str | None = None
    problem: str | None = None

    @property
    def name(self) -> str:
        """The folder's own name."""
        return Path(self.run).resolve().name

    @property
    def score(self) -> str:
        """The metric that sums it up, worded for people; empty where nothing was measured."""
        if not self.metrics or self.task is None:
            return ""
        name, value = headline(self.metrics, self.task)
        return f"{name} {value}" + (" (validation)" if self.measured_on == "validation" else "")

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


def runs_in(folder: Path) -> list[RunSummary]:
    """Look at the runs that lie in a folder, the oldest first; or at the one that it is.

    Raises
    ------
    SourceNotFoundError
        Where there is no such folder.
    SettingError
        Where it is a file.
    """
    if not folder.exists():
        raise SourceNotFoundError(
            f"There is no folder {folder}.",
            expected="a folder in which runs lie; by default that is runs",
            remedy="train first: pellucid train digits",
        )
    if not folder.is_dir():
        raise SettingError(f"{folder} is a file.", expected="a folder in which runs lie")
    if _is_run(folder):
        return [summary_of(folder)]
    found = [summary_of(path) for path in sorted(folder.iterdir(), key=_natural) if _is_run(path)]
    return sorted(found, key=lambda run: run.began or "")


def summary_of(path: Path) -> RunSummary:
    """Sum up one run; one that cannot be read is told of as damaged."""
    folder = RunFolder.existing(path)
    try:
        return _summary(folder)
    except PellucidError as error:
        return RunSummary(str(path), DAMAGED, problem=error.what)
    except (KeyError, TypeError, AttributeError, ValueError):
        return RunSummary(str(path), DAMAGED, problem="Its events are not those of a run.")


def as_tree(runs: Sequence[RunSummary]) -> Iterator[tuple[str, RunSummary]]:
    """Yield each run after the one that it was branched from, with lines that show which.

    Examples
    --------
    >>> runs = [
    ...     RunSummary("runs/a", FINISHED),
    ...     RunSummary("runs/b", FINISHED, parent=Parent("runs/a", 5, 1)),
    ...     RunSummary("runs/c", FINISHED, parent=Parent("runs/b", 9, 2)),
    ...     RunSummary("runs/d", FINISHED, parent=Parent("runs/a", 7, 1)),
    ... ]
    >>> [lines + run.name for lines, run in as_tree(runs)]
    ['a', '├─ b', '│  └─ c', '└─ d']
    """
    names = {run.name for run in runs}
    children: dict[str | None, list[RunSummary]] = {}
    for run in runs:
        # A run's folder is found by its name, since all of them may have been moved together.
        parent = None if run.parent is None else Path(run.parent.run).name
        children.setdefault(parent if parent in names - {run.name} else None, []).append(run)

    def below(name: str, lines: str) -> Iterator[tuple[str, RunSummary]]:
        own = children.pop(name, [])
        for number, run in enumerate(own, start=1):
            is_last = number == len(own)
            yield lines + ("└─ " if is_last else "├─ "), run
            yield from below(run.name, lines + ("   " if is_last else "│  "))

    for run in children.pop(None, []):
        yield "", run
        yield from below(run.name, "")


def _is_run(path: Path) -> bool:
    return (path / "config.yaml").is_file()


def _natural(path: Path) -> list[tuple[int, str]]:
    """Sort iris-2 before iris-10."""
    parts = re.findall(r"\d+|\D+", path.name)
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


def _summary(folder: RunFolder) -> RunSummary:
    config, record, report = folder.config(), folder.record(), folder.report()
    told: dict[str, Any] = {
        "began": record.began,
        "parent": record.parent,
        "planned_epochs": config.epochs,
    }
    if report is not None:
        targets = report.get("targets") or [report["target"] or ""]
        measured = "all" if report["task"] == "clustering" else "test"
        return RunSummary(
            str(folder.path),
            FINISHED,
            source=report["source"],
            target=", ".join(targets) or None,
            task=report["task"],
            epochs=report["epochs"],
            metrics=dict(report["metrics"]),
            measured_on=measured if report["metrics"] else None,
            weights_hash=report.get("weights_hash"),
            **told,
        )
    targets = (config.target,) if isinstance(config.target, str) else config.target or ()
    done = folder.epochs()
    best = next((event for event in reversed(done) if event["best"]), None)
    state = DIVERGED if record.diverged else INTERRUPTED
    return RunSummary(
        str(folder.path),
        RUNNING if folder.is_locked() else state,
        source=_named(config),
        target=", ".join(targets) or None,
        task="several" if len(targets) > 1 else config.task,
        epochs=len(done),
        metrics=dict(best["metrics"]) if best else {},
        measured_on="validation" if best else None,
        **told,
    )


def _named(config: Config) -> str:
    """Call a source as a report does: a file by its name."""
    return Path(str(config.source)).stem


def existing_run(path: Path) -> RunSummary:
    """Sum up a run that is asked for by itself.

    Raises
    ------
    SourceNotFoundError, ModelFileError
        Where there is no run, or it cannot be read.
    """
    summary = summary_of(path)
    if summary.problem is not None:
        raise ModelFileError(summary.problem, where=str(path))
    return summary
