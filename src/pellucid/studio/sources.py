"""What can be learned from in the studio: built-in sets, what it was started with, uploads.

A request names a source by its id, never by a path; so no request makes the studio open a file that
the person has not given to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pellucid.data.sources import not_found
from pellucid.data.sources.builtin import is_builtin, list_builtin
from pellucid.studio.messages.data import Source
from pellucid.studio.refusals import RefusedError
from pellucid.studio.uploads import as_source, shown_name, uploaded


class Sources:
    """Sources by id: ``iris``, ``given-1``, ``upload-<name>``.

    Parameters
    ----------
    given
        Paths that the studio was started with.

    Raises
    ------
    SourceNotFoundError
        Where nothing lies at one of them.

    Examples
    --------
    >>> Sources().place("iris")
    'iris'
    """

    def __init__(self, given: Sequence[str] = ()) -> None:
        for place in given:
            path = Path(place).expanduser()
            if not is_builtin(place) and not path.exists():
                raise not_found(place, path)
        self._given = {f"given-{n}": place for n, place in enumerate(given, start=1)}

    def listed(self) -> list[Source]:
        """Return all sources: what the person brought first."""
        own = [
            Source(id_, Path(place).name, "given", "file", None, None, place)
            for id_, place in self._given.items()
        ]
        sent = [as_source(path) for path in uploaded()]
        built_in = [
            Source(one.name, one.name, "builtin", one.kind, one.rows, one.columns, one.summary)
            for one in list_builtin()
        ]
        return [*sent, *own, *built_in]

    def place(self, id_: str) -> str:
        """Return what `pellucid.train` takes for a source.

        Raises
        ------
        RefusedError
            Where there is none.
        """
        if id_ in self._given:
            return self._given[id_]
        for path in uploaded():
            if id_ == f"upload-{path.name}":
                return str(path)
        if id_ in {one.name for one in list_builtin()}:
            return id_
        raise RefusedError(
            404, "There is no such source.", where=id_[:80], remedy="see the list of sources"
        )

    def name(self, id_: str) -> str:
        """Return what a run of a source is called; raises as `place`."""
        place = self.place(id_)
        stem = place if place == id_ else shown_name(Path(place).name).split(".")[0]
        kept = "".join(letter for letter in stem if letter.isalnum() or letter in "-_")
        return kept[:60] or "data"
