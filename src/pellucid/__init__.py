"""pellucid: neural networks you can see through.

Three lines train a network on a table, on images or on arrays, and use it::

    import pellucid

    model = pellucid.train("iris")
    model.predict("iris")

Public names are loaded on first use, so that importing the package costs milliseconds.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from pellucid._version import __version__

if TYPE_CHECKING:
    from pellucid import data, errors, losses, metrics, nn, optimizers
    from pellucid.api import Model, load, resume, train
    from pellucid.comparison.compare import compare
    from pellucid.estimators import Classifier, Clusterer, Regressor
    from pellucid.training.branching import branch
    from pellucid.training.events import StopTraining
    from pellucid.training.rate_search import find_learning_rate
    from pellucid.training.replay import replay
    from pellucid.training.timeline import open_run
    from pellucid.tuning.tune import tune

# Public name -> the module it lives in; None marks a module that is itself public.
_HOMES: dict[str, str | None] = {
    "Classifier": "pellucid.estimators",
    "Clusterer": "pellucid.estimators",
    "Model": "pellucid.api",
    "Regressor": "pellucid.estimators",
    "StopTraining": "pellucid.training.events",
    "branch": "pellucid.training.branching",
    "compare": "pellucid.comparison.compare",
    "data": None,
    "errors": None,
    "find_learning_rate": "pellucid.training.rate_search",
    "load": "pellucid.api",
    "losses": None,
    "metrics": None,
    "nn": None,
    "open_run": "pellucid.training.timeline",
    "optimizers": None,
    "replay": "pellucid.training.replay",
    "resume": "pellucid.api",
    "train": "pellucid.api",
    "tune": "pellucid.tuning.tune",
}

__all__ = [
    "Classifier",
    "Clusterer",
    "Model",
    "Regressor",
    "StopTraining",
    "__version__",
    "branch",
    "compare",
    "data",
    "errors",
    "find_learning_rate",
    "load",
    "losses",
    "metrics",
    "nn",
    "open_run",
    "optimizers",
    "replay",
    "resume",
    "train",
    "tune",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'pellucid' has no attribute {name!r}")
    home = _HOMES[name]
    if home is None:
        return import_module(f"pellucid.{name}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
