"""What the page needs first."""

from __future__ import annotations

from pellucid._version import __version__
from pellucid.studio.asked import Asked
from pellucid.studio.messages.session import Session
from pellucid.studio.studio import Studio


def session(studio: Studio, asked: Asked) -> Session:
    """Answer ``GET /api/session``."""
    asked.query.only()
    return Session(__version__, studio.shelf.listed(), studio.view)
