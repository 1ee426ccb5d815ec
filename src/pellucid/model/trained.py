"""A trained model: contract, encoders, network, parameters and task, in one object."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl

from pellucid.data import Contract, InputEncoding, Table, check_table, labelled_rows
from pellucid.errors import DataError
from pellucid.model.forward import Forward
from pellucid.nn import Network, Params
from pellucid.tasks import Task


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
    """

    contract: Contract
    encoding: InputEncoding
    task: Task
    network: Network
    params: Params
    made: Mapping[str, Any] = field(default_factory=dict)
    examples: Table | None = None

    def without_examples(self) -> TrainedModel:
        """Return the model without rows or values of the data that it was trained on."""
        return replace(self, contract=self.contract.without_examples(), examples=None)

    @functools.cached_property
    def forward(self) -> Forward:
        """The compiled forward pass."""
        return Forward(self.network, self.task)

    def encode(self, table: Table, warn: Callable[[str], None] = _ignore) -> np.ndarray:
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
        for warning in check_table(self.contract, table, need_target=False):
            warn(warning)
        return self.encoding.transform(table)

    def outputs(self, table: Table, warn: Callable[[str], None] = _ignore) -> np.ndarray:
        """Return the network's outputs (n, out_features), float32; raises as ``encode``."""
        return self.forward.outputs(self.params, self.encode(table, warn))

    def predict(self, table: Table, warn: Callable[[str], None] = _ignore) -> pl.DataFrame:
        """Return the answers in the person's own values, one row for each row of the table."""
        return self.task.decode(self.outputs(table, warn))

    def evaluate(self, table: Table, warn: Callable[[str], None] = _ignore) -> dict[str, Any]:
        """Measure the model on rows whose target is known; rows without one are left out.

        Returns
        -------
        dict
            ``n``, ``metrics`` (the loss among them), ``baseline`` (always answering the most
            frequent class of these rows, or their mean) and ``confusions``.
        """
        for warning in check_table(self.contract, table, need_target=True):
            warn(warning)
        target = self.contract.target
        if target is None:
            raise DataError("The model has no target, so there is nothing to measure against.")
        known = labelled_rows(table, target)
        if len(known) < table.n_rows:
            table = table.take(known)
        if table.n_rows == 0:
            raise DataError(
                "There are no rows to measure on.", where=f"column {target!r} is empty throughout"
            )
        targets = self.task.encode(table[target])
        return self.measure(self.encoding.transform(table), targets, targets)

    def measure(
        self, inputs: np.ndarray, targets: np.ndarray, train_targets: np.ndarray
    ) -> dict[str, Any]:
        """Measure the model on encoded rows, beside the baseline made of ``train_targets``."""
        outputs, losses = self.forward.evaluate(self.params, inputs, targets)
        metrics = self.task.metrics(outputs, targets)
        return {
            "n": len(targets),
            "metrics": {**metrics, "loss": float(losses.mean(dtype=np.float64))},
            "baseline": self.task.baseline(train_targets, targets),
            "confusions": self.task.confusions(outputs, targets, most=5),
        }
