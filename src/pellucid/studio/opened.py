"""A model that the studio shows."""

from __future__ import annotations

import threading

from pellucid.model import TrainedModel
from pellucid.studio.messages.session import Opened


class OpenedModel:
    """A model, and what was computed of it.

    Attributes
    ----------
    opened
        Its id, name and kind.
    trained
        The model.
    lock
        Held by whoever computes with it for long: on few cores two would only slow each other.
    """

    def __init__(self, opened: Opened, trained: TrainedModel) -> None:
        self.opened = opened
        self.trained = trained
        self.lock = threading.Lock()
