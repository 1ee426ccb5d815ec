"""The line between the server and a training's process: messages over a pair of pipes.

Each message is two lengths (u32, little-endian), an object as JSON, and bytes: a frame, mostly
none. JSON holds no code, so neither end can be made to run anything by the other.
"""

from __future__ import annotations

import json
import struct
import threading
from typing import IO, Any, TypeAlias

from pellucid.studio.writing import to_json
from pellucid.training.event_reader import with_shared_names

Message: TypeAlias = dict[str, Any]
_LENGTHS = struct.Struct("<II")


class Line:
    """One end of the line.

    Parameters
    ----------
    incoming, outgoing
        The pipes; either may be closed by the other end at any time.

    Examples
    --------
    >>> import io
    >>> pipe = io.BytesIO()
    >>> Line(io.BytesIO(), pipe).send({"what": "pause"})
    True
    >>> Line(io.BytesIO(pipe.getvalue()), io.BytesIO()).receive()
    ({'what': 'pause'}, b'')
    """

    def __init__(self, incoming: IO[bytes], outgoing: IO[bytes]) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._lock = threading.Lock()

    def send(self, message: Message, frame: bytes = b"") -> bool:
        """Send a message; tell whether the other end could still be reached."""
        text = to_json(message)
        with self._lock:
            try:
                self._outgoing.write(_LENGTHS.pack(len(text), len(frame)) + text + frame)
                self._outgoing.flush()
            except (OSError, ValueError):  # gone, or closed by this end
                return False
        return True

    def receive(self) -> tuple[Message, bytes] | None:
        """Wait for the next message; None where the other end is gone, or says what is none."""
        try:
            n_text, n_frame = _LENGTHS.unpack(self._exactly(_LENGTHS.size))
            text, frame = self._exactly(n_text), self._exactly(n_frame)
            message: Message = json.loads(text, object_pairs_hook=with_shared_names)
        except (OSError, ValueError, EOFError):
            return None
        return message, bytes(frame)

    def _exactly(self, n: int) -> bytearray:
        """Read so many bytes; a pipe without a buffer gives what is there."""
        found = bytearray()
        while len(found) < n:
            piece = self._incoming.read(n - len(found))
            if not piece:
                raise EOFError
            found += piece
        return found
