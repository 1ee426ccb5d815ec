"""Projections of a model's rows, computed when they are first asked for, and kept."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Literal, TypeAlias

from pellucid.data.table import Array
from pellucid.inspection.projection import (
    Projection,
    layer_features,
    principal_components,
    t_sne,
)
from pellucid.studio.messages.values import Part

if TYPE_CHECKING:
    from pellucid.studio.opened import OpenedModel

Method: TypeAlias = Literal["pca", "tsne"]
# More points hide each other, and t-SNE of so many takes some seconds; so many numbers are 64 MB.
MOST_ROWS, _MOST_NUMBERS = 1000, 1 << 23
_MOST_KEPT = 32
# t-SNE takes a core for some seconds; two of them would only slow each other.
_ONE_AT_A_TIME = threading.Lock()


class Projections:
    """What was projected of one model.

    Parameters
    ----------
    model
        The model.
    """

    def __init__(self, model: OpenedModel) -> None:
        # A model that is forgotten goes at once, with its arrays; in a ring of two that hold each
        # other it would stay until Python next looks for such rings, many states later.
        self._model = weakref.proxy(model)
        self._kept: dict[tuple[Part, str, Method], tuple[Array, Projection, int]] = {}

    def of(self, part: Part, layer: str, method: Method) -> tuple[Array, Projection, int]:
        """Return which rows of a part were projected, where they lie, and how many features had.

        Raises
        ------
        DataError
            Where there are no such rows, or they cannot be projected.
        SettingError
            Where there is no such layer.
        """
        key = part, layer, method
        with _ONE_AT_A_TIME:
            if key not in self._kept:
                places, features = self._features(part, layer)
                project = principal_components if method == "pca" else t_sne
                if len(self._kept) >= _MOST_KEPT:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[key] = places, project(features), features.shape[1]
            return self._kept[key]

    def _features(self, part: Part, layer: str) -> tuple[Array, Array]:
        model = self._model
        with model.lock:
            table = model.table(part)
            width = layer_features(model.trained, layer, model.matrix(table.piece(0, 1))).shape[1]
            most = max(1, min(MOST_ROWS, _MOST_NUMBERS // max(1, width)))
            chosen, places = table.spread(most)
            return places, layer_features(model.trained, layer, model.matrix(chosen))
