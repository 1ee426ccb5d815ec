"""One launch of the studio: its secrets, its models, the view that it opens on."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pellucid.studio.guard import Keys
from pellucid.studio.shelf import Shelf

View: TypeAlias = Literal["data", "inside", "guide"]


class Studio:
    """What all answers are made of.

    Parameters
    ----------
    shelf
        The models that can be shown.
    view
        What the page opens on.
    """

    def __init__(self, shelf: Shelf, view: View) -> None:
        self.keys = Keys()
        self.shelf = shelf
        self.view = view
