"""Several targets at once: one network whose outputs are those of a task for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl

from pellucid.data import Table, Values
from pellucid.errors import SettingError
from pellucid.metrics import Interval
from pellucid.tasks.classification import Classification
from pellucid.tasks.multilabel import MultiLabel
from pellucid.tasks.regression import Regression
from pellucid.tasks.task import Task

PARTS: dict[str, type[Task]] = {
    task.name: task for task in (Classification, Regression, MultiLabel)
}
# A target that is nearly always the same has a trivial loss near 0; dividing by it would make
# its few other rows all that counts.
_LEAST_SCALE = 0.1


@dataclass(frozen=True)
class Several(Task):
    """Predicting several targets, each by a task of its own.

    The outputs of the tasks lie side by side, and so do their encoded targets. The loss is the
    mean over the targets, each divided by what the trivial predictor loses on it: squared
    errors and cross-entropies then count alike, and 1 is what knowing nothing costs.

    Parameters
    ----------
    names
        The targets' columns.
    parts
        The task of each.
    scales
        What each target's loss is divided by.

    Raises
    ------
    SettingError
        Where there are no targets, or the three are not equally many.
    """

    name: ClassVar[str] = "several"
    main_metric: ClassVar[str] = "mean_score"
    losses: ClassVar[tuple[str, ...]] = tuple(
        dict.fromkeys(loss for part in PARTS.values() for loss in part.losses)
    )

    names: tuple[str, ...]
    parts: tuple[Task, ...]
    scales: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.names or not len(self.names) == len(self.parts) == len(self.scales):
            raise SettingError(
                "Several targets need a name, a task and a scale each.",
                where=f"{len(self.names)}, {len(self.parts)} and {len(self.scales)} are given",
            )

    @classmethod
    def scaled(cls, parts: Mapping[str, Task], encoded: Mapping[str, np.ndarray]) -> Self:
        """Put tasks together, with scales from the encoded training targets of each."""
        scales = (max(_LEAST_SCALE, part.trivial_loss(encoded[n])) for n, part in parts.items())
        return cls(tuple(parts), tuple(parts.values()), tuple(scales))

    def with_parts(self, parts: Sequence[Task]) -> Several:
        """Return the same with other settings of the tasks; scales stay."""
        return replace(self, parts=tuple(parts))

    @property
    def loss_name(self) -> str:  # type: ignore[override]
        """The losses of the targets."""
        return ", ".join(dict.fromkeys(part.loss_name for part in self.parts))

    @property
    def out_features(self) -> int:
        """The outputs of all tasks."""
        return sum(part.out_features for part in self.parts)

    @property
    def output_names(self) -> list[str]:
        """Each task's own names after the target's: ``"color: red"``; for numbers the target."""
        return [
            name if isinstance(part, Regression) else f"{name}: {own}"
            for name, part in zip(self.names, self.parts, strict=True)
            for own in part.output_names
        ]

    def encode(self, values: Values) -> np.ndarray:
        """Refuse: several targets are encoded from a table, by ``encode_table``."""
        raise TypeError("several targets are encoded by encode_table")

    def encode_table(self, table: Table, targets: Sequence[str]) -> np.ndarray:
        """Encode all targets, side by side, float32 (n, columns); classes as whole numbers."""
        return self.join([part.encode(table[name]) for name, part in self._pairs()])

    @staticmethod
    def join(encoded: Sequence[np.ndarray]) -> np.ndarray:
        """Put encoded targets side by side, float32; whole numbers up to 2²⁴ stay exact."""
        return np.concatenate(
            [np.asarray(e, np.float32).reshape(len(e), -1) for e in encoded], axis=1
        )

    def example_losses(self, outputs: jax.Array, targets: jax.Array) -> jax.Array:
        """Return the mean of the targets' scaled losses for each example, (batch,)."""
        losses = [
            part.example_losses(own, _own_targets(part, wanted)) / scale
            for (_, part, own, wanted), scale in zip(
                self._cut(outputs, targets), self.scales, strict=True
            )
        ]
        return jnp.mean(jnp.stack(losses), axis=0)

    def for_evaluation(self) -> Several:
        """Return the tasks as results are measured."""
        return self.with_parts([part.for_evaluation() for part in self.parts])

    @property
    def output_factors(self) -> np.ndarray:
        """Those of the tasks, side by side."""
        return np.concatenate([part.output_factors for part in self.parts])

    def calibrated(
        self, outputs: np.ndarray, targets: np.ndarray, weights: np.ndarray | None = None
    ) -> Several:
        """Return the tasks, each with the temperatures that suit its own outputs."""
        return self.with_parts(
            [
                part.calibrated(own, wanted, weights)
                for _, part, own, wanted in self.apart(outputs, targets)
            ]
        )

    def uncalibrated(self) -> Several:
        """Return the tasks with the network's own probabilities."""
        return self.with_parts([part.uncalibrated() for part in self.parts])

    def apart(self, outputs: Any, targets: Any) -> Iterator[tuple[str | None, Task, Any, Any]]:
        """Yield each target's name, task, outputs and targets as the task encodes them."""
        for name, part, own, wanted in self._cut(outputs, targets):
            yield name, part, own, None if wanted is None else _own_targets(part, wanted)

    def intervals(self, outputs: np.ndarray, targets: np.ndarray) -> dict[str, Interval]:
        """Return the intervals of ``<target>.<metric>``."""
        return {
            f"{name}.{metric}": interval
            for name, part, own, wanted in self.apart(outputs, targets)
            for metric, interval in part.intervals(own, wanted).items()
        }

    def trivial_outputs(self, train_targets: np.ndarray) -> np.ndarray:
        """Return the trivial predictors' outputs side by side, (out_features,)."""
        return np.concatenate(
            [
                part.trivial_outputs(_own_targets(part, wanted))
                for _, part, _, wanted in self._cut(train_targets, train_targets)
            ]
        )

    def decode(self, outputs: np.ndarray) -> pl.DataFrame:
        """Return ``prediction_<target>`` for each target, then all ``probability_<target>_…``."""
        predictions: list[pl.Series] = []
        probabilities: list[pl.Series] = []
        for name, part, own, _ in self._cut(outputs, None):
            for column in part.decode(own).get_columns():
                first, _, rest = column.name.partition("_")
                named = column.alias(f"{first}_{name}_{rest}" if rest else f"{first}_{name}")
                (probabilities if rest else predictions).append(named)
        taken: dict[str, int] = {}
        unique = []
        for column in (*predictions, *probabilities):
            # "a" with a class "b_c" and "a_b" with a class "c" have the same name.
            taken[column.name] = taken.get(column.name, 0) + 1
            again = taken[column.name]
            unique.append(column if again == 1 else column.alias(f"{column.name} ({again})"))
        return pl.DataFrame(unique)

    def metrics(self, outputs: np.ndarray, targets: np.ndarray) -> dict[str, float]:
        """Return ``mean_score``, the mean of the targets' main metrics, and ``<target>.<metric>``.

        The main metrics are accuracy, R² and micro F1; under class weights balanced accuracy
        and macro F1.
        """
        measured = {
            name: part.metrics(own, _own_targets(part, wanted))
            for name, part, own, wanted in self._cut(outputs, targets)
        }
        return self._named(measured)

    def baseline(self, train_targets: np.ndarray, test_targets: np.ndarray) -> dict[str, float]:
        """Measure the trivial predictor of each target."""
        measured: dict[str, dict[str, float]] = {}
        for name, part, train, test in self._cut_targets(train_targets, test_targets):
            own = part.baseline(_own_targets(part, train), _own_targets(part, test))
            own.pop("loss", None)
            measured[name] = own
        trivial = np.broadcast_to(
            self.trivial_outputs(train_targets), (len(test_targets), self.out_features)
        )
        losses = self.for_evaluation().example_losses(
            jnp.asarray(trivial, jnp.float32), jnp.asarray(test_targets)
        )
        return {**self._named(measured), "loss": float(np.asarray(losses).mean(dtype=np.float64))}

    def confusions(
        self, outputs: np.ndarray, targets: np.ndarray, most: int
    ) -> list[dict[str, Any]]:
        """List each target's most frequent confusions, with the name of the ``target``."""
        return [
            {"target": name, **entry}
            for name, part, own, wanted in self._cut(outputs, targets)
            for entry in part.confusions(own, _own_targets(part, wanted), most)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the tasks as JSON-ready data."""
        return {
            "name": self.name,
            "targets": list(self.names),
            "parts": [part.to_dict() for part in self.parts],
            "scales": list(self.scales),
        }

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the tasks again from what ``to_dict`` returned."""
        parts = tuple(PARTS[part["name"]].from_dict(part) for part in saved["parts"])
        return cls(tuple(saved["targets"]), parts, tuple(saved["scales"]))

    def _named(self, measured: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
        scores = [part.score(measured[name]) for name, part in self._pairs()]
        return {
            self.main_metric: float(np.mean(scores)),
            **{
                f"{name}.{metric}": value
                for name, own in measured.items()
                for metric, value in own.items()
            },
        }

    def _pairs(self) -> Iterator[tuple[str, Task]]:
        return zip(self.names, self.parts, strict=True)

    def _cut(self, outputs: Any, targets: Any) -> Iterator[tuple[str, Task, Any, Any]]:
        """Yield each target's name and task with its own columns of outputs and targets."""
        at_output = at_target = 0
        for name, part in self._pairs():
            width, target_width = part.out_features, _target_width(part)
            wanted = None if targets is None else targets[:, at_target : at_target + target_width]
            yield name, part, outputs[:, at_output : at_output + width], wanted
            at_output, at_target = at_output + width, at_target + target_width

    def _cut_targets(self, first: Any, second: Any) -> Iterator[tuple[str, Task, Any, Any]]:
        """Yield each target's name and task with its own columns of two arrays of targets."""
        start = 0
        for name, part in self._pairs():
            stop = start + _target_width(part)
            yield name, part, first[:, start:stop], second[:, start:stop]
            start = stop


def _target_width(part: Task) -> int:
    """Return how many columns a task's encoded targets take: classes one, others one an output."""
    return 1 if isinstance(part, Classification) else part.out_features


def _own_targets(part: Task, targets: Any) -> Any:
    """Bring a task's columns of targets back into the form that the task itself encodes."""
    return targets[:, 0].astype("int32") if isinstance(part, Classification) else targets
