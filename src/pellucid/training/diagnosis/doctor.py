"""Who watches a run: tells what is seen early while it goes on, and all of it at its end."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from pellucid.training.diagnosis.case import Case, trivial_loss_of
from pellucid.training.diagnosis.diagnosis import Diagnosis
from pellucid.training.diagnosis.examination import Answers, Examination
from pellucid.training.diagnosis.illness import diagnose
from pellucid.training.diagnosis.probe import Probe
from pellucid.training.diagnosis.rates import of_divergence
from pellucid.training.divergence import Divergence
from pellucid.training.events import Callback, Diagnosed, EpochDone, Event
from pellucid.training.step import Objective

if TYPE_CHECKING:
    from pellucid.optimizers import OptimizerSettings
    from pellucid.training.calibration import Calibrated
    from pellucid.training.preparation import Prepared
    from pellucid.training.trainer import Trainer

_LEAKS = ("target-leak", "near-perfect-predictor")
# Between looks, the losses alone are looked at so often at most.
_EVERY_SECONDS = 1.0


class Doctor:
    """Watches one run.

    Parameters
    ----------
    case
        What is known before the training.
    probe
        For the trainer.
    emit
        Receives the events of the training, and `Diagnosed` beside them.
    """

    def __init__(self, case: Case, probe: Probe, emit: Callback) -> None:
        self.probe = probe
        self._case = case
        self._emit = emit
        self._told: set[str] = set()
        self._last = time.perf_counter()
        self._trainer: Trainer | None = None

    @classmethod
    def of(
        cls,
        prepared: Prepared,
        objective: Objective,
        optimizer: OptimizerSettings,
        settings: Mapping[str, Any],
        emit: Callback,
    ) -> Self:
        """Watch the run of these data and settings."""
        told = (one for one in prepared.contract.findings if one.code in _LEAKS)
        case = Case(
            objective,
            settings,
            history=(),
            train=prepared.train,
            trivial_loss=trivial_loss_of(objective, prepared.train),
            n_steps=1,
            blocks=prepared.encoding.blocks,
            known_leaks=frozenset(finding.columns[0] for finding in told if finding.columns),
            rows=prepared.rows,
        )
        return cls(case, Probe.of(objective, optimizer, prepared.train), emit)

    def follow(self, trainer: Trainer) -> None:
        """Watch this trainer, whose events are to come to `hear`."""
        self._trainer = trainer

    def told(self, names: set[str]) -> None:
        """Know what an earlier process told of this run already."""
        self._told |= names

    def hear(self, event: Event) -> None:
        """Pass an event on; after an epoch, tell of what is sure and was not told before."""
        self._emit(event)
        if not isinstance(event, EpochDone):
            return
        if self._is_due(event):
            self._last = time.perf_counter()
            for diagnosis in diagnose(self._now()):
                if diagnosis.name not in self._told:
                    self._told.add(diagnosis.name)
                    self._emit(Diagnosed(diagnosis.to_dict()))

    def _is_due(self, event: EpochDone) -> bool:
        return bool(event.probe) or time.perf_counter() - self._last >= _EVERY_SECONDS

    def diverged(self, divergence: Divergence) -> None:
        """Tell what is known of a training that left the finite numbers."""
        case = self._now()
        told = of_divergence(divergence, case)
        known = (one for one in diagnose(case) if one.name not in {*self._told, told.name})
        for diagnosis in (*known, told):
            self._emit(Diagnosed(diagnosis.to_dict()))

    def conclude(self, calibrated: Calibrated, measured: Mapping[str, Any]) -> list[Diagnosis]:
        """Examine the finished network.

        Parameters
        ----------
        calibrated
            Its task with temperatures, and training rows that were answered out of fold.
        measured
            Its ``metrics`` and those of the ``baseline`` on test rows, if any.
        """
        case, trainer = self._now(), self._trainer
        if trainer is None or not case.history:
            return []
        unseen = None
        if calibrated.answered is not None:
            rows, outputs = calibrated.answered
            targets = np.asarray(case.train.targets)[rows]
            unseen = Answers(rows, outputs, targets, is_new=True)
        case = self._looked_at(case)
        examination = Examination(
            case.objective, trainer.params, case.train, case.blocks, calibrated.task, unseen
        )
        scores = {name: measured[name] for name in ("metrics", "baseline")}
        return diagnose(replace(case, examination=examination, scores=scores))

    def _looked_at(self, case: Case) -> Case:
        """Return the case with a look at the last state."""
        last, trainer = case.history[-1], self._trainer
        if trainer is None or last.get("probe"):
            return case
        look = trainer.look(last["learning_rate"])
        return replace(case, history=[*case.history[:-1], {**last, "probe": look}])

    def _now(self) -> Case:
        if self._trainer is None:
            return self._case
        progress = self._trainer.progress
        return replace(self._case, history=list(progress.history), n_steps=progress.steps_per_epoch)
