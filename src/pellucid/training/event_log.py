"""The events of a run on the disk: a line of JSON each, in the order in which they came."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from pellucid.files import write_atomically
from pellucid.training.event_reader import reader_of
from pellucid.training.events import Diagnosed, EpochDone, Event, Finished

_KEPT = EpochDone | Diagnosed | Finished


class EventLog:
    """``events.jsonl`` of one run.

    Parameters
    ----------
    path
        The file; made with the first event.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._untold: list[str] = []

    def append(self, event: Event) -> None:
        """Append an epoch, a diagnosis or the end; others are not kept.

        Raises
        ------
        OSError
            Where the disk is full, or the file cannot be written. What could not be told is told
            with the next event; the file keeps whole lines.
        """
        if not isinstance(event, _KEPT):
            return
        self._untold.append(json.dumps(event.to_dict(), ensure_ascii=False) + "\n")
        text = memoryview("".join(self._untold).encode())
        with self.path.open("ab", buffering=0) as stream:
            whole = stream.seek(0, io.SEEK_END)
            try:
                while text:  # a disk that fills up takes a part
                    text = text[stream.write(text) :]
            except OSError:
                stream.truncate(whole)
                raise
        self._untold.clear()

    def read(self) -> list[dict[str, Any]]:
        """Read the events back; a line that was cut off or damaged is passed over.

        From the disk comes only what was added since this process last read the file. The events
        are shared and must not be changed.
        """
        return reader_of(self.path.absolute()).read()

    def rewrite(self, history: list[dict[str, Any]]) -> set[str]:
        """Bring the events to what a checkpoint holds, before going on from it.

        What was diagnosed in these epochs stays; the names of these illnesses are returned.

        Raises
        ------
        OutputError
            Where it cannot be written; the file is as it was.
        """
        told: dict[int | None, list[dict[str, Any]]] = {}
        names: set[str] = set()
        for event in self.read():
            if event.get("event") == "diagnosed":
                told.setdefault(event["diagnosis"]["epoch"], []).append(event)
        lines = []
        for number, entry in enumerate(history, start=1):
            diagnosed = told.get(number, [])
            lines += [entry, *diagnosed]
            names |= {event["diagnosis"]["name"] for event in diagnosed}
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        write_atomically(self.path, text)
        self._untold.clear()
        return names
