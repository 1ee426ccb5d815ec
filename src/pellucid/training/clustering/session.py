"""The work of one process on one clustering: data, survey, training, report, files."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

import numpy as np

from pellucid import backend, memory
from pellucid.data import CategoryTarget, Table
from pellucid.data.matrices import Matrix, hash_of
from pellucid.data.usable import usable_rows
from pellucid.errors import InterruptedTrainingError
from pellucid.files import write_atomically
from pellucid.model import TrainedModel, save_model
from pellucid.model.clusters import measure_clusters
from pellucid.model.learnt import Learnt
from pellucid.tasks import Clustering
from pellucid.training.building import optimizer_of
from pellucid.training.clustering.centres import k_means
from pellucid.training.clustering.describing import describe
from pellucid.training.clustering.fitting import (
    Fitted,
    fit,
    objective_for,
    settle,
    survey,
)
from pellucid.training.clustering.learning import probabilities_of
from pellucid.training.clustering.neighbours import reduced
from pellucid.training.clustering.settings import refuse_unfit
from pellucid.training.config import Config
from pellucid.training.diagnosis import ClusterDoctor
from pellucid.training.events import (
    Finished,
    PhaseStarted,
    Planned,
)
from pellucid.training.forecasting import settle_contract
from pellucid.training.opening import open_data
from pellucid.training.preparation import divide, first_rows
from pellucid.training.report import card
from pellucid.training.run_folder import RunFolder
from pellucid.training.session import Outcome, plain_settings
from pellucid.training.step import Examples
from pellucid.training.telling import Faces, Telling
from pellucid.training.trainer import Diverged
from pellucid.training.weights import weights_hash


class ClusteringSession(Telling):
    """The work of one process on one clustering.

    Labels, where there are some, are kept aside: they measure what was found, beside k-means on
    the same vectors. Nothing is held out unless asked for, since nothing is learned from labels.

    Parameters
    ----------
    config
        The settings, as given.
    faces
        Who is told, and who may stop it.

    Attributes
    ----------
    config, reasons
        The settings, every open one filled in, and why.
    """

    def __init__(self, config: Config, faces: Faces) -> None:
        super().__init__(faces)
        refuse_unfit(config)
        backend.prepare()
        self._emit(PhaseStarted("data"))
        with memory.limited_to(config.memory):
            self._prepare(config)
            self._emit(PhaseStarted("survey"))
            self.ground = survey(self._inputs, config.clusters, config.seed)
            self.config, self.reasons = settle(config, self.ground, self._encoding.blocks)
        self.objective = objective_for(self.config, self.ground, self._encoding.blocks)

    def _prepare(self, config: Config) -> None:
        config = config.replace(
            task="clustering", test_fraction=config.test_fraction or 0.0, validation_fraction=0.0
        )
        divided = divide(config, *settle_contract(open_data(config), config), self._note)
        self.name, self._origin = divided.dataset.name, divided.dataset.origin
        self.contract, self._encoding = divided.contract, divided.encoding
        train, test = divided.parts.train, divided.parts.test
        self._inputs: Matrix = self._encoding.transform(train)
        self._labels: np.ndarray | None = None
        self._test: tuple[Matrix, np.ndarray | None] | None = None
        self._target: CategoryTarget | None = None
        # Rows may be left out or held out: their numbers are those of the person's table.
        self._rows = np.arange(1, train.n_rows + 1)
        whole = divided.dataset.train
        if train.n_rows == divided.train.n_rows != whole.n_rows:
            self._rows = usable_rows(self.contract, whole) + 1
        if self.contract.target is not None:
            name = self.contract.target
            self._target = CategoryTarget.fit(divided.train[name])
            self._labels = self._target.transform(train[name])
        if test is not None and test.n_rows:
            name = self.contract.target or ""
            labels = None if self._target is None else self._target.transform(test[name])
            self._test = self._encoding.transform(test), labels
        self._examples: Table = first_rows(test or train, self.contract)
        self._test_fraction = divided.test_fraction

    def data_hash(self) -> str:
        """Hash all rows, as the network is given them, and their labels, where there are any."""
        return hash_of([self._inputs, self._labels, *(self._test or ())])

    def train(self, folder: RunFolder | None, *, going_on: bool = False) -> Outcome:
        """Cluster, measure and write; into ``folder``, or nowhere.

        Nothing is kept before the end: going on means beginning anew, with the same result.
        """
        self._folder = folder
        if going_on and folder is not None:
            folder.log.rewrite([])
            self._note("A clustering has no checkpoints: it begins anew, with the same result.")
        with memory.limited_to(self.config.memory):
            self.announce()
            limit = self.config.time_limit
            left = None if limit is None else max(0.0, limit - (time.perf_counter() - self._began))
            try:
                fitted = fit(
                    self.config,
                    self.ground,
                    self.objective,
                    faces=Faces(self._emit, self._should_stop, pace=self._faces.pace),
                    time_limit=left,
                    watch=self._doctor,
                )
            except Diverged as diverged:
                if folder is not None:
                    folder.diverged()
                raise diverged.divergence.error("nothing was kept") from None
            if fitted.ended == "interrupted" and not self._told_to_stop:
                raise self._interrupted()
            return self._finish(fitted)

    def _doctor(self, train: Examples) -> ClusterDoctor:
        return ClusterDoctor.watching(
            train,
            self.objective,
            optimizer_of(self.config),
            settings=self.config.set_values(),
            blocks=self._encoding.blocks,
            emit=self._emit,
        )

    def announce(self) -> None:
        """Tell what will be trained."""
        config, n_train = self.config, len(self._rows)
        n_distinct, in_features = len(self.ground.rows), int(self._inputs.shape[1])
        if n_distinct < n_train:
            self._note(f"{n_train - n_distinct:,} of {n_train:,} rows are like another one.")
        layers = [asdict(row) for row in self.objective.network.describe(in_features)]
        layers += [
            asdict(row)
            for row in self.objective.decoder.describe(
                self.objective.encoder.out_shape(in_features)
            )
        ]
        self._emit(
            Planned(
                name=self.name,
                task="clustering",
                target=f"{int(config.clusters or 0)} groups",
                n_train=n_train,
                n_validation=0,
                n_test=0 if self._test is None else int(self._test[0].shape[0]),
                n_parameters=sum(row["n_parameters"] for row in layers),
                layers=layers,
                epochs=config.epochs or 1,
                steps_per_epoch=-(-n_distinct // min(config.batch_size or 1, n_distinct)),
                settings=plain_settings(config.set_values()),
                reasons=self.reasons,
            )
        )
        self._note(f"{config.clusters} clusters: {self.reasons.get('clusters', 'as you set it')}.")

    def _finish(self, fitted: Fitted) -> Outcome:
        self._emit(PhaseStarted("evaluate"))
        task = Clustering(fitted.task.n_clusters, self._target)
        said = probabilities_of(fitted.network, task, fitted.params, self._inputs)
        means = k_means(reduced(self._inputs, self.config.seed), task.n_clusters, self.config.seed)
        found = said.argmax(axis=1)
        measured = measure_clusters(task, self._inputs, found, self._labels, means.labels)
        report = self._report(fitted, measured)
        report["clusters"] = describe(self._encoding, self._inputs, said, self._rows)
        report["choice"] = self.ground.choice.to_dict()
        if self._test is not None:
            inputs, labels = self._test
            clusters = probabilities_of(fitted.network, task, fitted.params, inputs).argmax(axis=1)
            new = measure_clusters(task, inputs, clusters, labels)
            report["new_rows"] = {"n": new["n"], "metrics": new["metrics"]}
        settings = plain_settings(self.config.set_values())
        made = {
            "settings": settings,
            "reasons": self.reasons,
            "report": report,
            "history": fitted.history,
            "notes": self._notes,
            "learnt": Learnt.of(self._inputs).to_dict(),
        }
        model = TrainedModel(
            self.contract, self._encoding, task, fitted.network, fitted.params, made, self._examples
        )
        if not self.config.examples:
            model = model.without_examples()
        if self._folder is not None:
            text = card(report, settings, self._notes)
            save_model(model, self._folder.model_path, text)
            write_atomically(self._folder.card_path, text)
        self._emit(Finished(fitted.ended, report))
        return Outcome(model, report)

    def _report(self, fitted: Fitted, measured: dict[str, Any]) -> dict[str, Any]:
        self._end_phase()
        seconds = {**self._seconds, "total": time.perf_counter() - self._began}
        seconds["train"] = fitted.seconds
        folder = self._folder
        return {
            "task": "clustering",
            "source": self.name,
            "origin": self._origin,
            "target": self.contract.target,
            "targets": list(self.contract.targets),
            "units": {},
            "n_clusters": fitted.task.n_clusters,
            "n_train": len(self._rows),
            "n_validation": 0,
            "n_test": 0 if self._test is None else int(self._test[0].shape[0]),
            "n_parameters": fitted.n_parameters,
            "weights_hash": weights_hash(fitted.params),
            "epochs": len(fitted.history),
            "best_epoch": fitted.best_epoch,
            "ended": fitted.ended,
            "metrics": measured["metrics"],
            "baseline": measured["baseline"],
            "confusions": measured["confusions"],
            "intervals": measured["intervals"],
            "calibration": {},
            "coverage": {},
            "new_rows": None,
            "diagnoses": [one.to_dict() for one in fitted.diagnoses],
            "seconds": {name: round(value, 3) for name, value in seconds.items()},
            "conditions": backend.conditions(),
            "run": str(folder.path) if folder else None,
            "model": str(folder.model_path) if folder else None,
        }

    def _interrupted(self) -> InterruptedTrainingError:
        remedy = None
        if self._folder is not None:
            remedy = f"begin anew with: pellucid train --resume {self._folder.path}"
        return InterruptedTrainingError("The clustering was interrupted.", remedy=remedy)
