"""How the studio says no: a status, and what happened, where, what was expected, what to do."""

from __future__ import annotations

from html import escape

from starlette.responses import HTMLResponse, Response

from pellucid.errors import (
    DataError,
    ModelFileError,
    OutputError,
    PellucidError,
    SettingError,
    SourceNotFoundError,
)
from pellucid.studio.messages.session import Problem, Refusal
from pellucid.studio.writing import to_json

JSON = "application/json"

# The first class that an error is of decides.
_STATUSES: tuple[tuple[type[PellucidError], int], ...] = (
    (SourceNotFoundError, 404),
    (SettingError, 400),
    (DataError, 422),
    (ModelFileError, 422),
    (OutputError, 507),
)


class RefusedError(PellucidError):
    """A request that is refused for what it is, with the status that says so."""

    def __init__(
        self,
        status: int,
        what: str,
        *,
        where: str | None = None,
        expected: str | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(what, where=where, expected=expected, remedy=remedy)
        self.status = status


def status_of(error: PellucidError) -> int:
    """Return the status that an expected error is answered with.

    Examples
    --------
    >>> status_of(SettingError("There is no unit 700.")), status_of(RefusedError(404, "Not here."))
    (400, 404)
    """
    if isinstance(error, RefusedError):
        return error.status
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), 400)


_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The studio is closed to this request</title>
<h1>{what}</h1>
<p>What to do: {remedy}.</p>
</html>
"""


def refusal_page(error: PellucidError) -> Response:
    """Return the answer for a person who opened an address that lets nobody in."""
    words = (escape(error.what), escape(error.remedy or "open the address that the terminal shows"))
    return HTMLResponse(_PAGE.format(what=words[0], remedy=words[1]), status_of(error))


def refusal_response(error: PellucidError) -> Response:
    """Return the answer to a request that met an expected error."""
    problem = Problem(error.what, error.where, error.expected, error.remedy)
    return Response(to_json(Refusal(problem)), status_of(error), media_type=JSON)
