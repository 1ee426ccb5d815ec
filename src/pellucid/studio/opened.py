"""A model that the studio shows: its rows by their ids, and what was computed of it."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import get_args

import numpy as np

from pellucid.data import Table
from pellucid.data.matrices import Matrix, dense_rows
from pellucid.data.sources.builtin import is_builtin
from pellucid.data.table import Array
from pellucid.errors import DataError, PellucidError, SettingError, quote
from pellucid.inspection import Explainer
from pellucid.inspection.activations import layer_activations
from pellucid.inspection.follower import Follower
from pellucid.inspection.known_rows import KnownRows, find_rows
from pellucid.inspection.last_update import LastUpdate, last_update
from pellucid.inspection.neighbours import hidden_features
from pellucid.model import TrainedModel
from pellucid.model.forward import BLOCK_ROWS, FEW_ROWS
from pellucid.studio.frames import Frame, overview
from pellucid.studio.messages.session import Opened
from pellucid.studio.messages.test import Test
from pellucid.studio.messages.values import Part
from pellucid.studio.projections import Projections
from pellucid.studio.reading import whole
from pellucid.studio.refusals import RefusedError
from pellucid.studio.retrainings import Retrainings
from pellucid.tasks import Clustering

_MOST_TRIED, _MOST_OVERVIEWS = 200, 64
# Of rows that are held against each other: so many, and so many numbers together (128 MB).
MOST_LOOKED_THROUGH, _MOST_NUMBERS = 20_000, 1 << 25


@dataclass(frozen=True)
class Row:
    """One row of a part.

    Attributes
    ----------
    id
        ``test:17``.
    table
        The row alone, as a table.
    """

    id: str
    table: Table


@dataclass(frozen=True)
class Origin:
    """The run that a model comes from, in which its last update is found.

    Attributes
    ----------
    run
        The run's folder.
    step
        After which step it was taken; None: the model that the run ended with.
    """

    run: Path
    step: int | None = None


def _source_of(trained: TrainedModel) -> str:
    return str(trained.made.get("settings", {}).get("source"))


class OpenedModel:
    """A model, its rows, and what was computed of it.

    Parameters
    ----------
    opened, trained
        As in the attributes.
    whole
        The ensemble that it is a member of, whose rows are its own; None where it is whole.
    opens_data
        Whether the data that it names may be opened, to show the rows it learned from. A file from
        somebody else would otherwise decide what is opened here; built-in sets always may.
    origin
        The run that it comes from, where that is known.
    find
        Finds the rows of a model.

    Attributes
    ----------
    opened
        Its id, name and kind.
    trained
        The model.
    retrainings
        Its copies in the lab that learned on.
    tested
        How well it answers the rows of a part, of those that were asked for.
    lock
        Held by whoever computes with it for long: on few cores two would only slow each other.
    """

    def __init__(
        self,
        opened: Opened,
        trained: TrainedModel,
        whole: OpenedModel | None = None,
        *,
        opens_data: bool = True,
        origin: Origin | None = None,
        find: Callable[[TrainedModel], KnownRows] = find_rows,
    ) -> None:
        self.opened = opened
        self._origin = origin
        self._find = find
        self._opens_data = opens_data or is_builtin(_source_of(trained))
        self.trained = trained
        self._whole = whole
        self.lock = threading.RLock()
        self._tried: dict[int, Table] = {}
        self._n_tried = 0
        self._outputs: dict[str, tuple[Array, Array | None]] = {}
        self._activations: tuple[str, Part, Array, Array] | None = None
        self._overviews: dict[tuple[str, str, int], Frame] = {}
        self._hidden: tuple[Part, Array, Array] | None = None
        self._gradients: tuple[str, dict[str, dict[str, Array]]] | None = None
        self._update: LastUpdate | None = None
        self._updating = threading.Lock()
        self.retrainings = Retrainings()
        self.tested: dict[Part, Test] = {}

    @functools.cached_property
    def _known_rows(self) -> KnownRows | PellucidError:
        if self._whole is not None:
            return self._whole._known_rows
        if not self._opens_data:
            return DataError(
                "A model file alone opens no data: it may come from somebody else.",
                remedy="open the folder of its run: pellucid studio RUN",
            )
        with self.lock:
            try:
                return self._find(self.trained)
            except PellucidError as error:
                return error

    @property
    def why_no_rows(self) -> str | None:
        """Why the rows of the data cannot be shown; None where they can."""
        return self._known_rows.what if isinstance(self._known_rows, PellucidError) else None

    @functools.cached_property
    def follower(self) -> Follower:
        """Follows examples through the network."""
        return Follower(self.trained.network, self.trained.params, self.trained.task)

    @functools.cached_property
    def explainer(self) -> Explainer:
        """Explains predictions."""
        return Explainer(self.trained)

    @functools.cached_property
    def projections(self) -> Projections:
        """Projections of its rows."""
        return Projections(self)

    def warm_up(self, should_stop: Callable[[], bool] = lambda: False) -> None:
        """Look its rows up, and compile what is needed: first of all for the first view.

        Where the model keeps examples, programs are compiled by one of them while rows are read.

        Parameters
        ----------
        should_stop
            Asked between two steps.
        """
        with ThreadPoolExecutor(1, thread_name_prefix="pellucid-rows") as pool:
            looking = pool.submit(self.usual_part)
            table = self.trained.examples
            if table is None or not table.n_rows:
                part = looking.result()
                table = self.table(part) if part in self.parts() else None
            if table is None:
                return
            table = table.take(np.array([0]))
            self.follower.trace(self.encoded(table)[0])
            if self.explainer.is_quick and not should_stop():
                self.explainer.explain(table)
            looking.result()
        for block_rows in (FEW_ROWS, BLOCK_ROWS):  # for galleries, and for whole parts
            if should_stop():
                return
            with self.lock:  # held for as short as it can be: somebody may be looking already
                self.outputs(table, block_rows)

    def table(self, part: Part) -> Table:
        """Return the rows of a part, but those that were tried.

        Raises
        ------
        DataError
            Where the model has no such rows, or they cannot be found.
        """
        if part == "examples":
            if self.trained.examples is None:
                raise DataError("The model file keeps no examples.")
            return self.trained.examples
        if isinstance(self._known_rows, PellucidError):
            raise self._known_rows
        table = self._known_rows.train if part == "train" else self._known_rows.test
        if table is None:
            raise DataError("No rows were held out for a test.")
        return table

    def parts(self) -> dict[str, int]:
        """Return how many rows each part has, those alone that can be shown."""
        found = {}
        for part in get_args(Part):
            if part == "tried":
                found[part] = self._n_tried
                continue
            try:
                found[part] = self.table(part).n_rows
            except DataError:
                continue
        return {part: n for part, n in found.items() if n}

    def usual_part(self) -> Part:
        """Return the part that is shown where nobody asks for one: test rows, if there are."""
        there = self.parts()
        usual: tuple[Part, ...] = ("test", "train", "examples")
        return next((part for part in usual if part in there), "examples")

    def row(self, id_: str) -> Row:
        """Return a row by its id.

        Raises
        ------
        SettingError
            For what is no id.
        RefusedError
            Where there is no such row.
        """
        part, colon, number = id_.partition(":")
        if part not in get_args(Part) or not colon:
            raise SettingError(
                f"{quote(id_, 40)} is no example.",
                expected="a part and a number from 0, such as test:17",
            )
        if part == "tried":
            with self.lock:
                tried = self._tried.get(whole(number, "example", 0, 10**9))
            if tried is None:
                raise RefusedError(404, f"The row {quote(id_, 40)} is not kept any more.")
            return Row(id_, tried)
        table = self.table(part)  # type: ignore[arg-type]  # checked above
        place = whole(number, "example", 0, max(0, table.n_rows - 1))
        return Row(f"{part}:{place}", table.take(np.array([place])))

    def keep(self, table: Table) -> Row:
        """Keep a row that a person tried; of very many, the newest."""
        with self.lock:
            number = self._n_tried
            self._tried[number] = table
            self._n_tried += 1
            self._tried.pop(number - _MOST_TRIED, None)
        return Row(f"tried:{number}", table)

    def encoded(self, table: Table) -> Array:
        """Return rows as the network receives them, float32 (n, in_features)."""
        rows: Array = dense_rows(self.matrix(table), slice(None))
        return rows

    def matrix(self, table: Table) -> Matrix:
        """Return many rows as the network receives them."""
        return self.trained.encoding.transform(table)

    def targets(self, table: Table) -> Array | None:
        """Return the encoded targets of rows; None where they are not known."""
        targets = self.trained.contract.targets
        if isinstance(self.trained.task, Clustering) or not targets:
            return None
        try:
            return self.trained.task.encode_rows(table, targets)
        except DataError:
            return None

    @property
    def run(self) -> Path | None:
        """The finished run that it was learned in; None of a file, or a state on the way."""
        origin = self._origin
        return origin.run if origin is not None and origin.step is None else None

    @functools.cached_property
    def train_targets(self) -> Array | None:
        """The encoded targets of the rows that it learned from; None where they are not known."""
        return self.targets(self.table("train")) if "train" in self.parts() else None

    def gradients(self, row: Row, targets: Array) -> dict[str, dict[str, Array]]:
        """Return the gradients of a row's loss, those of the last one asked for kept."""
        with self.lock:
            if self._gradients is None or self._gradients[0] != row.id:
                inputs = self.encoded(row.table)
                found = self.follower.gradients(inputs, targets)
                self._gradients = row.id, found
            return self._gradients[1]

    @property
    def last_update(self) -> LastUpdate:
        """What the last step of its training changed; computed once, from its run.

        Raises
        ------
        DataError
            Where no run is known, or no step of it led to the weights.
        ModelFileError, SourceNotFoundError
            Where the run cannot be opened.
        """
        if self._origin is None:
            raise DataError(
                "The model file holds the weights alone, not the step that led to them.",
                expected="the model of a run",
                remedy="open the folder of its run: pellucid studio RUN",
            )
        with self._updating:
            if self._update is None:
                run, step = self._origin.run, self._origin.step
                self._update = last_update(run, self.trained.params, step=step)
            return self._update

    def outputs(self, table: Table, block_rows: int | None = None) -> Array:
        """Return the network's outputs for rows, (n, out_features), computed anew.

        Parameters
        ----------
        table
            The rows.
        block_rows
            How many go through the network at once; few where they are few.
        """
        size = block_rows or (FEW_ROWS if table.n_rows <= FEW_ROWS else BLOCK_ROWS)
        return self.trained.forward.outputs(self.trained.params, self.matrix(table), size)

    def answered(self, part: Part) -> tuple[Array, Array | None]:
        """Return the outputs and the encoded targets of all rows of a part; computed once."""
        with self.lock:
            if part not in self._outputs:
                table = self.table(part)
                self._outputs[part] = self.outputs(table, BLOCK_ROWS), self.targets(table)
            return self._outputs[part]

    def overview(self, which: tuple[str, str], array: Array, most: int) -> Frame:
        """Return the overview of an array of parameters; the last ones asked for are kept."""
        with self.lock:
            key = (*which, most)
            if key not in self._overviews:
                if len(self._overviews) >= _MOST_OVERVIEWS:
                    self._overviews.pop(next(iter(self._overviews)))
                self._overviews[key] = overview(array, most)
            return self._overviews[key]

    def unit_activations(
        self, layer: str, index: tuple[int, ...], most_rows: int, most_numbers: int
    ) -> tuple[Part, Array, Array]:
        """Return what a unit is for some rows: their part, their places in it, the activations.

        Parameters
        ----------
        layer, index
            The unit.
        most_rows, most_numbers
            How many rows are looked through, and how many numbers the layer may hold together;
            they are computed once and kept for the layer asked for last.
        """
        trained = self.trained
        with self.lock:
            if self._activations is None or self._activations[0] != layer:
                place = trained.network.names.index(layer)
                shape = trained.network.describe(trained.encoding.in_features)[place].out_shape
                most = max(1, min(most_rows, most_numbers // max(1, prod(shape))))
                part, places = self.some_rows(most)
                matrix = self.matrix(self.table(part).take(places))
                found = layer_activations(trained.network, trained.params, layer, matrix)
                self._activations = layer, part, places, found
            _, part, places, found = self._activations
        return part, places, np.moveaxis(found, 0, -1)[index]

    @property
    def hidden(self) -> tuple[Part, Array, Array]:
        """What the output layer receives for rows that the model learned from; computed once.

        Their part, their places in it, and the numbers, (n, features).
        """
        with self.lock:
            if self._hidden is None:
                width = max(1, self.hidden_of(self.table(self.some_rows(1)[0]).piece(0, 1)).size)
                part, places = self.some_rows(
                    max(1, min(MOST_LOOKED_THROUGH, _MOST_NUMBERS // width))
                )
                matrix = self.matrix(self.table(part).take(places))
                self._hidden = part, places, hidden_features(self.trained, matrix)
            return self._hidden

    def hidden_of(self, table: Table) -> Array:
        """Return what the output layer receives for one row, (features,)."""
        features: Array = hidden_features(self.trained, self.matrix(table))[0]
        return features

    def some_rows(self, most: int) -> tuple[Part, Array]:
        """Return at most so many rows that the model learned from: their part, their places in it.

        Where these cannot be found, the examples that the model keeps.
        """
        part: Part = "train" if "train" in self.parts() else "examples"
        return part, self.table(part).spread(most)[1]
