"""The work of one process on one run: data, plan, steps, test, files."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from pellucid import backend, memory
from pellucid.data import Contract
from pellucid.data.matrices import hash_of
from pellucid.errors import InterruptedTrainingError, ModelFileError, OutputError
from pellucid.files import write_atomically
from pellucid.model import TrainedModel, save_model
from pellucid.model.learnt import Learnt
from pellucid.optimizers.schedules import refuse_too_many_steps
from pellucid.tasks import Forecasting
from pellucid.training import backtest, defaults
from pellucid.training.building import objective_of, optimizer_of, refuse_too_large
from pellucid.training.calibration import Calibrated, Stopped, calibrate, n_further
from pellucid.training.config import Config
from pellucid.training.diagnosis import Doctor
from pellucid.training.events import (
    Finished,
    PhaseStarted,
    Planned,
)
from pellucid.training.finder import LearningRateSearch, find_learning_rate
from pellucid.training.freezing import refuse_unfreezable
from pellucid.training.keeper import Keeper
from pellucid.training.opening import gathering_of
from pellucid.training.preparation import Prepared, prepare
from pellucid.training.report import card
from pellucid.training.run_folder import RunFolder
from pellucid.training.sizes import Sizes
from pellucid.training.targets import with_settings
from pellucid.training.telling import Faces, Telling
from pellucid.training.trainer import Diverged, Plan, Trainer
from pellucid.training.weights import weights_hash


@dataclass(frozen=True)
class Outcome:
    """What a run gives: the model, and the report that ``--json`` prints."""

    model: TrainedModel
    report: dict[str, Any]


Preparing: TypeAlias = Callable[[Config, Callable[[str, bool], None]], Prepared]


class Session(Telling):
    """The work of one process on one run.

    Parameters
    ----------
    config
        The settings, as given.
    faces
        Who is told, and who may stop it.
    preparing
        What makes encoded data of the settings: by default the road from the source; of others,
        of rows that were divided already.

    Attributes
    ----------
    config, reasons
        The settings, every open one filled in, and why.
    prepared
        The encoded data.
    """

    def __init__(self, config: Config, faces: Faces, preparing: Preparing = prepare) -> None:
        super().__init__(faces)
        backend.prepare()
        self._emit(PhaseStarted("data"))
        with memory.limited_to(config.memory):
            self.prepared = preparing(config, self._note)
            self.config, self.reasons = self._settle(config)
        task = with_settings(self.config, self.prepared.task)  # now that they are settled
        self.prepared = replace(self.prepared, task=task)
        blocks = self.prepared.encoding.blocks
        self.objective = objective_of(self.config, self.prepared.task, blocks)
        self.optimizer = optimizer_of(self.config)
        in_features = self.prepared.encoding.in_features
        refuse_unfreezable(self.config.freeze, self.objective.network, in_features)
        batch = min(self.config.batch_size or 1, self.prepared.train.n)
        refuse_too_many_steps((self.config.epochs or 1) * -(-self.prepared.train.n // batch))

    @property
    def name(self) -> str:
        """What the source is called."""
        return self.prepared.dataset.name

    @property
    def contract(self) -> Contract:
        """What was assumed about the data."""
        return self.prepared.contract

    def data_hash(self) -> str:
        """Hash all rows, as the network is given them; those of the test as well."""
        prepared = self.prepared
        return hash_of([*prepared.train, *(prepared.validation or ()), *(prepared.test or ())])

    def train(self, folder: RunFolder | None, *, going_on: bool = False) -> Outcome:
        """Train, measure and write; into ``folder``, or nowhere."""
        with memory.limited_to(self.config.memory):
            return self._train(folder, going_on=going_on)

    def _train(self, folder: RunFolder | None, *, going_on: bool) -> Outcome:
        self._folder = folder
        self.announce()
        settings = self.config.set_values()
        doctor = Doctor.of(self.prepared, self.objective, self.optimizer, settings, self._emit)
        trainer = self._trainer(doctor)
        n_parameters = self.objective.network.n_parameters(trainer.params)
        keeper = Keeper(trainer, folder, self._note, n_parameters)
        if going_on and folder is not None:
            self._restore(trainer, folder, doctor)
        trainer.pace = self._faces.pace
        trainer.pace.begin(self, folder)
        trainer.compile()
        try:
            reason = trainer.run(self._should_stop, keeper.now_and_then)
        except Diverged as diverged:
            keeper.now()
            if folder is not None:
                folder.diverged()
            doctor.diverged(diverged.divergence)
            kept = keeper.where() or "nothing was written, since no run folder was asked for"
            raise diverged.divergence.error(kept) from None
        if reason == "interrupted" and not self._told_to_stop:
            raise self._interrupted(keeper)
        reason = "callback" if self._told_to_stop else reason
        return self._finish((trainer, doctor), keeper, reason)

    def _settle(self, config: Config) -> tuple[Config, dict[str, str]]:
        prepared = self.prepared
        sizes = Sizes.of(prepared.encoding.blocks, prepared.train.n, prepared.task.name)
        settled, reasons = defaults.resolve(config, sizes)
        if not isinstance(prepared.task, Forecasting):  # whose weights depend on no series' number
            refuse_too_large(settled, sizes.in_features, prepared.task.out_features)
        if settled.validation_fraction is None:
            settled = settled.replace(validation_fraction=prepared.validation_fraction)
            reasons["validation_fraction"] = prepared.validation_reason
        if settled.test_fraction is None:
            settled = settled.replace(test_fraction=prepared.test_fraction)
            came = "the data has a test part of its own"
            reasons["test_fraction"] = "held out" if prepared.test_fraction else came
        targets = prepared.contract.targets
        several = len(targets) > 1  # then each has a task of its own, which no setting names
        task = None if several else prepared.task.name
        for name, value in (("target", targets if several else targets[0]), ("task", task)):
            if getattr(settled, name) is None and value is not None:
                settled = settled.replace(**{name: value})
                reasons[name] = prepared.contract.task_reason if name == "task" else "by the source"
        settled, reasons = self._settle_calibration(settled, reasons)
        if backtest.is_open(config, prepared):
            self._emit(PhaseStarted("backtest"))
            settled, reason = backtest.choose(settled, prepared, self._should_stop)
            reasons |= dict.fromkeys(backtest.NAMES, reason)
        for name, value in gathering_of(prepared.dataset).settings.items():
            if getattr(settled, name) is None:
                reasons[name] = "found: the lines are moments of time series"
            settled = settled.replace(**{name: value})
        if settled.learning_rate == "find":
            search = self.find_rate(settled)
            settled = settled.replace(learning_rate=search.suggestion)
            reasons["learning_rate"] = "measured: here the loss falls fastest"
        return settled, reasons

    def _settle_calibration(
        self, settled: Config, reasons: dict[str, str]
    ) -> tuple[Config, dict[str, str]]:
        prepared = self.prepared
        way, reason = defaults.calibration(
            settled,
            n_train=prepared.train.n,
            n_validation=prepared.validation.n if prepared.validation else 0,
            in_windows=prepared.contract.windows is not None,
            in_steps=isinstance(prepared.task, Forecasting),
            of_texts=prepared.contract.tells_classes_by_texts,
        )
        if settled.calibration is None:
            settled, reasons = settled.replace(calibration=way), reasons | {"calibration": reason}
        return settled, reasons

    def find_rate(self, config: Config | None = None) -> LearningRateSearch:
        """Measure a learning rate under these settings; by default the session's own."""
        config = config or self.config
        self._emit(PhaseStarted("find learning rate"))
        any_rate = config.replace(learning_rate=1.0)
        search = find_learning_rate(
            objective_of(config, self.prepared.task, self.prepared.encoding.blocks),
            optimizer_of(any_rate),
            self.prepared.train,
            config.batch_size or 1,
            config.seed,
        )
        self._note(f"Learning rate {search.suggestion:.3g}: here the loss fell fastest.", False)
        return search

    def plan(self, time_limit: float | None = None) -> Plan:
        """Return how long and in which portions is trained; ``time_limit`` counts from now."""
        config = self.config
        return Plan(
            self.optimizer,
            batch_size=config.batch_size or 1,
            epochs=config.epochs or 1,
            patience=config.patience or 0,
            seed=config.seed,
            time_limit=time_limit,
        )

    def _trainer(self, doctor: Doctor) -> Trainer:
        limit = self.config.time_limit
        spent = time.perf_counter() - self._began
        plan = self.plan(None if limit is None else max(0.0, limit - spent))
        prepared = self.prepared
        trainer = Trainer(
            self.objective, plan, prepared.train, prepared.validation, doctor.hear, doctor.probe
        )
        doctor.follow(trainer)
        return trainer

    def _restore(self, trainer: Trainer, folder: RunFolder, doctor: Doctor) -> None:
        def skipped(path: Path, problem: str) -> None:
            self._note(f"{path.name} was passed over: {problem}", True)

        found = folder.checkpoints.newest(trainer.state, skipped)
        if found is None and folder.record().parent is not None:
            raise ModelFileError(
                "There is no whole checkpoint, and a branch cannot begin anew.",
                where=str(folder.path),
                remedy="branch once more from its parent, which run.json names",
            )
        if found is None:
            self._note("There was no whole checkpoint, so the training begins anew.", True)
            folder.checkpoints.set_aside()
            folder.log.rewrite([])
            return
        if found.progress.fingerprint != trainer.fingerprint():
            raise ModelFileError(
                "The data or the settings have changed since the run was interrupted.",
                where=str(folder.path),
                expected="the same data and an unchanged config.yaml",
                remedy=f"train anew: pellucid train --config {folder.path / 'config.yaml'}",
            )
        trainer.restore(found)
        doctor.told(folder.log.rewrite(found.progress.history))
        done = len(found.progress.history)
        self._note(f"Going on after epoch {done} of {found.progress.epochs}.", False)

    def announce(self) -> None:
        """Tell what will be trained."""
        prepared, config = self.prepared, self.config
        in_features = prepared.encoding.in_features
        layers = [asdict(row) for row in self.objective.network.describe(in_features)]
        n_parameters = sum(row["n_parameters"] for row in layers)
        batch = min(config.batch_size or 1, prepared.train.n)
        self._emit(
            Planned(
                name=prepared.dataset.name,
                task=prepared.task.name,
                target=", ".join(prepared.contract.targets),
                n_train=prepared.train.n,
                n_validation=prepared.validation.n if prepared.validation else 0,
                n_test=prepared.test.n if prepared.test else 0,
                n_parameters=n_parameters,
                layers=layers,
                epochs=config.epochs or 1,
                steps_per_epoch=-(-prepared.train.n // batch),
                settings=plain_settings(config.set_values()),
                reasons=self.reasons,
                n_to_calibrate=n_further(
                    config.calibration or "none",
                    prepared.train.n,
                    in_steps=isinstance(prepared.task, Forecasting),
                ),
            )
        )

    def _finish(self, run: tuple[Trainer, Doctor], keeper: Keeper, reason: str) -> Outcome:
        trainer, doctor = run
        self._emit(PhaseStarted("calibrate"))
        calibrated = self._calibrate(trainer, keeper, reason)
        self._emit(PhaseStarted("evaluate"))
        prepared = self.prepared
        model = TrainedModel(
            prepared.contract,
            prepared.encoding,
            calibrated.task,
            self.objective.network,
            trainer.params,
            examples=prepared.examples,
            conformal=calibrated.conformal,
        )
        measured: dict[str, Any] = {"n": 0, "metrics": {}, "baseline": {}, "confusions": []}
        if prepared.test is not None:
            measured = model.measure(
                prepared.test.inputs,
                prepared.test.targets,
                prepared.train.targets,
                level=prepared.levels,
            )
        self._emit(PhaseStarted("diagnose"))
        found = [one.to_dict() for one in doctor.conclude(calibrated, measured)]
        self._end_phase()
        told = {"calibrated_by": calibrated.told, "diagnoses": found}
        report = self._report(trainer, measured, reason) | told
        settings = plain_settings(self.config.set_values())
        made = {
            "settings": settings,
            "reasons": self.reasons,
            "report": report,
            "history": trainer.progress.history,
            "notes": self._notes,
            "learnt": Learnt.of(prepared.train.inputs).to_dict(),
        }
        model = replace(model, made=made)
        if not self.config.examples:
            model = model.without_examples()
        if self._folder is not None:
            text = card(report, settings, self._notes)
            keeper.now()
            try:
                save_model(model, self._folder.model_path, text)
                write_atomically(self._folder.card_path, text)
            except OutputError as error:
                error.remedy = f"{error.remedy}; then pellucid train --resume {self._folder.path}"
                raise
        self._emit(Finished(reason, report))
        return Outcome(model, report)

    def _calibrate(self, trainer: Trainer, keeper: Keeper, reason: str) -> Calibrated:
        way = self.config.calibration or "none"
        try:
            calibrated = calibrate(
                way, trainer, self.prepared, reason, self._should_stop, self._emit
            )
        except Stopped:
            if self._told_to_stop:  # what the callback stops is kept as it is
                return calibrate("none", trainer, self.prepared, reason, self._should_stop)
            raise self._interrupted(keeper) from None
        if calibrated.note:
            self._note(calibrated.note)
        return calibrated

    def _report(self, trainer: Trainer, measured: dict[str, Any], reason: str) -> dict[str, Any]:
        prepared, folder = self.prepared, self._folder
        seconds = {**self._seconds, "total": time.perf_counter() - self._began}
        seconds["train"] = trainer.progress.seconds
        return {
            "task": prepared.task.name,
            "source": prepared.dataset.name,
            "origin": prepared.dataset.origin,
            "target": prepared.contract.target,
            "targets": list(prepared.contract.targets),
            "units": prepared.contract.units,
            "n_train": prepared.train.n,
            "n_validation": prepared.validation.n if prepared.validation else 0,
            "n_test": measured["n"],
            "n_parameters": self.objective.network.n_parameters(trainer.params),
            "weights_hash": weights_hash(trainer.params),
            "epochs": len(trainer.progress.history),
            "best_epoch": trainer.progress.best_epoch or len(trainer.progress.history),
            "ended": reason,
            "metrics": measured["metrics"],
            "baseline": measured["baseline"],
            "confusions": measured["confusions"],
            "intervals": measured.get("intervals", {}),
            "calibration": measured.get("calibration", {}),
            "coverage": measured.get("coverage", {}),
            **({"forecast": measured["forecast"]} if "forecast" in measured else {}),
            "seconds": {name: round(value, 3) for name, value in seconds.items()},
            "conditions": backend.conditions(),
            "run": str(folder.path) if folder else None,
            "model": str(folder.model_path) if folder else None,
        }

    def _interrupted(self, keeper: Keeper) -> InterruptedTrainingError:
        keeper.now()
        where = keeper.where()
        remedy = None
        if self._folder is not None:
            remedy = f"go on with: pellucid train --resume {self._folder.path}"
        what = "Training was interrupted"
        return InterruptedTrainingError(f"{what}; {where}." if where else f"{what}.", remedy=remedy)


def plain_settings(settings: dict[str, Any]) -> dict[str, Any]:
    """Make settings fit for JSON; sources given in memory are only named."""
    plain: dict[str, Any] = {}
    for name, value in settings.items():
        if isinstance(value, tuple) and name not in {"source", "test"}:
            plain[name] = list(value)
        elif isinstance(value, str | int | float | dict | list):
            plain[name] = value
        else:
            plain[name] = str(value) if isinstance(value, Path) else "given in memory"
    return plain
