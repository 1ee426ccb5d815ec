"""A trained model: contract, encoders, network, parameters and task, in one object."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import jax
import numpy as np
import polars as pl

from pellucid.data import (
    Contract,
    InputEncoding,
    Table,
    check_table,
    labelled_rows,
    usable_rows,
)
from pellucid.data.matrices import Matrix
from pellucid.data.usable import refuse_empty
from pellucid.data.windowed import Windowed
from pellucid.data.windows import Windows
from pellucid.errors import DataError, quote_list
from pellucid.metrics import interval_of_mean
from pellucid.model.clusters import embedded, measure_clusters
from pellucid.model.conformal import USUAL, Conformal, refuse_uncalibrated, with_coverage
from pellucid.model.forecast import levels, measure_forecast
from pellucid.model.forecast_intervals import ForecastIntervals
from pellucid.model.forecast_measures import References, measure_steps, references_of
from pellucid.model.forward import Forward
from pellucid.model.learnt import Learnt
from pellucid.nn import Network, Params
from pellucid.tasks import Clustering, Forecasting, Regression, Task


def _ignore(text: str) -> None:
    """Take a warning and do nothing with it."""


@dataclass(frozen=True)
class TrainedModel:
    """Everything that prediction needs.

    Attributes
    ----------
    contract
        What was assumed about the data; later tables are checked against it.
    encoding
        Turns a table into inputs (n, in_features), float32.
    task
        Loss, metrics, and the way back to the person's own values.
    network, params
        The network and its parameters.
    made
        How it was made: settings, metrics, history, versions; JSON-ready.
    examples
        A few rows of the data, target included, or None.
    conformal
        What intervals and sets of a promised coverage are made of, or None.
    """

    contract: Contract
    encoding: InputEncoding
    task: Task
    network: Network
    params: Params
    made: Mapping[str, Any] = field(default_factory=dict)
    examples: Table | None = None
    conformal: Conformal | ForecastIntervals | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Return what pickle keeps: fields alone, and parameters as NumPy arrays."""
        names = [member.name for member in fields(self)]
        state = {name: getattr(self, name) for name in names}
        state["params"] = jax.tree.map(np.asarray, self.params)
        return state

    def without_examples(self) -> TrainedModel:
        """Return the model without rows or values of the data that it was trained on."""
        made = {name: value for name, value in self.made.items() if name != "learnt"}
        contract = self.contract.without_examples()
        return replace(self, contract=contract, examples=None, made=made)

    @functools.cached_property
    def forward(self) -> Forward:
        """The compiled forward pass."""
        return Forward(self.network, self.task)

    def encode(self, table: Table, warn: Callable[[str], None] = _ignore) -> Matrix:
        """Check a table against the contract and return the network's inputs.

        Parameters
        ----------
        table
            Rows with the input columns of the contract, in any order.
        warn
            Receives a sentence for everything that is unlike the training data.

        Raises
        ------
        DataError
            Where columns are missing or values cannot be used.
        """
        return self._encode(self.in_windows(table, warn, ahead=True).table, warn)

    def _encode(self, table: Table, warn: Callable[[str], None]) -> Matrix:
        self._check(table, warn, need_target=False)
        refuse_empty(self.contract, table)
        return self.encoding.transform(table)

    def _check(self, table: Table, warn: Callable[[str], None], *, need_target: bool) -> None:
        contract = self.contract
        if self.windows is not None:
            # That other months come than in training is what a forecast is for.
            passed = self.windows.calendar_columns
            columns = tuple(column for column in contract.columns if column.name not in passed)
            contract, table = replace(contract, columns=columns), table.without(*passed)
        for warning in check_table(contract, table, need_target=need_target):
            warn(warning)

    @functools.cached_property
    def windows(self) -> Windows | None:
        """How windows are made of a table, for a forecast; otherwise None."""
        saved = self.contract.windows
        return None if saved is None else Windows.from_dict(saved)

    def references(self, table: Table) -> np.ndarray | References | None:
        """Return what a forecast of these windows is compared with; None for other tasks."""
        return references_of(self.windows, table)

    def in_windows(self, table: Table, warn: Callable[[str], None], *, ahead: bool) -> Windowed:
        """Make windows of a table for a forecast; any other table stays as it is.

        Parameters
        ----------
        table
            Rows as they came, or windows made before.
        warn
            Receives a sentence for every gap.
        ahead
            Whether the windows after which no target is known yet belong to it.
        """
        if self.windows is None or self.windows.made(table):
            return Windowed(table)
        windowed = self.windows.apply(table, ahead=ahead)
        for text in windowed.notes:
            warn(text)
        return windowed

    def outputs(self, table: Table, warn: Callable[[str], None] = _ignore) -> np.ndarray:
        """Return the network's outputs (n, out_features), float32; raises as ``encode``."""
        return self.forward.outputs(self.params, self.encode(table, warn))

    def predict(
        self,
        table: Table,
        warn: Callable[[str], None] = _ignore,
        coverage: float | None = None,
    ) -> pl.DataFrame:
        """Return the answers in the person's own values, one row for each row of the table.

        With a ``coverage`` above 0 and below 1, intervals or sets that hold so large a share of
        the true values come with them; SettingError where the model cannot promise that.

        A row whose file cannot be read, of which ``warn`` is told, has null for an answer.

        A forecast has one row for each step after the last row whose targets are known; its
        first column says which: the time, or the number of the row. Where only the value at the
        horizon is answered, it has one for each place in time that a window leads to.
        """
        if coverage is not None:
            self._refuse_coverage(coverage)
        if isinstance(self.task, Forecasting):
            return self._forecast(table, self.task.horizon, warn, coverage)
        windowed = self.in_windows(table, warn, ahead=True)
        self._check(windowed.table, warn, need_target=False)
        answers = self._answers(windowed.table, coverage)
        if self.windows is not None and self.windows.relative:
            level = pl.Series(levels(self.windows, windowed.table))
            numbers = [name for name in answers.columns if name.startswith("prediction")]
            answers = answers.with_columns(pl.col(name) + level for name in numbers)
        if windowed.times is None:
            return answers
        return answers.insert_column(0, windowed.times)

    def _forecast(
        self, table: Table, horizon: int, warn: Callable[[str], None], coverage: float | None
    ) -> pl.DataFrame:
        """Return a row for each step ahead; of windows made before, of each one after the other."""
        if self.windows is None or self.windows.made(table):
            windowed = Windowed(table)
        else:
            windowed = self.windows.following(table)
        for text in windowed.notes:
            warn(text)
        self._check(windowed.table, warn, need_target=False)
        answers = self._answers(windowed.table, coverage)
        if windowed.times is not None:
            return answers.insert_column(0, windowed.times)
        steps = np.tile(np.arange(1, horizon + 1), windowed.table.n_rows)
        return answers.insert_column(0, pl.Series("step", steps))

    def _refuse_coverage(self, coverage: float) -> None:
        """Raise SettingError where no such coverage can be promised."""
        if self.conformal is None:
            raise refuse_uncalibrated(self.task, coverage)
        self.conformal.check(coverage)

    def _answers(self, table: Table, coverage: float | None = None) -> pl.DataFrame:
        """Return an answer for each row, null for those that cannot be encoded."""
        rows = usable_rows(self.contract, table)
        usable = table if len(rows) == table.n_rows else table.take(rows)
        inputs = self.encoding.transform(usable)
        outputs = self.forward.outputs(self.params, inputs)
        answers = self.task.decode(outputs)
        if coverage is not None and self.conformal is not None:
            added = self.conformal.columns(self.task, self.contract.targets, outputs, coverage)
            answers = with_coverage(answers, added)
        if usable is table:
            return answers
        places = np.full(table.n_rows, -1, dtype=np.int64)
        places[rows] = np.arange(len(rows))
        found = pl.Series(places)
        return answers.select(pl.all().gather(found.set(found < 0, None)))

    def evaluate(
        self,
        table: Table,
        warn: Callable[[str], None] = _ignore,
        coverage: float | None = None,
        train_targets: np.ndarray | None = None,
    ) -> dict[str, Any]:
        """Measure the model on rows whose target is known; others are left out.

        So are rows whose file cannot be read; ``warn`` is told of both, and of rows that the
        network learnt from.

        Parameters
        ----------
        table, warn
            The rows, and who is told what should be known of them.
        coverage
            As of ``measure``.
        train_targets
            The encoded targets of the training rows, of which the trivial predictor is made; None:
            where they are not at hand, of the rows that are measured.

        Returns
        -------
        dict
            ``n``, ``metrics`` (the loss among them), ``baseline`` (always answering the most
            frequent class, or the mean; for the forecast of a number, its last value that is
            known), ``confusions``, and what ``measure`` tells beside them.
        """
        if coverage is not None:
            self._refuse_coverage(coverage)
        table = self.in_windows(table, warn, ahead=False).table
        self._check(table, warn, need_target=True)
        targets = self.contract.targets
        if isinstance(self.task, Clustering) and not targets:
            table = table.take(usable_rows(self.contract, table))
            return self._measure_clusters(self.task, self._encode(table, _ignore), None)
        if not targets:
            raise DataError("The model has no target, so there is nothing to measure against.")
        known = labelled_rows(table, targets)
        if len(known) < table.n_rows:
            table = table.take(known)
        usable = usable_rows(self.contract, table)
        if len(usable) < table.n_rows:
            table = table.take(usable)
        if table.n_rows == 0:
            raise DataError(
                "There are no rows to measure on.",
                where=f"no row has a value of {quote_list(targets)}",
            )
        encoded = self.task.encode_rows(table, targets)
        level = self.references(table)
        inputs = self.encoding.transform(table)
        if "learnt" in self.made:
            # A window is no row that a person could look up.
            rows = known[usable] if self.windows is None else None
            told = Learnt.from_dict(self.made["learnt"]).told(inputs, rows)
            if told is not None:
                warn(told)
        by = encoded if train_targets is None else train_targets
        return self.measure(inputs, encoded, by, level, coverage=coverage)

    def measure(
        self,
        inputs: Matrix,
        targets: np.ndarray,
        train_targets: np.ndarray,
        level: np.ndarray | References | None = None,
        *,
        coverage: float | None = None,
    ) -> dict[str, Any]:
        """Measure the model on encoded rows, beside the trivial predictor.

        That is made of ``train_targets``; for the forecast of numbers, of what `references` tells.

        Returns
        -------
        dict
            As ``evaluate``; with ``intervals``, where chance may have moved each metric (95 %);
            ``calibration``, by target, the ``temperature`` and the expected calibration ``error``
            with it and ``error_before``; ``coverage``, by target, how many rows lie in their
            interval or set (`Conformal.measure`), of 90 % unless another ``coverage`` is given.
            For a forecast, ``forecast`` is what `measure_steps` tells of it.
        """
        if isinstance(self.task, Clustering):
            return self._measure_clusters(self.task, inputs, targets)
        outputs, losses = self.forward.evaluate(self.params, inputs, targets)
        if isinstance(self.task, Forecasting) and isinstance(level, References):
            measured = measure_steps(self.task, outputs, targets, level)
            measured["metrics"]["loss"] = float(losses.mean(dtype=np.float64))
            return {
                "n": len(targets),
                **measured,
                "confusions": [],
                "units": self.contract.units,
                "intervals": {name: list(ends) for name, ends in measured["intervals"].items()},
                "calibration": {},
                "coverage": self._coverage(outputs, targets, coverage),
            }
        metrics = self.task.metrics(outputs, targets)
        baseline = self.task.baseline(train_targets, targets)
        intervals = self.task.intervals(outputs, targets)
        windows, task = self.windows, self.task
        if windows is not None and isinstance(task, Regression) and isinstance(level, np.ndarray):
            start = level if windows.relative else np.zeros(len(level))
            metrics, baseline, intervals = measure_forecast(task, outputs, targets, level, start)
        intervals["loss"] = interval_of_mean(losses)
        return {
            "n": len(targets),
            "metrics": {**metrics, "loss": float(losses.mean(dtype=np.float64))},
            "baseline": baseline,
            "confusions": self.task.confusions(outputs, targets, most=5),
            "units": self.contract.units,
            "intervals": {name: list(ends) for name, ends in intervals.items()},
            "calibration": self._calibration(outputs, targets),
            "coverage": self._coverage(outputs, targets, coverage),
        }

    def _measure_clusters(
        self, task: Clustering, inputs: Matrix, labels: np.ndarray | None
    ) -> dict[str, Any]:
        clusters = self.forward.outputs(self.params, inputs).argmax(axis=1)
        return measure_clusters(task, inputs, clusters, labels)

    def embed(self, table: Table, warn: Callable[[str], None] = _ignore) -> np.ndarray:
        """Return where a clustering's network puts rows, float32 (n, d); raises as ``encode``."""
        return embedded(self.network, self.params, self.encode(table, warn))

    def _calibration(self, outputs: np.ndarray, targets: np.ndarray) -> dict[str, Any]:
        parts = zip(self.contract.targets, self.task.apart(outputs, targets), strict=True)
        return {
            name: {
                "temperature": part.temperatures(),
                "error": error,
                "error_before": part.uncalibrated().calibration_error(own, wanted),
            }
            for name, (_, part, own, wanted) in parts
            if (error := part.calibration_error(own, wanted)) is not None
        }

    def _coverage(
        self, outputs: np.ndarray, targets: np.ndarray, coverage: float | None
    ) -> dict[str, Any]:
        conformal = self.conformal
        if conformal is None or (coverage is None and not conformal.can(USUAL)):
            return {}
        names = self.contract.targets
        return conformal.measure(self.task, names, outputs, targets, coverage or USUAL)
