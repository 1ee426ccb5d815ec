"""Fetching files with known contents, without ever waiting long to learn there is no network.

A name server that does not answer blocks for as long as it likes, and no timeout of a socket
covers it. So the first file is asked for in daemon threads, one a mirror, under one deadline
for all of it; only when one has answered with the right contents are the others fetched.
"""

from __future__ import annotations

import queue
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from typing import BinaryIO, TypeAlias

Opener: TypeAlias = Callable[[str, float], BinaryIO]
Unpack: TypeAlias = Callable[[bytes], bytes]

# Below the three seconds that finding out may take, with room for slow machines.
PROBE_SECONDS = 2.5
# No single answer of a server may take longer than this, nor a whole file than the second.
STALL_SECONDS = 10.0
FILE_SECONDS = 300.0
# More than any of these files holds: a server that never stops sending is cut off.
LARGEST_FILE = 1 << 27


class DownloadFailedError(Exception):
    """Why nothing was fetched, in words for a person; callers fall back or raise DataError."""


def open_url(url: str, timeout: float) -> BinaryIO:
    """Open an address for reading; `timeout` seconds for each answer of the server."""
    # Only the constant http addresses of this package come here, and contents are checked.
    request = urllib.request.Request(url, headers={"User-Agent": "pellucid"})  # noqa: S310
    stream: BinaryIO = urllib.request.urlopen(request, timeout=timeout)  # noqa: S310
    return stream


def fetch_files(
    files: Mapping[str, Unpack],
    mirrors: Sequence[str],
    opener: Opener = open_url,
    probe_seconds: float = PROBE_SECONDS,
) -> tuple[str, dict[str, bytes]]:
    """Fetch files from the first mirror that has them whole.

    Parameters
    ----------
    files
        File names, each with a function that checks what arrived and returns what is in it,
        or raises `DownloadFailedError`. The smallest file comes first: it is asked for to find
        out whether there is a network.
    mirrors
        Addresses of folders that hold the files, each ending in ``/``.
    opener
        What opens an address, given a timeout in seconds.
    probe_seconds
        How long finding out that no mirror answers may take in all.

    Returns
    -------
    tuple of str and dict
        The mirror that answered first, and what each function returned.

    Raises
    ------
    DownloadFailedError
        Where no mirror answers in time, or a file arrives whole from none.
    """
    first, *others = files
    mirror, content = _probe(first, files[first], mirrors, opener, probe_seconds)
    contents = {first: content}
    ordered = [mirror, *(other for other in mirrors if other != mirror)]
    for name in others:
        contents[name] = _fetch_from_any(name, files[name], ordered, opener)
    return mirror, contents


def _probe(
    name: str, unpack: Unpack, mirrors: Sequence[str], opener: Opener, seconds: float
) -> tuple[str, bytes]:
    """Ask all mirrors for one file at once; return the first that sends it whole."""
    deadline = time.monotonic() + seconds
    answers: queue.Queue[tuple[str, bytes | Exception]] = queue.Queue()

    def ask(mirror: str) -> None:
        try:
            answers.put((mirror, _fetch(mirror + name, unpack, opener, deadline)))
        except Exception as error:  # any failure of a mirror is an answer
            answers.put((mirror, error))

    for mirror in mirrors:
        threading.Thread(target=ask, args=(mirror,), daemon=True).start()
    problem = f"no answer within {seconds:g} s"
    for _ in mirrors:
        try:
            mirror, answer = answers.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            break
        if isinstance(answer, bytes):
            return mirror, answer
        problem = _word(answer)
    raise DownloadFailedError(problem)


def _fetch_from_any(name: str, unpack: Unpack, mirrors: Sequence[str], opener: Opener) -> bytes:
    problem = "no mirror is known"
    for mirror in mirrors:
        try:
            return _fetch(mirror + name, unpack, opener, time.monotonic() + FILE_SECONDS)
        except Exception as error:  # the next mirror may do better, whatever it was
            problem = _word(error)
    raise DownloadFailedError(f"{name}: {problem}")


def _fetch(url: str, unpack: Unpack, opener: Opener, deadline: float) -> bytes:
    """Return the contents of one address; raise where they are late, damaged or endless."""
    timeout = max(0.05, min(STALL_SECONDS, deadline - time.monotonic()))
    parts = []
    size = 0
    with opener(url, timeout) as stream:
        while part := stream.read(1 << 18):
            parts.append(part)
            size += len(part)
            if time.monotonic() > deadline:
                raise DownloadFailedError("the connection is too slow")
            if size > LARGEST_FILE:
                raise DownloadFailedError("the answer is far larger than the file")
    return unpack(b"".join(parts))


def _word(error: Exception) -> str:
    reason = getattr(error, "reason", None)
    text = str(reason if reason is not None else error)
    return text or type(error).__name__
