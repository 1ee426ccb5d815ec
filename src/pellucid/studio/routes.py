"""All that can be asked of the studio, in one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pellucid.studio.answers import session
from pellucid.studio.asked import Asked
from pellucid.studio.studio import Studio


@dataclass(frozen=True)
class Way:
    """One thing that can be asked.

    Attributes
    ----------
    method, path
        Of the request; names in braces are the answer's ``asked.path``.
    answer
        Returns a message, which is sent as JSON, or `Bytes`. What it raises of `pellucid.errors`
        becomes an answer that says what was wrong. It is called in a thread.
    """

    method: str
    path: str
    answer: Callable[[Studio, Asked], Any]


WAYS: tuple[Way, ...] = (
    Way("GET", "/api/session", session.session),
)  # fmt: skip
