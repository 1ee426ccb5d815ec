"""The three lines people write: ``train``, ``load``, ``Model``.

Everything here delegates: training to :mod:`pellucid.training`, prediction to
:mod:`pellucid.model`, opening data to :mod:`pellucid.data`.
"""

from __future__ import annotations

import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import polars as pl

from pellucid import backend, nn
from pellucid.data import Contract, Dataset, Table, infer_contract, open_source
from pellucid.errors import OutputError, SettingError
from pellucid.model import TrainedModel, load_model, save_model
from pellucid.model.file import SUFFIX, is_model_file
from pellucid.nn import LayerTrace, Network, Params
from pellucid.training import run as runs
from pellucid.training.config import Config
from pellucid.training.events import Callback, Event, StopTraining
from pellucid.training.examination import examine
from pellucid.training.finder import LearningRateSearch
from pellucid.training.report import card, format_metric, headline


class UnlikeTrainingWarning(UserWarning):
    """Data given to a model is unlike the data that it was trained on."""


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
    def history(self) -> list[dict[str, Any]]:
        """One entry an epoch: losses, validation metrics, learning rate, seconds."""
        return list(self.trained.made.get("history", []))

    @property
    def settings(self) -> dict[str, Any]:
        """Every setting it was trained with."""
        return dict(self.trained.made.get("settings", {}))

    @property
    def examples(self) -> Table | None:
        """A few rows of the data as they came, or None where they were left out."""
        return self.trained.examples

    def predict(self, source: Any) -> pl.DataFrame:
        """Predict the target of new rows.

        Parameters
        ----------
        source
            Any source, with the input columns that training had; the target may be missing.
            Of a source with a test part of its own, that part is taken.

        Returns
        -------
        polars.DataFrame
            ``prediction`` in the person's own values and, for classes, a column
            ``probability_<class>`` each; one row for each row taken.

        Raises
        ------
        DataError
            Where the source cannot be used: columns missing, values of another kind.

        Warns
        -----
        UnlikeTrainingWarning
            For unknown categories, numbers far out of range, further columns.
        """
        table = rows_of(source, self.contract)
        return self.trained.predict(table, warn)

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
        table = rows_of(source, self.contract)
        metrics: dict[str, float] = self.trained.evaluate(table, warn)["metrics"]
        return metrics

    def trace(self, source: Any) -> tuple[LayerTrace, ...]:
        """Follow rows through the network: every layer's inputs, pre-activations, activations."""
        inputs = self.trained.encode(rows_of(source, self.contract), warn)
        return self.network.trace(self.params, inputs)

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
        _refuse_other_files(path)
        notes = list(self.trained.made.get("notes", []))
        text = card(self.report, self.settings, notes)
        trained = self.trained if examples else self.trained.without_examples()
        return save_model(trained, path, text)

    def __repr__(self) -> str:
        task, target = self.trained.task.name, self.contract.target
        layers = " → ".join(
            str(size)
            for size in [
                self.trained.encoding.in_features,
                *(layer.units for layer in self.network.layers if isinstance(layer, nn.Dense)),
            ]
        )
        name, value = headline(self.metrics, task)
        return f"<pellucid.Model: {task} of {target!r}, {layers}, test {name} {value}>"


def train(
    source: Any,
    *,
    run: str | Path | None = None,
    callbacks: Sequence[Callback] = (),
    config: str | Path | None = None,
    **settings: Any,
) -> Model:
    """Train a network.

    Parameters
    ----------
    source
        A built-in name (``"digits"``, ``"iris"``, …), a file, a folder, a data frame, or
        arrays ``(X, y)``.
    run
        A folder for the run: settings, contract, events, checkpoints and the model. None
        writes nothing.
    callbacks
        Functions of one event (:mod:`pellucid.training.events`), called as things happen;
        raising ``pellucid.StopTraining`` in one ends the training.
    config
        A ``config.yaml`` to take settings from; those given here overrule it.
    **settings
        Any setting of :class:`pellucid.training.config.Config`: ``target``, ``hidden``,
        ``epochs``, ``learning_rate``, ``seed`` …; ``pellucid train --help`` lists them all.

    Returns
    -------
    Model
        The trained model. Test metrics are in ``model.metrics``.

    Raises
    ------
    SettingError
        Where a setting is unknown or out of its limits.
    DataError
        Where the data cannot be used.
    DivergedError
        Where training left the finite numbers.

    Examples
    --------
    >>> import pellucid
    >>> model = pellucid.train("iris", hidden=(16,), epochs=60, seed=1)
    >>> model.metrics["accuracy"] > 0.8
    True
    """
    made = make_config(source, config, settings)
    folder = None if run is None else Path(run).expanduser()
    faces = runs.Faces(_together(callbacks))
    return Model(runs.start(made, faces, folder=folder, keep_run=run is not None).model)


