"""Trying a file that was sent, before it is kept, in a process that may take only so much.

Readers refuse what says of itself that it unpacks to too much. What does not say so, or makes a
library fail from outside Python, would end the server and with it all that a person has open. So a
process of its own (`prover`) reads the file and does all that is done to show it; where that needs
more memory or time than it may take, only that process ends, and the file is refused. What was read
is thrown away: it answers in one line of JSON, which holds no code.
"""

from __future__ import annotations

from pathlib import Path

from pellucid.errors import DataError
from pellucid.studio.limited import Limits, asked_of
from pellucid.studio.refusals import RefusedError

_PARTS = ("message", "where", "expected", "remedy")


def prove(path: Path, name: str, limits: Limits) -> None:
    """Try whether a file can be opened.

    Parameters
    ----------
    path
        The file.
    name
        What the person calls it.
    limits
        What it may take.

    Raises
    ------
    DataError
        What its reader found wrong with it.
    RefusedError
        Where it takes more than it may, or ends the process that reads it.
    """
    problem = asked_of("pellucid.studio.prover", {"path": str(path)}, name, limits)
    if not all(part in _PARTS and isinstance(text, str | None) for part, text in problem.items()):
        raise RefusedError(422, "What read the file answered with nonsense.", where=name[:200])
    if problem:
        message, *details = (_named(problem.get(part), path, name) for part in _PARTS)
        raise DataError(
            message or "The file cannot be read.", **dict(zip(_PARTS[1:], details, strict=True))
        )


def _named(text: str | None, path: Path, name: str) -> str | None:
    """Call the file what the person calls it."""
    return None if text is None else text.replace(str(path), name).replace(path.name, name)
