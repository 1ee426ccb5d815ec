"""What is common to reading pictures and sounds: a form to bring them to, and how it fails."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pellucid.data.table import Array


class UnreadableError(Exception):
    """One file cannot be read; the text says why, in a clause without a full stop.

    Parameters
    ----------
    reason
        Why.
    lasting
        Whether it is so for as long as the file does not change: a damaged file is, a file
        that the person may not open at the moment is not.
    """

    def __init__(self, reason: str, *, lasting: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.lasting = lasting


class Form(Protocol):
    """The one form that all files of a column are brought to. Frozen, and small to send.

    Attributes
    ----------
    medium
        ``"images"`` or ``"sounds"``: the name of its folder in the cache.
    """

    @property
    def medium(self) -> str:
        """The name of its folder in the cache."""
        ...

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one file's array."""
        ...

    @property
    def dtype(self) -> str:
        """The type of its numbers."""
        ...

    def key(self) -> dict[str, Any]:
        """Return everything that the numbers depend on, besides the file; JSON holds it."""
        ...

    def read(self, path: str) -> Array:
        """Read one file; raise `UnreadableError` where that cannot be done."""
        ...


def examine(path: str) -> os.stat_result:
    """Return what the system knows of a file, without opening it.

    Raises
    ------
    UnreadableError
        Where there is none, or it is a folder, a pipe or a device, which could be waited on
        for ever.
    """
    try:
        status = os.stat(path)  # noqa: PTH116 -- called for every file; a Path costs more than this
    except FileNotFoundError:
        raise UnreadableError("there is no such file", lasting=False) from None
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise UnreadableError(reason_of(error), lasting=False) from None
    if stat.S_ISDIR(status.st_mode):
        raise UnreadableError("it is a folder", lasting=False)
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableError("it is no ordinary file", lasting=False)
    if status.st_size == 0:
        raise UnreadableError("the file is empty")
    return status


def reason_of(error: Exception) -> str:
    """Word an exception as a clause."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    text = str(error).strip().rstrip(".") or type(error).__name__
    return text[:1].lower() + text[1:200]


def is_lasting(error: Exception) -> bool:
    """Tell whether the file itself is at fault, rather than the system at this moment.

    What a decoder raises carries no error number; what the system refuses does.
    """
    return not (isinstance(error, MemoryError) or getattr(error, "errno", None))
