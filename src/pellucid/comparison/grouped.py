"""Rows to be grouped: the network beside methods that know no labels either, on the same rows.

Nothing is learned from labels, so nothing is held out: every amount of rows is grouped and judged
by itself, by its labels where a target is named (NMI, ARI, accuracy), by the silhouette where none
is. All look for the same number of clusters.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from pellucid.comparison.clusterers import CLASSIC_CLUSTERERS, ClassicClusterer
from pellucid.comparison.contenders import NETWORK
from pellucid.comparison.contest import Contest, Entry, Learned
from pellucid.comparison.ground import most_rows
from pellucid.comparison.scoring import score_clusters
from pellucid.data import CategoryTarget, InputEncoding, Table
from pellucid.data.matrices import Matrix
from pellucid.errors import DataError, SettingError
from pellucid.tasks import Clustering
from pellucid.training.clustering.fitting import distinct_rows, fit, objective_for, settle, survey
from pellucid.training.clustering.learning import probabilities_of
from pellucid.training.clustering.neighbours import reduced
from pellucid.training.clustering.settings import refuse_unfit
from pellucid.training.config import Config
from pellucid.training.events import Callback
from pellucid.training.forecasting import settle_contract
from pellucid.training.opening import open_data
from pellucid.training.preparation import divide
from pellucid.training.telling import Faces
from pellucid.training.trainer import Diverged

_OF_TESTS = ("test", "test_fraction")


class Grouped(Contest):
    """Rows to be grouped.

    Parameters
    ----------
    config
        The settings of the clustering.
    note
        Receives sentences for people, and whether each is a warning.

    Raises
    ------
    DataError
        Where the data cannot be used, or has too few different rows.
    SettingError
        Where a setting does not fit the data or a clustering.
    """

    def __init__(self, config: Config, note: Callable[[str, bool], None]) -> None:
        _refuse_tests(config)
        refuse_unfit(config)
        config = config.replace(task="clustering", test_fraction=0.0, validation_fraction=0.0)
        divided = divide(config, *settle_contract(open_data(config), config), note)
        self._dataset, self._contract = divided.dataset, divided.contract
        self._train = divided.parts.train
        self._labels = None
        if self._contract.target is not None:
            self._labels = _labels_of(self._train, self._contract.target)
        most = most_rows(divided, note)
        rows = np.linspace(0, self._train.n_rows - 1, min(most, self._train.n_rows))
        n_clusters, self._reason = self._settle_number(config, rows.astype(int), note)
        super().__init__(
            contenders=(NETWORK, *(clusterer.name for clusterer in CLASSIC_CLUSTERERS)),
            n_rows=self._train.n_rows,
            most=most,
            n_clusters=n_clusters,
            baseline=self._one_group(),
        )

    def entries(self, config: Config, rows: np.ndarray, emit: Callback) -> Iterator[Entry]:
        """Yield the contenders, the network first, before some rows."""
        config = config.replace(task="clustering", clusters=self.n_clusters)
        inputs, encoding = self._encoded(rows)
        labels = None if self._labels is None else self._labels[rows]
        refusal = self._too_few(inputs)
        yield Entry(
            NETWORK,
            partial(_of_network, config, inputs, encoding, labels, emit),
            refusal=refusal,
        )
        began = time.perf_counter()
        points = np.asarray(reduced(inputs, config.seed), dtype=np.float64)
        to_reduce = time.perf_counter() - began
        for method in CLASSIC_CLUSTERERS:

            def learn(method: ClassicClusterer = method) -> Learned:
                # Sums of several threads come in any order, and so with other last bits.
                with threadpool_limits(1), warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    began = time.perf_counter()
                    clusters = method.group(points, self.n_clusters, config.seed)
                    seconds = to_reduce + time.perf_counter() - began
                return Learned(score_clusters(inputs, clusters, labels), seconds)

            refused = refusal or method.refuses(len(rows))
            yield Entry(method.name, learn, method.is_random, refused)

    def facts(self) -> Mapping[str, Any]:
        """Return what the result tells of the data."""
        return {
            "source": self._dataset.name,
            "origin": self._dataset.origin,
            "targets": self._contract.targets,
            "task": "clustering",
            "metric": "silhouette" if self._labels is None else Clustering.main_metric,
            "n_train": self.n_rows,
            "n_test": 0,
            "n_clusters": self.n_clusters,
            "why_clusters": self._reason,
        }

    def _settle_number(
        self, config: Config, rows: np.ndarray, note: Callable[[str, bool], None]
    ) -> tuple[int, str]:
        """Return how many clusters all look for, and why."""
        inputs, _ = self._encoded(rows)
        distinct_rows(inputs, config.clusters)  # raises where there is nothing to be told apart
        if config.clusters == 1:
            raise SettingError(
                "One cluster holds all rows, whoever looks for it.",
                expected="--clusters of at least 2, or none",
            )
        if config.clusters is not None:
            return config.clusters, "as you set it"
        choice = survey(inputs, None, config.seed).choice
        note(
            f"{choice.n_clusters} clusters, which the network would choose of {len(rows):,} rows, "
            f"are given to all: {choice.reason}.",
            False,
        )
        return choice.n_clusters, choice.reason

    def _encoded(self, rows: np.ndarray) -> tuple[Matrix, InputEncoding]:
        """Encode some rows by what they say themselves."""
        table = self._train if len(rows) == self._train.n_rows else self._train.take(rows)
        encoding = InputEncoding.fit(table, self._contract)
        return encoding.transform(table), encoding

    def _too_few(self, inputs: Matrix) -> str | None:
        try:
            distinct_rows(inputs, self.n_clusters)
        except DataError:
            return f"these rows do not differ enough for {self.n_clusters} clusters"
        return None

    def _one_group(self) -> dict[str, float]:
        """Return the metrics of all rows in one cluster, which has no silhouette."""
        if self._labels is None:
            return {"silhouette": 0.0}
        clusters = np.zeros(self._train.n_rows, dtype=np.int64)
        return score_clusters(np.zeros((len(clusters), 1)), clusters, self._labels).metrics


def _of_network(
    config: Config,
    inputs: Matrix,
    encoding: InputEncoding,
    labels: np.ndarray | None,
    emit: Callback,
) -> Learned:
    """Cluster rows by the network, and judge the clusters."""
    began = time.perf_counter()
    ground = survey(inputs, config.clusters, config.seed)
    settled, _ = settle(config, ground, encoding.blocks)
    objective = objective_for(settled, ground, encoding.blocks)
    limit = config.time_limit
    left = None if limit is None else max(1e-3, limit - (time.perf_counter() - began))
    try:
        fitted = fit(settled, ground, objective, faces=Faces(emit), time_limit=left)
    except Diverged as diverged:
        raise diverged.divergence.error("nothing was kept") from None
    said = probabilities_of(fitted.network, fitted.task, fitted.params, inputs)
    seconds = time.perf_counter() - began
    return Learned(score_clusters(inputs, said.argmax(axis=1), labels), seconds)


def _labels_of(table: Table, target: str) -> np.ndarray:
    """Return the class of each row by number, ``(n,)``."""
    values = table[target]
    labels = CategoryTarget.fit(values).transform(values)
    if len(np.unique(labels)) < 2:
        raise DataError(
            f"The target {target!r} has the same value in every row, so it cannot judge clusters.",
            expected="at least two different values",
            remedy="leave --target out, and clusters are judged by the silhouette",
        )
    return labels


def _refuse_tests(config: Config) -> None:
    for name in _OF_TESTS:
        if getattr(config, name):
            raise SettingError(
                f"{name} is not for a comparison of clusterings: nothing is learned from labels, "
                "so all rows are grouped and judged.",
                remedy=f"leave --{name.replace('_', '-')} out",
            )
