"""The models that the studio can show, by the ids they have in addresses."""

from __future__ import annotations

import functools
import itertools
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from pellucid.errors import PellucidError
from pellucid.inspection.known_rows import KnownRows, find_rows
from pellucid.inspection.members import member_of
from pellucid.model import TrainedModel, load_model
from pellucid.studio.messages.session import Opened
from pellucid.studio.opened import OpenedModel, Origin
from pellucid.studio.reading import whole
from pellucid.studio.refusals import RefusedError
from pellucid.studio.rows import RowsOfRuns

_MOST_MEMBERS = 10_000
_SECONDS_TO_END = 20
MOST_PASSING = 8
"""So many models that only pass, such as a training's states, are kept."""


class Shelf:
    """Models by id: ``m1``, ``m2`` …, each loaded when it is first looked into.

    Examples
    --------
    >>> Shelf().listed()
    []
    """

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        self._numbers = itertools.count(1)
        self._passing: list[str] = []
        self._rows = RowsOfRuns()
        self._lock = threading.Lock()
        self._warming: list[threading.Thread] = []
        self._ended = threading.Event()

    def put(
        self,
        name: str,
        kind: str,
        load: Callable[[], TrainedModel],
        *,
        opens_data: bool = True,
        origin: Origin | None = None,
        passes: bool = False,
    ) -> str:
        """Put a model at the end; return its id.

        Parameters
        ----------
        name
            What the page calls it.
        kind
            ``"model"`` or ``"run"``.
        load
            Loads it; called once at most.
        opens_data, origin
            As of `OpenedModel`.
        passes
            Whether it may be forgotten: of such models, the `MOST_PASSING` that were looked into
            last are kept.
        """
        find = find_rows if origin is None else functools.partial(self._rows.of, origin.run)
        with self._lock:
            id_ = f"m{next(self._numbers)}"
            opened = Opened(id_, name, "run" if kind == "run" else "model")
            self._entries[id_] = _Entry(opened, load, opens_data, origin, find)
            if passes:
                self._passing.append(id_)
                for forgotten in self._passing[:-MOST_PASSING]:
                    self._passing.remove(forgotten)
                    del self._entries[forgotten]
        return id_

    def put_file(self, path: Path, *, is_own: bool = False) -> str:
        """Put a model file, or the model of a finished run; it is loaded now.

        Parameters
        ----------
        path
            The file, or the run's folder.
        is_own
            Whether the file was written here, so that its data may be opened as a run's may.

        Raises
        ------
        SourceNotFoundError, ModelFileError
            Where it cannot be opened.
        """
        trained = load_model(path)
        is_run = path.is_dir()
        name = path.resolve().name if is_run else path.stem
        kind = "run" if is_run else "model"
        origin = Origin(path.resolve()) if is_run else None
        return self.put(name, kind, lambda: trained, opens_data=is_run or is_own, origin=origin)

    def put_runs(self, folder: Path, *, but: Path | None = None) -> None:
        """Put the models of the finished runs in a folder, the newest first; none may be there.

        Parameters
        ----------
        folder
            Where runs lie.
        but
            A run or model that is on the shelf already.
        """
        found = [path for path in folder.glob("*/model.pellucid") if path.is_file()]
        found.sort(key=lambda path: (-path.stat().st_mtime_ns, path.parent.name))
        taken = None if but is None else but.resolve()
        for path in found:
            run = path.parent.resolve()
            if taken not in {run, path.resolve()}:
                load = functools.partial(load_model, run)
                self.put(run.name, "run", load, origin=Origin(run))

    def warm_up(self, id_: str) -> None:
        """Prepare a model in a thread of its own, so that the first look at it need not wait."""

        def prepare() -> None:
            try:
                with suppress(PellucidError):  # whoever looks at it is told
                    self.model(id_).warm_up(self._ended.is_set)
            except RuntimeError as error:
                if "shutdown" not in str(error):  # Python ends: no more threads can be started
                    raise

        thread = threading.Thread(target=prepare, name=f"pellucid-warm-{id_}", daemon=True)
        self._warming.append(thread)
        thread.start()

    def close(self) -> None:
        """Wait for what is being prepared: a process that ends within a compilation crashes."""
        self._ended.set()
        for thread in self._warming:
            thread.join(_SECONDS_TO_END)

    def listed(self) -> list[Opened]:
        """Return what lies on the shelf, in order."""
        with self._lock:
            return [entry.opened for entry in self._entries.values()]

    def model(self, id_: str) -> OpenedModel:
        """Return a model; of an ensemble ``m1``, ``m1.2`` is its third member.

        Raises
        ------
        RefusedError
            Where there is none of this id.
        SettingError
            Where it has no such member.
        ModelFileError
            Where it cannot be loaded.
        """
        own, dot, member = id_.partition(".")
        with self._lock:
            entry = self._entries.get(own)
            if own in self._passing:
                self._passing.append(self._passing.pop(self._passing.index(own)))
        if entry is not None and dot:
            return entry.member(whole(member, "member", 0, _MOST_MEMBERS))
        if entry is None:
            known = ", ".join(opened.id for opened in self.listed()) or "none is open"
            raise RefusedError(
                404,
                "There is no such model, or no more.",
                where=id_[:40],
                expected=known,
                remedy="choose one that is open; a training's state can be looked into again",
            )
        return entry.model()


class _Entry:
    def __init__(
        self,
        opened: Opened,
        load: Callable[[], TrainedModel],
        opens_data: bool,
        origin: Origin | None,
        find: Callable[[TrainedModel], KnownRows],
    ) -> None:
        self.opened = opened
        self._load, self._opens_data, self._origin, self._find = load, opens_data, origin, find
        self._model: OpenedModel | None = None
        self._members: dict[int, OpenedModel] = {}
        self._lock = threading.Lock()

    def model(self) -> OpenedModel:
        with self._lock:
            if self._model is None:
                try:
                    self._model = OpenedModel(
                        self.opened,
                        self._load(),
                        opens_data=self._opens_data,
                        origin=self._origin,
                        find=self._find,
                    )
                except PellucidError as error:
                    raise error.located(self.opened.name) from None
            return self._model

    def member(self, number: int) -> OpenedModel:
        whole_model = self.model()
        with self._lock:
            if number not in self._members:
                opened = replace(
                    self.opened,
                    id=f"{self.opened.id}.{number}",
                    name=f"{self.opened.name}, member {number + 1}",
                )
                member = member_of(whole_model.trained, number)
                self._members[number] = OpenedModel(opened, member, whole_model)
            return self._members[number]
