"""How much memory the data may take, and where it goes beyond that.

Data is held in memory while it is a small part of the limit; what is larger lies in
memory-mapped files, whose pages the system takes back when it needs them. So memory stays
flat however large the data is.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

from pellucid.errors import SettingError

UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
SMALLEST = 2 * 10**8
# One thing alone, such as the encoded training rows, may take this share of the limit.
SHARE = 4
_UNKNOWN_MACHINE = 4 * 10**9
# Where a container is given less than the machine has (control groups, versions 2 and 1).
_CONTAINER_FILES = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)

# Parameters of glibc's mallopt (malloc.h).
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_KEPT_FREE = 1 << 24
_SECONDS_BETWEEN = 5.0
_SECONDS_OF_WORK = 0.5

_limit: ContextVar[int | None] = ContextVar("limit", default=None)


def parse_bytes(text: str) -> int | None:
    """Read a size such as ``800MB``, ``2 GB`` or ``500M`` as bytes; None where it is none.

    Units are of ten: 1 MB is 10⁶ bytes, and MiB is taken for the same.

    Examples
    --------
    >>> parse_bytes("1.5 GB"), parse_bytes("much")
    (1500000000, None)
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?", text.strip().lower())
    return None if match is None else int(float(match[1]) * UNITS[match[2]])


def parse_size(text: str) -> int:
    """Read a limit for the memory as bytes.

    Raises
    ------
    SettingError
        Where it is no size, or less than 200 MB, which the program itself needs.

    Examples
    --------
    >>> parse_size("2GB")
    2000000000
    """
    size = parse_bytes(text)
    if size is None or size < SMALLEST:
        raise SettingError(
            f"{text!r} is not a limit for the memory.",
            expected="a size of at least 200MB, such as 800MB or 4GB",
        )
    return size


@contextmanager
def limited_to(size: int | None) -> Iterator[None]:
    """Let the data take at most so many bytes of memory while the block runs; None: as before."""
    if size is None:
        yield
        return
    give_back()
    token = _limit.set(size)
    try:
        yield
    finally:
        _limit.reset(token)


def limit() -> int:
    """Return how many bytes the data may take: as set, or half of the machine's memory.

    It is set by `limited_to`, or else by the environment variable ``PELLUCID_MEMORY``.
    """
    chosen = _limit.get()
    if chosen is not None:
        return chosen
    named = os.environ.get("PELLUCID_MEMORY")
    return parse_size(named) if named else machine_memory() // 2


def fits(n_bytes: int) -> bool:
    """Tell whether something of this size may lie in memory."""
    return n_bytes * SHARE <= limit()


def give_back() -> None:
    """Give memory that was freed back to the system, now; and arrays of 16 MiB from here on.

    glibc keeps for later what is freed, up to twice the largest array there ever was, in each of
    the parts it divides memory into for threads: together some 300 MB. An array of more than 16
    MiB now lies by itself, and goes back as soon as it is freed; of smaller ones so much may stay
    at the end of a part, and holes between them. Elsewhere, nothing is done.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library, such as musl
            library = ctypes.CDLL(None)
            library.mallopt(_M_TRIM_THRESHOLD, _KEPT_FREE)
            library.mallopt(_M_MMAP_THRESHOLD, _KEPT_FREE)
            library.malloc_trim(0)


@contextmanager
def given_back_regularly() -> Iterator[None]:
    """Give freed memory back every few seconds in which the process worked, while the block runs.

    For a process that lives long. To give each array back as it is freed, instead, makes whatever
    computes with arrays of a megabyte take twice as long: the system fills each anew with zeros.
    """
    give_back()
    ended = threading.Event()

    def look() -> None:
        worked = time.process_time()
        while not ended.wait(_SECONDS_BETWEEN):
            if time.process_time() - worked > _SECONDS_OF_WORK:
                give_back()
                worked = time.process_time()

    looking = threading.Thread(target=look, name="pellucid-memory", daemon=True)
    looking.start()
    try:
        yield
    finally:
        ended.set()
        looking.join()


def machine_memory() -> int:
    """Return the bytes of memory that this process may use."""
    sizes = [_physical()]
    for path in _CONTAINER_FILES:
        try:
            text = path.read_text().strip()
        except OSError:
            continue
        if text.isdigit():
            sizes.append(int(text))
    return min(sizes)


def _physical() -> int:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return _UNKNOWN_MACHINE
