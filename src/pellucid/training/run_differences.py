"""In what two runs differ: settings, scores, and the conditions that they were trained under."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pellucid.training.run_folder import RunFolder
from pellucid.training.run_list import RunSummary, existing_run
from pellucid.training.session import plain_settings

# With another value of one of these, other rows are tested, or other things measured.
_OF_THE_TEST = ("source", "target", "task", "test", "test_fraction", "seed", "window", "horizon")


@dataclass(frozen=True)
class RunDifferences:
    """In what two runs differ.

    Attributes
    ----------
    a, b
        The runs.
    settings, conditions
        The values in a and in b of all that differ, by name; None where one has none.
    metrics
        The values in a and in b, and b less a, of all that both measured.
    same_weights
        Whether the weights are the same, bit for bit; None where that is not recorded.
    notes
        What to know before comparing the scores.
    """

    a: RunSummary
    b: RunSummary
    settings: dict[str, tuple[Any, Any]]
    conditions: dict[str, tuple[Any, Any]]
    metrics: dict[str, tuple[float, float, float]]
    same_weights: bool | None
    notes: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        sides = ("a", "b", "difference")

        def named(values: dict[str, Any]) -> dict[str, Any]:
            return {name: dict(zip(sides, pair, strict=False)) for name, pair in values.items()}

        return {
            **asdict(self),
            "settings": named(self.settings),
            "conditions": named(self.conditions),
            "metrics": named(self.metrics),
        }


def difference(a: Path, b: Path) -> RunDifferences:
    """Compare two runs.

    Raises
    ------
    SourceNotFoundError, ModelFileError
        Where one of them is no run, or cannot be read.
    """
    one, other = existing_run(a), existing_run(b)
    settings = _unlike(*(plain_settings(RunFolder(path).config().set_values()) for path in (a, b)))
    metrics = {
        name: (value, other.metrics[name], other.metrics[name] - value)
        for name, value in one.metrics.items()
        if name in other.metrics
    }
    hashes = one.weights_hash, other.weights_hash
    return RunDifferences(
        one,
        other,
        settings,
        _unlike(*(_conditions(path) for path in (a, b))),
        metrics,
        None if None in hashes else hashes[0] == hashes[1],
        _notes(one, other, settings),
    )


def _unlike(one: dict[str, Any], other: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    names = [*one, *(name for name in other if name not in one)]
    return {
        name: (one.get(name), other.get(name)) for name in names if one.get(name) != other.get(name)
    }


def _conditions(path: Path) -> dict[str, Any]:
    """Return the conditions that a run was last worked on under; those of its report, else."""
    folder = RunFolder(path)
    work = folder.record().work
    if work:
        return dict(work[-1].conditions)
    return dict((folder.report() or {}).get("conditions", {}))


def _notes(one: RunSummary, other: RunSummary, settings: dict[str, Any]) -> list[str]:
    notes = []
    if one.metrics and other.metrics:
        apart = [name for name in _OF_THE_TEST if name in settings]
        if apart:
            notes.append(f"{', '.join(apart)} differ, so other rows were measured.")
        if one.measured_on != other.measured_on:
            notes.append(
                f"One was measured on {one.measured_on} rows, the other on {other.measured_on} "
                "rows."
            )
    for run in (one, other):
        if not run.metrics:
            notes.append(f"{run.run} has no scores: it is {run.state}.")
    return notes
