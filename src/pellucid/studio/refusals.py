"""How the studio says no: a status, and what happened, where, what was expected, what to do."""

from __future__ import annotations

from starlette.responses import Response

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


def refusal_response(error: PellucidError) -> Response:
    """Return the answer to a request that met an expected error."""
    problem = Problem(error.what, error.where, error.expected, error.remedy)
    return Response(to_json(Refusal(problem)), status_of(error), media_type=JSON)
