"""A trained network, and what can be asked of it.

Everything here delegates: prediction to :mod:`pellucid.model`, opening data to
:mod:`pellucid.data`, looking inside to :mod:`pellucid.inspection`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from pellucid.data import Contract, Table
from pellucid.data.matrices import Matrix, dense_rows
from pellucid.data.taking import take_rows
from pellucid.data.vectors import RowVector
from pellucid.errors import warn
from pellucid.inspection import Explainer, Explanation, Importance, Question, one_row
from pellucid.model import TrainedModel, save_model
from pellucid.model.file import SUFFIX, refuse_other_files
from pellucid.nn import LayerTrace, Network, Params
from pellucid.training.diagnosis import Diagnosis
from pellucid.training.history import History
from pellucid.training.report import card, one_line

if TYPE_CHECKING:
    from pellucid.studio.serving import Serving


@dataclass(frozen=True)
class Model:
    """A trained network with the road from the person's data to its answers.

    Made by :func:`pellucid.train` and :func:`pellucid.load`.

    Attributes
    ----------
    trained
        The contract, encoders, network, parameters and task.

    Examples
    --------
    >>> import pellucid
    >>> model = pellucid.train("iris", epochs=40)
    >>> model.predict("iris").columns[0]
    'prediction'
    """

    trained: TrainedModel

    @property
    def contract(self) -> Contract:
        """What was assumed about the data, and why."""
        return self.trained.contract

    @property
    def network(self) -> Network:
        """The network: its layers, without parameters."""
        return self.trained.network

    @property
    def params(self) -> Params:
        """The parameters: ``params["hidden_1"]["kernel"]`` is (in_features, units)."""
        return self.trained.params

    @property
    def report(self) -> dict[str, Any]:
        """What ``pellucid train --json`` prints: sizes, test metrics, baseline, seconds."""
        return dict(self.trained.made.get("report", {}))

    @property
    def metrics(self) -> dict[str, float]:
        """The test metrics, of rows never used in training or for stopping."""
        return dict(self.report.get("metrics", {}))

    @property
    def history(self) -> History:
        """One entry an epoch: losses, validation metrics, learning rate, seconds."""
        return History(self.trained.made.get("history", []))

    @property
    def diagnoses(self) -> list[Diagnosis]:
        """What is wrong with its training, the most serious first; empty where nothing is."""
        return [Diagnosis.from_dict(told) for told in self.report.get("diagnoses", [])]

    @property
    def settings(self) -> dict[str, Any]:
        """Every setting it was trained with."""
        return dict(self.trained.made.get("settings", {}))

    @property
    def reasons(self) -> dict[str, str]:
        """Why settings that were left open were chosen; empty where the file does not say."""
        return dict(self.trained.made.get("reasons", {}))

    @property
    def examples(self) -> Table | None:
        """A few rows of the data as they came, or None where they were left out."""
        return self.trained.examples

    def predict(
        self, source: Any, *, coverage: float | None = None, identify: bool = False
    ) -> pl.DataFrame:
        """Predict the target of new rows.

        Parameters
        ----------
        source
            Any source, with the input columns that training had; the target may be missing.
            Of a source with a test part of its own, that part is taken.
        coverage
            With 0.9, say, ``prediction_low`` and ``prediction_high`` are added, or for classes
            ``prediction_set``, which hold the true value in 90 % of all rows (conformal
            prediction; ``docs/honest-numbers.md``).
        identify
            Whether what says which row is which comes first, where the source has it: ``file``,
            the id of a series, columns that were left out as identifiers.

        Returns
        -------
        polars.DataFrame
            ``prediction`` in the person's own values and, for classes, a column
            ``probability_<class>`` each; one row for each row taken. Of a forecast, the time and
            the prediction of each step after the last row (``docs/forecasting.md``).

        Raises
        ------
        DataError
            Where the source cannot be used: columns missing, values of another kind.
        SettingError
            Where the model cannot promise that coverage.

        Warns
        -----
        UnlikeTrainingWarning
            For unknown categories, numbers far out of range, further columns.
        """
        taken = take_rows(source, self.contract)
        answers = self.trained.predict(taken.table, warn, coverage)
        return taken.named(answers) if identify else answers

    def evaluate(self, source: Any) -> dict[str, float]:
        """Measure the model on rows whose target is known.

        Returns
        -------
        dict of str to float
            The task's metrics and the loss, such as ``{"accuracy": 0.98, …, "loss": 0.07}``.

        Raises
        ------
        DataError
            As ``predict``; also where the target is missing or has unknown classes.
        """
        table = take_rows(source, self.contract).table
        metrics: dict[str, float] = self.trained.evaluate(table, warn)["metrics"]
        return metrics

    def explain(
        self,
        source: Any,
        row: int = 1,
        *,
        label: Any = None,
        against: Any = None,
        of: str | None = None,
        compared_with: Any = None,
    ) -> Explanation:
        """Say how much each column, pixel, word or time step contributed to one prediction.

        Integrated gradients (Sundararajan, Taly & Yan 2017) in 64 bits: what they add up to,
        with the value at the average training row, is the output, and ``error`` says how
        exactly.

        Parameters
        ----------
        source
            Any source, as for ``predict``; or one row as a dict, ``{"age": 22, "sex": "f"}``.
        row
            Which of its rows, counted from 1.
        label
            The class to explain; left out, the predicted one.
        against
            A class to hold it against; left out, of two classes the other one.
        of
            The target to explain, where the model predicts several; left out, the first.
        compared_with
            A row, as ``source``, to measure contributions from; left out, the average one.

        Raises
        ------
        SettingError
            For a row, class or target that there is not.
        DataError
            As ``predict``.

        Examples
        --------
        >>> import pellucid
        >>> model = pellucid.train("iris", hidden=(8,), epochs=20)
        >>> why = model.explain("iris", row=3, label="setosa")
        >>> sorted(why.columns["column"])
        ['petal length (cm)', 'petal width (cm)', 'sepal length (cm)', 'sepal width (cm)']
        >>> abs(why.error) < 1e-12
        True
        """
        table = take_rows(one_row(source), self.contract).table
        question = Question.of_words(label, against, of)
        return self._explainer(compared_with).explain(table, row, question)

    def importance(self, source: Any, *, label: Any = None, of: str | None = None) -> Importance:
        """Say which columns moved the predictions of many rows, by mean absolute contribution.

        Parameters
        ----------
        source
            Any source, as for ``predict``; of more than 500 rows, 500 evenly spaced are taken.
        label, of
            As for ``explain``; without a label, each row's own predicted class.
        """
        table = take_rows(source, self.contract).table
        return self._explainer(None).importance(table, Question.of_words(label, None, of))

    def _explainer(self, compared_with: Any) -> Explainer:
        if compared_with is None:
            return Explainer(self.trained, None, warn)
        reference = take_rows(one_row(compared_with), self.contract).table
        return Explainer(self.trained, reference, warn)

    def trace(self, source: Any) -> tuple[LayerTrace, ...]:
        """Follow rows through the network: every layer's inputs, pre-activations, activations."""
        inputs = self.trained.encode(take_rows(source, self.contract).table, warn)
        return self.network.trace(self.params, dense_rows(inputs, slice(None)))

    @property
    def feature_names(self) -> list[str]:
        """One name for each number that goes into the network: ``age``, ``sex=female`` …."""
        return list(self.trained.encoding.feature_names)

    def encode(self, source: Any) -> Matrix:
        """Return the exact vectors that the network receives, float32 ``(n, in_features)``.

        Texts give a sparse array. The names of its columns are ``feature_names``.
        """
        return self.trained.encode(take_rows(source, self.contract).table, warn)

    def vector(self, source: Any, row: int = 1) -> RowVector:
        """Return one row beside the exact vector that the network receives for it.

        Parameters
        ----------
        source
            Any source, as for ``predict``; or one row as a dict.
        row
            Which of its rows, counted from 1; of a forecast, which of its windows.

        Raises
        ------
        SettingError, DataError
            Where there is no such row; as ``predict``.

        Examples
        --------
        >>> import pellucid
        >>> model = pellucid.train("iris", hidden=(8,), epochs=5)
        >>> model.vector("iris", row=3).to_frame().columns
        ['column', 'feature', 'number']
        """
        table = take_rows(one_row(source), self.contract).table
        windowed = self.trained.in_windows(table, warn, ahead=True)
        return RowVector.of(self.trained.encoding, windowed.table, row)

    def save(self, path: str | Path, *, examples: bool = True) -> Path:
        """Write the model into one file.

        Parameters
        ----------
        path
            The file; ``.pellucid`` is added where the name has no suffix. An existing model
            file of that name is replaced; any other file is refused.
        examples
            Whether the few rows of the data that the studio shows go into the file.

        Raises
        ------
        OutputError
            Where the file cannot be written, or is something else than a model.
        """
        path = Path(path).expanduser()
        path = path if path.suffix else path.with_suffix(SUFFIX)
        refuse_other_files(path)
        text = card(self.report, self.settings, list(self.trained.made.get("notes", [])))
        trained = self.trained if examples else self.trained.without_examples()
        return save_model(trained, path, text)

    def export(self, path: str | Path, *, to: str | None = None, force: bool = False) -> Path:
        """Write one file that works without pellucid: a page, or a script that needs NumPy alone.

        Parameters
        ----------
        path
            The file; the form's ending is added where it is missing.
        to
            ``"html"``, one page that works from a disk without any network, or ``"numpy"``, one
            Python script; None: what the file's ending says, and a page where that says nothing.
        force
            Whether a file that is there is replaced.

        Raises
        ------
        OutputError
            Where the file is there, or cannot be written.
        SettingError
            Where the model has what the form cannot compute or read (``docs/export.md`` says
            what).

        Examples
        --------
        >>> import pellucid, tempfile
        >>> model = pellucid.train("iris", hidden=(8,), epochs=5)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     model.export(f"{folder}/iris.py").name
        'iris.py'
        """
        from pellucid.sharing import export

        return export(self.trained, Path(path), to=to, force=force)

    def open(self, *, port: int = 0, browser: bool = True) -> Serving:
        """Open the studio on this model: a page in which the network is looked into.

        It is served in the background, to this machine alone, until ``close()`` or the end.

        Parameters
        ----------
        port
            The port to listen on; 0 takes a free one.
        browser
            Whether to open it in a browser, where there is a screen.

        Returns
        -------
        Serving
            ``url`` is the page's address, with the token that opens it.

        Raises
        ------
        SettingError
            Where the port cannot be listened on.

        Examples
        --------
        >>> import pellucid
        >>> with pellucid.train("iris", hidden=(8,), epochs=5).open(browser=False) as studio:
        ...     studio.url.startswith("http://127.0.0.1:")
        True
        """
        from pellucid.sharing import FORMS
        from pellucid.studio import serving

        return serving.serve_model(self.trained, port, browser=browser, forms=FORMS)

    def __repr__(self) -> str:
        return f"<pellucid.Model: {one_line(self.trained)}>"

    def _repr_html_(self) -> str:
        from pellucid.inspection.model_html import model_to_html

        return model_to_html(self.trained)
