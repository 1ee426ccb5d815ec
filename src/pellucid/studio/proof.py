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


def prove(path: Path, name: str, limits: Limits, into: Path | None = None) -> None:
    """Try whether a file can be opened.

    Parameters
    ----------
    path
        The file.
    name
        What the person calls it.
    limits
        What it may take.
    into
        Of an archive of a folder: where it is unpacked. What is there after a refusal is to be
        thrown away.

    Raises
    ------
    DataError
        What its reader found wrong with it.
    RefusedError
        Where it takes more than it may, or ends the process that reads it.
    """
    question = {"path": str(path), "into": None if into is None else str(into)}
    problem = asked_of("pellucid.studio.prover", question, name, limits)
    if not all(part in _PARTS and isinstance(text, str | None) for part, text in problem.items()):
        raise RefusedError(422, "What read the file answered with nonsense.", where=name[:200])
    if problem:
        places = [path] if into is None else [path, into]
        message, *details = (_named(problem.get(part), places, name) for part in _PARTS)
        raise DataError(
            message or "The file cannot be read.", **dict(zip(_PARTS[1:], details, strict=True))
        )


def _named(text: str | None, places: list[Path], name: str) -> str | None:
    """Call the file, and the folder that was in it, what the person calls it."""
    if text is None:
        return None
    for place in places:
        text = text.replace(str(place), name).replace(place.name, name)
    return text
