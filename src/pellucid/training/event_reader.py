"""Reading a file of JSON lines that grows: each time only what was added since the last time.

A page that watches many runs asks for their events again and again; of a long training they are
megabytes. So where a file was read up to is kept, and what its lines said. A file that was replaced
or shortened is read anew.
"""

from __future__ import annotations

import functools
import json
import os
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

# So many bytes before the place that was read up to must still be the same.
_REMEMBERED = 256
_MOST_FILES = 256


class EventReader:
    """The events of one file, as far as it was read.

    Parameters
    ----------
    path
        The file, which need not exist yet.

    Attributes
    ----------
    bytes_read
        How much was read from the disk so far, all times together.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self.bytes_read = 0
        self._forget()

    def _forget(self) -> None:
        self._events: list[dict[str, Any]] = []
        self._offset = 0
        self._file: tuple[int, int] | None = None
        self._before = b""

    def read(self) -> list[dict[str, Any]]:
        """Return all events in their order; a line that was cut off or damaged is passed over.

        The list is the caller's own; the events in it are shared and must not be changed.
        """
        with self._lock:
            try:
                stream = self._path.open("rb")
            except FileNotFoundError:
                self._forget()
                return []
            with stream:
                found = os.fstat(stream.fileno())
                if not self._continues(stream.fileno(), found):
                    self._forget()
                    self._file = found.st_dev, found.st_ino
                stream.seek(self._offset)
                added = stream.read()
            self.bytes_read += len(added)
            # A last line without its end may still be being written: it is told of, and read again.
            whole = added.rfind(b"\n") + 1
            self._events += _events_in(added[:whole])
            self._offset += whole
            self._before = (self._before + added[:whole])[-_REMEMBERED:]
            return [*self._events, *_events_in(added[whole:])]

    def _continues(self, descriptor: int, found: os.stat_result) -> bool:
        """Tell whether the file is the one that was read, and only longer."""
        if self._file != (found.st_dev, found.st_ino) or found.st_size < self._offset:
            return False
        os.lseek(descriptor, self._offset - len(self._before), os.SEEK_SET)
        before = os.read(descriptor, len(self._before))
        self.bytes_read += len(before)
        return before == self._before


def _events_in(lines: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for line in lines.splitlines():
        with suppress(ValueError):
            event = json.loads(line, object_pairs_hook=with_shared_names)
            found += [event] if isinstance(event, dict) else []
    return found


def with_shared_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of JSON whose names are kept once for all objects.

    An epoch's entry takes half as much with them, and of long trainings there are many.
    """
    return {sys.intern(name): value for name, value in pairs}


@functools.lru_cache(maxsize=_MOST_FILES)
def reader_of(path: Path) -> EventReader:
    """Return the one reader of a file in this process; of many files the last ones are kept."""
    return EventReader(path)
