"""Who watches a clustering, and what is wrong with its groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np

from pellucid.data import Block
from pellucid.data.rows import count
from pellucid.optimizers import OptimizerSettings
from pellucid.training.diagnosis.case import Case, trivial_loss_of
from pellucid.training.diagnosis.diagnosis import Diagnosis
from pellucid.training.diagnosis.doctor import Doctor
from pellucid.training.diagnosis.illness import Illness, diagnose, register
from pellucid.training.diagnosis.probe import Probe
from pellucid.training.events import Callback, EpochDone
from pellucid.training.step import Examples, Objective


class ClusterDoctor(Doctor):
    """Watches one clustering.

    Its targets are what the network said before, and change between the epochs; so a loss is held
    against those that it was measured by. Nothing is asked about answers that are right or wrong.
    """

    @classmethod
    def watching(
        cls,
        train: Examples,
        objective: Objective,
        optimizer: OptimizerSettings,
        *,
        settings: Mapping[str, Any],
        blocks: Sequence[Block],
        emit: Callback,
    ) -> Self:
        """Watch the clustering of these rows."""
        case = Case(objective, settings, (), train, 0.0, n_steps=1, blocks=blocks)
        return cls(case, Probe.of(objective, optimizer, train), emit)

    def conclude_clusters(self, sizes: np.ndarray) -> list[Diagnosis]:
        """Return what is wrong with the finished clustering, of so many rows in each cluster."""
        case = self._now()
        if not case.history:
            return []
        return diagnose(replace(self._looked_at(case), cluster_sizes=sizes))

    def _is_due(self, event: EpochDone) -> bool:
        return bool(event.probe)

    def _now(self) -> Case:
        case = super()._now()
        train = case.train if self._trainer is None else self._trainer.train
        return replace(case, train=train, trivial_loss=trivial_loss_of(case.objective, train))


@register
class EmptyClusters(Illness):
    """Clusters that no row belongs to: there are fewer groups than were asked for.

    Xie, Girshick & Farhadi 2016, "Unsupervised deep embedding for clustering analysis", section
    3.1.3: what a network teaches itself may draw all rows into few clusters, against which targets
    are balanced; where that does not help, there is nothing that tells the groups apart.
    """

    name = "empty-clusters"
    is_seen_early = True
    causes = (
        "inputs-not-scaled", "diverging-loss", "exploding-gradients", "dead-units",
        "saturated-units", "vanishing-gradients", "learning-rate-too-high",
        "learning-rate-too-low", "stalled-loss",
    )  # fmt: skip

    def find(self, case: Case) -> Iterator[Diagnosis]:
        """Count the rows of each cluster."""
        if case.cluster_sizes is None:
            return
        n_clusters, left = len(case.cluster_sizes), int(np.count_nonzero(case.cluster_sizes))
        if left == n_clusters:
            return
        yield Diagnosis(
            self.name,
            "warning",
            f"{n_clusters - left} of {count(n_clusters, 'cluster')} have no rows: there are fewer "
            "groups than that.",
            {"clusters": n_clusters, "with_rows": left},
            *(
                ("Ask for as many as there are", {"clusters": left})
                if left > 1
                else ("Give columns that tell the rows apart.", {})
            ),
        )
