"""Explaining one row, or what mattered over many."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import polars as pl

from pellucid.data import Table
from pellucid.data.matrices import dense_rows
from pellucid.data.table import Array
from pellucid.errors import DataError, SettingError
from pellucid.inspection.asked import Asked, Question, ask
from pellucid.inspection.baseline import average_row, beside, describe_baseline
from pellucid.inspection.explanation import Explanation
from pellucid.inspection.integration import integrate
from pellucid.inspection.overall import Importance, Tally
from pellucid.inspection.parts import make_parts
from pellucid.inspection.slopes import Slopes
from pellucid.model import TrainedModel
from pellucid.model.forecast import levels

SAMPLED = 500
ANYTHING = Question()


def _ignore(text: str) -> None:
    """Take a warning and do nothing with it."""


class Explainer:
    """Explains a model's predictions; what is compiled serves all rows.

    Parameters
    ----------
    trained
        The model.
    compared_with
        A table of one row to measure contributions from, with the input columns; None: the
        average training row (`pellucid.inspection.baseline`).
    warn
        Receives a sentence for everything in a row that is unlike the training data.

    Raises
    ------
    DataError
        Where the row to compare with cannot be used.
    """

    def __init__(
        self,
        trained: TrainedModel,
        compared_with: Table | None = None,
        warn: Callable[[str], None] = _ignore,
    ) -> None:
        self.trained = trained
        self._warn = warn
        self._slopes = Slopes(trained.network, trained.params)
        self._is_average = compared_with is None
        if compared_with is None:
            self._row = average_row(trained.encoding, trained.contract)
            self._compared_with = describe_baseline(trained.encoding)
        else:
            self._row = self._encode(_only_row(compared_with))[0]
            self._compared_with = "the row given to compare with"

    @property
    def is_quick(self) -> bool:
        """Whether an explanation takes milliseconds: that of a dense network does."""
        return self._slopes.is_dense

    def explain(self, table: Table, row: int = 1, question: Question = ANYTHING) -> Explanation:
        """Explain one row of a table.

        Parameters
        ----------
        table
            Rows with the input columns; a target is not needed.
        row
            Which one, counted from 1.
        question
            Which target, which class; left out, the first target and the predicted class.

        Raises
        ------
        SettingError
            For a row, a class or a target that there is not.
        DataError
            Where the row's values cannot be used.
        """
        table = self._rows(table)
        if isinstance(row, bool) or not isinstance(row, int) or not 1 <= row <= table.n_rows:
            raise SettingError(
                f"There is no row {row}.",
                expected=f"a row from 1 to {table.n_rows:,}" if table.n_rows else "a row of data",
                remedy="rows are counted from 1, a header line not counted",
            )
        one = table.take(np.array([row - 1]))
        inputs = self._encode(one)[0]
        outputs = self._outputs(inputs)
        asked = self._ask(question, outputs)
        baseline = self._baseline(inputs)
        found = integrate(self._slopes, baseline, inputs, asked.number)
        prediction = asked.task.decode(outputs[None, asked.outputs])["prediction"][0]
        # A forecast may have learned the change: the answer then starts at the last value known.
        start = self._start(one)
        if isinstance(prediction, pl.Series):  # a set of labels
            prediction = prediction.to_list()
        return Explanation(
            target=asked.target,
            prediction=prediction if start is None else prediction + start,
            label=asked.label,
            against=asked.against,
            meaning=asked.meaning,
            output=found.output + (start or 0.0),
            baseline=found.baseline + (start or 0.0),
            error=found.error,
            probability=asked.probability(outputs),
            baseline_probability=asked.probability(self._outputs(baseline)),
            compared_with=self._compared_with
            if start is None
            else f"{self._compared_with}, from the last value known ({start:g})",
            parts=make_parts(self.trained.encoding, one, inputs, baseline, found.values),
            row=row if table.n_rows > 1 else None,
            quantity=asked.quantity,
        )

    def importance(
        self, table: Table, question: Question = ANYTHING, most_rows: int = SAMPLED
    ) -> Importance:
        """Measure which columns moved the predictions of many rows.

        Parameters
        ----------
        table
            The rows. Of more than ``most_rows``, so many are taken, evenly spaced.
        question
            As for ``explain``; without a class, each row's own predicted class.
        most_rows
            How many rows are looked at, at most.

        Raises
        ------
        DataError
            Where there are no rows, or their values cannot be used.
        """
        table = self._rows(table)
        if not table.n_rows:
            raise DataError("There are no rows to look at.")
        n = min(most_rows, table.n_rows)
        rows = np.linspace(0, table.n_rows - 1, n).round().astype(np.int64)
        inputs = self._encode(table.take(rows))
        encoding = self.trained.encoding
        tally = Tally(encoding.blocks, [encoder for _, encoder in encoding.encoders])
        errors = np.zeros(n)
        asked: list[Asked] = []
        for position, row in enumerate(inputs):
            asked.append(self._ask(question, self._outputs(row)))
            baseline = self._baseline(row)
            found = integrate(self._slopes, baseline, row, asked[-1].number)
            tally.add(found.values, row != baseline, row)
            errors[position] = found.error
        last = asked[-1]
        meaning = last.meaning
        if question.label is None and last.label is not None:
            meaning = f"{'log-odds' if last.against else 'logit'} of each row's predicted class"
        return Importance(
            last.target,
            meaning,
            tally.columns,
            n,
            table.n_rows,
            float(np.abs(errors).max()),
            self._compared_with,
            inside=tuple(tally.inside()),
            is_one_question=len({one.label for one in asked}) == 1,
            unit=last.quantity.unit,
        )

    def _rows(self, table: Table) -> Table:
        """Return the rows to be explained; for a forecast, one for each place in time."""
        return self.trained.in_windows(table, self._warn, ahead=True).table

    def _baseline(self, inputs: Array) -> Array:
        """Return what an example is held against, (in_features,)."""
        return beside(self._row, self.trained.encoding, inputs) if self._is_average else self._row

    def _start(self, one: Table) -> float | None:
        windows = self.trained.windows
        level = levels(windows, one) if windows is not None and windows.relative else None
        return None if level is None else float(level[0])

    def _encode(self, table: Table) -> Array:
        encoded: Array = dense_rows(self.trained.encode(table, self._warn), slice(None))
        return encoded

    def _outputs(self, inputs: Array) -> Array:
        features = np.flatnonzero(inputs)
        outputs: Array = self._slopes.outputs(self._slopes.sums(inputs[None], features))[0]
        return outputs

    def _ask(self, question: Question, outputs: Array) -> Asked:
        return ask(self.trained.task, self.trained.contract, question, outputs)


def _only_row(table: Table) -> Table:
    if table.n_rows != 1:
        raise DataError(
            f"The row to compare with is {table.n_rows:,} rows.", expected="one row of data"
        )
    return table


def one_row(source: Any) -> Any:
    """Make a frame of one row of a dict of single values; return other sources as they are."""
    if not isinstance(source, Mapping):
        return source
    columns: dict[str, Any] = {}
    for name, value in source.items():
        is_array = isinstance(value, np.ndarray) and value.ndim > 0
        columns[str(name)] = value[None] if is_array else [value]
    return pl.DataFrame(columns)