def resume(run: str | Path, *, callbacks: Sequence[Callback] = ()) -> Model:
    """Go on with an interrupted run; a finished one is only loaded.

    Raises
    ------
    ModelFileError
        Where the folder is no run, or its data or settings have changed since.
    """
    outcome = runs.resume(Path(run).expanduser(), runs.Faces(_together(callbacks)))
    return Model(outcome.model) if isinstance(outcome, runs.Outcome) else load(run)


def load(path: str | Path) -> Model:
    """Open a model file, or the model of a run folder.

    Raises
    ------
    SourceNotFoundError
        Where there is no such file.
    ModelFileError
        Where it is damaged, no model file, or from a newer version.
    """
    return Model(load_model(Path(path).expanduser()))


def find_learning_rate(source: Any, **settings: Any) -> LearningRateSearch:
    """Measure at which learning rate the loss falls fastest, without training to the end.

    Parameters
    ----------
    source, **settings
        As for :func:`train`.
    """
    settings.pop("learning_rate", None)
    return runs.Session(make_config(source, None, settings), runs.Faces()).find_rate()


def contract(source: Any, **settings: Any) -> tuple[Dataset, Contract]:
    """Open a source and say what would be assumed about it; nothing is trained."""
    config = make_config(source, None, settings)
    dataset = open_source(config.source)
    inferred = infer_contract(
        dataset, target=config.target, task=config.task, kinds=config.kinds, drop=config.drop
    )
    return dataset, inferred


def make_config(source: Any, config: str | Path | None, settings: Mapping[str, Any]) -> Config:
    """Put settings together: those of a file, overruled by those given."""
    base: dict[str, Any] = {}
    if config is not None:
        path = Path(config).expanduser()
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            refusal = error.strerror if isinstance(error, OSError) else None
            reason = refusal.lower() if refusal else "it is not text in UTF-8"
            raise SettingError(
                f"The configuration {path} cannot be read: {reason}.",
                expected="a config.yaml as --print-config prints it, in UTF-8",
                remedy="give another file; pellucid train SOURCE --print-config prints one",
            ) from error
        base = Config.from_yaml(text, str(path)).set_values()
    given = {name: value for name, value in settings.items() if value is not None}
    if source is not None:
        given["source"] = source
    return Config.make(**{**base, **given})


def rows_of(source: Any, contract: Contract) -> Table:
    """Open a source for prediction: its test rows where it has some, else all its rows.

    A bare array takes the place of the only input column.
    """
    if isinstance(source, np.ndarray) and len(contract.inputs) == 1:
        return Table({contract.inputs[0].name: source})
    dataset = open_source(source)
    return dataset.test if dataset.test is not None else dataset.train


@contextmanager
def stopping_on_signals() -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C or SIGTERM into a question's answer: "should I stop?".

    The steps being computed are finished and a checkpoint is written; a second Ctrl-C stops
    at once. Outside the main thread, where signals cannot be caught, the answer is never yes.
    """
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return
    before: dict[int, Any] = {}

    def ask(number: int, frame: FrameType | None) -> None:
        asked.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    for caught in (signal.SIGINT, signal.SIGTERM):
        before[caught] = signal.signal(caught, ask)
    try:
        yield asked.is_set
    finally:
        for number, handler in before.items():
            # None: the handler before was not Python's, so it cannot be put back.
            signal.signal(number, signal.SIG_DFL if handler is None else handler)


def _together(callbacks: Sequence[Callback]) -> Callback:
    """Make one callback of several; the rest still hear an event that one stops at."""

    def emit(event: Event) -> None:
        stop = None
        for callback in callbacks:
            try:
                callback(event)
            except StopTraining as request:
                stop = request
        if stop is not None:
            raise stop

    return emit


def warn(text: str) -> None:
    """Warn of data unlike the training data, at the line that called the model."""
    frame: FrameType | None = sys._getframe()
    depth = 0
    while frame is not None and frame.f_globals.get("__name__", "").startswith("pellucid."):
        frame, depth = frame.f_back, depth + 1
    warnings.warn(text, UnlikeTrainingWarning, stacklevel=depth + 1)


def _refuse_other_files(path: Path) -> None:
    """Replace a model by a model, but never another file of the person's."""
    if path.is_dir():
        raise OutputError(f"Cannot write {path}: it is a folder.", remedy="name a file")
    if not path.parent.is_dir():
        raise OutputError(
            f"Cannot write {path}: there is no folder {path.parent}.",
            remedy="make the folder first, or choose another",
        )
    if path.exists() and not is_model_file(path):
        raise OutputError(
            f"{path} exists and is not a model file; nothing was overwritten.",
            remedy="choose another name",
        )


__all__ = [
    "Model",
    "UnlikeTrainingWarning",
    "backend",
    "contract",
    "examine",
    "find_learning_rate",
    "format_metric",
    "headline",
    "load",
    "make_config",
    "resume",
    "rows_of",
    "runs",
    "stopping_on_signals",
    "train",
    "warn",
]
