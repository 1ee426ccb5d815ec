"""A source's learning rate, measured without training to the end."""

from __future__ import annotations

from typing import Any

from pellucid.training.finder import LearningRateSearch
from pellucid.training.given import make_config
from pellucid.training.session import Session
from pellucid.training.telling import Faces


def find_learning_rate(source: Any, **settings: Any) -> LearningRateSearch:
    """Measure at which learning rate the loss falls fastest, without training to the end.

    Parameters
    ----------
    source, **settings
        As for :func:`train`.
    """
    settings.pop("learning_rate", None)
    return Session(make_config(source, None, settings), Faces()).find_rate()
