"""What pellucid raises, and how an error is worded.

Every error says what happened, where, what was expected and what to do; each class also is
the built-in exception that fits, so that ordinary ``except`` clauses work::

    PellucidError
    ├── SettingError (ValueError)                 a setting, flag or argument cannot be used
    ├── DataError (ValueError)                    the data cannot be used
    │   └── SourceNotFoundError (FileNotFoundError)   nothing lies where the data should be
    ├── ModelFileError (ValueError)               a model file or run folder cannot be opened
    ├── OutputError (OSError)                     a result cannot be written
    ├── DivergedError (FloatingPointError)        training left the finite numbers
    └── InterruptedTrainingError (RuntimeError)   a person or the system asked training to stop

``exit_status`` is what the command line ends with when such an error reaches it.
"""

from __future__ import annotations

import difflib
import sys
import warnings
from collections.abc import Iterable
from types import FrameType
from typing import ClassVar, Self


class PellucidError(Exception):
    """Anything that pellucid raises on purpose.

    Parameters
    ----------
    what
        What happened, in one sentence.
    where
        The file, column, rows or setting it happened at.
    expected
        What would have been right.
    remedy
        What the person can do now; a command line where there is one.
    """

    exit_status: ClassVar[int] = 1

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        expected: str | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.expected = expected
        self.remedy = remedy

    def located(self, place: str) -> Self:
        """Say where it happened, a file for instance, unless that is said already.

        Examples
        --------
        >>> PellucidError("No rows.", where="row 7").located("a.csv").located("a.csv").where
        'a.csv; row 7'
        """
        if place not in f"{self.what} {self.where}":
            self.where = "; ".join(filter(None, (place, self.where)))
        return self

    def __str__(self) -> str:
        lines = [self.what]
        for label, text in (
            ("Where", self.where),
            ("Expected", self.expected),
            ("What to do", self.remedy),
        ):
            if text:
                lines.append(f"  {label}: {text}")
        return "\n".join(lines)


class SettingError(PellucidError, ValueError):
    """A setting, flag or argument cannot be used."""

    exit_status = 2


class DataError(PellucidError, ValueError):
    """The data cannot be used; nothing was written."""

    exit_status = 3


class SourceNotFoundError(DataError, FileNotFoundError):
    """Nothing lies where the data should be."""


class ModelFileError(PellucidError, ValueError):
    """A model file or a run folder is damaged, incomplete, or from a newer version."""

    exit_status = 3


class OutputError(PellucidError, OSError):
    """A result cannot be written: the folder is read-only, or the disk is full."""

    exit_status = 2


class DivergedError(PellucidError, FloatingPointError):
    """Training left the finite numbers; the last good state was kept."""

    exit_status = 4


class InterruptedTrainingError(PellucidError, RuntimeError):
    """Training was asked to stop; a checkpoint was written where there was one to write."""

    exit_status = 130


def quote(value: object, most: int = 100) -> str:
    """Write a value for a message, a long one by its beginning.

    Examples
    --------
    >>> quote("red"), quote(0.5), quote("a" * 5000, most=5)
    ("'red'", '0.5', "'aaaaa…' (5,000 characters)")
    """
    if not isinstance(value, str):
        return str(value)
    return (
        repr(value) if len(value) <= most else f"{value[:most] + '…'!r} ({len(value):,} characters)"
    )


def quote_list(names: Iterable[object], limit: int = 12) -> str:
    """Write names for a message: ``'a', 'b', 'c' … (17 more)``."""
    quoted = [quote(name) for name in names]
    shown = ", ".join(quoted[:limit])
    return shown if len(quoted) <= limit else f"{shown} … ({len(quoted) - limit} more)"


def suggest(name: str, known: Iterable[str]) -> str | None:
    """Word a guess at what was meant, or return None where nothing known is close.

    Examples
    --------
    >>> suggest("survivd", ["age", "survived"])
    "did you mean 'survived'?"
    """
    by_folded = {candidate.casefold(): candidate for candidate in known}
    close = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return f"did you mean {by_folded[close[0]]!r}?" if close else None


def unknown_name(kind: str, name: str, known: Iterable[str]) -> SettingError:
    """Make the error for a name that is none of the known ones (not raised here)."""
    known = list(known)
    return SettingError(
        f"There is no {kind} called {name!r}.",
        expected=f"one of {quote_list(known, limit=40)}",
        remedy=suggest(name, known),
    )


class UnlikeTrainingWarning(UserWarning):
    """Data given to a model is unlike what it was trained on, or, to be measured on, the same."""


def warn(text: str) -> None:
    """Warn of data unlike the training data, at the line that called the model."""
    frame: FrameType | None = sys._getframe()
    depth = 0
    while frame is not None and frame.f_globals.get("__name__", "").startswith("pellucid."):
        frame, depth = frame.f_back, depth + 1
    warnings.warn(text, UnlikeTrainingWarning, stacklevel=depth + 1)
